"""Cases of notebook 04: steps, epochs, and trainings. Toy networks replace that of the package, which is an answer."""

import numpy as np

from mlp_helpers.checking.data_loading import look_at_epochs, numbered_samples
from mlp_helpers.checking.questions import Questions, look_at_arrays

CONCEALED = ("optimizers", "training", "network")


def _sgd_step(rng):
    def arrays(*shapes):
        return [rng.normal(size=shape) for shape in shapes]

    return {
        "two layers": (arrays((3, 2), (1, 2), (2, 2), (1, 2)), arrays((3, 2), (1, 2), (2, 2), (1, 2)), 0.1),
        "one parameter": (arrays((2, 2)), arrays((2, 2)), 0.5),
        "a rate of 2": (arrays((4,)), arrays((4,)), 2.0),
    }


class ToyNetwork:
    """A network with two parameters and constant gradients, which records the calls of `gradients` in its diary."""

    def __init__(self, rng):
        self._params = [rng.normal(size=(2, 2)), rng.normal(size=(1, 2))]
        self._grads = [rng.normal(size=(2, 2)), rng.normal(size=(1, 2))]
        self.diary = []  # for each call of `gradients`: X, Y, and a copy of the first parameter

    def params(self):
        """Return the parameters by reference."""
        return list(self._params)

    def gradients(self, X, Y):
        """Record the batch; return the gradients."""
        self.diary.append((np.array(X), np.array(Y), self._params[0].copy()))
        return [grad.copy() for grad in self._grads]


def _sgd_epoch(rng):
    return {
        "23 samples in batches of 5": (ToyNetwork(rng), *numbered_samples(23), 0.1, 5, rng),
        "12 samples in batches of 4": (ToyNetwork(rng), *numbered_samples(12), 0.5, 4, rng),
    }


def _look_at_training(answer, network, X, Y, learning_rate, batch_size, rng):
    """Train two epochs; return the properties that all right answers share, however they shuffle."""
    X_before, Y_before, state, epochs = X.copy(), Y.copy(), rng.bit_generator.state, []
    for _ in range(2):
        answer(network, X, Y, learning_rate, batch_size, rng)
        epochs.append(network.diary)
        network.diary = []
    first, second = ([(X_batch, Y_batch) for X_batch, Y_batch, _ in epoch] for epoch in epochs)
    return {
        **look_at_epochs(X_before, Y_before, first, second),
        "by rng": rng.bit_generator.state != state,
        "a weight at each batch": np.array([weights[0, 0] for _, _, weights in epochs[0]]),
        "parameters at the end": network.params(),
    }


N_TRAIN, N_VALID, FIRST_VALID = 11, 5, 500


