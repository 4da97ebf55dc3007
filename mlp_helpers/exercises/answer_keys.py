"""Answer keys of all exercises, by name."""

from mlp_helpers.exercises import data_loading, gradient_checking, layers, quizzes, training, tuning

ANSWER_KEYS = {}
for _notebook in (data_loading, layers, gradient_checking, training, tuning, quizzes):
    ANSWER_KEYS |= _notebook.ANSWER_KEYS
