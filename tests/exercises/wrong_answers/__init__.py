"""Wrong answers as students give them, one module for each exercise, each answer named by its fault.

Hints are fitted to them. They are measured by those of `blind`.
"""

import ast
import functools
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable
from dataclasses import dataclass

from mlp_helpers import exercises
from mlp_helpers.checking.observations import PARTLY, WRONG
from mlp_helpers.diagnosis.attempt import Attempt, diagnose, judge

ANSWERS = []  # all of them, by exercise


@dataclass(frozen=True)
class WrongAnswer:
    """A wrong answer to an exercise.

    Attributes
    ----------
    exercise : str
    answer : callable
    why : str
        What is wrong with it.
    names : str or None
        A regular expression that a hint which names the fault matches; None if today's hint does not name it.
    state : {WRONG, PARTLY}
    """

    exercise: str
    answer: Callable
    why: str
    names: str | None
    state: str

    def is_named_by(self, hint):
        """Whether a hint names the fault."""
        return self.names is not None and re.search(self.names, hint, re.IGNORECASE) is not None

    def verdict(self):
        """Return the `Verdict` that a notebook shows."""
        return judge(Attempt.at(exercises.exercise(self.exercise), self.answer))


def wrong(why, names=None, state=WRONG):
    """Return a decorator that adds a wrong answer to the exercise of its module; see `WrongAnswer`."""

    def add(answer):
        answer = without_decorator(answer)
        ANSWERS.append(WrongAnswer(answer.__module__.rpartition(".")[2], answer, why, names, state))
        return answer

    return add


partly_right = functools.partial(wrong, state=PARTLY)  # it earns a part of the points


def without_decorator(function):
    """Return a function compiled anew from its lines, which begin at `def`, as a student's do; a class as it is."""
    if isinstance(function, type):
        return function
    lines, first = inspect.getsourcelines(function)
    tree, scope = ast.parse("".join(lines)), {}
    tree.body[0].decorator_list.clear()
    exec(compile(ast.increment_lineno(tree, first - 1), inspect.getfile(function), "exec"), function.__globals__, scope)
    return scope[function.__name__]


def diagnosed(exercise, answer):
    """Return the way to the diagnosis of a wrong answer, and its hint."""
    return diagnose(Attempt.at(exercises.exercise(exercise), answer))


for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
