"""Exceptions in plain words: real ones, raised by NumPy and Python as they are installed."""

import math

import numpy as np
import pytest

from mlp_helpers.checking.observations import Observation, observe
from mlp_helpers.diagnosis.exceptions import in_plain_words, quoted
from mlp_helpers.exercises import exercise

A, v = np.ones((5, 3)), np.ones(3)


def unbound():
    total += 1  # noqa: F821, F841


def added_in_place(array, other):
    array += other


REAL = [
    (lambda: A @ np.ones((2, 5)), "A matrix product has 3 columns on its left and 2 rows on its right"),
    (lambda: np.dot(A, np.ones((2, 5))), "A matrix product has the shapes (5, 3) and (2, 5)"),
    (lambda: A @ 2, "A matrix product got a single number"),
    (lambda: A + np.ones((2, 5)), "Arrays of shapes (5, 3) and (2, 5) are combined entry by entry."),
    (lambda: A - np.ones(5), "Arrays of shapes (5, 3) and (5,) are combined entry by entry."),
    (
        lambda: added_in_place(np.ones((1, 2)), np.ones((5, 2))),
        "An array of shape (1, 2) cannot take values of shape (5, 2)",
    ),
    (lambda: np.zeros((2, 2)).__setitem__(0, v), "Values of shape (3,) are assigned to a place of shape (2,)."),
    (
        lambda: A[np.array([0, 1]), np.array([0, 1, 2])],
        "The arrays used as row and column numbers have shapes (2,) and",
    ),
    (lambda: A.reshape(-1, 784), "15 numbers cannot take the shape (784,)."),
    (lambda: A.reshape(4, -1), "15 numbers cannot take the shape (4, -1)."),
    (lambda: v.sum(axis=1), "Axis 1 is asked for, but the array has only one axis, number 0."),
    (lambda: A.sum(axis=2), "Axis 2 is asked for, but the array has 2 axes, counted from 0."),
    (lambda: v[5], "Index 5 is used along axis 0, which has 3 entries, counted from 0."),
    (lambda: v[:1][5], "Index 5 is used along axis 0, which has 1 entry, counted from 0."),
    (lambda: A[:, :1] @ np.ones((2, 5)), "A matrix product has 1 column on its left and 2 rows on its right"),
    (lambda: [1, 2][5], "An index is too large for the list"),
    (lambda: v[0, 1], "2 indices are used for an array"),
    (lambda: v[1.5], "An index must be a whole number, a slice or a mask."),
    (lambda: v[np.ones(3)], "An index must be a whole number, a slice or a mask."),
    (lambda: A[np.ones(4, bool)], "A mask of 4 values picks from 5 entries"),
    (lambda: range(len(A) / 2), "A whole number is needed here, not a fraction."),
    (lambda: np.zeros(3.5), "A whole number is needed here, not a fraction."),
    (lambda: np.zeros(3, 4), "NumPy takes the whole shape as one argument"),
    (lambda: np.array([[1, 2], [3]]), "Rows of different lengths cannot be put into one array."),
    (lambda: np.stack([v, A]), "The arrays to be joined have different shapes."),
    (lambda: np.max([]), "Something is empty where"),
    (lambda: np.linalg.inv(A), "Not every matrix has an inverse"),
    (lambda: np.exp(v) ^ 2, "In Python `^` works on bits"),
    (lambda: 1.5 ^ 2, "In Python `^` works on bits"),
    (lambda: max(A, 0), "Python's `if`, `and`, `max` and `min` need one truth value"),
    (lambda: math.exp(A), "There is an array where one number is needed"),
    (lambda: [1.0] - [2.0], "A list does not calculate entry by entry"),
    (lambda: 0.5 * [1], "A list does not calculate entry by entry"),
    (lambda: [1].shape, "A list has no `shape`"),
    (lambda: None.shape, "There is None where a value is needed."),
    (lambda: None + 1, "There is None where a value is needed."),
    (lambda: len + 1, "A function itself is used in a calculation."),
    (lambda: A(1), "Round brackets after a value call it"),
    (lambda: np.random.default_rng(0).rand(3), "A Generator such as `rng` has no `rand`."),
    (lambda: A.foo, "An array has no `foo`."),
    (lambda: np.summ(A), "`numpy` has no `summ`."),
    (lambda: len(5), "`len` got a single value of type int"),
    (lambda: list(5), "There is a single value where several are needed"),
    (lambda: len(v)[0], "Square brackets pick an entry"),
    (lambda: [*zip([1], [1, 2], strict=True)], "`zip` joins two lists of different lengths."),
    (lambda: np.arange(3).__isub__(0.5), "An array of int64 cannot hold numbers of float64"),
    (unbound, "`total` is used before it has a value."),
    (lambda: undefined, "There is no `undefined` here."),  # noqa: F821
    (lambda: np.sum(A, axis=1, keepdim=True), "`sum` has no argument called `keepdim`."),
    (lambda: added_in_place(A), "A call of `added_in_place` lacks the argument 'other'."),
    (lambda: added_in_place(A, A, A), "`added_in_place` takes 2 arguments and is given 3."),
    (lambda: math.log(0), "A logarithm or root is taken of a number that has none."),
    (lambda: math.exp(1000), "A number becomes too large for a float."),
    (lambda: 1 / 0, "It divides by 0."),
    (lambda: np.zeros(10**14), "It asks for a huge array."),
]


def raised_by(function):
    return next(one for one in observe(exercise("softplus_d"), lambda x: function()) if one)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("function", "words"), REAL, ids=range(len(REAL)))
def test_real_exceptions(function, words):
    assert in_plain_words(raised_by(function)).startswith(words)


def test_others_are_quoted_as_one_sentence():
    def answer(x):
        raise RuntimeError("Out of luck.")

    observation = observe(exercise("softplus_d"), answer)[0]
    assert in_plain_words(observation) is None
    line = 'Look at line 2, `raise RuntimeError("Out of luck.")`.'
    assert quoted(observation) == f"It raised RuntimeError: Out of luck. {line} (Case: ordinary.)"


def test_the_line_of_the_answer_stands_beside_it():
    def softplus_d(x):
        zero = np.zeros(7)
        return np.maximum(x, zero)

    observation = observe(exercise("softplus_d"), softplus_d)[0]
    assert isinstance(observation, Observation)
    assert in_plain_words(observation).endswith("Look at line 3, `return np.maximum(x, zero)`. (Case: ordinary.)")
