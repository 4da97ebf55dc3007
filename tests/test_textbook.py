"""Comparison with textbook formulas: loops over samples and units, with exact summation.

Predictions, gradients and steps must agree to 1e-12 for random networks, with partial batches and batches of one.
"""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mlp_helpers import MLPConfig, minibatches

FUNCTIONS = {
    "sigmoid": (lambda z: 1 / (1 + math.exp(-z)), lambda z: math.exp(-z) / (1 + math.exp(-z)) ** 2),
    "tanh": (math.tanh, lambda z: 1 / math.cosh(z) ** 2),
    "relu": (lambda z: max(z, 0.0), lambda z: 1.0 if z > 0 else 0.0),
    "linear": (lambda z: z, lambda z: 1.0),
}


def forward(layers, x):
    """Return a sample's activations and pre-activations in every layer, and its probabilities; layers: (W, b, name)."""
    activations, pre_activations = [list(x)], []
    for W, b, name in layers:
        z = [math.fsum(a * W[i][j] for i, a in enumerate(activations[-1])) + b[j] for j in range(len(b))]
        pre_activations.append(z)
        activations.append([FUNCTIONS[name][0](value) for value in z])
    exponentials = [math.exp(value - max(z)) for value in z]
    return activations, pre_activations, [e / math.fsum(exponentials) for e in exponentials]


def gradients(layers, X, labels):
    """Return each layer's dW and db for the mean cross-entropy, and the gradient of each sample's input."""
    n = len(X)
    dW = [np.zeros(np.shape(W)) for W, _, _ in layers]
    db = [np.zeros(len(b)) for _, b, _ in layers]
    input_grads = []
    for x, label in zip(X, labels, strict=True):
        activations, pre_activations, p = forward(layers, x)
        delta = [p[k] - (k == label) for k in range(len(p))]
        for layer in reversed(range(len(layers))):
            W, b, name = layers[layer]
            delta = [d * FUNCTIONS[name][1](z) for d, z in zip(delta, pre_activations[layer], strict=True)]
            for j, d in enumerate(delta):
                db[layer][j] += d / n
                for i, a in enumerate(activations[layer]):
                    dW[layer][i, j] += a * d / n
            delta = [math.fsum(W[i][j] * delta[j] for j in range(len(b))) for i in range(len(W))]
        input_grads.append(delta)
    return dW, db, np.array(input_grads)


@st.composite
def problems(draw):
    """Draw a configuration, whose batch size may leave a partial batch, and data."""
    hidden = draw(st.lists(st.tuples(st.integers(1, 5), st.sampled_from(list(FUNCTIONS))), max_size=3))
    config = MLPConfig(
        n_inputs=draw(st.integers(1, 6)),
        hidden=tuple(units for units, _ in hidden),
        activations=tuple(name for _, name in hidden),
        n_classes=draw(st.integers(2, 4)),
        init_stddev=draw(st.sampled_from([0.1, 0.5, 1.0])),
        learning_rate=draw(st.sampled_from([0.01, 0.1, 0.5])),
        batch_size=draw(st.integers(1, 6)),
        epochs=2,
        seed=draw(st.integers(0, 10_000)),
    )
    n_samples = draw(st.integers(1, 9))
    rng = np.random.default_rng(config.seed)
    return config, rng.normal(size=(n_samples, config.n_inputs)), rng.integers(config.n_classes, size=n_samples)


def as_lists(network):
    """Return a network's layers as (W, b, name), with W and b as plain lists."""
    return [
        (layer.W.tolist(), layer.b[0].tolist(), layer.activation_fun.name if layer.activation_fun else "linear")
        for layer in network.layers[1:-1]
    ]


@settings(max_examples=60)
@given(problems())
def test_layer_by_layer(problem):
    config, X, y = problem
    network = config.build()
    layers = as_lists(network)
    expected = np.array([forward(layers, x)[2] for x in X])
    np.testing.assert_allclose(network.predict(X), expected, rtol=1e-12, atol=1e-14)
    dW, db, input_grads = gradients(layers, X, y)
    found = network.backpropagate(y, network.predict(X))
    np.testing.assert_allclose(found, input_grads, rtol=1e-12, atol=1e-13)
    for layer, dW_l, db_l in zip(network.layers[1:-1], dW, db, strict=True):
        np.testing.assert_allclose(layer.dW, dW_l, rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(layer.db[0], db_l, rtol=1e-12, atol=1e-13)


@settings(max_examples=60)
@given(problems())
def test_step_by_step(problem):
    config, X, y = problem
    network = config.build()
    layers = as_lists(network)
    rng = np.random.default_rng([config.seed, 1])  # the configuration's own stream for shuffling
    for result in config.run(network, X, y):
        for X_batch, y_batch in minibatches(X, y, config.batch_size, rng):
            dW, db, _ = gradients(layers, X_batch, y_batch)
            layers = [
                (
                    (np.array(W) - config.learning_rate * dW[i]).tolist(),
                    (np.array(b) - config.learning_rate * db[i]).tolist(),
                    name,
                )
                for i, (W, b, name) in enumerate(layers)
            ]
        for layer, (W, b, _) in zip(network.layers[1:-1], layers, strict=True):
            np.testing.assert_allclose(layer.W, W, rtol=1e-12, atol=1e-12)
            np.testing.assert_allclose(layer.b[0], b, rtol=1e-12, atol=1e-12)
        losses = [-math.log(forward(layers, x)[2][label]) for x, label in zip(X, y, strict=True)]
        np.testing.assert_allclose(result.train_loss, math.fsum(losses) / len(X), rtol=1e-12, atol=1e-13)
