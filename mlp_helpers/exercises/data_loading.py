"""Answer keys of notebook 01: rows, labels, the error, the nearest mean, minibatches."""

import numpy as np

from mlp_helpers import data
from mlp_helpers.exercises.bank import AnswerKey


def _flatten(images):
    return images.reshape(len(images), -1)


flatten = AnswerKey(reference=_flatten)


@flatten.mistake(
    "You get this if the images are filled into one row for each feature, which mixes their numbers. Which axis of "
    "`images` counts the samples?",
    source="https://github.com/abdur75648/Deep-Learning-Specialization-Coursera/issues/7",
)
def flatten_straight_to_columns(images):
    return images.reshape(images[0].size, -1)


@flatten.mistake(
    "Each image became a column, as some courses want it. What is a sample here, a row or a column?",
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
    "Right, except that a label of -1 gets a row like any other. Which row does the index -1 pick, and what should "
    "happen with such a label?"
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
    "The number of columns depends on the largest label in this batch. Does every batch contain the last class?",
    source="https://github.com/jwcalder/GraphLearning/issues/12",
)
def one_hot_as_wide_as_the_largest_label(labels, n_classes):
    rows = np.zeros((len(labels), labels.max() + 1))
    rows[np.arange(len(labels)), labels] = 1
    return rows


@one_hot.mistake(
    "There is one column more than there are classes. Which label would have its 1 in the last column?",
    source="https://github.com/Megvii-BaseDetection/YOLOX/issues/357",
)
def one_hot_with_one_class_too_many(labels, n_classes):
    return np.eye(n_classes + 1)[labels]


@one_hot.mistake(
    "Each 1 is one column too far to the left, and that of label 0 is at the far right. At which number do labels "
    "start?",
    source="https://github.com/guillaume-chevalier/LSTM-Human-Activity-Recognition/issues/19",
)
def one_hot_of_labels_from_1(labels, n_classes):
    rows = np.zeros((len(labels), n_classes))
    rows[np.arange(len(labels)), labels - 1] = 1
    return rows


@one_hot.mistake(
    "You get this if a label chooses the row, and the number of the sample the column. Which of the two comes first "
    "in an index?"
)
def one_hot_with_swapped_indices(labels, n_classes):
    rows = np.zeros((len(labels), n_classes))
    rows[labels, np.arange(len(labels))] = 1
    return rows


@one_hot.mistake(
    "Right, except that a label of 3 with 3 classes raises an IndexError, not a ValueError. Which is the largest label "
    "that is a class?"
)
def one_hot_refuses_negative_labels_alone(labels, n_classes):
    if labels.min() < 0 or labels.max() > n_classes:
        raise ValueError(labels)
    return np.eye(n_classes)[labels]


@one_hot.mistake(
    "Right, except that a label of -1 gets a row like any other. Which row does the index -1 pick, and what should "
    "happen with such a label?"
)
def one_hot_refuses_large_labels_alone(labels, n_classes):
    if labels.max() >= n_classes:
        raise ValueError(labels)
    return np.eye(n_classes)[labels]


@one_hot.mistake(
    "Every row has a 1 in the columns of all labels. How do the 1s of the other samples get into a row?",
    of_ordinary=True,
)
def one_hot_of_all_labels_in_each_row(labels, n_classes):
    rows = np.zeros((len(labels), n_classes))
    rows[:, labels] = 1
    return rows


unhot = AnswerKey(reference=data.unhot)


@unhot.mistake(
    "You get one number, the place of the largest entry in the whole array, counted through all its rows. How do you "
    "tell NumPy to search each row by itself?",
    source="https://github.com/lisa-lab/DeepLearningTutorials/pull/15",
)
def unhot_without_axis(one_hot_labels):
    return np.argmax(one_hot_labels)


@unhot.mistake(
    "You get a result for each column, the row of its largest number. Along which axis does a search run through the "
    "classes of one sample?",
    source="https://github.com/tensorflow/tfjs-examples/pull/154",
)
def unhot_along_the_samples(one_hot_labels):
    return np.argmax(one_hot_labels, axis=0)


@unhot.mistake(
    "You get a tuple of arrays, one for each axis, with the places of all entries that are exactly 1. Which of them "
    "did you mean, and where is the 1 in a row of probabilities?",
    source="https://github.com/dandynaufaldi/particle-swarm-optimized-clustering/pull/3",
)
def unhot_tuple_of_places(one_hot_labels):
    return np.where(one_hot_labels == 1)


@unhot.mistake(
    "Right for one-hot rows, but rows without a number that is exactly 1 get no result. What is largest in a row of "
    "probabilities, and where?"
)
def unhot_place_of_a_1(one_hot_labels):
    return np.where(one_hot_labels == 1)[1]


@unhot.mistake("You get the largest number of each row. Does the task ask for this number, or for something about it?")
def unhot_largest_number(one_hot_labels):
    return np.max(one_hot_labels, axis=1)


@unhot.mistake(
    "You get this if the class numbers are added up, weighted by the row's entries, which is right for one-hot rows "
    "only. Is class 1 a compromise between class 0 and class 2?"
)
def unhot_weighted_sum(one_hot_labels):
    return one_hot_labels @ np.arange(one_hot_labels.shape[1])


def _classification_error(y, y_pred):
    if y.shape != y_pred.shape:
        raise ValueError(f"y_pred must have the shape {y.shape} of y, got {y_pred.shape}")
    return np.mean(y != y_pred)


classification_error = AnswerKey(reference=_classification_error)


