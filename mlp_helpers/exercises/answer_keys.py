"""Answer keys of all exercises, by name."""

from mlp_helpers.exercises import data_loading, gradient_checking, layers, numpy_basics, quizzes, training, tuning

ANSWER_KEYS = {}
for _notebook in (numpy_basics, data_loading, layers, gradient_checking, training, tuning, quizzes):
    ANSWER_KEYS |= _notebook.ANSWER_KEYS
