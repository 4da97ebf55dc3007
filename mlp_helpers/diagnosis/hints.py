"""Hints beside the bank, relations, exceptions and places: a missing refusal, a changed input, shapes, the first case.

A hint states only what was observed. It may be vague, but is never false.
"""

from dataclasses import replace

import numpy as np

from mlp_helpers.checking.observations import Opaque, agree, close, numbers
from mlp_helpers.checking.questions import is_refusal
from mlp_helpers.diagnosis.exceptions import in_public

MIN_NUMBERS = 6  # of a check, for what they have in common


def changed_input(attempt):
    """Return a hint if all results are right, but an argument was changed."""
    if not all(agree(wanted.value, got.value) for wanted, got in attempt.pairs):
        return None
    labels = [got.label for wanted, got in attempt.pairs if got.changed != wanted.changed]
    return f"The result is right, but the input has changed (case: {labels[0]}). Work on a copy."


def remark(attempt):
    """Return a remark on a right answer that issued a warning or has another dtype, "" if there is none."""
    for wanted, got in attempt.pairs:
        if isinstance(wanted.value, np.ndarray) and isinstance(got.value, np.ndarray):
            kinds = wanted.value.dtype.kind, got.value.dtype.kind
            if kinds == ("f", "b"):
                return "it gives True and False, which count as 1 and 0; numbers would be safer"
            if wanted.value.dtype == np.float64 and got.value.dtype in (np.float32, np.float16):
                return f"in {got.value.dtype}, which has fewer digits than its input"
        if got.warned and not wanted.warned:
            return f"but there was a warning on the way, {got.warned!r} (case: {got.label})"
    return ""


def first_case(attempt, with_numbers):
    """Return the most informative hint on the first wrong case, None if it would need right numbers and may not."""
    wanted, got = next((a, b) for a, b in attempt.pairs if not agree(a.value, b.value))
    case = _case_with_shapes(got.label, attempt.argument_names, attempt.cases[got.label])
    return (
        _not_refused(wanted, got)
        or _reply(got, attempt.exercise.questions.properties)
        or _wrong_type(wanted, got, attempt)
        or _wrong_shape(wanted, got, case, attempt)
        or _not_finite(wanted, got)
        or _wrong_property(wanted, got, attempt.exercise.questions.properties, attempt.cases[got.label])
        or _out_of_range(attempt)
        or (_with_numbers(attempt, wanted, got, case) if with_numbers else None)
    )


def _with_numbers(attempt, wanted, got, case):
    return _scaled_lines(wanted, got) or _in_numbers(*_first_part(wanted, got, case)) + _right_elsewhere(attempt)


def _scaled_lines(wanted, got):
    """Return a hint if each row, or each column, is the right one times a number of its own, or None."""
    expected, found = numbers(wanted.value), numbers(got.value)
    if expected is None or expected.ndim != 2 or min(expected.shape) < 2 or not np.isfinite([expected, found]).all():
        return None
    for axis, line in ((1, "row"), (0, "column")):
        products, squares = (np.sum(expected * one, axis=axis, keepdims=True) for one in (found, expected))
        if np.all(products) and np.all(close(products / squares * expected, found)):
            return f"Each {line} is the right one times a number of its own. Which step multiplies or divides it?"
    return None


def _right_elsewhere(attempt):
    """Return a sentence on the cases that are right, "" if there are none."""
    others = attempt.wrong | {*attempt.exercise.questions.awkward}
    right = [f"'{label}'" for label in attempt.cases if label not in others]
    cases = "A case that is right" if len(right) == 1 else "Cases that are right"
    return f" {cases}: {', '.join(right)}." if right else ""


def _case_with_shapes(label, names, arguments):
    """Return a case in words, with the shapes of its arguments that are arrays."""
    arrays = {name: value for name, value in zip(names, arguments, strict=False) if isinstance(value, np.ndarray)}
    shapes = [f"`{name}` of shape {value.shape}" for name, value in arrays.items() if value.ndim]
    return f"In the case '{label}'" + (f" ({', '.join(shapes)})" if shapes else "")


def _kind(value):
    if value is None:
        return "None"
    if isinstance(value, Opaque):
        return f"an {value.kind}" if value.kind.startswith("array") else f"a {value.kind}"
    if isinstance(value, np.ndarray) and value.ndim > 0:
        return "an array"
    if numbers(value) is not None:
        return "a number"
    return f"a {type(value).__name__}"


