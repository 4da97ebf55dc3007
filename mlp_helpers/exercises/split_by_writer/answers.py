"""Right answer to `split_by_writer`, and known mistakes."""

import numpy as np

from mlp_helpers.exercises.answer_keys import AnswerKey


def _split_by_writer(X, writers, n_train, n_valid, rng):
    _refuse(X, writers, n_train, n_valid)
    train, valid = _sides(writers, n_valid, rng.permutation(np.unique(writers)))
    if len(train) < n_train or len(valid) < n_valid:
        raise ValueError(f"there must be {n_train} and {n_valid} images, got {len(train)} and {len(valid)}")
    return rng.permutation(train)[:n_train], rng.permutation(valid)[:n_valid]


def _refuse(X, writers, n_train, n_valid):
    if len(X) != len(writers) or min(n_train, n_valid) < 1 or len(X) < n_train + n_valid or len(set(writers)) == 1:
        raise ValueError(f"X, writers, n_train or n_valid do not fit, got {n_train} and {n_valid}")


def _sides(writers, n_valid, people):
    """Return the indices of all images that are left for training, and of those by the first writers."""
    is_drawn = np.zeros(len(writers), dtype=bool)
    for writer in people:
        if is_drawn.sum() < n_valid:
            is_drawn |= writers == writer
    return np.flatnonzero(~is_drawn), np.flatnonzero(is_drawn)


KEY = AnswerKey(reference=_split_by_writer)


@KEY.mistake(
    "The sizes are right, but a writer has images on both sides. What do you draw first, images or writers, and can "
    "both sides draw the same one?",
    of_ordinary=True,
)
def split_by_writer_by_image(X, writers, n_train, n_valid, rng):
    _refuse(X, writers, n_train, n_valid)
    order = rng.permutation(len(X))
    return order[:n_train], order[n_train : n_train + n_valid]


@KEY.mistake(
    "The sizes are right, but the split falls in the middle of a writer, who is on both sides. What must be complete "
    "before an image is dropped?",
    of_ordinary=True,
)
def split_by_writer_cut_at_the_border(X, writers, n_train, n_valid, rng):
    _refuse(X, writers, n_train, n_valid)
    people = rng.permutation(np.unique(writers))
    order = np.concatenate([np.flatnonzero(writers == writer) for writer in people])
    return order[n_valid : n_valid + n_train], order[:n_valid]


@KEY.mistake(
    "Whole writers are on one side, but the same ones in each split. Where is the order of the writers drawn?",
    of_ordinary=True,
)
def split_by_writer_in_order(X, writers, n_train, n_valid, rng):
    _refuse(X, writers, n_train, n_valid)
    train, valid = _sides(writers, n_valid, np.unique(writers))
    return rng.permutation(train)[:n_train], rng.permutation(valid)[:n_valid]


@KEY.mistake(
    "The writers are drawn, but all of their images stay: neither side has the size asked for. How many images of "
    "complete writers are there, and how many are wanted?",
    of_ordinary=True,
)
def split_by_writer_not_dropped(X, writers, n_train, n_valid, rng):
    _refuse(X, writers, n_train, n_valid)
    return _sides(writers, n_valid, rng.permutation(np.unique(writers)))


@KEY.mistake(
    "Writers and sizes are right, but each side keeps its first images, and drops those that come last in the file. "
    "Have all images of a side the same chance to stay?",
    of_ordinary=True,
)
def split_by_writer_first_images(X, writers, n_train, n_valid, rng):
    _refuse(X, writers, n_train, n_valid)
    train, valid = _sides(writers, n_valid, rng.permutation(np.unique(writers)))
    return train[:n_train], valid[:n_valid]


@KEY.mistake(
    "Writers and sizes are right, but all images that a side drops are of its last writer. Have all images of a side "
    "the same chance to stay?",
    of_ordinary=True,
)
def split_by_writer_of_the_last_writer(X, writers, n_train, n_valid, rng):
    _refuse(X, writers, n_train, n_valid)
    people = rng.permutation(np.unique(writers))
    _, valid = _sides(writers, n_valid, people)
    order = np.concatenate([rng.permutation(np.flatnonzero(writers == writer)) for writer in people])
    return order[len(valid) :][:n_train], order[:n_valid]


