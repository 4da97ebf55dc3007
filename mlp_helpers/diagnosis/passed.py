"""Answers that are not what their check asks for: a text, a value, a class, other parameters, another exercise's."""

import difflib
import sys
from types import FunctionType

from mlp_helpers import exercises
from mlp_helpers.checking.observations import WRONG, Verdict, observe, wrong_cases
from mlp_helpers.checking.questions import CLASS, FUNCTION, LITERAL, parameters

SIMILAR = 0.85  # of two names, from 0 to 1


def name_in_quotes(exercise, answer):
    """Return the `Verdict` on the name of an exercise, as a text, in place of what is typed in; None for another."""
    if type(answer) is not str or answer.strip() != exercise.name:
        return None
    remark = f'This is the text "{exercise.name}", and not what you typed in. Are there quotation marks around a name?'
    return Verdict(WRONG, remark)


def other(attempt):
    """Return a hint on a wrong answer of the wrong kind, or with another name or order of parameters, or None."""
    exercise, answer = attempt.exercise, attempt.answer
    name, is_class = exercise.name, issubclass(type(answer), type)
    if exercise.kind == FUNCTION and is_class:
        return f"`{name}` must be a function, and this is a class. With which word does a function begin?"
    if exercise.kind == CLASS and callable(answer) and not is_class:
        got = "a function" if type(answer) is FunctionType else f"of type {type(answer).__name__}"
        return f"`{name}` must be a class, and this is {got}. With which word does a class begin?"
    if not callable(answer):
        wanted, got = exercise.kind, "None" if answer is None else f"a value of type {type(answer).__name__}"
        return (
            f"`{name}` must be a {wanted} itself, and this is {got}. Was it called, or did a value take the name of "
            f"the {wanted}?"
        )
    given = answer.__name__ if is_class or type(answer) is FunctionType else name
    if given != name and (given in exercises.names() or _is_of_package(answer)):
        return f"This check is for `{name}`, and got `{given}`. Which of the two did you mean?"
    return _in_another_order(attempt)


def _in_another_order(attempt):
    """Return a hint if the answer has the task's parameters in another order, and less is wrong in that of the task."""
    names, wanted = attempt.names, parameters(attempt.exercise.key.reference)
    if names is None or wanted is None or names == wanted or {*names} != {*wanted}:
        return None

    def in_order(*arguments):
        return attempt.answer(**dict(zip(wanted, arguments, strict=True)))

    if not wrong_cases(attempt.expected, observe(attempt.exercise, in_order, attempt.cases)) < attempt.wrong:
        return None
    return f"The task passes `{', '.join(wanted)}`, in this order. In which order does your `def` line take them?"


def _is_of_package(answer):
    """Return whether a function or class is the package's; those of its exercises stand in for students'."""
    module = str(answer.__module__)
    return module.startswith("mlp_helpers.") and not module.startswith("mlp_helpers.exercises.")


def under_another_name(exercise):
    """Return a note, in a tuple, on something of the notebook with nearly the name of an answer; () if nothing has."""
    space, wanted = vars(sys.modules["__main__"]), _plain(exercise.name)
    for name, value in space.items():
        is_alike = type(value) is {FUNCTION: FunctionType, CLASS: type}.get(exercise.kind, str)
        if not is_alike or name in exercises.names() or (exercise.kind == LITERAL and not value.strip()):
            continue
        is_own = exercise.kind == LITERAL or value.__module__ == "__main__"
        if is_own and _is_nearly(_plain(name), wanted):
            return (f"The check looks at `{exercise.name}`, and there is a `{name}`, too. Is that your answer?",)
    return ()


def _plain(name):
    return name.lower().replace("_", "")


def _is_nearly(name, wanted):
    """Return whether a name is another one misspelt; a beginning or an end more makes it a name of its own."""
    if name == wanted:
        return True
    is_longer = name.startswith(wanted) or wanted.startswith(name) or name.endswith(wanted) or wanted.endswith(name)
    return not is_longer and difflib.SequenceMatcher(None, name, wanted).ratio() >= SIMILAR
