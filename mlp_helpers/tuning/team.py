"""A team of worker processes on one machine, with progress reports."""

import multiprocessing
import signal
import sys
import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import wait

import numpy as np
import optuna
from optuna.trial import TrialState

from mlp_helpers.data import mnist, training_data
from mlp_helpers.services.threads import take_core
from mlp_helpers.services.validation import int_at_least, positive_float
from mlp_helpers.tuning.storage import HEARTBEAT_SECONDS, SearchFailed, database_named, open_storage
from mlp_helpers.tuning.studies import make_study
from mlp_helpers.tuning.workers import FINISHED, POLL_SECONDS, work


@dataclass(frozen=True)
class Search:
    """Search that a team works at; it can be pickled, and so sent to a process.

    Attributes
    ----------
    space : SearchSpace
    storage : str
        Address of a database; see `storage.open_storage`.
    name : str
        Of the study.
    sampler, pruner : str
        See `tuning.make_study`.
    seed : int or None
        Each worker derives a random stream of its own from it, a new one at each start.
    heartbeat_seconds : int
        See `storage.open_storage`.
    """

    space: object
    storage: str
    name: str
    sampler: str = "tpe"
    pruner: str = "median"
    seed: int | None = None
    heartbeat_seconds: int = HEARTBEAT_SECONDS

    def open(self, stream=0):
        """Return the study and its storage; raise what `open_storage` and `make_study` raise."""
        storage = open_storage(self.storage, self.heartbeat_seconds)
        seed = None if self.seed is None else int(np.random.SeedSequence([self.seed, stream]).generate_state(1)[0])
        how = {"sampler": self.sampler, "pruner": self.pruner, "seed": seed}
        with database_named():
            return make_study(self.space, storage=storage, name=self.name, **how), storage


def run_team(search, n_trials, jobs=1, seconds=None, tell=print):
    """Run a search in `jobs` worker processes until `n_trials` trials are finished.

    Ctrl-C or the time limit stops the workers after their current epochs; the running trials are queued again.

    Parameters
    ----------
    search : Search
    n_trials : int
        Total of the study, including earlier trials and those of other machines.
    jobs : int, optional
        Number of worker processes, each on one core.
    seconds : float, optional
        Time limit.
    tell : callable, optional
        Called with a line of text for each finished trial.

    Returns
    -------
    study : optuna.Study
    is_finished : bool
        Whether the study has `n_trials` finished trials.

    Raises
    ------
    TypeError, ValueError
        Before any training: invalid arguments, or an error of `Search.open`.
    DataError
        Before any training, too.
    SearchFailed
    """
    int_at_least(n_trials, "n_trials")
    int_at_least(jobs, "jobs")
    deadline = float("inf") if seconds is None else time.monotonic() + positive_float(seconds, "seconds")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    mnist()  # raises if files are missing or damaged, before processes start
    study, _ = search.open()
    progress = _Progress(study, n_trials, tell)
    team, stop, failures = _start(search, n_trials, jobs, n_before=len(study.get_trials(deepcopy=False)))
    with database_named():
        try:
            while (running := [worker.sentinel for worker in team if worker.is_alive()]) and failures.empty():
                if time.monotonic() > deadline:
                    break
                wait(running, POLL_SECONDS)
                progress.look()
        except KeyboardInterrupt:
            tell("Stopping after the running epochs. Once more Ctrl-C stops at once.")
        finally:
            _end(team, stop)
        progress.look()
    if not progress.is_finished and not failures.empty():
        raise SearchFailed(failures.get())
    if not progress.is_finished and all(worker.exitcode for worker in team):
        finished = f"{progress.n_finished} trials are finished"
        raise SearchFailed(f"all {jobs} workers ended with an error; {finished}. The same command goes on.")
    return study, progress.is_finished


def _start(search, n_trials, jobs, n_before):
    """Start the workers; return their processes, the event that stops them, and the queue of their failures."""
    spawning = multiprocessing.get_context("spawn")
    stop = spawning.Event()
    failures = spawning.SimpleQueue()
    team = [
        spawning.Process(target=_work, args=(search, n_trials, stop, core, n_before + core, failures), daemon=True)
        for core in range(jobs)
    ]
    for worker in team:
        worker.start()
    return team, stop, failures


def _end(team, stop):
    """Wait for the workers' current epochs; Ctrl-C kills the workers."""
    stop.set()
    try:
        for worker in team:
            worker.join()
    except KeyboardInterrupt:
        for worker in team:
            worker.kill()


def _work(search, n_trials, stop, core, stream, failures):
    """Run a worker, on a core of its own if there are enough."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes of a terminal; the parent sets `stop`
    threading.excepthook = lambda _: None  # of a heartbeat: this thread notices a lost database, too, and says so
    take_core(core)
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    data = training_data()
    parent = multiprocessing.parent_process()  # if it is killed, it cannot set the event
    try:
        with database_named():
            study, storage = search.open(stream)
            work(study, storage, data, search.space, n_trials, lambda: stop.is_set() or not parent.is_alive())
    except SearchFailed as error:
        failures.put(str(error))
        sys.exit(1)


class _Progress:
    """Progress of a study, reported by a line for each finished trial."""

    def __init__(self, study, n_trials, tell):
        self.study, self.n_trials, self.tell = study, n_trials, tell
        self.started = time.monotonic()
        self.told = {trial.number for trial in self._finished()}
        self.n_before = self.n_finished = len(self.told)

    @property
    def is_finished(self):
        return self.n_finished >= self.n_trials

    def _finished(self):
        return [trial for trial in self.study.get_trials(deepcopy=False) if trial.state in FINISHED]

    def look(self):
        """Report the trials that have finished since the last call."""
        found = self._finished()
        new = [trial for trial in found if trial.number not in self.told]
        for trial in new:
            self.told.add(trial.number)
            self.n_finished += 1
            self.tell(f"{_outcome(trial)}; {self._state(found)}")

    def _state(self, found):
        complete = [trial for trial in found if trial.state == TrialState.COMPLETE]
        best = min(complete, key=lambda trial: trial.value, default=None)
        pace = (self.n_finished - self.n_before) / (time.monotonic() - self.started)
        left = max(0, self.n_trials - self.n_finished) / pace / 60
        so_far = "none complete" if best is None else f"best {100 * best.value:.2f} % (trial {best.number})"
        return f"{self.n_finished} of {self.n_trials}, {so_far}, {3600 * pace:.0f} an hour, {left:.0f} min left"


def _outcome(trial):
    """Return as text how a trial ended."""
    if trial.state == TrialState.COMPLETE:
        return f"trial {trial.number}: {100 * trial.value:.2f} %"
    return f"trial {trial.number}: pruned, {trial.user_attrs.get('reason', 'no reason given')}"
