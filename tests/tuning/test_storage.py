"""Retrying storage: failed queries are retried, and every method of Optuna's storage is accounted for."""

import inspect

from optuna.storages import RDBStorage

from mlp_helpers.tuning.storage import RETRIED, RetryingStorage

# Methods that query the database through retried ones, or only when a study is opened, which is retried as a whole.
# `set_trial_state_values` has its own retries.
ASKED_THROUGH_OTHERS = {
    *("create_new_trial", "get_all_trials", "get_best_trial", "get_n_trials", "get_trial_number_from_id"),
    *("get_trial_param", "get_trial_params", "get_trial_system_attrs", "get_trial_user_attrs", "set_trial_param"),
    *("_get_prepared_new_trial", "check_trial_is_updatable", "set_trial_state_values"),
}
ASKED_ONCE = {
    "delete_study",
    "get_all_versions",
    "get_current_version",
    "get_head_version",
    "upgrade",
}
# Parts of a transaction begun by other methods, and methods that do not query the database.
PARTS = {
    *("_set_trial_attr_without_commit", "_set_trial_intermediate_value_without_commit"),
    *("_set_trial_param_without_commit", "_set_trial_value_without_commit", "_create_unique_study_name"),
    *("_build_frozen_trial_from_trial_model", "_fill_storage_url_template", "_set_default_engine_kwargs_for_mysql"),
    *("__init__", "__getstate__", "__setstate__", "remove_session", "get_heartbeat_interval"),
    *("get_heartbeat_stale_trial_callback", "get_failed_trial_callback"),
}


def test_each_method_of_optunas_storage_is_known():
    """A version of Optuna with added or removed methods must be reviewed before it enters the lock file."""
    known = {*RETRIED, *ASKED_THROUGH_OTHERS, *ASKED_ONCE, *PARTS} - {"trials_without_heartbeat"}
    there = {name for kind in RDBStorage.__mro__[:-1] for name, _ in inspect.getmembers_static(kind, inspect.isroutine)}
    there -= {name for name, _ in inspect.getmembers_static(object)}
    assert there | {"__init__", "__getstate__"} == known


def test_the_patient_methods_are_made_so():
    assert all(getattr(RetryingStorage, name).__wrapped__ for name in RETRIED)
