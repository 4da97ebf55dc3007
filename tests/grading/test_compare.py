"""Comparison of check outputs: equivalent ones and different ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mlp_helpers.checking.observations import Observation, agree, canonical
from mlp_helpers.grading import compare
from mlp_helpers.grading.compare import same_output, wrong_cases

ALL = {"a", "b, large", "c"}
finite = st.integers(-(10**9), 10**9).map(lambda n: n / 1000)


def printed(value):
    return canonical([Observation("case", value)])


@given(arrays(np.float64, (2, 3), elements=finite), st.floats(-1e-9, 1e-9))
def test_rounding_makes_no_difference(array, noise):
    assert same_output(printed(array), printed(array * (1 + noise)))


@given(arrays(np.float64, (2, 3), elements=finite), st.integers(0, 5))
def test_one_wrong_number_does(array, position):
    wrong = array.copy()
    wrong.flat[position] += 1e-3 * (1 + np.abs(array).max())
    assert not agree(array, wrong)
    assert not same_output(printed(array), printed(wrong))


@pytest.mark.parametrize(
    ("expected", "found", "same"),
    [
        ("case: 0.375", "case: 0.375001", True),
        ("case: 0.375", "case: 0.38", False),
        ("case: True", "case: 1", False),
        ("case: nan", "case: nan", True),
        ("case: nan", "case: 0", False),
        ("case: array (2,)\n  1  2", "case: array (2, 1)\n  1\n  2", False),
        ("case: array (3,)\n  1  2  3", "case: array (3,)\n  1  2", False),
        ("case: array (2,)\n  1000  0.001", "case: array (2,)\n   1000  0.0012", True),
        ("23 samples in batches of 5: 1", "23 samples in batches of 4: 1", False),
        ("5000 samples: 0.5", "5000 samples: 0.501", False),
        ("case: 1\ncase: 2", "case: 1", False),
        ("case: 1", "case: 1\nright", False),
        ("case: 1", "", False),
        ("case: raised ValueError", "case: raised TypeError", False),
        ("a: MLPConfig(seed=1)", "a: MLPConfig(seed=2)", False),
    ],
)
def test_by_hand(expected, found, same):
    assert same_output(expected, found) is same


@pytest.mark.parametrize(
    "text",
    [
        "1" * 500_000,
        " " + "1" * 500_000 + "x",
        "  1  2  3" * 20_000 + " x",
        "  1  2  3\n" * 30_000,
        " " * 1_000_000 + "x",
        "1." * 300_000,
        "1e" * 300_000,
    ],
    ids=lambda text: text[:9],
)
def test_a_long_text_takes_no_longer_than_its_length(text, monkeypatch):
    monkeypatch.setattr(compare, "MUCH_LONGER", 10**9)
    assert not same_output("case: 1", text)
    assert same_output(text, text)


def test_a_text_that_is_much_longer_is_not_looked_at():
    assert not same_output("case: 1", "case: 1" + " " * 2000)


def test_the_cases_that_differ_are_named():
    right = canonical([Observation("a", np.eye(2)), Observation("b, large", 1.5), Observation("c", {"sizes": [1, 2]})])
    assert wrong_cases(right, right) == set()
    assert wrong_cases(right, right.replace("1.5", "nan")) == {"b, large"}
    assert wrong_cases(right, right.replace("[1]: 2", "[1]: 3") + "\nb, large: its input was changed") == {
        "b, large",
        "c",
    }
    assert wrong_cases(right, canonical([Observation("a", np.eye(2)), Observation("b, large", 1.5)])) == ALL
    for text in ("", "a: array (2, 2)", right + "\nd: 1", right.replace("a:", "A:"), "x\n" + right):
        assert wrong_cases(right, text) == ALL, text