def _not_refused(wanted, got):
    """Return a hint if a ValueError is wanted, and there is a result, or None."""
    if not is_refusal(wanted.value):
        return None
    return f"In the case '{got.label}', it gives {_kind(got.value)}; it should raise a ValueError."


def _reply(got, replies):
    """Return the reply to a result that is a text, if there is one, or None."""
    return f"{replies[got.value]} (Case: {got.label}.)" if isinstance(got.value, str) and got.value in replies else None


def _wrong_type(wanted, got, attempt=None):
    """Return a hint if the result is of another kind than expected (None, array, number, other type), or None."""
    kinds = _kind(wanted.value), _kind(got.value)
    if kinds[0] == kinds[1] or kinds == ("a str", "a number"):  # a str stands for a number that need not be exact
        return None
    called = isinstance(got.value, Opaque) and got.value.is_callable
    question = " Was a function returned instead of called?" if called else ""
    question = " Is the `return` missing?" if got.value is None else question
    question = question or (_entries(attempt) if kinds[0] == "an array" else "")
    return f"It gives {in_public(kinds[1])} instead of {kinds[0]} (case: {got.label}).{question}"


def _wrong_shape(wanted, got, case, attempt=None):
    """Return a hint if the result, or the first item of a list that is wrong, has another shape than expected."""
    wanted, got, case = _first_item(wanted, got, case)
    expected, found = numbers(wanted.value), numbers(got.value)
    if expected is None or found is None or expected.shape == found.shape:
        return None
    text = f"{case}, the result has shape {found.shape} instead of {expected.shape}."
    if found.size == expected.size and np.all(close(expected.ravel(), found.ravel())):
        return f"{text} The numbers are right, but not their arrangement."
    return text + (_entries(attempt) or _about_axes(expected.shape, found.shape))


def _entries(attempt):
    """Return in words which size of an argument each axis of a right result has; "" if one has none in all cases."""
    if attempt is None or not all(isinstance(one.value, np.ndarray) for one in attempt.expected):
        return ""
    sizes = {}
    for name, *arrays in zip(attempt.argument_names, *attempt.cases.values(), strict=False):
        if all(isinstance(array, np.ndarray) and array.ndim for array in arrays):
            sizes |= {f"each {'row' if arrays[0].ndim > 1 else 'number'} of `{name}`": [len(array) for array in arrays]}
        if all(isinstance(array, np.ndarray) and array.ndim == 2 for array in arrays):
            sizes |= {f"each column of `{name}`": [array.shape[1] for array in arrays]}
    shapes = [one.value.shape for one in attempt.expected]
    if len({len(shape) for shape in shapes}) != 1:
        return ""
    axes = [[what for what, found in sizes.items() if found == list(axis)] for axis in zip(*shapes, strict=True)]
    if len(axes) not in (1, 2) or not all(axes):
        return ""
    lines = " and one column for ".join(what for what, *_ in axes)
    return f" It should have one {'number' if len(axes) == 1 else 'row'} for {lines}."


def _about_axes(wanted, got):
    """Return a question on the shape of a result, with a blank before it: on an axis that is gone or too many."""
    if 0 in got:
        return " It is empty. What should put something into it?"
    if len(got) < len(wanted):
        return " Where does an axis go: is something added up, picked out, or returned too early?"
    if len(got) > len(wanted):
        return " Where does one more axis come from, and what should become of it?"
    return " Are rows and columns exchanged somewhere?" if got == wanted[::-1] else ""


def _not_finite(wanted, got):
    expected, found = numbers(wanted.value), numbers(got.value)
    if found is None or np.all(np.isfinite(found)):
        return None
    if isinstance(wanted.value, str) or (expected is not None and np.all(np.isfinite(expected))):
        what = "NaN (not a number)" if np.isnan(found).any() else "infinity"
        return (
            f"In the case '{got.label}', it gives {what}. Which step overflows, or divides by 0, or takes the log of 0?"
        )
    return None


def _wrong_property(wanted, got, properties, arguments):
    """Return a hint on the first part of a result that is not as it should be, or None."""
    key = _first_key(wanted, got)
    if key is None:
        return None
    expected, found, case = _first_part(wanted, got, "")
    if isinstance(found.value, str) and not isinstance(expected.value, str):
        return f"{found.value} (Case: {got.label}.)"
    sentence = properties.get(key)
    if text := sentence(wanted.value, got.value, arguments) if callable(sentence) else sentence:
        return f"{text} (Case: {got.label}.)"
    if text := _wrong_type(expected, found):
        return f"In '{key}': {text}"
    return _wrong_shape(expected, found, case)


