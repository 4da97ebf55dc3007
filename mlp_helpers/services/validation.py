"""Argument validation: each function returns its value in normal form, or raises an error that names the argument."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Collection, Sized
from contextlib import suppress
from difflib import get_close_matches
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.floating]
"""Array of floats, in the signatures of the library: of float64 or float32. The docstring has its shape."""
IntArray: TypeAlias = npt.NDArray[np.integer]
"""Array of ints: class labels, or indices."""
Targets: TypeAlias = Array | IntArray
"""Target rows, or class labels."""


def int_at_least(value: object, name: str, minimum: int = 1) -> int:
    """Return `value` as an int of at least `minimum`."""
    wanted = "a positive int" if minimum == 1 else f"an int of at least {minimum}"
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} must be {wanted}, got {value!r}")
    if value < minimum:
        raise ValueError(f"{name} must be {wanted}, got {value!r}")
    return int(value)


def positive_float(value: object, name: str) -> float:
    """Return `value` as a finite float above zero."""
    return _finite_float(value, name, "a finite number above 0", is_allowed=lambda number: number > 0)


def nonnegative_float(value: object, name: str) -> float:
    """Return `value` as a finite float of at least zero."""
    return _finite_float(value, name, "a finite number of at least 0", is_allowed=lambda number: number >= 0)


def _finite_float(value: object, name: str, wanted: str, is_allowed: Callable[[float], bool]) -> float:
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be {wanted}, got {value!r}")
    if not (math.isfinite(value) and is_allowed(float(value))):
        raise ValueError(f"{name} must be {wanted}, got {value!r}")
    return float(value)


def fraction(value: object, name: str) -> float:
    """Return `value` as a float of at least 0 and below 1."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a number of at least 0 and below 1, got {value!r}")
    if not 0 <= float(value) < 1:
        raise ValueError(f"{name} must be a number of at least 0 and below 1, got {value!r}")
    return float(value)


def one_of(value: str, choices: Collection[str], name: str, wanted: str = "") -> str:
    """Return `value` if it is one of `choices`; if they are many, `wanted` says what they are, instead of a list."""
    if value not in choices:
        similar = " or ".join(get_close_matches(value, choices)) if wanted else ""
        wanted = wanted or f"one of {', '.join(map(repr, choices))}"
        raise ValueError(f"{name} must be {wanted}, got {value!r}" + (f"; did you mean {similar}?" if similar else ""))
    return value


def float_dtype(dtype: npt.DTypeLike, name: str = "dtype") -> np.dtype[np.floating]:
    """Return `dtype` if it is float32 or float64, as a numpy.dtype."""
    with suppress(TypeError):
        found = np.dtype(dtype)
        for allowed in (np.float32, np.float64):
            if found == allowed:
                return np.dtype(allowed)
    raise ValueError(f"{name} must be float32 or float64, got {dtype!r}")


def real_matrix(array: npt.ArrayLike, name: str, n_columns: int | None = None) -> Array:
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


def finite(array: Array, name: str) -> Array:
    """Return `array` if all its values are finite."""
    # Minimum and maximum propagate NaN and infinities, and need no temporary array of the data's size.
    if not (np.isfinite(np.min(array)) and np.isfinite(np.max(array))):
        bad = np.count_nonzero(~np.isfinite(array))
        raise ValueError(f"{name} must hold finite numbers, got {bad} that are NaN or infinite")
    return array


def class_labels(labels: npt.ArrayLike, name: str, n_classes: int | None = None) -> IntArray:
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


def same_length(X: Sized, Y: Sized, X_name: str = "X", Y_name: str = "Y") -> None:
    """Raise ValueError unless `X` and `Y` have the same number of rows."""
    if len(X) != len(Y):
        raise ValueError(f"{X_name} and {Y_name} must have the same length, got {len(X)} and {len(Y)}")


def computed(array: Array | None, by: str) -> Array:
    """Return an array that a method computed earlier; RuntimeError if it was not called."""
    if array is None:
        raise RuntimeError(f"{by} must be called before, and was not")
    return array