@classification_error.mistake(
    "Right, except that a column of predictions also gives a share. To which shape does NumPy broadcast a row and a "
    "column, and what should happen instead?",
    source="https://github.com/orobix/Prototypical-Networks-for-Few-shot-Learning-PyTorch/issues/23",
)
def classification_error_of_any_shapes(y, y_pred):
    return np.mean(y != y_pred)


@classification_error.mistake(
    "You get the share of predictions that are right, and so 1 if there is no mistake at all. Which share is the "
    "error?",
    source="https://github.com/luispedro/milk/pull/4",
)
def classification_error_is_accuracy(y, y_pred):
    return np.mean(y == y_pred)


@classification_error.mistake(
    "You get this if each label is compared with the predictions of all samples. Which shapes do the two sides of "
    "your comparison have?",
    source="https://github.com/orobix/Prototypical-Networks-for-Few-shot-Learning-PyTorch/issues/23",
)
def classification_error_of_all_pairs(y, y_pred):
    return np.mean(y.reshape(-1, 1) != y_pred)


@classification_error.mistake(
    "This is the number of mistakes. A share does not grow with the number of samples.", is_factor=True
)
def classification_error_count(y, y_pred):
    return np.sum(y != y_pred)


@classification_error.mistake(
    "You get this if labels are subtracted and the differences squared. A label is a name: is it a larger mistake to "
    "take a 7 for a 1 than to take it for a 6?"
)
def classification_error_squared(y, y_pred):
    return np.mean((y - y_pred) ** 2)


@classification_error.mistake(
    "This is the mean label of the misread samples, or NaN if there are none. What is a comparison good for, apart "
    "from picking entries?",
    source="https://github.com/keras-team/keras/pull/2736",
)
def classification_error_of_picked_labels(y, y_pred):
    return y[y != y_pred].mean()


def _nearest_mean(X, means):
    distances = np.stack([np.sum((X - mean) ** 2, axis=1) for mean in means], axis=1)
    return distances.argmin(axis=1)


nearest_mean = AnswerKey(reference=_nearest_mean)


@nearest_mean.mistake(
    "You get the mean that is farthest away. The largest score wins, but is a distance a score?",
    source="https://github.com/hil-se/fds/issues/40",
)
def nearest_mean_farthest(X, means):
    return ((X[:, np.newaxis] - means) ** 2).sum(axis=2).argmax(axis=1)


@nearest_mean.mistake(
    "You get one answer for all samples together, the mean with the smallest distance to the whole of X. Over which "
    "axis should the squares be added up?",
    source="https://github.com/dandynaufaldi/particle-swarm-optimized-clustering/pull/3",
)
def nearest_mean_of_all_samples(X, means):
    return np.argmin([np.linalg.norm(X - mean) for mean in means])


@nearest_mean.mistake(
    "Every sample gets the same mean, the one with the largest sum: positive and negative differences cancel when "
    "they are added up. What is missing in the distance?"
)
def nearest_mean_without_square(X, means):
    return (X[:, np.newaxis] - means).sum(axis=2).argmin(axis=1)


@nearest_mean.mistake(
    "You get this if the mean with the largest scalar product wins. A long mean has a large product even with samples "
    "that are far from it."
)
def nearest_mean_by_product(X, means):
    return (X @ means.T).argmax(axis=1)


@nearest_mean.mistake("You get distances, not the means that they belong to. Does the task ask how far, or which?")
def nearest_mean_how_far(X, means):
    return ((X[:, np.newaxis] - means) ** 2).sum(axis=2).min(axis=1)


@nearest_mean.mistake(
    "You get a sample for each mean, and the task asks for a mean for each sample. Along which axis do the means lie?"
)
def nearest_mean_other_axis(X, means):
    return ((X[:, np.newaxis] - means) ** 2).sum(axis=2).argmin(axis=0)


minibatches = AnswerKey(reference=data.minibatches)


@minibatches.mistake(
    "Each sample comes once and in another order, but no longer beside its own label. How many random orders do you "
    "draw, and what is each of them applied to?",
    source="https://github.com/udacity/sdc-issue-reports/issues/1326",
)
def minibatches_shuffled_separately(X, Y, batch_size, rng):
    X, Y = rng.permutation(X), rng.permutation(Y)
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size], Y[start : start + batch_size]


@minibatches.mistake(
    "The samples after the last full batch are missing. How many batches do you need for 23 samples in batches of 5?",
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
    "In one epoch some samples come more than once and others never, unless one batch holds them all. Is one order "
    "drawn for the whole epoch, or a new one for each batch?"
)
def minibatches_shuffled_for_each_batch(X, Y, batch_size, rng):
    for start in range(0, len(X), batch_size):
        batch = rng.permutation(len(X))[start : start + batch_size]
        yield X[batch], Y[batch]


@minibatches.mistake(
    "The samples come in the same order in each epoch. Where does the generator that draws this order come from, and "
    "how often does it start again?",
    source="https://github.com/deeppavlov/DeepPavlov/issues/13",
)
def minibatches_seeded_inside(X, Y, batch_size, rng):
    rng = np.random.default_rng(0)
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        batch = order[start : start + batch_size]
        yield X[batch], Y[batch]


@minibatches.mistake(
    "The batches are cut correctly, but the samples come in the order in which they were given. Where do you use "
    "`rng`?",
    source="https://github.com/openai/random-network-distillation/issues/17",
)
def minibatches_without_shuffling(X, Y, batch_size, rng):
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size], Y[start : start + batch_size]


@minibatches.mistake(
    "If the samples fill their batches exactly, an empty batch comes after them. When does a remainder need a batch "
    "of its own?"
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