class _ToyLoss:
    """The end of the toy network: its predictions hold each sample's number and loss."""

    def loss(self, Y, Y_pred):
        """Return the mean loss; a sample beside a target of another one costs 1 more."""
        numbers, losses = Y_pred.T
        return round(float(np.mean(losses + (np.asarray(Y) != 1000 + numbers))), 9)  # equal losses stay equal


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
    """

    def __init__(self, rng, learning_rate, n_steps, script):
        self._params = [rng.normal(size=(2, 2)), rng.normal(size=(1, 2))]
        self._grads = [rng.uniform(1, 2, size=(2, 2)), rng.uniform(1, 2, size=(1, 2))]
        self._first = self._params[0][0, 0]
        self._per_epoch = learning_rate * n_steps * self._grads[0][0, 0]
        self._script = script
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
        """Return the number and the loss of each sample; those of the validation set follow a line of their own."""
        numbers = np.asarray(X)[:, 0]
        train, valid = self._line("train"), self._line("valid")
        return np.stack([numbers, np.where(numbers < FIRST_VALID, train, valid) + 0.01 * (numbers % 5)], axis=1)

    def evaluate(self, X, Y):
        """Return loss and error."""
        return self.layers[-1].loss(Y, self.predict(X)), self.classification_error(X, Y)

    def classification_error(self, X, Y):
        """Return the error."""
        return float(self._line("error"))

    def _line(self, name):
        epoch = (self._first - self._params[0][0, 0]) / self._per_epoch
        epoch = round(epoch) if abs(epoch - round(epoch)) < 1e-6 else epoch
        return np.interp(epoch, np.arange(len(self._script[name])), self._script[name])


# Validation losses: at the start, then after each epoch.
BUMPS = [1.0, 0.9, 0.7, 0.75, 0.72, 0.5, 0.6, 0.5, 0.55, 0.58, 0.4, 0.3, 0.2]  # best of those seen 5, seen to 8
TO_THE_END = [1.0, 0.6, 0.4, 0.5, 0.45]  # best 2, ends with its fourth epoch
TWO_EPOCHS = [0.9, 0.5, 0.6, 0.3, 0.2, 0.1]  # best 1, seen to 2


def _train(rng):
    def case(valid, batch_size, n_epochs, patience):
        scale, learning_rate = rng.uniform(0.5, 2), float(rng.choice([0.1, 0.2, 0.5]))
        script = {
            "train": scale * (1 - 0.05 * np.arange(len(valid))),  # falls to the end
            "valid": scale * np.array(valid),
            "error": 0.9 - 0.02 * np.arange(len(valid)),  # falls to the end
        }
        n_steps = -(-N_TRAIN // batch_size)
        X, Y = numbered_samples(N_TRAIN)
        X_valid, Y_valid = (numbers + FIRST_VALID for numbers in numbered_samples(N_VALID))
        network = ScriptedNetwork(rng, learning_rate, n_steps, script)
        return network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng

    return {
        "patience 3, stops early": case(BUMPS, 4, 12, 3),
        "patience 3, four epochs": case(TO_THE_END, 4, 4, 3),
        "patience 1": case(TWO_EPOCHS, 6, 5, 1),
    }


def _look_at_early_stopping(
    answer, network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng
):
    """Train; return the records, and the properties that all right answers share, however they shuffle."""
    state = rng.bit_generator.state
    result = answer(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng)
    n_steps = -(-N_TRAIN // batch_size)
    epochs = [network.diary[i : i + n_steps] for i in range(0, len(network.diary), n_steps)]
    orders = [[int(number) for X_batch, _ in epoch for number in X_batch[:, 0]] for epoch in epochs]
    return {
        "each sample once in each epoch": all(sorted(order) == list(range(N_TRAIN)) for order in orders),
        "X beside its Y": all(np.array_equal(1000 + X_batch[:, 0], Y_batch) for X_batch, Y_batch in network.diary),
        "steps": len(network.diary),
        **_records(result),
        "best parameters at the end": network.params(),
        "another order in each epoch": len(set(map(tuple, orders))) == len(orders),
        "by rng": rng.bit_generator.state != state,
    }


def _records(result):
    """Return the two lists of losses as arrays; anything else as it is, or as a sentence."""
    names = "training losses", "validation losses"
    if result is None:
        return dict.fromkeys(names, "Your function returns nothing. What does the task ask it to return?")
    if issubclass(type(result), np.ndarray) and result.ndim == 2 and len(result) == 2:
        return dict(zip(names, result, strict=True))
    if type(result) not in (list, tuple) or len(result) != 2:
        wanted = "Two lists are wanted, the training losses and the validation losses"
        return dict.fromkeys(names, f"{wanted}; your function returned {_in_words(result)}.")
    records = [np.array(part, dtype=float) if _is_row(part) else part for part in result]
    return dict(zip(names, records, strict=True))


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


QUESTIONS = {
    "sgd_step": Questions(_sgd_step, look_at_arrays, changes=(0,)),
    "sgd_epoch": Questions(_sgd_epoch, _look_at_training, changes=(0,)),
    "train": Questions(
        _train,
        _look_at_early_stopping,
        changes=(0,),
        awkward=("patience 3, four epochs", "patience 1"),
        ordinary_share=3 / 5,
    ),
}
