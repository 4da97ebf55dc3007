"""One worker on a study: the planned trials and no more, stopping, trials of others, and addresses of databases."""

import pytest
import sqlalchemy
from optuna.trial import TrialState

from mlp_helpers import MLPConfig
from mlp_helpers.tuning import studies, workers
from mlp_helpers.tuning.storage import SearchFailed, open_storage
from mlp_helpers.tuning.studies import Range, SearchSpace, make_study
from mlp_helpers.tuning.workers import work

COMPLETE, FAIL, RUNNING, WAITING = TrialState.COMPLETE, TrialState.FAIL, TrialState.RUNNING, TrialState.WAITING
BASE = MLPConfig(n_inputs=4, hidden=(6,), n_classes=3, epochs=4, batch_size=4)
SPACE = SearchSpace(BASE, units=Range(2, 9), learning_rate=Range(0.01, 1.0, log=True))


def opened(url):
    storage = open_storage(url, heartbeat_seconds=1)
    storage.grace_period = 1
    return make_study(SPACE, sampler="random", pruner="none", storage=storage), storage


def states(study):
    return [trial.state for trial in study.trials]


def begun_elsewhere(url):
    """Begin a trial without a heartbeat, as a worker that dies at once; return its configuration."""
    return SPACE.suggest(make_study(SPACE, sampler="random", storage=url).ask())


def test_one_worker_finishes_what_is_planned_and_goes_on_from_there(url, data):
    study, storage = opened(url)
    for n_trials in (2, 2, 3):
        assert work(study, storage, data, SPACE, n_trials)
        assert states(study) == [COMPLETE] * n_trials


def test_a_worker_that_is_asked_to_stop_puts_its_trial_back(url, data):
    study, storage = opened(url)
    asked = iter([False] * 7 + [True] * 9)  # before the first trial, after three of its epochs, ...
    assert not work(study, storage, data, SPACE, 3, should_stop=lambda: next(asked))
    assert states(study) == [COMPLETE, FAIL, WAITING]
    assert work(study, storage, data, SPACE, 3)
    assert states(study) == [COMPLETE, FAIL, COMPLETE, COMPLETE]
    assert study.trials[2].params == study.trials[1].params


def test_a_trial_is_repeated_whose_database_was_lost_and_is_back_at_once(url, data):
    study, storage = opened(url)
    looks = iter(range(99))

    def lose_the_database():
        if next(looks) == 7:  # in the second trial
            raise sqlalchemy.exc.OperationalError("SELECT 1", {}, Exception("connection lost"))

    with pytest.raises(SearchFailed, match=r"failed: connection lost\. Once it works again"):
        work(study, storage, data, SPACE, 3, lose_the_database)
    assert states(study) == [COMPLETE, FAIL, WAITING]
    assert work(study, storage, data, SPACE, 3)
    assert states(study) == [COMPLETE, FAIL, COMPLETE, COMPLETE]
    assert study.trials[2].params == study.trials[1].params


def test_a_trial_too_many_is_not_trained(url, data, monkeypatch):
    study, storage = opened(url)
    look, looks = study.get_trials, iter([[]])  # the first is from before the others began
    monkeypatch.setattr(study, "get_trials", lambda **how: next(looks, None) or look(**how))
    monkeypatch.setattr(study, "optimize", lambda *given, run=study.optimize, **how: begin() or run(*given, **how))
    monkeypatch.setattr(workers, "objective", lambda *_: pytest.fail("a surplus trial was trained"))

    def begin():
        for _ in range(2):
            begun_elsewhere(url)

    asked = iter([False, True])
    assert not work(study, storage, data, SPACE, 2, should_stop=lambda: next(asked))
    assert states(study) == [RUNNING, RUNNING, FAIL]


def test_a_trial_that_others_gave_up_is_left_to_them(url, data, monkeypatch):
    study, storage = opened(url)

    def objective(trial, data, space, after_epoch):
        def give_up_once():
            """Fail trial 1, as other workers do if this machine was suspended."""
            if trial.number == 1:
                storage.set_trial_state_values(trial._trial_id, FAIL)
                study.enqueue_trial(trial.params)

        return studies.objective(trial, data, space, give_up_once)

    monkeypatch.setattr(workers, "objective", objective)
    assert work(study, storage, data, SPACE, 3)
    assert states(study) == [COMPLETE, FAIL, COMPLETE, COMPLETE]
    assert study.trials[2].params == study.trials[1].params


def test_a_trial_that_never_gave_a_sign_is_repeated(url, data):
    study, storage = opened(url)
    config = begun_elsewhere(url)
    assert work(study, storage, data, SPACE, 2)
    assert states(study) == [FAIL, COMPLETE, COMPLETE]
    assert study.trials[2].params["units"] == config.hidden[0]


def test_a_fault_of_the_course_ends_the_worker(url, data, monkeypatch):
    def objective(*_):
        raise ValueError("a fault of the course")

    monkeypatch.setattr(workers, "objective", objective)
    with pytest.raises(ValueError, match="a fault of the course"):
        work(*opened(url), data, SPACE, 3)


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
def test_bad_numbers_of_trials(url, data, n_trials, kind):
    with pytest.raises(kind, match="n_trials must be"):
        work(*opened(url), data, SPACE, n_trials)
