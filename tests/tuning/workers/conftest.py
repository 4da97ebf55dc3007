"""Databases for searches. If PostgreSQL is not installed, its tests are skipped unless MLP_POSTGRES=required."""

import os
import random

import postgres_server
import psycopg
import pytest
from optuna.storages import RDBStorage

from mlp_helpers.tuning import storage


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'study.db'}"


@pytest.fixture(scope="session")
def postgres():
    if postgres_server.find_programs() is None and os.environ.get("MLP_POSTGRES") != "required":
        pytest.skip("no PostgreSQL on this machine (apt install postgresql)")
    with postgres_server.serving() as server:
        yield server


@pytest.fixture
def postgres_url(postgres, monkeypatch):
    """Yield the address of an empty database; then close the connections of this process."""
    name = f"mlp_{random.SystemRandom().getrandbits(32):x}"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    opened = []
    monkeypatch.setattr(
        storage, "RDBStorage", lambda *given, **how: opened.append(RDBStorage(*given, **how)) or opened[-1]
    )
    yield postgres.url.replace("/postgres", f"/{name}")
    for kept in opened:
        kept.engine.dispose()
