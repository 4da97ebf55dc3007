"""Canvas to draw a digit on, with a network's prediction."""

import numpy as np

from mlp_helpers.plots import new_figure, show
from mlp_helpers.widgets import replaced, views
from mlp_helpers.widgets.digits import rasterise
from mlp_helpers.widgets.panel import Panel


def draw_digit(network, X, y):
    """Show a canvas to draw a digit on, with a network's prediction.

    Parameters
    ----------
    network : NeuralNetwork, any object with its `predict`, or callable
        A network, or a function that returns the current one.
    X : ndarray of shape (n_samples, 784)
    y : ndarray of int, shape (n_samples,)
        Digits to load instead of drawing.

    Returns
    -------
    DigitDrawing
    """
    made = DigitDrawing(network, (X, y))
    replaced.keep(made)
    shares = made.network.predict(X[:1])[0]
    fig, (left, right) = new_figure(1, 2, size=(6, 2.6))
    left.imshow(X[0].reshape(28, 28), vmin=0, vmax=1)
    left.set_axis_off()
    right.barh(range(10), shares)
    right.set(xlabel="probability", xlim=(0, 1), yticks=range(10))
    right.invert_yaxis()
    show(
        fig,
        f"A digit labelled {y[0]}, and the probabilities that the network gives it: that of {shares.argmax()} is the "
        "largest. In a running notebook there is paper to draw on here.",
        widget=made.panel,
    )
    return made


class DigitDrawing:
    """Canvas for a digit, with the network's input and the predicted probabilities.

    Parameters
    ----------
    network : NeuralNetwork, any object with its `predict`, or callable
        A network, or a function that returns the current one.
    examples : (ndarray of shape (n_samples, 784), ndarray of int of shape (n_samples,)), optional
        Images and labels to load instead of drawing.

    Attributes
    ----------
    panel : Panel
    network : NeuralNetwork
        The current one.
    """

    def __init__(self, network, examples=None):
        # A network may be callable, too.
        self._network_now = (lambda: network) if hasattr(network, "predict") else network
        self._examples = examples
        self._strokes, self._revision = [], 0
        self._loaded = None  # index of the example that is shown
        self._next_example = 0
        self.panel = Panel(title="Draw a digit", on_message=self._handle_message)
        self._paint()

    @property
    def network(self):
        return self._network_now()

    def close(self):
        """Remove the panel."""
        self.panel.close()

    def image(self):
        """Return the network's input as an image, ndarray of shape (28, 28)."""
        if self._loaded is not None:
            return self._examples[0][self._loaded].reshape(28, 28)
        return rasterise(self._strokes)

    def probabilities(self):
        """Return the probability of each class, shape (10,)."""
        return self.network.predict(self.image().reshape(1, -1))[0]

    def _handle_message(self, message):
        if "strokes" in message:
            self._strokes, self._loaded = message["strokes"], None
        else:
            {"undo": self._undo, "clear": self._clear, "load": self._load}[message["press"]]()
            self._revision += 1  # makes the canvas show these strokes instead of its own
        self._paint()

    def _undo(self):
        self._strokes, self._loaded = self._strokes[:-1], None

    def _clear(self):
        self._strokes, self._loaded = [], None

    def _load(self):
        self._strokes, self._loaded = [], self._next_example
        self._next_example = (self._next_example + 1) % len(self._examples[0])

    def _paint(self):
        image = self.image()
        blank = not image.any()
        shares = np.zeros(10) if blank else self.probabilities()
        best = None if blank else int(shares.argmax())
        text = "Draw a digit." if blank else f"The network says {best}, with probability {100 * shares[best]:.1f} %."
        if self._loaded is not None:
            images, labels = self._examples
            text += f" This is image {self._loaded + 1} of {len(images)}, labelled {labels[self._loaded]}."
        seen, pixels = views.images(
            "What the network sees", image[np.newaxis], "The digit, 28 x 28 pixels", n_columns=1
        )
        paper = {"kind": "drawing", "title": "Paper", "strokes": self._strokes, "revision": self._revision}
        self.panel.show(
            buttons=[
                {"name": "undo", "label": "Undo", "disabled": not self._strokes},
                {"name": "clear", "label": "Clear", "disabled": blank},
                *([] if self._examples is None else [{"name": "load", "label": "Load a digit"}]),
            ],
            status={"text": text},
            announcement="" if blank else f"The network says {best}.",
            views=[paper, seen, views.bars("Probabilities", range(10), shares, best)],
            pixels=pixels,
        )
