"""Widgets for notebooks. Without a front end each shows a figure instead: exported, printed, on the web."""

import numpy as np

from mlp_helpers.plots import new_figure, show, weight_images

_made = {}  # cell: (message that ran it, playgrounds that it made)
PREVIEW = 5_000  # samples, and
PREVIEW_EPOCHS = 3  # epochs of the run in the figure


def playground(config, X, Y, X_valid, Y_valid):
    """Show controls for every hyperparameter, and a network that trains with them, live.

    Parameters
    ----------
    config : MLPConfig
        To start from.
    X, X_valid : ndarray of shape (n_samples, 784)
    Y, Y_valid : ndarray of int, shape (n_samples,)

    Returns
    -------
    Playground
        Its `config` is what the controls say, its `network` the one that is being trained.
    """
    from mlp_helpers.training import History
    from mlp_helpers.widgets.live import Playground

    network = config.build()
    preview = config.replace(epochs=PREVIEW_EPOCHS)
    history = History(preview.run(network, X[:PREVIEW], Y[:PREVIEW], X_valid, Y_valid))
    fig, axes = new_figure(1, 3, size=(8, 2.6), width_ratios=(3, 3, 4))
    epochs = np.arange(1, PREVIEW_EPOCHS + 1)
    for ax, what in zip(axes, ("loss", "error"), strict=False):
        for name, label in (("train", "training"), ("valid", "validation")):
            ax.plot(epochs, history.column(f"{name}_{what}"), marker="o", label=label)
        ax.set(xlabel="epochs", title=what, ylim=(0, None), xticks=epochs)
    axes[0].legend()
    weight_images(network.params()[0][:, :50], ax=axes[2])
    axes[2].set(title="weights of the first layer")
    _close_earlier_ones()
    made = Playground(config, (X, Y, X_valid, Y_valid))
    _keep(made)
    show(
        fig,
        f"The playground as a picture: loss, error and the first layer's weights after {PREVIEW_EPOCHS} epochs "
        f"on {PREVIEW:,} images. In a running notebook the hyperparameters have sliders here.",
        widget=made.panel,
    )
    return made


def draw_digit(network, X, y):
    """Show paper to draw a digit on, and what a network says to it.

    Parameters
    ----------
    network : NeuralNetwork or callable
        Or a function that returns one, where it changes.
    X : ndarray of shape (n_samples, 784)
    y : ndarray of int, shape (n_samples,)
        Test digits to load instead of drawing.

    Returns
    -------
    DigitDrawing
    """
    from mlp_helpers.widgets.drawing import DigitDrawing

    made = DigitDrawing(network, (X, y))
    shares = made._network().predict(X[:1])[0]
    fig, (left, right) = new_figure(1, 2, size=(6, 2.6))
    left.imshow(X[0].reshape(28, 28), cmap="gray_r", vmin=0, vmax=1)
    left.set_axis_off()
    right.barh(range(10), shares)
    right.set(xlabel="probability", xlim=(0, 1), yticks=range(10))
    right.invert_yaxis()
    show(
        fig,
        f"A test digit, a {y[0]}, and the probabilities that the network gives it: {shares.argmax()} is the largest. "
        "In a running notebook there is paper to draw on here.",
        widget=made.panel,
    )
    return made


def _cell():
    """Return the id of the running cell and of the message that runs it, None for both outside a notebook."""
    from IPython import get_ipython

    parent = getattr(get_ipython(), "get_parent", dict)() or {}
    return parent.get("metadata", {}).get("cellId"), parent.get("header", {}).get("msg_id")


def _close_earlier_ones():
    """Close what an earlier run of the same cell has made: nobody can see it any more, and it may still be training."""
    cell, message = _cell()
    if cell is not None and _made.get(cell, (message, ()))[0] != message:
        for made in _made.pop(cell)[1]:
            made.close()


def _keep(made):
    cell, message = _cell()
    if cell is not None:
        _made.setdefault(cell, (message, []))[1].append(made)
