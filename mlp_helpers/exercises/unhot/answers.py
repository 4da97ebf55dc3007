"""Right answer to `unhot`, and known mistakes."""

import numpy as np

from mlp_helpers import data
from mlp_helpers.exercises.answer_keys import AnswerKey

KEY = AnswerKey(reference=data.unhot)


@KEY.mistake(
    "You get one number, the place of the largest entry in the whole array, counted through all its rows. How do you "
    "tell NumPy to search each row by itself?",
    source="https://github.com/lisa-lab/DeepLearningTutorials/pull/15",
)
def unhot_without_axis(one_hot_labels):
    return np.argmax(one_hot_labels)


@KEY.mistake(
    "You get a result for each column, the row of its largest number. Along which axis does a search run through the "
    "classes of one sample?",
    source="https://github.com/tensorflow/tfjs-examples/pull/154",
)
def unhot_along_the_samples(one_hot_labels):
    return np.argmax(one_hot_labels, axis=0)


@KEY.mistake(
    "You get a tuple of arrays, one for each axis, with the places of all entries that are exactly 1. Which of them "
    "did you mean, and where is the 1 in a row of probabilities?",
    source="https://github.com/dandynaufaldi/particle-swarm-optimized-clustering/pull/3",
)
def unhot_tuple_of_places(one_hot_labels):
    return np.where(one_hot_labels == 1)


@KEY.mistake(
    "Right for one-hot rows, but rows without a number that is exactly 1 get no result. What is largest in a row of "
    "probabilities, and where?"
)
def unhot_place_of_a_1(one_hot_labels):
    return np.where(one_hot_labels == 1)[1]


@KEY.mistake("You get the largest number of each row. Does the task ask for this number, or for something about it?")
def unhot_largest_number(one_hot_labels):
    return np.max(one_hot_labels, axis=1)


@KEY.mistake(
    "You get this if the class numbers are added up, weighted by the row's entries, which is right for one-hot rows "
    "only. Is class 1 a compromise between class 0 and class 2?"
)
def unhot_weighted_sum(one_hot_labels):
    return one_hot_labels @ np.arange(one_hot_labels.shape[1])


@KEY.mistake(
    "You get this if the class numbers are added up, weighted by the row's entries, and cut to whole numbers. That is "
    "right for one-hot rows only: what is largest in a row of probabilities, and where?"
)
def unhot_weighted_sum_in_whole_numbers(one_hot_labels):
    return (one_hot_labels @ np.arange(one_hot_labels.shape[1])).astype(int)


@KEY.mistake(
    "Right for one-hot rows, but rows without a number that is exactly 1 get class 0. What is largest in a row of "
    "probabilities, and where?"
)
def unhot_first_1(one_hot_labels):
    return np.argmax(one_hot_labels == 1, axis=1)


@KEY.mistake(
    "Right, except that rows of numbers below 0 get class 0. If a search for the largest number begins at 0, what does "
    "it find in them?"
)
def unhot_from_0(one_hot_labels):
    return np.where(one_hot_labels.max(axis=1) > 0, np.argmax(one_hot_labels, axis=1), 0)


@KEY.mistake("You get the column of the smallest number of each row. Which one does the task ask for?")
def unhot_of_the_smallest(one_hot_labels):
    return np.argmin(one_hot_labels, axis=1)
