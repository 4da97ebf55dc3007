"""Answer keys of notebook 01: rows, labels, the error, the nearest mean, minibatches."""

import numpy as np

from mlp_helpers import data
from mlp_helpers.exercises.bank import AnswerKey


def _flatten(images):
    return images.reshape(len(images), -1)


flatten = AnswerKey(reference=_flatten)


@flatten.mistake(
    "This is what comes out if the images are filled into one row for each feature: their numbers get mixed. "
    "Which axis of `images` counts the samples?",
    source="https://github.com/abdur75648/Deep-Learning-Specialization-Coursera/issues/7",
)
def flatten_straight_to_columns(images):
    return images.reshape(images[0].size, -1)


@flatten.mistake(
    "Each image became a column. Some courses want it so; what is a sample here, a row or a column?",
    source="https://github.com/amanchadha/coursera-deep-learning-specialization/pull/37",
)
def flatten_samples_as_columns(images):
    return images.reshape(images.shape[0], -1).T


@flatten.mistake("All images together became one long vector. What tells one image from the next in it?")
def flatten_whole_batch(images):
    return images.flatten()


@flatten.mistake("The numbers of an image come column by column. In which order do they lie in memory?")
def flatten_column_by_column(images):
    return images.reshape(len(images), -1, order="F")


one_hot = AnswerKey(reference=data.one_hot)


@one_hot.mistake(
    "Right, except that a label of -1 gets a row like any other. What does an index of -1 pick out, and what should "
    "such a label lead to?"
)
def one_hot_accepts_any_label(labels, n_classes):
    return np.eye(n_classes)[labels]


@one_hot.mistake(
    "The number of columns is the number of different labels in this batch. What if one of the classes is absent?"
)
def one_hot_counts_the_labels(labels, n_classes):
    classes = np.unique(labels)
    rows = np.zeros((len(labels), len(classes)))
    for i, label in enumerate(labels):
        rows[i, list(classes).index(label)] = 1
    return rows


@one_hot.mistake(
    "The number of columns goes by the largest label in this batch. Is the last class there in every batch?",
    source="https://github.com/jwcalder/GraphLearning/issues/12",
)
def one_hot_as_wide_as_the_largest_label(labels, n_classes):
    rows = np.zeros((len(labels), labels.max() + 1))
    rows[np.arange(len(labels)), labels] = 1
    return rows


@one_hot.mistake(
    "There is one column more than there are classes. Which label would have its 1 in the last one?",
    source="https://github.com/Megvii-BaseDetection/YOLOX/issues/357",
)
def one_hot_with_one_class_too_many(labels, n_classes):
    return np.eye(n_classes + 1)[labels]


@one_hot.mistake(
    "Each 1 stands one column too far left, and that of label 0 at the far right. From which number do labels count?",
    source="https://github.com/guillaume-chevalier/LSTM-Human-Activity-Recognition/issues/19",
)
def one_hot_of_labels_from_1(labels, n_classes):
    rows = np.zeros((len(labels), n_classes))
    rows[np.arange(len(labels)), labels - 1] = 1
    return rows


@one_hot.mistake(
    "This is what comes out if a label chooses the row, and the number of the sample the column. Which of the two "
    "comes first in an index?"
)
def one_hot_with_swapped_indices(labels, n_classes):
    rows = np.zeros((len(labels), n_classes))
    rows[labels, np.arange(len(labels))] = 1
    return rows


unhot = AnswerKey(reference=data.unhot)


@unhot.mistake(
    "It gives one number, the place of the largest entry of the whole array, counted through all its rows. How does "
    "NumPy learn that each row is to be searched by itself?",
    source="https://github.com/lisa-lab/DeepLearningTutorials/pull/15",
)
def unhot_without_axis(one_hot_labels):
    return np.argmax(one_hot_labels)