def _first_key(wanted, got):
    """Return the name of the first part that differs if two results are in parts, or None."""
    is_in_parts = isinstance(wanted.value, dict) and isinstance(got.value, dict)
    return first_difference([(wanted, got)]) if is_in_parts else None


def _first_part(wanted, got, case):
    """Return both observations of the first part that differs, and the case in words; as they are if not in parts."""
    key = _first_key(wanted, got)
    if key is None:
        return wanted, got, case
    return *(replace(one, value=part(one.value, key)) for one in (wanted, got)), f"In '{key}' (case: {got.label})"


def first_difference(pairs):
    """Return the first property that differs in a pair of observations that are dicts, or None."""
    keys = dict.fromkeys(key for expected, _ in pairs for key in expected.value)
    differ = (
        key
        for key in keys
        for expected, got in pairs
        if key in expected.value and not agree(expected.value[key], got.value.get(key))
    )
    return next(differ, None)


def part(value, key):
    """Return a part of a result, a dict. If it is missing, the first part is there instead, and says why."""
    return value.get(key, next(iter(value.values()), None))


def _out_of_range(attempt):
    """Return a hint if numbers lie where no right one does, or if all are the same, or None."""
    arrays = [(numbers(wanted.value), numbers(got.value)) for wanted, got in attempt.pairs]
    if any(array is None for pair in arrays for array in pair):
        return None
    right, own = (np.concatenate([array[np.isfinite(array)] for array in part]) for part in zip(*arrays, strict=True))
    if right.size < MIN_NUMBERS or not own.size:
        return None
    is_complete = own.size == sum(array.size for _, array in arrays)
    if is_complete and np.ptp(own) == 0 and np.ptp(right) > 0:
        return f"It gives {own[0]:.6g} everywhere, whatever it gets. Which of its arguments should that depend on?"
    if own.min() < 0 <= right.min():
        return f"It gives numbers below 0, such as {own.min():.4g}. Why is no right number of this check below 0?"
    if right.max() <= 1 < own.max() and right.min() >= 0:
        return f"It gives numbers above 1, such as {own.max():.4g}. Why is no right number of this check above 1?"
    if right.min() < 0 <= own.min():
        return "It gives no number below 0, and some right ones are. Which of them, and why?"
    return None


def _first_item(wanted, got, case):
    """Return both observations of the first item that differs, and the case in words; as they are if not in lists.

    Lists of different lengths have no such item.
    """
    if not _are_lists(wanted, got) or len(wanted.value) != len(got.value):
        return wanted, got, case
    pairs = zip(wanted.value, got.value, strict=True)
    number, (item, its) = next((i, pair) for i, pair in enumerate(pairs) if not agree(*pair))
    return _first_item(replace(wanted, value=item), replace(got, value=its), f"{case}, item {number}")


def _are_lists(wanted, got):
    return isinstance(wanted.value, list) and isinstance(got.value, list | tuple)


def _in_numbers(wanted, got, case):
    """Return the first number that is wrong in a case, beside the right one."""
    wanted, got, case = _first_item(wanted, got, case)
    if _are_lists(wanted, got):
        items = "1 item" if len(got.value) == 1 else f"{len(got.value)} items"
        return f"{case}, it gives {items} instead of {len(wanted.value)}."
    expected, found = numbers(wanted.value), numbers(got.value)
    if isinstance(wanted.value, str) and found is not None and found.ndim == 0:
        return f"{case}, it gives {found:.6g}; the right result is a {wanted.value} number."
    if expected is None or found is None or expected.shape != found.shape:
        return f"{case}, the result is not what it should be."
    right = np.atleast_1d(close(expected, found))
    index = tuple(int(i) for i in np.argwhere(~right)[0][: expected.ndim])
    place = f" at {list(index)}" if index else ""
    are = "is" if np.count_nonzero(right) == 1 else "are"
    share = f"{np.count_nonzero(right)} of {right.size} numbers {are} right; " if right.size > 1 else ""
    if right.size > 2 and np.ptp(found) == 0 and np.ptp(expected) > 0:
        return f"{case}, all {right.size} numbers are {found.flat[0]:.6g}; they should differ."
    return f"{case}, {share}it gives {found[index]:.6g}{place} instead of {expected[index]:.6g}."
