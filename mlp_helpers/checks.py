"""Checks of answers: run each answer on its exercise's cases, and show a verdict and the results.

The verdict comes from `mlp_helpers.diagnosis`, which is imported only when needed. Without that package, as in grading,
what was seen of the answer is displayed as data instead, and judged elsewhere; the only verdict is that there is no
answer yet.
"""

import copy
import os
import sys
from types import FunctionType

from mlp_helpers.checking import observations, wire
from mlp_helpers.checking.questions import CLASS, FUNCTION, parameters
from mlp_helpers.exercises import exercise, names


class WrongAnswer(AssertionError):
    """A wrong or missing answer. Raised only under nbgrader, which grades by exceptions."""


def todo(name, *arguments, **named):
    """Stand in for the answer to the exercise `name`, so that cells that depend on it run before it is written.

    Returns what a right answer would return. In the exercise's own check it raises instead.

    Raises
    ------
    observations.NotAnswered
        The call comes from the check of this exercise, or the answers are missing, as in grading.
    ValueError
        There is no exercise of this name.
    """
    if observations.asked.get() == name or _diagnosis() is None:
        raise observations.NotAnswered(name)
    reference = exercise(name).key.reference
    if exercise(name).kind == FUNCTION:
        return reference(*arguments, **named)
    if name not in observations.stand_ins:  # something of its own, so that a check knows it
        is_class = exercise(name).kind == CLASS
        observations.stand_ins[name] = type(name, (reference,), {}) if is_class else copy.deepcopy(reference)
    return observations.stand_ins[name]


def use_reference(name):
    """Let a right answer stand in for the student's own in the notebook's cells from here on.

    Parameters
    ----------
    name : str
        Name of an exercise whose answer is a function or a class. If it has steps, all of them are replaced.

    Raises
    ------
    ValueError
        There is no such exercise.
    observations.NotAnswered
        The answers are missing, as in grading.
    """
    steps = exercise(name).parts if name in names() else []
    if not steps or any(step.kind not in (FUNCTION, CLASS) for step in steps):
        raise ValueError(f"name must be an exercise whose answer is a function or a class, got {name!r}")
    if _diagnosis() is None:
        raise observations.NotAnswered(name)
    for step in steps:
        observations.borrowed[step.name] = stand_in(step.name)
        vars(sys.modules["__main__"])[step.name] = observations.borrowed[step.name]
    print(f"From here on, {name} is a right answer of the package. To go back to your own, run its cell again.")


def stand_in(name):
    """Return what stands in for a student's answer: a right function under the name of the exercise, or a class."""
    if exercise(name).kind != FUNCTION:
        return todo(name)

    def answer(*arguments, **named):
        return todo(name, *arguments, **named)

    answer.__name__ = answer.__qualname__ = name
    return answer


def own_answers(*of):
    """Return how many answers of the notebook are the student's own, such as '7 of 11 answers are yours'.

    Each step of an exercise counts as an answer.

    Parameters
    ----------
    *of : str
        Names of exercises whose answers are functions or classes.
    """
    steps = [step for name in of for step in exercise(name).parts]
    given = [(step, vars(sys.modules["__main__"]).get(step.name)) for step in steps]
    n_own = sum(answer is not None and observations.observe(step, answer) is not None for step, answer in given)
    return f"{n_own} of {len(steps)} answers are yours"


def _diagnosis():
    """Return the package `mlp_helpers.diagnosis`, or None if it is missing, as in grading kernels."""
    try:
        import mlp_helpers.diagnosis as diagnosis
    except ModuleNotFoundError as error:
        if error.name != "mlp_helpers.diagnosis":
            raise
        return None
    return diagnosis


def check(name, *answers, help=1):
    """Run an answer on its exercise's cases, and show the verdict and the results; in grading, what was seen as data.

    Parameters
    ----------
    name : str
        Name of the exercise.
    *answers : callable or value
        The student's answer; of an exercise with steps, one for each.
    help : {1, 2}
        1 gives a hint on a wrong answer; 2 shows a small case with its right result, too.

    Raises
    ------
    ValueError
        There is no exercise of this name, no help of this number, or another number of answers. If the name is no
        text, what a check looks like is printed instead.
    WrongAnswer
        The answer is wrong or missing, or the name is no text, and nbgrader executes the notebook.
    """
    if not isinstance(name, str):
        _ask_for_a_name(name)
        return
    checked, diagnosis = exercise(name), _diagnosis()
    steps = checked.parts
    if len(answers) != len(steps):
        call = ", ".join([f'"{name}"', *(step.name for step in steps)])
        raise ValueError(f"the check must be check({call}), with {len(steps)} after the name, got {len(answers)}")
    if type(help) is not int or help not in (1, 2):
        raise ValueError(f"help must be 1 or 2, got {help!r}")
    if diagnosis is None:
        for step, answer in zip(steps, answers, strict=True):
            _display_as_data(observations.look(step, answer), parameters(answer))
        return
    verdict = diagnosis.show_verdict(checked, answers, help)
    if "NBGRADER_EXECUTION" in os.environ and verdict.state != observations.RIGHT:
        raise WrongAnswer(f"{name}: {verdict}")


def _ask_for_a_name(answer):
    """Print how a check is called, since its first argument is no text; under nbgrader, raise it."""
    given = answer.__name__ if type(answer) in (FunctionType, type) else ""
    called = given if given in names() else "unhot"
    message = (
        "A check first gets the name of its exercise, in quotation marks, and then the answer, such as "
        f'check("{called}", {called}).'
    )
    if "NBGRADER_EXECUTION" in os.environ:
        raise WrongAnswer(message)
    print(message)


def _display_as_data(seen, names):
    """Display what was seen of an answer, and the names of its parameters; say if there is no answer yet."""
    from IPython.display import display

    if seen is None:
        print(observations.Verdict(observations.UNANSWERED))
    else:
        display({wire.MIME: wire.encoded(seen, names)}, raw=True)


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
    if name in names() and (steps := exercise(name).steps):
        raise ValueError(f"name must be one of the steps of {name}, {', '.join(steps)}, got {name!r}")
    cases = exercise(name).cases() if name in names() else {}
    if label not in cases:
        raise ValueError(f"there must be an exercise {name!r} with a case {label!r}; its cases are {list(cases)}")
    as_called = exercise(name).questions.as_called
    return tuple(as_called(*cases[label])) if as_called else cases[label]


def compare_guess(guess, result):
    """Print a guess and the result that it was made for.

    Parameters
    ----------
    guess : number, str or None
        None if none was made. Letters may be written in any way: "b a c", "bac" and "B, A, C" are the same.
    result : number or str
        A str of letters, with spaces between them, where letters or an order were asked for.
    """
    if guess is None:
        print(f"no guess yet; the result is {_shown(result)}")
        return
    try:
        is_text = isinstance(result, str)
        typed = " ".join(filter(str.isalpha, guess.lower())) if is_text else _shown(float(guess))
    except (AttributeError, TypeError, ValueError, OverflowError):
        kind = "letters between quotation marks" if isinstance(result, str) else "a number"
        print(f"your guess must be {kind}, got {repr(guess)[:60]}; the result is {_shown(result)}")
    else:
        print(f"your guess is {typed or repr(guess)}, the result is {_shown(result)}")


def _shown(result):
    return result if isinstance(result, str) else f"{float(result):.4g}"
