"""Training in a background thread that other threads control and observe, independent of widgets."""

import contextlib
import io
import sys
import threading
import time
import traceback

from mlp_helpers.history import History
from mlp_helpers.training import TrainingDiverged

PAINT_SECONDS = 0.1  # between calls of `watch` while training
MAX_SAID = 2000  # characters that a network prints, of which the last are kept
SAME_CHANGE_SECONDS = 1.0  # changes of a setting that follow sooner, as by dragging a slider, count as one


class _Stop(Exception):
    """Signal that ends a call of `next` between two steps."""


class Ears(io.TextIOBase):
    """Stream that keeps the end of what its own thread writes, and hands on what others do.

    Attributes
    ----------
    kept : str
    """

    def __init__(self):
        self.kept, self._thread, self._stream = "", None, None

    @contextlib.contextmanager
    def listening(self):
        """Context manager in which what this thread prints is kept."""
        self._thread = threading.current_thread()
        if sys.stdout is not self:
            self._stream, sys.stdout = sys.stdout, self
        try:
            yield
        finally:
            if sys.stdout is self:  # else another thread has redirected it, and will put this stream back one day
                sys.stdout = self._stream

    def write(self, text):
        """Keep a text, or hand it on; return its length."""
        if threading.current_thread() is not self._thread:
            return self._stream.write(text)
        self.kept = (self.kept + text)[-MAX_SAID:]
        return len(text)

    def flush(self):
        """Flush what was handed on."""
        if self._stream is not None:
            self._stream.flush()


class Trainer:
    """Trainer of a configuration's network, in a thread that waits for requests.

    Parameters
    ----------
    config : MLPConfig
    data : tuple
        X, Y, X_valid and Y_valid, as for `MLPConfig.run`.
    watch : callable
        Called in the thread, without arguments, whenever there is something new to show, about ten times a second while
        training. The parameters are consistent then, and do not change until it returns.
    kind : class, optional
        A student's class of networks; by default the package's.

    Attributes
    ----------
    state : {"ready", "training", "paused", "finished", "diverged", "failed"}
    config : MLPConfig
    network : NeuralNetwork, or a student's
    history : History
    marks : list of (float, str)
        Changes while training: the position in epochs, and a description.
    trouble : str or None
        Why the run ended: the message of TrainingDiverged, or a traceback.
    """

    def __init__(self, config, data, watch, kind=None):
        self._data, self._kind, self._ears = data, kind, Ears()
        self._watch = watch
        self._condition = threading.Condition()
        self._wanted = "nothing"  # or "training", "an epoch", "the end"
        self._next_config = None  # of the run that is to replace this one
        self._changes = {}
        self._painted = 0.0
        self._last_mark = None  # (name, time, old value) of the last change
        with self._listening():
            self._begin(config)
        self._thread = threading.Thread(target=self._work, name="mlp trainer", daemon=True)
        self._thread.start()

    # Requests from other threads; all but `close` return at once.

    def train(self):
        """Train until the last epoch."""
        self._request("training")

    def step(self):
        """Train to the end of the current epoch."""
        self._request("an epoch")

    def pause(self):
        """Stop after the current step."""
        self._request("nothing")

    def reset(self, config):
        """Discard the run and begin another one."""
        self._request("nothing", config=config)

    def change(self, **values):
        """Change learning_rate, batch_size or epochs from the next step on."""
        self._request(None, changes=values)

    def close(self):
        """Stop the thread, and wait for it."""
        self._request("the end")
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _request(self, wanted, config=None, changes=None):
        with self._condition:
            if self._wanted != "the end" and wanted is not None:
                self._wanted = wanted
            if config is not None:
                self._next_config = config
            self._changes.update(changes or {})
            self._condition.notify()

    @property
    def said(self):
        """The end of what the network has printed, "" if nothing."""
        return self._ears.kept

    @property
    def position(self):
        """Position in the run, in epochs."""
        return self._run.epoch + self._run.epoch_progress

    def _listening(self):
        return contextlib.nullcontext() if self._kind is None else self._ears.listening()

    # Methods that run in the thread.

    def _work(self):
        while True:
            with self._condition:
                self._condition.wait_for(self._has_work)
                wanted, config, self._next_config = self._wanted, self._next_config, None
                if config is not None:
                    self._changes = {}  # they were meant for the previous run; later ones are not
            if wanted == "the end":
                return
            try:
                with self._listening():
                    self._do(config)
            except Exception:
                self.state, self.trouble = "failed", traceback.format_exc()
            self._watch()

    def _do(self, config):
        """Handle a request: begin a new run, train, or stop."""
        if config is not None:
            self._begin(config)
        elif self._may_go():
            self._advance()
        else:
            self._apply_changes()
            self.state = "paused" if self.state == "training" else self.state

    def _has_work(self):
        stopping = self._wanted == "nothing" and self.state == "training"
        asked = self._wanted == "the end" or self._next_config is not None or self._changes
        return asked or stopping or self._may_go()

    def _may_go(self):
        return self._wanted in ("training", "an epoch") and self.state in ("ready", "training", "paused")

    def _begin(self, config):
        """Build the network and the run of a configuration."""
        # First, so that the previous run's results are never taken for those of the new configuration.
        self.history, self.marks, self.trouble, self.state = History(), [], None, "ready"
        self.config = config
        self.network = self.config.build(self._kind)
        self._run = self.config.run(self.network, *self._data)
        self._run.between_steps = self._between_steps

    def _advance(self):
        """Train to the end of the current epoch, or until something else is requested."""
        self.state = "training"
        try:
            self.history.append(next(self._run))
        except _Stop:
            return
        except StopIteration:
            self.state = "finished"
        except TrainingDiverged as error:
            self.state, self.trouble = "diverged", str(error)
        if self._run.epoch >= self._run.n_epochs and self.state == "training":
            self.state = "finished"
        with self._condition:
            if self._wanted == "an epoch" or (self.state != "training" and self._wanted == "training"):
                self._wanted = "nothing"

    def _between_steps(self):
        if self._changes:
            self._apply_changes()
            self._painted = 0.0  # the user's changes are shown at once
        now = time.monotonic()
        if now - self._painted >= PAINT_SECONDS:
            self._watch()
            self._painted = time.monotonic()
        if self._wanted not in ("training", "an epoch") or self._next_config is not None:
            raise _Stop

    def _apply_changes(self):
        with self._condition:
            changes, self._changes = self._changes, {}
        if "epochs" in changes:
            self._run.n_epochs = changes.pop("epochs")
            if self.state == "finished" and self._run.epoch < self._run.n_epochs:
                self.state = "paused"
        owners = {"learning_rate": self._run.optimizer, "batch_size": self._run}
        for name, value in changes.items():
            old = getattr(owners[name], name)
            setattr(owners[name], name, value)
            if value != old and self.position > 0 and self.state != "finished":
                self._mark(name.replace("_", " "), old, value)

    def _mark(self, name, old, value):
        """Record a change; merge it with the last one if that is recent and of the same name."""
        now = time.monotonic()
        if self.marks and self._last_mark[0] == name and now - self._last_mark[1] < SAME_CHANGE_SECONDS:
            old = self._last_mark[2]
            self.marks.pop()
        self._last_mark = (name, now, old)
        if value != old:
            self.marks.append((self.position, f"{name} {old:g} → {value:g}"))
