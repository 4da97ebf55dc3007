"""Small pages with a few controls, for one idea each."""

import numpy as np

from mlp_helpers.activations import ACTIVATIONS
from mlp_helpers.widgets import views
from mlp_helpers.widgets.hyperparameters import choice, slider
from mlp_helpers.widgets.panel import Panel


class Explorer:
    """Controls, and a function that says what there is to see for their values.

    Parameters
    ----------
    title : str
    controls : dict from str to (dict, object)
        Name, control and value of each.
    see : callable
        Takes the values by name; returns what `Panel.show` takes.

    Attributes
    ----------
    panel : Panel
    """

    def __init__(self, title, controls, see):
        self._see = see
        values = {name: value for name, (_, value) in controls.items()}
        self.panel = Panel(
            title=title,
            controls=[{"name": name, **control} for name, (control, _) in controls.items()],
            values=values,
            on_value=lambda name, value: self._show(self.panel.values),
        )
        self._show(values)

    def _show(self, values):
        self.panel.show(**self._see(**values))


def activation_explorer():
    """Return an Explorer of an activation and its slope, and of what initial weights make of them."""
    x = np.linspace(-6, 6, 121)
    # Pre-activations of a layer with as many inputs as MNIST has pixels, of their mean square 0.1, in units of σ.
    z = np.random.default_rng(0).normal(scale=np.sqrt(784 * 0.1), size=2_000)
    bins = np.linspace(-6, 6, 25)

    def see(activation, at, stddev):
        function, derivative, _ = ACTIVATIONS[activation]
        here, slope_here = float(function(at)), float(derivative(at))
        counts = np.histogram((stddev * z).clip(-6, 6), bins)[0] / len(z)
        mean_slope = derivative(stddev * z).mean()
        lines = [
            {"x": x, "y": function(x), "label": activation, "style": 0},
            {"x": x, "y": derivative(x), "label": "its derivative", "style": 1},
            {"x": [at], "y": [here], "label": "", "style": 0},
            {"x": [at], "y": [slope_here], "label": "", "style": 1},
        ]
        spread = [{"x": (bins[:-1] + bins[1:]) / 2, "y": counts, "label": f"σ = {stddev:g}", "style": 2}]
        text = (
            f"At {at:g}: value {here:.3f}, slope {slope_here:.3f}. "
            f"With σ = {stddev:g} the mean slope is {mean_slope:.3f}."
        )
        return {
            "views": [
                views.curves("Function and derivative", lines, "pre-activation z", ylim=(-1.5, 3), marks=[(at, "")]),
                views.curves("Share of units at each z", spread, "pre-activation z", ylim=(0, None)),
            ],
            "status": {"text": text},
        }

    return Explorer(
        "An activation at work",
        {
            "activation": (choice("Activation", ACTIVATIONS), "tanh"),
            "at": (slider("Input z", np.arange(-6, 6.25, 0.25).tolist(), 1.0), 1.0),
            "stddev": (slider("Initial σ", [0.001, 0.003, 0.01, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1], 0.1), 0.1),
        },
        see,
    )


def difference_explorer():
    """Return an Explorer of the step ε in a difference quotient of exp at 1."""
    x, exact = 1.0, np.exp(1.0)
    epsilons = np.logspace(-15, 0, 61)
    quotients = {
        "forward": lambda e: (np.exp(x + e) - np.exp(x)) / e,
        "central": lambda e: (np.exp(x + e) - np.exp(x - e)) / (2 * e),
    }
    errors = {name: np.abs(quotient(epsilons) / exact - 1) for name, quotient in quotients.items()}

    def see(difference, exponent):
        epsilon = 10.0**exponent
        found = quotients[difference](epsilon)
        lines = [
            {"x": np.log10(epsilons), "y": values, "label": name, "style": i}
            for i, (name, values) in enumerate(errors.items())
        ]
        text = (
            f"ε = {epsilon:.1e}: the {difference} difference is {found:.15f}, the derivative {exact:.15f}. "
            f"The relative error is {abs(found / exact - 1):.1e}."
        )
        return {
            "views": [
                views.curves(
                    "Relative error",
                    lines,
                    "log₁₀ ε",
                    ylim=(1e-13, 3),
                    log=True,
                    marks=[(exponent, f"ε = {epsilon:.0e}")],
                )
            ],
            "status": {"text": text},
        }

    exponents = np.arange(-15, 0.25, 0.25).tolist()
    return Explorer(
        "How small should ε be?",
        {
            "difference": (choice("Difference", quotients), "central"),
            "exponent": (
                {**slider("ε", exponents, -5.0), "options": [[k, f"{10.0**k:.1e}"] for k in exponents]},
                -5.0,
            ),
        },
        see,
    )


def epoch_explorer(snapshots, X, y):
    """Return an Explorer of a network through the epochs of its training.

    Parameters
    ----------
    snapshots : sequence of NeuralNetwork
        As it was after each epoch.
    X : ndarray of shape (n_samples, 784)
    y : ndarray of int, shape (n_samples,)
        Of the samples to classify.
    """

    def see(epoch):
        network = snapshots[epoch]
        predicted = network.predict(X).argmax(axis=1)
        counts = np.zeros((10, 10), dtype=int)
        np.add.at(counts, (y, predicted), 1)
        wrong = counts - np.diag(np.diag(counts))
        shown, pixels = views.images(
            "Weights of the first layer",
            network.params()[0].T[:60].reshape(-1, 28, 28),
            "60 images of 28 x 28 weights, blue negative, orange positive",
            signed=True,
        )
        worst = np.unravel_index(wrong.argmax(), wrong.shape)
        text = (
            f"After epoch {epoch}: {wrong.sum():,} of {len(y):,} wrong, {100 * wrong.sum() / len(y):.2f} %; "
            f"most often a {worst[0]} is taken for a {worst[1]}, {wrong.max()} times."
        )
        return {
            "views": [shown, views.matrix("Mistakes: true digit by row, predicted by column", wrong)],
            "pixels": pixels,
            "status": {"text": text},
        }

    return Explorer(
        "Through the epochs",
        {"epoch": (slider("Epoch", range(len(snapshots)), len(snapshots) - 1), len(snapshots) - 1)},
        see,
    )
