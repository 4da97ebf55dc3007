"""The training loop: `epochs` gives a run to iterate over, one result an epoch.

Everything that trains is a consumer of it. It knows a network only by its methods: `gradients`, `params`,
`evaluate`.
"""

import csv
import dataclasses
import math
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from mlp_helpers.files import replacing
from mlp_helpers.optimizers import SGD
from mlp_helpers.threads import limited_blas, n_cores, threads_for_product
from mlp_helpers.validation import positive_int

CHUNK = 256  # samples looked at together where their number is free: enough for BLAS, little enough for the cache


class TrainingDiverged(ArithmeticError):
    """The gradients are no longer finite numbers: the steps were too large.

    Attributes
    ----------
    epoch : int
        The epoch in which it happened.
    learning_rate : float
    """

    def __init__(self, epoch, learning_rate):
        super().__init__(
            f"training diverged in epoch {epoch} at learning rate {learning_rate:g}: "
            "the gradients are no longer finite; a smaller learning rate may help"
        )
        self.epoch = epoch
        self.learning_rate = learning_rate


@dataclass(frozen=True)
class EpochResult:
    """What one epoch came to.

    Losses are means over a whole data set, taken after the epoch's last step; errors are the shares
    misclassified, 0 … 1. The validation figures are None without validation data, the errors where the
    targets are no classes, all of them in a run that does not evaluate.
    """

    epoch: int
    train_loss: float | None
    train_error: float | None
    valid_loss: float | None
    valid_error: float | None
    seconds: float  # the whole epoch, evaluation included
    samples_per_second: float  # of the training steps alone


class History(list):
    """The results of a run, in order: a list of `EpochResult` that saves itself; `plots.learning_curves` draws it.

    `history.column("valid_loss")` is an array of one field over the epochs.
    """

    def column(self, field):
        """Return one field of all results as an array of float, NaN where it is None."""
        return np.array([getattr(result, field) for result in self], dtype=float)

    def draw(self, log=False):
        """Raise AttributeError with the name of what draws a history now."""
        raise AttributeError("a History draws nothing any more; learning_curves(history) of mlp_helpers.plots does")

    def save(self, path):
        """Write the results to `path` as CSV, one epoch a line, None as an empty field."""
        fields = [field.name for field in dataclasses.fields(EpochResult)]
        with replacing(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fields)
            writer.writeheader()
            writer.writerows(dataclasses.asdict(result) for result in self)


def epochs(
    network,
    X,
    Y,
    X_valid=None,
    Y_valid=None,
    *,
    learning_rate=0.1,
    batch_size=64,
    n_epochs=None,
    rng=None,
    shuffle=True,
    optimizer=None,
    schedule=None,
    patience=None,
    evaluate=True,
    augment=None,
    blas_threads="auto",
):
    """Train `network`, handing out a result after each epoch.

        for result in epochs(network, X, y, X_valid, y_valid, n_epochs=10, rng=rng):
            print(result.valid_error)

    Not asking for the next result is a pause. Ctrl-C (in a notebook: the stop button) takes effect between
    two steps, so that parameters are never half updated; iterating over the same run again goes on from
    there, to the very digits that the run would have had without the interruption.

    Parameters
    ----------
    network : NeuralNetwork
        Changed in place.
    X, X_valid : ndarray of shape (n_samples, n_features)
        Real numbers, all finite.
    Y, Y_valid : ndarray of int, shape (n_samples,), or of shape (n_samples, n_outputs)
        Class labels or target rows.
    learning_rate : float, optional
        Of plain gradient descent; an `optimizer` brings its own.
    batch_size : int, optional
        Samples a step; n_samples or more is full-batch gradient descent.
    n_epochs : int, optional
        By default there is no end.
    rng : numpy.random.Generator, optional
        Shuffles the samples anew before each epoch; without one the order differs every time.
    shuffle : bool, optional
        False: the samples keep their order.
    optimizer : object with step(params, grads, factor=1.0) and learning_rate, optional
    schedule : callable, optional
        Makes the factor of each step's learning rate from the share of the training that is done in the middle of the
        step, 0 … 1; see `schedules.make_schedule`.
    patience : int, optional
        Early stopping: after so many epochs in a row without a smaller validation error (or loss, where there are no
        classes) the run ends. However it ends, the parameters of the best epoch are put back.
    evaluate : bool, optional
        False: only train. Losses and errors are None, which spares a pass over all data after each epoch.
    augment : callable, optional
        augment(X, generator) returns other samples for the same targets, of X's shape and dtype, for each epoch anew.
        It runs in a thread of its own, an epoch ahead. Losses and errors are those of X itself.
    blas_threads : int, None or "auto", optional
        Threads of a step's matrix products. None leaves BLAS alone; "auto" gives it one where the products are
        small, as in the sheet's network, and all cores where they are large, but one that `augment` needs.

    Returns
    -------
    TrainingRun
        An iterator of `EpochResult`.

    Raises
    ------
    TypeError, ValueError
        At the call: data or numbers that do not fit.
    TrainingDiverged
        While iterating: the gradients are no longer finite. The parameters are those before that step.
    """
    optimizer = SGD(learning_rate) if optimizer is None else optimizer
    rng = np.random.default_rng() if rng is None else rng
    if not network.params():
        raise ValueError("network must have parameters to train, got none")
    if (X_valid is None) != (Y_valid is None):
        missing, given = ("X_valid", "Y_valid") if X_valid is None else ("Y_valid", "X_valid")
        raise ValueError(f"{missing} is missing, {given} was given: validation needs both")
    if schedule is not None and n_epochs is None:
        raise ValueError("n_epochs must be given where there is a schedule, got None")
    if patience is not None and (X_valid is None or not evaluate):
        raise ValueError("patience needs validation data and evaluate=True")
    X, Y = network.checked_data(X, Y)
    return TrainingRun(
        network,
        (X, Y),
        None if X_valid is None else network.checked_data(X_valid, Y_valid, "X_valid", "Y_valid"),
        optimizer,
        positive_int(batch_size, "batch_size"),
        math.inf if n_epochs is None else positive_int(n_epochs, "n_epochs"),
        rng if shuffle else None,
        schedule,
        None if patience is None else positive_int(patience, "patience"),
        evaluate,
        None if augment is None else _augmented(augment, X, rng),
        blas_threads if blas_threads in (None, "auto") else positive_int(blas_threads, "blas_threads"),
    )


