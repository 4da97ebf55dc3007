"""The storage asks again whatever it asks; and it knows all that Optuna's storage can be asked."""

import inspect

from optuna.storages import RDBStorage

from mlp_helpers.tuning.storage import RETRIED, RetryingStorage

# What reaches the database through methods that are patient, or only when a study is opened, which is tried again as a
# whole. `set_trial_state_values` has a patience of its own.
ASKED_THROUGH_OTHERS = {
    *("create_new_trial", "get_all_trials", "get_best_trial", "get_n_trials", "get_trial_number_from_id"),
    *("get_trial_param", "get_trial_params", "get_trial_system_attrs", "get_trial_user_attrs", "set_trial_param"),
    *("_get_prepared_new_trial", "check_trial_is_updatable", "set_trial_state_values"),
}
ASKED_ONCE = {
    "create_new_study",
    "delete_study",
    "get_all_versions",
    "get_current_version",
    "get_head_version",
    "upgrade",
}
# Parts of a transaction that others begin, and what asks the database nothing.
PARTS = {
    *("_set_trial_attr_without_commit", "_set_trial_intermediate_value_without_commit"),
    *("_set_trial_param_without_commit", "_set_trial_value_without_commit", "_create_unique_study_name"),
    *("_build_frozen_trial_from_trial_model", "_fill_storage_url_template", "_set_default_engine_kwargs_for_mysql"),
    *("__init__", "__getstate__", "__setstate__", "remove_session", "get_heartbeat_interval"),
    *("get_heartbeat_stale_trial_callback", "get_failed_trial_callback"),
}


def test_each_method_of_optunas_storage_is_known():
    """A version of Optuna with a new method, or without an old one, has to be looked at before the lock takes it."""
    known = {*RETRIED, *ASKED_THROUGH_OTHERS, *ASKED_ONCE, *PARTS} - {"trials_without_heartbeat"}
    there = {name for kind in RDBStorage.__mro__[:-1] for name, _ in inspect.getmembers_static(kind, inspect.isroutine)}
    there -= {name for name, _ in inspect.getmembers_static(object)}
    assert there | {"__init__", "__getstate__"} == known


def test_the_patient_methods_are_made_so():
    assert all(getattr(RetryingStorage, name).__wrapped__ for name in RETRIED)
