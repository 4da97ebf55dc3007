"""Batch normalization: hand-worked examples, numerical gradients, and folding into the weights."""

import numpy as np
import pytest

from mlp_helpers import FullyConnectedLayer, InputLayer, NeuralNetwork, SoftmaxOutput, numerical_gradient
from mlp_helpers.beyond.normalization import (
    EPSILON,
    BatchNormalization,
    estimate_statistics,
    fold_batch_norm,
    normalized_network,
)


def layer(n=3, activation=None, dtype=np.float64):
    made = BatchNormalization(InputLayer((None, n)), activation, dtype=dtype)
    rng = np.random.default_rng(1)
    made.gamma[...], made.beta[...] = rng.normal(1, 0.3, (1, n)), rng.normal(0, 0.3, (1, n))
    return made


def network(sizes=(5, 4, 6, 3), dtype=np.float64):
    rng = np.random.default_rng(2)
    layers = [InputLayer((None, sizes[0]))]
    for units in sizes[1:-1]:
        layers.append(FullyConnectedLayer(layers[-1], units, 0.5, None, rng=rng, dtype=dtype))
        layers.append(BatchNormalization(layers[-1], "tanh", dtype=dtype))
        layers[-1].gamma[...] = rng.normal(1, 0.3, layers[-1].gamma.shape)
    layers.append(FullyConnectedLayer(layers[-1], sizes[-1], 0.5, None, rng=rng, dtype=dtype))
    return NeuralNetwork([*layers, SoftmaxOutput(layers[-1])])


def test_by_hand():
    normalization = BatchNormalization(InputLayer((None, 2)), None)
    normalization.gamma[...], normalization.beta[...] = [[3, 1]], [[0, 5]]
    # Means 2 and 10, variances 1 and 4: each value is one standard deviation from its mean.
    np.testing.assert_allclose(
        normalization.fprop_training(np.array([[1.0, 8.0], [3.0, 12.0]])), [[-3, 4], [3, 6]], 1e-4
    )
    # Statistics from other data: mean 0, variance 4.
    normalization.estimate_statistics(np.array([[-2.0, 2.0], [2.0, -2.0]]))
    np.testing.assert_allclose(normalization.fprop(np.array([[2.0, 4.0]])), [[3, 7]], 1e-4)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("activation", [None, "tanh"])
def test_gradients_are_numerical_ones(training, activation, rng):
    normalization, X, wanted = layer(3, activation), rng.normal(2, 3, (7, 3)), rng.normal(size=(7, 3))
    normalization.estimate_statistics(rng.normal(1, 2, (50, 3)))

    def loss(_=None):
        output = normalization.fprop_training(X) if training else normalization.fprop(X)
        return np.sum(output * wanted) / len(X)  # the mean of output · wanted over the samples

    loss()
    input_grad = normalization.bprop(wanted)
    gradients = [grad.copy() for grad in normalization.grad_params()]
    for param, grad in zip(normalization.params(), gradients, strict=True):
        np.testing.assert_allclose(grad, numerical_gradient(loss, param), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(input_grad / len(X), numerical_gradient(loss, X), rtol=1e-5, atol=1e-9)


def test_a_gradient_that_forgets_the_statistics_is_not_right(rng):
    normalization, X, wanted = layer(), rng.normal(size=(7, 3)), rng.normal(size=(7, 3))
    normalization.fprop_training(X)
    normalization._is_batch = False
    wrong = normalization.bprop(wanted) / len(X)
    right = numerical_gradient(lambda _: np.sum(normalization.fprop_training(X) * wanted) / len(X), X)
    assert np.abs(wrong - right).max() > 0.01


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-12), (np.float32, 1e-4)])
def test_folded_a_network_computes_the_same(dtype, rtol, rng):
    normalized, X = network(dtype=dtype), rng.normal(3, 2, (40, 5)).astype(dtype)
    estimate_statistics(normalized, X)
    plain = fold_batch_norm(normalized)
    assert plain.predict(X).dtype == dtype
    np.testing.assert_allclose(plain.predict(X), normalized.predict(X), rtol)
    assert [type(part).__name__ for part in plain.layers].count("FullyConnectedLayer") == 3
    assert not any(isinstance(part, BatchNormalization) for part in plain.layers)
    with pytest.raises(ValueError, match="must come after a layer without activation"):
        fold_batch_norm(
            NeuralNetwork([plain.layers[0], BatchNormalization(plain.layers[0]), SoftmaxOutput(plain.layers[0])])
        )


def test_settled_on_a_batch_it_gives_what_training_gives(rng):
    normalized, X = network(), rng.normal(3, 2, (40, 5))
    estimate_statistics(normalized, X)
    np.testing.assert_allclose(normalized.predict(X), normalized.predict(X, training=True), 1e-12)


def test_a_unit_that_never_changes_stays_finite():
    normalization = BatchNormalization(InputLayer((None, 1)), None)
    assert np.array_equal(normalization.fprop_training(np.full((4, 1), 7.0)), np.zeros((4, 1)))
    assert np.isfinite(normalization.bprop(np.ones((4, 1)))).all()
    assert normalization._factor[0, 0] == pytest.approx(EPSILON**-0.5)


def test_the_whole_network_passes_the_check_of_gradients(rng, capsys):
    normalized, X = network(), rng.normal(size=(20, 5))
    estimate_statistics(normalized, X)
    assert normalized.check_gradients(X, rng.integers(0, 3, 20)).ok


def test_a_normalized_network_is_folded_into_one_that_can_be_saved(tmp_path, rng):
    new, X = normalized_network((5, 4, 6, 3), rng, np.float32), rng.normal(size=(40, 5)).astype(np.float32)
    estimate_statistics(new, X)
    plain = fold_batch_norm(new)
    plain.save(tmp_path / "network.npz")
    assert plain.activations == ["relu", "relu", None]
    assert [param.shape for param in plain.params()] == [(5, 4), (1, 4), (4, 6), (1, 6), (6, 3), (1, 3)]
    np.testing.assert_array_equal(NeuralNetwork.load(tmp_path / "network.npz").predict(X), plain.predict(X))


def test_bad_arguments():
    with pytest.raises(ValueError, match="activation"):
        BatchNormalization(InputLayer((None, 2)), "step")
    with pytest.raises((TypeError, ValueError), match="dtype"):
        BatchNormalization(InputLayer((None, 2)), dtype=np.int32)
