"""Training of notebook 09: independent of threads and processes, and unbiased when samples are skipped."""

import copy
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlp_helpers import AdamW, Dropout, InputLayer, SoftmaxOutput
from mlp_helpers.beyond.augmentation import Distortion, deskewed
from mlp_helpers.beyond.lockstep import HAS_FORK
from mlp_helpers.beyond.normalization import estimate_statistics
from mlp_helpers.beyond.recipe_training import Training
from mlp_helpers.beyond.recipes import Recipe, WeightedSoftmaxOutput

SMALL = Recipe(
    "as they are",
    hidden=(20, 10),
    epochs=3,
    batch_size=32,
    distortion=Distortion(shift=1, elastic=5, smoothness=3),
    together=4,
)


@pytest.fixture(scope="module")
def few(digits):
    X, y = digits[0]
    return X[:400].reshape(-1, 28, 28)[:, 4:-4, 4:-4], y[:400]


def trained(few, recipe=SMALL, seed=1, **options):
    training = Training(recipe, *few, seed, **options)
    return training, list(training)


def params(training):
    return training.network.params()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("dropout", [0.0, 0.3])
@pytest.mark.parametrize(
    "others",
    [{"n_threads": 2}, pytest.param({"processes": True}, marks=pytest.mark.skipif(not HAS_FORK, reason="no fork"))],
)
def test_it_is_the_same_whoever_computes(few, dtype, dropout, others):
    recipe = replace(SMALL, epochs=2, dtype=dtype, dropout=dropout)
    (one, losses), (two, other_losses) = (trained(few, recipe, **options) for options in ({"n_threads": 1}, others))
    assert losses == other_losses
    for a, b in zip(params(one), params(two), strict=True):
        assert a.dtype == dtype
        np.testing.assert_array_equal(a, b)


def test_units_are_dropped_in_each_part_on_their_own(few):
    training, _ = trained(few, replace(SMALL, dropout=0.3, epochs=1))
    first, second = (
        [layer._factors for layer in part.layers if isinstance(layer, Dropout)] for part in training._replicas
    )
    assert len(first) == len(second) == 2
    for a, b in zip(first, second, strict=True):
        assert 0.5 < np.mean(a > 0) < 0.9
        assert not np.array_equal(a, b)
    assert not any(isinstance(layer, Dropout) for layer in training.result().layers)


def test_another_seed_comes_to_something_else(few):
    (one, _), (other, _) = (trained(few, seed=seed) for seed in (1, 2))
    assert not np.array_equal(params(one)[0], params(other)[0])


def test_it_learns(few):
    training, losses = trained(few, replace(SMALL, hidden=(30,), epochs=12))
    assert len(losses) == 12
    assert losses[-1] < losses[0] / 2
    network = training.result()
    X = few[0].reshape(len(few[0]), -1)
    assert network.classification_error(X, few[1]) < 0.08
    estimate_statistics(training.network, X)
    assert np.mean(network.predict(X).argmax(1) != training.network.predict(X).argmax(1)) < 0.02


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_steps_are_those_of_the_plain_loop(few, smoothing):
    recipe = replace(
        SMALL, distortion=None, least=1.0, epochs=2, inputs="strokes", weight_decay=0.1, smoothing=smoothing
    )
    Y = recipe.targets(few[1])
    training = Training(recipe, *few, 1)
    network, rng = copy.deepcopy(training.network), copy.deepcopy(training.rng)
    optimizer, X = AdamW(recipe.learning_rate, weight_decay=0.1), recipe.rows(few[0])
    assert X.shape == (400, 900)
    for epoch in range(2):
        rng.random(400)  # the draw that selects samples
        order = np.arange(400)
        rng.shuffle(order)
        for step, batch in enumerate(order[:384].reshape(12, 32)):
            halves = [network.gradients(X[half], Y[half]) for half in (batch[:16], batch[16:])]
            mean = [(a + b) / 2 for a, b in zip(*halves, strict=True)]
            optimizer.step(network.params(), mean, factor=1 - (epoch + step / 12) / 2)
        next(training)
    for a, b in zip(network.params(), params(training), strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-4, atol=1e-6)


