"""Cases of `split_by_writer`."""

import copy

import numpy as np

from mlp_helpers.checking.batches import has_drawn, next_numbers, sizes_of
from mlp_helpers.checking.questions import Misfit, Questions, own_array, refusing

N_SPLITS = 30  # of each case. In two draws of three, validation images of several writers are dropped
UNEVEN = 2, 3, 4, 5, 5, 6, 7, 8  # images of each writer
REFUSALS = (
    "too few images",
    "too few on one side",
    "a single writer",
    "none for training",
    "none for validation",
    "writers of other images",
)


def _cases(rng):
    def case(n_images, n_train, n_valid, n_writers=None):
        people = rng.choice(np.r_[:611, 2100:2600], size=len(n_images), replace=False)
        writers = rng.permutation(np.repeat(people, n_images))
        return rng.uniform(size=(len(writers), 3)), writers[:n_writers], n_train, n_valid, rng

    uneven = rng.permutation(UNEVEN)
    return {
        "40 images of 8 writers": case(uneven, int(rng.integers(12, 16)), int(rng.integers(8, 11))),
        "4 images of each of 6 writers": case([4] * 6, 16, 8),
        "two writers": case([9, 10], int(rng.integers(3, 6)), int(rng.integers(6, 9))),
        "too few images": case(uneven, 30, 11),
        "too few on one side": case([10, 10], 12, 5),
        "a single writer": case([12], 6, 3),
        "none for training": case(uneven, 0, 9),
        "none for validation": case(uneven, 14, 0),
        "writers of other images": case(uneven, 14, 9, n_writers=-1),
    }


def _is_refused(X, writers, n_train, n_valid, _rng):
    most = len(writers) - min(np.unique(writers, return_counts=True)[1])  # images of a side: the other has a writer
    is_impossible = len(X) < n_train + n_valid or most < max(n_train, n_valid)
    return is_impossible or min(n_train, n_valid) < 1 or len(X) != len(writers)


def _look_at_splits(answer, X, writers, n_train, n_valid, rng):
    """Return many splits, pairs of arrays of indices, the first one once more, by the same draws, and the numbers that
    come next; or what `refusing` returns.
    """
    arguments = X, writers, n_train, n_valid, rng
    if _is_refused(*arguments):
        return refusing(_is_refused)(answer, *arguments)
    as_first = *arguments[:-1], copy.deepcopy(rng)
    splits = [_split(answer(*arguments)) for _ in range(N_SPLITS)]
    return {"splits": splits, "the first again": _split(answer(*as_first)), "next numbers": next_numbers(rng)}


def _split(given):
    """Return a pair of arrays of indices; raise `Misfit` for anything else."""
    if not isinstance(given, tuple | list) or len(given) != 2:
        raise Misfit("It must return two arrays of indices, for training and for validation, and it does not.")
    sides = [own_array(side, "One side must be an array of indices, and is something") for side in given]
    for side in sides:
        if side.ndim != 1 or (side.size and side.dtype.kind not in "iu"):
            mask = " `np.flatnonzero` gives the indices at which a mask is True." if side.dtype == bool else ""
            raise Misfit(
                f"One side must be a row of indices, whole numbers, and is an array of shape {side.shape} and dtype "
                f"{side.dtype}.{mask}"
            )
    return tuple(side.astype(np.int64) for side in sides)


def _conclude_splits(seen, X, writers, n_train, n_valid, rng):
    """Return what splits have; what is seen may be forged, so nothing but their indices is believed."""
    if _is_refused(X, writers, n_train, n_valid, rng):
        return seen
    if len(seen["splits"]) != N_SPLITS or any(len(split) != 2 for split in seen["splits"]):
        raise Misfit("There are no splits to look at.")
    splits = [tuple(np.array(side, dtype=np.int64) for side in split) for split in seen["splits"]]
    sizes = [(len(train), len(valid)) for train, valid in splits]
    images = [np.sort(np.concatenate(split)) for split in splits]
    if any(len(both) and (both[0] < 0 or both[-1] >= len(X)) for both in images):
        raise Misfit(f"The indices must lie between 0 and {len(X) - 1}, and some do not.")
    people = [tuple(frozenset(writers[side].tolist()) for side in split) for split in splits]
    return {
        "sizes": np.array(next((size for size in sizes if size != (n_train, n_valid)), sizes[0])),
        "no writer on both sides": not any(train & valid for train, valid in people),
        "no image twice": all(np.all(np.diff(both) > 0) for both in images),
        "all writers": any(_are_all_used(split, (n_train, n_valid), writers) for split in people),
        "other writers in each split": len({valid for _, valid in people}) > 1,
        "until they are enough": not any(_has_spare(valid, n_valid, writers) for _, valid in people),
        "dropped at random": all(_are_dropped_at_random(side, writers) for side in zip(*splits, strict=True)),
        "by rng": has_drawn(rng, seen["next numbers"]) and _are_equal(splits[0], seen["the first again"]),
    }


def _are_all_used(split, sizes, writers):
    """Return whether a split shows that no writer is left out: all are on a side, or one has more than it needs.

    Of a writer on a side, all images may be dropped, so many right splits show neither.
    """
    has_spare = any(_has_spare(side, size, writers) for side, size in zip(split, sizes, strict=True))
    return has_spare or frozenset.union(*split) == frozenset(writers.tolist())


def _has_spare(side, size, writers):
    """Return whether a side, a set of writers, would have enough images without one of them."""
    n_images = [np.count_nonzero(writers == writer) for writer in side]
    return sum(n_images) - max(n_images, default=0) >= size


def _are_equal(split, other):
    return len(split) == len(other) and all(map(np.array_equal, split, other))


def _are_dropped_at_random(sides, writers):
    """Return whether the images of its writers that one side leaves out look random, in many splits.

    They do not if they are always the last or the first ones, or always of a single writer of several. If there never
    are any, nothing is wrong.
    """
    people, codes = np.unique(writers, return_inverse=True)
    found = []
    for side in sides:
        is_on_side, is_out = np.zeros(len(people), dtype=bool), np.ones(len(writers), dtype=bool)
        is_on_side[codes[side]], is_out[side] = True, False
        images = np.flatnonzero(is_on_side[codes])  # of the writers of this side
        found.append((images, is_out[images]))
    if not any(is_out.any() for _, is_out in found):
        return True
    are_last = all(np.all(is_out[:-1] <= is_out[1:]) for _, is_out in found)
    are_first = all(np.all(is_out[:-1] >= is_out[1:]) for _, is_out in found)
    n_writers = max(len(set(codes[images[is_out]].tolist())) for images, is_out in found)
    return not are_last and not are_first and (n_writers > 1 or len(people) == 2)


QUESTIONS = Questions(
    _cases,
    _look_at_splits,
    _conclude_splits,
    awkward=REFUSALS,
    ordinary_share=1 / 2,
    conceals=("data", "network"),
    properties={
        "sizes": lambda wanted, got, _: (
            f"The two sides have {sizes_of(got)} images; they should have {sizes_of(wanted)}."
        ),
        "no writer on both sides": "A writer has images on both sides.",
        "no image twice": "An image comes twice.",
        "all writers": "Some writers are never on either side. Whose images are for training?",
        "until they are enough": (
            "Validation has images of more writers than it needs. For which side do you draw writers, and until when?"
        ),
        "other writers in each split": f"In {N_SPLITS} splits the same writers are drawn each time.",
        "dropped at random": (
            "The images that are left out are not drawn at random from all images of a side. Which of them can be "
            "dropped?"
        ),
        "by rng": "What is drawn at random does not come from `rng`.",
    },
)