def _augmented(augment, X, rng):
    """Return a function that makes an epoch's samples of X."""
    own = np.random.default_rng(rng.integers(2**32, size=4))  # its thread must not draw from one that others draw from

    def make():
        samples = augment(X, own)
        if not isinstance(samples, np.ndarray) or samples.shape != X.shape or samples.dtype != X.dtype:
            got = f"{np.shape(samples)} and {getattr(samples, 'dtype', type(samples).__name__)}"
            raise ValueError(f"augment must return an array of shape {X.shape} and dtype {X.dtype}, got {got}")
        return samples

    return make


class TrainingRun:
    """An iterator over the epochs of one training, made by `epochs`, that survives interruption.

    `optimizer` and `batch_size` may be changed at any time, also from another thread; what changed holds from the
    next step on. `between_steps`, a function without arguments if set, is called after each step, when the parameters
    are whole. What it raises ends the call of `next`, and the next call goes on from there. With `patience`,
    `best_epoch` is the number of the best epoch so far.
    """

    def __init__(
        self,
        network,
        train_data,
        valid_data,
        optimizer,
        batch_size,
        n_epochs,
        rng,
        schedule,
        patience,
        evaluate,
        augmented,
        blas_threads,
    ):
        self.network = network
        self.train_data = train_data
        self.valid_data = valid_data
        self.optimizer = optimizer
        self.batch_size = batch_size
        self.n_epochs = n_epochs
        self.rng = rng
        self.schedule = schedule
        self.patience = patience
        self.best_epoch = self._best_score = self._best_params = None
        self.evaluate = evaluate
        self._augmented = augmented
        self._worker = None if augmented is None else ThreadPoolExecutor(1)
        self._next = None  # of the augmented samples: those of the epoch to come
        self.blas_threads = blas_threads
        self.between_steps = None
        self.epoch = 0  # the one that is running, or comes next
        self._begin_epoch()
        self._interrupt = _Interrupt()

    def _begin_epoch(self):
        self._batches = None  # what is left of the running epoch
        self._samples = self.train_data[0]  # that it learns from
        self.share = 0.0  # of its samples, how many the steps have seen
        self._step_seconds = self._seconds = 0.0

    def __iter__(self):
        return self

    def __next__(self):
        self._interrupt.raise_if_asked()
        if self.epoch >= self.n_epochs:
            raise StopIteration
        started = time.perf_counter()
        try:
            # A diverging step overflows; `_step` finds that itself and says more than NumPy's warnings would.
            with self._interrupt, limited_blas(self._threads()), np.errstate(over="ignore", invalid="ignore"):
                self._take_steps()
                train_loss, train_error = self._evaluate(self.train_data)
                self._pause()
                valid_loss, valid_error = self._evaluate(self.valid_data)
                if self.patience is not None:
                    self._stop_early(valid_loss if valid_error is None else valid_error)
        finally:
            self._seconds += time.perf_counter() - started
        result = EpochResult(
            self.epoch,
            train_loss,
            train_error,
            valid_loss,
            valid_error,
            self._seconds,
            len(self.train_data[0]) / self._step_seconds,
        )
        self.epoch += 1
        self._begin_epoch()
        return result

    def _evaluate(self, data):
        """Return loss and error over data, None for both where there is nothing to evaluate."""
        return self.network.evaluate(*data) if self.evaluate and data is not None else (None, None)

    def _stop_early(self, score):
        """Keep the parameters if they are the best so far; where the run ends, put the best ones back."""
        params = self.network.params()
        if self._best_params is None or score < self._best_score:
            self.best_epoch, self._best_score = self.epoch, score
            self._best_params = [param.copy() for param in params]
        if self.epoch - self.best_epoch >= self.patience:
            self.n_epochs = self.epoch + 1
        if self.epoch + 1 >= self.n_epochs:
            for param, best in zip(params, self._best_params, strict=True):
                param[...] = best

    def _threads(self):
        """Return how many threads BLAS may use, None for as many as it likes."""
        if self.blas_threads != "auto":
            return self.blas_threads
        largest = max(param.size for param in self.network.params())
        wanted = threads_for_product(2 * min(self.batch_size, CHUNK) * largest)
        return wanted if self._augmented is None else max(1, min(wanted, n_cores() - 1))

    def _take_steps(self):
        """Go through the rest of the epoch's minibatches."""
        started = time.perf_counter()
        try:
            if self._batches is None:
                if self._augmented is not None:
                    self._samples = self._take_augmented()
                self._batches = self._minibatches()
            for batch in self._batches:
                self._step(batch)
                self._pause()
        finally:
            self._step_seconds += time.perf_counter() - started

    def _take_augmented(self):
        """Return this epoch's augmented samples, and let those of the next be made."""
        made = (self._next or self._worker.submit(self._augmented)).result()
        self._next = self._worker.submit(self._augmented) if self.epoch + 1 < self.n_epochs else None
        return made

    def _minibatches(self):
        """Yield the numbers of the samples of each step of an epoch."""
        n_samples = len(self.train_data[0])
        order = np.arange(n_samples) if self.rng is None else self.rng.permutation(n_samples)
        start = 0
        while start < n_samples:
            end = min(start + self.batch_size, n_samples)
            self.share = end / n_samples
            yield order[start:end]
            start = end

    def _pause(self):
        """Let others act while the parameters are whole: Ctrl-C, and who has set `between_steps`."""
        self._interrupt.raise_if_asked()
        if self.between_steps is not None:
            self.between_steps()

    def _step(self, batch):
        """Take one step against the gradient over the samples whose numbers are in `batch`."""
        grads = batch_gradients(self.network, self._samples, self.train_data[1], batch)
        # The squared length of the gradient is finite only if every number in it is.
        if not math.isfinite(sum(np.vdot(grad, grad) for grad in grads)):
            raise TrainingDiverged(self.epoch, self.optimizer.learning_rate)
        if self.schedule is None:
            self.optimizer.step(self.network.params(), grads)
        else:
            middle = self.share - len(batch) / (2 * len(self.train_data[0]))
            self.optimizer.step(
                self.network.params(), grads, factor=self.schedule((self.epoch + middle) / self.n_epochs)
            )


