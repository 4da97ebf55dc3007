"""Budget of time for a submission: its cells have plenty at first, little after five minutes, and none after ten."""

import time
from dataclasses import dataclass

from mlp_helpers.nbcheck.kernels import CellResult, Session


@dataclass(frozen=True)
class Budget:
    """Seconds of a submission; picklable.

    Attributes
    ----------
    ample : float
        After these, a cell may take at most `short` seconds.
    whole : float
        After these, no cell is run.
    short : float
        The slowest cell of a right submission takes 0.1.
    """

    ample: float = 300.0
    whole: float = 600.0
    short: float = 3.0


class Clock:
    """Clock of a submission; it starts at once.

    Parameters
    ----------
    budget : Budget
    deadline : float
        Seconds of a cell while there is plenty.

    Attributes
    ----------
    is_short, is_over : bool
        Whether a cell had less than `deadline`; whether one was not run.
    """

    def __init__(self, budget, deadline):
        self.budget, self.deadline, self._started = budget, deadline, time.monotonic()
        self.is_short = self.is_over = False

    def seconds(self):
        """Return how long the next cell may take, 0 if it must not be run."""
        taken = time.monotonic() - self._started
        self.is_short |= taken > self.budget.ample
        self.is_over |= taken > self.budget.whole
        return 0.0 if self.is_over else min(self.deadline, self.budget.short) if self.is_short else self.deadline

    @property
    def reason(self):
        """Why a cell was not run."""
        return f"the submission's time was up: in all, its cells took more than {_in_words(self.budget.whole)}"

    @property
    def flags(self):
        """What a person should know, a list of str: at most one."""
        if self.is_over:
            return [f"{self.reason}; those after that were not run"]
        ample, short = _in_words(self.budget.ample), f"{self.budget.short:g} s"
        return [f"its cells took more than {ample} in all; each one after that had {short}"] if self.is_short else []


def _in_words(seconds):
    return f"{seconds / 60:g} minutes" if seconds >= 120 else f"{seconds:g} s"


class TimedSession(Session):
    """Session whose cells have the time that a submission's `Clock` leaves them."""

    def __init__(self, start, clock):
        super().__init__(start, clock.deadline)
        self._clock = clock

    def run(self, source, remember=False):
        """Run a cell, unless the time is up; return a `CellResult`."""
        seconds = self._clock.seconds()
        return super().run(source, remember, seconds) if seconds else CellResult(ended=self._clock.reason)
