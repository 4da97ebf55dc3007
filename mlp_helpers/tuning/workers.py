"""Workers on one study, any number on any machines, which together finish the planned number of trials and no more.

There is no coordinator. The storage numbers trials in the order in which they begin, and a worker continues with one
only if fewer than the planned number precede it, not counting failed ones. So there are never too many. A worker that
dies stops recording heartbeats; another one then fails its trial and queues it again.
"""

import contextlib
import copy
import time

import optuna
from optuna.exceptions import UpdateFinishedTrialError
from optuna.storages import RetryHeartbeatStaleTrialCallback
from optuna.trial import TrialState

from mlp_helpers.services.validation import positive_int
from mlp_helpers.tuning.storage import without_experimental_warnings
from mlp_helpers.tuning.studies import objective

POLL_SECONDS = 1.0  # between polls of the study while others finish the last trials
FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)


class _Surplus(Exception):
    """Start of a trial beyond the planned number: another worker began the last one a moment earlier."""


class _Stopped(Exception):
    """End of a trial because the worker was asked to stop."""


def work(study, storage, data, space, n_trials, should_stop=lambda: False):
    """Take part in a study until it has `n_trials` finished trials.

    Parameters
    ----------
    study : optuna.Study
        From `tuning.make_study`, in `storage`.
    storage : RetryingStorage
        From `storage.open_storage`.
    data : tuple of X, Y, X_valid, Y_valid
    space : SearchSpace
    n_trials : int
        Total over all workers, including earlier ones; failed trials do not count.
    should_stop : callable, optional
        Called after each epoch. If it returns True, the running trial is queued again, and the function returns.

    Returns
    -------
    bool
        Whether the study is finished.
    """
    positive_int(n_trials, "n_trials")
    running = own_error = None

    def stop_if_asked():
        if should_stop():
            raise _Stopped

    def try_out(trial):
        nonlocal running, own_error
        running = trial.number
        before = study.get_trials(deepcopy=False)[:running]
        if sum(earlier.state != TrialState.FAIL for earlier in before) >= n_trials:
            raise _Surplus
        try:
            return objective(trial, data, space, stop_if_asked)
        except Exception as error:
            own_error = error
            raise

    stale = _StaleTrials(study, storage)
    while not should_stop():
        states = [trial.state for trial in study.get_trials(deepcopy=False)]
        if sum(state in FINISHED for state in states) >= n_trials:
            return True
        if TrialState.WAITING in states or len(states) - states.count(TrialState.FAIL) < n_trials:
            running = None
            try:
                study.optimize(try_out, n_trials=1, catch=(_Surplus,))
            except _Stopped:
                _queue_again(study, study.get_trials(deepcopy=False)[running])
            except (ValueError, AssertionError, UpdateFinishedTrialError) as error:
                if running is None or error is own_error:
                    raise
                # Optuna rejects the result: another worker failed the trial meanwhile, say while this machine slept.
                # If that was after the trial's last epoch, Optuna raises AssertionError.
        else:
            time.sleep(POLL_SECONDS)
            stale.give_up()
    return False


class _StaleTrials:
    """Running trials without a heartbeat, whose workers died or were killed."""

    def __init__(self, study, storage):
        self.study = study
        self.storage = storage
        self.first_seen = {}  # when each trial that has never recorded one was first seen, by id

    def give_up(self):
        """Fail the trials that have been without a heartbeat for too long, and queue them again."""
        with without_experimental_warnings():
            optuna.storages.fail_stale_trials(self.study)
        now = time.monotonic()
        # Optuna checks the age of the last heartbeat; a worker may have died before its first.
        for trial_id in self.storage.trials_without_heartbeat(self.study.study_name):
            if now - self.first_seen.setdefault(trial_id, now) < self.storage.grace_period:
                continue
            with contextlib.suppress(UpdateFinishedTrialError):  # another worker was faster
                if self.storage.set_trial_state_values(trial_id, TrialState.FAIL):
                    _queue_again(self.study, self.storage.get_trial(trial_id))


def _queue_again(study, trial):
    """Queue a trial again that failed through no fault of its own, with the same hyperparameters."""
    with without_experimental_warnings():
        RetryHeartbeatStaleTrialCallback()(study, copy.deepcopy(trial))
