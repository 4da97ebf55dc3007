"""Cases of `inverted_dropout`."""

import copy

import numpy as np

from mlp_helpers.checking.questions import Misfit, Questions, in_shapes, two_arrays

MANY_VALUES = "The mask holds more than three different numbers. Which should it hold?"
MAX_VALUES = 3  # of an array that is seen as its different values and where each of them is
# With 60 x 60 entries the ratio of the means has standard deviations of 0.008 (0.8 kept) and 0.026 (0.3 kept), and the
# share kept of 0.007 and 0.008. So a right answer is 5.8 of them away from this limit, and 6.5 from another decimal.
MAX_CHANGE = 0.15
SEEN = ("activations", "mask", "twin", "stranger", "second")  # of two calls alike, and two by another generator
N_ROWS = 20  # by which two masks are compared: hardly ever are two draws of 1,200 entries the same


def _cases(rng):
    return {
        "most are kept": (rng.uniform(1, 2, size=(60, 60)), 0.8, rng),
        "most are dropped": (rng.uniform(1, 2, size=(60, 60)), 0.3, rng),
        "all are kept": (rng.uniform(1, 2, size=(4, 3)), 1.0, rng),
    }


def _look_at_dropout(answer, A, keep_probability, rng):
    """Return activations and mask of a call, and masks of others: by the same generator, by another one, once more."""
    before, other_rng = A.copy(), np.random.default_rng(rng.integers(2**32))
    (result, mask), (_, twin) = (_masked(answer(A, keep_probability, copy.deepcopy(rng))) for _ in range(2))
    (_, stranger), (_, second) = (_masked(answer(before.copy(), keep_probability, other_rng)) for _ in range(2))
    found = [result, mask, _rows(twin), _rows(stranger), _rows(second)]
    return {name: _compact(array) for name, array in zip(SEEN, found, strict=True)}


def _rows(mask):
    return np.atleast_1d(mask)[:N_ROWS]


def _compact(array):
    """Return an array with few different values as these and the position of each entry among them, a dict."""
    values, which = np.unique(array, return_inverse=True)
    if len(values) <= MAX_VALUES:
        return {"values": values, "which": which.reshape(array.shape).astype(np.uint8)}
    with np.errstate(over="ignore"):
        return array.astype(np.float32)  # digits enough for a product; the mask holds wrong values in any case


def _expanded(seen):
    """Return the array of a result of `_compact`, which may be anything."""
    if type(seen) is np.ndarray:
        return seen.astype(np.float64)
    pair = two_arrays([seen["values"], seen["which"]]) if type(seen) is dict else None
    if pair is None:
        raise Misfit("Activations and mask should have as many numbers as `A`.")  # too many are not looked at
    values, which = pair
    if values.ndim != 1 or len(values) > MAX_VALUES:
        raise Misfit(MANY_VALUES)
    return values.astype(np.float64)[which]


def _conclude_dropout(seen, A, keep_probability, _rng):
    """Return the properties of masks that all right answers share, however they draw."""
    result, mask, twin, stranger, second = (_expanded(seen[name]) for name in SEEN)
    is_product = _is_product(result, A, mask)
    is_other_way_round = not is_product and _is_product(mask, A, result)
    found = {
        "shapes": {"activations": str(result.shape), "mask": str(mask.shape)},
        "values of the mask": np.unique(mask) if type(seen["mask"]) is dict else MANY_VALUES,
        "A times the mask": "The second array is `A` times the first one." if is_other_way_round else is_product,
    }
    if keep_probability == 1:
        return found
    rows = _rows(mask)
    ratio = float(np.sum(result) / max(result.size, 1) / np.mean(A))
    return found | {
        "share kept": round(float(np.count_nonzero(mask) / max(mask.size, 1)), 1),
        "mean of the activations": "kept" if abs(ratio - 1) < MAX_CHANGE else "too large" if ratio > 1 else "too small",
        "a draw for each entry": mask.shape == A.shape
        and bool(np.any(mask[0] != mask[1]) and np.any(mask.T[0] != mask.T[1])),
        "mask by rng": np.array_equal(rows, twin) and not np.array_equal(rows, stranger),
        "another mask each time": not np.array_equal(stranger, second),
    }


def _small_dropout(_rng):
    return {"two samples": (np.arange(1.0, 9).reshape(2, 4), 0.75, np.random.default_rng(1))}


def _look_at_small_dropout(answer, A, keep_probability, rng):
    """Return the numbers that `rng.random` draws, and both arrays of an answer."""
    draws = copy.deepcopy(rng).random(A.shape)
    result, mask = _masked(answer(A, keep_probability, rng))
    return {"rng.random(A.shape)": draws, "activations": result, "mask": mask}


def _masked(given):
    """Return activations and mask as two plain arrays; raise `Misfit` if they are none."""
    pair = two_arrays(given)
    if pair is None:
        wanted = "Two arrays are wanted, the activations that are left and the mask"
        numbers = [name for name, item in zip(SEEN, given, strict=False) if _is_number(item)] if _is_pair(given) else []
        if numbers:
            raise Misfit(
                f"{wanted}. A single number came in place of the {' and the '.join(numbers)}. Where is it drawn?"
            )
        raise Misfit(f"{wanted}. Which of them does your `return` name?")
    return [np.array(array, dtype=float) for array in pair]


def _is_pair(value):
    return type(value) in (list, tuple) and len(value) == 2


def _is_number(value):
    return issubclass(type(value), int | float | np.generic)


def _is_product(result, A, mask):
    """Return whether `result` is A times `mask`, which may be a row or column of A."""
    is_part = mask.ndim <= 2 and all(size in (1, n) for size, n in zip(mask.shape[::-1], A.shape[::-1], strict=False))
    return is_part and result.shape == A.shape and bool(np.allclose(result, A * mask))


def _values(_wanted, got, _arguments):
    values = ", ".join(f"{value:.4g}" for value in got["values of the mask"])
    return f"The mask holds the values {values}. Which should it hold?"


def _share(wanted, got, _arguments):
    amount = "many" if got["share kept"] > wanted["share kept"] else "few"
    return f"Too {amount} entries are kept. Which share of them is `keep_probability`?"


PROPERTIES = {
    "shapes": in_shapes,
    "values of the mask": _values,
    "A times the mask": "The activations that are left are not `A` times the mask.",
    "share kept": _share,
    "mean of the activations": lambda _, got, __: (
        f"The mean of the activations becomes {got['mean of the activations']}."
    ),
    "a draw for each entry": "There is not one draw for each entry of `A`.",
    "mask by rng": "The mask does not depend on `rng` alone.",
    "another mask each time": "Each call leaves out the same entries.",
}

QUESTIONS = Questions(
    _cases,
    _look_at_dropout,
    _conclude_dropout,
    awkward=("all are kept",),
    ordinary_share=1 / 2,
    small=Questions(_small_dropout, _look_at_small_dropout),
    properties=PROPERTIES,
)