@unhot.mistake(
    "It gives a result for each column, the row in which its largest number stands. Along which axis does a search "
    "go through the classes of one sample?",
    source="https://github.com/tensorflow/tfjs-examples/pull/154",
)
def unhot_along_the_samples(one_hot_labels):
    return np.argmax(one_hot_labels, axis=0)


@unhot.mistake(
    "It gives a tuple of arrays, one for each axis, with the places of all exact 1s. Which of them did you mean, and "
    "where is the 1 in a row of probabilities?",
    source="https://github.com/dandynaufaldi/particle-swarm-optimized-clustering/pull/3",
)
def unhot_tuple_of_places(one_hot_labels):
    return np.where(one_hot_labels == 1)


@unhot.mistake("It gives the largest number of each row. That was not the question: where in its row does it stand?")
def unhot_largest_number(one_hot_labels):
    return np.max(one_hot_labels, axis=1)


@unhot.mistake(
    "This is what comes out if the classes' numbers are added up, weighted by the row's entries. It is right for "
    "one-hot rows only: between class 0 and class 2, is class 1 a compromise?"
)
def unhot_weighted_sum(one_hot_labels):
    return one_hot_labels @ np.arange(one_hot_labels.shape[1])


def _classification_error(y, y_pred):
    if y.shape != y_pred.shape:
        raise ValueError(f"y_pred must have the shape {y.shape} of y, got {y_pred.shape}")
    return np.mean(y != y_pred)


classification_error = AnswerKey(reference=_classification_error)


@classification_error.mistake(
    "Right, except that a column of predictions gives a share as well. Into which shape are a row and a column "
    "broadcast, and what should happen instead?",
    source="https://github.com/orobix/Prototypical-Networks-for-Few-shot-Learning-PyTorch/issues/23",
)
def classification_error_of_any_shapes(y, y_pred):
    return np.mean(y != y_pred)


@classification_error.mistake(
    "It gives the share of predictions that are right, and so 1 where there is no mistake at all. Which share is the "
    "error?",
    source="https://github.com/luispedro/milk/pull/4",
)
def classification_error_is_accuracy(y, y_pred):
    return np.mean(y == y_pred)


@classification_error.mistake(
    "This is what comes out if each label is compared with the predictions of all samples. Which shapes do the two "
    "sides have where you compare them?",
    source="https://github.com/orobix/Prototypical-Networks-for-Few-shot-Learning-PyTorch/issues/23",
)
def classification_error_of_all_pairs(y, y_pred):
    return np.mean(y.reshape(-1, 1) != y_pred)


@classification_error.mistake(
    "It counts the mistakes. A share does not grow with the number of samples.", is_factor=True
)
def classification_error_count(y, y_pred):
    return np.sum(y != y_pred)


@classification_error.mistake(
    "This is what comes out if labels are subtracted and the differences squared. A label is a name: is a 7 taken for "
    "a 1 a larger mistake than a 7 taken for a 6?"
)
def classification_error_squared(y, y_pred):
    return np.mean((y - y_pred) ** 2)


@classification_error.mistake(
    "This is what comes out as the mean of the labels of those samples that were misread, or NaN where there are none. "
    "What is a comparison good for, apart from picking entries?",
    source="https://github.com/keras-team/keras/pull/2736",
)
def classification_error_of_picked_labels(y, y_pred):
    return y[y != y_pred].mean()


def _nearest_mean(X, means):
    distances = np.stack([np.sum((X - mean) ** 2, axis=1) for mean in means], axis=1)
    return distances.argmin(axis=1)


nearest_mean = AnswerKey(reference=_nearest_mean)


@nearest_mean.mistake(
    "It gives the mean that is farthest away. With scores the largest wins; is a distance a score?",
    source="https://github.com/hil-se/fds/issues/40",
)
def nearest_mean_farthest(X, means):
    return ((X[:, np.newaxis] - means) ** 2).sum(axis=2).argmax(axis=1)


