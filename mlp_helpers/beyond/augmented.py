"""The ordinary training loop on new samples in each epoch, which a thread makes one epoch ahead."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from mlp_helpers.services.threads import n_cores
from mlp_helpers.training import Settings, TrainingRun, epochs


def augmented_epochs(network, X, Y, augment=None, **settings):
    """Return a `TrainingRun` as `training.epochs` does, with new samples for the same targets in each epoch.

    Parameters
    ----------
    network, X, Y
        As in `training.epochs`. Losses and errors are those of X itself.
    augment : callable, optional
        `augment(X, generator)` returns the samples of an epoch, of the shape and dtype of X; by default, X itself.
    **settings
        As in `training.epochs`.

    Raises
    ------
    TypeError, ValueError
        Invalid data or settings; while iterating, samples of another shape or dtype.
    """
    if augment is None:
        return epochs(network, X, Y, **settings)
    return AugmentedRun(network, network.checked_data(X, Y), Settings(**settings), augment)


class AugmentedRun(TrainingRun):
    """A `TrainingRun` with new samples in each epoch, made one epoch ahead."""

    def __init__(self, network, train_data, settings, augment):
        super().__init__(network, train_data, None, settings)
        self.augment = augment
        # The thread must not share a generator with others.
        self._own_rng = np.random.default_rng(self.rng.integers(2**32, size=4))
        self._thread = ThreadPoolExecutor(1)
        self._ahead = None  # future of the next epoch's samples

    def samples(self):
        """Return the next epoch's samples and targets, and start making the samples of the epoch after it."""
        X = (self._ahead or self._thread.submit(self._make)).result()
        self._ahead = self._thread.submit(self._make) if self.epoch + 1 < self.n_epochs else None
        return X, self.train_data[1]

    def _make(self):
        X = self.train_data[0]
        samples = self.augment(X, self._own_rng)
        if not isinstance(samples, np.ndarray) or samples.shape != X.shape or samples.dtype != X.dtype:
            got = f"{np.shape(samples)} and {getattr(samples, 'dtype', type(samples).__name__)}"
            raise ValueError(f"augment must return an array of shape {X.shape} and dtype {X.dtype}, got {got}")
        return samples

    def blas_threads(self):
        """Return the number of threads for BLAS, which leaves a core to the thread that makes samples."""
        return max(1, min(super().blas_threads(), n_cores() - 1))
