"""Layers: hand-worked forward and backward passes, no shared state, error messages that name the argument."""

import copy

import numpy as np
import pytest

from mlp_helpers import (
    Activation,
    Dropout,
    FullyConnectedLayer,
    InputLayer,
    Layer,
    NeuralNetwork,
    Parameterized,
    SoftmaxOutput,
    numerical_gradient,
)


@pytest.fixture
def layer():
    """Return a layer of two inputs and two relu units, with weights that are easy to multiply by hand."""
    layer = FullyConnectedLayer(InputLayer((None, 2)), 2, 0.1, "relu")
    layer.W[...] = [[1, -1], [2, 0]]
    layer.b[...] = [[0.5, -3]]
    return layer


X = np.array([[1.0, 2.0], [0.0, -1.0]])


def test_forward_by_hand(layer):
    # X W + b = [[1+4+0.5, -1-3], [-2+0.5, -3]]
    assert layer.fprop(X).tolist() == [[5.5, 0], [0, 0]]


def test_backward_by_hand(layer):
    layer.fprop(X)
    input_grad = layer.bprop(np.array([[4.0, 10.0], [10.0, 10.0]]))
    # Only the first unit was active, and only for the first sample: the pre-activation gradient is [[4, 0], [0, 0]].
    assert input_grad.tolist() == [[4, 8], [0, 0]]
    assert layer.dW.tolist() == [[2, 0], [4, 0]]  # a mean over two samples
    assert layer.db.tolist() == [[2, 0]]
    assert [id(grad) for grad in layer.grad_params()] == [id(layer.dW), id(layer.db)]


def test_parameter_gradients_do_not_depend_on_who_asks(layer):
    layer.fprop(X)
    grad = np.array([[4.0, 10.0], [10.0, 10.0]])
    layer.bprop(grad)
    expected = copy.deepcopy(layer.grad_params())
    layer.bprop_params(grad)
    np.testing.assert_array_equal(layer.dW, expected[0])
    np.testing.assert_array_equal(layer.db, expected[1])


@pytest.mark.parametrize("activation", [None, "relu"])
def test_backward_needs_what_came_before(activation):
    layer = FullyConnectedLayer(InputLayer((None, 2)), 1, 0.1, activation)
    for backward in (layer.bprop, layer.bprop_params):
        with pytest.raises(RuntimeError, match="fprop must be called before"):
            backward(np.ones((1, 1)))
    with pytest.raises(RuntimeError, match="bprop must be called before"):
        layer.grad_params()


def test_a_copy_has_parameters_of_its_own_and_nothing_of_the_last_pass(layer):
    layer.fprop(X)
    copied = copy.deepcopy(layer)
    assert copied.last_input is None
    assert copied.activation_fun.last_output is None
    assert layer.last_input is X
    copied.W += 1
    assert layer.W.tolist() == [[1, -1], [2, 0]]
    assert copied.fprop(X).tolist() == [[8.5, 0], [0, 0]]


def test_without_an_activation_the_layer_is_linear():
    layer = FullyConnectedLayer(InputLayer((None, 2)), 1, 0.0, None)
    layer.b[...] = -7
    assert layer.fprop(X).tolist() == [[-7], [-7]]
    assert layer.bprop(np.ones((2, 1))).tolist() == [[0, 0], [0, 0]]
    assert layer.dW.tolist() == [[0.5], [0.5]]


def test_parameters_are_handed_out_by_reference(layer):
    W, b = layer.params()
    W += 1
    b += 1
    assert layer.W.tolist() == [[2, 0], [3, 1]]
    assert layer.b.tolist() == [[1.5, -2]]


def test_weights_are_normal_and_biases_zero():
    layer = FullyConnectedLayer(InputLayer((None, 300)), 400, 0.2, rng=np.random.default_rng(3))
    assert abs(layer.W.mean()) < 0.002
    assert layer.W.std() == pytest.approx(0.2, rel=0.01)
    assert not layer.b.any()
    again = FullyConnectedLayer(InputLayer((None, 300)), 400, 0.2, rng=np.random.default_rng(3))
    np.testing.assert_array_equal(layer.W, again.W)


