"""Workers that are killed, and a database that is lost: afterwards exactly the planned trials are finished.

MLP_SCHEDULES=20 kills a worker and restarts a PostgreSQL server at different moments in twenty runs, not in one.
"""

import multiprocessing
import os
import random
import re
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import optuna
import pytest
from optuna.trial import TrialState

from mlp_helpers import MLPConfig
from mlp_helpers.tuning import team
from mlp_helpers.tuning.storage import SearchFailed
from mlp_helpers.tuning.studies import Range, SearchSpace
from mlp_helpers.tuning.team import Search, run_team
from mlp_helpers.tuning.workers import FINISHED

BASE = MLPConfig(hidden=(4,), epochs=8, batch_size=1000, dtype="float32")
SPACE = SearchSpace(BASE, units=Range(2, 9), learning_rate=Range(0.01, 1.0, log=True))
ALL_ENDED = r"^all 2 workers ended with an error; \d trials are finished\. The same command goes on\.$"
LOST = r"^the database failed: .+\. Once it works again, the same command goes on\.$"


def search_in(url):
    return Search(SPACE, url, "mnist", "random", "none", heartbeat_seconds=1)


def is_in_the_midst(trial):
    return trial.state == TrialState.RUNNING and 1 <= len(trial.intermediate_values) <= BASE.epochs - 3


@contextmanager
def two_workers(search):
    """Begin a long search with two workers; in the midst of two trials, yield its study and its future."""
    study, _ = search.open()
    with ThreadPoolExecutor(1) as pool:
        command = pool.submit(run_team, search, 99, 2, tell=lambda line: None)
        while len([trial for trial in study.trials if is_in_the_midst(trial)]) < 2:
            assert not command.done(), command.exception()
            time.sleep(0.02)
        yield study, command
    assert not multiprocessing.active_children()


def kill_workers(number):
    for worker in multiprocessing.active_children()[:number]:
        worker.kill()


def assert_goes_on(search):
    """Finish those that were begun, at least two. Assert that these are all, and what was given up was repeated."""
    study, _ = search.open()
    done = [trial.params for trial in finished(study)]
    begun = {str(trial.params) for trial in study.trials if trial.params and trial.params not in done}
    n_trials = max(2, len(begun)) + len(done)  # a worker may have given up one trial, and been killed in another
    assert run_team(search, n_trials, tell=lambda line: None)[1]
    assert len(finished(study)) == n_trials
    assert {trial.state for trial in study.trials} <= {*FINISHED, TrialState.FAIL}
    assert [trial.number for trial in study.trials] == list(range(len(study.trials)))
    assert all(sorted(trial.intermediate_values) == list(range(BASE.epochs)) for trial in finished(study))
    tried = [trial.params for trial in finished(study)]
    assert len({params["learning_rate"] for params in tried}) == n_trials
    given_up = [trial for trial in study.trials if trial.state == TrialState.FAIL and trial.intermediate_values]
    assert all(trial.params in tried for trial in given_up)


def finished(study):
    return [trial for trial in study.trials if trial.state in FINISHED]


def test_another_worker_repeats_a_killed_ones_trial_and_the_same_command_those_of_all(url):
    search = search_in(url)
    with two_workers(search) as (study, command):
        kill_workers(1)
        while not any("failed_trial" in trial.system_attrs for trial in finished(study)):
            assert not command.done(), command.exception()
            time.sleep(0.05)
        kill_workers(1)
        with pytest.raises(SearchFailed, match=ALL_ENDED):
            command.result()
    assert_goes_on(search)


def test_a_lost_database_ends_the_search_which_goes_on_when_it_is_back(postgres, postgres_url):
    search = search_in(postgres_url)
    with two_workers(search) as (_, command):
        postgres.stop()
        try:
            with pytest.raises(SearchFailed, match=LOST):
                command.result()
        finally:
            postgres.start()
    assert_goes_on(search)


@pytest.mark.parametrize("seed", range(int(os.environ.get("MLP_SCHEDULES", "1"))))
def test_a_worker_is_killed_and_the_server_restarts(postgres, postgres_url, capfd, seed):
    chance = random.Random(seed)
    search = search_in(postgres_url)

    def restart():
        postgres.stop(chance.choice(["fast", "immediate"]))
        time.sleep(chance.uniform(0, 1))
        postgres.start()

    with two_workers(search) as (_, command):
        for event in chance.sample([lambda: kill_workers(1), restart], 2):
            time.sleep(chance.uniform(0, 0.6))
            event()
        kill_workers(1)
        assert re.search(f"{LOST}|{ALL_ENDED}", str(command.exception()))
    assert_goes_on(search)
    assert capfd.readouterr().err == ""


def test_a_failure_that_only_workers_notice(url):
    search = search_in(url)
    search.open()
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        connection.execute("CREATE TRIGGER full BEFORE INSERT ON trials BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    with pytest.raises(SearchFailed, match=r"^the database failed: disk full\. Once"):
        run_team(search, 1)


def test_workers_that_all_fail(url, monkeypatch, capfd):
    monkeypatch.setattr(team, "_work", _fail)
    with pytest.raises(SearchFailed, match=ALL_ENDED):
        run_team(search_in(url), 1, jobs=2)
    assert "no work today" in capfd.readouterr().err


def _fail(*_):
    raise RuntimeError("no work today")


def test_each_worker_draws_from_a_stream_of_its_own(url):
    search = Search(SPACE, url, "mnist", "random", seed=3)
    draws = [search.open(stream)[0].sampler._rng.rng.random() for stream in (0, 1, 0)]
    assert draws[0] == draws[2] != draws[1]


def test_pruned_trials_are_told_with_their_reason(url):
    study, _ = search_in(url).open()
    lines = []
    progress = team._Progress(study, 4, lines.append)
    study.add_trial(optuna.create_trial(state=TrialState.PRUNED, user_attrs={"reason": "it diverged"}))
    progress.look()
    study.add_trial(optuna.create_trial(value=0.0251))
    progress.look()
    progress.look()
    assert lines[0].startswith("trial 0: pruned, it diverged; 1 of 4, none complete, ")
    assert lines[1].startswith("trial 1: 2.51 %; 2 of 4, best 2.51 % (trial 1), ")
    assert len(lines) == 2
    assert not progress.is_finished
