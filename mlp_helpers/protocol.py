"""The protocol of a network: what all tools ask of one, and what is wrong with an object that does not keep it.

A network of the course, whoever wrote its class, has

- `params()`: the arrays themselves, the same at each call, W and b of the first layer, then of the next, and so on;
  W of shape (n_inputs, n_units), b of shape (1, n_units), of float64;
- `gradients(X, Y)`: new arrays in this order, the gradients of `loss(X, Y)`;
- `predict(X)`: probabilities, (n_samples, n_classes); no later call depends on it;
- `loss(X, Y)`: the mean over the samples, a number;
- `activations`: the names of the layers' activations, which a file and the clinic need.

Y holds one-hot rows. The tools turn labels into rows, cut X into pieces, and take the error from `predict`.
`NeuralNetwork` is such a network, with further methods.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol, TypeGuard

import numpy as np

from mlp_helpers.data import minibatches, one_hot, unhot
from mlp_helpers.services.validation import Array, Targets, class_labels, finite, real_matrix, same_length

if TYPE_CHECKING:  # a kernel that grades may have this module without `layers`
    from mlp_helpers.layers import Layer

CHUNK = 256  # samples processed together where the number is free: many enough for BLAS, few enough for the cache
LARGE_CHUNK = 1024  # likewise where there is one thread: many enough for BLAS to use all cores
CALLS = {"params": "params()", "gradients": "gradients(X, Y)", "predict": "predict(X)", "loss": "loss(X, Y)"}
N_TRIED = 3  # samples on which a network is tried out before it is trained


class Network(Protocol):
    """Network of the course, whoever wrote its class."""

    def params(self) -> Sequence[Array]:
        """Return the arrays themselves."""

    def gradients(self, X: Array, Y: Array) -> Sequence[Array]:
        """Return the gradient of the loss with respect to each parameter."""

    def predict(self, X: Array) -> Array:
        """Return probabilities."""

    def loss(self, X: Array, Y: Array) -> float:
        """Return the mean loss."""

    @property
    def activations(self) -> Sequence[str | None]:
        """Names of the layers' activations."""


class Layered(Network, Protocol):
    """Network of layers, such as a `NeuralNetwork`, with the further methods that training asks for."""

    layers: list[Layer]

    def evaluate(self, X: Array, Y: Targets) -> tuple[float, float | None]:
        """Return loss and error."""

    def checked_data(self, X: Array, Y: Targets, X_name: str = "X", Y_name: str = "Y") -> tuple[Array, Targets]:
        """Return validated arrays."""

    def gradients(self, X: Array, Y: Targets) -> Sequence[Array]:
        """Return gradients, given rows or labels."""

    def backpropagate(self, Y: Targets, Y_pred: Array) -> Array:
        """Let each layer keep its gradients."""


def adapted(network: Network) -> Layered | Adapted:
    """Return a network with the methods that training asks for; one of the package has them.

    Raises
    ------
    TypeError, ValueError
        It is no object with the methods of the protocol, or its `params()` are not what they should be.
    """
    return network if _is_complete(network) else Adapted(network)


def _is_complete(network: object) -> TypeGuard[Layered | Adapted]:
    """Return whether a network has the methods that training asks for."""
    return hasattr(network, "checked_data")


def evaluate(network: Network, X: Array, Y: Targets) -> tuple[float, float | None]:
    """Return loss and error of a network over a whole data set, with little memory.

    Parameters
    ----------
    network : object
        One that keeps the protocol.
    X : ndarray of shape (n_samples, n_features)
    Y : ndarray of int, shape (n_samples,), or of shape (n_samples, n_classes)
        Class labels or one-hot rows.

    Returns
    -------
    loss, error : float
        Mean loss, and share misclassified, 0 … 1.

    Raises
    ------
    TypeError, ValueError
        Invalid data, or a network that does not keep the protocol: the message names it.
    """
    checked = adapted(network)
    return checked.evaluate(*checked.checked_data(X, Y))


