"""Properties of results: each sentence is said of an answer of which it is true, and not where it would be false."""

from typing import ClassVar

import numpy as np
import pytest
from wrong_answers import ANSWERS

import mlp_helpers as mlp
from mlp_helpers.checking.batches import BATCH_PROPERTIES
from mlp_helpers.checking.observations import agree
from mlp_helpers.diagnosis import hints
from mlp_helpers.diagnosis.attempt import Attempt
from mlp_helpers.exercises import exercise, names
from mlp_helpers.exercises.clinic.cases import WHAT_TO_ASK
from mlp_helpers.exercises.Dense.answers import RightDense
from mlp_helpers.exercises.Network.answers import RightNetwork
from mlp_helpers.exercises.Network.cases import COPIES
from mlp_helpers.exercises.train.answers import _train

RATE = "a weight at each batch"

KNOWN = {
    answer.__name__: answer
    for answer in (
        *(mistake.answer for name in names() for mistake in exercise(name).key.mistakes if callable(mistake.answer)),
        *(wrong.answer for wrong in ANSWERS),
    )
}


class DenseInSinglePrecision(RightDense):
    def __init__(self, n_inputs, n_units, rng):
        super().__init__(n_inputs, n_units, rng)
        self.W, self.b = self.W.astype(np.float32), self.b.astype(np.float32)


class DenseOncePerGenerator(RightDense):
    drawn: ClassVar = {}

    def __init__(self, n_inputs, n_units, rng):
        super().__init__(n_inputs, n_units, rng)
        self.W, _ = self.drawn.setdefault((n_inputs, n_units, id(rng)), (self.W, rng))


class DenseSharesParameters(RightDense):
    kept: ClassVar = {}

    def __init__(self, n_inputs, n_units, rng):
        super().__init__(n_inputs, n_units, rng)
        if (n_inputs, n_units) == (4, 3):
            self.W, self.b = self.kept.setdefault("both", (self.W, self.b))


class DenseTakesSteps(RightDense):
    def bprop(self, dZ):
        dX = super().bprop(dZ)
        self.params()[0][...] -= 0.1
        return dX


class NetworkWeightsFirst(RightNetwork):
    def params(self):
        return self.arrays[::2] + self.arrays[1::2]


class NetworkWithoutCopies(RightNetwork):
    def __deepcopy__(self, memo):
        return self


class NetworkWithFrozenCopies(RightNetwork):
    def __deepcopy__(self, memo):
        other = type(self).__new__(NetworkWithFrozenCopies)
        vars(other).update(vars(self), params=lambda: [array.copy() for array in self.arrays])
        return other


def dropout_of_large_numbers(A, keep_probability, rng):
    score = A + rng.random(A.shape) / 5
    mask = (score <= np.quantile(score, keep_probability)) / keep_probability
    return A * mask, mask


def dropout_of_small_numbers(A, keep_probability, rng):
    score = A + rng.random(A.shape) / 5
    mask = (score >= np.quantile(score, 1 - keep_probability)) / keep_probability
    return A * mask, mask


def dropout_keeping_more(A, keep_probability, rng):
    mask = (rng.random(A.shape) < keep_probability + 0.1) / keep_probability
    return A * mask, mask


def dropout_of_units(A, keep_probability, rng):
    mask = np.broadcast_to((rng.random(A.shape[1]) < keep_probability) / keep_probability, A.shape).copy()
    return A * mask, mask


def dropout_as_at_first(A, keep_probability, rng, drawn={}):  # noqa: B006
    mask, _ = drawn.setdefault(id(rng), ((rng.random(A.shape) < keep_probability) / keep_probability, rng))
    return A * mask, mask


def minibatches_in_shuffled_order(X, Y, batch_size, rng):
    starts = rng.permutation(np.arange(0, len(X) - len(X) % batch_size, batch_size))
    starts = [*starts, *range(len(X) - len(X) % batch_size, len(X), batch_size)]
    for start in starts:
        yield X[start : start + batch_size], Y[start : start + batch_size]


def momentum_of_other_shapes(params, grads, velocities, learning_rate, momentum):
    params[0] += 1
    velocities[0].resize(velocities[0].size, refcheck=False)


def momentum_wrong_from_rest(params, grads, velocities, learning_rate, momentum):
    for param, grad, v in zip(params, grads, velocities, strict=True):
        v[...] = momentum * v - learning_rate * grad if v.any() else grad
        param += v


