"""Right answer to `one_hot`, and known mistakes."""

import numpy as np

from mlp_helpers import data
from mlp_helpers.exercises.answer_keys import AnswerKey

KEY = AnswerKey(reference=data.one_hot)


@KEY.mistake(
    "Right, except that a label of -1 gets a row like any other. Which row does the index -1 pick, and what should "
    "happen with such a label?"
)
def one_hot_accepts_any_label(labels, n_classes):
    return np.eye(n_classes)[labels]


@KEY.mistake(
    "The number of columns is the number of different labels in this batch. What if one of the classes is absent?"
)
def one_hot_counts_the_labels(labels, n_classes):
    classes = np.unique(labels)
    rows = np.zeros((len(labels), len(classes)))
    for i, label in enumerate(labels):
        rows[i, list(classes).index(label)] = 1
    return rows


@KEY.mistake(
    "The number of columns depends on the largest label in this batch. Does every batch contain the last class?",
    source="https://github.com/jwcalder/GraphLearning/issues/12",
)
def one_hot_as_wide_as_the_largest_label(labels, n_classes):
    rows = np.zeros((len(labels), labels.max() + 1))
    rows[np.arange(len(labels)), labels] = 1
    return rows


@KEY.mistake(
    "There is one column more than there are classes. Which label would have its 1 in the last column?",
    source="https://github.com/Megvii-BaseDetection/YOLOX/issues/357",
)
def one_hot_with_one_class_too_many(labels, n_classes):
    return np.eye(n_classes + 1)[labels]


@KEY.mistake(
    "Each 1 is one column too far to the left, and that of label 0 is at the far right. At which number do labels "
    "start?",
    source="https://github.com/guillaume-chevalier/LSTM-Human-Activity-Recognition/issues/19",
)
def one_hot_of_labels_from_1(labels, n_classes):
    rows = np.zeros((len(labels), n_classes))
    rows[np.arange(len(labels)), labels - 1] = 1
    return rows


@KEY.mistake(
    "You get this if a label chooses the row, and the number of the sample the column. Which of the two comes first "
    "in an index?"
)
def one_hot_with_swapped_indices(labels, n_classes):
    rows = np.zeros((len(labels), n_classes))
    rows[labels, np.arange(len(labels))] = 1
    return rows


@KEY.mistake(
    "Right, except that a label of 3 with 3 classes raises an IndexError, not a ValueError. Which is the largest label "
    "that is a class?"
)
def one_hot_refuses_negative_labels_alone(labels, n_classes):
    if labels.min() < 0 or labels.max() > n_classes:
        raise ValueError(labels)
    return np.eye(n_classes)[labels]


@KEY.mistake(
    "Right, except that a label of -1 gets a row like any other. Which row does the index -1 pick, and what should "
    "happen with such a label?"
)
def one_hot_refuses_large_labels_alone(labels, n_classes):
    if labels.max() >= n_classes:
        raise ValueError(labels)
    return np.eye(n_classes)[labels]


@KEY.mistake(
    "Every row has a 1 in the columns of all labels. How do the 1s of the other samples get into a row?",
    of_ordinary=True,
)
def one_hot_of_all_labels_in_each_row(labels, n_classes):
    rows = np.zeros((len(labels), n_classes))
    rows[:, labels] = 1
    return rows


@KEY.mistake(
    "Right, except that a label of -2 gets a row like any other. Which numbers are no classes, besides the labels that "
    "you already refuse?"
)
def one_hot_refuses_minus_1_alone(labels, n_classes):
    if -1 in labels or labels.max() >= n_classes:
        raise ValueError(labels)
    return np.eye(n_classes)[labels]


@KEY.mistake(
    "Right, unless a batch is small: a label of 2 raises an IndexError where there are no more than two samples. How "
    "many rows does the matrix need, from which you take those of the labels?"
)
def one_hot_of_as_many_rows_as_samples(labels, n_classes):
    if labels.min() < 0 or labels.max() >= n_classes:
        raise ValueError(labels)
    return np.eye(len(labels), n_classes)[labels]
