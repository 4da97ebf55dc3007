"""Training loop: `epochs` returns a run to iterate over, one result per epoch.

All training uses it. It trains any object with the methods that `protocol` describes.
"""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Self, TypeAlias

import numpy as np

from mlp_helpers.history import EpochResult, History
from mlp_helpers.optimizers import SGD, Optimizer
from mlp_helpers.protocol import CHUNK, Adapted, Layered, Network, adapted
from mlp_helpers.services.threads import limited_blas, threads_for_product
from mlp_helpers.services.validation import Array, IntArray, Targets, int_at_least

Data: TypeAlias = tuple[Array, Targets]
"""Samples, and their target rows or labels."""
Scores: TypeAlias = tuple[float | None, float | None]
"""Loss and error."""


class TrainingDiverged(ArithmeticError):
    """Raised when gradients are no longer finite: in `epoch`, the steps at `learning_rate` were too large."""

    def __init__(self, epoch: int, learning_rate: float) -> None:
        super().__init__(
            f"training diverged in epoch {epoch} at learning rate {learning_rate:g}: "
            "the gradients are no longer finite; a smaller learning rate may help"
        )
        self.epoch = epoch
        self.learning_rate = learning_rate


@dataclass(frozen=True)
class Settings:
    """Settings of a training run: the keywords of `epochs`.

    Parameters
    ----------
    learning_rate : float, optional
        For plain gradient descent; an `optimizer` has its own.
    batch_size : int, optional
        Samples per step; n_samples or more means full-batch gradient descent.
    n_epochs : int, optional
        By default unlimited.
    rng : numpy.random.Generator, optional
        Shuffles the samples before each epoch; by default the order differs every time.
    shuffle : bool, optional
        False: the samples keep their order.
    optimizer : Optimizer, or another object with step(params, grads, factor) and learning_rate, optional
    schedule : callable, optional
        Returns the factor of a step's learning rate, given the share of the training, 0 … 1, completed at the middle
        of the step; see `schedules.make_schedule`.
    patience : int, optional
        Early stopping: the run ends after this many epochs in a row without a smaller validation error (for
        regression, loss). However it ends, the parameters of the best epoch are restored.
    evaluate : bool, optional
        False: only train. Losses and errors are None, which saves a pass over all data after each epoch.
    """

    learning_rate: float = 0.1
    batch_size: int = 64
    n_epochs: int | None = None
    rng: np.random.Generator | None = None
    shuffle: bool = True
    optimizer: Optimizer | None = None
    schedule: Callable[[float], float] | None = None
    patience: int | None = None
    evaluate: bool = True

    def __post_init__(self) -> None:
        int_at_least(self.batch_size, "batch_size")
        for name in ("n_epochs", "patience"):
            if getattr(self, name) is not None:
                int_at_least(getattr(self, name), name)
        if self.schedule is not None and self.n_epochs is None:
            raise ValueError("n_epochs must be given where there is a schedule, got None")


def epochs(
    network: Network,
    X: Array,
    Y: Targets,
    X_valid: Array | None = None,
    Y_valid: Targets | None = None,
    **settings: object,
) -> TrainingRun:
    """Train `network`, yielding a result after each epoch.

        for result in epochs(network, X, y, X_valid, y_valid, n_epochs=10, rng=rng):
            print(result.valid_error)

    The training pauses while no result is requested. Ctrl-C (in a notebook, the stop button) takes effect between two
    steps. Iterating over the same run again resumes it, and yields the same digits as an uninterrupted run.

    Parameters
    ----------
    network : NeuralNetwork, or any object with the methods of `protocol`
        Changed in place.
    X, X_valid : ndarray of shape (n_samples, n_features)
        Finite real numbers.
    Y, Y_valid : ndarray of int, shape (n_samples,), or of shape (n_samples, n_outputs)
        Class labels or target rows.
    **settings
        learning_rate, batch_size, n_epochs, rng, shuffle, optimizer, schedule, patience, evaluate: see `Settings`.

    Returns
    -------
    TrainingRun
        An iterator of `EpochResult`.

    Raises
    ------
    TypeError, ValueError
        At the call: invalid data or settings.
    TrainingDiverged
        While iterating: the gradients are no longer finite. The parameters are those before the failed step.
    """
    checked, valid_data = adapted(network), None
    if X_valid is not None and Y_valid is not None:
        valid_data = checked.checked_data(X_valid, Y_valid, "X_valid", "Y_valid")
    elif X_valid is not None or Y_valid is not None:
        missing, given = ("X_valid", "Y_valid") if X_valid is None else ("Y_valid", "X_valid")
        raise ValueError(f"{missing} is missing, {given} was given: validation needs both")
    return TrainingRun(checked, checked.checked_data(X, Y), valid_data, Settings(**vars(Settings()) | settings))