def momentum_by_products(params, grads, velocities, learning_rate, momentum):
    for param, grad, v in zip(params, grads, velocities, strict=True):
        v *= momentum - learning_rate * grad
        param += v


def batch_norm_without_products(dA, X_hat, gamma, sigma):
    dgamma, dbeta = np.mean(dA * X_hat, axis=0, keepdims=True), np.mean(dA, axis=0, keepdims=True)
    return gamma / sigma * (dA - dbeta - X_hat**2), dgamma, dbeta


def train_forgets_the_last_loss(*arguments):
    train_losses, valid_losses = _train(*arguments)
    return train_losses, valid_losses[:-1]


def sgd_epoch_at(rate):
    def sgd_epoch(network, X, Y, learning_rate, batch_size, rng):
        for X_batch, Y_batch in mlp.minibatches(X, Y, batch_size, rng):
            for param, grad in zip(network.params(), network.gradients(X_batch, Y_batch), strict=True):
                param -= rate(learning_rate) * grad

    return sgd_epoch


def sgd_epoch_with_a_step_before(network, X, Y, learning_rate, batch_size, rng):
    for param in network.params():
        param += 1.0
    sgd_epoch_at(float)(network, X, Y, learning_rate, batch_size, rng)


def sgd_epoch_by_pairs(network, X, Y, learning_rate, batch_size, rng):
    for X_batch, Y_batch in mlp.minibatches(X, Y, batch_size, rng):
        for param, grad in (network.params(), network.gradients(X_batch, Y_batch)):
            param -= learning_rate * grad


def sgd_epoch_of_the_first_parameter(network, X, Y, learning_rate, batch_size, rng):
    for X_batch, Y_batch in mlp.minibatches(X, Y, batch_size, rng):
        network.params()[0][...] -= learning_rate * network.gradients(X_batch, Y_batch)[0]


def train_records_backwards(*arguments):
    train_losses, valid_losses = _train(*arguments)
    return train_losses, valid_losses[::-1]


def train_records_validation_first(network, X, Y, X_valid, Y_valid, *others):
    first = network.loss(X_valid, Y_valid)
    train_losses, valid_losses = _train(network, X, Y, X_valid, Y_valid, *others)
    return train_losses, [first, *valid_losses[:-1]]


def train_at_a_tenth_of_the_rate(network, X, Y, X_valid, Y_valid, learning_rate, *others):
    return _train(network, X, Y, X_valid, Y_valid, learning_rate / 10, *others)


