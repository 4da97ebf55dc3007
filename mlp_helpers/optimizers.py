"""Optimizers, which turn gradients into steps: g is the gradient ∂loss/∂p of a parameter p, η the learning rate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mlp_helpers.services.validation import Array, fraction, nonnegative_float, positive_float


class Optimizer:
    """Base class of the optimizers.

    Parameters
    ----------
    learning_rate : float
        η, above 0.
    weight_decay : float, optional
        λ, at least 0: g becomes g + λp, the gradient of a loss with a term λ/2 p² for every parameter.

    Raises
    ------
    TypeError, ValueError
        A number is out of range.
    """

    N_SLOTS = 0  # state arrays per parameter, each of its shape

    def __init__(self, learning_rate: float, *, weight_decay: float = 0.0) -> None:
        self.learning_rate = positive_float(learning_rate, "learning_rate")
        self.weight_decay = nonnegative_float(weight_decay, "weight_decay")
        self._n_steps = 0
        self._params: list[Array] | None = None
        self._state: list[list[Array]] = []  # for each parameter

    def step(self, params: Sequence[Array], grads: Sequence[Array], factor: float = 1.0) -> None:
        """Update each of `params` in place, given the gradient of the mean loss with respect to it.

        The step is taken with `factor * learning_rate`; a schedule supplies the factor.

        Raises
        ------
        ValueError
            The optimizer has a state, such as velocities, and `params` are not the arrays, or views of the same memory,
            of its earlier steps.
        """
        if not self._state or not self.N_SLOTS:
            self._state = [[np.zeros_like(param) for _ in range(self.N_SLOTS)] for param in params]
        elif not self._has_state_of(params):
            raise ValueError(
                f"params must be the arrays of this {type(self).__name__}'s earlier steps, got others: "
                "another network needs an optimizer of its own"
            )
        self._params = list(params)
        self._n_steps += 1
        rate = factor * self.learning_rate
        for param, grad, state in zip(params, grads, self._state, strict=True):
            self._update(param, self._with_decay(param, grad), rate, state)

    def _has_state_of(self, params: Sequence[Array]) -> bool:
        """Return whether the state is that of these parameters."""
        if self._params is None:  # in a copy, whose parameters are copies, too
            return [param.shape for param in params] == [slots[0].shape for slots in self._state]
        return len(params) == len(self._params) and all(map(_same_memory, params, self._params))

    def __getstate__(self) -> dict[str, object]:
        """Return the state for a copy, without the parameters, which belong to a network."""
        return {**vars(self), "_params": None}

    def _with_decay(self, param: Array, grad: Array) -> Array:
        """Return the gradient with weight decay added."""
        return grad + self.weight_decay * param if self.weight_decay else grad

    def _update(self, param: Array, grad: Array, rate: float, state: list[Array]) -> None:
        raise NotImplementedError(f"{type(self).__name__} must define _update")

    def __repr__(self) -> str:
        shown = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        if not self.weight_decay:
            del shown["weight_decay"]
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in shown.items())})"


class SGD(Optimizer):
    """Gradient descent: p ← p - ηg.

    It is stochastic if the caller passes gradients of small random batches.
    """

    def _update(self, param: Array, grad: Array, rate: float, state: list[Array]) -> None:
        param -= rate * grad


class Momentum(Optimizer):
    """Gradient descent with momentum: v ← μv + g, p ← p - ηv.

    If gradients agree from step to step, v grows to 1 / (1 - μ) times their size; if they alternate, it shrinks.

    Parameters
    ----------
    learning_rate, weight_decay : float
        See `Optimizer`.
    momentum : float, optional
        μ, at least 0 and below 1.

    References
    ----------
    B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", USSR Computational Mathematics
    and Mathematical Physics 4 (5), 1964.
    """

    N_SLOTS = 1

    def __init__(self, learning_rate: float, *, momentum: float = 0.9, weight_decay: float = 0.0) -> None:
        super().__init__(learning_rate, weight_decay=weight_decay)
        self.momentum = fraction(momentum, "momentum")

    def _update(self, param: Array, grad: Array, rate: float, state: list[Array]) -> None:
        (velocity,) = state
        velocity *= self.momentum
        velocity += grad
        param -= rate * velocity


class Nesterov(Momentum):
    """Nesterov momentum, which looks ahead: v ← μv + g, p ← p - η(g + μv).

    The gradient is taken at the point to which momentum alone would carry p, and p stands for that point.

    References
    ----------
    I. Sutskever, J. Martens, G. Dahl, G. Hinton, "On the importance of initialization and momentum in deep learning",
    ICML 2013.
    """

    def _update(self, param: Array, grad: Array, rate: float, state: list[Array]) -> None:
        (velocity,) = state
        velocity *= self.momentum
        velocity += grad
        param -= rate * (grad + self.momentum * velocity)


class Adam(Optimizer):
    """Adam, which scales the step of each number by the size of its past gradients.

        m ← β₁m + (1 - β₁)g        m̂ = m / (1 - β₁ᵗ)
        s ← β₂s + (1 - β₂)g²       ŝ = s / (1 - β₂ᵗ)        p ← p - η m̂ / (√ŝ + ε)

    m and s are running means of g and g². They start at 0; the division in step t corrects that bias.

    Parameters
    ----------
    learning_rate, weight_decay : float
        See `Optimizer`. A good first learning rate is 0.001.
    betas : tuple (float, float), optional
        β₁ and β₂, each at least 0 and below 1.
    epsilon : float, optional
        ε, above 0.

    References
    ----------
    D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015.
    """

    N_SLOTS = 2

    def __init__(
        self,
        learning_rate: float,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(learning_rate, weight_decay=weight_decay)
        if not isinstance(betas, tuple | list) or len(betas) != 2:
            raise TypeError(f"betas must be a tuple of two numbers, got {betas!r}")
        self.betas = tuple(fraction(beta, "betas") for beta in betas)
        self.epsilon = positive_float(epsilon, "epsilon")

    def _update(self, param: Array, grad: Array, rate: float, state: list[Array]) -> None:
        mean, square = state
        for average, now, beta in ((mean, grad, self.betas[0]), (square, grad * grad, self.betas[1])):
            average *= beta
            average += (1 - beta) * now
        corrections = [1 - beta**self._n_steps for beta in self.betas]
        scale = np.sqrt(square / corrections[1])
        scale += self.epsilon
        param -= rate / corrections[0] * mean / scale


class AdamW(Adam):
    """Adam with decoupled weight decay: p ← p - ηλp before Adam's step.

    The decay is the same for all weights; as part of the gradient it would be divided by √ŝ.

    References
    ----------
    I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", ICLR 2019.
    """

    def _with_decay(self, param: Array, grad: Array) -> Array:
        return grad

    def _update(self, param: Array, grad: Array, rate: float, state: list[Array]) -> None:
        param -= rate * self.weight_decay * param
        super()._update(param, grad, rate, state)


def _same_memory(array: Array, other: Array) -> bool:
    """Return whether two arrays are the same one, or equal views of the same memory."""
    return array is other or array.__array_interface__ == other.__array_interface__


OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adam": Adam,
    "adamw": AdamW,
}
