"""Workers on a real PostgreSQL server that restarts while two of them are killed; SQL queries count the damage.

MLP_SCHEDULES=20 runs twenty schedules of kills and restarts; the default is one.
"""

import multiprocessing
import os
import random
import signal
import subprocess
import threading
import time

import psycopg
import pytest
from test_team import TUNE
from test_workers import SPACE, finished, opened, slow_worker

from mlp_helpers.tuning import storage
from mlp_helpers.tuning.storage import open_storage

N_TRIALS = 24  # enough that work is left when the last victim is killed
SCHEDULES = range(int(os.environ.get("MLP_SCHEDULES", "1")))
starting = multiprocessing.get_context("forkserver")  # its processes need not import everything anew


@pytest.fixture
def url(postgres):
    """Yield the address of an empty database; drop it afterwards."""
    name = f"mlp_{random.SystemRandom().getrandbits(32):x}"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield postgres.url.replace("/postgres", f"/{name}")
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def study(url):
    study, kept = opened(url)
    yield study
    kept.engine.dispose()


def read(url, query):
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


# Each query counts violations.
BROKEN = {
    "planned trials that are not finished": f"""
        SELECT {N_TRIALS} - count(*) FROM trials WHERE state IN ('COMPLETE', 'PRUNED')""",
    "trials left running or waiting": "SELECT count(*) FROM trials WHERE state IN ('RUNNING', 'WAITING')",
    "numbers given twice": "SELECT count(*) - count(DISTINCT number) FROM trials",
    "numbers left out": "SELECT max(number) + 1 - count(*) FROM trials",
    "finished trials without their value": """
        SELECT count(*) FROM trials LEFT JOIN trial_values USING (trial_id)
        WHERE state IN ('COMPLETE', 'PRUNED') AND value IS NULL""",
    "configurations that two finished": """
        SELECT count(*) - count(DISTINCT param_value) FROM trials JOIN trial_params USING (trial_id)
        WHERE param_name = 'learning_rate' AND state IN ('COMPLETE', 'PRUNED')""",
    "finished trials without all their epochs": f"""
        SELECT count(*) FROM (
            SELECT trial_id FROM trials LEFT JOIN trial_intermediate_values USING (trial_id)
            WHERE state = 'COMPLETE' GROUP BY trial_id
            HAVING count(DISTINCT step) <> {SPACE.base.epochs} OR count(*) <> {SPACE.base.epochs}) AS incomplete""",
    "trials that two took up again": """
        SELECT count(*) - count(DISTINCT value_json) FROM trial_system_attributes WHERE key = 'retry_history'""",
}


def broken(url):
    """Return {violation: count} for a study, without zeros."""
    counts = {what: read(url, query)[0][0] for what, query in BROKEN.items()}
    return {what: count for what, count in counts.items() if count}


def test_the_queries_find_what_is_broken(url, study):
    for units in (3, 4):
        study.enqueue_trial({"units": units})
    statements = [
        "UPDATE trials SET number = 0",
        "UPDATE trials SET state = 'COMPLETE'",
        "INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json) "
        "SELECT trial_id, 'learning_rate', 0.1, '' FROM trials",
        "INSERT INTO trial_system_attributes (trial_id, key, value_json) "
        "SELECT trial_id, 'retry_history', '[7]' FROM trials",
    ]
    found = broken(url)
    assert found == {"planned trials that are not finished": N_TRIALS, "trials left running or waiting": 2}
    with psycopg.connect(url) as connection:
        for statement in statements:
            connection.execute(statement)
    assert broken(url) == {
        "planned trials that are not finished": N_TRIALS - 2,
        "numbers given twice": 1,
        "numbers left out": -1,
        "finished trials without their value": 2,
        "configurations that two finished": 1,
        "finished trials without all their epochs": 2,
        "trials that two took up again": 1,
    }


@pytest.mark.parametrize("seed", SCHEDULES)
def test_two_of_three_are_killed_and_the_server_restarts(url, postgres, study, seed):
    chance = random.Random(seed)
    starting.set_forkserver_preload(["test_workers"])
    team = [starting.Process(target=slow_worker, args=(url, N_TRIALS)) for _ in range(3)]
    for worker in team:
        worker.start()

    def restart():
        postgres.stop(chance.choice(["fast", "immediate"]))
        time.sleep(chance.uniform(0, 1))
        postgres.start()

    def kill(victim):
        os.kill(victim.pid, signal.SIGKILL)

    while not finished(study):  # the events happen while workers are active
        time.sleep(0.05)
    events = [lambda: kill(team[0]), lambda: kill(team[1]), restart]
    chance.shuffle(events)
    for event in events:
        time.sleep(chance.uniform(0, 0.6))
        event()
    for worker in team:
        worker.join(120)
    assert [worker.exitcode for worker in team] == [-signal.SIGKILL, -signal.SIGKILL, 0]
    assert broken(url) == {}


def test_a_server_that_is_away_is_waited_for(postgres, study, caplog):
    postgres.stop()
    later = threading.Timer(1.5, postgres.start)
    later.start()
    assert study.get_trials() == []
    later.join()
    assert "the database does not answer, and is waited for" in caplog.text


def test_a_server_that_stays_away_is_an_error(url, postgres, study, monkeypatch):
    monkeypatch.setattr(storage, "RECONNECT_SECONDS", 0.5)
    postgres.stop()
    try:
        with pytest.raises(Exception, match="An exception is raised during the commit"):
            study.get_trials()
        with pytest.raises(ValueError, match="storage must be a database that can be reached, got 'postgresql://"):
            open_storage(url)
    finally:
        postgres.start()


def test_two_commands_work_at_one_study_of_mnist(url):
    command = [*TUNE, "--storage", url, "--trials", "3"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    answers = [process.communicate(timeout=300) for process in both]
    assert [(process.returncode, complaints) for process, (_, complaints) in zip(both, answers, strict=True)] == [
        (0, "")
    ] * 2
    states = dict(read(url, "SELECT state, count(*) FROM trials GROUP BY state"))
    assert states.pop("COMPLETE") == 3
    # Both may begin a trial at the same moment, of which one is then surplus: it fails before its first epoch.
    assert states.keys() <= {"FAIL"}
    epochs = "SELECT count(*) FROM trial_intermediate_values JOIN trials USING (trial_id) WHERE state = 'FAIL'"
    assert read(url, epochs) == [(0,)]
