"""Explanation of a mark, for an instructor: answer, inputs, actual and expected output."""

import numpy as np

from mlp_helpers.authoring.release import read_notebooks
from mlp_helpers.checking.observations import canonical
from mlp_helpers.course.cells import exercises
from mlp_helpers.exercises import exercise, names
from mlp_helpers.grading.reference_course import course_seed_set
from mlp_helpers.grading.reports.report import RUN, stored_seed
from mlp_helpers.grading.results import load, result_file
from mlp_helpers.services.validation import one_of


def explanation(out, student, name, source):
    """Return an explanation of a student's mark for an exercise, as text.

    Parameters
    ----------
    out : path
        The folder of results.
    student, name : str
    source : path
        The course's folder.

    Raises
    ------
    ValueError
        The student has no result, the course has no such exercise, or the seed is missing.
    """
    result = load(out, student)
    if result is None:
        there = [path.stem for path in result_file(out, student).parent.glob("*.json")]
        one_of(student, [name for name in there if name != student], "STUDENT", f"one with a result in {out}")
    if result.refused:
        return f"{student} was refused: {result.refused}"
    marked = next((item for item in result.items if item.name == name), None)
    open_answer = result.open_answers.get(name)
    one_of(name, [item.name for item in exercises(read_notebooks(source))], "ITEM", "an exercise")
    if marked is None and open_answer is None:
        return f"{student} did not answer {name}"
    if marked is None:
        return f"{name} is marked by a person. The answer:\n\n{open_answer['source']}"
    seed = stored_seed(out)
    if seed is None:
        raise ValueError(f"{out} must hold {RUN} with the seed of its grading run, got none; grade again with --seed")
    return "\n\n".join(_parts(marked, seed))


def _parts(marked, seed):
    yield f"{marked.name} ({marked.notebook}): {marked.state}, {marked.points:g} of {marked.possible:g} points"
    for old in marked.earlier:
        yield f"until {old['date']}: {old['points']:g} points; replaced: {old['reason']}"
    yield f"The answer, put into the instructor's notebook:\n{marked.answer or '(none)'}"
    if marked.name not in names():
        yield f"What it is about:\n{marked.output or marked.error or '(no file)'}"
        return
    yield f"The check's inputs, under seed {seed}:\n{_inputs(marked.name, seed)}"
    yield f"What the check printed:\n{marked.output or '(nothing)'}"
    if marked.error:
        yield f"What stopped it:\n{marked.error}"
    if marked.hint:
        yield f"Hint:\n{marked.hint}"
    yield f"What it prints with the solution:\n{_expected(marked.name, seed)}"


def _inputs(name, seed):
    with course_seed_set(seed), np.printoptions(precision=6, threshold=200, suppress=True):
        return _by_step(
            name,
            lambda step: "\n".join(
                f"{label}:\n" + "\n".join(f"  {argument!r}" for argument in arguments)
                for label, arguments in step.cases().items()
            ),
        )


def _expected(name, seed):
    with course_seed_set(seed):
        return _by_step(name, lambda step: canonical(step.expected))


def _by_step(name, text):
    """Return a text for each step of an exercise, under its name if there are several."""
    steps = exercise(name).parts
    return "\n\n".join(f"{step.name}\n{text(step)}" if len(steps) > 1 else text(step) for step in steps)
