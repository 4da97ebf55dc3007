"""The ordinary training loop on other samples in each epoch, which a thread of its own makes an epoch ahead."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from mlp_helpers.threads import n_cores
from mlp_helpers.training import Settings, TrainingRun, epochs


def augmented_epochs(network, X, Y, augment=None, **settings):
    """Return a `TrainingRun` as `training.epochs` does, with other samples for the same targets in each epoch.

    Parameters
    ----------
    network, X, Y
        As in `training.epochs`. Losses and errors are those of X itself.
    augment : callable, optional
        augment(X, generator) returns the samples of an epoch, of the shape and dtype of X; without it, they are X.
    **settings
        As in `training.epochs`.

    Raises
    ------
    TypeError, ValueError
        Data or numbers that do not fit; while iterating, samples that do not.
    """
    if augment is None:
        return epochs(network, X, Y, **settings)
    return AugmentedRun(network, network.checked_data(X, Y), Settings(**settings), augment)


class AugmentedRun(TrainingRun):
    """A `TrainingRun` whose samples are made anew for each epoch, an epoch ahead."""

    def __init__(self, network, train_data, settings, augment):
        super().__init__(network, train_data, None, settings)
        self.augment = augment
        # The thread must not draw from a generator that others draw from.
        self._own_rng = np.random.default_rng(self.rng.integers(2**32, size=4))
        self._thread = ThreadPoolExecutor(1)
        self._ahead = None  # a future: the samples of the epoch to come

    def samples(self):
        """Return the samples of the epoch to come, and let those of the next be made."""
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
        """Return how many threads BLAS may use: the thread that makes samples needs a core, too."""
        return max(1, min(super().blas_threads(), n_cores() - 1))
