"""Explanations of marks for instructors."""

import pytest

from mlp_helpers.grading.explain import explanation
from mlp_helpers.grading.reports.report import seed_of
from mlp_helpers.grading.results import ExerciseResult, Result, store
from mlp_helpers.services.files import REPOSITORY as ROOT

WRONG = ExerciseResult(
    "softplus_d",
    "notebooks/03_layers.ipynb",
    points=0,
    possible=2,
    state="not right",
    answer="def softplus_d(x):\n    return x",
    output="ordinary: array (1, 1)\n  0.5",
    hint="Is it a slope?",
    earlier=[{"points": 1, "date": "2026-12-01T10:00:00+01:00", "reason": "its check was wrong"}],
)


@pytest.fixture
def out(tmp_path):
    seed_of(tmp_path, 7)
    answers = {"my_report": {"source": "I chose 90.", "figures": []}}
    store(Result("ada", items=[WRONG], open_answers=answers), tmp_path)
    store(Result("bea", refused="bea.zip is empty"), tmp_path)
    return tmp_path


def test_an_automatic_mark(out):
    said = explanation(out, "ada", "softplus_d", ROOT).split("\n\n")
    assert said[0] == "softplus_d (notebooks/03_layers.ipynb): not right, 0 of 2 points"
    assert said[1] == "until 2026-12-01T10:00:00+01:00: 1 points; replaced: its check was wrong"
    assert said[2].endswith(WRONG.answer)
    assert said[3].startswith("The check's inputs, under seed 7:\nordinary:\n  array([[")
    assert said[4].endswith(WRONG.output)
    assert said[5] == "Hint:\nIs it a slope?"
    assert "with the solution:\nordinary: array (" in said[6]


def test_other_answers(out):
    assert explanation(out, "ada", "my_report", ROOT).endswith("The answer:\n\nI chose 90.")
    assert explanation(out, "ada", "hardest_digits", ROOT) == "ada did not answer hardest_digits"
    assert explanation(out, "bea", "slope", ROOT) == "bea was refused: bea.zip is empty"


@pytest.mark.parametrize("content", [None, "{", "{}"])
def test_without_the_seed_of_the_run_nothing_is_explained_or_written(out, content):
    run = out / "run.json"
    run.unlink()
    if content is not None:
        run.write_text(content)
    with pytest.raises(ValueError, match=r"must hold run\.json with the seed of its grading run, got none"):
        explanation(out, "ada", "softplus_d", ROOT)
    assert (run.read_text() if run.exists() else None) == content
