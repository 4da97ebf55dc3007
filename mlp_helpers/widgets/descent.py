"""Gradient descent of a neuron with two inputs, on its loss surface: a panel with a start to drag."""

import numpy as np

from mlp_helpers.activations import sigmoid
from mlp_helpers.plots import show, surface
from mlp_helpers.plots.circuits import number_text
from mlp_helpers.services.validation import finite, real_matrix
from mlp_helpers.widgets import views
from mlp_helpers.widgets.explorers import Explorer
from mlp_helpers.widgets.hyperparameters import slider

N_STEPS = 30
STARTS = range(-10, 11, 2)  # of both weights
LEARNING_RATES = [1, 3, 10, 30, 100, 300, 1000, 3000]
GRID = np.linspace(-12, 12, 33)  # of both weights, where the surface is computed
LEVELS = [0, 0.02, *(k / 20 for k in range(1, 11))]  # of the loss, between which the surface has one colour
# Start and learning rate of the paths in the figure, by label.
PATHS = {
    "rate 10:\nslow on the plateau": ((-4, 4), 10),
    "rate 100:\ninto the valley": ((2, 8), 100),
    "rate 1000:\nout of the picture": ((-2, 6), 1000),
}


def descend(inks, sevens, start, learning_rate, n_steps=N_STEPS):
    """Descend from a start with the whole data set in each step; the loss is the mean of ½(σ(inks w) - sevens)².

    Parameters
    ----------
    inks : ndarray of shape (n_samples, 2)
    sevens : ndarray of shape (n_samples,)
        Targets, 0 or 1.
    start : (float, float)
    learning_rate : float
    n_steps : int, optional

    Returns
    -------
    path : ndarray of shape (n_steps + 1, 2)
        Weights at the start and after each step.
    losses : ndarray of shape (n_steps + 1,)
        Loss there.
    n_wrong : int
        How many samples are on the wrong side in the end.
    """
    path, losses = np.empty((n_steps + 1, 2)), np.empty(n_steps + 1)
    w = np.array(start, float)
    for step in range(n_steps + 1):
        a = sigmoid(inks @ w)
        error = a - sevens
        path[step], losses[step] = w, np.mean(error**2) / 2
        w = w - learning_rate * (error * a * (1 - a)) @ inks / len(inks)
    return path, losses, int(np.sum((a > 0.5) != sevens))


def explore_descent(inks, sevens):
    """Show the loss surface of a neuron with two inputs and without bias, and descent from a start that can be dragged.

    Parameters
    ----------
    inks : ndarray of shape (n_samples, 2)
        Inputs, standardised.
    sevens : ndarray of shape (n_samples,)
        1 for a seven, 0 for a three.

    Returns
    -------
    Explorer

    Raises
    ------
    TypeError, ValueError
        An argument is not of this kind.
    """
    inks = finite(real_matrix(inks, "inks", 2), "inks").astype(float)
    sevens = np.asarray(sevens)
    if sevens.shape != (len(inks),):
        raise ValueError(f"sevens must have shape ({len(inks)},), one for each row of inks, got {sevens.shape}")
    if not np.isin(sevens, (0, 1)).all():
        raise ValueError(f"sevens must be 0 or 1, got {np.unique(sevens)[:5]}")
    heights = np.array([[descend(inks, sevens, (w1, w2), 0, 0)[1][0] for w1 in GRID] for w2 in GRID])
    axis = {"options": STARTS, "ticks": range(-10, 11, 5)}
    axes = [{"name": "w1", "label": "w₁", **axis}, {"name": "w2", "label": "w₂", **axis}]
    plane = views.plane("Loss by both weights", GRID, GRID, heights, LEVELS, axes)

    def see(w1, w2, rate):
        path, losses, n_wrong = descend(inks, sevens, (w1, w2), rate)
        steps = {"x": np.arange(len(losses)), "y": losses.round(3), "label": ""}
        text = (
            f"The loss is {losses[0]:.4f} at the start and {losses[-1]:.4f} after {N_STEPS} steps. "
            f"Then {n_wrong:,} of {len(inks):,} images are wrong."
        )
        return {
            "views": [plane(path), views.curves("Loss after each step", [steps], "step", ylim=(0, 0.5))],
            "status": {"text": text},
        }

    made = Explorer(
        "Down the loss surface",
        {
            "w1": (slider("w₁ at the start", STARTS, -4, number_text), -4),
            "w2": (slider("w₂ at the start", STARTS, 4, number_text), 4),
            "rate": (slider("Learning rate", LEARNING_RATES, 10, "{:,}".format), 10),
        },
        see,
    )
    paths = {label: descend(inks, sevens, start, rate)[0] for label, (start, rate) in PATHS.items()}
    show(
        surface(GRID, GRID, heights, LEVELS, paths),
        "The loss over two weights, in coloured bands, and three descents: one creeps on the plateau at first, one "
        "turns into the valley, one leaps out of the picture. In a running notebook the start can be dragged here.",
        widget=made.panel,
    )
    return made