def test_layers_never_share_an_activation():
    shared = Activation("tanh")
    first = FullyConnectedLayer(InputLayer((None, 2)), 3, 0.1, shared)
    second = FullyConnectedLayer(first, 3, 0.1, shared)
    default = [FullyConnectedLayer(first, 3, 0.1) for _ in range(2)]
    second.fprop(first.fprop(X))
    assert first.activation_fun.last_output is not second.activation_fun.last_output
    assert default[0].activation_fun is not default[1].activation_fun
    assert default[0].activation_fun.name == "relu"
    assert shared.last_output is None


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_one_precision_from_end_to_end(dtype):
    layer = FullyConnectedLayer(InputLayer((None, 2)), 3, 0.1, dtype=dtype)
    output = layer.fprop(X.astype(np.float32))
    grads = [layer.bprop(output), *layer.grad_params(), *layer.params()]
    assert {array.dtype.name for array in [output, *grads]} == {dtype}


def test_sizes():
    entrance = InputLayer((5, 2))
    assert entrance.output_size() == (5, 2)
    assert FullyConnectedLayer(entrance, 3, 0.1).output_size() == (5, 3)
    assert entrance.fprop(X) is X
    assert entrance.bprop(X) is X


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ({"num_units": 0}, ValueError, "num_units must be"),
        ({"init_stddev": -0.1}, ValueError, "init_stddev must be a finite number of at least 0, got -0.1"),
        ({"activation_fun": "rely"}, ValueError, "activation must be one of .*, got 'rely'"),
        ({"dtype": "int8"}, ValueError, "dtype must be float32 or float64, got 'int8'"),
    ],
)
def test_bad_arguments(arguments, kind, message):
    with pytest.raises(kind, match=message):
        FullyConnectedLayer(InputLayer((None, 2)), **{"num_units": 3, "init_stddev": 0.1, **arguments})


@pytest.mark.parametrize("shape", [784, [None, 784], (784,), (0, 784), (None, 0), (None, 28, 28)])
def test_bad_input_shapes(shape):
    with pytest.raises(ValueError, match="input_shape"):
        InputLayer(shape)


def test_the_interfaces_say_what_is_missing():
    class Empty(Layer, Parameterized):
        pass

    empty = Empty()
    for call in (lambda: empty.fprop(X), lambda: empty.bprop(X), empty.output_size, empty.params, empty.grad_params):
        with pytest.raises(NotImplementedError, match="Empty must define"):
            call()


def test_a_layer_without_bprop_params_falls_back_on_bprop():
    class Plain(Layer, Parameterized):
        def bprop(self, output_grad):
            self.seen = output_grad

    plain = Plain()
    plain.bprop_params(X)
    assert plain.seen is X


def test_repr_shows_sizes():
    layer = FullyConnectedLayer(InputLayer((None, 2)), 3, 0.1, "tanh")
    assert repr(layer) == "FullyConnectedLayer(2 -> 3, activation='tanh')"
    assert "activation=None" in repr(FullyConnectedLayer(layer, 3, 0.1, None))


@pytest.mark.parametrize(("name", "variance"), [("he", 2 / 300), ("glorot", 2 / (300 + 100))])
def test_initial_weights_by_the_numbers_of_inputs_and_outputs(name, variance, rng):
    layer = FullyConnectedLayer(InputLayer((None, 300)), 100, name, rng=rng)
    assert np.var(layer.W) == pytest.approx(variance, rel=0.03)


def test_he_keeps_the_size_of_a_signal_through_relu(rng):
    signal, layer = rng.normal(size=(200, 300)), InputLayer((None, 300))
    size = np.mean(signal**2)
    for _ in range(5):
        layer = FullyConnectedLayer(layer, 300, "he", "relu", rng=rng)
        signal = layer.fprop(signal)
    assert np.mean(signal**2) == pytest.approx(size, rel=0.3)


