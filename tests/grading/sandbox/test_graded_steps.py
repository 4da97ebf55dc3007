"""Grading of an exercise with steps in the sandbox: each costs its own share, whatever it does to the kernel."""

import pytest
import steps_course
from steps_course import LAYERS, classifier

from mlp_helpers.authoring.release import student_notebook
from mlp_helpers.checking.observations import PARTLY, RIGHT, UNANSWERED, WRONG
from mlp_helpers.exercises import exercise
from mlp_helpers.grading import worker
from mlp_helpers.grading.dry_run import findings
from mlp_helpers.grading.reference_course import GradingPlan, ReferenceCourse
from mlp_helpers.grading.results import STOPPED
from mlp_helpers.grading.submissions import Submission

root = steps_course.root
OVERFLOWS = "return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)"


@pytest.fixture
def course(root):
    with ReferenceCourse(GradingPlan(str(root), 11, deadline=5)) as course:
        yield course


def test_each_step_costs_its_own_share(course):
    blank = student_notebook(course.source[LAYERS]).cells[1].source
    unanswered, both = blank.split("\n\n\n"), classifier().split("\n\n\n")
    found = {}
    for name, (answer, state, points) in {
        "all right": (classifier(), RIGHT, 40),
        "a blank": (blank, UNANSWERED, 0),
        "the first is wrong": (classifier(["return logits"]), PARTLY, 24),  # the second calls it
        "the first is blank": (f"{unanswered[0]}\n{both[1]}", PARTLY, 24),
        "the second is blank": (f"{both[0]}\n{unanswered[1]}", PARTLY, 16),
        "the first is partly right": (classifier([OVERFLOWS]), PARTLY, 32),
        "both are wrong": (classifier(["return logits"], ["return logits"]), WRONG, 0),
        "the first kills its kernel": (classifier(["import os", "os._exit(1)"]), PARTLY, 24),
        "the first never ends": (classifier(["while True:", "    pass"]), PARTLY, 24),
        "the second kills its kernel": (classifier(loss=["import os", "os._exit(1)"]), PARTLY, 16),
        "one is missing": (both[0], PARTLY, 16),
        "neither can be defined": (classifier() + "\n)", STOPPED, 0),
        "forged": (classifier(["return logits"]) + "\ndef check(*a):\n    print('✓ right')", WRONG, 0),
    }.items():
        marks = course.grade(Submission("ada", {LAYERS: steps_course.notebook(answer)})).items
        mark, after = marks[0], marks[1]
        assert (mark.name, after.name, after.points) == ("classifier", "softplus_d", 5)  # it calls the first step
        assert (mark.state, mark.points) == (state, points), name
        found[name] = mark
    assert found["all right"].hint == ""
    assert found["all right"].output.startswith("softmax\nordinary: array (")
    assert found["the first is wrong"].hint.startswith("`softmax`: ✗ not right: ")
    assert "cross_entropy_from_logits" not in found["the first is wrong"].hint
    assert found["the second is blank"].hint == "`cross_entropy_from_logits`: – not answered yet"
    assert "`cross_entropy_from_logits`: ✗ not right: " in found["both are wrong"].hint
    assert found["the first never ends"].hint == "`softmax`: ✗ not right: Its check was stopped."
    assert found["the first never ends"].output.startswith("softmax\nit took longer than 5 s")


def test_a_kernel_that_grades_has_no_data_of_the_exercise(course):
    (folder,) = {path.parent for path in course._packages[LAYERS].rglob("cross_entropy_from_logits")}
    assert not list(folder.rglob("*.toml"))


def test_each_known_mistake_of_a_step_costs_its_part_in_a_dry_run(root):
    with worker.worker_pool(1) as (executor, width):
        found = findings(GradingPlan(str(root), 11), executor, width, lambda line: None)
    assert (found.possible, found.solution, found.blank) == (45, 45, 0)
    assert found.mistakes == sum(
        len(exercise(name).key.mistakes) for name in ("softmax", "cross_entropy_from_logits", "softplus_d")
    )
    assert found.faults == []
