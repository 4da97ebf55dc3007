"""Hints for wrong answers that are not in the bank, from their exceptions, types, shapes, factors, rows and cases.

A hint states only what was observed. It may be vague, but is never false.
"""

import copy
import io

import numpy as np

from mlp_helpers.checking.cases import QUESTIONS, Misfit
from mlp_helpers.checking.observations import Raised, agree, close, exercise_rng, numbers, quiet


def obvious(expected, observations):
    """Return a hint if the answer wrongly returned None in all cases, or raised in all of them; otherwise None."""
    values = [observation.value for observation in observations]
    if all(value is None for value in values) and expected[0].value is not None:
        if any(observation.changed for observation in observations):
            return "It returned None, and changed its input. Leave the input as it is, and `return` the result."
        return "It returned None. Is the `return` missing?"
    if all(isinstance(value, Raised) for value in values):
        return _exception(observations[0])
    return None


def hint_for(name, answer, expected, observations):
    """Return the most informative hint that applies to a wrong answer."""
    pairs = list(zip(expected, observations, strict=True))
    wrong = [pair for pair in pairs if not agree(pair[0].value, pair[1].value)]
    if not wrong:
        changed = [observation.label for wanted, observation in pairs if observation.changed != wanted.changed]
        return f"The result is right, but the input was changed by it (case: {changed[0]}). Work on a copy."
    for look in (_exception_here, _wrong_type, _wrong_shape, _not_finite):
        found = look(*wrong[0])
        if found:
            return found + _calls(name, answer)
    found = _factor(name, pairs) or _depends_on_others(name, answer) or _where(wrong) or _which_cases(wrong, pairs)
    return found + _calls(name, answer)


def _calls(name, answer):
    """Return a note on the other exercises' answers that an answer calls, where the fault may lie, or ""."""
    code = getattr(answer, "__code__", None)
    called = [other for other in QUESTIONS if code and other != name and other in code.co_names]
    return f" (It calls {' and '.join(called)}: is that one right?)" if called else ""


def remark(expected, observations):
    """Return a remark on a right answer that issued a warning or has another dtype, "" if there is none."""
    for wanted, got in zip(expected, observations, strict=True):
        if isinstance(wanted.value, np.ndarray) and isinstance(got.value, np.ndarray):
            kinds = wanted.value.dtype.kind, got.value.dtype.kind
            if kinds == ("f", "b"):
                return "it gives True and False, which count as 1 and 0; numbers would be safer"
            if wanted.value.dtype == np.float64 and got.value.dtype in (np.float32, np.float16):
                return f"in {got.value.dtype}, which has fewer digits than its input"
        if got.warned and not wanted.warned:
            return f"but there was a warning on the way, {got.warned!r} (case: {got.label})"
    return ""


# Explanations of exceptions whose messages are of little help to a beginner, by a part of the message.
EXPLAINED = {
    "Cannot interpret": "NumPy's zeros, ones and empty take the whole shape as one argument, a tuple.",
    "truth value of an array": "Python's `if`, `max` and `min` want one number. What does the same entry by entry?",
    "maximum recursion depth": "It calls itself, again and again.",
    "only integer scalar arrays": "An array stands where Python wants one whole number.",
    "only 0-dimensional arrays": "An array stands where Python wants one number.",
    "only length-1 arrays": "An array stands where Python wants one number.",
}


def _exception(observation):
    raised = observation.value
    if raised.kind == Misfit.__name__:
        return raised.message
    more = next((f" {text}" for words, text in EXPLAINED.items() if words in raised.message), "")
    return (f"It raised {raised.kind}: {raised.message}" if raised.message else f"It raised {raised.kind}.") + more


def _exception_here(wanted, got):
    if isinstance(got.value, Raised):
        return f"{_exception(got)} (case: {got.label})"
    return None


def _kind(value):
    if value is None:
        return "None"
    if isinstance(value, np.ndarray) and value.ndim > 0:
        return "an array"
    if numbers(value) is not None:
        return "a number"
    return f"a {type(value).__name__}"


def _wrong_type(wanted, got):
    """Return a hint if the result is of another kind than expected (None, array, number, other type), or None."""
    kinds = _kind(wanted.value), _kind(got.value)
    if "a str" in kinds and kinds[0] != kinds[1]:  # a str stands for a number that need not be exact
        return None
    if kinds[0] != kinds[1]:
        inner = ""
        if callable(got.value):
            inner = " Was the function returned instead of called?"
        return f"It gives {kinds[1]}, where {kinds[0]} is wanted (case: {got.label}).{inner}"
    return None


def _wrong_shape(wanted, got):
    expected, found = numbers(wanted.value), numbers(got.value)
    if expected is None or found is None or expected.shape == found.shape:
        return None
    text = f"Its shape is {found.shape}, where {expected.shape} is wanted (case: {got.label})."
    if expected.ndim == 2 and found.shape == expected.shape[::-1] and np.all(close(expected, found.T)):
        return f"{text} The numbers are right, but rows and columns have changed places."
    if found.size == expected.size and np.all(close(expected.ravel(), found.ravel())):
        axis_lost = found.ndim < expected.ndim
        return f"{text} The numbers are right, " + (
            "but an axis was lost. Did a sum or a mean drop it?" if axis_lost else "but not their arrangement."
        )
    return text


