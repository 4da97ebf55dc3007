"""Controls for the fields of an MLPConfig, and text for their values."""

import contextlib
import dataclasses
import io

import numpy as np

from mlp_helpers.activations import ACTIVATIONS
from mlp_helpers.layers import STDDEVS
from mlp_helpers.optimizers import OPTIMIZERS
from mlp_helpers.schedules import SCHEDULES

MAX_LAYERS = 5
WORDS = {"hidden": "hidden units", "activations": "activation", "init_stddev": "initial σ"}


def slider(label, options, value, text=None):
    """Return a slider over the options and the current value, numbers before names; `text` puts one into words."""
    values = sorted({*options, value}, key=lambda v: (isinstance(v, str), v))
    return {"kind": "slider", "label": label, "options": [[v, (text or worded)(v)] for v in values]}


def choice(label, options):
    """Return a menu of names."""
    return {"kind": "choice", "label": label, "options": [[name, name] for name in options]}


def fixed(label, text):
    """Return a line in place of a control, which says why there is none."""
    return {"kind": "fixed", "label": label, "text": text}


# A control for each adjustable field, except `hidden`, whose controls come first.
FIELDS = {
    "activations": lambda value: choice("Activation", ACTIVATIONS),
    "init_stddev": lambda value: slider(
        "Initial σ", [0, 0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, *STDDEVS], value
    ),
    "dropout": lambda value: slider("Dropout", [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8], value),
    "optimizer": lambda value: choice("Optimizer", OPTIMIZERS),
    "learning_rate": lambda value: slider(
        "Learning rate", [0.001, 0.003, 0.01, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 3, 10], value
    ),
    "schedule": lambda value: choice("Schedule", SCHEDULES),
    "weight_decay": lambda value: slider("Weight decay", [0, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 0.1], value),
    "batch_size": lambda value: slider("Batch size", [1, 5, 10, 20, 50, 64, 100, 200, 500, 1000], value),
    "epochs": lambda value: slider("Epochs", [1, 2, 3, 5, 10, 20, 30, 50, 100], value),
    "seed": lambda value: {"kind": "number", "label": "Seed", "min": 0, "max": 2**31 - 1},
}
# What a student's class decides by itself, and the values that say so.
FIXED = {
    "init_stddev": fixed("Initial σ", "chosen by your class"),
    "dropout": fixed("Dropout", "your class has none"),
    "dtype": fixed("Precision", "float64, in your class"),
}
UNITS = [1, 2, 5, 10, 20, 30, 50, 70, 80, 100, 150, 200, 300, 500]


def usable(network):
    """Return the names of the activations that a student's class of networks knows, a list."""

    def is_known(name):
        made = network((1, 1, 2), (name, "linear"), np.random.default_rng(0))
        return made.gradients(np.ones((1, 1)), np.eye(2)[:1]) is not None

    found = []
    for name in ACTIVATIONS:
        with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):  # it may refuse in any way
            found += [name] if is_known(name) else []
    return found


def controls(config, network=None):
    """Return the controls of a configuration and their values, for a student's class of networks if there is one."""
    found = [{"name": "layers", **slider("Hidden layers", range(MAX_LAYERS + 1), len(config.hidden))}]
    values = {"layers": len(config.hidden)}
    for i, units in enumerate(config.hidden):
        found.append({"name": f"units-{i}", **slider(f"Units in layer {i + 1}", UNITS, units)})
        values[f"units-{i}"] = units
    for name, make in FIELDS.items():
        value = getattr(config, name)
        if name == "activations":
            value = value[0] if value else "relu"
        if network is not None and name in FIXED:
            continue
        found.append({"name": name, **make(value)})
        values[name] = value
    if network is not None:
        (menu,) = (one for one in found if one["name"] == "activations")
        menu |= choice(menu["label"], usable(network) or ACTIVATIONS)
        found += [{"name": name, **line} for name, line in FIXED.items()]
    return found, values


def with_value(config, name, value):
    """Return the configuration after one control was moved."""
    if name == "layers":
        kept = config.hidden[:value]
        return config.replace(hidden=kept + (config.hidden[-1] if config.hidden else 80,) * (value - len(kept)))
    if name.startswith("units-"):
        i = int(name.removeprefix("units-"))
        return config.replace(hidden=(*config.hidden[:i], value, *config.hidden[i + 1 :]))
    return config.replace(**{name: value})


def changed_fields(config, base):
    """Return as text how a configuration differs from another one."""
    found = []
    for field in dataclasses.fields(config):
        old, new = getattr(base, field.name), getattr(config, field.name)
        if field.name == "activations" and (not new or {*old} == {*new}):
            continue  # only their number differs, as that of the layers does
        if old != new:
            name = WORDS.get(field.name, field.name.replace("_", " "))
            found.append(f"{name} {worded(old)} → {worded(new)}")
    return ", ".join(found) or "as it started"


def worded(value):
    """Return a field's value as text for the user."""
    if isinstance(value, tuple):
        return (
            "-".join(dict.fromkeys(value))
            if value and isinstance(value[0], str)
            else "-".join(map(str, value)) or "none"
        )
    return f"{value:g}" if isinstance(value, float) else str(value)