def train_a_copy(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    losses = [(network.loss(X, Y), network.loss(X_valid, Y_valid)) for _ in range(n_epochs)]
    _train(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng)
    return losses[:8] and [list(record) for record in zip(*losses[:8], strict=True)]


def train_by_global_rng(*arguments):
    return _train(*arguments[:-1], np.random.default_rng(5))


def train_beside_others(network, X, Y, *others):
    return _train(network, X, np.roll(Y, 1), *others)


# Exercise and property; what is said, and an answer of which it is true; another one, of which it would be false. Where
# a property has a direction, there is a row for each.
TABLE = [
    ("Dense", "shapes", "Its arrays have the shapes W (", "DenseFlatBiases", "DenseBiasesOfOne"),
    ("Dense", "types", "Its parameters are not both of dtype float64", DenseInSinglePrecision, "DenseRandomBiases"),
    ("Dense", "biases", "The biases do not start at 0.", "DenseBiasesOfOne", "DenseZeroWeights"),
    ("Dense", "weights by rng", "The initial weights do not depend on `rng`", "DenseGlobalGenerator", "DenseGlorot"),
    ("Dense", "other weights in each layer", "A second layer made with the", DenseOncePerGenerator, "DenseGlorot"),
    ("Dense", "weights around 0", "The initial weights do not lie around 0.", "DenseWeightsFrom0", "DenseGlorot"),
    ("Dense", "normally distributed", "The initial weights are not normally", "DenseUniformWeights", "DenseGlorot"),
    ("Dense", "spread of the weights", "The initial weights do not have the variance that the task asks for: with 256 "
        "inputs, 8 units, they have variance some 128 times too small.", "DenseVarianceAsDeviation", "DenseGlorot"),
    ("Dense", "spread of the weights", "The initial weights do not have the variance that the task asks for: with 256 "
        "inputs, 8 units, they have variance some 32 times too large.", "DenseSpreadByUnits", "DenseGlorot"),
    ("Dense", "params are its own arrays", "Changes to the arrays that `params` returns", "DenseCopies", "DenseGlorot"),
    ("Dense", "no step is taken", "The parameters change in `fprop` or in `bprop`.", DenseTakesSteps, "DenseCopies"),
    ("Dense", "two layers share no parameters", "A step of one layer", DenseSharesParameters, "DenseGradientsInClass"),
    ("Dense", "another layer may go forward in between", "A layer goes back with what another one remembers.",
        "DenseRemembersInClass", "DenseGradientsInClass"),
    ("Dense", "another layer may go back afterwards", "The gradients of a layer become those of another one.",
        "DenseGradientsInClass", "DenseRemembersInClass"),
    ("Network", "params", "`params` gives the arrays in another order", NetworkWeightsFirst, "NetworkOwnGenerator"),
    ("Network", "weights by rng", "The initial weights do not depend on", "NetworkOwnGenerator", "NetworkForgetsNames"),
    ("Network", "activations", "The attribute `activations` does not", "NetworkForgetsNames", "NetworkOwnGenerator"),
    ("Network", "predict", "The rows of what `predict` gives do not sum to 1.", "NetworkPredictsLogits",
        "NetworkOwnGenerator"),
    ("Network", COPIES, "A step of a copy, made by `copy.deepcopy`, moves the network, too.", NetworkWithoutCopies,
        NetworkWithFrozenCopies),
    ("Network", COPIES, "A step of a copy, made by `copy.deepcopy`, does not move the copy.", NetworkWithFrozenCopies,
        NetworkWithoutCopies),
    ("backward_order", "nodes alone", "Some things in your list are no nodes", "backward_order_of_pairs",
        "backward_order_with_repetitions"),
    ("backward_order", "no node twice", "A node stands in your list twice.", "backward_order_with_repetitions",
        "backward_order_forward"),
    ("backward_order", "all nodes", "Some nodes are missing from your list.", "backward_order_without_the_end",
        "backward_order_forward"),
    ("backward_order", "the end first", "Your list does not begin with the end", "backward_order_forward",
        "backward_order_as_met"),
    ("backward_order", "users first", "A node comes before another one that uses it", "backward_order_as_met",
        "backward_order_sources_emptied"),
    ("backward_order", "the graph as it was", "The lists `sources` are not as they were.",
        "backward_order_sources_emptied", "backward_order_marks_nodes"),
    ("backward_order", "right again", "For the same graph, a second call gives", "backward_order_marks_nodes",
        "backward_order_sources_emptied"),
    *(("clinic", letter, words, lambda chart, letter=letter: letter, lambda chart, other=other: other)
        for letter, other, words in zip("abcdefgh", "bcdefgha", WHAT_TO_ASK.values(), strict=True)),
    ("inverted_dropout", "shapes", "Its arrays have the shapes activations (60, 60), mask (60,)",
        "inverted_dropout_columns", "inverted_dropout_not_scaled"),
    ("inverted_dropout", "values of the mask", "The mask holds the values 0, 0.8. Which should it hold?",
        "inverted_dropout_multiplied", "inverted_dropout_not_scaled"),
    ("inverted_dropout", "A times the mask", "The activations that are left are not `A` times the mask.",
        "inverted_dropout_activations_unscaled", "inverted_dropout_in_other_order"),
    ("inverted_dropout", "share kept", "Too few entries are kept.", "inverted_dropout_sides_swapped",
        dropout_keeping_more),
    ("inverted_dropout", "share kept", "Too many entries are kept.", dropout_keeping_more,
        "inverted_dropout_sides_swapped"),
    ("inverted_dropout", "mean of the activations", "The mean of the activations becomes too small.",
        dropout_of_large_numbers, dropout_of_small_numbers),
    ("inverted_dropout", "mean of the activations", "The mean of the activations becomes too large.",
        dropout_of_small_numbers, dropout_of_large_numbers),
    ("inverted_dropout", "a draw for each entry", "There is not one draw for each entry", dropout_of_units,
        "inverted_dropout_seeded_inside"),
    ("inverted_dropout", "mask by rng", "The mask does not depend on `rng` alone.", "inverted_dropout_global_generator",
        dropout_as_at_first),
    ("inverted_dropout", "another mask each time", "Each call leaves out the same entries.", dropout_as_at_first,
        "inverted_dropout_global_generator"),
    ("minibatches", "sizes", "The batches have 5, 5, 5, 5 samples; they should have 5, 5, 5, 5, 3.",
        "minibatches_drops_the_last", "minibatches_with_an_empty_one"),
    ("minibatches", "each sample once", "In one pass over the data some samples", "minibatches_with_replacement",
        "minibatches_shuffled_separately"),
    ("minibatches", "X beside its Y", "Some rows of X are no longer beside", "minibatches_shuffled_separately",
        "minibatches_without_shuffling"),
    ("minibatches", "in random order", "The samples come in the order in which", "minibatches_without_shuffling",
        "minibatches_seeded_inside"),
    ("minibatches", "in another order in the next epoch", "Each epoch has the same order.", "minibatches_seeded_inside",
        minibatches_in_shuffled_order),
    ("minibatches", "other samples together in the next epoch", "The same samples share a batch in each epoch.",
        minibatches_in_shuffled_order, "minibatches_seeded_inside"),
    ("minibatches", "by rng", "The random order does not come from `rng`.", "minibatches_global_rng",
        minibatches_in_shuffled_order),
    ("momentum_step", "parameters", "The velocities are right, but the parameters", "momentum_step_param_rebound",
        "momentum_step_both_rebound"),
    ("momentum_step", "parameters", "The parameters are not where they should be", momentum_of_other_shapes,
        "momentum_step_param_rebound"),
    ("momentum_step", "parameters", "Neither parameters nor velocities are right. The new velocities are 1 times the "
        "old ones plus 0 times the gradients.", "momentum_step_both_rebound", "momentum_step_uphill"),
    ("momentum_step", "parameters", "Neither parameters nor velocities are right. The new velocities are 0.9 times the "
        "old ones plus 0.1 times the gradients.", "momentum_step_uphill", "momentum_step_both_rebound"),
    ("momentum_step", "parameters", "The parameters are not where they should be", momentum_wrong_from_rest,
        momentum_by_products),
    ("momentum_step", "parameters", "Neither parameters nor velocities are right. The new velocities are no multiple",
        momentum_by_products, "momentum_step_both_rebound"),
    ("momentum_step", "velocities", "The velocities are not what they should be after the step. The new velocities are "
        "1 times the old ones plus 0 times", "momentum_step_velocity_rebound", "momentum_step_param_rebound"),
    *(("batch_norm_backward", "dX", f"Only dX is wrong: of its three paths, {paths}", true, false)
        for paths, true, false in (
            ("that through the mean has a wrong factor.", "batch_norm_backward_without_mean",
                "batch_norm_backward_without_deviation"),
            ("that through sigma has a wrong factor.", "batch_norm_backward_deviation_added",
                "batch_norm_backward_without_mean"),
            ("that through the mean and that through sigma have wrong factors.", "batch_norm_backward_fixed_statistics",
                "batch_norm_backward_without_mean"),
            ("the straight one and that through the mean and that through", "batch_norm_backward_by_variance",
                "batch_norm_backward_fixed_statistics"),
        )),
    ("batch_norm_backward", "dX", "The gradient dX is wrong: of its three", "batch_norm_backward_divided_by_units",
        "batch_norm_backward_without_mean"),
    ("batch_norm_backward", "dX", "Only dX is wrong: whatever their factors", batch_norm_without_products,
        "batch_norm_backward_fixed_statistics"),
    ("sgd_epoch", RATE, "Each step is too short.", sgd_epoch_at(lambda rate: 0.1), sgd_epoch_at(lambda rate: -rate)),
    ("sgd_epoch", RATE, "Each step is too long.", sgd_epoch_at(lambda rate: 2 * rate), sgd_epoch_at(lambda rate: 0.1)),
    ("sgd_epoch", RATE, "Each step goes the opposite way.", sgd_epoch_at(lambda rate: -rate), "sgd_epoch_one_step"),
    ("sgd_epoch", RATE, "From one batch to the next, the parameters stay", "sgd_epoch_steps_after_the_loop",
        sgd_epoch_at(lambda rate: 0.1)),
    ("sgd_epoch", RATE, "The parameters have moved before the first", sgd_epoch_with_a_step_before,
        "sgd_epoch_piles_gradients_up"),
    ("sgd_epoch", RATE, "The parameters are wrong at a batch.", sgd_epoch_by_pairs, sgd_epoch_at(lambda rate: -rate)),
    ("sgd_epoch", RATE, "The parameters are wrong at a batch.", "sgd_epoch_piles_gradients_up",
        sgd_epoch_of_the_first_parameter),
    ("sgd_epoch", "parameters at the end", "The steps do not lead where they should.",
        sgd_epoch_of_the_first_parameter, sgd_epoch_with_a_step_before),
    ("split_by_writer", "sizes", "The two sides have ", "split_by_writer_not_dropped", "split_by_writer_by_image"),
    ("split_by_writer", "no writer on both sides", "A writer has images on both sides.", "split_by_writer_by_image",
        "split_by_writer_with_replacement"),
    ("split_by_writer", "no image twice", "An image comes twice.", "split_by_writer_with_replacement",
        "split_by_writer_in_order"),
    ("split_by_writer", "all writers", "Some writers are never on", "split_by_writer_of_no_more_than_needed",
        "split_by_writer_in_order"),
    ("split_by_writer", "until they are enough", "Validation has images of more writers than it needs.",
        "split_by_writer_training_first", "split_by_writer_in_order"),
    ("split_by_writer", "other writers in each split", "In 30 splits the same writers", "split_by_writer_in_order",
        "split_by_writer_first_images"),
    ("split_by_writer", "dropped at random", "The images that are left out are not drawn at random",
        "split_by_writer_first_images", "split_by_writer_global_rng"),
    ("split_by_writer", "by rng", "What is drawn at random does not come from `rng`.", "split_by_writer_global_rng",
        "split_by_writer_first_images"),
    ("train", "training losses", "The first of the training losses is that of the network before its first step.",
        "train_records_first", train_at_a_tenth_of_the_rate),
    ("train", "training losses", "The training losses are all that of the network before", train_a_copy,
        "train_records_first"),
    ("train", "training losses", "The training losses are not right. Over which samples", "train_records_one_batch",
        "train_records_first"),
    ("train", "validation losses", "The first of the validation losses is that", train_records_validation_first,
        train_records_backwards),
    ("train", "validation losses", "The first 7 validation losses are right, but there are 7, and not 8. After which",
        train_forgets_the_last_loss, train_records_backwards),
    ("train", "validation losses", "The validation losses are not right. Over which", train_records_backwards,
        train_records_validation_first),
    ("train", "each sample once in each epoch", "In an epoch some training samples come twice or never",
        "train_adds_validation_data", "train_seeds_each_epoch"),
    ("train", "X beside its Y", "Some rows of X are no longer beside", train_beside_others, train_by_global_rng),
    ("train", "steps", "There are too few steps. When does training end?", "train_counts_on", "train_waits_one_more"),
    ("train", "steps", "There are too many steps. When does training end?", "train_waits_one_more", "train_counts_on"),
    ("train", "steps", "The training losses are not right.", train_at_a_tenth_of_the_rate, "train_waits_one_more"),
    ("train", "another order in each epoch", "Two epochs have the same order.", "train_seeds_each_epoch",
        train_by_global_rng),
    ("train", "by rng", "The random order does not come from `rng`.", train_by_global_rng, "train_seeds_each_epoch"),
    ("train", "best parameters at the end", "The network does not end with the parameters of its best epoch.",
        "train_puts_nothing_back", "train_seeds_each_epoch"),
]  # fmt: skip


def seen(name, answer):
    """Return the first property that differs, or the text in place of a result, and the hint on it."""
    attempt = Attempt.at(exercise(name), KNOWN.get(answer, answer))
    wanted, got = next(pair for pair in attempt.pairs if not agree(pair[0].value, pair[1].value))
    key = got.value if isinstance(got.value, str) else hints.first_difference([(wanted, got)])
    return key, hints.first_case(attempt, with_numbers=False)


@pytest.mark.parametrize(("name", "key", "words", "true", "false"), TABLE)
def test_a_sentence_is_said_where_it_is_true_and_not_where_it_is_false(name, key, words, true, false):
    found, hint = seen(name, true)
    assert found == key
    assert hint.startswith(words)
    assert not seen(name, false)[1].startswith(words)


def test_each_property_has_a_row():
    shared = BATCH_PROPERTIES.keys()
    asked = {(name, key) for name in names() for key in exercise(name).questions.properties}
    there = {(name, key) for name, key, *_ in TABLE}
    assert there <= asked
    assert {pair for pair in asked - there if pair[0] != "sgd_epoch" or pair[1] not in shared} == set()
