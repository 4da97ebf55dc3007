"""Relations between the numbers of a wrong answer and the right ones: a factor, a sign, an axis, an offset.

Each is tried on all cases. It is named only if it holds in every one and is visible in numbers that vary. The simplest
comes first.
"""

from dataclasses import dataclass

import numpy as np

from mlp_helpers.checking.observations import agree, close, numbers
from mlp_helpers.diagnosis import parts

RTOL = 1e-4
SUMMARIES = {
    "their mean": np.mean,
    "their sum": np.sum,
    "the largest of them": np.max,
    "the smallest of them": np.min,
    "the place of the largest": np.argmax,
    "the place of the smallest": np.argmin,
}


@dataclass(frozen=True)
class Case:
    """One case of an exercise.

    Attributes
    ----------
    arguments : dict from str to object
        By the names that the answer gives them.
    expected, got : object
        Result of a right answer and of this one.
    """

    arguments: dict
    expected: object
    got: object

    @property
    def arrays(self):
        """Both results as float64 arrays, None if one of them is no array of numbers."""
        arrays = numbers(self.expected), numbers(self.got)
        return None if any(array is None for array in arrays) else arrays


def relation(cases):
    """Return the relation of wrong results to right ones, a hint of one or two sentences, or None.

    Parameters
    ----------
    cases : list of Case
    """
    steps = _steps(cases)
    if steps is not None:
        return _factor(steps, "Each change of a parameter is")
    if hint := parts.in_parts(cases):
        return hint
    if any(case.arrays is None and not isinstance(case.expected, str) for case in cases):
        return None
    numeric = [case for case in cases if case.arrays is not None]  # a str stands for any large and finite number
    if not numeric:
        return None
    changes = (sentence for sentence, *ways in CHANGES if any(_holds(numeric, way) for way in ways))
    return (
        _argument(numeric)
        or _looked_up(numeric)
        or _not_reduced(numeric)
        or _factor(numeric, "Each number is")
        or _with_argument(numeric)
        or next(changes, None)
        or _offset(numeric)
    )


def _steps(cases):
    """Return the cases with the changes of parameters in place of their values; None if results are no such lists."""
    found = []
    for case in cases:
        lists = case.expected, case.got, next(iter(case.arguments.values()), None)
        if not all(isinstance(value, list) and all(isinstance(item, np.ndarray) for item in value) for value in lists):
            return None
        if [item.shape for item in case.got] != [item.shape for item in lists[2]]:
            return None
        expected, got, before = (np.concatenate([item.ravel() for item in value]) for value in lists)
        found.append(Case(case.arguments, expected - before, got - before))
    return found


def _argument(cases):
    """Return a hint if the result is one of the arguments."""
    for name, value in cases[0].arguments.items():
        if numbers(value) is not None and _holds(cases, lambda _, given: given, name):
            return f"It returns `{name}` unchanged."
    return None


def _with_argument(cases):
    """Return a hint if the result is the right one times, divided by, plus or minus an argument, or None."""
    ways = {
        "times": np.multiply,
        "divided by": np.divide,
        "plus": np.add,
        "minus": np.subtract,
    }
    for name, values in cases[0].arguments.items():
        if numbers(values) is not None and np.ndim(values):
            for word, operation in ways.items():
                if _holds(cases, operation, name):
                    return f"It is the right result {word} `{name}`, entry by entry. Which step brings that in?"
    return None


def _looked_up(cases):
    """Return a hint if the right numbers are places in an argument, and what stands there comes, or None."""
    if not all(np.array_equal(case.arrays[0], np.trunc(case.arrays[0])) for case in cases):
        return None
    for name, value in cases[0].arguments.items():
        if isinstance(value, np.ndarray) and _holds(cases, lambda e, given: given[e.astype(int)], name):
            return f"You get entries of `{name}`. Does the task ask for them, or for the places at which they stand?"
    return None


