"""Budgets of a submission: what it gets beside endless loops, how long it may wait, and how much text is kept."""

import copy
from dataclasses import replace

import nbformat
import pytest
from test_batch import AtOnce

from mlp_helpers.checking.observations import RIGHT, UNANSWERED
from mlp_helpers.checking.questions import FUNCTION
from mlp_helpers.course.archive import write_zip
from mlp_helpers.course.cells import answer_name, answered_by, answers, exercises, notebook_bytes
from mlp_helpers.exercises import exercise, names
from mlp_helpers.grading import batch, budget, exercise_tests, results
from mlp_helpers.grading.budget import Budget, Clock
from mlp_helpers.grading.reference_course import GradingPlan
from mlp_helpers.grading.results import STOPPED, Result
from mlp_helpers.services.files import REPOSITORY as ROOT

PLAN = GradingPlan(str(ROOT), seed=4)
UNLIMITED = Budget(ample=1e9, whole=1e9)
LAYERS = "notebooks/03_layers.ipynb"
WAITS = "import time\nget_ipython().events.register('pre_run_cell', lambda info: time.sleep(0.2))\n"


SHORT = "its cells took more than 5 minutes in all; each one after that had 3 s"
OVER = "the submission's time was up: in all, its cells took more than 10 minutes; those after that were not run"


@pytest.mark.parametrize(("taken", "seconds", "flags"), [(299, 30, []), (301, 3, [SHORT]), (601, 0, [OVER])])
def test_a_cell_has_less_time_the_longer_its_submission_takes(monkeypatch, taken, seconds, flags):
    now = 1000.0
    monkeypatch.setattr(budget.time, "monotonic", lambda: now)
    clock = Clock(Budget(), 30.0)
    assert (clock.seconds(), clock.flags) == (30.0, [])
    now += taken
    assert (clock.seconds(), clock.flags, clock.is_over) == (seconds, flags, not seconds)


def test_a_deadline_that_is_short_anyway_stays():
    clock = Clock(Budget(ample=-1), 2.0)
    assert (clock.seconds(), clock.is_short) == (2.0, True)


def grade(notebooks, folder, plan):
    """Grade one submission in this process; return its result, and what was said meanwhile."""
    (folder / "submissions").mkdir()
    write_zip({name: notebook_bytes(one) for name, one in notebooks.items()}, folder / "submissions" / "ada.zip")
    (folder / "results").mkdir()
    said = []
    (result,) = batch.grade(folder / "submissions", folder / "results", plan, AtOnce, 1, tell=said.append)
    return result, said


def functions(notebooks):
    """Return the answer cells of exercises that ask for one function, by exercise."""
    counted = {item.name for item in exercises(notebooks) if item.points}.intersection(names())
    cells = {answer_name(cell): cell for _, cell in answers(notebooks)}
    return {name: cell for name, cell in cells.items() if name in counted and exercise(name).kind == FUNCTION}


def test_ten_endless_loops_leave_all_other_points(source, tmp_path):
    notebooks = copy.deepcopy(source)
    endless = dict(list(functions(notebooks).items())[:10])
    for cell in endless.values():
        cell.source = answered_by(cell.source, ["while True:", "    pass"])
    plan = replace(PLAN, deadline=3, budget=Budget(ample=24, whole=1e9, short=2))
    result, _ = grade(notebooks, tmp_path, plan)
    lost = {item.name: item.state for item in result.items if item.points < item.possible}
    assert lost == dict.fromkeys(endless, STOPPED) | dict.fromkeys(["my_mnist", "my_network"], UNANSWERED)
    assert result.flags == ["its cells took more than 24 s in all; each one after that had 2 s"]


def waiting(source):
    """Return a notebook whose first answer has all later cells wait."""
    notebooks = {LAYERS: copy.deepcopy(source[LAYERS])}
    first = next(iter(functions(notebooks).values()))
    first.source = f"{WAITS}{first.source}"
    return notebooks


def test_a_submission_that_waits_in_each_cell_is_stopped(source, tmp_path):
    result, said = grade(waiting(source), tmp_path, replace(PLAN, budget=Budget(ample=1e9, whole=0.5)))
    stopped = [item for item in result.items if item.state == STOPPED]
    assert len(stopped) > 5
    assert {item.error for item in stopped} == {"the submission's time was up: in all, its cells took more than 0.5 s"}
    assert result.flags[0].startswith("the submission's time was up")
    assert said[0] == "ada: its time was up; it is graded once more, alone, after all others"


def test_where_time_has_no_limit_it_gets_all_points(source, tmp_path):
    result, _ = grade(waiting(source), tmp_path, replace(PLAN, budget=UNLIMITED))
    assert {item.state for item in result.items if item.notebook == LAYERS} == {RIGHT}
    assert not [flag for flag in result.flags if ": missing" not in flag]


@pytest.mark.parametrize("is_slow_again", [True, False])
def test_what_counts_is_the_time_alone(source, tmp_path, monkeypatch, is_slow_again):
    times = []

    def graded(plan, raw, item):
        times.append(raw.student)
        is_late = raw.student == "ada" and (len(times) == 1 or is_slow_again)
        return Result(raw.student, flags=[f"run {len(times)}"], out_of_time=is_late)

    monkeypatch.setattr(batch, "grade_one", graded)
    monkeypatch.setattr(batch, "expected_outputs", lambda plan, notebook: {})
    given, out = tmp_path / "submissions", tmp_path / "results"
    given.mkdir()
    for student in ("ada", "bea", "cid"):
        nbformat.write(source[LAYERS], given / f"{student}.ipynb")
    results = batch.grade(given, out, PLAN, AtOnce, 2, tell=lambda line: None)
    assert times == ["ada", "bea", "cid", "ada"]
    assert (results[0].flags, results[0].out_of_time) == (["run 4"], is_slow_again)


@pytest.mark.parametrize("most", [results.MAX_OUTPUT_CHARACTERS, 1 << 30])
def test_of_what_an_answer_prints_and_raises_not_much_is_kept(source, tmp_path, monkeypatch, most):
    monkeypatch.setattr(exercise_tests, "MAX_OUTPUT_CHARACTERS", most)
    notebooks = {LAYERS: copy.deepcopy(source[LAYERS])}
    cell = next(iter(functions(notebooks).values()))
    cell.source = "print('\\u200b' * 200_000)\nraise ValueError('x' * 50_000)"
    (stopped,) = [item for item in grade(notebooks, tmp_path, PLAN)[0].items if item.state == STOPPED]
    assert max(len(stopped.output), len(stopped.error)) == pytest.approx(min(most, 200_001), abs=100)