class TrainingRun:
    """Iterator over the epochs of a training that can be interrupted and resumed; returned by `epochs`.

    Attributes
    ----------
    optimizer, batch_size, n_epochs
        May be changed at any time, also by another thread; the next step uses the new value.
    between_steps : callable or None
        Called without arguments after each step, when the parameters are consistent. If it raises, `next` raises, and
        the following call resumes after that step.
    best_epoch : int or None
        That of early stopping.
    history : History
        The results so far.
    start : list of ndarray
        Copies of the parameters before the first step.
    updates : list of list of float
        For each epoch begun, by how much its first step moved each parameter, as a share of the parameter's length
        (Frobenius norms); infinite for a parameter of zeros.
    diverged : bool
        Whether the last call of `next` raised `TrainingDiverged`.
    """

    def __init__(
        self, network: Layered | Adapted, train_data: Data, valid_data: Data | None, settings: Settings
    ) -> None:
        if not network.params():
            raise ValueError("network must have parameters to train, got none")
        if settings.patience is not None and (valid_data is None or not settings.evaluate):
            raise ValueError("patience needs validation data and evaluate=True")
        self.network, self.train_data, self.valid_data, self.settings = network, train_data, valid_data, settings
        self.optimizer = SGD(settings.learning_rate) if settings.optimizer is None else settings.optimizer
        self.batch_size = settings.batch_size
        self.n_epochs: float = math.inf if settings.n_epochs is None else settings.n_epochs
        self.rng = np.random.default_rng() if settings.rng is None else settings.rng
        self.between_steps: Callable[[], None] | None = None
        self.best_epoch: int | None = None
        self._best: tuple[float, list[Array]] = (math.inf, [])  # the score of that epoch, and its parameters
        self.epoch = 0  # the current or next one
        self.history, self.diverged = History(), False
        self.updates: list[list[float]] = []
        self.start = [param.copy() for param in network.params()]
        self._interrupt = DeferredInterrupt()
        self._begin_epoch()

    def _begin_epoch(self) -> None:
        self._running = self._train_epoch()  # a generator: nothing runs before the first `next`
        self.epoch_progress = 0.0  # of the epoch's samples, seen by its steps so far
        self._step_seconds = self._seconds = 0.0

    def _train_epoch(self) -> Iterator[tuple[Scores, Scores] | None]:
        """Train for an epoch; yield None after each step, with consistent parameters, then the scores."""
        X, Y = self.samples()
        for batch in self._batches(len(X)):
            began = time.perf_counter()
            grads = batch_gradients(self.network, X, Y, batch)
            # The squared length of the gradient is finite only if every number in it is.
            self.diverged = not math.isfinite(sum(np.vdot(grad, grad) for grad in grads))
            if self.diverged:
                raise TrainingDiverged(self.epoch, self.optimizer.learning_rate)
            factor = self._factor(self.epoch_progress - len(batch) / (2 * len(X)))
            self._step(grads, factor, is_first=self.epoch_progress == len(batch) / len(X))
            self._step_seconds += time.perf_counter() - began
            yield None
        train_scores = self._evaluate(self.train_data)
        yield None
        valid_scores = self._evaluate(self.valid_data)
        self._stop_early(*valid_scores)
        yield train_scores, valid_scores

    def _step(self, grads: Sequence[Array], factor: float, is_first: bool) -> None:
        """Take a step; note by how much the first one of an epoch moves the parameters."""
        params = self.network.params()
        before = [param.copy() for param in params] if is_first else []
        self.optimizer.step(params, grads, factor)
        if is_first:
            del self.updates[self.epoch :]  # of an epoch that is begun again
            self.updates.append([_moved(*pair) for pair in zip(params, before, strict=True)])

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> EpochResult:
        self._interrupt.raise_if_asked()
        if self.epoch >= self.n_epochs:
            raise StopIteration
        scores, began = None, time.perf_counter()
        try:
            # A diverging step overflows; `_train_epoch` detects it with a clearer message than NumPy's warnings.
            with self._interrupt, limited_blas(self.blas_threads()), np.errstate(over="ignore", invalid="ignore"):
                while scores is None:
                    scores = self._next_piece()
        finally:
            self._seconds += time.perf_counter() - began
        trained, valid = scores
        result = EpochResult(self.epoch, *trained, *valid, self._seconds, len(self.train_data[0]) / self._step_seconds)
        self.epoch += 1
        self.history.append(result)
        self._begin_epoch()
        return result

    def _next_piece(self) -> tuple[Scores, Scores] | None:
        """Return the next item of `_train_epoch`; between steps, obey Ctrl-C and call `between_steps`."""
        try:
            scores = next(self._running)
        except BaseException:
            self._begin_epoch()  # the next call restarts this epoch
            raise
        if scores is None:
            self._interrupt.raise_if_asked()
            if self.between_steps is not None:
                self.between_steps()
        return scores

    def samples(self) -> Data:
        """Return the samples of the coming epoch, X and Y."""
        return self.train_data

    def _batches(self, n_samples: int) -> Iterator[IntArray]:
        """Yield the indices of each step's samples. Unlike in `data.minibatches`, the batch size may change midway."""
        order = self.rng.permutation(n_samples) if self.settings.shuffle else np.arange(n_samples)
        start = 0
        while start < n_samples:
            batch = order[start : start + self.batch_size]
            start += len(batch)
            self.epoch_progress = start / n_samples
            yield batch

    def _factor(self, epoch_progress: float) -> float:
        """Return the learning rate's factor when this share of the epoch is completed."""
        schedule = self.settings.schedule
        return 1.0 if schedule is None else schedule((self.epoch + epoch_progress) / self.n_epochs)

    def _evaluate(self, data: Data | None) -> Scores:
        return self.network.evaluate(*data) if self.settings.evaluate and data is not None else (None, None)

    def _stop_early(self, valid_loss: float | None, valid_error: float | None) -> None:
        """Keep the parameters if they are the best so far; at the end of the run, restore the best."""
        score = valid_loss if valid_error is None else valid_error
        if self.settings.patience is None or score is None:
            return
        params = self.network.params()
        if self.best_epoch is None or score < self._best[0]:
            self.best_epoch, self._best = self.epoch, (score, [param.copy() for param in params])
        if self.epoch - self.best_epoch >= self.settings.patience:
            self.n_epochs = self.epoch + 1
        if self.epoch + 1 >= self.n_epochs:
            for param, best in zip(params, self._best[1], strict=True):
                param[...] = best

    def blas_threads(self) -> int:
        """Return the number of BLAS threads: one for small matrix products, all cores for large ones."""
        largest = max(param.size for param in self.network.params())
        return threads_for_product(2 * min(self.batch_size, CHUNK) * largest)


