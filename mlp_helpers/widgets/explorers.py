"""Small panels with a few controls, each for one idea."""

import base64
import itertools

import numpy as np

from mlp_helpers.activations import ACTIVATIONS
from mlp_helpers.data import unhot
from mlp_helpers.plots import count_mistakes, image_grid, new_figure, show
from mlp_helpers.protocol import check_params
from mlp_helpers.widgets import replaced, views
from mlp_helpers.widgets.hyperparameters import choice, slider
from mlp_helpers.widgets.panel import Panel
from mlp_helpers.widgets.sharing import shared

N_INPUTS = 100  # of the layer in notebook 06 whose initial weights are explored
STDDEVS = [0.001, 0.003, 0.01, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1]


class Explorer:
    """Controls, and a function that returns the views for their values.

    Parameters
    ----------
    title : str
    controls : dict from str to (dict, object)
        Name, control and value of each.
    see : callable
        Accepts the values by name; returns the arguments of `Panel.show`.

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
        replaced.keep(self)

    def _show(self, values):
        self.panel.show(**self._see(**values))

    def states(self):
        """Return all that the panel can show, as JSON can hold it, for pages without a kernel.

        Returns
        -------
        dict
            title and controls of the panel, and its present values; states, a dict whose keys are the controls'
            option indices, such as "2,28,5", and whose values are the arguments of `Panel.show`, pixels in base64; and
            parts, of which {"$": i} in a state stands for part i, so that equal parts are there once.
        """
        controls = self.panel.controls
        found = {}
        for picked in itertools.product(*(enumerate(control["options"]) for control in controls)):
            values = {control["name"]: option for control, (_, (option, _)) in zip(controls, picked, strict=True)}
            state = self._see(**values)
            if "pixels" in state:
                state["pixels"] = base64.b64encode(state["pixels"]).decode()
            found[",".join(str(index) for index, _ in picked)] = state
        states, parts = shared(list(found.values()))
        start = {"title": self.panel.title, "controls": controls, "values": self.panel.values}
        return {**start, "parts": parts, "states": dict(zip(found, states, strict=True))}

    def close(self):
        """Remove the panel."""
        self.panel.close()


def explore_activation():
    """Show an activation, its slope at an input, and a layer's pre-activations by the size of its initial weights.

    Returns
    -------
    Explorer
    """
    x = np.linspace(-6, 6, 121)
    bins = np.linspace(-6, 6, 25)
    clipped = "z (values beyond ±6 are counted at the ends)"
    # Pre-activations of a layer with N_INPUTS inputs of mean 0 and variance 1, in units of σ.
    z = np.random.default_rng(0).normal(scale=np.sqrt(N_INPUTS), size=2_000)

    def at_each(stddev):
        """Return the share of units in each bin of pre-activations; the outermost bins include all values beyond."""
        return np.histogram((stddev * z).clip(-6, 6), bins)[0] / len(z)

    def see(activation, at, stddev):
        function, derivative, _ = ACTIVATIONS[activation]
        here, slope = float(function(at)), float(derivative(at))
        lines = [
            {"x": x, "y": function(x), "label": activation, "style": 0},
            {"x": x, "y": derivative(x), "label": "its slope", "style": 1},
            {"x": [at], "y": [here], "label": "", "style": 0},
            {"x": [at], "y": [slope], "label": "", "style": 1},
        ]
        spread = [{"x": (bins[:-1] + bins[1:]) / 2, "y": at_each(stddev), "label": f"σ = {stddev:g}", "style": 2}]
        text = (
            f"At {at:g}: value {here:.3f}, slope {slope:.3f}. "
            f"With σ = {stddev:g} the mean slope is {derivative(stddev * z).mean():.3f}."
        )
        return {
            "views": [
                views.curves("Function and slope", lines, "z", ylim=(-1.5, 3), marks=[(at, "")]),
                views.curves(f"Share of units at each z, {N_INPUTS} inputs", spread, clipped),
            ],
            "status": {"text": text},
        }

    made = Explorer(
        "An activation at work",
        {
            "activation": (choice("Activation", ACTIVATIONS), "tanh"),
            "at": (slider("Input z", np.arange(-6, 6.25, 0.25).tolist(), 1.0), 1.0),
            "stddev": (slider("Initial σ", STDDEVS, 0.1), 0.1),
        },
        see,
    )
    fig, (left, right) = new_figure(1, 2, size=(7.5, 2.8))
    function, derivative, _ = ACTIVATIONS["tanh"]
    for f, label in ((function, "tanh"), (derivative, "its slope")):
        left.plot(x, f(x), label=label)
    left.plot([1, 1], [function(1.0), derivative(1.0)], "o", color="black")
    left.set(xlabel="z", title="Function and slope")
    for stddev in (0.01, 0.1, 0.5):
        right.plot((bins[:-1] + bins[1:]) / 2, at_each(stddev), label=f"σ = {stddev}")
    right.set(xlabel=clipped, title="Share of units at each z")
    left.legend()
    right.legend()
    show(
        fig,
        "tanh and its slope, and pre-activations z for three sizes of the initial weights: a spike at 0, a bell, and "
        "units at both ends. In a running notebook there are sliders here.",
        widget=made.panel,
    )
    return made


def explore_difference():
    """Show how the errors of difference quotients of exp depend on the step ε.

    Returns
    -------
    Explorer
    """
    points, epsilons = np.linspace(0.5, 1.5, 11)[:, np.newaxis], np.logspace(-15, 0, 61)
    quotients = {
        "forward": lambda x, e: (np.exp(x + e) - np.exp(x)) / e,
        "central": lambda x, e: (np.exp(x + e) - np.exp(x - e)) / (2 * e),
    }
    errors = {
        name: np.abs(quotient(points, epsilons) / np.exp(points) - 1).max(axis=0)
        for name, quotient in quotients.items()
    }

    def see(difference, exponent):
        epsilon = 10.0**exponent
        found, exact = quotients[difference](1.0, epsilon), np.exp(1.0)
        lines = [
            {"x": np.log10(epsilons), "y": values, "label": name, "style": i}
            for i, (name, values) in enumerate(errors.items())
        ]
        text = (
            f"ε = {epsilon:.1e}: at 1 the {difference} difference is {found:.15f}, the slope {exact:.15f}. "
            f"The relative error is {abs(found / exact - 1):.1e}."
        )
        marks = [(exponent, f"ε = {epsilon:.0e}")]
        curves = views.curves("Largest relative error", lines, "log₁₀ ε", ylim=(1e-13, 3), log=True, marks=marks)
        return {"views": [curves], "status": {"text": text}}

    exponents = np.arange(-15, 0.25, 0.25).tolist()
    made = Explorer(
        "How small should ε be?",
        {
            "difference": (choice("Difference", quotients), "central"),
            "exponent": (slider("ε", exponents, -5.0, lambda k: f"{10.0**k:.1e}"), -5.0),
        },
        see,
    )
    fig, ax = new_figure(size=(6, 3))
    for name, values in errors.items():
        ax.loglog(epsilons, values, label=name)
    ax.axvline(1e-5, color="black", linewidth=1, linestyle="-", label="ε = 1e-5")
    ax.set(xlabel="ε", ylabel="largest relative error", ylim=(1e-13, 3))
    ax.legend()
    show(
        fig,
        "Two V-curves of the error over ε, and a line at 1e-5. In a running notebook a slider moves it.",
        tolerance=0.1,  # the left branches are rounding noise, which differs between processors
        widget=made.panel,
    )
    return made


def explore_epochs(snapshots, X, y, n_units=views.MAX_UNITS):
    """Show a network's weights and its mistakes over the epochs of its training.

    Parameters
    ----------
    snapshots : sequence of NeuralNetwork, or of any objects with the methods of `protocol`
        The network after each epoch.
    X : ndarray of shape (n_samples, 784)
    y : ndarray of int, shape (n_samples,)
        True classes of the samples.
    n_units : int, optional
        How many units' weights are shown at most.

    Returns
    -------
    Explorer

    Raises
    ------
    ValueError
        A snapshot does not predict by parameters of its own.
    """
    for network in snapshots:
        check_params(network, X[:1])

    def see(epoch):
        network = snapshots[epoch]
        wrong = count_mistakes(y, unhot(network.predict(X)))
        shown, pixels = views.weights(network.params()[0], n_units)
        true, taken = np.unravel_index(wrong.argmax(), wrong.shape)
        text = (
            f"After epoch {epoch}: {wrong.sum():,} of {len(y):,} wrong, {100 * wrong.sum() / len(y):.2f} %; "
            f"most often a {true} is taken for a {taken}, {wrong.max()} times."
        )
        return {
            "views": [shown, views.matrix("Mistakes: true digit by row, predicted by column", wrong)],
            "pixels": pixels,
            "status": {"text": text},
        }

    last = len(snapshots) - 1
    made = Explorer("Through the epochs", {"epoch": (slider("Epoch", range(last + 1), last), last)}, see)
    epochs = [0, last // 4, last]
    stack = np.concatenate([snapshots[epoch].params()[0].T[:10].reshape(-1, 28, 28) for epoch in epochs])
    limit = np.abs(stack).max() / 2
    titles = [f"epoch {epoch}" if unit == 0 else "" for epoch in epochs for unit in range(10)]
    show(
        image_grid(stack, titles, cmap="RdBu_r", limits=(-limit, limit)),
        f"The weights of ten units of the first layer, a row each for epochs {epochs[0]}, {epochs[1]} and {epochs[2]}: "
        "strokes grow out of noise. In a running notebook a slider goes through all epochs here.",
        widget=made.panel,
    )
    return made