class Adapted:
    """A network that keeps the protocol, with the methods of a `NeuralNetwork` that training asks for.

    Parameters
    ----------
    network : object

    Attributes
    ----------
    name : str
        Of its class.
    n_features, n_classes : int
    """

    def __init__(self, network: Network) -> None:
        if isinstance(network, type):
            raise TypeError(f"network must be an object, made by calling its class, got the class {network.__name__}")
        self.network, self.name = network, type(network).__name__
        for method, call in CALLS.items():
            if not callable(getattr(network, method, None)):
                raise TypeError(self._missing(method, call))
        self.shapes = [param.shape for param in self._checked_params()]
        self.n_features, self.n_classes = self.shapes[0][0], self.shapes[-1][1]
        self._is_tried = False

    def _missing(self, method: str, call: str) -> str:
        if hasattr(self.network, method):
            return f"{call} of {self.name} must be a method, and is an attribute of type {_kind(self.network, method)}"
        also = ", and what it has is `__call__`" if method == "predict" and callable(self.network) else ""
        return f"network must have the method {call}, and {self.name} has none{also}"

    def _checked_params(self) -> Sequence[Array]:
        """Return the parameters; ValueError if they are no pairs of arrays that fit each other."""
        found = self.network.params()
        if not isinstance(found, list | tuple) or not found or not all(isinstance(one, np.ndarray) for one in found):
            raise ValueError(f"params() of {self.name} must give a list of arrays, got {_in_short(found)}")
        shapes = [param.shape for param in found]
        pairs = list(zip(shapes[::2], shapes[1::2], strict=False))
        are_pairs = len(shapes) % 2 == 0 and all(len(W) == 2 and b == (1, W[1]) for W, b in pairs)
        if not are_pairs or any(W[1] != V[0] for (W, _), (V, _) in pairwise(pairs)):
            raise ValueError(
                f"params() of {self.name} must give W and b of each layer in turn, of shapes (n_inputs, n_units) and "
                f"(1, n_units), the first layer first, got the shapes {', '.join(map(str, shapes))}"
            )
        if types := sorted({str(param.dtype) for param in found} - {"float64"}):
            raise ValueError(f"params() of {self.name} must be of float64, got {', '.join(types)}")
        if not all(np.shares_memory(one, other) for one, other in zip(found, self.network.params(), strict=True)):
            raise ValueError(
                f"params() of {self.name} must give the network's own arrays, and gives copies: no step stays"
            )
        return found

    def params(self) -> Sequence[Array]:
        """Return the parameters, by reference."""
        return self.network.params()

    def activations(self) -> list[str | None]:
        """Return what the object names as the activation of each layer, None for a last one without a name.

        Raises ValueError if it is no list with a name for each layer, or for each but the last one.
        """
        names, n_layers = getattr(self.network, "activations", None), len(self.shapes) // 2
        if not isinstance(names, list | tuple) or len(names) not in (n_layers - 1, n_layers):
            raise ValueError(
                f"`activations` of {self.name} must be a list with a name for each of {n_layers} layers, got {names!r}"
            )
        return [*names, None][:n_layers]

    def gradients(self, X: Array, Y: Targets) -> list[Array]:
        """Return its gradients; ValueError if they are no arrays like the parameters."""
        found = self.network.gradients(X, np.asarray(Y, np.float64))
        if not isinstance(found, list | tuple) or [np.shape(grad) for grad in found] != self.shapes:
            raise ValueError(self._no_gradients(found))
        return list(map(np.asarray, found))

    def _no_gradients(self, found: Sequence[Array]) -> str:
        wanted = f"gradients(X, Y) of {self.name} must give an array for each of params()"
        if not isinstance(found, list | tuple):
            return f"{wanted}, got {_in_short(found)}"
        shapes = list(map(np.shape, found))
        if sorted(shapes) == sorted(self.shapes):
            return f"{wanted}, in the same order, and its order is another: {', '.join(map(str, shapes))}"
        return f"{wanted}, of the shapes {', '.join(map(str, self.shapes))}, got {', '.join(map(str, shapes))}"

    def loss(self, X: Array, Y: Array) -> float:
        """Return its mean loss; ValueError if that is no number."""
        found = self.network.loss(X, Y)
        if np.ndim(found) != 0 or np.asarray(found).dtype.kind not in "fiu":
            raise ValueError(f"loss(X, Y) of {self.name} must give a number, got {_in_short(found)}")
        return float(found)

    def predict(self, X: Array) -> Array:
        """Return its probabilities; ValueError if they are no array of a row for each sample."""
        found, shape = self.network.predict(X), (len(X), self.n_classes)
        if not isinstance(found, np.ndarray) or found.shape != shape:
            raise ValueError(f"predict(X) of {self.name} must give an array of shape {shape}, got {_in_short(found)}")
        return found

    def evaluate(self, X: Array, Y: Targets) -> tuple[float, float]:
        """Return loss and error over a whole data set, piece by piece, in this thread: the object may hold state.

        If its loss of the first piece is the cross-entropy of its predictions, so are those of the others, and one way
        forward gives both.
        """
        losses, n_wrong, is_needed = [], 0, True
        for X_part, Y_part in minibatches(X, self._rows(Y), LARGE_CHUNK):
            predicted = self.predict(X_part)
            loss = _cross_entropy(Y_part, predicted)
            if is_needed or not math.isfinite(loss):
                own = self.loss(X_part, Y_part)
                is_needed = is_needed and not math.isclose(own, loss, rel_tol=1e-12)
                loss = own
            losses.append(loss * len(X_part))
            n_wrong += int(np.count_nonzero(unhot(predicted) != unhot(Y_part)))
        return math.fsum(losses) / len(X), n_wrong / len(X)

    def checked_data(self, X: Array, Y: Targets, X_name: str = "X", Y_name: str = "Y") -> tuple[Array, Array]:
        """Return X and Y as validated arrays, labels as one-hot rows; at first, try the network on some of them.

        Raises
        ------
        TypeError, ValueError
            As of `NeuralNetwork.checked_data`; or a method does not keep the protocol: the message names it.
        """
        X = finite(real_matrix(X, X_name, self.n_features), X_name)
        Y = self._rows(Y, Y_name)
        same_length(X, Y, X_name, Y_name)
        if not self._is_tried:
            self._try(X[:N_TRIED], Y[:N_TRIED])
            self._is_tried = True
        return X, Y

    def _rows(self, Y: Targets, name: str = "Y") -> Array:
        if np.ndim(Y) == 1:
            return one_hot(class_labels(Y, name, self.n_classes), self.n_classes)
        return finite(real_matrix(Y, name, self.n_classes), name)

    def _try(self, X: Array, Y: Array) -> None:
        """Raise ValueError where a method breaks the protocol in a way that shows on a few samples."""
        predicted = self.predict(X)
        check_params(self.network, X)
        if not (np.all(predicted >= 0) and np.allclose(predicted.sum(axis=1), 1)):
            raise ValueError(f"predict(X) of {self.name} must give probabilities, and a row of them does not sum to 1")
        once, twice = self.loss(X, Y), self.loss(np.concatenate([X, X]), np.concatenate([Y, Y]))
        if not np.isclose(once, twice):
            raise ValueError(
                f"loss(X, Y) of {self.name} must be the mean over the samples, and for the same samples twice it is "
                f"{twice:.4g} in place of {once:.4g}"
            )
        first, second = ([np.array(grad) for grad in self.gradients(X, Y)] for _ in range(2))
        if any(map(np.any, first)) and all(np.allclose(2 * a, b) for a, b in zip(first, second, strict=True)):
            raise ValueError(f"gradients(X, Y) of {self.name} are added to those of the call before, and must be new")


