"""Wrong answers to `split_by_writer`."""

import numpy as np

from wrong_answers import wrong


@wrong("draws the writers of each side for themselves, so that some are on both", names="both sides")
def split_by_writer_drawn_twice(X, writers, n_train, n_valid, rng):
    if n_train + n_valid > len(X) or n_train <= 0 or n_valid <= 0 or len(X) != len(writers):
        raise ValueError
    people = np.unique(writers)
    if len(people) == 1:
        raise ValueError
    sides = []
    for size in (n_train, n_valid):
        chosen = []
        for person in rng.permutation(people):
            if np.isin(writers, chosen).sum() < size:
                chosen.append(person)
        images = np.flatnonzero(np.isin(writers, chosen))
        sides.append(rng.choice(images, size, replace=False))
    return sides[0], sides[1]


@wrong("returns masks", names="flatnonzero")
def split_by_writer_masks(X, writers, n_train, n_valid, rng):
    if len(X) != len(writers) or n_train < 1 or n_valid < 1:
        raise ValueError
    valid = np.zeros(len(X), dtype=bool)
    for person in rng.permutation(np.unique(writers)):
        if valid.sum() < n_valid:
            valid[writers == person] = True
    return ~valid, valid


@wrong("keeps the first images of each side", names="same chance")
def split_by_writer_head_of_each_side(X, writers, n_train, n_valid, rng):
    if len(X) != len(writers) or n_train < 1 or n_valid < 1:
        raise ValueError("lengths or sizes")
    people = list(np.unique(writers))
    rng.shuffle(people)
    val_people = []
    while np.isin(writers, val_people).sum() < n_valid and people:
        val_people.append(people.pop())
    val = np.where(np.isin(writers, val_people))[0]
    train = np.where(np.isin(writers, people))[0]
    if len(val) < n_valid or len(train) < n_train:
        raise ValueError("not enough images")
    return train[:n_train], val[:n_valid]


@wrong("takes one writer more than needed where the size is met exactly", names="<= n_valid")
def split_by_writer_one_too_many(X, writers, n_train, n_valid, rng):
    if len(X) != len(writers) or n_train < 1 or n_valid < 1:
        raise ValueError
    is_valid = np.zeros(len(X), bool)
    for person in rng.permutation(np.unique(writers)):
        if is_valid.sum() <= n_valid:
            is_valid |= writers == person
    train, valid = np.flatnonzero(~is_valid), np.flatnonzero(is_valid)
    if len(train) < n_train or len(valid) < n_valid:
        raise ValueError("too few images")
    return rng.permutation(train)[:n_train], rng.permutation(valid)[:n_valid]


@wrong("draws by NumPy's global generator", names="rng|np.random")
def split_by_writer_global_rng(X, writers, n_train, n_valid, rng):
    if len(X) != len(writers) or n_train < 1 or n_valid < 1:
        raise ValueError
    people = np.random.permutation(np.unique(writers))
    is_valid = np.zeros(len(X), bool)
    for person in people:
        if is_valid.sum() < n_valid:
            is_valid |= writers == person
    train, valid = np.flatnonzero(~is_valid), np.flatnonzero(is_valid)
    if len(train) < n_train or len(valid) < n_valid:
        raise ValueError("too few images")
    return np.random.permutation(train)[:n_train], np.random.permutation(valid)[:n_valid]


@wrong("draws a writer once for each image", names="There, .*valid")
def split_by_writer_of_each_image(X, writers, n_train, n_valid, rng):
    if len(X) != len(writers) or min(n_train, n_valid) < 1:
        raise ValueError
    chosen, count = [], 0
    for writer in rng.permutation(writers):
        if count < n_valid:
            chosen.append(writer)
            count += np.sum(writers == writer)
    is_valid = np.isin(writers, chosen)
    train, valid = np.flatnonzero(~is_valid), np.flatnonzero(is_valid)
    if len(train) < n_train or len(valid) < n_valid:
        raise ValueError("too few images")
    return rng.permutation(train)[:n_train], rng.permutation(valid)[:n_valid]


@wrong("takes n_valid for a number of writers", names="There, .*is 0")
def split_by_writer_as_many_writers(X, writers, n_train, n_valid, rng):
    if len(X) != len(writers) or min(n_train, n_valid) < 1:
        raise ValueError
    chosen = rng.permutation(np.unique(writers))[:n_valid]
    is_valid = np.isin(writers, chosen)
    train, valid = np.flatnonzero(~is_valid), np.flatnonzero(is_valid)
    if len(train) < n_train or len(valid) < n_valid:
        raise ValueError("too few images")
    return rng.permutation(train)[:n_train], rng.permutation(valid)[:n_valid]
