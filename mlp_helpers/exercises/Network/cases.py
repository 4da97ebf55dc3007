"""Cases of `Network`."""

import copy
from itertools import pairwise

import numpy as np

from mlp_helpers.checking.objects import ask, copied
from mlp_helpers.checking.observations import agree
from mlp_helpers.checking.questions import CLASS, Questions, Raised

CALLS = {"params": "params()", "gradients": "gradients(X, Y)", "predict": "predict(X)", "loss": "loss(X, Y)"}

LARGE = "large logits"
COPIES = "predict of a copy that took a step, and of the network"


def _cases(rng):
    def case(sizes, activations, n_samples, scale=1.0):
        pairs = list(pairwise(sizes))
        values = [part for pair in pairs for part in (rng.normal(size=pair), rng.normal(size=(1, pair[1])))]
        Y = np.eye(sizes[-1])[rng.integers(sizes[-1], size=n_samples)]
        return sizes, activations, rng, values, scale * rng.normal(size=(n_samples, sizes[0])), Y

    return {
        "two hidden layers": case((5, 4, 6, 3), ("relu", "tanh", "linear"), 7),
        "all equally wide": case((4, 4, 4, 4), ("tanh", "leaky relu", "linear"), 5),
        "one layer": case((3, 4), ("linear",), 6),
        "one sample": case((4, 3, 2), ("tanh", "linear"), 1),
        LARGE: case((4, 6), ("linear",), 9, scale=1000.0),  # some probability of a true class is 0
    }


def _look(answer, sizes, activations, rng, values, X, Y):
    """Return what is seen of a network with known parameters, of a copy of it, and of others that are made."""
    network, twin = (answer(sizes, activations, copy.deepcopy(rng)) for _ in range(2))
    stranger = answer(sizes, activations, np.random.default_rng(rng.integers(2**32)))
    seen = {name: _arrays(one, "params") for name, one in (("twin", twin), ("stranger", stranger))}
    seen["start"] = _arrays(network, "params")
    given = _arrays_or_none(network)
    if given is not None and [param.shape for param in given] == [value.shape for value in values]:
        for param, value in zip(given, values, strict=True):
            np.copyto(param, value)
    seen["params"] = _arrays(network, "params")
    seen["activations"] = [str(name) for name in list(getattr(network, "activations", ()))[:10]]
    ask(network, CALLS, "gradients", X[:1] + 1.0, Y[:1])
    ask(network, CALLS, "predict", X[:1] - 1.0)
    seen["gradients"] = _arrays(network, "gradients", X, Y)
    seen["predict"] = copied(ask(network, CALLS, "predict", X))
    ask(network, CALLS, "predict", X[:1] - 1.0)
    seen["loss"] = ask(network, CALLS, "loss", X, Y)
    other = copy.deepcopy(network)
    for param in _arrays_or_none(other) or ():
        param += 0.5
    seen["copies"] = [copied(ask(one, CALLS, "predict", X)) for one in (other, network)]
    return seen


def _arrays(network, method, *arguments):
    """Return copies of the arrays that a method gives, a list; in words or as `Raised` why there are none."""
    given = ask(network, CALLS, method, *arguments)
    if type(given) in (str, Raised):
        return given
    if type(given) not in (list, tuple):
        return f"`{CALLS[method]}` gives a {type(given).__name__}, where a list of arrays is wanted."
    strays = [type(one).__name__ for one in given if not issubclass(type(one), np.ndarray)]
    if strays:
        return f"`{CALLS[method]}` gives a list with a {strays[0]} in it. It should hold arrays, and nothing else."
    return [np.array(one) for one in given[:40]]


def _arrays_or_none(network):
    given = ask(network, CALLS, "params")
    is_list = type(given) in (list, tuple)
    return given if is_list and all(issubclass(type(one), np.ndarray) for one in given) else None


def _conclude(seen, sizes, activations, _rng, values, X, Y):
    """Return the parts of what was seen, and whether the parameters at the start come from the generator alone."""
    start, twin, stranger = (seen[name] for name in ("start", "twin", "stranger"))
    return {
        "params": seen["params"],
        "weights by rng": _equal(start, twin) and not _equal(start, stranger),
        "predict": seen["predict"],
        "loss": seen["loss"],
        "gradients": seen["gradients"],
        COPIES: seen["copies"],
        "activations": seen["activations"] == list(activations),
    }


def _equal(some, others):
    is_list = type(some) is list and type(others) is list and len(some) == len(others) > 0
    return is_list and all(map(np.array_equal, some, others))


def _of_copies(wanted, got, _arguments):
    """Return whether a step of a copy moves the network, too."""
    is_list = type(got[COPIES]) is list and len(got[COPIES]) == 2
    if is_list and not agree(wanted[COPIES][1], got[COPIES][1]):
        return "A step of a copy, made by `copy.deepcopy`, moves the network, too. What do the two share?"
    return "A step of a copy, made by `copy.deepcopy`, does not move the copy. With which arrays does it predict?"


def _of_predict(wanted, got, _arguments):
    """Return whether rows are no probabilities; None if they are, or if they are no such rows."""
    found = got["predict"]
    if type(found) is not np.ndarray or found.shape != wanted["predict"].shape:
        return None
    if agree(np.ones(len(found)), found.sum(axis=1)):
        return None
    return "The rows of what `predict` gives do not sum to 1. Does each row go through the last layer?"


def _of_params(wanted, got, _arguments):
    """Return that the arrays come in another order, if they do, or None."""
    right, own = wanted["params"], got["params"]
    if type(own) is not list or len(own) != len(right) or any(type(one) is not np.ndarray for one in own):
        return None
    if sorted(one.shape for one in own) != sorted(one.shape for one in right):
        return None
    return "`params` gives the arrays in another order than the task. Which one comes after the first weights?"


PROPERTIES = {
    "params": _of_params,
    "predict": _of_predict,
    "weights by rng": "The initial weights do not depend on `rng` alone. Does each layer get the generator?",
    "activations": "The attribute `activations` does not hold the names that the constructor was given.",
    COPIES: _of_copies,
}

QUESTIONS = Questions(
    _cases,
    _look,
    _conclude,
    kind=CLASS,
    awkward=(LARGE,),
    ordinary_share=2 / 3,
    conceals=("activations", "layers", "outputs", "network"),
    properties=PROPERTIES,
)
