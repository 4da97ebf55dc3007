"""Optimizers step where the formula says."""

import numpy as np
import pytest

from mlp_helpers import SGD


def test_one_step_by_hand():
    params = [np.array([[1.0, 2.0]]), np.array([[0.5]])]
    W, b = params
    SGD(0.1).step(params, [np.array([[10.0, -10.0]]), np.array([[5.0]])])
    assert W.tolist() == [[0, 3]]
    assert b.tolist() == [[0]]


def test_precision_is_kept():
    param = np.ones(2, np.float32)
    SGD(0.1).step([param], [param])
    assert param.dtype == np.float32


@pytest.mark.parametrize(("rate", "kind"), [(0, ValueError), (-1, ValueError), (np.nan, ValueError), ("1", TypeError)])
def test_bad_learning_rates(rate, kind):
    with pytest.raises(kind, match="learning_rate must be a finite number above 0"):
        SGD(rate)


def test_params_and_grads_must_match():
    with pytest.raises(ValueError, match="zip"):
        SGD(0.1).step([np.ones(1)], [])


def test_repr_is_python():
    assert repr(SGD(0.1)) == "SGD(learning_rate=0.1)"
