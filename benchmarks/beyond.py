"""Time the training of notebook 09 against PyTorch, its wide layers against the machine, and its distortions.

`python benchmarks/beyond.py` takes some ten minutes. Contenders take turns, epoch by epoch, in one process; results are
ratios within a round.
"""

import argparse
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
from goals import Goal, report

from mlp_helpers import FullyConnectedLayer, InputLayer
from mlp_helpers.beyond.augmented import augmented_epochs
from mlp_helpers.beyond.lockstep import HAS_FORK
from mlp_helpers.beyond.recipe_training import Training
from mlp_helpers.beyond.recipes import PARTS, RECIPE
from mlp_helpers.data import training_data
from mlp_helpers.threads import limited_blas, n_cores

LARGE = 4096  # rows and columns of the large product that stands for the machine's peak rate
PASSES = 100  # per measurement
REST = 0.2  # seconds


class PyTorch:
    """PyTorch implementation of the recipe, with one thread per core: an iterator over epochs.

    It draws distortions from the same distribution and skips the same share of samples; grid_sample resamples images.
    """

    def __init__(self, recipe, images, labels, seed):
        import torch

        torch.manual_seed(seed)
        torch.set_num_threads(n_cores())
        self.torch, self.recipe, self.rng, self.epoch = torch, recipe, np.random.default_rng(seed), 0
        self.images, self.labels = torch.from_numpy(images)[:, None], torch.from_numpy(labels).long()
        layers, width = [], recipe.rows(images[:1]).shape[1]
        for units in recipe.hidden:
            layers += [torch.nn.Linear(width, units, bias=False), torch.nn.BatchNorm1d(units), torch.nn.ReLU()]
            layers += [torch.nn.Dropout(recipe.dropout)] if recipe.dropout else []
            width = units
        self.network = torch.nn.Sequential(*layers, torch.nn.Linear(width, 10))
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), recipe.learning_rate, weight_decay=recipe.weight_decay, fused=True
        )
        self.losses = np.full(len(labels), recipe.sure)

    def __iter__(self):
        return self

    def __next__(self):
        torch, size = self.torch, self.recipe.batch_size
        chance = self.recipe.keep_probabilities(self.losses)
        kept = self.rng.permutation(np.flatnonzero(self.rng.random(len(chance)) < chance))
        steps = kept[: len(kept) // size * size].reshape(-1, size)
        weights = torch.from_numpy((1 / chance).astype(np.float32))
        for number, batch in enumerate(steps):
            done = (self.epoch + number / len(steps)) / self.recipe.epochs
            for group in self.optimizer.param_groups:
                group["lr"] = self.recipe.learning_rate * (1 - done)
            indices = torch.from_numpy(batch)
            logits = self.network(self.rows(self.distorted(self.images[indices])))
            losses = torch.nn.functional.cross_entropy(
                logits, self.labels[indices], reduction="none", label_smoothing=self.recipe.smoothing
            )
            self.optimizer.zero_grad()
            (weights[indices] * losses).mean().backward()
            self.optimizer.step()
            self.losses[batch] = losses.detach().numpy() - self.recipe.target_entropy
        self.epoch += 1
        return float(self.losses.mean())

    def distorted(self, images):
        n, _, height, width = images.shape
        coordinates = self.recipe.distortion_in(self.epoch).coordinates(
            n // self.recipe.together, (height, width), self.rng, np.float32
        )
        grid = self.torch.from_numpy(
            np.stack([2 * coordinates[:, 1] / (width - 1), 2 * coordinates[:, 0] / (height - 1)], -1) - 1
        )
        grid = grid.repeat_interleave(self.recipe.together, 0)
        return self.torch.nn.functional.grid_sample(images, grid, align_corners=True)

    def rows(self, images):
        if self.recipe.inputs == "pixels":
            return images.flatten(1)
        maps = self.directions(images)
        if self.recipe.inputs == "directions":
            return maps.flatten(1)
        halved = self.torch.nn.functional.avg_pool2d(images, 2)
        bends = self.directions(maps.flatten(0, 1)[:, None])
        return self.torch.cat([halved.flatten(1), maps.flatten(1), bends.reshape(len(images), -1)], 1)

    def directions(self, images):
        across, down = self.torch.zeros_like(images), self.torch.zeros_like(images)
        across[..., 1:-1] = images[..., 2:] - images[..., :-2]
        down[:, :, 1:-1] = images[:, :, 2:] - images[:, :, :-2]
        changes = self.torch.cat([across, (across + down) / 2**0.5, down, (down - across) / 2**0.5], 1)
        return self.torch.nn.functional.avg_pool2d(changes.abs(), 2)


def seconds_of(function, *args):
    """Return how long a call takes, after a pause in which the previous contender's threads stop spinning."""
    time.sleep(REST)
    started = time.perf_counter()
    function(*args)
    return time.perf_counter() - started


def against_pytorch(images, labels, rounds):
    """Return (course, PyTorch) seconds of each epoch, without the first, which keeps almost all samples."""
    recipe = replace(RECIPE, epochs=rounds + 1)
    ours = Training(recipe, images, labels, 0, processes=HAS_FORK)
    theirs = PyTorch(recipe, ours.images, labels, 0)
    return [(seconds_of(next, ours), seconds_of(next, theirs)) for _ in range(rounds + 1)][1:]


def wide_layers(rounds):
    """Return (wide layers, large product) float32 operations per second.

    The layers run forward and backward passes as in training: one layer per part of a step, each in its own thread.
    """
    n_inputs, units = RECIPE.hidden
    rng = np.random.default_rng(0)
    a, b = (rng.random((LARGE, LARGE), dtype=np.float32) for _ in range(2))
    product = np.empty_like(a)
    entrance = InputLayer((None, n_inputs))
    layers = [FullyConnectedLayer(entrance, units, "he", None, rng=rng, dtype="float32") for _ in range(PARTS)]
    X, grad = (rng.random((RECIPE.batch_size // PARTS, n), dtype=np.float32) for n in (n_inputs, units))

    def passes(layer):
        for _ in range(PASSES):
            layer.fprop(X)
            layer.bprop(grad)

    operations = 6 * PARTS * PASSES * len(X) * n_inputs * units
    found = []
    with ThreadPoolExecutor(PARTS) as pool:
        for _ in range(rounds):
            with limited_blas(1):
                ours = operations / seconds_of(lambda: list(pool.map(passes, layers)))
            found.append((ours, 2 * LARGE**3 / seconds_of(lambda: np.matmul(a, b, out=product))))
    return found


def share_of_distorting(images, labels, rounds):
    """Return (within the steps, an epoch ahead): the share of an epoch's time that is due to distorting.

    It is measured against an epoch without distortions, in `Training` and in the ordinary loop, which distorts in a
    thread beside the training one. The first epoch of each, a warm-up, is left out.
    """
    recipe = replace(RECIPE, least=1.0, epochs=rounds + 1)
    within, without = (
        Training(replace(recipe, distortion=distortion), images, labels, 0, processes=HAS_FORK)
        for distortion in (recipe.distortion, None)
    )
    ahead, alone = (ordinary_loop(within.images, labels, is_distorted) for is_distorted in (True, False))
    found = []
    for _ in range(rounds + 1):
        seconds = [seconds_of(next, run) for run in (within, without, ahead, alone)]
        found.append((1 - seconds[1] / seconds[0], 1 - seconds[3] / seconds[2]))
    return found[1:]


def ordinary_loop(images, labels, is_distorted):
    """Return a run of the ordinary loop on the recipe's network; its samples are made anew for each epoch."""

    def augment(X, rng):
        return RECIPE.rows(RECIPE.distortion.distort(images, rng, RECIPE.together) if is_distorted else images)

    rng = np.random.default_rng(0)
    network, settings = RECIPE.build(images.shape[1:], rng), {"batch_size": RECIPE.batch_size, "evaluate": False}
    return augmented_epochs(network, RECIPE.rows(images), labels, augment, rng=rng, **settings)


def main():
    """Measure and print the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    images, labels, *_ = training_data()
    images = images.reshape(-1, 28, 28)

    times = against_pytorch(images, labels, arguments.rounds)
    for number, seconds in enumerate(times, start=1):
        print("epoch {}: course {:.2f} s, PyTorch {:.2f} s".format(number, *seconds))
    rates = wide_layers(arguments.rounds)
    print(
        "wide layers {:.0f}, large product {:.0f} thousand million operations a second".format(
            *np.median(rates, 0) / 1e9
        )
    )
    shares = share_of_distorting(images, labels, max(2, arguments.rounds // 3))
    report(
        [
            Goal("share of PyTorch's time, the same recipe", 1.0, False, [ours / theirs for ours, theirs in times]),
            Goal("wide layers' share of a large product's rate", 0.75, True, [ours / large for ours, large in rates]),
            Goal("distorting's share of an epoch, within its steps", 0.25, False, [within for within, _ in shares]),
            Goal("distorting's share of an epoch, an epoch ahead", 0.25, False, [ahead for _, ahead in shares]),
        ],
        arguments.json,
    )


if __name__ == "__main__":
    main()
