"""`MLPConfig`: a frozen description of a network and its training."""

from __future__ import annotations

import dataclasses
import json
import textwrap
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar, overload

import numpy as np

from mlp_helpers import training
from mlp_helpers.activations import ACTIVATIONS
from mlp_helpers.layers import Dropout, FullyConnectedLayer, InputLayer, Layer, initial_stddev
from mlp_helpers.network import NeuralNetwork
from mlp_helpers.optimizers import OPTIMIZERS, Momentum, Optimizer
from mlp_helpers.outputs import SoftmaxOutput
from mlp_helpers.protocol import Network
from mlp_helpers.schedules import SCHEDULES, make_schedule
from mlp_helpers.services.validation import (
    Array,
    Targets,
    float_dtype,
    fraction,
    int_at_least,
    nonnegative_float,
    one_of,
    positive_float,
)

N = TypeVar("N", bound=Network)
S = TypeVar("S")

NOT_OBEYED = ("init_stddev", "dropout", "dtype")  # by a student's class, which is not told of them
MANY_PARAMETERS = 500_000  # which in float64 make a file of 4 MB


@dataclass(frozen=True)
class MLPConfig:
    """Configuration of a classifier and its training: equal configurations give the same digits.

    Its repr is the Python expression that creates it.

    Parameters
    ----------
    n_inputs : int, optional
        Features per sample.
    hidden : tuple of int, optional
        Units of each hidden layer; () for none.
    n_classes : int, optional
    activations : str or tuple of str, optional
        One name for all hidden layers, or one for each.
    init_stddev : float, "he" or "glorot", optional
        Standard deviation of the initial weights, at least 0; see `FullyConnectedLayer`.
    learning_rate : float, optional
        Above 0.
    batch_size : int, optional
    epochs : int, optional
    optimizer : {"sgd", "momentum", "nesterov", "adam", "adamw"}, optional
    momentum : float, optional
        For "momentum" and "nesterov", at least 0 and below 1.
    weight_decay : float, optional
        At least 0.
    schedule : {"constant", "step", "cosine"}, optional
        Learning-rate schedule; see `mlp_helpers.schedules`.
    warmup : float, optional
        Share of the training during which the learning rate grows from 0, at least 0 and below 1.
    dropout : float, optional
        Share of the hidden units dropped during training, at least 0 and below 1.
    patience : int or None, optional
        Epochs in a row without a smaller validation error before training stops; None for no early stopping.
    dtype : {"float64", "float32"}, optional
    seed : int, optional
        At least 0. Initial weights, shuffling and dropout use independent random streams derived from it.

    Raises
    ------
    TypeError, ValueError
        A field is invalid; the message names it, what was expected and what it got.
    """

    n_inputs: int = 784
    hidden: tuple[int, ...] = (80, 70)
    n_classes: int = 10
    activations: str | tuple[str, ...] = "relu"
    init_stddev: float | str = 0.05
    learning_rate: float = 0.1
    batch_size: int = 64
    epochs: int = 10
    optimizer: str = "sgd"
    momentum: float = 0.9
    weight_decay: float = 0.0
    schedule: str = "constant"
    warmup: float = 0.0
    dropout: float = 0.0
    patience: int | None = None
    dtype: str = "float64"
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("n_inputs", "n_classes", "batch_size", "epochs"):
            self._set(name, int_at_least(getattr(self, name), name))
        self._set("hidden", tuple(int_at_least(units, "hidden") for units in _sequence(self.hidden, "hidden")))
        activations = self.activations
        if isinstance(activations, str):
            activations = (activations,) * len(self.hidden)
        activations = tuple(one_of(name, ACTIVATIONS, "activations") for name in _sequence(activations, "activations"))
        if len(activations) != len(self.hidden):
            raise ValueError(
                f"activations must be one name, or one for each of {len(self.hidden)} hidden layers, got {activations}"
            )
        self._set("activations", activations)
        self._set("init_stddev", initial_stddev(self.init_stddev))
        self._set("learning_rate", positive_float(self.learning_rate, "learning_rate"))
        one_of(self.optimizer, OPTIMIZERS, "optimizer")
        self._set("weight_decay", nonnegative_float(self.weight_decay, "weight_decay"))
        for name in ("momentum", "warmup", "dropout"):
            self._set(name, fraction(getattr(self, name), name))
        one_of(self.schedule, SCHEDULES, "schedule")
        if self.patience is not None:
            self._set("patience", int_at_least(self.patience, "patience"))
        self._set("dtype", float_dtype(self.dtype).name)
        self._set("seed", int_at_least(self.seed, "seed", minimum=0))

    def _set(self, name: str, value: object) -> None:
        """Store a field in its normal form during initialisation of the frozen object."""
        object.__setattr__(self, name, value)

    @overload
    def build(self, network: None = None) -> NeuralNetwork: ...
    @overload
    def build(self, network: Callable[[tuple[int, ...], tuple[str, ...], np.random.Generator], N]) -> N: ...
    def build(self, network: Callable[..., Network] | None = None) -> Network:
        """Return a new network with the initial weights of `seed`.

        Parameters
        ----------
        network : class, optional
            A student's class, called as `network(sizes, activations, rng)`. It has initial weights and a precision of
            its own, and no dropout. There is a warning if the configuration says otherwise.
        """
        rng = np.random.default_rng([self.seed, 0])
        if network is not None:
            if changed := [name for name in NOT_OBEYED if getattr(self, name) != getattr(type(self), name)]:
                name, fields = getattr(network, "__name__", "the class"), " and ".join(changed)
                warnings.warn(f"{name} is not told of {fields}, and trains as if the default stood there", stacklevel=2)
            return network((self.n_inputs, *self.hidden, self.n_classes), (*self.activations, "linear"), rng)
        layers: list[Layer] = [InputLayer((None, self.n_inputs))]
        units = (*self.hidden, self.n_classes)
        dropped = np.random.default_rng([self.seed, 2])
        for num_units, activation in zip(units, (*self.activations, None), strict=True):
            if self.dropout and len(layers) > 1:
                layers.append(Dropout(layers[-1], self.dropout, rng=dropped))
            layers.append(
                FullyConnectedLayer(layers[-1], num_units, self.init_stddev, activation, rng=rng, dtype=self.dtype)
            )
        return NeuralNetwork([*layers, SoftmaxOutput(layers[-1])])

    def run(
        self,
        network: Network,
        X: Array,
        Y: Targets,
        X_valid: Array | None = None,
        Y_valid: Targets | None = None,
        *,
        evaluate: bool = True,
    ) -> training.TrainingRun:
        """Return a `TrainingRun` that trains `network` with this configuration; see `training.epochs`.

        Before the training there is a warning if the network's file would be too large to hand in.
        """
        run = training.epochs(
            network,
            X,
            Y,
            X_valid,
            Y_valid,
            batch_size=self.batch_size,
            n_epochs=self.epochs,
            rng=np.random.default_rng([self.seed, 1]),
            optimizer=self._make_optimizer(),
            schedule=make_schedule(self.schedule, self.warmup),
            patience=self.patience,
            evaluate=evaluate,
        )
        doubles = sum(param.size for param in run.network.params() if param.dtype == np.float64)
        if doubles > MANY_PARAMETERS:
            remedy = 'dtype="float32", which also trains faster, or ' if isinstance(network, NeuralNetwork) else ""
            warnings.warn(
                f"a network with {doubles:,} parameters in float64 makes a file of {8e-6 * doubles:.1f} MB, and at "
                f"most 4.2 MB can be handed in. Take {remedy}fewer units",
                stacklevel=2,
            )
        return run

    def _make_optimizer(self) -> Optimizer:
        kind = OPTIMIZERS[self.optimizer]
        if issubclass(kind, Momentum):
            return kind(self.learning_rate, momentum=self.momentum, weight_decay=self.weight_decay)
        return kind(self.learning_rate, weight_decay=self.weight_decay)

    def replace(self, **changes: object) -> Self:
        """Return a copy with the given fields changed.

        If all hidden layers share an activation, they still do when `hidden` changes.
        """
        if "hidden" in changes and len(set(self.activations)) <= 1:
            changes.setdefault("activations", self.activations[0] if self.activations else "relu")
        return type(self)(**vars(self) | changes)

    def _repr_pretty_(self, printer: _Printer, cycle: bool) -> None:
        """Show the same Python as `repr` in a notebook, in lines that a narrow window need not break."""
        printer.text(textwrap.fill(repr(self), 60, subsequent_indent=" " * len("MLPConfig("), break_on_hyphens=False))

    def to_dict(self) -> dict[str, object]:
        """Return the fields as a dictionary of plain values."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, fields: dict[str, object]) -> Self:
        """Return the configuration with the fields of `to_dict`; missing fields have their defaults."""
        known = [field.name for field in dataclasses.fields(cls)]
        for name in fields:
            one_of(name, known, "a field of MLPConfig")
        return cls().replace(**fields)

    def to_json(self) -> str:
        """Return the fields as JSON text."""
        return json.dumps(self.to_dict(), indent=2)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the configuration from JSON text; ValueError if it is not a JSON object."""
        fields = json.loads(text)
        if not isinstance(fields, dict):
            raise ValueError(f"the JSON of an MLPConfig must be an object, got {text!r}")
        return cls.from_dict(fields)


class _Printer(Protocol):
    """What IPython hands to `_repr_pretty_`."""

    def text(self, text: str) -> None:
        """Print it."""


def _sequence(value: Sequence[S], name: str) -> Sequence[S]:
    """Return `value` if it is a list or tuple; TypeError otherwise."""
    if not isinstance(value, list | tuple):
        raise TypeError(f"{name} must be a tuple, got {value!r}")
    return value
