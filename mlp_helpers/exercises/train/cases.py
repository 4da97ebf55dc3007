"""Cases of `train`."""

import itertools

import numpy as np

from mlp_helpers.checking.batches import (
    BATCH_PROPERTIES,
    are_rows_of,
    has_drawn,
    next_numbers,
    numbered_samples,
    plain_batches,
    positions,
    positions_of_batch,
)
from mlp_helpers.checking.observations import agree
from mlp_helpers.checking.questions import Questions

N_TRAIN, N_VALID = 11, 5
RECORDS = "training losses", "validation losses"


class _ToyLoss:
    """The end of the toy network: its predictions hold each sample's target and loss."""

    def loss(self, Y, Y_pred):
        """Return the mean loss; a sample beside a target of another one costs 1 more."""
        targets, losses = Y_pred.T
        return round(float(np.mean(losses + (np.asarray(Y) != targets))), 9)  # equal losses stay equal


class ScriptedNetwork:
    """A network whose losses follow a script: they depend on how far its parameters have moved.

    Its gradients are constant. After each epoch of right steps, its losses are those of the next line.

    Parameters
    ----------
    rng : numpy.random.Generator
    learning_rate : float
    n_steps : int
        Steps of an epoch.
    script : dict from str to sequence of float
        "train", "valid" and "error": a number for the start, and one after each epoch.
    X, Y : ndarray
        All samples that it will meet, and their targets: N_TRAIN for training, then those for validation.
    """

    def __init__(self, rng, learning_rate, n_steps, script, X, Y):
        self._params = [rng.normal(size=(2, 2)), rng.normal(size=(1, 2))]
        self._grads = [rng.uniform(1, 2, size=(2, 2)), rng.uniform(1, 2, size=(1, 2))]
        self._first = self._params[0][0, 0]
        self._per_epoch = learning_rate * n_steps * self._grads[0][0, 0]
        self._script = script
        self._X, self._targets = X, np.append(Y, np.nan)  # NaN, the last one, is the target of an unknown sample
        self.layers = [_ToyLoss()]
        self.diary = []  # the batches for which gradients were asked, as pairs

    def params(self):
        """Return the parameters by reference."""
        return list(self._params)

    def gradients(self, X, Y):
        """Record the batch; return the gradients."""
        self.diary.append((np.array(X), np.array(Y)))
        return [grad.copy() for grad in self._grads]

    def predict(self, X):
        """Return the target and the loss of each sample; those of the validation set follow a line of their own."""
        places = np.array(positions(np.asarray(X)[:, 0], self._X), dtype=int)
        losses = np.where(places < N_TRAIN, self._line("train"), self._line("valid")) + 0.01 * (places % 5)
        return np.stack([self._targets[places], losses], axis=1)

    def loss(self, X, Y):
        """Return the loss."""
        return self.layers[-1].loss(Y, self.predict(X))

    def evaluate(self, X, Y):
        """Return loss and error."""
        return self.loss(X, Y), self.classification_error(X, Y)

    def classification_error(self, X, Y):
        """Return the error."""
        return float(self._line("error"))

    def _line(self, name):
        epoch = (self._first - self._params[0][0, 0]) / self._per_epoch
        epoch = round(epoch) if abs(epoch - round(epoch)) < 1e-6 else epoch
        return np.interp(epoch, np.arange(len(self._script[name])), self._script[name])


# Validation losses: at the start, then after each epoch.
BUMPS = [1.0, 0.9, 0.7, 0.75, 0.72, 0.5, 0.6, 0.5, 0.55, 0.58, 0.4, 0.3, 0.2]  # best of those seen 5, seen to 8
TO_THE_END = [1.0, 0.6, 0.4, 0.399_999, 0.5, 0.45]  # best 3, by a millionth; ends with its fifth epoch
TWO_EPOCHS = [0.4, 0.5, 0.6, 0.3, 0.2, 0.1]  # best 1, though the start, which is no epoch, is lower; seen to 2


