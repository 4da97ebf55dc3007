"""Measure the effect of each idea of notebook 09, alone and in combination: `make ablation`, half an hour.

data/ablation.json holds errors and losses on the 10,000 validation images, one per seed: for a bare network, alone and
with one idea added; for a short version of the recipe, with one idea removed or one more added; for the recipe at other
lengths, with training times; and the training times of the networks of earlier notebooks, in seconds. All trainings of
a kind take about equally long. The test set is not used.
"""

import json
import time
from dataclasses import replace
from functools import cache

import numpy as np
from best import CHOSEN

from mlp_helpers import MLPConfig, NeuralNetwork
from mlp_helpers.beyond.augmentation import Distortion
from mlp_helpers.beyond.directions import pixels
from mlp_helpers.beyond.lockstep import HAS_FORK
from mlp_helpers.beyond.normalization import BatchNormalization, estimate_statistics, fold_batch_norm
from mlp_helpers.beyond.recipe_training import N_STATISTICS, Training
from mlp_helpers.beyond.recipes import RECIPE, Recipe
from mlp_helpers.data import REPOSITORY_DATA, training_data
from mlp_helpers.files import replacing
from mlp_helpers.threads import process_for_each_core

SEEDS = range(3)
# Epochs that fit into half a minute on one core: for the recipe, with all samples kept, without label smoothing, and
# for bare networks.
SHORT, SHORT_OF_ALL, SHORT_NOT_SMOOTH = 30, 8, 54
BARE_EPOCHS, BARE_LEAVING_OUT = 12, 100
LENGTHS = (5, 20, 70, 200)
COPIES = 8  # of a validation image
EARLIER = {  # their test errors are reported in notebooks 05 and 08
    "notebook 05": MLPConfig(activations=("relu", "tanh"), init_stddev=0.01, epochs=31),
    "notebook 08": CHOSEN,
}


class Bare(Recipe):
    """Recipe without batch normalization, which needs a smaller learning rate."""

    def build(self, shape, rng):
        layers = []
        for layer in super().build(shape, rng).layers:
            if isinstance(layer, BatchNormalization):
                layers[-1].activation_fun = layer.activation_fun
            else:
                layers.append(layer)
        return NeuralNetwork(layers)


BARE = Bare(view="as they are", hidden=RECIPE.hidden, epochs=BARE_EPOCHS, learning_rate=1e-3, least=1.0)
FULL = replace(RECIPE, epochs=SHORT)
NOT_SMOOTH = replace(RECIPE, smoothing=0.0, sure=Recipe.sure)  # RECIPE.sure suits losses less target_entropy
AFFINE = replace(RECIPE.distortion, elastic=0.0)
ELASTIC = Distortion(elastic=RECIPE.distortion.elastic, smoothness=RECIPE.distortion.smoothness)

