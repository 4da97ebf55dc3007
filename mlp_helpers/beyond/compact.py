"""Quantization of networks: compressed, a weight takes about half a byte, so that many networks can be stored."""

import numpy as np

from mlp_helpers.layers import FullyConnectedLayer, InputLayer
from mlp_helpers.network import NeuralNetwork
from mlp_helpers.outputs import SoftmaxOutput

MAX_LEVEL = 15  # weights of a unit are integer multiples, -15 … 15, of a number of its own


def compacted(network):
    """Return the parameters of a network, with weights quantized to small integers, which compress well.

    Parameters
    ----------
    network : NeuralNetwork
        Fully connected layers with relu between them, the last without activation, and softmax.

    Returns
    -------
    dict from str to ndarray
        For layer 0 and so on: "W0" int8 of shape (n_inputs, num_units); "unit0" float32 (num_units,), the size of one
        level for each unit; "b0" float32 (num_units,).

    Raises
    ------
    ValueError
        Another layer, activation or output.
    """
    layers = network.layers[1:-1]
    wanted = ["relu"] * (len(layers) - 1) + [None]
    if [_activation(layer) for layer in layers] != wanted or not isinstance(network.layers[-1], SoftmaxOutput):
        raise ValueError(f"network must have fully connected layers, relu between them, and softmax, got\n{network}")
    arrays = {}
    for i, layer in enumerate(layers):
        unit = np.abs(layer.W).max(axis=0) / MAX_LEVEL
        unit[unit == 0] = 1
        arrays[f"W{i}"] = np.rint(layer.W / unit).astype(np.int8)
        arrays[f"unit{i}"] = unit.astype(np.float32)
        arrays[f"b{i}"] = layer.b[0].astype(np.float32)
    return arrays


def _activation(layer):
    """Return the name of a fully connected layer's activation, or None; return any other layer as it is."""
    if not isinstance(layer, FullyConnectedLayer):
        return layer
    return None if layer.activation_fun is None else layer.activation_fun.name


def restored(arrays, dtype=np.float64):
    """Return the network that `compacted` turned into these arrays, up to rounding.

    Parameters
    ----------
    arrays : mapping from str to ndarray
    dtype : {float64, float32}, optional

    Returns
    -------
    NeuralNetwork
    """
    n_layers = sum(name.startswith("W") for name in arrays)
    layers = [InputLayer((None, len(arrays["W0"])))]
    for i in range(n_layers):
        W, unit, b = (arrays[f"{name}{i}"] for name in ("W", "unit", "b"))
        activation = "relu" if i < n_layers - 1 else None
        layer = FullyConnectedLayer(layers[-1], len(b), 0.0, activation, dtype=dtype)
        layer.W[...] = W * unit.astype(dtype)
        layer.b[...] = b
        layers.append(layer)
    return NeuralNetwork([*layers, SoftmaxOutput(layers[-1])])
