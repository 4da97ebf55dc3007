"""Record the trainings of the site's playground: `make explorable`, half an hour on two cores, 1 GB of memory.

Every combination of the hyperparameters in GRID is trained from the same weights on the same images. data/explorable/
has one JSON file per architecture, such as relu-80-80.json, with

    format, version   FORMAT, and a digest of the grid; files of another version are not used
    config            the MLPConfig as Python, with the fields of SETTINGS in braces
    start             images of the initial weights
    runs              by "optimizer learning_rate batch_size", such as "sgd 0.1 50":
        train_loss, valid_loss      after each epoch, to 5 digits
        train_wrong, valid_wrong    how many images of each set are misread
        diverged                    epoch, counted from 0, in which it diverged, or null
        steady                      epochs that every computer repeats to the last digit kept; later ones are chaotic
        images                      of weights, by number of epochs

Images are the first units' weights, each averaged over 2 x 2 pixels, one character of LEVELS per pixel.

The version does not depend on the package's code: a test trains some runs anew and compares. A command that was
interrupted goes on where it stopped. ARGS="relu tanh-80" makes architectures whose names begin so.
"""

import argparse
import dataclasses
import hashlib
import itertools
import json
import math
import string
import time
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from mlp_helpers import MLPConfig, TrainingDiverged
from mlp_helpers.data import REPOSITORY_DATA, training_data
from mlp_helpers.services.files import write_file
from mlp_helpers.services.threads import process_for_each_core

FORMAT = "mlp-course explorable 1"  # as in site/_static/playground.js
FOLDER = REPOSITORY_DATA / "explorable"
LEVELS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+"  # from -1 to 1; the middle one is 0
N_VALID = 10_000  # images of the validation set
SIDE = 14  # of an image, in pixels
MAX_UNITS = 20  # with an image
SETTINGS = ("optimizer", "learning_rate", "batch_size")  # fields that differ between the runs of a file
STEADY = 1e-8  # largest difference from a training whose initial weights differ by one unit in the last place


@dataclass(frozen=True)
class Grid:
    """Grid of configurations: of architectures, and of the runs of each."""

    base: MLPConfig  # its fields that do not vary
    n_samples: int  # training images, the first ones
    depths: tuple  # numbers of hidden layers
    widths: tuple  # numbers of units in each
    activations: tuple  # one for all layers
    optimizers: tuple
    learning_rates: tuple
    batch_sizes: tuple
    image_epochs: tuple  # numbers of epochs after which weights are kept

    @property
    def version(self):
        """Digest of all that the grid says."""
        return hashlib.sha256(json.dumps([FORMAT, dataclasses.asdict(self)]).encode()).hexdigest()[:12]

    @property
    def n_runs(self):
        choices = (self.depths, self.widths, self.activations, self.optimizers, self.learning_rates, self.batch_sizes)
        return math.prod(map(len, choices))

    def architectures(self):
        """Return the configuration of each architecture, by its name."""
        made = itertools.product(self.activations, self.depths, self.widths)
        configs = (self.base.replace(hidden=(width,) * depth, activations=name) for name, depth, width in made)
        return {architecture_name(config): config for config in configs}

    def runs(self, architecture):
        """Return the configuration of each run of an architecture, by its name."""
        made = itertools.product(self.optimizers, self.learning_rates, self.batch_sizes)
        configs = (architecture.replace(**dict(zip(SETTINGS, values, strict=True))) for values in made)
        return {run_name(config): config for config in configs}


# The fields of the playground of notebook 06, but for two layers of the same width and more epochs.
GRID = Grid(
    base=MLPConfig(hidden=(80, 80), learning_rate=0.1, batch_size=50, epochs=30),
    n_samples=10_000,
    depths=(1, 2),
    widths=(10, 30, 80),
    activations=("relu", "tanh", "sigmoid", "linear"),
    optimizers=("sgd", "momentum"),
    learning_rates=(0.01, 0.1, 1, 10),
    batch_sizes=(50, 500),
    image_epochs=(1, 5, 30),
)


def architecture_name(config):
    """Return the name of a configuration's architecture, such as relu-80-80."""
    return "-".join([config.activations[0], *map(str, config.hidden)])


def run_name(config):
    """Return the name of a run within its architecture, such as sgd 0.1 50."""
    return f"{config.optimizer} {config.learning_rate:g} {config.batch_size}"