def _not_reduced(cases):
    """Return a hint if an array with an axis too many comes, of which each right number is a mean or the like."""
    if any(case.arrays[1].ndim != case.arrays[0].ndim + 1 for case in cases if case.arrays[0].ndim):
        return None
    if all(case.arrays[1].size <= case.arrays[0].size for case in cases):
        return None
    for what, operation in SUMMARIES.items():
        for axis in (0, 1, 2) if cases[0].arrays[0].ndim else (None,):
            if all(axis is None or axis < case.arrays[1].ndim for case in cases) and all(
                case.arrays[1].size and agree(case.arrays[0], operation(case.arrays[1], axis=axis)) for case in cases
            ):
                if axis is None:
                    return f"You get several numbers, and {what} is the right result. How many does the task ask for?"
                return (
                    f"You get several numbers in place of each right one, and {what} is right. Which step is still "
                    "missing?"
                )
    return None


def _holds(cases, change, argument=None):
    """Return whether each result is `change` of the right one (and of an argument), visibly so."""
    seen = set()
    for case in cases:
        expected, got = case.arrays
        given = () if argument is None else (numbers(case.arguments[argument]),)
        with np.errstate(all="ignore"):
            try:
                changed = np.asarray(change(expected, *given), dtype=float)
            except (ValueError, IndexError, TypeError):  # NumPy's AxisError is both of the first
                return False
        if changed.shape != got.shape or not np.all(close(changed, got)):
            return False
        if changed.shape != expected.shape or not np.all(close(expected, changed)):
            seen |= set(np.round(changed[np.isfinite(changed)], 9).ravel().tolist())
    return len(seen) >= 2


def _factor(cases, subject):
    """Return a hint if all numbers of a case are wrong by one factor that has a name, or None."""
    ratios, used = [], []
    for case in cases:
        expected, got = case.arrays
        if expected.shape != got.shape or not np.all(np.isfinite(expected)):
            return None
        if not np.any(expected):
            if np.any(np.abs(got) > 1e-12):
                return None
            continue
        ratio = float(np.vdot(expected, got) / np.vdot(expected, expected))
        if not 1e-9 < abs(ratio) < np.inf or not np.all(close(ratio * expected, got)):
            return None
        ratios.append(ratio)
        used.append(case)
    if not used or np.allclose(ratios, 1, rtol=RTOL):
        return None
    if np.allclose(ratios, ratios[0], rtol=RTOL) and sum(case.arrays[0].size for case in used) > 1:
        return _constant_factor(ratios[0], subject)
    for name, sizes in _sizes(used).items():
        if np.ptp(sizes) > 0:
            for factor, how in ((sizes, "large"), (1 / sizes, "small")):
                if np.allclose(np.abs(ratios), factor, rtol=RTOL):
                    sign = ", and has the wrong sign" if ratios[0] < 0 else ""
                    ask = "Where does that number come in, and how often?"
                    if min(sizes) < 1:  # then a product is not larger
                        by = "multiplied" if how == "large" else "divided"
                        return f"{subject} right but for being {by} by {name}{sign}. {ask}"
                    return f"{subject} too {how} by a factor: {name}{sign}. {ask}"
    return None


def _constant_factor(ratio, subject):
    if np.isclose(ratio, -1, rtol=RTOL):
        return f"{subject} right but for its sign. Which way round is the difference, or which minus is missing?"
    sign = ", and has the wrong sign" if ratio < 0 else ""
    for factor, how in ((2, "large"), (1 / 2, "small")):
        if np.isclose(abs(ratio), factor, rtol=RTOL):
            return f"{subject} too {how} by the factor 2{sign}."
    return f"{subject} {ratio:.4g} times what it should be."


def _sizes(cases):
    """Return {name: values in the cases, an array} for the numbers and sizes among the arguments."""
    found = {}
    for name in cases[0].arguments:
        arrays = [numbers(case.arguments[name]) for case in cases]
        if any(array is None or not array.size for array in arrays):
            continue
        if all(array.ndim == 0 and array > 0 for array in arrays):
            values = np.array(arrays)
            found |= {f"`{name}`": values, f"twice `{name}`": 2 * values, f"half of `{name}`": values / 2}
            found[f"the square of `{name}`"] = values**2
        elif all(array.ndim >= 1 for array in arrays):
            found[f"the number of rows of `{name}`"] = np.array([len(array) for array in arrays])
            found[f"the number of columns of `{name}`"] = np.array([array.shape[-1] for array in arrays])
            found[f"the number of entries of `{name}`"] = np.array([array.size for array in arrays])
            quotients = np.array([len(array) / array.shape[-1] for array in arrays])
            found[f"the number of rows of `{name}` over that of its columns"] = quotients
    return found


