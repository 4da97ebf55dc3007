"""Observations of answers: canonical form, agreement, and the random generators of cases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mlp_helpers.checking.observations import Observation, Raised, agree, canonical, exercise_rng

finite = st.integers(-(10**9), 10**9).map(lambda n: n / 1000)


def form(value, changed=False):
    return canonical([Observation("case", value, changed)]).splitlines()


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        (0.1 + 0.2, ["case: 0.3"]),
        (-0.0, ["case: 0"]),
        (1e-300, ["case: 1e-300"]),
        (2.5e-313, ["case: 2.5e-313"]),
        (np.float32(1.5), ["case: 1.5"]),
        (np.nan, ["case: nan"]),
        (-np.inf, ["case: -inf"]),
        (True, ["case: True"]),
        (None, ["case: None"]),
        ("large and finite", ["case: large and finite"]),
        (np.array([[1, -0.0], [1e-17, 1 / 3]]), ["case: array (2, 2)", "         1         0", "         0  0.333333"]),
        (np.array([True, False]), ["case: array (2,)", "  1  0"]),
        (np.array([]), ["case: array (0,)"]),
        ([1, np.array([2.0])], ["case: 2 items", "  [0]: 1", "  [1]: array (1,)", "    2"]),
        ({"sizes": [3], "once": True}, ["case:", "  sizes: 1 item", "    [0]: 3", "  once: True"]),
        (Raised("ValueError", "not\n so"), ["case: raised ValueError: not so"]),
        (Raised("ValueError", ""), ["case: raised ValueError"]),
        (len, ["case: of type builtin_function_or_method"]),
    ],
)
def test_canonical_form(value, lines):
    assert form(value) == lines


def test_canonical_form_says_that_an_input_was_changed():
    assert form(1.0, changed=True) == ["case: 1", "case: its input was changed"]


def test_digits_that_are_rounding_noise_are_not_shown():
    rounded = form(np.array([1.0, 2.0611536224e-9]))
    assert rounded == form(np.array([1.0, 2.0611536224e-9 + 1e-16]))
    assert rounded[1].split() == ["1", "2.061e-09"]


@given(arrays(np.float64, (2, 3), elements=finite), st.floats(-1e-9, 1e-9))
def test_values_that_agree_up_to_rounding_agree(array, noise):
    assert agree(array, array * (1 + noise))
    assert agree(array, array.astype(np.float32))


@given(arrays(np.float64, (2, 3), elements=finite), st.integers(0, 5))
def test_one_wrong_number_is_no_agreement(array, position):
    wrong = array.copy()
    wrong.flat[position] += 1e-3 * (1 + np.abs(array).max())
    assert not agree(array, wrong)


@pytest.mark.parametrize(
    ("expected", "value", "same"),
    [
        (np.zeros((1, 2)), np.zeros(2), False),
        (np.zeros(2), [0.0, 0.0], False),
        (1.0, np.array(1.0), True),
        (1.0, np.array([1.0]), False),
        (np.array([1.0, 0.0]), np.array([True, False]), True),
        ([1, 2], (1, 2), True),
        ([1, 2], [1, 2, 3], False),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        (np.array([np.nan, np.inf]), np.array([np.nan, np.inf]), True),
        (np.array([1.0]), np.array([np.nan]), False),
        ("text", "text", True),
        ("text", 1.0, False),
        (Raised("ValueError", "a"), Raised("ValueError", "b"), True),
        (Raised("ValueError", "a"), 1.0, False),
        (1.0, None, False),
    ],
)
def test_agreement(expected, value, same):
    assert agree(expected, value) is same


def test_generators_repeat_and_differ_by_exercise_and_seed(monkeypatch):
    first = exercise_rng("slope").random()
    assert exercise_rng("slope").random() == first
    assert exercise_rng("softplus_d").random() != first
    monkeypatch.setenv("MLP_COURSE_SEED", "7")
    assert exercise_rng("slope").random() != first


def test_a_seed_that_is_none_is_refused(monkeypatch):
    monkeypatch.setenv("MLP_COURSE_SEED", "-1")
    with pytest.raises(ValueError, match=r"MLP_COURSE_SEED must be an int of at least 0, got '-1'"):
        exercise_rng("slope")
