"""Storage of studies: a database that may be on another machine, restart, or be unreachable for a while."""

import contextlib
import functools
import logging
import sqlite3
import time
import warnings

import optuna
import sqlalchemy
from optuna.exceptions import StorageInternalError, UpdateFinishedTrialError
from optuna.storages import RDBStorage, RetryHeartbeatStaleTrialCallback

HEARTBEAT_SECONDS = 10  # between heartbeats of a running trial
GRACE_SECONDS = 40  # without a heartbeat, after which a trial is failed
RECONNECT_SECONDS = 600  # for which calls to an unreachable database are retried
PAUSE_SECONDS = 0.5  # between two attempts

log = logging.getLogger(__name__)


class RetryingStorage(RDBStorage):
    """Optuna's storage in a database, with calls that are retried while the database is unreachable."""

    def trials_without_heartbeat(self, study_name):
        """Return the ids of the running trials that have never recorded a heartbeat."""
        query = """SELECT trial_id FROM trials WHERE study_id = :study AND state = 'RUNNING'
                   AND trial_id NOT IN (SELECT trial_id FROM trial_heartbeats)"""
        study_id = self.get_study_id_from_name(study_name)
        with self.engine.connect() as connection:
            return list(connection.execute(sqlalchemy.text(query), {"study": study_id}).scalars())

    def set_trial_state_values(self, trial_id, state, values=None):
        """Set state and values, as `RDBStorage` does, but so that a retry after a lost reply succeeds."""
        is_retry = False

        def attempt():
            nonlocal is_retry
            try:
                return RDBStorage.set_trial_state_values(self, trial_id, state, values)
            except UpdateFinishedTrialError:
                if not is_retry or self.get_trial(trial_id).state != state:
                    raise
                return True  # an earlier attempt succeeded, and only its reply was lost
            finally:
                is_retry = True

        return _retried(attempt)


def _is_transient(error):
    """Return whether a retry may succeed after an error of SQLAlchemy."""
    if isinstance(error, sqlalchemy.exc.PendingRollbackError):
        return True  # of a transaction whose connection was lost earlier
    if not isinstance(error, sqlalchemy.exc.OperationalError):
        return False
    return not isinstance(error.orig, sqlite3.Error) or "locked" in str(error.orig)  # a file is always reachable


def _retried(attempt):
    """Return `attempt()`, retried while the database is unreachable."""
    deadline = None
    while True:
        try:
            return attempt()
        except (StorageInternalError, sqlalchemy.exc.OperationalError) as error:
            cause = error.__cause__ if isinstance(error, StorageInternalError) else error
            if not _is_transient(cause):
                raise
            if deadline is None:
                deadline = time.monotonic() + RECONNECT_SECONDS
                log.warning("the database does not answer, and is waited for: %s", cause)
            if time.monotonic() > deadline:
                raise
            time.sleep(PAUSE_SECONDS)


def _retrying(method):
    """Return a method whose calls are retried while the database is unreachable."""

    @functools.wraps(method)
    def call(self, *arguments, **named):
        return _retried(lambda: method(self, *arguments, **named))

    return call


# All methods that a study calls, directly or through Optuna's cache. Some are private: hence Optuna's upper bound.
RETRIED = (
    "create_new_study",  # one that was created before a lost reply is loaded: `create_study` has load_if_exists
    *("get_study_id_from_name", "get_study_name_from_id", "get_study_directions", "get_all_studies"),
    *("get_study_user_attrs", "get_study_system_attrs", "set_study_user_attr", "set_study_system_attr"),
    *("_create_new_trial", "_set_trial_param", "_get_trials", "_get_best_trial_id", "get_trial"),
    *("get_trial_id_from_study_id_trial_number", "set_trial_intermediate_value", "set_trial_user_attr"),
    *("set_trial_system_attr", "record_heartbeat", "_get_stale_trial_ids", "trials_without_heartbeat"),
)
for _name in RETRIED:
    setattr(RetryingStorage, _name, _retrying(getattr(RetryingStorage, _name)))


def open_storage(url, heartbeat_seconds=HEARTBEAT_SECONDS, grace_seconds=GRACE_SECONDS):
    """Return the storage at an address.

    Parameters
    ----------
    url : str
        Such as "sqlite:///study.db" or "postgresql://user@host/database".
    heartbeat_seconds, grace_seconds : int, optional
        Between heartbeats of a running trial; without a heartbeat, after which a trial is failed.

    Returns
    -------
    RetryingStorage

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
        for _ in range(2):  # another worker may be creating the tables at the same moment
            with contextlib.suppress(sqlalchemy.exc.DBAPIError):
                return _open(address, heartbeat_seconds, grace_seconds)
            time.sleep(PAUSE_SECONDS)
        return _open(address, heartbeat_seconds, grace_seconds)
    except (sqlalchemy.exc.SQLAlchemyError, ImportError) as error:
        # As text, an address hides its password.
        reason = getattr(error, "orig", None) or error  # the driver's message, if there is one
        raise ValueError(f"--storage must be a database that can be reached, got '{address}': {reason}") from error


def _open(address, heartbeat_seconds, grace_seconds):
    with without_experimental_warnings():
        return RetryingStorage(
            address.render_as_string(hide_password=False),
            engine_kwargs=_ENGINES.get(address.get_backend_name(), {"pool_pre_ping": True}),
            heartbeat_interval=heartbeat_seconds,
            grace_period=grace_seconds,
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
def without_experimental_warnings():
    """Suppress Optuna's warnings that heartbeats are experimental, inside the block."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        yield
