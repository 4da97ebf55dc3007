"""Measure what each idea of notebook 06 is worth, alone and among the others: `make ablation`, half an hour.

data/ablation.json holds errors of the 10,000 validation images, one for each seed: of a bare network, and with one idea
added; of a short version of the recipe, and with one idea taken away, or one more added; of the recipe at other
lengths, with seconds. The short trainings take about as long as one another. Nothing here looks at the test set.
"""

import json
import time
from dataclasses import replace

import numpy as np

from mlp_helpers import Dropout, FullyConnectedLayer, InputLayer, NeuralNetwork, SoftmaxOutput, one_hot
from mlp_helpers.augmentation import Distortion
from mlp_helpers.beyond import N_SETTLED, RECIPE, Recipe, Training
from mlp_helpers.data import REPOSITORY_DATA, training_data
from mlp_helpers.files import replacing
from mlp_helpers.normalization import folded, settle

SEEDS = range(3)
SHORT = 40  # epochs in which most samples are left out, and
ALL = 12  # epochs of all samples, which take about as long
LENGTHS = (5, 15, 50, 150)
COPIES = 8  # of a validation image


class Bare(Recipe):
    """A recipe without normalization, which wants a smaller learning rate."""

    def build(self, shape, rng):
        layers = [InputLayer((None, self.rows(np.zeros((1, *shape))).shape[1]))]
        for units in self.hidden:
            layers.append(FullyConnectedLayer(layers[-1], units, "he", "relu", rng=rng, dtype=self.dtype))
            if self.dropout:
                layers.append(Dropout(layers[-1], self.dropout, rng=rng))
        layers.append(FullyConnectedLayer(layers[-1], 10, "he", None, rng=rng, dtype=self.dtype))
        return NeuralNetwork([*layers, SoftmaxOutput(layers[-1])])


def fields(recipe):
    """Return a recipe's fields, to make another kind of recipe from."""
    return {name: getattr(recipe, name) for name in recipe.__dataclass_fields__}


BARE = Bare(view="as they are", epochs=ALL, learning_rate=1e-3, least=1.0)
FULL = replace(RECIPE, epochs=SHORT)
AFFINE = replace(RECIPE.distortion, elastic=0.0)
ELASTIC = Distortion(elastic=RECIPE.distortion.elastic, smoothness=RECIPE.distortion.smoothness)

