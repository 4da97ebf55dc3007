"""Worker processes on one study, killed at random: exactly the planned trials are finished."""

import multiprocessing
import os
import random
import signal
import time

import numpy as np
import optuna
import pytest
from optuna.trial import TrialState

from mlp_helpers import MLPConfig
from mlp_helpers.tuning import studies, workers
from mlp_helpers.tuning.storage import open_storage
from mlp_helpers.tuning.studies import Range, SearchSpace, make_study
from mlp_helpers.tuning.workers import work

N_TRIALS = 12
BASE = MLPConfig(n_inputs=4, hidden=(6,), n_classes=3, epochs=4, batch_size=4)
SPACE = SearchSpace(BASE, units=Range(2, 9), learning_rate=Range(0.01, 1.0, log=True))


@pytest.fixture(autouse=True)
def quiet():
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)


def make_data():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 4))
    y = X[:, :3].argmax(axis=1)
    return X[:60], y[:60], X[60:], y[60:]


def opened(url, sampler="random"):
    """Return a study and its storage, in which workers are considered dead after two seconds without a heartbeat."""
    storage = open_storage(url, heartbeat_seconds=1, grace_seconds=2)
    return make_study(SPACE, sampler=sampler, pruner="none", storage=storage), storage


def slow_worker(url, n_trials=N_TRIALS):
    """Work on a study, as the target of a process, with epochs long enough to be killed in."""
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    study, storage = opened(url)
    work(study, storage, make_data(), SPACE, n_trials, should_stop=lambda: time.sleep(0.1))


def taken_up(url):
    """Start a trial without a heartbeat; return its configuration."""
    return SPACE.suggest(make_study(SPACE, sampler="random", storage=url).ask())


def finished(study):
    return [trial for trial in study.trials if trial.state in workers.FINISHED]


def assert_whole(study, n_trials=N_TRIALS):
    """Assert that all planned trials are finished, none is running or waiting, and retries kept their parameters."""
    assert len(finished(study)) == n_trials
    assert {trial.state for trial in study.trials} <= {*workers.FINISHED, TrialState.FAIL}
    histories = [tuple(trial.system_attrs.get("retry_history", ())) for trial in finished(study)]
    retried = [number for history in histories for number in history]
    assert len(retried) == len(set(retried))  # no trial was retried twice
    for trial in finished(study):
        for number in trial.system_attrs.get("retry_history", ()):
            assert study.trials[number].state == TrialState.FAIL
            assert study.trials[number].params.items() <= trial.params.items()


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'study.db'}"


def test_one_worker_finishes_what_is_planned_and_goes_on_from_there(url):
    study, storage = opened(url, "tpe")
    assert work(study, storage, make_data(), SPACE, 3)
    assert_whole(study, 3)
    assert work(study, storage, make_data(), SPACE, 3)
    assert_whole(study, 3)
    assert work(*opened(url), make_data(), SPACE, 5)
    assert_whole(study, 5)


def test_a_worker_that_is_asked_to_stop_puts_its_trial_back(url):
    study, storage = opened(url)
    asked = iter([False] * 7 + [True] * 9)  # before the first trial, after three of its epochs, ...
    assert not work(study, storage, make_data(), SPACE, 3, should_stop=lambda: next(asked))
    states = [trial.state for trial in study.trials]
    assert states == [TrialState.COMPLETE, TrialState.FAIL, TrialState.WAITING]
    assert work(study, storage, make_data(), SPACE, 3)
    assert_whole(study, 3)
    assert finished(study)[1].params == study.trials[1].params


