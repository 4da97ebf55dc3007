"""Train the network of notebook 09 on all 60,000 images with each of five seeds: `make beyond`, a quarter of an hour.

data/beyond.json records the machine and, for each run, its seed, seconds and test error. data/beyond.npz is the network
of the first seed, with normalization folded into its weights. No setting was chosen by these test errors; how often the
test set was looked at before is told in notebook 09.
"""

import json
import statistics
import time

import numpy as np

from mlp_helpers import Adam, mnist
from mlp_helpers.beyond.augmentation import Distortion
from mlp_helpers.beyond.augmented import augmented_epochs
from mlp_helpers.beyond.normalization import estimate_statistics, fold_batch_norm, normalized_network
from mlp_helpers.data import REPOSITORY_DATA
from mlp_helpers.schedules import make_schedule
from mlp_helpers.services.files import write_file
from mlp_helpers.services.machine import machine

SEEDS = range(5)
HIDDEN = 500, 400
SETTINGS = {"n_epochs": 30, "batch_size": 128, "schedule": make_schedule("cosine"), "evaluate": False}
LEARNING_RATE = 0.002  # of Adam
DISTORTION = Distortion(shift=1.3, rotation=10, scale=0.15, shear=0.15, elastic=20, smoothness=4)
N_STATISTICS = 20_000  # images from which the statistics of normalization are estimated


def trained(X, y, seed):
    """Return a network that was trained on rows of pixels, with normalization folded into its weights."""
    rng = np.random.default_rng(seed)
    network = normalized_network((X.shape[1], *HIDDEN, 10), rng, X.dtype)
    augment, optimizer = DISTORTION.distort_rows, Adam(LEARNING_RATE)
    for _ in augmented_epochs(network, X, y, augment, rng=rng, optimizer=optimizer, **SETTINGS):
        pass
    estimate_statistics(network, X[:N_STATISTICS])
    return fold_batch_norm(network)


def main():
    """Train with all seeds and write data/beyond.json and data/beyond.npz."""
    *parts, test = ((images.reshape(len(images), -1), labels) for images, labels in mnist())
    X, y = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    runs = []
    for seed in SEEDS:
        started = time.perf_counter()
        network = trained(X, y, seed)
        seconds = round(time.perf_counter() - started, 1)
        runs.append({"seed": seed, "seconds": seconds, "test_error": network.classification_error(*test)})
        print(runs[-1], flush=True)
        if seed == SEEDS[0]:
            network.save(REPOSITORY_DATA / "beyond.npz")
    print("median:", statistics.median(run["test_error"] for run in runs))
    write_file(REPOSITORY_DATA / "beyond.json", json.dumps({"machine": machine(), "runs": runs}, indent=1) + "\n")


if __name__ == "__main__":
    main()
