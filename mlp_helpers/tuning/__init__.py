"""Hyperparameter searches: studies, the database that stores them, and worker processes.

Notebook 08 and the command line import it. Read `studies` first, whose names can be imported from here.
"""

from mlp_helpers.tuning.studies import (
    Range,
    SearchSpace,
    best_config,
    default_space,
    importances,
    make_study,
    objective,
)

__all__ = ["Range", "SearchSpace", "best_config", "default_space", "importances", "make_study", "objective"]