@KEY.mistake(
    "The training side has as many images as the validation side should have, and the other way round. Which side is "
    "returned first, and which size belongs to it?",
    of_ordinary=True,
)
def split_by_writer_sides_exchanged(X, writers, n_train, n_valid, rng):
    return _split_by_writer(X, writers, n_train, n_valid, rng)[::-1]


@KEY.mistake(
    "Each split is the same as the one before. Where does the generator that draws it come from, and how often does it "
    "start again?",
    of_ordinary=True,
)
def split_by_writer_seeded_inside(X, writers, n_train, n_valid, rng):
    return _split_by_writer(X, writers, n_train, n_valid, np.random.default_rng(0))


@KEY.mistake(
    "No writer is on both sides, but some images come twice. Are the images that stay drawn with replacement?",
    of_ordinary=True,
)
def split_by_writer_with_replacement(X, writers, n_train, n_valid, rng):
    _refuse(X, writers, n_train, n_valid)
    train, valid = _sides(writers, n_valid, rng.permutation(np.unique(writers)))
    return rng.choice(train, n_train), rng.choice(valid, n_valid)


@KEY.mistake(
    "Right, except that nothing is refused. What does a split return if a side cannot have the images that it should "
    "have?"
)
def split_by_writer_refuses_nothing(X, writers, n_train, n_valid, rng):
    writers = np.resize(writers, len(X))
    train, valid = _sides(writers, n_valid, rng.permutation(np.unique(writers)))
    return rng.permutation(train)[:n_train], rng.permutation(valid)[:n_valid]


@KEY.mistake(
    "Right, except that the writers of other images are taken for those of X. What must be true of X and `writers`?"
)
def split_by_writer_of_other_images(X, writers, n_train, n_valid, rng):
    return _split_by_writer(writers, writers, n_train, n_valid, rng)


@KEY.mistake("Right, except that a side may be empty. What are the smallest sizes that make sense?")
def split_by_writer_of_no_images(X, writers, n_train, n_valid, rng):
    _refuse(X, writers, max(n_train, 1), max(n_valid, 1))
    train, valid = _sides(writers, n_valid, rng.permutation(np.unique(writers)))
    return rng.permutation(train)[:n_train], rng.permutation(valid)[:n_valid]


@KEY.mistake(
    "Right, except that a side comes out smaller than asked for, where there are too few images. When do you count "
    "them?"
)
def split_by_writer_of_too_few(X, writers, n_train, n_valid, rng):
    if len(X) != len(writers) or min(n_train, n_valid) < 1:
        raise ValueError
    train, valid = _sides(writers, n_valid, rng.permutation(np.unique(writers)))
    return rng.permutation(train)[:n_train], rng.permutation(valid)[:n_valid]


@KEY.mistake(
    "Right, except that a side comes out too small although there are enough images in all. Which images may it have, "
    "once the writers are drawn?"
)
def split_by_writer_of_too_few_on_one_side(X, writers, n_train, n_valid, rng):
    _refuse(X, writers, n_train, n_valid)
    train, valid = _sides(writers, n_valid, rng.permutation(np.unique(writers)))
    return rng.permutation(train)[:n_train], rng.permutation(valid)[:n_valid]


@KEY.mistake(
    "The sizes are right, but some writers are never on either side. To which side do all belong who are not drawn for "
    "validation?",
    of_ordinary=True,
)
def split_by_writer_of_no_more_than_needed(X, writers, n_train, n_valid, rng):
    _refuse(X, writers, n_train, n_valid)
    people = rng.permutation(np.unique(writers))
    _, valid = _sides(writers, n_valid, people)
    _, train = _sides(writers, n_train, [writer for writer in people if writer not in writers[valid]])
    return rng.permutation(train)[:n_train], rng.permutation(valid)[:n_valid]


@KEY.mistake(
    "You get this if writers are drawn until training has enough, and all others are left for validation. For which "
    "side are they to be drawn, and which side takes the rest?",
    of_ordinary=True,
)
def split_by_writer_training_first(X, writers, n_train, n_valid, rng):
    _refuse(X, writers, n_train, n_valid)
    valid, train = _sides(writers, n_train, rng.permutation(np.unique(writers)))
    if len(valid) < n_valid:
        raise ValueError("too few images")
    return rng.permutation(train)[:n_train], rng.permutation(valid)[:n_valid]
