"""Wrong answers to `one_hot`."""

import numpy as np

from wrong_answers import partly_right, wrong


@wrong("takes columns of the identity matrix: one for each sample", names="rows and columns")
def one_hot_transposed(labels, n_classes):
    return np.eye(n_classes)[:, labels]


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


@wrong("compares labels and classes entry by entry", names="entry by entry|axis")
def one_hot_without_new_axis(labels, n_classes):
    return (labels == np.arange(n_classes)).astype(float)


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
