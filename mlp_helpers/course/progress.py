"""Progress of a student: a kernel runs what leads to each exercise, and its check's verdict is read."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import nbformat

from mlp_helpers.checking.cases import QUESTIONS
from mlp_helpers.checking.observations import MARKS, RIGHT, UNANSWERED, WRONG
from mlp_helpers.course.cells import (
    FIGURE_HERE,
    TEXT_HERE,
    answer_name,
    checked_name,
    is_answer,
    is_open,
    nbgrader,
    role,
)
from mlp_helpers.nbcheck.kernels import NoKernel, session_in
from mlp_helpers.threads import n_cores

DONE, ERROR, OPEN = "done", "error", "for your instructor"
DEADLINE_SECONDS = 20.0  # seconds for a cell
ALONE = "All that an answer needs must stand in its own cell: other cells of yours are not run here"


@dataclass(frozen=True)
class Outcome:
    """How an exercise stands.

    Attributes
    ----------
    name : str
    points : float
        That it is worth.
    state : {"done", "not right", "not answered yet", "error", "for your instructor"}
    remark : str
        The check's hint, or the exception.
    """

    name: str
    points: float
    state: str
    remark: str = ""


@dataclass(frozen=True)
class Report:
    """What was found in a notebook.

    Attributes
    ----------
    path : path
        Of the notebook.
    outcomes : list of Outcome
    troubles : list of str
        What could not be run.
    """

    path: Path
    outcomes: list
    troubles: list


def check_notebooks(paths, deadline=DEADLINE_SECONDS):
    """Return a `Report` for each notebook, in order; they run side by side.

    Parameters
    ----------
    paths : list of path
    deadline : float
        Seconds that each cell may take.
    """
    with ThreadPoolExecutor(n_cores()) as pool:
        return list(pool.map(lambda path: _examine(Path(path), deadline), paths))


def _examine(path, deadline):
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:  # whatever is wrong with the file, the other notebooks go on
        return Report(
            path, [], [f"it cannot be read as a notebook: {type(error).__name__}: {' '.join(str(error).split())}"]
        )
    try:
        with session_in(path.parent, deadline) as session:
            return Report(path, *run_cells(notebook.cells, session))
    except NoKernel as error:
        return Report(path, [], [str(error)])


def run_cells(cells, session):
    """Run set-up, answers and checks; return the outcomes of the exercises, and what could not be run.

    An answer that cannot be run, or is not right, is replaced by one that computes what a right one would: it costs its
    own exercise, and none after it that calls it.

    Parameters
    ----------
    cells : list of NotebookNode
    session : Session
    """
    outcomes, troubles, broken = [], [], {}
    for cell in cells:
        if role(cell) == "set-up":
            error = (session.run(cell.source, remember=True)).error
            troubles += [f"the set-up cell {cell.id} failed: {error}"] if error else []
        elif is_answer(cell) and is_open(cell):
            is_blank = cell.source.strip() in (FIGURE_HERE, TEXT_HERE, "")
            outcomes.append(Outcome(answer_name(cell), _points(cell), UNANSWERED if is_blank else OPEN))
        elif is_answer(cell):
            name = answer_name(cell)
            error = (session.run(cell.source, remember=True)).error
            if error:
                broken.setdefault(name, error)
                _stand_in(name, session)
        elif checked_name(cell):
            name = checked_name(cell)
            outcome = _check(name, cell, broken.get(name), session)
            outcomes.append(outcome)
            if outcome.state in (ERROR, WRONG) and name not in broken:
                _stand_in(name, session)
    return outcomes, troubles


def _points(cell):
    points = nbgrader(cell).get("points", 0)
    return points if isinstance(points, int | float) else 0


def _check(name, cell, error, session):
    """Return the outcome of an exercise whose answer failed with `error`, or else of what its check says."""
    if error is None:
        ran = session.run(cell.source)
        error = ran.error
        if error is None:
            return Outcome(name, _points(cell), *verdict_in(ran.text))
    return Outcome(name, _points(cell), ERROR, error)


def verdict_in(text):
    """Return state and remark from what a check printed: its last line says them."""
    last = text.strip().rpartition("\n")[2]
    for state, found in ((WRONG, WRONG), (UNANSWERED, UNANSWERED), (RIGHT, DONE)):
        beginning = f"{MARKS[state]} {state}"
        if last.startswith(beginning):
            remark = last.removeprefix(beginning).removeprefix(":").strip()
            return found, f"{remark}. {ALONE}" if "NameError" in remark else remark
    return ERROR, "its check came to no verdict"


def _stand_in(name, session):
    """Let the answer to an exercise be what a right one would be."""
    if name not in QUESTIONS:
        return
    value = f'_todo("{name}")' if QUESTIONS[name].takes_value else f'lambda *arguments: _todo("{name}", *arguments)'
    session.run(f"from mlp_helpers.checks import todo as _todo\n{name} = {value}", remember=True)


def lines(report):
    """Return a report as lines of text: the notebook, then a line for each exercise, then what could not be run."""
    saved = datetime.fromtimestamp(report.path.stat().st_mtime) if report.path.exists() else None
    found = [f"{report.path}, as saved at {saved:%H:%M}" if saved else str(report.path)]
    for outcome in report.outcomes:
        remark = f": {outcome.remark}" if outcome.remark else ""
        found.append(f"  {outcome.state:19}  {outcome.points:4g}  {outcome.name}{remark}")
    return found + [f"  could not be run: {text}" for text in report.troubles]


def total(reports):
    """Return one sentence about the points of all reports."""
    outcomes = [outcome for report in reports for outcome in report.outcomes]
    reached = sum(outcome.points for outcome in outcomes if outcome.state == DONE)
    open_ones = [f"{outcome.name} ({outcome.points:g})" for outcome in outcomes if outcome.state == OPEN]
    possible = sum(outcome.points for outcome in outcomes)
    waiting = f"; your instructor reads {', '.join(open_ones)}" if open_ones else ""
    return f"{reached:g} points so far, of {possible:g} in all{waiting}."
