"""Right answers to `pick`, in the styles of different students."""

import numpy as np


def pick_loop(P, labels):
    entries = []
    for row, label in zip(P, labels, strict=True):
        entries.append(row[label])
    return np.array(entries)


def pick_range(P, labels):
    return P[range(P.shape[0]), labels]


def pick_along(P, labels):
    return np.take_along_axis(P, labels[:, np.newaxis], axis=1).squeeze(axis=1)


def pick_one_hot(P, labels):
    return np.sum(P * np.eye(P.shape[1])[labels], axis=1)


def pick_mask(P, labels):
    return P[labels.reshape(-1, 1) == np.arange(P.shape[1])]


def pick_diagonal(P, labels):
    return np.diag(P[:, labels])


def pick_flat(P, labels):
    return P.ravel()[labels + P.shape[1] * np.arange(len(labels))]


VARIANTS = [pick_loop, pick_range, pick_along, pick_one_hot, pick_mask, pick_diagonal, pick_flat]
