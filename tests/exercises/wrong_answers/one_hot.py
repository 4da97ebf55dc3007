"""Wrong answers to `one_hot`."""

import numpy as np

from wrong_answers import partly_right, wrong


@wrong("takes columns of the identity matrix: one for each sample", names="rows and columns")
def one_hot_transposed(labels, n_classes):
    return np.eye(n_classes)[:, labels]


@wrong("puts the 1s of all labels into every row", names="every row|:, labels")
def one_hot_all_labels_in_each_row(labels, n_classes):
    result = np.zeros((len(labels), n_classes))
    result[:, labels] = 1
    return result


@wrong("gives np.zeros the number of classes as a dtype", names="tuple|dtype|bracket")
def one_hot_shape_in_two_arguments(labels, n_classes):
    Y = np.zeros(len(labels), n_classes)
    for i in range(len(labels)):
        Y[i, labels[i]] = 1
    return Y


@wrong("appends one row again and again, in which the 1s pile up", names="other samples")
def one_hot_one_row_for_all(labels, n_classes):
    rows = []
    row = np.zeros(n_classes)
    for label in labels:
        row[label] = 1
        rows.append(row)
    return np.array(rows)


@wrong("counts labels from 1", names="start|- 1")
def one_hot_from_1(labels, n_classes):
    n = len(labels)
    out = np.zeros((n, n_classes))
    for i in range(n):
        out[i, labels[i] - 1] = 1
    return out


@partly_right("numbers the labels that occur anew", names="occur|missing|unique")
def one_hot_renumbered(labels, n_classes):
    classes, inverse = np.unique(labels, return_inverse=True)
    return np.eye(n_classes)[inverse]


@wrong("compares labels and classes entry by entry", names="entry by entry|axis")
def one_hot_without_new_axis(labels, n_classes):
    return (labels == np.arange(n_classes)).astype(float)


@wrong("returns after the first sample", names="return")
def one_hot_returned_in_loop(labels, n_classes):
    encoded = np.zeros((len(labels), n_classes))
    for i, label in enumerate(labels):
        encoded[i, label] = 1
        return encoded


@wrong("counts labels from 1, and refuses a label of -1", names="start|- 1")
def one_hot_from_1_without_negative_labels(labels, n_classes):
    if labels.min() < 0:
        raise ValueError(labels)
    return np.eye(n_classes)[labels - 1]


@partly_right("lets the label n_classes through, for which indexing fails", names="largest label")
def one_hot_limit_off_by_one(labels, n_classes):
    if min(labels) < 0 or max(labels) > n_classes:
        raise ValueError(labels)
    return np.eye(n_classes)[labels]
