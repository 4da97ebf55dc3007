"""Pages of a grading run in the browser: everybody can use the board and the feedback on a network."""

from datetime import UTC, datetime

import pytest
from lab_in_browser import faults

from mlp_helpers.course.cells import Exercise
from mlp_helpers.data import REPOSITORY_DATA
from mlp_helpers.grading.project import TASKS, Exam
from mlp_helpers.grading.reports.gradebook import rows
from mlp_helpers.grading.reports.leaderboard import leaderboard, leaderboard_page
from mlp_helpers.grading.reports.network_feedback import network_feedback
from mlp_helpers.grading.reports.pages import feedback_page
from mlp_helpers.grading.reports.policy import Policy
from mlp_helpers.grading.results import ExerciseResult, Result

pytestmark = pytest.mark.thorough
ITEM = Exercise("my_network", 8, "notebooks/07_your_network.ipynb", False, (), "my_network.npz")


def graded(student, share_misread, exam):
    """Return the Result of a student whose network misreads the first images."""
    labels = exam.labels.copy()
    labels[: int(share_misread * len(labels))] += 1
    network = {
        "classes": "".join(str(label % 10) for label in labels),
        "error": share_misread,
        "test_error": share_misread,
        "train_error": share_misread,
        "n_parameters": 7850,
        "digest": student,
    }
    item = ExerciseResult(ITEM.name, ITEM.notebook, 8, 8, "right", output="test error 11.00 %")
    return Result(student, items=[item], networks={ITEM.name: network})


@pytest.fixture(scope="module")
def pages():
    """Return the board of a class of four, and one student's feedback, as HTML."""
    exam = Exam(TASKS[ITEM.name], 3, REPOSITORY_DATA)
    results = [
        graded(name, share, exam) for name, share in {"ada": 0.11, "bea": 0.112, "cleo": 0.15, "dan": 0.4}.items()
    ]
    places = leaderboard(results, ITEM.name, exam.labels, {"ada": "Owl"})
    feedback = network_feedback(results[0].networks[ITEM.name], places[0], len(places), exam)
    row, *_ = rows(results, [ITEM], policy=Policy(datetime(2026, 12, 1, tzinfo=UTC)))
    return {
        "board": leaderboard_page({ITEM.name: places, "my_mnist": places[:2]}),
        "feedback": feedback_page(results[0], [ITEM], row=row, networks={ITEM.name: feedback}),
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["board", "feedback"])
def test_everybody_can_use_it(name, scheme, pages, browser, tmp_path):
    (tmp_path / "page.html").write_text(pages[name], encoding="utf-8")
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1000, "height": 1200})
    page = context.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    assert "Owl" in page.inner_text("body") or name == "feedback"
    assert faults(page) == []
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()
