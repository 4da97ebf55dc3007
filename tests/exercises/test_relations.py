"""Relations of wrong numbers to right ones: each by hand, and none where numbers are unrelated or do not vary."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlp_helpers.diagnosis.relations import Case, relation

RNG = np.random.default_rng(0)
X = [RNG.normal(size=(5, 3)), RNG.normal(size=(4, 4)), RNG.normal(size=(1, 3))]
RATES = (0.1, 0.5, 2.0)


def of(change, wanted=X):
    """Return the relation of `change(wanted)` to what is wanted, for an answer with the arguments X and rate."""
    return relation([Case({"X": x, "rate": rate}, w, change(w)) for x, rate, w in zip(X, RATES, wanted, strict=True)])


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        (lambda e: -e, "Each number is right but for its sign"),
        (lambda e: 2 * e, "Each number is too large by the factor 2."),
        (lambda e: e / -2, "Each number is too small by the factor 2, and has the wrong sign."),
        (lambda e: 0.3 * e, "Each number is 0.3 times what it should be."),
        (lambda e: len(e) * e, "Each number is too large by a factor: the number of rows of `X`."),
        (lambda e: e / e.shape[1], "Each number is too small by a factor: the number of columns of `X`."),
        (
            lambda e: -e * e.size,
            "Each number is too large by a factor: the number of entries of `X`, and has the wrong",
        ),
        (lambda e: 1 - e, "It is 1 minus the right value."),
        (lambda e: e.T, "The numbers are right, but rows and columns are exchanged."),
        (np.square, "It is the square of the right value."),
        (lambda e: e**2 / 2, "It is half the square of the right value."),
        (np.abs, "It is the right value without its sign."),
        (np.exp, "It is the exponential of the right value."),
        (lambda e: 1 / e, "It is 1 divided by the right value."),
        (np.rint, "These are the right values, cut or rounded to whole numbers."),
        (np.ravel, "The right numbers are in one long row."),
        (lambda e: e.sum(axis=0), "The right results are added up."),
        (lambda e: e.mean(axis=1, keepdims=True), "It is a mean of the right results."),
        (lambda e: e[:-1], "The last row is missing."),
        (lambda e: e[0], "You get only the first row."),
        (lambda e: e + 1, "Each number is 1 too large."),
        (lambda e: e + np.arange(e.shape[1]), "Each column is off by a number of its own"),
    ],
)
def test_by_hand(change, hint):
    wanted = [np.exp(x) for x in X] if change is np.square else X
    assert of(change, wanted).startswith(hint)


@pytest.mark.parametrize(
    ("operation", "what"),
    [
        (np.mean, "their mean"),
        (np.sum, "their sum"),
        (np.min, "the smallest of them"),
        (np.argmax, "the place of the largest"),
    ],
)
def test_an_array_with_an_axis_too_many(operation, what):
    hint = relation([Case({"x": 1.0}, operation(x, axis=1), x) for x in X[:2]])
    assert hint.startswith(f"You get several numbers in place of each right one, and {what} is right.")
    assert relation([Case({"x": 1.0}, operation(x, axis=1) + 1, x) for x in X[:2]]) is None


@pytest.mark.parametrize(
    ("cut", "hint"),
    [
        (lambda x: [x[1:4], x[4:]], "Numbers at the beginning are missing."),
        (lambda x: [x[:3], x[3:-2]], "Numbers at the end are missing."),
        (lambda x: [*x], "Each item is a single number."),
        (lambda x: [x[:4], x[2:]], "Some numbers come more than once."),
        (lambda x: [x[4:], x[:4]], "All numbers are there, but in another order."),
        (lambda x: np.array_split(x, 2), "The numbers and their order are right, but 5 numbers come in parts of 3, 2;"),
        (lambda x: [x[:4], [x[4:]]], None),
        (lambda x: [x[:3] + 1, x[3:]], None),
    ],
)
def test_parts_that_are_cut_otherwise(cut, hint):
    numbers = np.arange(5.0), np.arange(6.0) ** 2
    found = relation([Case({"x": x}, [x[:4], x[4:]], cut(x)) for x in numbers])
    assert found is None if hint is None else found.startswith(hint)
    assert relation([Case({"x": x + 1}, [x[:4], x[4:]], cut(x)) for x in numbers]) is None  # no parts of an argument


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (np.multiply, "times"),
        (np.divide, "divided by"),
        (np.add, "plus"),
        (np.subtract, "minus"),
        (np.arctan2, None),
    ],
)
def test_an_argument_that_comes_in_is_named(change, words):
    wanted = [np.exp(np.roll(x, 1)) for x in X]
    cases = [Case({"X": x}, w, change(w, x)) for x, w in zip(X, wanted, strict=True)]
    hint = f"It is the right result {words} `X`, entry by entry. Which step brings that in?"
    assert relation(cases) == (hint if words else None)


@pytest.mark.parametrize(
    "change",
    [
        lambda e: e + e**2,
        lambda e: e * np.arange(1, e.size + 1).reshape(e.shape),
        lambda e: np.roll(e, 1),
        lambda e: "text",
        lambda e: None,
    ],
)
def test_unrelated_results_have_no_relation(change):
    assert of(change) is None


PLACES = [(x, np.array(places)) for x, places in zip(X, ([2, 0, 1], [3, 1]), strict=False)]
PARAMS = np.ones((2, 2)), np.zeros(3)
GRADS = RNG.normal(size=(2, 2)), RNG.normal(size=3)


def stepped(factor):
    return [p + factor * g for p, g in zip(PARAMS, GRADS, strict=True)]


@pytest.mark.parametrize(
    ("cases", "said"),
    [
        ([Case({"X": x}, np.mean(x**2), x**2) for x in X], "You get several numbers, and their mean is the right"),
        ([Case({"X": x}, np.sum(x**2), x**2) for x in X], "You get several numbers, and their sum is the right"),
        ([Case({"X": x}, np.max(x) + 1, x**2) for x in X], None),
        ([Case({"X": x}, p, x[p]) for x, p in PLACES], "You get entries of `X`. Does the task ask for them, or"),
        ([Case({"X": x}, p, x[p - 1]) for x, p in PLACES], None),
        ([Case({"X": x}, np.mean(x), np.inf) for x in X], None),
        ([Case({"X": x}, 2 * x, x) for x in X], "It returns `X` unchanged."),
        ([Case({"X": x, "rate": r}, 3.0 * r, 3.0) for x, r in zip(X, RATES, strict=True)],
            "Each number is right but for being divided by `rate`."),
        ([Case({"x": 1.0, "epsilon": e}, w, w * 2 * e) for e, w in ((0.5, 3.0), (0.01, 2.0), (0.25, np.ones(3)))],
            "Each number is right but for being multiplied by twice `epsilon`."),
        ([Case({"X": x}, x, x * len(x) / x.shape[1]) for x in X],
            "Each number is right but for being multiplied by the number of rows of `X` over that of its columns."),
        ([Case({"params": [*PARAMS], "grads": [*GRADS], "rate": r}, stepped(-r), stepped(r)) for r in RATES],
            "Each change of a parameter is right but for its sign."),
        ([Case({"x": 0.0}, 0.0, 0.0), Case({"x": 1.0}, 1.0, 2.0)], None),  # numbers that do not vary show nothing
        ([Case({"x": np.zeros(3)}, np.zeros(3), np.ones(3))], "Each number is 1 too large."),
    ],
)  # fmt: skip
def test_by_hand_with_other_arguments(cases, said):
    found = relation(cases)
    assert found is None if said is None else found.startswith(said)


@given(st.lists(st.floats(-10, 10), min_size=6, max_size=6), st.lists(st.floats(-10, 10), min_size=6, max_size=6))
def test_what_is_said_of_a_factor_is_true(expected, got):
    expected, got = np.array(expected), np.array(got)
    found = relation([Case({"x": np.zeros((2, 3))}, expected, got)]) or ""
    if "times what it should be" in found:
        ratio = float(found.split()[3])
        np.testing.assert_allclose(ratio * expected, got, atol=2e-3 * max(np.abs(expected).max(), np.abs(got).max()))
