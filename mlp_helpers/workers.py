"""Workers on one study: however many there are, and wherever they run, they finish the planned trials, each once.

Nobody is in charge. Trials are numbered by the storage in the order in which they begin, and a worker goes on with one
only if fewer than the planned number stand before it, those that failed not counted. So there are never too many. A
worker that dies stops giving signs of life; any other one then lets its trial fail, and queues it again.
"""

import contextlib
import copy
import time
import warnings

import optuna
import sqlalchemy
from optuna.storages import RDBStorage, RetryHeartbeatStaleTrialCallback
from optuna.trial import TrialState

from mlp_helpers.tuning import objective
from mlp_helpers.validation import positive_int

SIGN_SECONDS = 10  # between signs of life of a running trial
PATIENCE_SECONDS = 40  # without one, after which it is given up
POLL_SECONDS = 1.0  # between looks at the study while others finish the last trials
FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)


class _Surplus(Exception):
    """Others have taken up the last planned trial a moment earlier."""


class _Stopped(Exception):
    """The worker was asked to stop."""


def open_storage(url, sign_seconds=SIGN_SECONDS, patience_seconds=PATIENCE_SECONDS):
    """Return the storage at an address such as "sqlite:///study.db" or "postgresql://user@host/database".

    Raises
    ------
    ValueError
        It is no such address, or cannot be reached.
    """
    # Several processes may write to one SQLite file: each waits for the others.
    engine = {"connect_args": {"timeout": 60}} if url.startswith("sqlite") else {"pool_pre_ping": True}
    try:
        with _without_experimental_warnings():
            return RDBStorage(
                url,
                engine_kwargs=engine,
                heartbeat_interval=sign_seconds,
                grace_period=patience_seconds,
                heartbeat_stale_trial_callback=RetryHeartbeatStaleTrialCallback(),
            )
    except (sqlalchemy.exc.SQLAlchemyError, ImportError) as error:
        raise ValueError(f"storage must be a database that can be reached, got {url!r}: {error}") from error


def work(study, storage, data, space, n_trials, should_stop=lambda: False):
    """Take part in a study until it has `n_trials` finished trials.

    Parameters
    ----------
    study : optuna.Study
        Of `tuning.make_study`, in `storage`.
    storage : RDBStorage
        Of `open_storage`.
    data : tuple of X, Y, X_valid, Y_valid
    space : SearchSpace
    n_trials : int
        Of all workers together, those of earlier times included; failed ones do not count.
    should_stop : callable, optional
        Asked after each epoch. Where it says True, the running trial goes back into the queue, and the work ends.

    Returns
    -------
    bool
        Whether the study is finished.
    """
    positive_int(n_trials, "n_trials")
    running = None

    def stop_if_asked():
        if should_stop():
            raise _Stopped

    def try_out(trial):
        nonlocal running
        running = trial.number
        before = study.get_trials(deepcopy=False)[:running]
        if sum(earlier.state != TrialState.FAIL for earlier in before) >= n_trials:
            raise _Surplus
        return objective(trial, data, space, stop_if_asked)

    silent = _Silent(study, storage)
    while not should_stop():
        states = [trial.state for trial in study.get_trials(deepcopy=False)]
        if sum(state in FINISHED for state in states) >= n_trials:
            return True
        if TrialState.WAITING in states or len(states) - states.count(TrialState.FAIL) < n_trials:
            try:
                study.optimize(try_out, n_trials=1, catch=(_Surplus,))
            except _Stopped:
                _queue_again(study, study.get_trials(deepcopy=False)[running])
        else:
            time.sleep(POLL_SECONDS)
            silent.give_up()
    return False


class _Silent:
    """Running trials without a sign of life: whoever began them died, or was killed."""

    def __init__(self, study, storage):
        self.study = study
        self.storage = storage
        self.first_seen = {}  # trials that have never given one, since when

    def give_up(self):
        """Let those trials fail that have been silent for too long, and queue them again."""
        with _without_experimental_warnings():
            optuna.storages.fail_stale_trials(self.study)
        now = time.monotonic()
        # Optuna looks at the age of the last sign; a worker may have died before its first.
        for trial_id in self._never_heard_of():
            if now - self.first_seen.setdefault(trial_id, now) < self.storage.grace_period:
                continue
            with contextlib.suppress(optuna.exceptions.UpdateFinishedTrialError):  # another worker was faster
                if self.storage.set_trial_state_values(trial_id, TrialState.FAIL):
                    _queue_again(self.study, self.storage.get_trial(trial_id))

    def _never_heard_of(self):
        """Return the ids of the running trials that have never given a sign of life."""
        query = """SELECT trial_id FROM trials WHERE study_id = :study AND state = 'RUNNING'
                   AND trial_id NOT IN (SELECT trial_id FROM trial_heartbeats)"""
        study_id = self.storage.get_study_id_from_name(self.study.study_name)
        with self.storage.engine.connect() as connection:
            return list(connection.execute(sqlalchemy.text(query), {"study": study_id}).scalars())


def _queue_again(study, trial):
    """Put a trial that failed through no fault of its own into the queue, with the hyperparameters that it had."""
    with _without_experimental_warnings():
        RetryHeartbeatStaleTrialCallback()(study, copy.deepcopy(trial))


@contextlib.contextmanager
def _without_experimental_warnings():
    """Inside the block Optuna does not say that signs of life are experimental."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        yield