# idea: (recipe, what else)
ALONE = {
    "nothing": (BARE, {}),
    "deskewing": (replace(BARE, view="deskewed"), {}),
    "affine distortions": (replace(BARE, distortion=AFFINE), {}),
    "elastic distortions": (replace(BARE, distortion=ELASTIC), {}),
    "leaving out the sure": (replace(BARE, epochs=SHORT, least=RECIPE.least), {}),
    "batch normalization": (Recipe(**fields(BARE) | {"learning_rate": RECIPE.learning_rate}), {}),
    "directions": (replace(BARE, inputs="directions"), {}),
    "strokes": (replace(BARE, inputs="strokes"), {}),
    "weight decay": (replace(BARE, weight_decay=0.05), {}),
    "dropout": (replace(BARE, dropout=RECIPE.dropout), {}),
    "label smoothing": (BARE, {"smoothing": 0.1}),
    "averaged weights": (BARE, {"averaged": True}),
}
TOGETHER = {
    "the recipe": (FULL, {}),
    "- deskewing": (replace(FULL, view="as they are"), {}),
    "- affine distortions": (replace(FULL, distortion=ELASTIC), {}),
    "- elastic distortions": (replace(FULL, distortion=AFFINE), {}),
    "- all distortions": (replace(FULL, distortion=None), {}),
    "- leaving out the sure": (replace(FULL, epochs=ALL, least=1.0), {}),
    "- smaller in the end": (replace(FULL, last=1.0), {}),
    "- batch normalization": (Bare(**fields(FULL) | {"learning_rate": 1e-3}), {}),
    "pixels for strokes": (replace(FULL, inputs="pixels"), {}),
    "directions for strokes": (replace(FULL, inputs="directions"), {}),
    "+ weight decay": (replace(FULL, weight_decay=0.05), {}),
    "+ label smoothing": (FULL, {"smoothing": 0.1}),
    "- dropout": (replace(FULL, dropout=0.0), {}),
    "+ averaged weights": (FULL, {"averaged": True}),
    "+ distorted statistics": (FULL, {"statistics": True}),
    "+ distorted copies": (FULL, {"copies": True}),
    "+ wider layers": (replace(FULL, hidden=(800, 800), epochs=SHORT * 2 // 3), {}),
    "+ a third layer": (replace(FULL, hidden=(500, 400, 400), epochs=SHORT * 3 // 4), {}),
}


class Ablation:
    """The data, and what is found of variants."""

    def __init__(self):
        X, self.y, X_valid, self.y_valid = training_data()
        self.images, self.images_valid = (rows.reshape(-1, 28, 28) for rows in (X, X_valid))

    def measured(self, recipe, extras):
        """Return errors on the validation data, the probabilities of each seed, and the seconds of training."""
        errors, predictions, seconds = [], [], []
        for seed in SEEDS:
            started = time.perf_counter()
            Y_pred = self.prediction(recipe, seed, **extras)
            seconds.append(round(time.perf_counter() - started, 1))
            predictions.append(Y_pred)
            errors.append(self.error(Y_pred))
        return errors, predictions, seconds

    def error(self, Y_pred):
        """Return the share of the validation images that is misread."""
        return float(np.mean(Y_pred.argmax(axis=1) != self.y_valid))

    def prediction(self, recipe, seed, smoothing=0.0, averaged=False, statistics=False, copies=False):
        """Return what a new network says of the validation images."""
        Y = self.y if not smoothing else (1 - smoothing) * one_hot(self.y, 10, recipe.dtype) + smoothing / 10
        training = Training(recipe, self.images, Y, seed)
        network = _averaged(training) if averaged else _last(training)
        rng = np.random.default_rng([seed, 1])
        if statistics:
            network = _settled(network, training, rng)
        images = recipe.viewed(self.images_valid)
        if not copies:
            return network.predict(recipe.rows(images))
        least = recipe.distortion.times(recipe.last)
        rows = (recipe.rows(least.distort(images, rng, recipe.together)) for _ in range(COPIES))
        return np.mean([network.predict(row) for row in rows], axis=0)


def _last(training):
    for _ in training:
        pass
    return training.result()


def _averaged(training):
    """Return a network with the mean of the parameters after each epoch of the last quarter."""
    sums, n = [np.zeros_like(param) for param in training.network.params()], 0
    for _ in training:
        if training.epoch > 0.75 * training.recipe.epochs:
            n += 1
            for sum_, param in zip(sums, training.network.params(), strict=True):
                sum_ += param
    for sum_, param in zip(sums, training.network.params(), strict=True):
        param[...] = sum_ / n
    return training.result()


def _settled(network, training, rng):
    """Return the network with the statistics of distorted images."""
    least = training.recipe.distortion.times(training.recipe.last)
    images = least.distort(training.images[:N_SETTLED], rng, training.recipe.together)
    settle(training.network, training.recipe.rows(images))
    return folded(training.network)


def main():
    """Measure and store."""
    ablation, found = Ablation(), {"seeds": list(SEEDS)}
    for kind, variants in (("alone", ALONE), ("together", TOGETHER)):
        found[kind] = {}
        for name, variant in variants.items():
            errors, predictions, seconds = ablation.measured(*variant)
            found[kind][name] = errors
            print(f"{kind:9} {name:24}", *(f"{error:.4f}" for error in errors), seconds, flush=True)
            if name in ("nothing", "the recipe"):
                found[kind]["+ three networks averaged"] = [ablation.error(np.mean(predictions, axis=0))]
    found["lengths"] = {}
    for n_epochs in LENGTHS:
        errors, _, seconds = ablation.measured(replace(RECIPE, epochs=n_epochs), {})
        found["lengths"][n_epochs] = {"errors": errors, "seconds": seconds}
        print(f"{n_epochs} epochs", errors, seconds, flush=True)
    with replacing(REPOSITORY_DATA / "ablation.json") as temporary:
        temporary.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
