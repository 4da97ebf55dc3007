"""Argument validation: each function returns its value in normal form, or raises an error that names the argument."""

import math
import numbers
from difflib import get_close_matches

import numpy as np


def positive_int(value, name, minimum=1):
    """Return `value` as an int of at least `minimum`."""
    wanted = "a positive int" if minimum == 1 else f"an int of at least {minimum}"
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} must be {wanted}, got {value!r}")
    if value < minimum:
        raise ValueError(f"{name} must be {wanted}, got {value!r}")
    return int(value)


def positive_float(value, name, zero_allowed=False):
    """Return `value` as a finite float above zero, or at least zero if `zero_allowed`."""
    wanted = "a finite number of at least 0" if zero_allowed else "a finite number above 0"
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be {wanted}, got {value!r}")
    if not math.isfinite(value) or value < 0 or (value == 0 and not zero_allowed):
        raise ValueError(f"{name} must be {wanted}, got {value!r}")
    return float(value)


def fraction(value, name):
    """Return `value` as a float of at least 0 and below 1."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a number of at least 0 and below 1, got {value!r}")
    if not 0 <= value < 1:
        raise ValueError(f"{name} must be a number of at least 0 and below 1, got {value!r}")
    return float(value)


def one_of(value, choices, name, wanted=""):
    """Return `value` if it is one of `choices`; if they are many, `wanted` says what they are, instead of a list."""
    if value not in choices:
        similar = " or ".join(get_close_matches(value, choices)) if wanted else ""
        wanted = wanted or f"one of {', '.join(map(repr, choices))}"
        raise ValueError(f"{name} must be {wanted}, got {value!r}" + (f"; did you mean {similar}?" if similar else ""))
    return value


def float_dtype(dtype, name="dtype"):
    """Return `dtype` if it is float32 or float64, as a numpy.dtype."""
    try:
        found = np.dtype(dtype)
    except TypeError:
        found = None
    if found not in (np.float32, np.float64):
        raise ValueError(f"{name} must be float32 or float64, got {dtype!r}")
    return found


def real_matrix(array, name, n_columns=None):
    """Return `array` as an ndarray of real numbers, shape (n_samples, n_columns), at least one row.

    Only shape and dtype are checked, which costs nothing; `finite` checks the values.
    """
    array = np.asarray(array)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} must hold real numbers, got dtype {array.dtype}")
    columns = "n_features" if n_columns is None else n_columns
    if array.ndim != 2 or (n_columns is not None and array.shape[1] != n_columns):
        hint = f"; {name}.reshape(len({name}), -1) makes rows of images" if array.ndim > 2 else ""
        raise ValueError(f"{name} must have shape (n_samples, {columns}), got {array.shape}{hint}")
    if len(array) == 0:
        raise ValueError(f"{name} must have at least one row, got shape {array.shape}")
    return array


def finite(array, name):
    """Return `array` if all its values are finite."""
    # Minimum and maximum propagate NaN and infinities, and need no temporary array of the data's size.
    if not (np.isfinite(array.min()) and np.isfinite(array.max())):
        bad = np.count_nonzero(~np.isfinite(array))
        raise ValueError(f"{name} must hold finite numbers, got {bad} that are NaN or infinite")
    return array


def class_labels(labels, name, n_classes=None):
    """Return `labels` as an ndarray of ints, shape (n_samples,), each in 0 … n_classes - 1."""
    labels = np.asarray(labels)
    if labels.dtype.kind not in "iu":
        raise TypeError(f"{name} must hold integer class labels, got dtype {labels.dtype}")
    if labels.ndim != 1:
        raise ValueError(f"{name} must have shape (n_samples,), got {labels.shape}")
    if len(labels) == 0:
        raise ValueError(f"{name} must have at least one label, got none")
    if labels.min() < 0 or (n_classes is not None and labels.max() >= n_classes):
        upper = "" if n_classes is None else f" and at most {n_classes - 1}"
        raise ValueError(f"{name} must hold class labels of at least 0{upper}, got {labels.min()} to {labels.max()}")
    return labels


def same_length(X, Y, X_name="X", Y_name="Y"):
    """Raise ValueError unless `X` and `Y` have the same number of rows."""
    if len(X) != len(Y):
        raise ValueError(f"{X_name} and {Y_name} must have the same length, got {len(X)} and {len(Y)}")
