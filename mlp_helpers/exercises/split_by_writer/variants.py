"""Right answers to `split_by_writer`, in the styles of different students."""

import numpy as np


def split_by_writer_mask(X, writers, n_train, n_valid, rng):
    if len(X) != len(writers) or min(n_train, n_valid) < 1:
        raise ValueError("X and writers must be equally long, and the sizes positive")
    drawn = np.zeros(len(X), dtype=bool)
    for writer in rng.permutation(np.unique(writers)):
        if drawn.sum() < n_valid:
            drawn |= writers == writer
    train, valid = np.flatnonzero(~drawn), np.flatnonzero(drawn)
    if len(train) < n_train or len(valid) < n_valid:
        raise ValueError("too few images")
    return rng.permutation(train)[:n_train], rng.permutation(valid)[:n_valid]


def split_by_writer_counted(X, writers, n_train, n_valid, rng):
    if len(X) != len(writers):
        raise ValueError("lengths")
    if n_train <= 0 or n_valid <= 0:
        raise ValueError("sizes")
    people, n_images = np.unique(writers, return_counts=True)
    order = rng.permutation(len(people))
    n_drawn = 1 + np.searchsorted(n_images[order].cumsum(), n_valid)
    is_valid = np.isin(writers, people[order[:n_drawn]])
    if is_valid.sum() < n_valid or (~is_valid).sum() < n_train:
        raise ValueError("too few")
    train = rng.choice(np.flatnonzero(~is_valid), size=n_train, replace=False)
    valid = rng.choice(np.flatnonzero(is_valid), size=n_valid, replace=False)
    return np.sort(train), np.sort(valid)


def split_by_writer_lists(X, writers, n_train, n_valid, rng):
    if n_train < 1 or n_valid < 1 or len(writers) != len(X):
        raise ValueError
    images = {}
    for i, writer in enumerate(writers.tolist()):
        images.setdefault(writer, []).append(i)
    people = sorted(images)
    rng.shuffle(people)
    valid, train = [], []
    for writer in people:
        side = valid if len(valid) < n_valid else train
        side.extend(images[writer])
    if len(train) < n_train or len(valid) < n_valid:
        raise ValueError
    rng.shuffle(train)
    rng.shuffle(valid)
    return train[:n_train], valid[:n_valid]


def split_by_writer_shuffled_images(X, writers, n_train, n_valid, rng):
    if len(X) != len(writers) or n_train * n_valid == 0:
        raise ValueError
    order = rng.permutation(len(X))
    valid_people, n_found = [], 0
    for writer in rng.permutation(sorted(set(writers.tolist()))):
        if n_found >= n_valid:
            break
        valid_people.append(writer)
        n_found += np.count_nonzero(writers == writer)
    valid = [i for i in order if writers[i] in valid_people]
    train = [i for i in order if writers[i] not in valid_people]
    if len(valid) < n_valid or len(train) < n_train:
        raise ValueError
    return np.array(train[:n_train]), np.array(valid[:n_valid])


def split_by_writer_ranked(X, writers, n_train, n_valid, rng):
    if len(X) != len(writers) or len(X) < n_train + n_valid or min(n_train, n_valid) < 1:
        raise ValueError("sizes")
    people = np.unique(writers)
    rank = rng.permutation(len(people))[np.searchsorted(people, writers)]
    last = np.argmax(np.cumsum(np.bincount(rank)) >= n_valid)
    sides = []
    for side, size in ((rank > last, n_train), (rank <= last, n_valid)):
        (images,) = np.nonzero(side)
        if len(images) < size:
            raise ValueError("too few writers")
        rng.shuffle(images)
        sides.append(images[:size])
    return sides


VARIANTS = [
    split_by_writer_mask,
    split_by_writer_counted,
    split_by_writer_lists,
    split_by_writer_shuffled_images,
    split_by_writer_ranked,
]
