"""Calls of what an answer is given, such as a network's methods, beside those of a right answer."""

import copy
import inspect
import io
import sys
from collections import Counter

import numpy as np

from mlp_helpers.checking import toys
from mlp_helpers.checking.observations import agree, quiet
from mlp_helpers.checking.questions import FUNCTION

WORKING = ("bprop", "fprop", "gradients", "input_grad")  # methods of which the number of calls matters
MAX_CALLS = 1000


def other_calls(attempt):
    """Return a hint on a function that is never called, or not as often, or with other numbers, or None.

    Where parts of the results have sentences of their own, these say more.
    """
    exercise = attempt.exercise
    if exercise.questions.properties or exercise.kind != FUNCTION or attempt.raised:
        return None
    label = next(wanted.label for wanted, got in attempt.pairs if not agree(wanted.value, got.value))
    given = dict(zip(attempt.argument_names, attempt.cases[label], strict=False))
    if not any(map(_may_be_called, given.values())):
        return None
    own, right = (_calls(answer, given, exercise.questions) for answer in (attempt.answer, exercise.key.reference))
    if own is None or not right:
        return None
    hint = _other_numbers(own, right, given) or _other_counts(own, right)
    return hint and f"{hint} (Case: {label}.)"


def _may_be_called(value):
    if isinstance(value, list):
        return any(map(_may_be_called, value))
    return inspect.isfunction(value) or type(value).__module__ == toys.__name__


def _other_counts(own, right):
    counts, wanted = (Counter(name for name, _ in calls) for calls in (own, right))
    for name in wanted:
        if not counts[name]:
            return f"Your function never calls `{name}`. What does the task need it for?"
    for name in WORKING:
        if counts[name] != wanted[name]:
            times = "once" if counts[name] == 1 else f"{counts[name]} times"
            return f"Your function calls `{name}` {times}. How often does the task need it, and where?"
    return None


def _other_numbers(own, right, given):
    for name, value in given.items():
        asked, wanted = ([number for word, number in calls if word == name] for calls in (own, right))
        if None in asked + wanted or not asked or np.array_equal(sorted(asked), sorted(wanted)):
            continue
        numbers = " and ".join(f"{number:.4g}" for number in dict.fromkeys(asked))
        others = " and ".join(f"`{word}` {one:.4g}" for word, one in given.items() if one is not value)
        return f"With {others} it calls `{name}` with {numbers}. At which is it needed?"
    return None


def _calls(answer, given, questions):
    """Return the calls of an answer in a case, a list of pairs: a function's name, and its argument if it is a number.

    The functions are the methods of toys, and those that are `given`, a dict of the arguments; None if it failed.
    """
    arguments, found = copy.deepcopy([*given.values()]), []
    arguments = questions.as_called(*arguments) if questions.as_called else arguments
    names = {one.__code__: name for name, one in given.items() if inspect.isfunction(one)}

    def is_given(code):
        return code in names or code.co_filename == toys.__file__

    def watch(frame, event, _argument):
        code = frame.f_code
        if event == "call" and is_given(code) and not is_given(frame.f_back.f_code) and len(found) < MAX_CALLS:
            first = frame.f_locals.get(code.co_varnames[0])
            found.append((names.get(code, code.co_name), first if isinstance(first, float) else None))

    before = sys.getprofile()
    with quiet(io.StringIO(), []):
        sys.setprofile(watch)
        try:
            result = answer(*arguments)
        except Exception:
            return None
        finally:
            sys.setprofile(before)
    return None if inspect.isgenerator(result) else found