class DeferredInterrupt:
    """Context manager that records Ctrl-C until `raise_if_asked` is called at a safe point.

    A late Ctrl-C is kept for the next `raise_if_asked`. The block has no effect outside the main thread, which alone
    receives Ctrl-C, or if the program handles Ctrl-C itself.
    """

    def __init__(self) -> None:
        self.asked = False
        self._active = False

    def __enter__(self) -> Self:
        self._active = (
            threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        )
        if self._active:
            signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *exception: object) -> None:
        if self._active:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _note(self, signum: int, frame: FrameType | None) -> None:
        self.asked = True

    def raise_if_asked(self) -> None:
        """Raise KeyboardInterrupt if Ctrl-C was pressed."""
        if self.asked:
            self.asked = False
            raise KeyboardInterrupt


def _moved(param: Array, before: Array) -> float:
    """Return the length of a change as a share of what was there before."""
    length = np.linalg.norm(before)
    return float(np.linalg.norm(param - before) / length) if length else math.inf


def batch_gradients(network: Layered | Adapted, X: Array, Y: Targets, batch: IntArray) -> Sequence[Array]:
    """Return the gradients of the mean loss over the samples at the indices `batch`, as `NeuralNetwork.gradients` does.

    A batch of more than CHUNK samples is summed in chunks, so that memory use does not grow with it.
    """
    if len(batch) <= CHUNK:
        return network.gradients(X[batch], Y[batch])
    total = [np.zeros_like(param) for param in network.params()]
    for start in range(0, len(batch), CHUNK):
        chunk = batch[start : start + CHUNK]
        for sum_, grad in zip(total, network.gradients(X[chunk], Y[chunk]), strict=True):
            sum_ += grad * (len(chunk) / len(batch))
    return total
