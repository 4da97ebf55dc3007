"""Dry run: the course as it is must pass, and a course with a fault must not."""

import json

from typer.testing import CliRunner

from mlp_helpers.cli import app
from mlp_helpers.grading import dry_run, worker
from mlp_helpers.grading.dry_run import findings
from mlp_helpers.grading.reference_course import GradingPlan
from mlp_helpers.services.files import REPOSITORY as ROOT


def test_the_course_is_fit_to_grade_with():
    result = CliRunner().invoke(app, ["grade", "dry-run", "--json"])
    said = json.loads(result.output)
    assert result.exit_code == 0, said
    assert {key: said[key] for key in ("possible", "solution", "blank", "faults", "is_fit")} == {
        "possible": 85,
        "solution": 85,
        "blank": 0,
        "faults": [],
        "is_fit": True,
    }
    assert said["mistakes"] >= 148


def test_a_mistake_that_loses_nothing_is_a_fault(monkeypatch):
    made = {"softplus_d": ("no mistake at all", 0.0)}
    monkeypatch.setattr(dry_run, "mistaken_submissions", lambda source: [(source, made)])
    with worker.worker_pool(2) as (executor, width):
        result = findings(GradingPlan(str(ROOT), seed=5), executor, width, lambda line: None)
    assert result.faults == ["mistakes-01: softplus_d (no mistake at all) got 2 points, where 0 are right"]
    assert not result.is_fit
    assert str(result).startswith("solution 85 of 85 points, blank 0, 1 mistakes, 1 faults\nThe course is NOT fit")
