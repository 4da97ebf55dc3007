"""Trained networks that students hand in, read as data: nothing in a file is run, and sizes are checked first.

The students' own checks and grading read a file with the same function, so both say the same of it.

A file is what `NeuralNetwork.save` writes, an .npz: a zip file of NumPy arrays. Names and sizes come from the zip's
directory, shapes and dtypes from the arrays' headers. Only a file within the limits is read to its end.
"""

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass

import numpy as np

from mlp_helpers.activations import ACTIVATIONS, Activation
from mlp_helpers.data import fashion_mnist, mnist
from mlp_helpers.saving import FILE_FORMAT

N_INPUTS, N_CLASSES = 784, 10
MAX_BYTES = 4_200_000
MAX_PARAMETERS = 1_000_000
MAX_LAYERS = 100
MAX_UNITS = 10_000  # of all layers: grading takes 4 s for them, and half a second for an ordinary network
MAX_HEADER_BYTES = 1000  # of an array; NumPy's own have about 120
MAX_DESCRIPTION_CHARACTERS = 10_000
SMALLEST = 1e-100  # smaller numbers are taken as 0: with subnormal ones, a processor takes a hundred times as long
CHUNK = 1000  # images that are evaluated together
DESCRIPTION = "description.npy"
DATASETS = {"my_mnist.npz": mnist, "my_network.npz": fashion_mnist}  # by the name of the file
WORST_ERRORS = {"my_mnist.npz": 0.105, "my_network.npz": 0.207}  # on the test images, that earn points
OF_THE_COURSE = "Write it with network.save"


class BadNetwork(ValueError):
    """A file that is no network within the limits; the message says why, to the student."""


@dataclass(frozen=True)
class Network:
    """A network of fully connected layers that ends in a softmax.

    Attributes
    ----------
    layers : list of (ndarray, ndarray, str or None)
        Weights, (n_inputs, n_units), biases, (1, n_units), both float64, and the name of the activation.
    """

    layers: list

    @property
    def n_parameters(self):
        """Return the number of weights and biases."""
        return sum(W.size + b.size for W, b, _ in self.layers)

    @property
    def digest(self):
        """Return the SHA-256 hex digest of the parameters, in single precision."""
        parts = [part.astype(np.float32).tobytes() for W, b, _ in self.layers for part in (W, b)]
        return hashlib.sha256(b"".join(parts)).hexdigest()

    def classify(self, X):
        """Return the class of each image, an ndarray of int.

        Parameters
        ----------
        X : ndarray of shape (n_samples, 784)

        Returns
        -------
        ndarray of int, shape (n_samples,)
            -1 where the logits are not finite.
        """
        return np.concatenate([self._classes(X[start : start + CHUNK]) for start in range(0, len(X), CHUNK)])

    def _classes(self, X):
        A = X.astype(np.float64)
        with np.errstate(all="ignore"):  # a student's numbers may overflow
            for W, b, activation in self.layers:
                Z = A @ W + b
                A = Activation(activation).act(Z) if activation else Z
                A = np.where(np.abs(A) < SMALLEST, 0, A)
        return np.where(np.isfinite(A).all(axis=1), A.argmax(axis=1), -1)


def look_at(path):
    """Look at the file that a student is about to hand in; raise BadNetwork if it is no network.

    Returns
    -------
    description : str
        In a few words.
    is_worth_points : bool
        Whether its error on the validation images would earn points.
    """
    network = read_file(path)
    _, (X, y) = DATASETS[path.name](test=False)
    error = float(np.mean(network.classify(X.reshape(len(X), -1)) != y))
    worst = WORST_ERRORS[path.name]
    limit = f"; above {worst:.1%} on the test images it earns no points" if error > worst else ""
    return f"{network.n_parameters:,} parameters, validation error {error:.1%}{limit}", error <= worst


def read_file(path):
    """Return the `Network` in a file, as `read_network` does. Of a file that is too large, only the shapes are read."""
    if path.stat().st_size > MAX_BYTES:
        _check_number(path)
    _check_size(path.stat().st_size)
    return read_network(path.read_bytes())


def read_network(content):
    """Return the `Network` in the bytes of a file; raise BadNetwork if it is none within the limits."""
    _check_size(len(content))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _network(archive)
    except BadNetwork:
        raise
    except Exception as error:  # NumPy and zipfile raise many kinds for a damaged file
        raise BadNetwork(
            f"The file is damaged, or is no network ({error}). {OF_THE_COURSE} and hand it in again."
        ) from error


def _check_size(n_bytes):
    if n_bytes > MAX_BYTES:
        raise BadNetwork(
            f"The file has {n_bytes:,} bytes, and at most {MAX_BYTES:,} are taken. A network has at most "
            f"{MAX_PARAMETERS:,} parameters: 4,000,000 bytes in float32, and twice as many in float64."
        )


def _check_number(path):
    """Raise BadNetwork if a file holds too many parameters, or is no network: then its size is not what matters."""
    try:
        with zipfile.ZipFile(path) as archive:
            _described(archive)
    except BadNetwork:
        raise
    except Exception:  # a damaged file; its size is the clearest that can be said of it
        return


def _network(archive):
    layers = []
    for i, activation in enumerate(_described(archive)):
        W, b = (_array(archive, f"{letter}{i}.npy").astype(np.float64) for letter in "Wb")
        if not (np.isfinite(W).all() and np.isfinite(b).all()):
            raise BadNetwork(f"Parameters of layer {i + 1} are not finite numbers. Did the training diverge?")
        for part in (W, b):
            part[np.abs(part) < SMALLEST] = 0
        layers.append((W, b, activation))
    return Network(layers)


