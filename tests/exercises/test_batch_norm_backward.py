"""The exercise of notebook 09: its key against a hand-worked example, numerical gradients and what must sum to 0."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlp_helpers import numerical_gradient
from mlp_helpers.diagnosis import Attempt, judge
from mlp_helpers.exercises import exercise

EXERCISE = exercise("batch_norm_backward")
RIGHT = EXERCISE.key.reference
FORGETFUL = [mistake.answer for mistake in EXERCISE.key.mistakes[:3]]  # of the mean, of the deviation, of both


def batch(seed, n_samples, n_units):
    """Return values, scales, offsets, and the gradients that come back to the outputs."""
    rng = np.random.default_rng(seed)
    X, dA = rng.normal(1, 2, (2, n_samples, n_units))
    gamma, beta = rng.normal(size=(2, 1, n_units))
    return X, gamma, beta, dA


def statistics(X):
    """Return the normalized values and the standard deviations."""
    sigma = np.sqrt(X.var(axis=0, keepdims=True) + 1e-5)
    return (X - X.mean(axis=0, keepdims=True)) / sigma, sigma


def numerical(X, gamma, beta, dA):
    """Return difference quotients of a sum of losses whose slopes at the outputs are dA: for X, gamma and beta."""

    def total(_):
        X_hat, _ = statistics(X)
        return np.sum(dA * (gamma * X_hat + beta))

    dX, dgamma, dbeta = (numerical_gradient(total, array) for array in (X, gamma, beta))
    return dX, dgamma / len(X), dbeta / len(X)


def test_by_hand():
    # Of 0, 0, 3, 3 the mean is 1.5 and the standard deviation 1.5, so they become -1, -1, 1, 1.
    X_hat, dA = np.array([[-1.0], [-1.0], [1.0], [1.0]]), np.array([[4.0], [0.0], [0.0], [0.0]])
    dX, dgamma, dbeta = RIGHT(dA, X_hat, np.array([[3.0]]), np.array([[1.5]]))
    assert (dgamma, dbeta) == (-1, 1)  # means of -4, 0, 0, 0 and of 4, 0, 0, 0
    # 3 / 1.5 times: 4 - 1 - 1, and 0 - 1 - 1, and twice 0 - 1 + 1
    assert dX.tolist() == [[4], [-4], [0], [0]]


@pytest.mark.parametrize("shape", [(5, 3), (4, 4), (1, 2)])
def test_it_is_the_numerical_gradient(shape):
    X, gamma, beta, dA = batch(1, *shape)
    X_hat, sigma = statistics(X)
    for found, wanted in zip(RIGHT(dA, X_hat, gamma, sigma), numerical(X, gamma, beta, dA), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("wrong", FORGETFUL, ids=lambda answer: answer.__name__)
def test_a_forgotten_path_is_not(wrong):
    X, gamma, beta, dA = batch(1, 5, 3)
    X_hat, sigma = statistics(X)
    assert np.abs(wrong(dA, X_hat, gamma, sigma)[0] - numerical(X, gamma, beta, dA)[0]).max() > 0.01


@pytest.mark.parametrize(
    ("dX", "said"),
    [
        (lambda right: right * np.nan, "In 'dX' (case: 5 samples, 2 units), 0 of 10 numbers are right"),
        (lambda right: right[0], "In 'dX' (case: 5 samples, 2 units), the result has shape (2,) instead of (5, 2)."),
        (lambda right: "text", "In the case '5 samples, 2 units', the result is not what it should be."),
        (lambda right: right + 1, "Only dX is wrong: of its three paths, that through the mean has a wrong factor."),
    ],
)
def test_whatever_comes_in_the_place_of_dX_gets_a_hint(dX, said):  # noqa: N802
    def answer(*arguments):
        right, *others = RIGHT(*arguments)
        return dX(right), *others

    assert judge(Attempt.at(EXERCISE, answer)).remark.startswith(said)


def test_a_lost_factor_of_one_path_accuses_no_other():
    def answer(dA, X_hat, gamma, sigma):
        _, dgamma, dbeta = RIGHT(dA, X_hat, gamma, sigma)
        return gamma / sigma * (dA - dbeta - dgamma), dgamma, dbeta

    said = "Only dX is wrong: of its three paths, that through sigma has a wrong factor."
    assert judge(Attempt.at(EXERCISE, answer)).remark.startswith(said)


@given(seed=st.integers(0, 1000), n_samples=st.integers(2, 9), n_units=st.integers(1, 4))
def test_no_gradient_moves_mean_or_spread(seed, n_samples, n_units):
    X, gamma, _, dA = batch(seed, n_samples, n_units)
    X_hat, sigma = statistics(X)
    dX, *_ = RIGHT(dA, X_hat, gamma, sigma)
    largest = np.abs(gamma / sigma * dA).max()
    np.testing.assert_allclose(dX.sum(axis=0) / largest, 0, atol=1e-9)
    # but for the 1e-5 beside the variance, by which the mean square of X_hat stays below 1
    np.testing.assert_allclose((dX * X_hat).sum(axis=0) / largest, 0, atol=20 * n_samples * 1e-5 / np.min(sigma) ** 2)