def test_a_recipe_says_how_images_are_seen(digits):
    X, y = digits[0]
    images = X[:50].reshape(-1, 28, 28)
    recipe = Recipe(hidden=(5,))
    viewed = recipe.viewed(images)
    assert viewed.dtype == np.float32
    np.testing.assert_array_equal(viewed, deskewed(images.astype(np.float32), 24))
    training = Training(recipe, images, y[:50], 1)
    np.testing.assert_array_equal(training.images, viewed)
    assert training.network.layers[0].output_size() == (None, 24 * 24)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"view": "mirrored"}, "view must be one of 'as they are', "),
        ({"inputs": "edges"}, "inputs must be one of 'pixels', "),
        ({"batch_size": 33}, "batch_size must be even, got 33"),
        ({"smoothing": 1.0}, "smoothing must be"),
        ({"smoothing": -0.1}, "smoothing must be"),
    ],
)
def test_a_recipe_that_cannot_be_followed_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Recipe(**arguments)


def test_distortions_shrink_in_the_end(few):
    training = Training(
        Recipe("as they are", hidden=(5,), epochs=10, distortion=Distortion(shift=4), last=0.25, last_share=0.3),
        *few,
        1,
    )
    found = []
    for training.epoch in range(10):
        found.append(training.distortion.shift)
    assert found == [4] * 7 + [1] * 3


def test_who_is_sure_is_left_out_now_and_then_and_counts_the_more(few):
    training = Training(Recipe("as they are", hidden=(5,), sure=0.1, least=0.25), *few, 1)
    training._losses[:] = np.resize([1.0, 0.05, 0.001], len(training._losses))
    draws = [training._sample_epoch() for _ in range(200)]
    seen = np.mean([np.isin(np.arange(400), kept) for kept, _ in draws], axis=0)
    chance = np.resize([1, 0.5, 0.25], 400)
    np.testing.assert_allclose(seen, chance, atol=0.15)
    for _, weights in draws:
        np.testing.assert_allclose(weights * chance, 1, rtol=1e-6)


def test_smooth_targets_are_worked_by_hand():
    recipe = Recipe(smoothing=0.2, dtype="float64")
    np.testing.assert_allclose(recipe.targets(np.array([1, 0])), [[0.02, 0.82, *[0.02] * 8], [0.82, *[0.02] * 9]])
    assert recipe.target_entropy == pytest.approx(-0.82 * np.log(0.82) - 9 * 0.02 * np.log(0.02))
    labels = np.array([3, 7])
    assert Recipe().targets(labels) is labels
    assert Recipe().target_entropy == 0


@given(st.floats(0.01, 0.9), st.lists(st.floats(0.001, 1), min_size=10, max_size=10))
def test_no_loss_is_below_what_cannot_be_avoided(smoothing, p):
    recipe, output = Recipe(smoothing=smoothing, dtype="float64"), SoftmaxOutput(InputLayer((None, 10)))
    Y = recipe.targets(np.array([4]))
    assert output.loss(Y, Y) == pytest.approx(recipe.target_entropy)
    assert output.loss(Y, np.array([p]) / sum(p)) >= recipe.target_entropy - 1e-12


def test_smooth_targets_do_not_keep_the_sure(few):
    recipe = replace(SMALL, distortion=None, hidden=(30,), epochs=30, smoothing=0.1)
    training, losses = trained(few, recipe)
    assert losses[-1] < 0.1 < recipe.target_entropy  # with target_entropy included in the losses, all would be kept
    assert training.recipe.keep_probabilities(training._losses).mean() < 0.6


def test_where_all_are_kept_all_count_the_same(few):
    kept, weights = Training(Recipe("as they are", hidden=(5,), least=1.0), *few, 1)._sample_epoch()
    assert sorted(kept) == list(range(400))
    assert set(weights) == {1}


def test_replicas_share_their_parameters_and_nothing_else(few):
    first, second = Training(SMALL, *few, 1)._replicas
    assert all(a is b for a, b in zip(first.params(), second.params(), strict=True))
    assert first.layers[1] is not second.layers[1]
    assert first.layers[2].activation_fun is not second.layers[2].activation_fun


def test_a_weight_of_two_is_the_sample_twice(make_network, rng):
    network, X, y = make_network(output=WeightedSoftmaxOutput), rng.normal(size=(4, 4)), np.array([0, 1, 2, 0])
    repeated = network.gradients(X[[0, 0, 1, 2]], y[[0, 0, 1, 2]])
    output = network.layers[-1]
    output.weights = np.array([2.0, 1.0, 1.0, 0.0])
    for a, b in zip(network.gradients(X, y), repeated, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)
    np.testing.assert_array_equal(output.last_losses, output.losses(y, network.predict(X)))


def test_what_is_learned_is_an_ordinary_network(tmp_path):
    training = Training(Recipe(hidden=(5,), epochs=1, batch_size=4), np.random.rand(8, 28, 28), np.arange(8), seed=0)
    list(training)
    training.result().save(tmp_path / "network.npz")
