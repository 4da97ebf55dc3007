"""Sick and healthy trainings, drawn from the ranges below: the patients on which `diagnose` is tried out.

patient = drawn("rate too high", np.random.default_rng(0), mlp.mnist())
patient.run, patient.twin  # the training with the fault, and the same one without it
ward(np.random.default_rng(0), mlp.mnist())  # those of notebook 05, one with each fault
"""

from dataclasses import dataclass, replace

import numpy as np

from mlp_helpers import training
from mlp_helpers.layers import FullyConnectedLayer, InputLayer
from mlp_helpers.network import NeuralNetwork
from mlp_helpers.outputs import SoftmaxOutput

HEALTHY = "healthy"
#: What can be wrong with a training.
FAULTS = (
    "rate too high",
    "rate too low",
    "weights too large",
    "weights too small",
    "labels shuffled",
    "inputs left as bytes",
    "relu before the softmax",
    "evaluated on the training set",
)
# Ranges of healthy trainings, both ends included. The pairs marked "log" are drawn evenly in the logarithm.
N_SAMPLES = (1000, 4000)  # log
N_VALID = 1000
N_HIDDEN = (1, 3)  # layers
UNITS = (20, 120)  # log
ACTIVATIONS = {"relu": "he", "tanh": "glorot"}  # each with the initial weights that suit it
RATE = (0.05, 0.2)  # log
BATCH_SIZE = (16, 64)  # log
EPOCHS = (6, 15)
# What a fault multiplies by a factor from a range, drawn evenly in the logarithm.
FACTORS = {
    "rate too high": ("rate", (10, 100)),
    "rate too low": ("rate", (1 / 1000, 1 / 100)),
    "weights too large": ("stddev_factor", (10, 40)),
    "weights too small": ("stddev_factor", (1 / 1000, 1 / 50)),  # with three hidden layers: with one it is no fault
}
BYTES = 256
LEAST_HARM = 1.5  # times the healthy twin's validation error; a fault that does less is drawn again
MOST_DRAWS = 100


@dataclass(frozen=True)
class Setting:
    """A network and its training, as `drawn` draws it."""

    n_samples: int
    hidden: tuple
    activations: tuple
    stddev_factor: float
    rate: float
    batch_size: int
    epochs: int
    seed: int


WARD = Setting(2000, (60, 50, 40), ("relu", "relu", "relu"), 1.0, rate=0.1, batch_size=32, epochs=8, seed=0)


@dataclass(frozen=True, repr=False)  # a repr would tell the fault
class Patient:
    """A training that is over, and the same one without its fault.

    Attributes
    ----------
    fault : str
        One of `FAULTS`, or `HEALTHY`.
    setting : Setting
    run, twin : TrainingRun
    errors : tuple of float
        Their last validation errors, 1 where the training diverged. Both are measured on digits that neither has seen.
    """

    fault: str
    setting: Setting
    run: training.TrainingRun
    twin: training.TrainingRun
    errors: tuple

    def is_what_it_seems(self):
        """Return whether the fault does harm; one of the evaluation alone does none."""
        error, healthy_error = self.errors
        return self.fault in (HEALTHY, FAULTS[-1]) or error >= LEAST_HARM * healthy_error


def ward(rng, sets):
    """Return a list of `Patient`s, one with each fault, in a random order; all but for their faults are `WARD`.

    Parameters
    ----------
    rng, sets
        As for `drawn`.
    """
    data = _data(WARD, sets)
    healthy = trained(WARD, HEALTHY, data)
    return [_with_fault(fault, WARD, rng, data, healthy) for fault in rng.permutation(FAULTS)]


def drawn(fault, rng, sets):
    """Return a `Patient` with this fault.

    Parameters
    ----------
    fault : str
        One of `FAULTS`, or `HEALTHY`.
    rng : numpy.random.Generator
    sets : tuple of (X, y)
        Training and validation set, as from `mnist`.

    Raises
    ------
    ValueError
        An unknown fault.
    RuntimeError
        In `MOST_DRAWS` draws the fault never did any harm.
    """
    if fault not in (*FAULTS, HEALTHY):
        raise ValueError(f"fault must be one of {', '.join(FAULTS)} or {HEALTHY}, got {fault!r}")
    for _ in range(MOST_DRAWS):
        setting = _setting(rng, fault)
        data = _data(setting, sets)
        patient = _with_fault(fault, setting, rng, data, trained(setting, HEALTHY, data))
        if patient.is_what_it_seems():
            return patient
    raise RuntimeError(f"the fault {fault!r} did no harm in {MOST_DRAWS} draws")


