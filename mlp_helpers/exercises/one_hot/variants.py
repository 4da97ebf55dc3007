"""Right answers to `one_hot`, in the styles of different students."""

import numpy as np


def one_hot_zeros(labels, n_classes):
    if labels.min() < 0 or labels.max() >= n_classes:
        raise ValueError
    rows = np.zeros((len(labels), n_classes), dtype=int)
    rows[np.arange(len(labels)), labels] = 1
    return rows


def one_hot_loop(labels, n_classes):
    for label in labels:
        if label not in range(n_classes):
            raise ValueError(f"no class {label}")
    rows = []
    for label in labels:
        row = [0.0] * n_classes
        row[label] = 1.0
        rows.append(row)
    return np.array(rows)


def one_hot_compared(labels, n_classes):
    if np.any((labels < 0) | (labels >= n_classes)):
        raise ValueError("no such class")
    return labels[:, np.newaxis] == np.arange(n_classes)


def one_hot_where(labels, n_classes):
    if labels.min() < 0 or labels.max() >= n_classes:
        raise ValueError
    columns = np.tile(np.arange(n_classes), (len(labels), 1))
    return np.where(columns == labels.reshape(-1, 1), 1.0, 0.0)


def one_hot_put(labels, n_classes):
    for label in labels:
        if label not in range(n_classes):
            raise ValueError(f"no class {label}")
    rows = np.zeros((len(labels), n_classes), dtype=np.float32)
    np.put_along_axis(rows, labels[:, None], 1, axis=1)
    return rows


def one_hot_taken(labels, n_classes):
    if np.any((labels < 0) | (labels >= n_classes)):
        raise ValueError("no such class")
    return np.identity(n_classes).take(labels, axis=0)


def one_hot_counted(labels, n_classes):
    if labels.min() < 0 or labels.max() >= n_classes:
        raise ValueError
    return np.array([np.bincount([label], minlength=n_classes) for label in labels])


VARIANTS = [
    one_hot_zeros,
    one_hot_loop,
    one_hot_compared,
    one_hot_where,
    one_hot_put,
    one_hot_taken,
    one_hot_counted,
]
