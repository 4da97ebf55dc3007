"""Quiet searches, on small data."""

import optuna
import pytest


@pytest.fixture(autouse=True)
def quiet():
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)


@pytest.fixture
def data(rng):
    X = rng.normal(size=(80, 4))
    y = X[:, :3].argmax(axis=1)
    return X[:60], y[:60], X[60:], y[60:]
