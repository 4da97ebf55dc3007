"""Training of notebook 09: a plain multi-layer perceptron on images that are distorted anew in each epoch.

Two threads or processes share each step: each distorts half of the batch and computes its gradients, with a single BLAS
thread, so that NumPy's work between the matrix products runs in parallel, too. The result is the same in all cases.
"""

import copy
import time

import numpy as np

from mlp_helpers.beyond.lockstep import WorkerProcess, in_lockstep, shared_copy
from mlp_helpers.beyond.normalization import estimate_statistics, fold_batch_norm
from mlp_helpers.beyond.recipes import PARTS
from mlp_helpers.layers import Dropout
from mlp_helpers.optimizers import AdamW
from mlp_helpers.threads import limited_blas, n_cores

N_STATISTICS = 20_000  # images from which the statistics of normalization are estimated


class Training:
    """Iterator over the epochs of a recipe's training, which yields mean losses, less the targets' entropy.

    The mean is over all samples; one that an epoch leaves out counts with the loss that it had when it was last used.

    Parameters
    ----------
    recipe : Recipe
    images : ndarray of shape (n_samples, height, width)
    labels : ndarray of int, shape (n_samples,)
    seed : int
    n_threads : int, optional
        By default one for each core, at most two.
    processes : bool, optional
        Compute half of each step in a process instead of a thread: faster, but only for scripts, and with `fork`.

    Attributes
    ----------
    seconds : dict from str to float
        Time that the first part of each batch spent: "distorting", "gradients" and "steps".
    """

    def __init__(self, recipe, images, labels, seed, n_threads=None, processes=False):
        self.recipe, self.targets, self.images = recipe, recipe.targets(labels), recipe.viewed(images)
        self.rng, *self._rngs = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(1 + PARTS))
        share = shared_copy if processes else lambda array: array
        self.network = _with_params(recipe.build(self.images.shape[1:], self.rng), share)
        self._replicas = [self.network, *(_with_params(self.network, lambda param: param) for _ in range(PARTS - 1))]
        for replica, own in zip(self._replicas, self._rngs, strict=True):
            for layer in replica.layers:
                if isinstance(layer, Dropout):
                    layer.rng = own  # a part's draws must not depend on the timing of the others
        # The rows of each part's gradients that the other part steps with.
        self._exchanged = [
            [share(np.zeros_like(rows)) for rows in _rows(self.network.params(), 1 - part)] for part in range(PARTS)
        ]
        self._optimizers = [AdamW(recipe.learning_rate, weight_decay=recipe.weight_decay) for _ in range(PARTS)]
        self._losses = share(np.full(len(labels), recipe.sure))  # of each sample, when it was last used
        self.n_threads = min(PARTS, n_cores()) if n_threads is None else n_threads
        self.epoch = 0
        self.seconds = dict.fromkeys(("distorting", "gradients", "steps"), 0.0)
        self._worker = WorkerProcess(self._worker_part) if processes else None  # forked with all that is set above

    def __iter__(self):
        return self

    def __next__(self):
        if self.epoch == self.recipe.epochs:
            raise StopIteration
        kept, weights = self._sample_epoch()
        size = self.recipe.batch_size // PARTS
        steps = kept[: len(kept) // self.recipe.batch_size * self.recipe.batch_size].reshape(-1, PARTS, size)
        with limited_blas(1):
            if self._worker is None:
                in_lockstep([self._part(part, steps[:, part], weights) for part in range(PARTS)], self.n_threads)
            else:
                self._worker.exhaust(self._part(0, steps[:, 0], weights), self.epoch, steps[:, 1], weights)
        self.epoch += 1
        return float(np.mean(self._losses))

    def _sample_epoch(self):
        """Return the shuffled indices of an epoch's samples, and the weights of all samples."""
        chance = self.recipe.keep_probabilities(self._losses)
        kept = np.flatnonzero(self.rng.random(len(chance)) < chance)
        self.rng.shuffle(kept)
        return kept, (1 / chance).astype(self.recipe.dtype)

    @property
    def distortion(self):
        """Distortion of this epoch."""
        return self.recipe.distortion_in(self.epoch)

    def _worker_part(self, epoch, batches, weights):
        """Compute the second part of an epoch, in the worker process."""
        self.epoch = epoch
        with limited_blas(1):
            yield from self._part(1, batches, weights)

    def _part(self, part, batches, weights):
        """Compute one part of each step, as a generator that yields where the parts have to wait for each other."""
        for number, batch in enumerate(batches):
            done = (self.epoch + number / len(batches)) / self.recipe.epochs
            grads = self._gradients(part, batch, weights)
            for shared, rows in zip(self._exchanged[part], _rows(grads, 1 - part), strict=True):
                shared[...] = rows
            yield
            started = time.perf_counter()
            self._step(part, _rows(grads, part), 1 - done)
            if part == 0:
                self.seconds["steps"] += time.perf_counter() - started
            yield

    def _gradients(self, part, batch, weights):
        """Return the gradients of one part's samples."""
        begun = time.perf_counter()
        images = self.images[batch]
        if self.recipe.distortion is not None:
            images = self.distortion.distort(images, self._rngs[part], self.recipe.together)
        distorted = time.perf_counter()
        network, output = self._replicas[part], self._replicas[part].layers[-1]
        output.weights = weights[batch]
        grads = network.gradients(self.recipe.rows(images), self.targets[batch])
        self._losses[batch] = output.last_losses - self.recipe.target_entropy
        if part == 0:
            self.seconds["distorting"] += distorted - begun
            self.seconds["gradients"] += time.perf_counter() - distorted
        return grads

    def _step(self, part, grads, factor):
        """Update one part's rows of the parameters with the mean of both parts' gradients."""
        for grad, other in zip(grads, self._exchanged[1 - part], strict=True):
            grad += other
            grad *= 1 / PARTS
        self._optimizers[part].step(_rows(self.network.params(), part), grads, factor)

    def result(self):
        """Return the trained network, with normalization folded into its weights."""
        images = self.images[self.rng.permutation(len(self.images))[:N_STATISTICS]]
        estimate_statistics(self.network, self.recipe.rows(images))
        return fold_batch_norm(self.network)


def _rows(arrays, part):
    """Return the rows of each array that a part updates."""
    return [np.array_split(array, PARTS)[part] for array in arrays]


def _with_params(network, convert):
    """Return a deep copy of a network, but with `convert(param)` in place of each parameter."""
    return copy.deepcopy(network, {id(param): convert(param) for param in network.params()})
