"""Cases of `minibatches`."""

from mlp_helpers.checking.batches import (
    BATCH_PROPERTIES,
    conclude_epochs,
    has_drawn,
    next_numbers,
    numbered_samples,
    plain_batches,
)
from mlp_helpers.checking.questions import Misfit, Questions, handed_out, own_array

PAIR = "A batch must be a pair of arrays, and holds something"


def _cases(rng):
    return {
        "23 samples in batches of 5": (*numbered_samples(rng, 23), 5, rng),
        "20 samples in batches of 4": (*numbered_samples(rng, 20), 4, rng),
        "9 samples in a batch of 16": (*numbered_samples(rng, 9), 16, rng),
    }


def _look_at_batches(answer, X, Y, batch_size, rng):
    """Return the batches of two epochs, and the numbers that come next."""
    epochs = [plain_batches(_batches(answer(X, Y, batch_size, rng), len(X))) for _ in range(2)]
    return {"batches": epochs, "next numbers": next_numbers(rng)}


def _batches(given, n_samples):
    """Return an iterable of batches as a list of pairs of arrays; raise `Misfit` if it is invalid."""
    found = []
    for item in handed_out(given):
        if not isinstance(item, tuple | list) or len(item) != 2:
            raise Misfit(
                f"A batch must be a pair, rows of X and rows of Y, and what comes is of type {type(item).__name__}. "
                "Is each pair handed out with `yield`?"
            )
        if len(found) > n_samples:
            raise Misfit("There are more batches than samples. When does your loop end?")
        found.append(tuple(own_array(part, PAIR) for part in item))
    return found


def _conclude_batches(seen, X, Y, _batch_size, rng):
    return conclude_epochs(X, Y, seen["batches"]) | {"by rng": has_drawn(rng, seen["next numbers"])}


QUESTIONS = Questions(
    _cases,
    _look_at_batches,
    _conclude_batches,
    awkward=("23 samples in batches of 5", "9 samples in a batch of 16"),
    ordinary_share=1 / 2,
    conceals=("data", "network"),
    properties=BATCH_PROPERTIES,
)