@cache
def data(n_samples):
    """Return training images and labels, and all validation images and labels, in double precision."""
    X, y, X_valid, y_valid = training_data()
    return X[:n_samples].astype(np.float64), y[:n_samples], X_valid.astype(np.float64), y_valid


def images(W):
    """Return the first units' weights, of shape (784, n_units), as text, one character per pixel."""
    stack = W.T[:MAX_UNITS].reshape(-1, SIDE, 2, SIDE, 2).mean(axis=(2, 4))
    largest = max(np.quantile(np.abs(stack), 0.995), 1e-12)  # as views.images
    middle = len(LEVELS) // 2
    levels = np.rint((stack / largest).clip(-1, 1) * middle).astype(int) + middle
    return "".join(LEVELS[level] for level in levels.ravel())


def record(config, n_samples, image_epochs):
    """Train a configuration; return what is kept of it, a dict."""
    X, y, X_valid, y_valid = data(n_samples)
    network, twin = config.build(), config.build()
    for param in twin.params():
        param[...] = np.nextafter(param, np.inf)
    twin_run = config.run(twin, X, y, evaluate=False)
    kept = {"train_loss": [], "valid_loss": [], "train_wrong": [], "valid_wrong": []}
    kept |= {"diverged": None, "steady": 0, "images": {}}
    try:
        for result in config.run(network, X, y, X_valid, y_valid):
            n_epochs = result.epoch + 1
            for name, labels in (("train", y), ("valid", y_valid)):
                kept[f"{name}_loss"].append(rounded(getattr(result, f"{name}_loss")))
                kept[f"{name}_wrong"].append(round(len(labels) * getattr(result, f"{name}_error")))
            if n_epochs in image_epochs:
                kept["images"][n_epochs] = images(network.params()[0])
            if kept["steady"] == n_epochs - 1 and _follows(network, twin, twin_run):
                kept["steady"] = n_epochs
    except TrainingDiverged as error:
        kept["diverged"] = error.epoch
    return kept


def _follows(network, twin, twin_run):
    """Train the twin for an epoch; return whether its parameters are still those of the network."""
    try:
        next(twin_run)
    except TrainingDiverged:
        return False
    pairs = zip(network.params(), twin.params(), strict=True)
    return all(np.abs(a - b).max() <= STEADY * np.abs(a).max() for a, b in pairs)


def rounded(value):
    """Return a number to 5 digits, None if it is not finite."""
    return float(f"{value:.5g}") if math.isfinite(value) else None


def template(config):
    """Return a configuration as Python, with the fields of SETTINGS in braces."""
    fields = {field.name: getattr(config, field.name) for field in dataclasses.fields(config)}
    shown = (f"{name}={{{name}}}" if name in SETTINGS else f"{name}={value!r}" for name, value in fields.items())
    return f"MLPConfig({', '.join(shown)})"


def make(name, grid, folder):
    """Train all runs of an architecture and write its file; return its name and the seconds."""
    began = time.perf_counter()
    architecture = grid.architectures()[name]
    found = {
        "format": FORMAT,
        "version": grid.version,
        "config": template(architecture),
        "start": images(architecture.build().params()[0]),
        "runs": {
            run: record(config, grid.n_samples, grid.image_epochs) for run, config in grid.runs(architecture).items()
        },
    }
    write_file(folder / f"{name}.json", json.dumps(found, allow_nan=False, separators=(",", ":")) + "\n")
    return name, time.perf_counter() - began


def read(name, grid=GRID, folder=FOLDER):
    """Return the recorded runs of an architecture, a dict; None if there are none, or those of another version."""
    path = folder / f"{name}.json"
    found = json.loads(path.read_text(encoding="ascii")) if path.exists() else {}
    return found if (found.get("format"), found.get("version")) == (FORMAT, grid.version) else None


def main(prefixes=(), grid=GRID, folder=FOLDER):
    """Make the files that are missing; without prefixes, also delete all that do not belong to the grid."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [name for name in grid.architectures() if not prefixes or name.startswith(tuple(prefixes))]
    missing = [name for name in names if read(name, grid, folder) is None]
    with process_for_each_core() as pool:
        for name, seconds in pool.imap_unordered(partial(make, grid=grid, folder=folder), missing):
            print(f"{name}: {seconds:.0f} s", flush=True)
    if not prefixes:
        for path in set(folder.glob("*.json")) - {folder / f"{name}.json" for name in names}:
            path.unlink()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("prefixes", nargs="*", help="of the names of architectures")
    main(parser.parse_args().prefixes)
