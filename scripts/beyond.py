"""Train the recipes of notebook 09 on all 60,000 images and measure their test errors: `make beyond`, an hour.

`python scripts/beyond.py main` runs one part. For each part, data/beyond/PART.json records the machine and, for each
run, the seed, seconds, mean loss of each epoch, and test error. data/beyond/PART.npz holds quantised parameters: five
sets for the main recipe ("0/W0" is the first parameter of seed 0), and those of the committee with the median test
error. Seconds are measured from images in memory to a usable network; for a committee, whose members train
concurrently, one core each, from the start of its processes to their exit. Recipe and committee were chosen on
validation data, when the test errors of earlier ones were known; notebook 09 reports these.
"""

import json
import statistics
import subprocess
import sys
import time
from functools import cache

import numpy as np

from mlp_helpers import mnist
from mlp_helpers.beyond.compact import compacted, restored
from mlp_helpers.beyond.lockstep import HAS_FORK
from mlp_helpers.beyond.recipe_training import Training
from mlp_helpers.beyond.recipes import COMMITTEE, QUICK, RECIPE
from mlp_helpers.data import REPOSITORY_DATA
from mlp_helpers.files import replacing
from mlp_helpers.machine import machine
from mlp_helpers.threads import process_for_each_core

SEEDS = range(5)
N_REPETITIONS = 3  # of the committee, each with its own seeds
N_MEMBERS = 8  # trained on two cores within a quarter of an hour
FOLDER = REPOSITORY_DATA / "beyond"


@cache
def data():
    """Return all 60,000 training images and their labels, and the test images and labels."""
    *parts, (test_images, test_labels) = mnist()
    images, labels = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return images[:, 0], labels, test_images[:, 0], test_labels


def error(Y_pred):
    """Return the fraction of test images misclassified."""
    return float(np.mean(Y_pred.argmax(axis=1) != data()[-1]))


def run(recipe, seed, **how):
    """Train once; return report fields, quantised parameters, and test-set probabilities by the error they determine.

    `how` is passed to `Training`.
    """
    images, labels, test_images, _ = data()
    started = time.perf_counter()
    training = Training(recipe, images, labels, seed, **how)
    losses = list(training)
    network = training.result()
    seconds = time.perf_counter() - started
    arrays = compacted(network)
    rows = recipe.rows(recipe.viewed(test_images))
    predictions = {
        "test_error": network.predict(rows),
        "compact_test_error": restored(arrays, recipe.dtype).predict(rows),
    }
    report = {
        "seed": seed,
        "seconds": round(seconds, 1),
        **{kind: error(Y_pred) for kind, Y_pred in predictions.items()},
        "shares": {part: round(spent / seconds, 3) for part, spent in training.seconds.items()},
        "losses": [round(loss, 6) for loss in losses],
    }
    return report, arrays, predictions


def quick():
    """Return the reports of the short recipe's runs; the parameters are discarded."""
    return _runs("quick", QUICK)[0], {}


def main():
    """Return the reports and parameters of the main recipe's runs."""
    return _runs("main", RECIPE)


def committee():
    """Return the reports of all committees, and the parameters of the one with the median test error."""
    found = [one_committee(repetition) for repetition in range(N_REPETITIONS)]
    middle = sorted(found, key=lambda pair: pair[0]["test_error"])[len(found) // 2]
    return [report for report, _ in found], middle[1]


def one_committee(repetition):
    """Return the report and parameters of a committee, which predicts the mean of its members' probabilities."""
    first = (1 + repetition) * N_MEMBERS  # seeds below N_MEMBERS are left to `main`
    started = time.perf_counter()
    with process_for_each_core() as pool:
        found = pool.map(_member, range(first, first + N_MEMBERS), chunksize=1)
    seconds = time.perf_counter() - started
    report = {
        "seconds": round(seconds, 1),
        **{
            kind: error(np.mean([predictions[kind] for *_, predictions in found], axis=0))
            for kind in ("test_error", "compact_test_error")
        },
        "members": [{field: part[field] for field in ("seed", "seconds", "test_error")} for part, *_ in found],
    }
    print(f"committee  number {repetition}: {seconds:6.1f} s, test error {report['test_error']:.4f}; its members:")
    print(*(f"{member['seed']}: {member['test_error']:.4f}" for member in report["members"]), sep=", ", flush=True)
    return report, _named(found)


def _member(seed):
    return run(COMMITTEE[seed % len(COMMITTEE)], seed, n_threads=1)


def _runs(name, recipe):
    """Return the reports and parameters of a recipe's runs, one per seed."""
    found = []
    for seed in SEEDS:
        found.append(run(recipe, seed, processes=HAS_FORK))
        report, *_ = found[-1]
        print(f"{name:10} seed {seed}: {report['seconds']:6.1f} s, test error {report['test_error']:.4f}", flush=True)
    return [report for report, *_ in found], _named(found)


def _named(found):
    """Return the parameters of several runs, keyed by seed and name."""
    return {f"{report['seed']}/{key}": array for report, arrays, _ in found for key, array in arrays.items()}


def commit():
    """Return the checked-out commit, with the suffix "-dirty" if there are uncommitted changes."""
    described = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    return subprocess.run(described, capture_output=True, text=True, check=True).stdout.strip()


PARTS = {"quick": quick, "main": main, "committee": committee}


def store(name, on):
    """Run a part; write its reports, its parameters and a description of the machine."""
    reports, kept = PARTS[name]()
    for field in ("test_error", "seconds"):
        print(f"{name}, median {field}: {statistics.median(report[field] for report in reports)}")
    FOLDER.mkdir(exist_ok=True)
    if kept:
        with replacing(FOLDER / f"{name}.npz") as temporary, temporary.open("wb") as file:
            np.savez_compressed(file, **kept)
    with replacing(FOLDER / f"{name}.json") as temporary:
        temporary.write_text(json.dumps({"machine": on, "runs": reports}, indent=1) + "\n")


if __name__ == "__main__":
    if unknown := set(sys.argv[1:]) - set(PARTS):
        raise SystemExit(f"the parts are {', '.join(PARTS)}, got {', '.join(sorted(unknown))}")
    on = {"commit": commit(), **machine()}  # before the first part's files make the tree dirty
    for name in sys.argv[1:] or PARTS:
        store(name, on)
