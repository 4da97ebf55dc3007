"""Runs grafted notebooks in kernels of their own, and compares what each check prints with what the solution printed.

Each check is fed the reference's inputs, and after it the reference's answer takes the place of the student's, so one
early fault is charged once. What a cell does to its kernel costs that item alone: the rest goes on in a fresh one.
"""

import ast
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from mlp_helpers.cases import TASKS
from mlp_helpers.checks import RIGHT
from mlp_helpers.exercise_cells import answer_name, checked_name, is_answer, nbgrader, role
from mlp_helpers.grading.compare import same_output

CONCEALED = ("mlp_helpers.exercises", "mlp_helpers.grading")  # besides what a notebook names
DEADLINE = 30.0  # seconds for a cell
NEVER = shutil.ignore_patterns("__pycache__")


@dataclass(frozen=True)
class Marked:
    """What a student gets for an exercise.

    Attributes
    ----------
    name : str
    points, possible : float
    output : str
        What the check printed.
    error : str or None
        What stopped the answer or its check.
    seconds : float
    """

    name: str
    points: float
    possible: float
    output: str
    error: str | None
    seconds: float


def without_answers(package, concealed, folder):
    """Copy the course's package without the modules that hold answers; return where it is.

    Parameters
    ----------
    package : path
        The folder mlp_helpers.
    concealed : iterable of str
        Names of modules, such as mlp_helpers.activations.
    folder : path
        For the copy.
    """
    copy = Path(folder) / "mlp_helpers"
    shutil.copytree(package, copy, ignore=NEVER)
    for name in (*concealed, *CONCEALED):
        place = Path(folder, *name.split("."))
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.with_suffix(".py").unlink(missing_ok=True)
    return copy


async def expected_outputs(notebook, session, seed):
    """Return what the checks of the solved notebook print, a dict from exercise to text.

    Parameters
    ----------
    notebook : NotebookNode
        The source, grafted into itself.
    session : Session
    seed : int
        Of the course.

    Raises
    ------
    RuntimeError
        A cell of the source failed: it is not fit to grade with.
    """
    expected = {}
    for cell in [_seed_cell(seed), *(cell.source for cell in notebook.cells if role(cell) == "set-up")]:
        await _sound(session, cell)
    for cell in notebook.cells:
        if is_answer(cell):
            await _sound(session, cell.source)
        elif checked_name(cell):
            expected[checked_name(cell)] = await _sound(session, cell.source)
    return expected


async def _sound(session, source):
    ran = await session.run(source)
    if ran.error:
        raise RuntimeError(f"a cell of the source failed, {ran.error}:\n{source}")
    return ran.text


def _is_right(name, expected, found):
    """Return whether a check's output is that of a right answer. A value is judged here, for many may be right."""
    if not TASKS[name].takes_value:
        return same_output(expected, found)
    from mlp_helpers.exercises import EXERCISES

    try:
        return EXERCISES[name].judge_value(_config_in(found)).state == RIGHT
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):  # it may say anything
        return False


def _config_in(text):
    """Return the MLPConfig that a check printed as `answer: MLPConfig(…)`.

    Raises
    ------
    ValueError, TypeError, SyntaxError
        It printed something else.
    """
    from mlp_helpers.config import MLPConfig

    call = ast.parse(text.strip().removeprefix("answer: "), mode="eval").body
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "MLPConfig"):
        raise ValueError("no configuration")
    return MLPConfig(**{keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords})


def _seed_cell(seed):
    return f'import os\nos.environ["MLP_COURSE_SEED"] = "{seed}"'


async def mark(notebook, reference, expected, session, seed):
    """Run a grafted notebook; return a list of `Marked`.

    Parameters
    ----------
    notebook : NotebookNode
        With a student's answers.
    reference : dict from str to str
        The source's answer cells, by exercise.
    expected : dict from str to str
        What `expected_outputs` returned under this seed.
    session : Session
    seed : int
        Of the course.
    """
    await session.run(_seed_cell(seed), remember=True)
    marks, failed, started = [], {}, 0.0
    for cell in notebook.cells:
        if role(cell) == "set-up":
            await session.run(cell.source, remember=True)
        elif is_answer(cell):
            started = time.monotonic()
            failed[answer_name(cell)] = (await session.run(cell.source)).error
        elif checked_name(cell):
            name, possible = checked_name(cell), nbgrader(cell)["points"]
            error = failed.get(name)
            ran = await session.run(cell.source) if error is None else None
            is_right = ran is not None and ran.error is None and _is_right(name, expected[name], ran.text)
            marks.append(
                Marked(
                    name,
                    possible if is_right else 0,
                    possible,
                    ran.text if ran else "",
                    error or (ran.error if ran else None),
                    round(time.monotonic() - started, 3),
                )
            )
            await session.run(reference[name], remember=True)
    return marks