def batch_gradients(network, X, Y, batch):
    """Return the gradient of the mean loss over some of the samples with respect to each parameter.

    A batch of more than CHUNK samples is summed up chunk by chunk, so that memory does not grow with it.

    Parameters
    ----------
    network : NeuralNetwork
    X : ndarray of shape (n_samples, n_features)
    Y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
    batch : ndarray of int, shape (batch_size,)
        Numbers of the samples.

    Returns
    -------
    list of ndarray, in the order of network.params()
    """
    if len(batch) <= CHUNK:
        return network.gradients(X[batch], Y[batch])
    total = [np.zeros_like(param) for param in network.params()]
    for start in range(0, len(batch), CHUNK):
        chunk = batch[start : start + CHUNK]
        for sum_, grad in zip(total, network.gradients(X[chunk], Y[chunk]), strict=True):
            sum_ += grad * (len(chunk) / len(batch))
    return total


class _Interrupt:
    """Inside its block Ctrl-C is only noted, until `raise_if_asked` is called where it does no harm.

    A request that comes too late for the block is kept for the next `raise_if_asked`. Outside the main
    thread, which alone receives Ctrl-C, and where somebody else handles it, the block does nothing.
    """

    def __init__(self):
        self.asked = False
        self._active = False

    def __enter__(self):
        self._active = (
            threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        )
        if self._active:
            signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *exception):
        if self._active:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _note(self, signum, frame):
        self.asked = True

    def raise_if_asked(self):
        if self.asked:
            self.asked = False
            raise KeyboardInterrupt