def _over(operation):
    """Return an operation over all entries, over axis 0 and over axis 1, with and without the axis kept."""
    return [
        lambda e, axis=axis, kept=kept: operation(e, axis=axis, keepdims=kept)
        for axis in (None, 0, 1)
        for kept in (False, True)
    ]


# Sentences about a wrong result, and the ways in which it comes from the right one.
CHANGES = [
    ("It is 1 minus the right value. Which of the two shares does the task ask for?", lambda e: 1 - e),
    ("The numbers are right, but rows and columns are exchanged.", lambda e: e.T if e.ndim == 2 else e[:0]),
    ("The right numbers are in one long row. Which shape should they have?", np.ravel),
    ("The rows come in reverse order.", lambda e: e[::-1]),
    ("The columns come in reverse order.", lambda e: e[:, ::-1]),
    ("It is the square of the right value. Which step is one too many?", np.square),
    ("It is half the square of the right value. Which step is one too many?", lambda e: np.square(e) / 2),
    ("It is the square root of the right value. Which step is one too many?", np.sqrt),
    ("It is the right value without its sign. Where did the sign get lost?", np.abs),
    ("It is 1 divided by the right value. What belongs above the line, and what below?", lambda e: 1 / e),
    ("It is the logarithm of the right value. Which step back is missing?", np.log, np.log10),
    ("It is the exponential of the right value. Which step is one too many?", np.exp),
    ("These are the right values, cut or rounded to whole numbers. Which step does that?", np.trunc, np.rint, np.floor),
    (
        "You get the diagonal of the right result: only the first meets the first, the second the second. What should "
        "each of them meet?",
        lambda e: np.diagonal(e) if e.ndim == 2 else e[:0],
    ),
    ("The last row is missing. Where does the loop or the slice end?", lambda e: e[:-1]),
    ("The first row is missing. Where does the loop or the slice begin?", lambda e: e[1:]),
    ("The last column is missing. Where does the loop or the slice end?", lambda e: e[:, :-1]),
    ("You get only the first row. When does the function return?", lambda e: e[0], lambda e: e[:1]),
    ("You get only the last row. What happened to the others?", lambda e: e[-1], lambda e: e[-1:]),
    ("The right results are added up. Over which axis, and should they be?", *_over(np.sum)),
    ("It is a mean of the right results. Over which axis, and should there be one?", *_over(np.mean)),
    ("It is a maximum of the right results. Over which axis, and should there be one?", *_over(np.max)),
    ("It is a minimum of the right results. Over which axis, and should there be one?", *_over(np.min)),
]


def _offset(cases):
    """Return a hint if all numbers are off by the same, or those of a column or row by a number of their own."""
    offsets, slack = [], []
    for case in cases:
        expected, got = case.arrays
        if expected.shape != got.shape or not np.all(np.isfinite([expected, got])):
            return None
        offsets.append(got - expected)
        slack.append(RTOL * max(np.max(np.abs(expected), initial=0), 1e-9))
    visible = [(offset, size) for offset, size in zip(offsets, slack, strict=True) if np.any(np.abs(offset) > size)]
    if sum(offset.size for offset, _ in visible) < 3:
        return None
    values = [float(np.mean(offset)) for offset in offsets]
    if np.allclose(values, values[0], rtol=RTOL, atol=max(slack)) and all(np.ptp(o) <= s for o, s in visible):
        return f"Each number is {abs(values[0]):.4g} too {'large' if values[0] > 0 else 'small'}."
    if all(offset.ndim == 2 for offset, _ in visible) and any(min(offset.shape) > 1 for offset, _ in visible):
        for axis, line, other in ((0, "column", "rows"), (1, "row", "columns")):
            is_constant = all(np.all(np.ptp(offset, axis=axis) <= size) for offset, size in visible)
            if is_constant and any(offset.shape[axis] > 1 for offset, _ in visible):
                return f"Each {line} is off by a number of its own, the same in all {other}. What is added to it?"
    return None
