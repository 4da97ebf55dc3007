"""Real grading of a folder of submissions: the marks, their history, and what is graded again."""

from concurrent.futures import Executor, Future
from dataclasses import replace

import nbformat
import pytest

from mlp_helpers.authoring import release
from mlp_helpers.course.archive import write_zip
from mlp_helpers.course.cells import answers, notebook_bytes
from mlp_helpers.grading import batch, submissions, worker
from mlp_helpers.grading.reference_course import GradingPlan
from mlp_helpers.grading.results import REFUSED_SINCE, ExerciseResult, succeeding
from mlp_helpers.services.files import REPOSITORY as ROOT

PLAN = GradingPlan(str(ROOT), seed=4)


class AtOnce(Executor):
    """Executor that runs each call immediately, in `submit`."""

    def submit(self, function, *arguments):
        future = Future()
        future.set_result(function(*arguments))
        return future


def grade(folder, out, tell=lambda line: None, **options):
    """Grade in this process."""
    return batch.grade(folder, out, PLAN, AtOnce, 1, tell=tell, **options)


@pytest.fixture(scope="module")
def handed_in(source, tmp_path_factory):
    """Return a folder with a solution, a single notebook, a blank under an odd name, and an invalid zip file."""
    folder = tmp_path_factory.mktemp("submissions")
    write_zip({name: notebook_bytes(notebook) for name, notebook in source.items()}, folder / "ada.zip")
    nbformat.write(source["notebooks/02_data_loading.ipynb"], folder / "bea.ipynb")
    blank = release.student_notebook(source["notebooks/04_gradient_checking.ipynb"])
    nbformat.write(blank, folder / "=HYPERLINK(1).ipynb")
    (folder / "cid.zip").write_bytes(b"no zip")
    return folder


@pytest.fixture(scope="module")
def graded(handed_in, tmp_path_factory):
    """Grade the folder; return the folder of results, the results by student, and the messages."""
    out, said = tmp_path_factory.mktemp("results"), []
    results = grade(handed_in, out, said.append)
    return out, {result.student: result for result in results}, said


def test_the_results(graded, source):
    _, results, said = graded
    assert {student: result.total for student, result in results.items()} == {
        "=HYPERLINK(1)": 0,
        "ada": 72,
        "bea": 13,
        "cid": 0,
    }
    assert results["ada"].flags == []
    assert results["ada"].open_answers.keys() == {"hardest_digits", "my_curves", "my_report"}
    assert results["ada"].isolated
    here = "notebooks/02_data_loading.ipynb"
    others = [f"{name}: missing" for name in dict(answers(source)) if name != here]  # all with exercises
    missing = "; ".join([*others[:5], f"and {len(others) - 5} more"])
    assert results["bea"].flags == [missing, f"{here}: found as bea.ipynb"]
    assert results["cid"].refused.startswith("cid.zip cannot be read as a zip file")
    assert {item.state for item in results["=HYPERLINK(1)"].items} == {"not answered yet"}
    assert [line.split()[0] for line in said] == ["1", "2", "3", "4"]
    assert any("cid: refused: cid.zip cannot be read" in line for line in said)
    assert any("ada: 72 points; " in line and " a minute, " in line for line in said)


def test_a_result_says_what_came_of_each_exercise(graded):
    item = next(item for item in graded[1]["ada"].items if item.name == "softplus_d")
    assert item.points == item.possible == 2
    assert item.output.startswith("ordinary: array (3, 4)")
    assert "return sigmoid(x)" in item.answer


def test_again_nothing_is_run_and_the_results_are_the_same(graded, handed_in, monkeypatch):
    out, results, _ = graded
    monkeypatch.setattr(batch, "grade_one", None)  # so that grading would end in a TypeError
    assert grade(handed_in, out) == list(results.values())


def test_one_command_at_a_time_works_on_a_folder_of_results(tmp_path):
    again = pytest.raises(submissions.Refused, match="another command is at work")
    with batch.alone_in(tmp_path), again, batch.alone_in(tmp_path):
        pass
    with batch.alone_in(tmp_path):
        pass


def test_the_history_of_a_result():
    old = batch.Result("ada", items=[marked("a", 1), marked("b", 2)])
    new = batch.Result("ada", items=[marked("a", 2), marked("b", 2)])
    a, b = succeeding(old, new, "seed changed", is_asked=False).items
    assert (a.points, [mark["points"] for mark in a.earlier]) == (2, [1])
    assert b.earlier == []
    a, b = succeeding(batch.Result("ada", items=[a, b]), new, "asked").items
    assert [mark["reason"] for mark in a.earlier] == ["seed changed", "asked"]
    assert len(b.earlier) == 1


def test_the_history_under_another_name_and_of_an_exercise_that_is_none_any_more():
    old = batch.Result("ada", items=[marked("quiz_01", 1), marked("b", 2), marked("c", 1)])
    quiz, b = succeeding(old, batch.Result("ada", items=[marked("quiz_data", 2), marked("b", 2)]), "newer").items
    assert (quiz.name, quiz.points, [mark["points"] for mark in quiz.earlier]) == ("quiz_data", 2, [1])
    assert b.name == "b"
    again = batch.Result("ada", items=[marked("quiz_data", 2)])
    items = succeeding(old, again, "asked", is_part=True).items
    assert [(item.name, item.points) for item in items] == [("quiz_data", 2), ("b", 2), ("c", 1)]


def test_a_refusal_keeps_the_marks_their_history_and_the_open_answers():
    history = [{"points": 0, "date": "2026-12-01T10:00:00+01:00", "reason": "its check was wrong"}]
    good = batch.Result("ada", "key", [replace(marked("a", 1), earlier=history)], {"report": {}}, flags=["a flag"])
    kept = succeeding(good, batch.Result("ada", refused="no zip file"), "changed", is_asked=False)
    assert replace(kept, key="key", flags=["a flag"]) == good
    assert kept.key == ""  # the file that was refused is looked at again
    assert kept.flags == ["a flag", f"{REFUSED_SINCE}no zip file"]
    kept = succeeding(kept, batch.Result("ada", refused="damaged"), "changed", is_asked=False)
    assert kept.flags == ["a flag", f"{REFUSED_SINCE}damaged"]
    better = batch.Result("ada", "new", [marked("a", 2)])
    after = succeeding(kept, better, "changed", is_asked=False)
    assert (after.flags, [mark["points"] for mark in after.items[0].earlier]) == ([], [0, 1])
    assert succeeding(batch.Result("ada", refused="no zip file"), better, "changed") == better


def marked(name, points):
    return ExerciseResult(name, "01.ipynb", points, 2, "right")


def test_whatever_goes_wrong_is_one_submissions_fault(handed_in, tmp_path, monkeypatch):
    def fail(self, submission, item):
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(worker.ReferenceCourse, "grade", fail)
    results = grade(handed_in, tmp_path)
    assert results[1].refused == "it could not be graded: ZeroDivisionError: a fault of ours"
    monkeypatch.undo()
    assert grade(handed_in, tmp_path)[1].total == 72  # it is tried again
    monkeypatch.setattr(worker.ReferenceCourse, "grade", fail)
    kept = grade(handed_in, tmp_path, only="ada")[1]
    assert (kept.total, kept.refused) == (72, "")
    assert kept.flags == [f"{REFUSED_SINCE}it could not be graded: ZeroDivisionError: a fault of ours"]
