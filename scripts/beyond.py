"""Train by the recipes of notebook 06, on all 60,000 images, and look at the test set: `make beyond`, an hour.

data/beyond.json tells each run's seed, seconds, mean loss of each epoch, and test error, and what it ran on;
data/beyond.npz keeps parameters in small numbers, "main/0/W0" being the first of those of seed 0: five sets of the main
recipe, and those of a committee, of the repetition in the middle, "committee/SEED/W0". Seconds are those from
images in memory to a network that can be used; of a committee, whose members are trained at the same time, a core each,
from the start of its processes to their end. All choices were made before, on validation data.
"""

import json
import statistics
import subprocess
import time
from functools import cache

import numpy as np

from mlp_helpers import mnist
from mlp_helpers.beyond import Training
from mlp_helpers.compact import compacted, restored
from mlp_helpers.data import REPOSITORY_DATA
from mlp_helpers.files import replacing
from mlp_helpers.lockstep import HAS_FORK
from mlp_helpers.machine import machine
from mlp_helpers.recipes import COMMITTEE, QUICK, RECIPE
from mlp_helpers.threads import process_for_each_core

SEEDS = range(5)
N_REPETITIONS = 3  # of the committee


@cache
def data():
    """Return all 60,000 training images and their labels, and those of the test set."""
    *parts, (test_images, test_labels) = mnist()
    images, labels = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return images[:, 0], labels, test_images[:, 0], test_labels


def error(Y_pred):
    """Return the share of the test images that is misread."""
    return float(np.mean(Y_pred.argmax(axis=1) != data()[-1]))


def run(recipe, seed, **how):
    """Return fields for the report, parameters in small numbers, and probabilities on the test set, by kind of error.

    `how` says who computes; see `Training`.
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


def single(name, recipe):
    """Return the reports of a recipe's runs, one for each seed, and their parameters."""
    reports, kept = [], {}
    for seed in SEEDS:
        report, arrays, _ = run(recipe, seed, processes=HAS_FORK)
        print(f"{name:10} seed {seed}: {report['seconds']:6.1f} s, test error {report['test_error']:.4f}", flush=True)
        reports.append(report)
        kept |= {f"{name}/{seed}/{key}": array for key, array in arrays.items()}
    return reports, kept


def committee(repetition):
    """Return the report of a committee, which has seeds of its own, and its members' parameters."""
    started = time.perf_counter()
    seeds = range(repetition * COMMITTEE, (repetition + 1) * COMMITTEE)
    with process_for_each_core() as pool:
        found = pool.map(_member, seeds, chunksize=1)
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
    print(*(f"seed {member['seed']} {member['test_error']:.4f}" for member in report["members"]), sep=", ", flush=True)
    kept = {f"committee/{part['seed']}/{key}": array for part, arrays, _ in found for key, array in arrays.items()}
    return report, kept


def _member(seed):
    return run(RECIPE, seed, n_threads=1)


def commit():
    """Return the commit that is checked out, "-dirty" behind it where files differ from it."""
    described = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    return subprocess.run(described, capture_output=True, text=True, check=True).stdout.strip()


def main():
    """Train, report, store."""
    found = {"machine": {"commit": commit(), **machine()}}
    found["quick"], _ = single("quick", QUICK)
    found["main"], kept = single("main", RECIPE)
    committees = [committee(repetition) for repetition in range(N_REPETITIONS)]
    found["committee"] = [report for report, _ in committees]
    for name in ("quick", "main", "committee"):
        median = {
            field: statistics.median(report[field] for report in found[name]) for field in ("test_error", "seconds")
        }
        print(f"{name}, medians: {median}")
    kept |= sorted(committees, key=lambda pair: pair[0]["test_error"])[len(committees) // 2][1]
    with replacing(REPOSITORY_DATA / "beyond.npz") as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, **kept)
    with replacing(REPOSITORY_DATA / "beyond.json") as temporary:
        temporary.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