def test_an_error_ends_the_worker(url, monkeypatch):
    study, storage = opened(url)
    monkeypatch.setattr(MLPConfig, "build", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        work(study, storage, make_data(), SPACE, 3)


def test_a_trial_too_many_is_not_trained(url, monkeypatch):
    study, storage = opened(url)
    others = [taken_up(url) for _ in range(2)]  # started after this worker has read the study
    looks = iter([[], *[None] * 9])
    get_trials = study.get_trials
    monkeypatch.setattr(study, "get_trials", lambda **how: get_trials(**how) if (look := next(looks)) is None else look)
    monkeypatch.setattr(workers, "objective", lambda *_: pytest.fail("a surplus trial was trained"))
    asked = iter([False, True])
    assert not work(study, storage, make_data(), SPACE, 2, should_stop=lambda: next(asked))
    assert [trial.state for trial in study.trials] == [TrialState.RUNNING] * len(others) + [TrialState.FAIL]


@pytest.mark.parametrize("when", ["in mid-training", "at its end"])
def test_a_trial_that_others_gave_up_is_left_to_them(url, monkeypatch, when):
    study, storage = opened(url)

    def give_up_once(trial):
        """Fail trial 1, as other workers do if this machine was suspended."""
        if trial.number == 1:
            storage.set_trial_state_values(trial._trial_id, TrialState.FAIL)
            study.enqueue_trial(trial.params)

    def objective(trial, data, space, after_epoch):
        value = studies.objective(
            trial, data, space, lambda: give_up_once(trial) if when == "in mid-training" else after_epoch()
        )
        give_up_once(trial)
        return value

    monkeypatch.setattr(workers, "objective", objective)
    assert work(study, storage, make_data(), SPACE, 3)
    assert_whole(study, 3)
    assert [trial.state for trial in study.trials].count(TrialState.FAIL) == 1
    assert study.trials[2].params == study.trials[1].params


def test_an_objectives_own_value_error_ends_the_worker(url, monkeypatch):
    def objective(*_):
        raise ValueError("a fault of the course")

    study, storage = opened(url)
    monkeypatch.setattr(workers, "objective", objective)
    with pytest.raises(ValueError, match="a fault of the course"):
        work(study, storage, make_data(), SPACE, 3)


def test_a_trial_that_never_gave_a_sign_is_given_up(url):
    study, storage = opened(url)
    config = taken_up(url)  # its worker dies here
    assert work(study, storage, make_data(), SPACE, 2)
    assert_whole(study, 2)
    assert study.trials[0].state == TrialState.FAIL
    assert finished(study)[-1].params["units"] == config.hidden[0]


def test_killed_workers_lose_nothing(url):
    opened(url)
    spawning = multiprocessing.get_context("spawn")
    chance = random.Random(0)
    team = [spawning.Process(target=slow_worker, args=(url,)) for _ in range(3)]
    for worker in team:
        worker.start()
    study, _ = opened(url)
    for victim in team[:2]:
        wanted = len(finished(study)) + 1
        while len(finished(study)) < wanted:
            time.sleep(0.05)
        time.sleep(chance.uniform(0, 0.3))
        os.kill(victim.pid, signal.SIGKILL)
    for worker in team:
        worker.join(120)
    assert [worker.exitcode for worker in team] == [-signal.SIGKILL, -signal.SIGKILL, 0]
    assert_whole(study)


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("no address", "storage must be the address of a database, got 'no address'"),
        ("nosuchdatabase://a:secret@here/there", "can be reached, got 'nosuchdatabase://a:"),
        ("sqlite:////no/such/folder/study.db", "storage must be a database that can be reached, got 'sqlite:"),
        ("mysql+nosuchdriver://a:secret@here/there", "can be reached, got 'mysql"),
        ("postgresql://a:secret@127.0.0.1:1/there", r"can be reached, got 'postgresql://a:\*\*\*@127.0.0.1:1/there'"),
    ],
)
def test_storages_that_cannot_be_reached(url, complaint):
    with pytest.raises(ValueError, match=complaint) as caught:
        open_storage(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(("n_trials", "kind"), [(0, ValueError), (1.5, TypeError)])
def test_bad_numbers_of_trials(url, n_trials, kind):
    with pytest.raises(kind, match="n_trials must be"):
        work(*opened(url), make_data(), SPACE, n_trials)
