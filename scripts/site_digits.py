"""Data of the site's drawing paper: the network that notebook 04 trains, and the digits that it misreads, as a script.

A page that is opened from a folder may load a script, and no other file. The network is trained by the notebook's own
cells, which takes half a minute, and kept in build/ until the cells or the package change.
"""

import base64
import contextlib
import hashlib
import io
import json
from pathlib import Path

import nbformat
import numpy as np

from mlp_helpers import FullyConnectedLayer, NeuralNetwork, unhot
from mlp_helpers.data import SHA256, training_data
from mlp_helpers.files import REPOSITORY

FORMAT = "mlp-course digits 1"  # as in site/_static/digits.js
NOTEBOOK = REPOSITORY / "notebooks" / "04_training.ipynb"
CELLS = ("set-up", "imports", "data", "sheet-network", "keep", "train")  # up to the trained network, `nn`


def sheet_network(folder=REPOSITORY / "build" / "sheet-network"):
    """Return the network that notebook 04 has when its reader is asked to draw.

    Parameters
    ----------
    folder : Path, optional
        Where it is kept.
    """
    code = {cell.id: cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells}
    package = [path.read_text(encoding="utf-8") for path in sorted((REPOSITORY / "mlp_helpers").glob("*.py"))]
    parts = [np.__version__, json.dumps(SHA256), *(code[name] for name in CELLS), *package]
    path = folder / f"{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]}.npz"
    if not path.exists():
        variables = {}
        with contextlib.redirect_stdout(io.StringIO()):
            for name in CELLS:
                exec(compile(code[name], f"{NOTEBOOK.name}, cell {name}", "exec"), variables)
        folder.mkdir(parents=True, exist_ok=True)
        variables["nn"].save(path)
    return NeuralNetwork.load(path)


def misread(network):
    """Return the validation images that a network misreads, as rows, and their labels: those that the notebook loads."""
    _, _, X_valid, y_valid = training_data()
    wrong = unhot(network.predict(X_valid)) != y_valid
    return X_valid[wrong], y_valid[wrong]


def script(network, X, y):
    """Return the text of digits-data.js.

    Parameters
    ----------
    network : NeuralNetwork
        Of fully connected layers, with a softmax output. Its parameters are rounded to single precision.
    X : ndarray of shape (n_samples, 784)
        Images whose values are bytes divided by 256.
    y : ndarray of int, shape (n_samples,)

    Raises
    ------
    ValueError
        The images are no bytes.
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
    network = sheet_network()
    Path(folder, "digits-data.js").write_text(script(network, *misread(network)), encoding="ascii")
