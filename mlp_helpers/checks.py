"""The check under each answer: feeds it inputs, prints what came out, and says whether that is right.

What is printed first, the canonical form, is what grading compares: it depends on the answer and on the course's seed,
and on nothing else. The verdict after it comes from `mlp_helpers.exercises`, which is loaded only then; where that
package is missing, as in grading, there is no verdict.
"""

import copy
import os
import sys

from mlp_helpers.checking import observations
from mlp_helpers.checking.cases import QUESTIONS

MAX_PRINTED_LINES = 10  # lines of what an answer prints


class WrongAnswer(AssertionError):
    """Under nbgrader, which goes by exceptions: the answer is not right."""


def todo(name, *arguments):
    """Stand in for the answer to the exercise `name`, so that what builds on it can be run before it is written.

    Returns what a right answer would give; to `check`, it says that there is no answer yet.

    Raises
    ------
    observations.NotAnswered
        The check of this very exercise is asking, or the answers are not there, as in grading.
    """
    exercises = None if observations.asked.get() == name else _exercises()
    if exercises is None:
        raise observations.NotAnswered(name)
    reference = exercises.ANSWER_KEYS[name].reference
    if not QUESTIONS[name].takes_value:
        return reference(*arguments)
    return observations.stand_ins.setdefault(name, copy.deepcopy(reference))


def _exercises():
    """Return the package that knows the answers, None where it is missing: grading's kernels have none."""
    try:
        import mlp_helpers.exercises as exercises
    except ModuleNotFoundError as error:
        if error.name != "mlp_helpers.exercises":
            raise
        return None
    return exercises


def check(name, answer):
    """Print what the answer to an exercise makes of the exercise's cases and, except in grading, whether it is right.

    Parameters
    ----------
    name : str
        Of the exercise.
    answer : callable or value
        What the student wrote.

    Raises
    ------
    ValueError
        There is no exercise of this name.
    WrongAnswer
        The answer is not right, and nbgrader executes the notebook.
    """
    if name not in QUESTIONS:
        raise ValueError(f"name must be an exercise of the course, {', '.join(QUESTIONS)}, got {name!r}")
    seen = observations.observe(name, answer)
    if seen:
        print(observations.canonical(seen))
    exercises = _exercises()
    if exercises is None:
        if seen is None:
            print(observations.Verdict(observations.UNANSWERED))
        return
    verdict = exercises.judge(name, answer, seen)
    print(*_notes(seen), "", verdict, sep="\n") if seen else print(verdict)
    if "NBGRADER_EXECUTION" in os.environ and verdict.state != observations.RIGHT:
        raise WrongAnswer(f"{name}: {verdict}")


def case(name, label):
    """Return the arguments that the check of an exercise gives an answer in one of its cases, a tuple.

    Parameters
    ----------
    name : str
        Of the exercise.
    label : str
        Of the case, as the check prints it.

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
    """Return what a student should know beside the values: what was printed, and that this is an older answer."""
    printed = "".join(observation.printed for observation in seen).splitlines()
    notes = ["Your answer printed:", *(f"  {line}" for line in printed[:MAX_PRINTED_LINES])] if printed else []
    notes += [f"  … and {len(printed) - MAX_PRINTED_LINES} lines more"] if len(printed) > MAX_PRINTED_LINES else []
    if "IPython" in sys.modules:
        shell = sys.modules["IPython"].get_ipython()
        if shell is not None and not shell.last_execution_succeeded:
            notes.append("The cell that ran before this one failed; what is checked is what you had before that.")
    return notes