def _with_fault(fault, setting, rng, data, healthy):
    """Return a `Patient` of a setting that gets a fault; `healthy` is what `trained` returns without it."""
    twin, healthy_error = healthy
    if fault == HEALTHY:
        return Patient(fault, setting, twin, twin, (healthy_error, healthy_error))
    if fault in FACTORS:
        field, bounds = FACTORS[fault]
        setting = replace(setting, **{field: getattr(setting, field) * _between(rng, bounds)})
    run, error = trained(setting, fault, data)
    return Patient(str(fault), setting, run, twin, (error, healthy_error))


def trained(setting, fault, data):
    """Return the run of a setting when it is over, and its error on the validation images.

    Parameters
    ----------
    setting : Setting
    fault : str
        Those that change numbers of the setting are in it already.
    data : tuple of X, y, X_valid, y_valid
        Images as rows, 0 … 1, and labels.
    """
    X, y, X_valid, y_valid = data
    if fault == "labels shuffled":
        y = np.random.default_rng([setting.seed, 2]).permutation(y)
    if fault == "inputs left as bytes":
        X, X_valid = BYTES * X, BYTES * X_valid
    seen = (X, y) if fault == "evaluated on the training set" else (X_valid, y_valid)
    network = _network(setting, X.shape[1], "relu" if fault == "relu before the softmax" else None)
    rng = np.random.default_rng([setting.seed, 1])
    settings = {"learning_rate": setting.rate, "batch_size": setting.batch_size, "n_epochs": setting.epochs}
    run = training.epochs(network, X, y, *seen, rng=rng, **settings)
    try:
        for _ in run:
            pass
    except training.TrainingDiverged:
        return run, 1.0
    return run, network.classification_error(X_valid, y_valid)


def _network(setting, n_inputs, last_activation):
    rng = np.random.default_rng([setting.seed, 0])
    layers = [InputLayer((None, n_inputs))]
    names = (*setting.activations, last_activation)
    for units, name in zip((*setting.hidden, 10), names, strict=True):
        stddev = ACTIVATIONS.get(name) or ACTIVATIONS[names[0]]
        layers.append(FullyConnectedLayer(layers[-1], units, stddev, name, rng=rng))
        layers[-1].W *= setting.stddev_factor
    return NeuralNetwork([*layers, SoftmaxOutput(layers[-1])])


def _setting(rng, fault):
    n_hidden = N_HIDDEN[1] if fault == "weights too small" else int(rng.integers(*N_HIDDEN, endpoint=True))
    return Setting(
        n_samples=round(_between(rng, N_SAMPLES)),
        hidden=tuple(round(_between(rng, UNITS)) for _ in range(n_hidden)),
        activations=(str(rng.choice(list(ACTIVATIONS))),) * n_hidden,
        stddev_factor=1.0,
        rate=_between(rng, RATE),
        batch_size=round(_between(rng, BATCH_SIZE)),
        epochs=int(rng.integers(*EPOCHS, endpoint=True)),
        seed=int(rng.integers(2**31)),
    )


def _between(rng, bounds):
    """Return a number between two others, drawn evenly in the logarithm."""
    return float(np.exp(rng.uniform(*np.log(bounds))))


def _data(setting, sets):
    """Return images as rows, drawn by the setting's seed, and their labels: training and validation."""
    rng = np.random.default_rng([setting.seed, 3])
    parts = []
    for (X, y), n in zip(sets, (setting.n_samples, N_VALID), strict=False):
        chosen = rng.choice(len(X), n, replace=False)
        parts += [X[chosen].reshape(n, -1).astype(np.float64), y[chosen]]
    return tuple(parts)
