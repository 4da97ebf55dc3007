"""Optimizers against their formulas; tests/test_references.py compares them with PyTorch."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlp_helpers import SGD, Adam, AdamW, Momentum, Nesterov
from mlp_helpers.optimizers import OPTIMIZERS, Optimizer

KINDS = pytest.mark.parametrize("kind", OPTIMIZERS.values(), ids=OPTIMIZERS)
WITH_STATE = pytest.mark.parametrize("kind", [Momentum, Nesterov, Adam, AdamW])


def after(optimizer, start, *grads, factor=1.0):
    """Return the value of a scalar parameter after one step per gradient."""
    param = np.array([start])
    for grad in grads:
        optimizer.step([param], [np.array([grad])], factor)
    return param[0]


def test_one_step_by_hand():
    params = [np.array([[1.0, 2.0]]), np.array([[0.5]])]
    W, b = params
    SGD(0.1).step(params, [np.array([[10.0, -10.0]]), np.array([[5.0]])])
    assert W.tolist() == [[0, 3]]
    assert b.tolist() == [[0]]


def test_two_steps_by_hand():
    # Gradients 4, then 2. Momentum 1/2: v is 4, then 4.
    assert after(Momentum(0.5, momentum=0.5), 10.0, 4.0, 2.0) == 10 - 0.5 * 4 - 0.5 * 4
    # Steps along g + v/2: 6, then 4.
    assert after(Nesterov(0.5, momentum=0.5), 10.0, 4.0, 2.0) == 10 - 0.5 * 6 - 0.5 * 4
    # Both betas 1/2: m is 2, then 2, so m̂ is 4, then 2 / (3/4); s is 8, then 6, so ŝ is 16, then 8.
    assert after(Adam(0.5, betas=(0.5, 0.5), epsilon=1e-300), 10.0, 4.0, 2.0) == pytest.approx(
        10 - 0.5 * 4 / 4 - 0.5 * (2 / 0.75) / np.sqrt(8), rel=1e-15
    )


def test_weight_decay_by_hand():
    # The gradient 1 becomes 1 + 0.25 · 8 = 3.
    assert after(SGD(0.5, weight_decay=0.25), 8.0, 1.0) == 8 - 0.5 * 3
    # Adam's first step has length η, whatever the gradient; AdamW also shrinks the weight by η λ p = 1.
    assert after(Adam(0.5, weight_decay=0.25), 8.0, 1.0) == pytest.approx(7.5)
    assert after(AdamW(0.5, weight_decay=0.25), 8.0, 1.0) == pytest.approx(6.5)


def test_a_schedule_scales_weight_decay_by_hand():
    # Half the learning rate: 1/4 · 3; 1/4 of Adam's direction; in AdamW also 1/4 · 0.25 · 8.
    assert after(SGD(0.5, weight_decay=0.25), 8.0, 1.0, factor=0.5) == 8 - 0.25 * 3
    assert after(Adam(0.5, weight_decay=0.25), 8.0, 1.0, factor=0.5) == pytest.approx(7.75)
    assert after(AdamW(0.5, weight_decay=0.25), 8.0, 1.0, factor=0.5) == pytest.approx(7.25)


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=5), st.floats(0.01, 1), st.floats(0, 0.1))
def test_without_momentum_all_momentum_is_plain_descent(grads, rate, decay):
    plain = after(SGD(rate, weight_decay=decay), 3.0, *grads)
    for kind in (Momentum, Nesterov):
        assert after(kind(rate, momentum=0, weight_decay=decay), 3.0, *grads) == pytest.approx(plain, rel=1e-12)


@given(st.floats(1e-3, 1e6), st.floats(0.01, 1))
def test_adam_does_not_care_how_large_gradients_are(scale, rate):
    grads = np.array([1.0, -2.0, 0.5])
    assert after(Adam(rate), 3.0, *(scale * grads)) == pytest.approx(after(Adam(rate), 3.0, *grads), rel=1e-4)


@KINDS
def test_a_factor_is_one_of_the_learning_rate(kind):
    grads = (1.0, -3.0, 2.0)
    assert after(kind(0.2), 5.0, *grads, factor=0.5) == pytest.approx(after(kind(0.1), 5.0, *grads), rel=1e-14)


@KINDS
def test_the_learning_rate_may_change_on_the_way(kind):
    optimizer, other = kind(0.1), kind(0.1)
    optimizer.learning_rate = 0.3
    assert after(optimizer, 5.0, 1.0) != after(other, 5.0, 1.0)


@KINDS
def test_precision_is_kept(kind):
    param = np.ones(2, np.float32)
    optimizer = kind(0.1, weight_decay=0.1)
    for _ in range(2):
        optimizer.step([param], [np.ones(2, np.float32)])
    assert param.dtype == np.float32
    assert all(array.dtype == np.float32 for array in optimizer._state[0])


@KINDS
def test_gradients_are_left_alone(kind):
    grad = np.array([1.0, 2.0])
    kind(0.1, weight_decay=0.1).step([np.ones(2)], [grad])
    assert grad.tolist() == [1, 2]


@KINDS
@pytest.mark.parametrize(("rate", "error"), [(0, ValueError), (-1, ValueError), (np.nan, ValueError), ("1", TypeError)])
def test_bad_learning_rates(kind, rate, error):
    with pytest.raises(error, match="learning_rate must be a finite number above 0"):
        kind(rate)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: SGD(1, weight_decay=-1), ValueError, "weight_decay must be a finite number of at least 0, got -1"),
        (lambda: Momentum(1, momentum=1), ValueError, "momentum must be"),
        (lambda: Nesterov(1, momentum="0.9"), TypeError, "momentum must be"),
        (lambda: Adam(1, betas=0.9), TypeError, "betas must be a tuple of two numbers, got 0.9"),
        (lambda: Adam(1, betas=(0.9,)), TypeError, "betas must be a tuple of two numbers, got"),
        (lambda: Adam(1, betas=(0.9, 0.9, 0.9)), TypeError, "betas must be a tuple of two numbers, got"),
        (lambda: Adam(1, betas=(0.9, 1.5)), ValueError, "betas must be"),
        (lambda: AdamW(1, epsilon=0), ValueError, "epsilon must be a finite number above 0, got 0"),
    ],
)
def test_bad_settings(make, error, message):
    with pytest.raises(error, match=message):
        make()


@WITH_STATE
@pytest.mark.parametrize("other", [[np.ones(2)], [np.ones((4, 1))], [np.ones(2), np.ones(1)]])
def test_the_state_of_one_network_is_not_used_for_another(kind, other):
    optimizer, grads = kind(0.1), [np.ones_like(param) for param in other]
    params = [np.ones(2)]
    optimizer.step(params, [np.ones(2)])
    message = f"params must be the arrays of this {kind.__name__}'s earlier steps, got others: another network needs"
    with pytest.raises(ValueError, match=message):
        optimizer.step(other, grads)
    assert all(np.array_equal(param, grad) for param, grad in zip(other, grads, strict=True))
    optimizer.step(params, [np.ones(2)])


def test_plain_descent_has_no_state_and_serves_any_network():
    optimizer = SGD(0.5)
    for params in ([np.ones(2)], [np.ones(2)], [np.ones((4, 1)), np.ones(1)]):
        optimizer.step(params, [np.ones_like(param) for param in params])
        assert all(np.all(param == 0.5) for param in params)


@WITH_STATE
def test_other_views_of_the_same_rows_go_on(kind):
    optimizer, rows, whole = kind(0.1), np.ones((4, 2)), np.ones((2, 2))
    expected = kind(0.1)
    for _ in range(3):
        optimizer.step([rows[2:]], [np.ones((2, 2))])
        expected.step([whole], [np.ones((2, 2))])
    assert np.array_equal(rows[2:], whole)
    with pytest.raises(ValueError, match="params must be"):
        optimizer.step([rows[:2]], [np.ones((2, 2))])


def together(*objects):
    return pickle.loads(pickle.dumps(objects))


@WITH_STATE
@pytest.mark.parametrize("copied", [together, lambda *all: map(copy.deepcopy, all), lambda *all: copy.deepcopy(all)])
def test_a_copy_goes_on_with_the_copied_parameters(kind, copied):
    optimizer, param = kind(0.1), np.ones(2)
    optimizer.step([param], [np.array([1.0, 2.0])])
    optimizer_2, param_2 = copied(optimizer, param)
    for one, own in ((optimizer, param), (optimizer_2, param_2)):
        one.step([own], [np.array([-1.0, 1.0])])
    assert param.tolist() == param_2.tolist() != [1, 1]
    for others in ([param], [np.ones(3)]):
        with pytest.raises(ValueError, match="params must be"):
            optimizer_2.step(others, others)
    with pytest.raises(ValueError, match="params must be"):
        copy.deepcopy(optimizer).step([np.ones(3)], [np.ones(3)])


@KINDS
def test_params_and_grads_must_match(kind):
    optimizer = kind(0.1)
    with pytest.raises(ValueError, match="zip"):
        optimizer.step([np.ones(1)], [])


def test_repr_is_python():
    assert repr(SGD(0.1)) == "SGD(learning_rate=0.1)"
    assert repr(Momentum(0.1, weight_decay=0.01)) == "Momentum(learning_rate=0.1, weight_decay=0.01, momentum=0.9)"
    optimizer = Adam(0.1)
    optimizer.step([np.ones(1)], [np.ones(1)])
    assert repr(eval(repr(optimizer))) == repr(optimizer)


def test_an_optimizer_says_what_it_lacks():
    with pytest.raises(NotImplementedError, match="Optimizer must define _update"):
        Optimizer(0.1).step([np.ones(1)], [np.ones(1)])
