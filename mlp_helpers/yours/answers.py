"""Answers of saved notebooks: found, run in a name space of their own, checked, and replaced where need be.

Of an answer cell only imports, definitions and assignments run. The answers of a notebook run in its order, in one name
space, which begins with the notebook's set-up cells, so an answer may call earlier ones.
"""

import ast
import linecache
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import nbformat
from IPython.core.inputtransformer2 import TransformerManager

from mlp_helpers.checking.questions import CLASS, FUNCTION
from mlp_helpers.checks import stand_in
from mlp_helpers.course.cells import answer_name, is_answer, is_open, role, up_to_date
from mlp_helpers.course.renamed import current
from mlp_helpers.diagnosis.attempt import Attempt
from mlp_helpers.diagnosis.withheld import called_names, withheld_function
from mlp_helpers.exercises import exercise, names
from mlp_helpers.yours import note
from mlp_helpers.yours.guard import TooSlow, execute, guarded

DEADLINE_SECONDS = 1.0  # to run an answer, and to check it
RUN = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign, ast.AugAssign)
COURSE_FILE = re.compile(r"\d\d_\w+")  # stem of a notebook's name
MODULE = "mlp_helpers.yours"
_reading = []  # notebooks whose answers are being run


@dataclass(frozen=True)
class Answer:
    """An answer of a saved notebook.

    Attributes
    ----------
    value : object
        The student's own, or a right one if `is_usable` is false.
    checked : object
        The student's own if there is no trouble, a right one otherwise.
    trouble : str
        What is wrong with the student's own, "" if nothing is.
    is_usable : bool
        Whether there is one of the student that can be taken, be it right or wrong.
    needs : tuple of str
        Other answers of the notebook that the student's own calls, and that those call.
    """

    value: object
    checked: object
    trouble: str
    is_usable: bool
    needs: tuple = ()

    def is_own(self, checked):
        """Return whether `checked`, or else `value`, is the student's own."""
        return self.is_usable and not (checked and self.trouble)


def imported(name, module, checked):
    """Return an answer for a cell that imports it, and say under the cell whose it is.

    Parameters
    ----------
    name : str
    module : str
        From which it is imported.
    checked : bool
        Whether a right answer replaces one that is not.

    Raises
    ------
    AttributeError
        No exercise of this name asks for a function or a class.
    ImportError
        An answer imports the answers.
    """
    if name not in names() or exercise(name).kind not in (FUNCTION, CLASS):
        raise AttributeError(f"module {module!r} has no attribute {name!r}: no answer to an exercise of this name")
    if _reading:
        raise ImportError(f"an answer cannot import from {MODULE}, which reads the answers")
    path, copies = find(name)
    answers = {} if path is None else read(path)
    if name not in answers:
        note.add(note.Entry(name, False, "" if path is None else "its notebook cannot be read", path, copies))
        return stand_in(name)
    answer = answers[name]
    for one in (name, *(answer.needs if answer.is_own(checked) else ())):
        note.add(note.Entry(one, answers[one].is_own(checked), answers[one].trouble, path, copies))
    return answer.checked if checked else answer.value


def stand_ins(name):
    """Return the names for which the package stands in, of an answer and those that it calls, a set of str."""
    path, _ = find(name)
    answers = {} if path is None else read(path)
    if name not in answers:
        return {name}
    return {one for one in (name, *answers[name].needs) if not answers[one].is_own(checked=False)}


def find(name):
    """Return the path of the notebook with an exercise, None if there is none, and those of its copies, a tuple.

    The folder is that of the running notebook: the working folder, or where the page says that the notebook is.
    """
    for folder in (Path.cwd(), Path(os.environ.get("JPY_SESSION_NAME", "")).parent):
        paths = [path for path in folder.glob("*.ipynb") if name in _asked(path, path.stat().st_mtime_ns)]
        named = [path for path in paths if COURSE_FILE.fullmatch(path.stem)]
        if named:
            path = min(named, key=lambda path: len(path.name))  # the name of a copy is longer
            return path, tuple(sorted({*paths} - {path}))
    return None, ()


@lru_cache(maxsize=64)
def _asked(path, _changed):
    """Return the names of the exercises that have cells in a notebook, and of their steps, a frozenset."""
    found = re.findall(r'"grade_id":\s*"(\w+)"', path.read_text(encoding="utf-8", errors="replace"))
    return frozenset(step.name for name in found for step in _steps(current(name)))


