"""Train by the recipes of notebook 06, on all 60,000 images, and look at the test set: `make beyond`, an hour.

data/beyond.json tells each run's seed, seconds, mean loss of each epoch, and test error, and what it ran on;
data/beyond.npz keeps parameters in small numbers, "main/0/W0" being the first of those of seed 0: five sets of the main
recipe, and one of each member of the committee, of the repetition in the middle. Seconds are those from images in
memory to a network that can be used. All choices were made before, on validation data.
"""

import json
import statistics
import subprocess
import time

import numpy as np

from mlp_helpers import mnist
from mlp_helpers.beyond import COMMITTEE, QUICK, RECIPE, Training
from mlp_helpers.compact import compacted, restored
from mlp_helpers.data import REPOSITORY_DATA
from mlp_helpers.files import replacing
from mlp_helpers.machine import machine

SEEDS = range(5)
FIELDS = ("seconds", "test_error")
REPETITIONS = range(3)  # of the committee, each with a seed of its own


class Runs:
    """Trainings on all 60,000 images; none is run twice."""

    def __init__(self):
        *parts, (self.test_images, self.test_labels) = mnist()
        self.images = np.concatenate([images[:, 0] for images, _ in parts])
        self.labels = np.concatenate([labels for _, labels in parts])
        self.done = {}

    def run(self, name, recipe, seed):
        """Return fields for the report, parameters in small numbers, and probabilities on the test set."""
        if (name, seed) not in self.done:
            self.done[name, seed] = self._run(name, recipe, seed)
        return self.done[name, seed]

    def _run(self, name, recipe, seed):
        started = time.perf_counter()
        training = Training(recipe, self.images, self.labels, seed)
        losses = list(training)
        network = training.result()
        seconds = time.perf_counter() - started
        arrays = compacted(network)
        rows = recipe.rows(recipe.viewed(self.test_images[:, 0]))
        Y_pred = network.predict(rows)
        report = {
            "seed": seed,
            "seconds": round(seconds, 1),
            "test_error": self.error(Y_pred),
            "compact_test_error": self.error(restored(arrays, recipe.dtype).predict(rows)),
            "shares": {part: round(spent / seconds, 3) for part, spent in training.seconds.items()},
            "losses": [round(loss, 6) for loss in losses],
        }
        print(f"{name:20} seed {seed} {seconds:6.1f} s  test error {report['test_error']:.4f}", flush=True)
        return report, arrays, Y_pred

    def error(self, Y_pred):
        """Return the share of the test images that is misread."""
        return float(np.mean(Y_pred.argmax(axis=1) != self.test_labels))


def commit():
    """Return the commit that is checked out, "-dirty" behind it where files differ from it."""
    described = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    return subprocess.run(described, capture_output=True, text=True, check=True).stdout.strip()


def repetition(runs, seed):
    """Return the report of a committee, and the parameters of its members."""
    found = {name: runs.run(name, recipe, seed) for name, recipe in COMMITTEE.items()}
    Y_pred = np.mean([prediction for *_, prediction in found.values()], axis=0)
    report = {
        "seed": seed,
        "seconds": round(sum(part["seconds"] for part, *_ in found.values()), 1),
        "test_error": runs.error(Y_pred),
        "members": {name: {field: part[field] for field in FIELDS} for name, (part, *_) in found.items()},
    }
    print(f"{'committee':20} seed {seed} {report['seconds']:6.1f} s  test error {report['test_error']:.4f}", flush=True)
    return report, {
        f"{name}/{seed}/{key}": array for name, (_, arrays, _) in found.items() for key, array in arrays.items()
    }


def summary(reports):
    """Return the medians of runs."""
    return {field: statistics.median(report[field] for report in reports) for field in ("test_error", "seconds")}


def main():
    """Train, report, store."""
    runs = Runs()
    found, kept = {"machine": {"commit": commit(), **machine()}}, {}
    for name, recipe in {"quick": QUICK, "main": RECIPE}.items():
        results = [runs.run(name, recipe, seed) for seed in SEEDS]
        found[name] = [report for report, *_ in results]
    for seed, (_, arrays, _) in zip(SEEDS, results, strict=True):
        kept |= {f"main/{seed}/{key}": array for key, array in arrays.items()}
    committees = sorted((repetition(runs, seed) for seed in REPETITIONS), key=lambda pair: pair[0]["test_error"])
    found["committee"] = sorted((report for report, _ in committees), key=lambda report: report["seed"])
    kept |= committees[len(committees) // 2][1]
    for name in ("quick", "main", "committee"):
        print(f"{name}, median: {summary(found[name])}")
    for path, write in (
        (REPOSITORY_DATA / "beyond.npz", lambda temporary: _write_arrays(temporary, kept)),
        (REPOSITORY_DATA / "beyond.json", lambda temporary: temporary.write_text(json.dumps(found, indent=1) + "\n")),
    ):
        with replacing(path) as temporary:
            write(temporary)


def _write_arrays(path, arrays):
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


if __name__ == "__main__":
    main()