def _cases(rng):
    def case(valid, batch_size, n_epochs, patience, largest=1):
        scale, learning_rate = largest * rng.uniform(0.5, 2), float(rng.choice([0.1, 0.2, 0.5]))
        script = {
            "train": scale * (1 - 0.05 * np.arange(len(valid))),  # falls to the end
            "valid": scale * np.array(valid),
            "error": 0.9 - 0.02 * np.arange(len(valid)),  # falls to the end
        }
        n_steps = -(-N_TRAIN // batch_size)
        X, Y = numbered_samples(rng, N_TRAIN + N_VALID)
        network = ScriptedNetwork(rng, learning_rate, n_steps, script, X, Y)
        samples = X[:N_TRAIN], Y[:N_TRAIN], X[N_TRAIN:], Y[N_TRAIN:]
        return network, *samples, learning_rate, batch_size, n_epochs, patience, rng

    return {
        "patience 3, stops early": case(BUMPS, 4, 12, 3),
        "patience 3, five epochs": case(TO_THE_END, 4, 5, 3),
        "patience 1": case(TWO_EPOCHS, 6, 5, 1, largest=40),
    }


def _look_at_early_stopping(
    answer, network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng
):
    """Train; return the batches, the records and parameters, and the numbers that come next."""
    result = answer(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng)
    return {
        "batches": plain_batches(network.diary),
        "parameters": network.params(),
        "next numbers": next_numbers(rng),
        **_records(result),  # at the end, where the rest of long ones is left out
    }


def _conclude_early_stopping(seen, _network, X, Y, X_valid, Y_valid, _rate, batch_size, _n_epochs, _patience, rng):
    """Return the records, and the properties that all right answers share, however they shuffle."""
    X, Y = np.concatenate([X, X_valid]), np.concatenate([Y, Y_valid])
    places = [positions_of_batch(X_batch, X) for X_batch, _ in seen["batches"]]
    n_steps = -(-N_TRAIN // batch_size)
    orders = [list(itertools.chain(*places[i : i + n_steps])) for i in range(0, len(places), n_steps)]
    return {
        "each sample once in each epoch": all(sorted(order) == list(range(N_TRAIN)) for order in orders),
        "X beside its Y": are_rows_of(X, Y, seen["batches"], places),
        "steps": len(places),
        **{name: seen.get(name) for name in RECORDS},
        "best parameters at the end": seen["parameters"],
        "another order in each epoch": len(set(map(tuple, orders))) == len(orders),
        "by rng": has_drawn(rng, seen["next numbers"]),
    }


def _records(result):
    """Return the two lists of losses as arrays; anything else as it is, or as a sentence."""
    if result is None:
        return dict.fromkeys(RECORDS, "Your function returns nothing. What does the task ask it to return?")
    if issubclass(type(result), np.ndarray) and result.ndim == 2 and len(result) == 2:
        return dict(zip(RECORDS, result, strict=True))
    if type(result) not in (list, tuple) or len(result) != 2:
        wanted = "Two lists are wanted, the training losses and the validation losses"
        return dict.fromkeys(RECORDS, f"{wanted}; your function returned {_in_words(result)}.")
    records = [np.array(part, dtype=float) if _is_row(part) else part for part in result]
    return dict(zip(RECORDS, records, strict=True))


def _in_words(value):
    """Return what a value is, such as 'a list of 8 pairs'; only true types are asked."""
    kind = type(value)
    if issubclass(kind, np.ndarray):
        return f"an array of shape {value.shape}"
    if kind in (list, tuple):
        items = "pair" if value and all(type(item) in (list, tuple) and len(item) == 2 for item in value) else "item"
        return f"a {kind.__name__} of {len(value)} {items}{'' if len(value) == 1 else 's'}"
    return f"a value of type {kind.__name__}"


def _is_number(value):
    """Return whether a value is a number or a single entry of an array; only its true type is asked."""
    kind = type(value)
    return kind in (int, float) or issubclass(kind, np.integer | np.floating)


def _is_row(value):
    return type(value) in (list, tuple) and 0 < len(value) <= 100 and all(map(_is_number, value))


def _are_losses(record):
    return type(record) is np.ndarray and record.ndim == 1 and record.size > 0


def _agree_as_far_as_they_go(right, losses):
    return agree(right[: len(losses)], losses[: len(right)])


def _record(name):
    """Return the function that says what is wrong with a record."""

    def sentence(wanted, got, arguments):
        network, X, Y, X_valid, Y_valid, *_ = arguments
        samples = {"training losses": (X, Y), "validation losses": (X_valid, Y_valid)}[name]
        losses = got[name]
        if _are_losses(losses) and agree(network.loss(*samples), losses[0]):
            if len(set(losses)) == 1:
                return f"The {name} are all that of the network before its first step. What should change it?"
            return f"The first of the {name} is that of the network before its first step. When is each to be recorded?"
        if _are_losses(losses) and _agree_as_far_as_they_go(wanted[name], losses):
            n_right, n_wanted = min(len(losses), len(wanted[name])), len(wanted[name])
            return (
                f"The first {n_right} {name} are right, but there are {len(losses)}, and not {n_wanted}. After which "
                "epochs is one recorded?"
            )
        return f"The {name} are not right. Over which samples is each one taken, when, and after steps of which length?"

    return sentence


def _number_of_steps(wanted, got, arguments):
    """Return whether there are too many steps or too few; but first what is wrong with the losses that decide on it."""
    for name in RECORDS:
        right, losses = wanted[name], got[name]
        if _are_losses(losses) and not _agree_as_far_as_they_go(right, losses):
            return PROPERTIES[name](wanted, got, arguments)
    return f"There are too {'many' if got['steps'] > wanted['steps'] else 'few'} steps. When does training end?"


PROPERTIES = {
    **{name: BATCH_PROPERTIES[name] for name in ("X beside its Y", "by rng")},
    **{name: _record(name) for name in RECORDS},
    "each sample once in each epoch": "In an epoch some training samples come twice or never, or others come as well.",
    "steps": _number_of_steps,
    "another order in each epoch": "Two epochs have the same order.",
    "best parameters at the end": "The network does not end with the parameters of its best epoch.",
}

QUESTIONS = Questions(
    _cases,
    _look_at_early_stopping,
    _conclude_early_stopping,
    changes=(0,),
    awkward=("patience 3, five epochs", "patience 1"),
    ordinary_share=1 / 2,
    conceals=("optimizers", "training", "network"),
    properties=PROPERTIES,
)