def _not_finite(wanted, got):
    expected, found = numbers(wanted.value), numbers(got.value)
    if found is None or np.all(np.isfinite(found)):
        return None
    if isinstance(wanted.value, str) or (expected is not None and np.all(np.isfinite(expected))):
        what = "NaN (not a number)" if np.isnan(found).any() else "infinity"
        return f"It gives {what} (case: {got.label}). Which step overflows, or divides by 0, or takes the log of 0?"
    return None


def _factor(name, pairs):
    """Return a hint if all numbers are wrong by a single factor in each case, or None."""
    ratios = {}
    for wanted, got in pairs:
        expected, found = numbers(wanted.value), numbers(got.value)
        if expected is None or found is None or not np.any(expected):
            if agree(wanted.value, got.value):
                continue
            return None
        ratio = float(np.vdot(expected, found) / np.vdot(expected, expected))
        if not np.all(close(ratio * expected, found)) or abs(ratio) < 1e-9:
            return None
        ratios[got.label] = ratio
    values = list(ratios.values())
    if np.allclose(values, -1):
        return "Each number has the wrong sign, and is right apart from it."
    if np.allclose(values, values[0]):
        return f"Each number is {values[0]:.4g} times what it should be."
    n_samples = [_n_samples(name, label) for label in ratios]
    if np.allclose(values, n_samples):
        return "Each number is too large by a factor that is the number of samples."
    if np.allclose(values, 1 / np.array(n_samples)):
        return "Each number is too small by a factor that is the number of samples. Was it divided by once too often?"
    if all(np.size(got.value) < 2 for _, got in pairs):
        return None  # any two numbers differ by some factor
    label, ratio = next((label, ratio) for label, ratio in ratios.items() if not np.isclose(ratio, 1))
    return f"In each case all numbers are off by one factor, but not the same in each: {ratio:.4g} (case: {label})."


def _n_samples(name, label):
    """Return the number of rows of the first matrix among a case's arguments, NaN if there is none."""
    arguments = QUESTIONS[name].cases(exercise_rng(name))[label]
    return next((len(argument) for argument in arguments if np.ndim(argument) == 2), np.nan)


def _depends_on_others(name, answer):
    """Return a hint if a sample's result depends on the other samples in its batch, or None."""
    if not QUESTIONS[name].rowwise:
        return None
    for label, arguments in QUESTIONS[name].cases(exercise_rng(name)).items():
        if len(arguments[0]) < 2:
            continue
        alone = [arguments[0][:1], *arguments[1:]]
        try:
            with quiet(io.StringIO(), []):
                of_all, of_one = (numbers(answer(*copy.deepcopy(given))) for given in (arguments, alone))
        except Exception:  # a single sample may be unexpected input; its failure says nothing here
            return None
        if of_all is None or of_one is None or of_all.ndim == 0 or of_one.shape != of_all[:1].shape:
            return None
        if not np.all(close(of_all[:1], of_one)):
            return f"What it gives for a sample depends on the other samples (case: {label}), and should not."
    return None


def _where(wrong):
    """Return a hint on which numbers of an array are right: one row or column, or else how many; or None."""
    wanted, got = wrong[0]
    expected, found = numbers(wanted.value), numbers(got.value)
    if expected is None or expected.ndim == 0 or expected.size < 2:
        return None
    right = close(expected, found)
    if not right.any():
        return None
    if expected.ndim == 2:
        for word, lines in (("row", right), ("column", right.T)):
            whole = lines.all(axis=1)
            if np.count_nonzero(whole) == 1 and not lines[~whole].any():
                return f"Only {word} {np.argmax(whole)} is right (case: {got.label}); the others are not."
    index = tuple(int(i) for i in np.argwhere(~right)[0])
    return (
        f"{np.count_nonzero(right)} of {right.size} numbers are right (case: {got.label}); "
        f"the first that is not is at {list(index)}."
    )


def _which_cases(wrong, pairs):
    """Return a hint on the cases in which the answer is wrong."""
    labels = [f"'{got.label}'" for _, got in wrong]
    items = _wrong_items(wrong[0])
    if len(wrong) == len(pairs):
        return f"In none of the cases is the result what it should be{items}."
    return f"Right in other cases; not in: {', '.join(labels)}{items}."


def _wrong_items(pair):
    """Return the keys of a dict whose values are wrong, in parentheses, or ""."""
    wanted, got = pair
    if not isinstance(wanted.value, dict) or not isinstance(got.value, dict):
        return ""
    names = [key for key in wanted.value if not agree(wanted.value[key], got.value.get(key))]
    return f" ({'; '.join(names)})"
