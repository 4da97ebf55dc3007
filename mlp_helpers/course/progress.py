"""Progress of a student: runs notebooks in kernels, and collects the verdicts of their checks."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path

from mlp_helpers.checking.observations import PARTLY, RIGHT, SYMBOLS, UNANSWERED, WRONG
from mlp_helpers.checking.questions import FUNCTION
from mlp_helpers.course.cells import (
    FIGURE_HERE,
    TEXT_HERE,
    answer_name,
    checked_name,
    file_of,
    guess_name,
    is_answer,
    is_open,
    literal,
    nbgrader,
    notebook_from,
    role,
    up_to_date,
)
from mlp_helpers.course.networks import BadNetwork, look_at
from mlp_helpers.data import DataError
from mlp_helpers.exercises import exercise, names
from mlp_helpers.nbcheck.kernels import NoKernel, session_in
from mlp_helpers.services.threads import n_cores

DONE, ERROR, OPEN = "done", "error", "for your instructor"
HANDED_IN, WITHOUT_POINTS = "ready to hand in", "no points expected"
DEADLINE_SECONDS = 20.0  # per cell
VERDICT = re.compile(
    rf"(?P<symbol>.) (?P<state>{'|'.join(SYMBOLS)})(?:, (?P<share>\d+/\d+) of the points)?(?:: (?P<remark>.*))?$",
    re.MULTILINE,
)
BORROWS = re.compile(r"""^[^#\n]*\buse_reference\(["'](\w+)["']\)""", re.MULTILINE)
MEND = "Mend it, or put an earlier copy in its place, from .ipynb_checkpoints beside it or from backups"
OTHER_CELLS_NOT_RUN = "All that an answer needs must stand in its own cell: other cells of yours are not run here."


@dataclass(frozen=True)
class Outcome:
    """The state of an exercise.

    Attributes
    ----------
    name : str
    points : float
        Possible points.
    state : str
        One of `DONE`, `PARTLY`, `WRONG`, `UNANSWERED`, `ERROR`, `OPEN`, `HANDED_IN` and `WITHOUT_POINTS`.
    remark : str
        The check's hint, or the exception.
    points_share : float
        Share of the points that are reached, from 0 to 1.
    """

    name: str
    points: float
    state: str
    remark: str = ""
    points_share: float = 0.0

    @property
    def reached(self):
        """Points that are reached."""
        return round(self.points * self.points_share, 2)

    def aside(self, borrowed):
        """Return what follows the name in a line: the points of a part, and whether the name is among `borrowed`."""
        part = f", {self.reached:g} of {self.points:g} points" if self.state == PARTLY else ""
        is_borrowed = not borrowed.isdisjoint({self.name, *(step.name for step in _steps(self.name))})
        return part + (", the reference's is used" if is_borrowed and self.state != DONE else "")


@dataclass(frozen=True)
class Report:
    """The outcomes of a notebook.

    Attributes
    ----------
    path : path
    outcomes : list of Outcome
    troubles : list of str
        Errors outside the exercises, such as a failed set-up cell.
    guesses : tuple of (int, int)
        Number of guesses that were made, and that can be made.
    borrowed : frozenset of str
        Exercises for which a cell calls `use_reference`.
    """

    path: Path
    outcomes: list
    troubles: list
    guesses: tuple = (0, 0)
    borrowed: frozenset = frozenset()


def check_notebooks(paths, deadline=DEADLINE_SECONDS):
    """Run notebooks concurrently; yield a `Report` for each, in order.

    Parameters
    ----------
    paths : list of path
    deadline : float
        Timeout of each cell in seconds.
    """
    with ThreadPoolExecutor(n_cores()) as pool:
        yield from pool.map(lambda path: _examine(Path(path), deadline), paths)


def _examine(path, deadline):
    try:
        notebook = notebook_from(path.read_bytes())
    except Exception as error:  # an unreadable file must not stop the other notebooks
        return Report(path, [], [f"it cannot be read as a notebook: {' '.join(str(error).split())}. {MEND}"])
    try:
        with session_in(path.parent, deadline) as session:
            outcomes, troubles = run_cells(map(up_to_date, notebook.cells), session, path.parent)
    except NoKernel as error:
        return Report(path, [], [str(error)])
    borrowed = frozenset(name for cell in notebook.cells for name in BORROWS.findall(cell.source))
    return Report(path, outcomes, troubles, guesses_in(notebook.cells), borrowed)


def guesses_in(cells):
    """Return the number of guesses that were made, and that can be made."""
    named = [(guess_name(cell), cell.source) for cell in cells if guess_name(cell)]
    return sum(literal(source, name) is not None for name, source in named), len(named)


def run_cells(cells, session, folder):
    """Run set-up, answers and checks; return the outcomes of the exercises and the troubles of a `Report`.

    An answer that raises or is not right is replaced by a right one, so that later exercises that call it do not fail.

    Parameters
    ----------
    cells : iterable of NotebookNode
    session : Session
    folder : path
        Of the notebook, in which files lie that exercises ask for.
    """
    outcomes, troubles, broken = [], [], {}
    for cell in cells:
        if role(cell) == "set-up":
            error = (session.run(cell.source, remember=True)).error
            troubles += [f"the set-up cell {cell.id} failed: {error}"] if error else []
        elif is_answer(cell) and file_of(cell):
            outcomes.append(Outcome(answer_name(cell), _points(cell), *_network(folder / file_of(cell))))
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
            if outcome.state in (ERROR, WRONG, PARTLY) and name not in broken:
                _stand_in(name, session)
    return outcomes, troubles


def _network(path):
    """Return the state of an exercise that asks for a network's file, and what is to be said of the file."""
    if not path.is_file():
        return UNANSWERED, f"there is no {path.name} in the folder {path.parent.name}; save your network there"
    try:
        description, is_worth_points = look_at(path)
        return HANDED_IN if is_worth_points else WITHOUT_POINTS, f"{path.name}: {description}"
    except BadNetwork as error:
        return WRONG, f"{path.name}: {error}"
    except DataError as error:  # of the course, which is no fault of the network
        return ERROR, str(error)


def _points(cell):
    points = nbgrader(cell).get("points", 0)
    return points if isinstance(points, int | float) else 0


def _check(name, cell, error, session):
    """Return the outcome of an exercise: `error` if its answer raised one, otherwise the verdict of its check."""
    if error is None:
        ran = session.run(cell.source)
        error = ran.error
        if error is None:
            return Outcome(name, _points(cell), *verdict_in(ran.displays))
    return Outcome(name, _points(cell), ERROR, error)


def verdict_in(displays):
    """Return state, remark and share of the points from what a check displayed: a verdict is the first line."""
    for text in displays:
        found = VERDICT.match(text)
        if found and SYMBOLS[found["state"]] == found["symbol"]:
            remark = found["remark"] or ""
            points_share = float(Fraction(found["share"] or (found["state"] == RIGHT)))
            return (
                DONE if found["state"] == RIGHT else found["state"],
                f"{remark} {OTHER_CELLS_NOT_RUN}" if "raised NameError" in text else remark,
                points_share,
            )
    return ERROR, "its check came to no verdict", 0.0


def _stand_in(name, session):
    """Replace the answer to an exercise, each of its steps, in the session by a right one, through `todo`."""
    for step in _steps(name):
        value = f'_todo("{step.name}")'
        if step.kind == FUNCTION:
            value = f'lambda *arguments: _todo("{step.name}", *arguments)'
        session.run(f"from mlp_helpers.checks import todo as _todo\n{step.name} = {value}", remember=True)


def _steps(name):
    """Return the steps of an exercise, a list of `Exercise`; [] if there is none of this name."""
    return exercise(name).parts if name in names() else []


def lines(report):
    """Return a report as lines of text: the notebook, then a line for each exercise, then one for each trouble."""
    saved = datetime.fromtimestamp(report.path.stat().st_mtime) if report.path.exists() else None
    made, possible = report.guesses
    heading = f"{report.path}, as saved at {saved:%H:%M}" if saved else str(report.path)
    found = [heading + (f", {made} of {possible} guesses made" if possible else "")]
    for outcome in report.outcomes:
        remark = f": {outcome.remark}" if outcome.remark else ""
        found.append(
            f"  {outcome.state:19}  {outcome.points:4g}  {outcome.name}{outcome.aside(report.borrowed)}{remark}"
        )
    return found + [f"  could not be run: {text}" for text in report.troubles]


def is_right(report):
    """Return whether nothing is missing from a notebook that the student can see to."""
    return not report.troubles and all(outcome.state in (DONE, OPEN, HANDED_IN) for outcome in report.outcomes)


def as_dict(report):
    """Return a report as a dict of JSON's types."""
    made, possible = report.guesses
    fields = ("name", "state", "points", "reached", "remark")
    exercises = [{field: getattr(outcome, field) for field in fields} for outcome in report.outcomes]
    return {
        "notebook": str(report.path),
        "exercises": exercises,
        "troubles": report.troubles,
        "guesses": {"made": made, "possible": possible},
    }


def total(outcomes):
    """Return one sentence about the points of all outcomes."""
    reached = sum(outcome.reached for outcome in outcomes)
    possible = sum(outcome.points for outcome in outcomes)
    open_ones, ready = (
        [f"{outcome.name} ({outcome.points:g})" for outcome in outcomes if outcome.state == state]
        for state in (OPEN, HANDED_IN)
    )
    waiting = f"; your instructor reads {', '.join(open_ones)}" if open_ones else ""
    if ready:
        are = "are" if len(ready) > 1 else "is"
        waiting += f"; {', '.join(ready)} {are} graded on images that you do not have"
    return f"{reached:g} points so far, of {possible:g} in all{waiting}."
