"""Optimizers: they turn gradients into steps."""

from mlp_helpers.validation import positive_float


class SGD:
    """Gradient descent: p ← p - η ∂loss/∂p, for every parameter p.

    "Stochastic" is what the caller makes it, by handing in gradients of small random batches.

    Parameters
    ----------
    learning_rate : float
        η, above 0.

    Raises
    ------
    TypeError, ValueError
        A learning rate that is no finite number above 0.
    """

    def __init__(self, learning_rate):
        self.learning_rate = positive_float(learning_rate, "learning_rate")

    def step(self, params, grads):
        """Change each of `params` in place, given the gradient of the mean loss with respect to each."""
        for param, grad in zip(params, grads, strict=True):
            param -= self.learning_rate * grad

    def __repr__(self):
        return f"SGD(learning_rate={self.learning_rate})"


OPTIMIZERS = {"sgd": SGD}
