"""The pencil exercise of notebook 03: its key against NumPy, and the verdicts on what is typed in."""

import numpy as np
import pytest

from mlp_helpers.checking.observations import PARTLY, RIGHT, WRONG
from mlp_helpers.course.cells import literal
from mlp_helpers.exercises.one_sample.answers import RIGHT_PARTS, TYPED_IN, WRONG_PARTS, judge

X, W, B, DZ = np.array([[2, -1, 3]]), np.array([[1, -2], [3, 2], [-1, 3]]), np.array([[5, 3]]), np.array([[-2, 5]])


ROWS = "Z must be a list of rows of equal length, such as [[0, 0]], but it"


def judged(**changes):
    verdict = judge(RIGHT_PARTS | changes)
    return verdict.state, verdict.remark, verdict.earned


def test_the_key_is_what_numpy_finds():
    found = {"Z": X @ W + B, "dW": X.T @ DZ, "db": DZ.mean(axis=0, keepdims=True), "dX": DZ @ W.T}
    assert {name: array.tolist() for name, array in found.items()} == RIGHT_PARTS


def test_other_spellings_are_right():
    assert judged() == (RIGHT, "", 1)
    assert judged(Z=((1.0, 6),), n_samples=1)[0] == RIGHT


@pytest.mark.parametrize("Z", [X @ W + B, [np.array([1.0, 6.0])], [[np.int64(1), 6]]])
def test_arrays_are_right_and_must_be_typed_in_to_be_graded(Z):
    assert judged(Z=Z) == judged()
    assert (judge(RIGHT_PARTS | {"Z": Z}).notes, judge(RIGHT_PARTS).notes) == ((TYPED_IN,), ())
    cell = "one_sample = {'Z': np.array([[1, 6]]), 'db': [np.asarray([-2, 5])]}"
    assert literal(cell, "one_sample") == {"Z": [[1, 6]], "db": [[-2, 5]]}
    assert literal("one_sample = {'Z': np.array(x @ W + b)}", "one_sample") is None


def test_the_way_back_to_the_input_is_half():
    assert judged(dX=[[-12, 4, 13]]) == (
        PARTLY,
        "2 of the 3 numbers of dX are right. The first that is not stands in row 0, column 2. Which numbers are "
        "multiplied there, and with which signs?",
        1 / 2,
    )
    assert judged(Z=[[1, 7]], dX=[[0, 0, 0]]) == (
        WRONG,
        "1 of the 2 numbers of Z is right. The first that is not stands in row 0, column 1. Which numbers are "
        "multiplied there, and with which signs?",
        0,
    )


def test_a_part_that_is_divided_by_something_is_asked_for_the_number_of_samples():
    for part, value in (("db", [[-1, 2.5]]), ("dW", [[-2, 5], [1, -2.5], [-3, 7.5]]), ("dX", [[-6, 2, 8.5]])):
        hint = f"Each number of {part} is 0.5 times what it should be. How many samples does this batch have, and"
        assert judged(**{part: value})[1].startswith(hint)
    assert judged(db=[[-2, 6]])[1] == (
        "1 of the 2 numbers of db is right. The first that is not stands in row 0, column 1. There is nothing to "
        "multiply here: which array is summed over the samples?"
    )


@pytest.mark.parametrize(("part", "value", "hint"), WRONG_PARTS)
def test_each_slip_has_its_hint(part, value, hint):
    assert judged(**{part: value})[1] == hint


@pytest.mark.parametrize(
    ("answer", "remark"),
    [
        (None, "It must be a dictionary such as "),
        ([[1, 6]], "It must be a dictionary such as "),
        ({}, "Z is missing."),
        (RIGHT_PARTS | {"Z": "1 6"}, f"{ROWS} is of type str."),
        (RIGHT_PARTS | {"Z": 7}, f"{ROWS} is of type int."),
        (RIGHT_PARTS | {"Z": [[1], [6, 0]]}, f"{ROWS} has rows of different lengths."),
        (RIGHT_PARTS | {"Z": [1, [6]]}, f"{ROWS} has rows of different lengths."),
        (RIGHT_PARTS | {"Z": [[]]}, f"{ROWS} has no numbers, too many, or too large ones."),
        (RIGHT_PARTS | {"Z": [[10**400, 6]]}, f"{ROWS} has no numbers, too many, or too large ones."),
        (RIGHT_PARTS | {"Z": [[0] * 1000]}, f"{ROWS} has no numbers, too many, or too large ones."),
        (RIGHT_PARTS | {"Z": np.array([["1", "6"]])}, f"{ROWS} is an array."),
        (RIGHT_PARTS | {"Z": np.zeros((100, 2))}, f"{ROWS} is an array."),
        (RIGHT_PARTS | {"Z": X @ W}, "Your Z is wrong by 5 and by 3."),
        (RIGHT_PARTS | {"Z": [[1, "6"]]}, f"{ROWS} contains a value of type str."),
        (RIGHT_PARTS | {"Z": [[True, 6]]}, f"{ROWS} contains a value of type bool."),
        (RIGHT_PARTS | {"Z": [[1, float("nan")]]}, "1 of the 2 numbers of Z"),
        (RIGHT_PARTS | {"Z": [[1, 6, 0]]}, "Z has the shape (1, 3); it should have (1, 2)."),
        (RIGHT_PARTS | {"Z": [[-1, -6]]}, "Each number of Z has the wrong sign."),
    ],
)
def test_nonsense_is_said(answer, remark):
    verdict = judge(answer)
    assert (verdict.state, verdict.earned) == (WRONG, 0)
    assert verdict.remark.startswith(remark)
