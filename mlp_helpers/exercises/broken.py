"""Former name of `spoilers`, for saved notebooks."""

from mlp_helpers.exercises.spoilers import *  # noqa: F403