def _steps(name):
    """Return the steps of an exercise that are functions or classes, a list of `Exercise`."""
    return [step for step in exercise(name).parts if step.kind in (FUNCTION, CLASS)] if name in names() else []


def read(path):
    """Return the answers of a saved notebook, a dict from name to `Answer`; {} if it cannot be read."""
    return _read(path, path.stat().st_mtime_ns, os.environ.get("MLP_COURSE_SEED"))


@lru_cache(maxsize=8)
def _read(path, _changed, _seed):
    cells = cells_of(path)
    troubles, usable, checked = {}, set(), {"__name__": MODULE}
    for cell in cells:
        stopped = _run(cell, checked, path)
        for step in _steps_of(cell):
            troubles[step.name], is_usable = _judged(step, checked.get(step.name), stopped)
            usable |= {step.name} if is_usable else set()
            if troubles[step.name]:
                checked[step.name] = stand_in(step.name)
    pinned = {name: checked[name] for name in troubles if name not in usable}
    written = _as_written(cells, path, pinned)
    for name in troubles.keys() - written.keys():  # the second run failed where the first one did not
        written[name] = checked[name]
    return {
        name: Answer(written[name], checked[name], troubles[name], name in usable, _needs(name, written, troubles))
        for name in troubles
    }


def cells_of(path):
    """Return the set-up cells and answer cells of a saved notebook, a list; [] if it cannot be read."""
    try:
        notebook = nbformat.v4.reads(path.read_text(encoding="utf-8"))
        cells = [up_to_date(cell) for cell in notebook.cells if cell.cell_type == "code"]
        return [cell for cell in cells if role(cell) == "set-up" or (is_answer(cell) and not is_open(cell))]
    except Exception:  # a damaged file may raise anything
        return []


def _needs(name, space, answers):
    """Return the names of other answers that one calls, directly or not, a tuple, in the order of `answers`."""
    called = called_names(space.get(name), space)
    return tuple(one for one in answers if one in called and one != name)


def _as_written(cells, path, pinned):
    """Return the name space of a notebook's answers, right or wrong, but for those in `pinned`, a dict."""
    space = {"__name__": MODULE}
    for cell in cells:
        asked = {step.name for step in _steps_of(cell)}
        if not asked or not asked <= pinned.keys():  # else nothing in it is wanted
            _run(cell, space, path)
        space.update({name: pinned[name] for name in asked & pinned.keys()})
    return space


def _steps_of(cell):
    return _steps(answer_name(cell)) if is_answer(cell) else []


def _run(cell, space, path):
    """Run imports, definitions and assignments of a cell in a name space; return why not to its end, "" if it was."""
    for step in _steps_of(cell):
        space.pop(step.name, None)
    source = TransformerManager().transform_cell(cell.source)
    file = f"<{path.name}, cell {cell.get('id')}>"
    linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file  # for tracebacks
    with _trouble() as trouble:
        for node in ast.parse(source, file).body:
            if isinstance(node, ast.Import | ast.ImportFrom) and MODULE in ast.unparse(node).replace(" import ", "."):
                raise ImportError(f"an answer cannot import from {MODULE}, which reads the answers")
            if isinstance(node, RUN):
                execute(node, file, space)
    return (trouble or [""])[0]


def _judged(step, answer, stopped):
    """Return what is wrong with an answer, "" if nothing is, and whether it can be taken all the same."""
    if answer is None:
        return stopped or "its cell does not define it", False
    _ = step.expected  # a right answer needs no deadline
    withheld, state = None, "not answered yet"
    with _trouble() as trouble:
        attempt = Attempt.at(step, answer)
        if attempt.observations is not None:
            withheld = withheld_function(step, answer)
            state = "" if not attempt.wrong else "partly right" if attempt.points_share else "not right"
    if withheld:
        trouble.append(f"it calls the package's `{withheld}`, which grading does not have")
    return (trouble or [state])[0], not trouble and state != "not answered yet"


@contextmanager
def _trouble():
    """Run code of a student under guard; append to the list what stops it, in words."""
    found = []
    _reading.append(found)
    try:
        with guarded(DEADLINE_SECONDS):
            yield found
    except TooSlow:
        found.append(f"it takes longer than {DEADLINE_SECONDS:g} s")
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        found.append(f"its cell cannot be run: {type(error).__name__}: {' '.join(str(error).split())[:200]}")
    finally:
        _reading.pop()
