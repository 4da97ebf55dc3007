"""Workers on one study, any number on any machines, which together finish the planned number of trials and no more.

There is no coordinator. The storage numbers trials in the order in which they begin, and a worker continues with one
only if fewer than the planned number precede it, not counting failed ones. So there are never too many. A worker that
dies stops recording heartbeats; in another one, Optuna then fails its trial and queues it again.
"""

import time
import warnings

import optuna
from optuna.exceptions import ExperimentalWarning
from optuna.trial import TrialState

from mlp_helpers.services.validation import int_at_least
from mlp_helpers.tuning.storage import SearchFailed, database_named
from mlp_helpers.tuning.studies import objective

POLL_SECONDS = 1.0  # between polls of the study while others finish the last trials
FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)
# Optuna's error if another worker failed the trial, say while this machine slept.
GIVEN_UP = "Cannot tell a FAIL trial."


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
    storage : optuna.storages.RDBStorage
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
    int_at_least(n_trials, "n_trials")
    seen = set()
    while not should_stop():
        states = [trial.state for trial in study.get_trials(deepcopy=False)]
        if sum(state in FINISHED for state in states) >= n_trials:
            return True
        if TrialState.WAITING in states or len(states) - states.count(TrialState.FAIL) < n_trials:
            _try_one(study, data, space, n_trials, should_stop)
        else:
            time.sleep(POLL_SECONDS)
            _give_up_stale_trials(study, storage, seen)
    return False


def _try_one(study, data, space, n_trials, should_stop):
    """Run one trial; queue it again if it is stopped, or if the database is lost in its midst, which is raised."""
    running = None

    def stop_if_asked():
        if should_stop():
            raise _Stopped

    def try_out(trial):
        nonlocal running
        running = trial
        before = study.get_trials(deepcopy=False)[: trial.number]
        if sum(earlier.state != TrialState.FAIL for earlier in before) >= n_trials:
            raise _Surplus
        return objective(trial, data, space, stop_if_asked)

    try:
        with database_named():
            study.optimize(try_out, n_trials=1, catch=(_Surplus,))
    except _Stopped:
        study.enqueue_trial(running.params)
    except SearchFailed:
        # Optuna has failed the trial, unless the database is still away: then its heartbeats will be missed.
        if running and study.get_trials(deepcopy=False)[running.number].state == TrialState.FAIL:
            study.enqueue_trial(running.params)
        raise
    except ValueError as error:
        if str(error) != GIVEN_UP:
            raise


def _give_up_stale_trials(study, storage, seen):
    """Fail and queue again the running trials without heartbeats; `seen` is the set of those of earlier calls."""
    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        if not trial.intermediate_values and trial.number not in seen:
            # Optuna never fails a trial whose worker died before the first heartbeat, so it gets one from here.
            seen.add(trial.number)
            storage.record_heartbeat(trial._trial_id)
    with warnings.catch_warnings(action="ignore", category=ExperimentalWarning):
        optuna.storages.fail_stale_trials(study)
