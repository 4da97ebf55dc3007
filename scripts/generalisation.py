"""Repeat the experiments of notebook 06 on wrong labels and on writers with ten seeds: `make generalisation`, minutes.

data/studies/generalisation.json has a list of ten numbers, one for each seed, for each quantity of three experiments.
"labels": networks of one hidden layer of 4 … 512 units learn 500 digits, a fifth of them with a wrong label, or none
("right"). Errors are those after the last epoch, on the training images as labelled ("train") and on every fifth
validation image ("valid"); "learned" is the share of the wrong labels that the network gives; "lowest" is the lowest
validation error of all epochs, and "epoch" its epoch. "by heart" are the epochs until the training error is 0.
"writers": errors on other digits by the writers of the training images ("known") and by new writers ("new"); the halves
of a group of writers take turns. "choices": the same two errors for some learning rates and widths. The test set is not
used.
"""

import json
from functools import cache

import numpy as np

from mlp_helpers import History, MLPConfig, writers
from mlp_helpers.data import REPOSITORY_DATA, training_data
from mlp_helpers.services.files import write_file
from mlp_helpers.services.threads import process_for_each_core

STUDY = REPOSITORY_DATA / "studies" / "generalisation.json"
SEEDS = range(10)
N_DIGITS, WRONG = 500, {"wrong": 100, "right": 0}  # labels that are wrong
WIDTHS = (4, 8, 16, 32, 64, 128, 256, 512)
LABELLED = MLPConfig(learning_rate=0.2, batch_size=20, epochs=40)
BY_HEART = LABELLED.replace(hidden=(64,), epochs=100)
WRITTEN = MLPConfig(learning_rate=0.3, batch_size=50, epochs=5)
N_BY_HALF = 7250  # digits that a network learns
FIRST_STUDENT = 2100  # of the writers' numbers
RATES, UNITS = (0.01, 0.03, 0.1, 0.3, 0.75), (10, 20, 40, 80, 160)


@cache
def data():
    """Return training images and labels, the same of every fifth validation image, and the training images' writers."""
    X, y, X_valid, y_valid = training_data()
    return X, y, X_valid[::5], y_valid[::5], writers()[0]


def mislabelled(n_wrong, rng):
    """Return 500 digits, their labels, of which `n_wrong` are wrong, and which ones those are."""
    X, y, *_ = data()
    rows = rng.choice(len(X), N_DIGITS, replace=False)
    wrong = rng.permutation(N_DIGITS) < n_wrong
    return X[rows], np.where(wrong, (y[rows] + rng.integers(1, 10, N_DIGITS)) % 10, y[rows]), wrong


def labels(n_wrong, units, seed):
    """Train one network on digits of which some have a wrong label; return the five figures of the file's head."""
    X, y, wrong = mislabelled(n_wrong, np.random.default_rng(seed))
    config = LABELLED.replace(hidden=(units,), seed=seed)
    network = config.build()
    history = History(config.run(network, X, y, *data()[2:4]))
    errors, learned = history.column("valid_error"), network.predict(X).argmax(axis=1) == y
    return {
        "train": history[-1].train_error,
        "valid": errors[-1],
        "lowest": errors.min(),
        "epoch": int(errors.argmin()),
    } | ({"learned": learned[wrong].mean()} if n_wrong else {})


def by_heart(at_random, seed):
    """Return the epochs until a network knows 500 digits by heart, with their own labels or with random ones."""
    X, y, _ = mislabelled(0, np.random.default_rng(seed))
    if at_random:
        y = np.random.default_rng(seed).integers(0, 10, N_DIGITS)
    config = BY_HEART.replace(seed=seed)
    network = config.build()
    for n_epochs, _ in enumerate(config.run(network, X, y, evaluate=False), start=1):
        if network.classification_error(X, y) == 0:
            return n_epochs
    raise ValueError(f"seed {seed}: not by heart after {config.epochs} epochs")


def by_writer(config, group, n_samples, seed):
    """Train on digits of half of a group's writers, then of the other half; return two mean errors.

    They are those on the other digits of the same writers and on those of the new ones.
    """
    X, y, *_, hands = data()
    rng = np.random.default_rng(seed)
    halves = np.array_split(rng.permutation(np.unique(hands[group])), 2)
    digits = [rng.permutation(np.flatnonzero(np.isin(hands, half))) for half in halves]
    errors = np.empty((2, 2))
    for i, own in enumerate(digits):
        network = config.build()
        _ = list(config.run(network, X[own[:n_samples]], y[own[:n_samples]], evaluate=False))
        for j, others in enumerate((own, digits[1 - i])):
            rest = others[n_samples:]
            errors[i, j] = network.classification_error(X[rest], y[rest])
    return dict(zip(("known", "new"), errors.mean(axis=0), strict=True))


def measured(seed):
    """Return all figures of one seed, in nested dictionaries."""
    student = data()[-1] >= FIRST_STUDENT
    everybody = np.ones(len(student), bool)
    written = WRITTEN.replace(seed=seed)
    rates = {str(rate): written.replace(learning_rate=rate) for rate in RATES}
    widths = {str(units): written.replace(hidden=(units, units)) for units in UNITS}
    return {
        "labels": {name: {str(units): labels(n, units, seed) for units in WIDTHS} for name, n in WRONG.items()},
        "by heart": {"right": by_heart(False, seed), "random": by_heart(True, seed)},
        "writers": {
            name: by_writer(written, group, N_BY_HALF, seed)
            for name, group in (("students", student), ("employees", ~student))
        },
        "choices": {
            name: {key: by_writer(config, everybody, 2 * N_BY_HALF, seed) for key, config in configs.items()}
            for name, configs in (("rates", rates), ("widths", widths))
        },
    }


def together(parts):
    """Return dictionaries of one form as one, whose values are lists; floats are rounded to 5 digits."""
    if isinstance(parts[0], dict):
        return {key: together([part[key] for part in parts]) for key in parts[0]}
    return [part if isinstance(part, int) else round(float(part), 5) for part in parts]


def main():
    """Run all experiments with ten seeds and write data/studies/generalisation.json."""
    with process_for_each_core() as pool:
        found = together(pool.map(measured, SEEDS, 1))
    write_file(STUDY, json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
