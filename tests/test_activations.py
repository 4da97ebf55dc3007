"""Activations: hand-worked values, derivatives against finite differences, no overflow, no shared state."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

import mlp_helpers as mlp
from mlp_helpers.activations import ACTIVATIONS

NAMES = list(ACTIVATIONS)


def test_values_by_hand():
    x = np.array([-2.0, 0.0, math.log(3)])
    np.testing.assert_allclose(mlp.sigmoid(x), [1 / (1 + math.e**2), 0.5, 0.75])
    np.testing.assert_allclose(mlp.sigmoid_d(x)[1:], [0.25, 0.1875])
    np.testing.assert_allclose(mlp.tanh(x)[1:], [0.0, 0.8])
    np.testing.assert_allclose(mlp.tanh_d(x)[1:], [1.0, 0.36])
    assert mlp.relu(x).tolist() == [0.0, 0.0, math.log(3)]
    assert mlp.relu_d(x).tolist() == [0.0, 0.0, 1.0]
    assert mlp.linear(x) is x
    assert mlp.linear_d(x).tolist() == [1.0, 1.0, 1.0]


@given(st.floats(-1e308, 1e308))
def test_sigmoid_agrees_with_scipy_and_overflows_nowhere(x):
    assert mlp.sigmoid(np.float64(x)) == pytest.approx(expit(x), abs=1e-15)


@pytest.mark.parametrize("name", NAMES)
@given(x=st.floats(-5, 5).filter(lambda x: abs(x) > 1e-3))
def test_derivatives_agree_with_differences(name, x):
    function, derivative, _ = ACTIVATIONS[name]
    numeric = mlp.numerical_gradient(lambda at: function(at)[0], np.array([x]))
    np.testing.assert_allclose(derivative(np.array([x])), numeric, atol=1e-8)


@pytest.mark.parametrize("name", NAMES)
@given(x=st.floats(-30, 30))
def test_the_slope_from_the_output_is_the_derivative(name, x):
    function, derivative, slope = ACTIVATIONS[name]
    np.testing.assert_array_equal(slope(function(np.array([x]))), derivative(np.array([x])))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_is_kept(name, dtype):
    activation = mlp.Activation(name)
    x = np.ones((2, 3), dtype)
    assert activation.fprop(x).dtype == dtype
    assert activation.bprop(x).dtype == dtype


def test_bprop_is_the_chain_rule():
    activation = mlp.Activation("tanh")
    activation.fprop(np.array([[0.0, math.log(3)]]))
    np.testing.assert_allclose(activation.bprop(np.array([[2.0, 10.0]])), [[2.0, 3.6]])


def test_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="activation must be one of 'sigmoid', 'tanh', 'relu', 'linear', got 'rely'"):
        mlp.Activation("rely")


def test_repr_is_python():
    assert repr(mlp.Activation("relu")) == "Activation('relu')"