def _described(archive):
    """Return the activations' names, after a look at the headers of all arrays; raise BadNetwork for what they say."""
    entries = archive.infolist()
    if len(entries) > 2 * MAX_LAYERS + 1:
        raise BadNetwork(f"The file holds {len(entries):,} arrays; a network has at most {MAX_LAYERS} layers.")
    if len({entry.filename for entry in entries}) < len(entries):
        raise BadNetwork("The file holds two arrays of the same name.")
    for entry in entries:
        if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
            raise BadNetwork(f"Its arrays are compressed, and none is unpacked. {OF_THE_COURSE}.")
    headers = {entry.filename: _header(archive, entry) for entry in entries}
    if DESCRIPTION not in headers:
        raise BadNetwork(f"The file has no description, so it is no network of this course. {OF_THE_COURSE}.")
    activations = _activations(_array(archive, DESCRIPTION))
    shapes = _shapes(headers, len(activations))
    n_parameters = sum(inputs * units + units for inputs, units in shapes)
    if n_parameters > MAX_PARAMETERS:
        raise BadNetwork(f"The network has {n_parameters:,} parameters, and at most {MAX_PARAMETERS:,} are taken.")
    n_units = sum(units for _, units in shapes)
    if n_units > MAX_UNITS:
        raise BadNetwork(
            f"The network has {n_units:,} units in all its layers together, and at most {MAX_UNITS:,} are taken. Train "
            "one with fewer or narrower layers."
        )
    return activations


def _header(archive, entry):
    """Return shape and dtype of an array, which must fill its entry."""
    with archive.open(entry) as file:
        start = file.read(MAX_HEADER_BYTES)
    stream = io.BytesIO(start)
    try:
        version = np.lib.format.read_magic(stream)
        read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[version]
        shape, _, dtype = read(stream, max_header_size=MAX_HEADER_BYTES)
    except Exception as error:
        raise BadNetwork(f"{entry.filename} in the file is no array of numbers.") from error
    if dtype.hasobject:
        raise BadNetwork(f"{entry.filename} in the file holds Python objects, and nothing in it is run.")
    size = dtype.itemsize
    for length in shape:
        size *= length
    if stream.tell() + size != entry.file_size:
        raise BadNetwork(f"{entry.filename} in the file is cut off, or of another layout than NumPy's own.")
    return shape, dtype


def _array(archive, name):
    """Return an array whose header was checked."""
    with archive.open(name) as file:
        return np.lib.format.read_array(file, max_header_size=MAX_HEADER_BYTES)


def _activations(description):
    """Return the activations' names of a network's description, a list of str or None."""
    if (
        description.shape != ()
        or description.dtype.kind != "U"
        or description.dtype.itemsize > 4 * MAX_DESCRIPTION_CHARACTERS
    ):
        raise BadNetwork("The file's description is no text of a usual length.")
    try:
        found = json.loads(str(description[()]))
        file_format, input_shape = found["format"], found["input_shape"]
        activations, output = found["activations"], found["output"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadNetwork(f"The file's description cannot be read. {OF_THE_COURSE}.") from error
    if file_format != FILE_FORMAT:
        raise BadNetwork(f"The file's format is {str(file_format)[:50]!r}, and {FILE_FORMAT!r} is wanted.")
    if output != "SoftmaxOutput":
        raise BadNetwork("The network must end in a softmax over the ten classes.")
    if input_shape != [None, N_INPUTS]:
        raise BadNetwork(
            f"Its inputs must be images as rows of {N_INPUTS} numbers, got the shape {str(input_shape)[:50]}."
        )
    if not isinstance(activations, list) or not 0 < len(activations) <= MAX_LAYERS:
        raise BadNetwork(f"The network must have from 1 to {MAX_LAYERS} layers.")
    for name in activations:
        if name is not None and not (isinstance(name, str) and name in ACTIVATIONS):
            raise BadNetwork(f"There is no activation {str(name)[:50]!r}.")
    return activations


def _shapes(headers, n_layers):
    """Return (n_inputs, n_units) of each layer; they must fit one another."""
    found, n_inputs = [], N_INPUTS
    for i in range(n_layers):
        if f"W{i}.npy" not in headers or f"b{i}.npy" not in headers:
            raise BadNetwork(f"Weights or biases of layer {i + 1} are missing.")
        (shape, W_dtype), (b_shape, b_dtype) = headers[f"W{i}.npy"], headers[f"b{i}.npy"]
        if any(dtype.kind != "f" or dtype.itemsize not in (2, 4, 8) for dtype in (W_dtype, b_dtype)):
            raise BadNetwork(f"Parameters of layer {i + 1} must be floats, of 16, 32 or 64 bits.")
        if len(shape) != 2 or shape[0] != n_inputs or b_shape != (1, shape[1]) or shape[1] == 0:
            raise BadNetwork(
                f"Layer {i + 1} has weights of shape {shape} and biases of shape {b_shape}, which do not fit its "
                f"{n_inputs} inputs."
            )
        n_inputs = shape[1]
        found.append(shape)
    if n_inputs != N_CLASSES:
        raise BadNetwork(f"The last layer has {n_inputs} units, where {N_CLASSES} are wanted, one for each class.")
    return found