# idea: (recipe, further arguments of `prediction`)
ALONE = {
    "nothing": (BARE, {}),
    "deskewing": (replace(BARE, view="deskewed"), {}),
    "affine distortions": (replace(BARE, distortion=AFFINE), {}),
    "elastic distortions": (replace(BARE, distortion=ELASTIC), {}),
    "leaving out the sure": (replace(BARE, epochs=BARE_LEAVING_OUT, least=RECIPE.least), {}),
    "batch normalization": (Recipe(**vars(BARE) | {"learning_rate": RECIPE.learning_rate}), {}),
    "directions": (replace(BARE, inputs="directions"), {}),
    "strokes": (replace(BARE, inputs="strokes"), {}),
    "even strokes": (replace(BARE, inputs="even strokes"), {}),
    "weight decay": (replace(BARE, weight_decay=0.05), {}),
    "dropout": (replace(BARE, dropout=RECIPE.dropout), {}),
    "label smoothing": (replace(BARE, smoothing=RECIPE.smoothing), {}),
    "averaged weights": (BARE, {"averaged": True}),
}
TOGETHER = {
    "the recipe": (FULL, {}),
    "- deskewing": (replace(FULL, view="as they are"), {}),
    "- affine distortions": (replace(FULL, distortion=ELASTIC), {}),
    "- elastic distortions": (replace(FULL, distortion=AFFINE), {}),
    "- all distortions": (replace(FULL, distortion=None), {}),
    "- leaving out the sure": (replace(FULL, epochs=SHORT_OF_ALL, least=1.0), {}),
    "- smaller in the end": (replace(FULL, last=1.0), {}),
    "- label smoothing": (replace(NOT_SMOOTH, epochs=SHORT_NOT_SMOOTH), {}),
    "- batch normalization": (Bare(**vars(FULL) | {"learning_rate": 1e-3}), {}),
    "pixels for strokes": (replace(FULL, inputs="pixels"), {}),
    "directions for strokes": (replace(FULL, inputs="directions"), {}),
    "even strokes for strokes": (replace(FULL, inputs="even strokes"), {}),
    "+ weight decay": (replace(FULL, weight_decay=0.05), {}),
    "- dropout": (replace(FULL, dropout=0.0), {}),
    "+ averaged weights": (FULL, {"averaged": True}),
    "+ distorted statistics": (FULL, {"statistics": True}),
    "+ distorted copies": (FULL, {"copies": True}),
    "+ wider layers": (replace(FULL, hidden=(800, 800), epochs=SHORT * 2 // 3), {}),
    "+ a third layer": (replace(FULL, hidden=(500, 400, 400), epochs=SHORT * 3 // 4), {}),
}


VARIANTS = {"alone": ALONE, "together": TOGETHER}


@cache
def data():
    """Return training images and labels, and validation images and labels."""
    X, y, X_valid, y_valid = training_data()
    return X.reshape(-1, 28, 28), y, X_valid.reshape(-1, 28, 28), y_valid


def prediction(recipe, images, y, others, seed, how, *, averaged=False, statistics=False, copies=False):
    """Train on images and labels; return the predictions for `others`. `how` is passed to `Training`."""
    training = Training(recipe, images, y, seed, **how)
    network = _averaged(training) if averaged else _last(training)
    rng = np.random.default_rng([seed, 1])
    if statistics:
        network = _with_statistics(network, training, rng)
    viewed = recipe.viewed(others)
    if not copies:
        return network.predict(recipe.rows(viewed))
    rows = (recipe.rows(training.distortion.distort(viewed, rng, recipe.together)) for _ in range(COPIES))
    return np.mean([network.predict(row) for row in rows], axis=0)


def _last(training):
    for _ in training:
        pass
    return training.result()


def _averaged(training):
    """Return a network whose parameters are averaged over the epochs of the last quarter."""
    sums, n = [np.zeros_like(param) for param in training.network.params()], 0
    for _ in training:
        if training.epoch > 0.75 * training.recipe.epochs:
            n += 1
            for sum_, param in zip(sums, training.network.params(), strict=True):
                sum_ += param
    for sum_, param in zip(sums, training.network.params(), strict=True):
        param[...] = sum_ / n
    return training.result()


def _with_statistics(network, training, rng):
    """Return the network with batch statistics re-estimated on distorted images."""
    images = training.distortion.distort(training.images[:N_STATISTICS], rng, training.recipe.together)
    estimate_statistics(training.network, training.recipe.rows(images))
    return fold_batch_norm(training.network)


def figures(Y_pred):
    """Return the error and the mean loss on the validation data."""
    y_valid = data()[-1]
    loss = -np.log(np.maximum(Y_pred[np.arange(len(y_valid)), y_valid], 1e-30))
    return float(np.mean(Y_pred.argmax(axis=1) != y_valid)), round(float(np.mean(loss)), 5)


def variant(kind, name, seed):
    """Return the prediction of a variant, trained on one core."""
    recipe, extras = VARIANTS[kind][name]
    return prediction(recipe, *data()[:3], seed, {"n_threads": 1}, **extras)


def measured(kind, name, predictions):
    """Print and return the errors and losses of predictions."""
    errors, losses = zip(*map(figures, predictions), strict=True)
    print(f"{kind:9} {name:24}", *(f"{error:.4f}" for error in errors), f"loss {np.mean(losses):.4f}", flush=True)
    return {"errors": errors, "losses": losses}


def lengths():
    """Return errors, losses and training times of the recipe at each of LENGTHS."""
    found = {}
    for n_epochs in LENGTHS:
        predictions, seconds = [], []
        for seed in SEEDS:
            started = time.perf_counter()
            recipe = replace(RECIPE, epochs=n_epochs)
            predictions.append(prediction(recipe, *data()[:3], seed, {"processes": HAS_FORK}))
            seconds.append(round(time.perf_counter() - started, 1))
        found[n_epochs] = {**measured("epochs", str(n_epochs), predictions), "seconds": seconds}
    return found


def earlier():
    """Return the training times of the networks of earlier notebooks, in seconds."""
    images, y, *_ = data()
    found = {}
    for name, config in EARLIER.items():
        started = time.perf_counter()
        _ = list(config.run(config.build(), pixels(images), y, evaluate=False))
        found[name] = round(time.perf_counter() - started, 1)
    print(found)
    return found


def main():
    """Run all measurements and write data/ablation.json."""
    found = {"seeds": list(SEEDS)}
    with process_for_each_core() as pool:
        for kind, variants in VARIANTS.items():
            found[kind] = {}
            awaited = {
                name: pool.starmap_async(variant, [(kind, name, seed) for seed in SEEDS], 1) for name in variants
            }
            for name, results in awaited.items():
                predictions = results.get()
                found[kind][name] = measured(kind, name, predictions)
                if len(found[kind]) == 1:
                    together = f"+ {len(SEEDS)} networks averaged"
                    found[kind][together] = measured(kind, together, [np.mean(predictions, axis=0)])
    found["lengths"] = lengths()
    found["earlier"] = earlier()
    with replacing(REPOSITORY_DATA / "ablation.json") as temporary:
        temporary.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