@nearest_mean.mistake(
    "It gives one answer for all samples together: the mean with the smallest distance to the whole of X. Over which "
    "axis are squares to be added up?",
    source="https://github.com/dandynaufaldi/particle-swarm-optimized-clustering/pull/3",
)
def nearest_mean_of_all_samples(X, means):
    return np.argmin([np.linalg.norm(X - mean) for mean in means])


@nearest_mean.mistake(
    "It gives every sample the same mean, the one with the largest sum: this comes out if differences are added up as "
    "they are, so that positive and negative ones cancel. What is missing in the distance?"
)
def nearest_mean_without_square(X, means):
    return (X[:, np.newaxis] - means).sum(axis=2).argmin(axis=1)


@nearest_mean.mistake(
    "This is what comes out if the mean with the largest scalar product wins. A long mean has a large product with "
    "samples that are far from it, too."
)
def nearest_mean_by_product(X, means):
    return (X @ means.T).argmax(axis=1)


@nearest_mean.mistake("It gives distances, not which mean they belong to. What is asked for: how far, or which?")
def nearest_mean_how_far(X, means):
    return ((X[:, np.newaxis] - means) ** 2).sum(axis=2).min(axis=1)


@nearest_mean.mistake(
    "It gives a sample for each mean, where a mean for each sample is asked for. Along which axis do the means lie?"
)
def nearest_mean_other_axis(X, means):
    return ((X[:, np.newaxis] - means) ** 2).sum(axis=2).argmin(axis=0)


minibatches = AnswerKey(reference=data.minibatches)


@minibatches.mistake(
    "Samples no longer stand beside their own labels, though each comes once and in another order. How many random "
    "orders are drawn, and what is each of them applied to?",
    source="https://github.com/udacity/sdc-issue-reports/issues/1326",
)
def minibatches_shuffled_separately(X, Y, batch_size, rng):
    X, Y = rng.permutation(X), rng.permutation(Y)
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size], Y[start : start + batch_size]


@minibatches.mistake(
    "What is left over after the last whole batch is missing. How many batches do 23 samples make in batches of 5?",
    source="https://github.com/NervanaSystems/neon/issues/9",
)
def minibatches_drops_the_last(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(len(X) // batch_size):
        batch = order[i * batch_size : (i + 1) * batch_size]
        yield X[batch], Y[batch]


@minibatches.mistake(
    "The batches have the right sizes, but some samples come more than once and others never. Are the numbers of the "
    "samples drawn, or shuffled?",
    source="https://github.com/ageron/handson-ml2/issues/458",
)
def minibatches_with_replacement(X, Y, batch_size, rng):
    drawn = rng.integers(len(X), size=len(X))
    for start in range(0, len(X), batch_size):
        batch = drawn[start : start + batch_size]
        yield X[batch], Y[batch]


@minibatches.mistake(
    "The samples come in the same order in each epoch. Where does the generator come from that draws it, and how often "
    "does it begin anew?",
    source="https://github.com/deeppavlov/DeepPavlov/issues/13",
)
def minibatches_seeded_inside(X, Y, batch_size, rng):
    rng = np.random.default_rng(0)
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        batch = order[start : start + batch_size]
        yield X[batch], Y[batch]


@minibatches.mistake(
    "The batches are cut rightly, but the samples come in the order in which they were given. Does `rng` have a say?",
    source="https://github.com/openai/random-network-distillation/issues/17",
)
def minibatches_without_shuffling(X, Y, batch_size, rng):
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size], Y[start : start + batch_size]


@minibatches.mistake(
    "Where the samples fill their batches exactly, there is one batch more, an empty one. When does a remainder need a "
    "batch of its own?"
)
def minibatches_with_an_empty_one(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(len(X) // batch_size + 1):
        batch = order[i * batch_size : (i + 1) * batch_size]
        yield X[batch], Y[batch]


ANSWER_KEYS = {
    "flatten": flatten,
    "one_hot": one_hot,
    "unhot": unhot,
    "classification_error": classification_error,
    "nearest_mean": nearest_mean,
    "minibatches": minibatches,
}