def _cross_entropy(Y: Array, predicted: Array) -> float:
    """Return the mean cross-entropy of predicted probabilities; inf where it needs one that has underflowed."""
    of_class = np.sum(Y * predicted, axis=1)
    return -float(np.mean(np.log(of_class))) if np.all(of_class >= np.finfo(float).tiny) else math.inf


def check_params(network: Network, X: Array) -> None:
    """Raise ValueError if a change of what `params()` gives does not change what `predict(X)` does.

    So it is with copies, and with a copy of a network whose functions go on using the layers of the original.
    """
    before, bias = network.predict(X), network.params()[-1]
    kept = bias.copy()
    try:
        bias[0, 0] += 1.0
        is_changed = not np.array_equal(before, network.predict(X))
    finally:
        bias[...] = kept
    if not is_changed:
        raise ValueError(
            f"predict(X) of {type(network).__name__} must use the arrays of params(), and a change of them changes "
            "nothing. Are they copies? Or is this a copy.deepcopy of a network that keeps lambdas or functions, which "
            "still use the layers of the first one?"
        )


def _kind(network: object, name: str) -> str:
    return type(getattr(network, name)).__name__


def _in_short(value: object) -> str:
    """Return a value of any type in a few words."""
    if value is None:
        return "None: is the `return` missing?"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, list | tuple) and value:
        return f"a {type(value).__name__} with a {type(value[0]).__name__} in it"
    return f"a {type(value).__name__}"
