"""Answer keys of all exercises, by name."""

from mlp_helpers.exercises import (
    activations,
    data_loading,
    dense,
    early_stopping,
    gradient_checking,
    layers,
    momentum_dropout,
    numpy_basics,
    one_sample,
    quizzes,
    training,
    tuning,
)

ANSWER_KEYS = {}
for _module in (
    numpy_basics,
    data_loading,
    activations,
    one_sample,
    dense,
    layers,
    gradient_checking,
    training,
    early_stopping,
    momentum_dropout,
    tuning,
    quizzes,
):
    ANSWER_KEYS |= _module.ANSWER_KEYS