class TestDropout:
    def test_by_hand(self):
        class Drawn:
            """Random generator that returns fixed numbers."""

            def random(self, shape, dtype):
                return np.array([[0.1, 0.5, 0.9]], dtype)

        layer = Dropout(InputLayer((None, 3)), 0.5, rng=Drawn())
        assert layer.fprop_training(np.array([[1.0, 2.0, 3.0]])).tolist() == [[0, 4, 6]]
        assert layer.bprop(np.array([[1.0, 1.0, 1.0]])).tolist() == [[0, 2, 2]]
        assert layer.fprop(np.array([[1.0, 2.0, 3.0]])).tolist() == [[1, 2, 3]]
        assert layer.bprop(np.array([[1.0, 1.0, 1.0]])).tolist() == [[1, 1, 1]]

    @pytest.mark.parametrize("rate", [0, 0.3, 0.9])
    def test_share_and_mean(self, rate, rng):
        layer = Dropout(InputLayer((None, 500)), rate, rng=rng)
        output = layer.fprop_training(np.ones((200, 500)))
        assert np.mean(output == 0) == pytest.approx(rate, abs=0.005)
        assert output.mean() == pytest.approx(1, abs=0.02)
        assert not np.array_equal(layer.fprop_training(np.ones((200, 500))), output) or rate == 0

    def test_precision_is_kept(self):
        layer = Dropout(InputLayer((None, 5)), 0.5)
        assert layer.fprop_training(np.ones((2, 5), np.float32)).dtype == np.float32
        assert layer.bprop(np.ones((2, 5), np.float32)).dtype == np.float32

    @pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float16])
    def test_inputs_of_any_dtype_train_like_those_of_float64(self, dtype, rng):
        entrance = InputLayer((None, 5))
        dropout = Dropout(entrance, 0.5, rng=np.random.default_rng(7))
        dense = FullyConnectedLayer(dropout, 3, 0.5, None, rng=rng)
        network = NeuralNetwork([entrance, dropout, dense, SoftmaxOutput(dense)])
        X, y = rng.integers(256, size=(4, 5)).astype(dtype), np.array([0, 1, 2, 0])
        other = copy.deepcopy(network)
        for grad, expected in zip(network.gradients(X, y), other.gradients(X.astype(float), y), strict=True):
            np.testing.assert_array_equal(grad, expected, strict=True)

    def test_gradients_are_those_of_what_was_kept(self, rng):
        first = FullyConnectedLayer(InputLayer((None, 4)), 6, 0.5, "tanh", rng=rng)
        dropout = Dropout(first, 0.5, rng=np.random.default_rng(7))
        last = FullyConnectedLayer(dropout, 3, 0.5, None, rng=rng)
        network = NeuralNetwork([InputLayer((None, 4)), first, dropout, last, SoftmaxOutput(last)])
        X, y = rng.normal(size=(5, 4)), np.array([0, 1, 2, 0, 1])
        analytic = network.gradients(X, y)
        factors = dropout._factors

        def loss(W):
            first.W[...] = W
            hidden = first.fprop(X) * factors
            return network.layers[-1].loss(y, network.layers[-1].fprop(last.fprop(hidden)))

        numeric = numerical_gradient(loss, first.W.copy())
        np.testing.assert_allclose(analytic[0], numeric, rtol=1e-5, atol=1e-9)
        assert (factors == 0).any()

    def test_a_copy_draws_the_same(self, rng):
        layer = Dropout(InputLayer((None, 5)), 0.5, rng=rng)
        layer.fprop_training(np.ones((2, 5)))
        other = copy.deepcopy(layer)
        assert np.array_equal(other.fprop_training(np.ones((9, 5))), layer.fprop_training(np.ones((9, 5))))

    def test_sizes_and_repr(self):
        layer = Dropout(InputLayer((None, 5)), 0.5)
        assert layer.output_size() == (None, 5)
        assert repr(layer) == "Dropout(0.5)"

    def test_arguments_have_names(self, rng):
        assert Dropout(input_layer=InputLayer((None, 5)), rate=0.5, rng=rng).rng is rng
        with pytest.raises(TypeError, match="positional"):
            Dropout(InputLayer((None, 5)), 0.5, rng)

    @pytest.mark.parametrize(("rate", "kind"), [(1, ValueError), (-0.1, ValueError), ("half", TypeError)])
    def test_bad_rates(self, rate, kind):
        with pytest.raises(kind, match="rate must be"):
            Dropout(InputLayer((None, 5)), rate)
