"""Network files: the layers in one .npz file, as a description in JSON and the parameters."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mlp_helpers.activations import ACTIVATIONS
from mlp_helpers.layers import Dropout, FullyConnectedLayer, InputLayer, Layer
from mlp_helpers.outputs import LinearOutput, SoftmaxOutput
from mlp_helpers.protocol import Adapted, Network, adapted
from mlp_helpers.services.files import replacing
from mlp_helpers.services.validation import Array

N_COMPARED = 100  # random images on which a file must predict what the network does
FILE_FORMAT = "mlp-course network 1"
OUTPUTS = {"LinearOutput": LinearOutput, "SoftmaxOutput": SoftmaxOutput}
# Exceptions that NumPy and zipfile raise for a damaged file.
DAMAGE = (ValueError, KeyError, TypeError, IndexError, EOFError, zipfile.BadZipFile, struct.error, zlib.error)


def save_layers(layers: Sequence[Layer], path: Path | str) -> None:
    """Write layers to `path`; TypeError for a class that `load_layers` cannot restore."""
    for layer in layers:
        if type(layer) not in (InputLayer, FullyConnectedLayer, Dropout, *OUTPUTS.values()):
            raise TypeError(f"a network with a layer of class {type(layer).__name__} cannot be saved")
    first, *_, output = layers
    hidden = [layer for layer in layers if isinstance(layer, FullyConnectedLayer)]
    description = {
        "format": FILE_FORMAT,
        "input_shape": first.input_shape,
        "dropout": {i: layer.rate for i, layer in enumerate(layers) if isinstance(layer, Dropout)},
        "activations": [layer.activation_fun and layer.activation_fun.name for layer in hidden],
        "output": type(output).__name__,
    }
    arrays: dict[str, Any] = {}  # else an array might be meant for a keyword of savez that is no array
    for i, layer in enumerate(hidden):
        # Else a transposed array would be stored in Fortran's order.
        arrays[f"W{i}"], arrays[f"b{i}"] = map(np.ascontiguousarray, layer.params())
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez(file, description=json.dumps(description), **arrays)


def save_network(network: Network, path: Path | str) -> None:
    """Write any network that keeps the `protocol` to `path`, as `NeuralNetwork.save` does, which can load it.

    Parameters
    ----------
    network : object
        `activations` has a name for each layer with parameters, or for each but the last one, which has none.
    path : path

    Raises
    ------
    TypeError, ValueError
        It does not keep the protocol, a file has no name for an activation, or what was written would predict
        something else. Nothing is written then.
    """
    checked = adapted(network)
    if not isinstance(checked, Adapted):
        save_layers(checked.layers, path)
        return
    layers = _layers_of(checked)
    X = np.random.default_rng(0).random((N_COMPARED, checked.n_features))
    output: Array = X
    for layer in layers:
        output = layer.fprop(output)
    difference = np.max(np.abs(output - checked.predict(X)))
    if not difference < 1e-9:
        raise ValueError(
            f"the file would not predict what {checked.name} does: on random images its probabilities differ by up to "
            f"{difference:.2g}. Do {network.activations} name what its layers do, and does it end in a softmax?"
        )
    save_layers(layers, path)


def _layers_of(network: Adapted) -> list[Layer]:
    """Return layers with copies of the parameters of an `Adapted` network, and the activations that it names."""
    layers: list[Layer] = [InputLayer((None, network.n_features))]
    weights, biases = network.params()[::2], network.params()[1::2]
    for W, b, name in zip(weights, biases, network.activations(), strict=True):
        if name is not None and (not isinstance(name, str) or name not in ACTIVATIONS):
            raise ValueError(f"a file has names for {', '.join(ACTIVATIONS)} alone, and {network.name} has {name!r}")
        layer = FullyConnectedLayer(layers[-1], W.shape[1], 0.0, name)
        layer.W[...], layer.b[...] = W, b
        layers.append(layer)
    return [*layers, SoftmaxOutput(layers[-1])]


def load_layers(path: Path | str) -> list[Layer]:
    """Read a file written by `save_layers`; ValueError if it is damaged or of another format."""
    with Path(path).open("rb") as opened:
        try:
            with np.load(opened, allow_pickle=False) as file:
                return _layers_from(file)
        except DAMAGE as error:
            raise ValueError(f"{path} is not a network saved by this course, or is damaged: {error}") from error


def _layers_from(file: Mapping[str, Array]) -> list[Layer]:
    """Return the layers described by an open file."""
    description = json.loads(str(file["description"]))
    if description["format"] != FILE_FORMAT:
        raise ValueError(f"its format is {description['format']!r}, not {FILE_FORMAT!r}")
    dropout = description.get("dropout", {})  # files older than `Dropout` have no such entry
    layers: list[Layer] = [InputLayer(tuple(description["input_shape"]))]
    _append_dropout(layers, dropout)
    for i, activation in enumerate(description["activations"]):
        W, b = file[f"W{i}"], file[f"b{i}"]
        layer = FullyConnectedLayer(layers[-1], W.shape[1], 0.0, activation, dtype=W.dtype)
        if W.shape != layer.W.shape or b.shape != layer.b.shape or b.dtype != W.dtype:
            raise ValueError(f"weights of shape {W.shape} and biases of shape {b.shape} do not fit layer {i + 1}")
        layer.W, layer.b = W, b
        layers.append(layer)
        _append_dropout(layers, dropout)
    return [*layers, OUTPUTS[description["output"]](layers[-1])]


def _append_dropout(layers: list[Layer], dropout: dict[str, float]) -> None:
    """Append the dropout layers that follow; `dropout` maps their positions to rates."""
    while str(len(layers)) in dropout:
        layers.append(Dropout(layers[-1], dropout[str(len(layers))]))
