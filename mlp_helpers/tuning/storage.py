"""Storage of studies: Optuna's, in a file or in a database on another machine, with heartbeats of running trials."""

import contextlib
import time
import warnings

import sqlalchemy
from optuna.exceptions import ExperimentalWarning
from optuna.storages import RDBStorage, RetryHeartbeatStaleTrialCallback

HEARTBEAT_SECONDS = 10  # between heartbeats of a running trial
MISSED_HEARTBEATS = 4  # after which a trial is failed and queued again
PAUSE_SECONDS = 0.5  # between two attempts to open a storage


class SearchFailed(RuntimeError):
    """Failure of the database or of all workers before the search was finished."""


def open_storage(url, heartbeat_seconds=HEARTBEAT_SECONDS):
    """Return the storage at an address.

    Parameters
    ----------
    url : str
        Such as "sqlite:///study.db" or "postgresql://user@host/database".
    heartbeat_seconds : int, optional
        Between heartbeats of a running trial; four times as long without one, a trial is failed.

    Returns
    -------
    optuna.storages.RDBStorage

    Raises
    ------
    ValueError
        The address is invalid, the database cannot be reached, or its driver is not installed.
    """
    try:
        address = sqlalchemy.make_url(url)
    except sqlalchemy.exc.ArgumentError as error:
        raise ValueError(f"--storage must be the address of a database, got {url!r}") from error
    try:
        with contextlib.suppress(sqlalchemy.exc.DBAPIError):
            return _open(address, heartbeat_seconds)
        time.sleep(PAUSE_SECONDS)  # another worker may be creating the tables
        return _open(address, heartbeat_seconds)
    except (sqlalchemy.exc.SQLAlchemyError, ImportError) as error:
        # As text, an address hides its password.
        reason = getattr(error, "orig", None) or error  # the driver's message, if there is one
        raise ValueError(f"--storage must be a database that can be reached, got '{address}': {reason}") from error


def _open(address, heartbeat_seconds):
    with warnings.catch_warnings(action="ignore", category=ExperimentalWarning):
        return RDBStorage(
            address.render_as_string(hide_password=False),
            engine_kwargs=_ENGINES.get(address.get_backend_name(), {"pool_pre_ping": True}),
            heartbeat_interval=heartbeat_seconds,
            grace_period=MISSED_HEARTBEATS * heartbeat_seconds,
            heartbeat_stale_trial_callback=RetryHeartbeatStaleTrialCallback(),
        )


_ENGINES = {
    "sqlite": {"connect_args": {"timeout": 60}},  # several processes may write to one file, and wait for its lock
    "postgresql": {
        "pool_pre_ping": True,  # connections from before a restart are replaced
        # Heartbeats are compared as local times: all machines must use the same time zone.
        "connect_args": {"connect_timeout": 10, "options": "-c timezone=UTC"},
    },
}


@contextlib.contextmanager
def database_named():
    """Raise SearchFailed with the driver's message in place of an error of the database inside the block.

    Optuna raises different errors, some by mistake while it handles another one.
    """
    try:
        yield
    except Exception as error:
        cause = error
        while cause is not None and not isinstance(cause, sqlalchemy.exc.SQLAlchemyError):
            cause = cause.__cause__ or cause.__context__
        if cause is None:
            raise
        reason = str(getattr(cause, "orig", None) or cause).splitlines()[0].rstrip(".")
        raise SearchFailed(f"the database failed: {reason}. Once it works again, the same command goes on.") from error
