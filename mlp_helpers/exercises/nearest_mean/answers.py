"""Right answer to `nearest_mean`, and known mistakes."""

import numpy as np

from mlp_helpers.exercises.answer_keys import AnswerKey


def _nearest_mean(X, means):
    distances = np.stack([np.sum((X - mean) ** 2, axis=1) for mean in means], axis=1)
    return distances.argmin(axis=1)


KEY = AnswerKey(reference=_nearest_mean)


@KEY.mistake(
    "You get the mean that is farthest from each sample. Of the numbers that you compare, which one belongs to the "
    "nearest mean: the smallest, or the largest?",
    source="https://github.com/hil-se/fds/issues/40",
)
def nearest_mean_farthest(X, means):
    return ((X[:, np.newaxis] - means) ** 2).sum(axis=2).argmax(axis=1)


@KEY.mistake(
    "You get one answer for all samples together, the mean with the smallest distance to the whole of X. Over which "
    "axis should the squares be added up?",
    source="https://github.com/dandynaufaldi/particle-swarm-optimized-clustering/pull/3",
)
def nearest_mean_of_all_samples(X, means):
    return np.argmin([np.linalg.norm(X - mean) for mean in means])


@KEY.mistake(
    "Every sample gets the same mean, the one with the largest sum: positive and negative differences cancel when "
    "they are added up. What is missing in the distance?"
)
def nearest_mean_without_square(X, means):
    return (X[:, np.newaxis] - means).sum(axis=2).argmin(axis=1)


@KEY.mistake(
    "You get this if the mean with the largest scalar product wins. A long mean has a large product even with samples "
    "that are far from it."
)
def nearest_mean_by_product(X, means):
    return (X @ means.T).argmax(axis=1)


@KEY.mistake("You get distances, not the means that they belong to. Does the task ask how far, or which?")
def nearest_mean_how_far(X, means):
    return ((X[:, np.newaxis] - means) ** 2).sum(axis=2).min(axis=1)


@KEY.mistake(
    "You get a sample for each mean, and the task asks for a mean for each sample. Along which axis do the means lie?"
)
def nearest_mean_other_axis(X, means):
    return ((X[:, np.newaxis] - means) ** 2).sum(axis=2).argmin(axis=0)
