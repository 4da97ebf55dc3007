"""Fixture for a PostgreSQL server. If it is not installed, tests are skipped unless MLP_POSTGRES=required."""

import os

import postgres_server
import pytest


@pytest.fixture(scope="session")
def postgres():
    if postgres_server.find_programs() is None and os.environ.get("MLP_POSTGRES") != "required":
        pytest.skip("no PostgreSQL on this machine (apt install postgresql)")
    with postgres_server.serving() as server:
        yield server
