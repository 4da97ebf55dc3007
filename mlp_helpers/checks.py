"""Checks of answers: run each answer on its exercise's cases, print the results and a verdict.

The canonical form is printed first. Grading compares it; it depends only on the answer and on the course seed. The
verdict comes from `mlp_helpers.exercises`, which is imported only when needed. Without that package, as in grading,
the only verdict is that there is no answer yet.
"""

import copy
import os
import sys

from mlp_helpers.checking import observations
from mlp_helpers.checking.cases import QUESTIONS

MAX_PRINTED_LINES = 10  # of an answer's own output


class WrongAnswer(AssertionError):
    """A wrong or missing answer. Raised only under nbgrader, which grades by exceptions."""


def todo(name, *arguments):
    """Stand in for the answer to the exercise `name`, so that cells that depend on it run before it is written.

    Returns what a right answer would return. In the exercise's own check it raises instead.

    Raises
    ------
    observations.NotAnswered
        The call comes from the check of this exercise, or the answers are missing, as in grading.
    """
    exercises = None if observations.asked.get() == name else _exercises()
    if exercises is None:
        raise observations.NotAnswered(name)
    reference = exercises.ANSWER_KEYS[name].reference
    if not QUESTIONS[name].takes_value:
        return reference(*arguments)
    return observations.stand_ins.setdefault(name, copy.deepcopy(reference))


def _exercises():
    """Return the package `mlp_helpers.exercises`, or None if it is missing, as in grading kernels."""
    try:
        import mlp_helpers.exercises as exercises
    except ModuleNotFoundError as error:
        if error.name != "mlp_helpers.exercises":
            raise
        return None
    return exercises


def check(name, answer):
    """Run an answer on its exercise's cases; print the canonical form and, except in grading, the verdict.

    Parameters
    ----------
    name : str
        Name of the exercise.
    answer : callable or value
        The student's answer.

    Raises
    ------
    ValueError
        There is no exercise of this name.
    WrongAnswer
        The answer is wrong or missing, and nbgrader executes the notebook.
    """
    if name not in QUESTIONS:
        raise ValueError(f"name must be an exercise of the course, {', '.join(QUESTIONS)}, got {name!r}")
    exercises = _exercises()
    try:
        seen = observations.observe(name, answer)
    except observations.Interrupted as interrupted:
        if exercises is None:
            raise
        print(observations.Verdict(observations.WRONG, f"{interrupted} Does that loop ever end?"))
        return
    if seen:
        print(observations.canonical(seen))
    if exercises is None:
        if seen is None:
            print(observations.Verdict(observations.UNANSWERED))
        return
    verdict = exercises.judge(name, answer, seen)
    print(*_notes(seen), "", verdict, sep="\n") if seen else print(verdict)
    if "NBGRADER_EXECUTION" in os.environ and verdict.state != observations.RIGHT:
        raise WrongAnswer(f"{name}: {verdict}")


def case(name, label):
    """Return the arguments that the check of an exercise passes to an answer in one of its cases, a tuple.

    Parameters
    ----------
    name : str
        Name of the exercise.
    label : str
        Label of the case, as the check prints it.

    Raises
    ------
    ValueError
        There is no such exercise or case.
    """
    cases = QUESTIONS[name].cases(observations.exercise_rng(name)) if name in QUESTIONS else {}
    if label not in cases:
        raise ValueError(f"there must be an exercise {name!r} with a case {label!r}; its cases are {list(cases)}")
    return cases[label]


def _notes(seen):
    """Return notes for the student: the answer's own output, and a warning if an older answer was checked."""
    printed = "".join(observation.printed for observation in seen).splitlines()
    notes = ["Your answer printed:", *(f"  {line}" for line in printed[:MAX_PRINTED_LINES])] if printed else []
    notes += [f"  … and {len(printed) - MAX_PRINTED_LINES} lines more"] if len(printed) > MAX_PRINTED_LINES else []
    if "IPython" in sys.modules:
        shell = sys.modules["IPython"].get_ipython()
        if shell is not None and not shell.last_execution_succeeded:
            notes.append("The cell that ran before this one failed; what is checked is what you had before that.")
    return notes
