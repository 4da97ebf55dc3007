"""Data of the site's drawing paper, as a script: the network of notebook 05, and the digits that it misreads."""

import base64
import json

import numpy as np
import sheet_training

from mlp_helpers import FullyConnectedLayer, unhot
from mlp_helpers.data import training_data

FORMAT = "mlp-course digits 1"  # as in site/_static/digits.js
NOTEBOOK = sheet_training.NOTEBOOK
CELL = "draw"  # in which there is paper to draw on
PLACE = (
    '<div class="course-panel" data-panel="digits"><p>There is paper to draw on here where JavaScript runs, and in a '
    "running notebook.</p></div>"
)


def misread(network):
    """Return the validation images that a network misreads, as rows, and their labels: the notebook loads these."""
    _, _, X_valid, y_valid = training_data()
    wrong = unhot(network.predict(X_valid)) != y_valid
    return X_valid[wrong], y_valid[wrong]


def script(network, X, y):
    """Return the text of digits-data.js, for images whose values are bytes divided by 256, and their labels.

    The network is of fully connected layers, with a softmax output. Its parameters are rounded to single precision.
    """
    pixels = np.rint(256 * X).astype(np.uint8)
    if not np.array_equal(pixels / np.float32(256), X):
        raise ValueError("X must hold bytes divided by 256")
    layers = [
        {
            "units": layer.num_units,
            "activation": layer.activation_fun.name if layer.activation_fun else "linear",
            "W": text(layer.W.astype("<f4").tobytes()),
            "b": text(layer.b.astype("<f4").tobytes()),
        }
        for layer in network.layers
        if isinstance(layer, FullyConnectedLayer)
    ]
    data = {"format": FORMAT, "layers": layers, "labels": y.tolist(), "images": text(without_zeros(pixels.tobytes()))}
    return f"mlp.digits.receive({json.dumps(data)});\n"


def text(content):
    """Return bytes in base64."""
    return base64.b64encode(content).decode("ascii")


def without_zeros(content):
    """Return bytes in which each run of zeros, of 255 at most, is a 0 and its length."""
    out, n_zeros = bytearray(), 0
    for value in [*content, None]:
        if n_zeros == 255 or (n_zeros and value != 0):
            out += bytes([0, n_zeros])
            n_zeros = 0
        if value == 0:
            n_zeros += 1
        elif value is not None:
            out.append(value)
    return bytes(out)


def write(folder):
    """Write digits-data.js into a folder."""
    network = sheet_training.network()
    (folder / "digits-data.js").write_text(script(network, *misread(network)), encoding="ascii")
