"""Right answer to `train`, and known mistakes."""

import numpy as np

from mlp_helpers.data import minibatches
from mlp_helpers.exercises.answer_keys import AnswerKey


def _sgd_epoch(network, X, Y, learning_rate, batch_size, rng):
    for X_batch, Y_batch in minibatches(X, Y, batch_size, rng):
        for param, grad in zip(network.params(), network.gradients(X_batch, Y_batch), strict=True):
            param -= learning_rate * grad


def _copied(params):
    return [param.copy() for param in params]


def _put_back(params, kept):
    for param, value in zip(params, kept, strict=True):
        param[...] = value


def _train(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    """Train, and put back the parameters of the epoch with the lowest validation loss."""
    return _trained(np.inf, None, network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng)


def _trained(
    lowest, best, network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng, margin=0.0
):
    """Train as `_train` does, where a loss and parameters of before count, too, and a gain of the margin does not."""
    train_losses, valid_losses, waited = [], [], 0
    for _ in range(n_epochs):
        _sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        train_losses.append(network.loss(X, Y))
        valid_losses.append(network.loss(X_valid, Y_valid))
        waited += 1
        if valid_losses[-1] < lowest - margin:
            lowest, waited, best = valid_losses[-1], 0, _copied(network.params())
        if waited == patience:
            break
    _put_back(network.params(), best)
    return train_losses, valid_losses


KEY = AnswerKey(reference=_train)
LAST_ONES_STAY = (
    "The records are right, but the network ends with the parameters of its last epoch. What happens later to the "
    "arrays that you keep, and what is changed at the end?"
)


@KEY.mistake(LAST_ONES_STAY, source="https://github.com/pytorch/tutorials/pull/188")
def train_keeps_a_reference(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    train_losses, valid_losses, lowest, waited = [], [], np.inf, 0
    for _ in range(n_epochs):
        _sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        train_losses.append(network.loss(X, Y))
        valid_losses.append(network.loss(X_valid, Y_valid))
        waited += 1
        if valid_losses[-1] < lowest:
            lowest, waited, best = valid_losses[-1], 0, network.params()
        if waited == patience:
            break
    _put_back(network.params(), best)
    return train_losses, valid_losses


@KEY.mistake(LAST_ONES_STAY)
def train_puts_nothing_back(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    train_losses, valid_losses = [], []
    for _ in range(n_epochs):
        _sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        train_losses.append(network.loss(X, Y))
        valid_losses.append(network.loss(X_valid, Y_valid))
        if len(valid_losses) - 1 - np.argmin(valid_losses) >= patience:
            break
    return train_losses, valid_losses


@KEY.mistake(
    "The network ends with the right parameters only if training stopped early. After which loop, or in which branch, "
    "do you put them back?",
    source="https://github.com/keras-team/keras/issues/12511",
)
def train_puts_back_only_if_stopped(
    network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng
):
    train_losses, valid_losses, lowest, waited = [], [], np.inf, 0
    for _ in range(n_epochs):
        _sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        train_losses.append(network.loss(X, Y))
        valid_losses.append(network.loss(X_valid, Y_valid))
        waited += 1
        if valid_losses[-1] < lowest:
            lowest, waited, best = valid_losses[-1], 0, _copied(network.params())
        if waited == patience:
            _put_back(network.params(), best)
            break
    return train_losses, valid_losses


@KEY.mistake(
    "It stops too early: it counts all epochs without an improvement, not those in a row. What should an improvement "
    "do to the count?"
)
def train_counts_on(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    train_losses, valid_losses, lowest, waited = [], [], np.inf, 0
    for _ in range(n_epochs):
        _sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        train_losses.append(network.loss(X, Y))
        valid_losses.append(network.loss(X_valid, Y_valid))
        if valid_losses[-1] < lowest:
            lowest, best = valid_losses[-1], _copied(network.params())
        else:
            waited += 1
        if waited == patience:
            break
    _put_back(network.params(), best)
    return train_losses, valid_losses


@KEY.mistake(
    "An epoch counts as an improvement if it is better than the one before it. Which epochs should it be better than?"
)
def train_compares_with_the_last(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    train_losses, valid_losses, last, waited = [], [], np.inf, 0
    for _ in range(n_epochs):
        _sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        train_losses.append(network.loss(X, Y))
        valid_losses.append(network.loss(X_valid, Y_valid))
        waited += 1
        if valid_losses[-1] < last:
            waited, best = 0, _copied(network.params())
        last = valid_losses[-1]
        if waited == patience:
            break
    _put_back(network.params(), best)
    return train_losses, valid_losses


@KEY.mistake(
    "It waits one epoch longer than `patience`. Count by hand: after which epoch does the number of epochs without an "
    "improvement reach it?",
    source="https://github.com/keras-team/keras/pull/8100",
)
def train_waits_one_more(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    train_losses, valid_losses, lowest, waited = [], [], np.inf, 0
    for _ in range(n_epochs):
        _sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        train_losses.append(network.loss(X, Y))
        valid_losses.append(network.loss(X_valid, Y_valid))
        waited += 1
        if valid_losses[-1] < lowest:
            lowest, waited, best = valid_losses[-1], 0, _copied(network.params())
        if waited > patience:
            break
    _put_back(network.params(), best)
    return train_losses, valid_losses


@KEY.mistake(
    "A validation loss that is not below the lowest so far counts as an improvement. What is it compared with?"
)
def train_takes_a_tie(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    train_losses, valid_losses, lowest, waited = [], [], np.inf, 0
    for _ in range(n_epochs):
        _sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        train_losses.append(network.loss(X, Y))
        valid_losses.append(network.loss(X_valid, Y_valid))
        waited += 1
        if valid_losses[-1] <= lowest:
            lowest, waited, best = valid_losses[-1], 0, _copied(network.params())
        if waited == patience:
            break
    _put_back(network.params(), best)
    return train_losses, valid_losses


NOTHING_STOPS_IT = (
    "Training never stops early and ends with its last parameters. Which number should decide when to stop, and does "
    "your loop look at it?"
)


@KEY.mistake(NOTHING_STOPS_IT)
def train_only_records(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    train_losses, valid_losses = [], []
    for _ in range(n_epochs):
        _sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        train_losses.append(network.loss(X, Y))
        valid_losses.append(network.loss(X_valid, Y_valid))
    return train_losses, valid_losses


@KEY.mistake(NOTHING_STOPS_IT)
def train_stops_by_training_loss(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    train_losses, valid_losses, lowest, waited = [], [], np.inf, 0
    for _ in range(n_epochs):
        _sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        train_losses.append(network.loss(X, Y))
        valid_losses.append(network.loss(X_valid, Y_valid))
        waited += 1
        if train_losses[-1] < lowest:
            lowest, waited, best = train_losses[-1], 0, _copied(network.params())
        if waited == patience:
            break
    _put_back(network.params(), best)
    return train_losses, valid_losses


@KEY.mistake(NOTHING_STOPS_IT)
def train_stops_by_error(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    train_losses, valid_losses, lowest, waited = [], [], np.inf, 0
    for _ in range(n_epochs):
        _sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        train_losses.append(network.loss(X, Y))
        loss, error = network.evaluate(X_valid, Y_valid)
        valid_losses.append(loss)
        waited += 1
        if error < lowest:
            lowest, waited, best = error, 0, _copied(network.params())
        if waited == patience:
            break
    _put_back(network.params(), best)
    return train_losses, valid_losses


@KEY.mistake(
    "It trains for all `n_epochs` and then puts back the best parameters. What should happen when `patience` runs out?"
)
def train_never_stops(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    train_losses, valid_losses, kept = [], [], []
    for _ in range(n_epochs):
        _sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        train_losses.append(network.loss(X, Y))
        valid_losses.append(network.loss(X_valid, Y_valid))
        kept.append(_copied(network.params()))
    _put_back(network.params(), kept[int(np.argmin(valid_losses))])
    return train_losses, valid_losses


@KEY.mistake(
    "It stops at the first epoch without an improvement, however patient it should be. Which argument is not used?"
)
def train_has_no_patience(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    train_losses, valid_losses, lowest = [], [], np.inf
    for _ in range(n_epochs):
        _sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        train_losses.append(network.loss(X, Y))
        valid_losses.append(network.loss(X_valid, Y_valid))
        if valid_losses[-1] >= lowest:
            break
        lowest, best = valid_losses[-1], _copied(network.params())
    _put_back(network.params(), best)
    return train_losses, valid_losses


@KEY.mistake(
    "Both lists begin with the losses of the untrained network. What comes first in your loop, the epoch or its record?"
)
def train_records_first(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    train_losses, valid_losses, lowest, waited = [], [], np.inf, 0
    for _ in range(n_epochs):
        train_losses.append(network.loss(X, Y))
        valid_losses.append(network.loss(X_valid, Y_valid))
        waited += 1
        if valid_losses[-1] < lowest:
            lowest, waited, best = valid_losses[-1], 0, _copied(network.params())
        if waited == patience:
            break
        _sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
    _put_back(network.params(), best)
    return train_losses, valid_losses


@KEY.mistake(
    "These are records of the errors, not of the losses. Which of its two numbers does `evaluate` return first?"
)
def train_records_errors(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    train_errors, valid_errors, lowest, waited = [], [], np.inf, 0
    for _ in range(n_epochs):
        _sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        train_errors.append(network.evaluate(X, Y)[1])
        valid_errors.append(network.evaluate(X_valid, Y_valid)[1])
        waited += 1
        if valid_errors[-1] < lowest:
            lowest, waited, best = valid_errors[-1], 0, _copied(network.params())
        if waited == patience:
            break
    _put_back(network.params(), best)
    return train_errors, valid_errors


@KEY.mistake(
    "The second list holds errors, not losses, and training never stops early. Which of its two numbers does "
    "`evaluate` return first?"
)
def train_records_validation_errors(
    network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng
):
    train_losses, valid_losses, lowest, waited = [], [], np.inf, 0
    for _ in range(n_epochs):
        _sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        train_losses.append(network.loss(X, Y))
        valid_losses.append(network.evaluate(X_valid, Y_valid)[1])
        waited += 1
        if valid_losses[-1] < lowest:
            lowest, waited, best = valid_losses[-1], 0, _copied(network.params())
        if waited == patience:
            break
    _put_back(network.params(), best)
    return train_losses, valid_losses


@KEY.mistake(
    "Everything but the training losses is right: they are not those of the whole training set. Which samples does "
    "`loss` get?"
)
def train_records_one_batch(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    train_losses, valid_losses, lowest, waited = [], [], np.inf, 0
    for _ in range(n_epochs):
        _sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        train_losses.append(network.loss(X[:batch_size], Y[:batch_size]))
        valid_losses.append(network.loss(X_valid, Y_valid))
        waited += 1
        if valid_losses[-1] < lowest:
            lowest, waited, best = valid_losses[-1], 0, _copied(network.params())
        if waited == patience:
            break
    _put_back(network.params(), best)
    return train_losses, valid_losses


@KEY.mistake("Everything is right, except that the two lists are exchanged. In which order does the task ask for them?")
def train_returns_in_other_order(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    train_losses, valid_losses = _train(
        network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng
    )
    return valid_losses, train_losses


@KEY.mistake(
    "Everything is right, except that each record holds two numbers, loss and error. What does `evaluate` return, and "
    "which part of it do you need?"
)
def train_records_pairs(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    train_losses, valid_losses, lowest, waited = [], [], (np.inf, 0), 0
    for _ in range(n_epochs):
        _sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        train_losses.append(network.evaluate(X, Y))
        valid_losses.append(network.evaluate(X_valid, Y_valid))
        waited += 1
        if valid_losses[-1][0] < lowest[0]:
            lowest, waited, best = valid_losses[-1], 0, _copied(network.params())
        if waited == patience:
            break
    _put_back(network.params(), best)
    return train_losses, valid_losses


@KEY.mistake(
    "The validation losses are those of the training set, and they decide when training stops. Which samples does "
    "each call of `loss` get?"
)
def train_validates_on_training_data(
    network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng
):
    return _train(network, X, Y, X, Y, learning_rate, batch_size, n_epochs, patience, rng)


@KEY.mistake(
    "Both lists end with the best epoch, although training went on after it. Which epochs should be recorded, the "
    "good ones or all of them?"
)
def train_cuts_the_records(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    train_losses, valid_losses = _train(
        network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng
    )
    end = int(np.argmin(valid_losses)) + 1
    return train_losses[:end], valid_losses[:end]


@KEY.mistake(
    "Stopping and records are right, but every epoch has the samples in the same order. How often do you make a "
    "generator?"
)
def train_seeds_each_epoch(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    train_losses, valid_losses, lowest, waited = [], [], np.inf, 0
    for _ in range(n_epochs):
        _sgd_epoch(network, X, Y, learning_rate, batch_size, np.random.default_rng(0))
        train_losses.append(network.loss(X, Y))
        valid_losses.append(network.loss(X_valid, Y_valid))
        waited += 1
        if valid_losses[-1] < lowest:
            lowest, waited, best = valid_losses[-1], 0, _copied(network.params())
        if waited == patience:
            break
    _put_back(network.params(), best)
    return train_losses, valid_losses


@KEY.mistake(
    "Right, except that the loss of the untrained network counts as the lowest so far. After what is the first loss "
    "recorded?"
)
def train_counts_the_start(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    before = network.loss(X_valid, Y_valid), _copied(network.params())
    return _trained(*before, network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng)


@KEY.mistake(
    "An epoch that is better by a millionth does not count as an improvement. What does the task say about how far "
    "*below* the lowest loss one must be?"
)
def train_wants_a_clear_improvement(
    network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng
):
    samples, others = (X, Y, X_valid, Y_valid), (learning_rate, batch_size, n_epochs, patience, rng)
    return _trained(np.inf, None, network, *samples, *others, margin=1e-4)
