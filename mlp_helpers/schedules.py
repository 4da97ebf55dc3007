"""Learning-rate schedules: functions from the completed share of the training, 0 … 1, to a factor."""

from __future__ import annotations

import math
from collections.abc import Callable

from mlp_helpers.services.validation import fraction, one_of


def constant(_progress: float) -> float:
    """Return 1 throughout."""
    return 1.0


def step_decay(progress: float) -> float:
    """Return 1 in the first half, 0.1 in the third quarter and 0.01 in the last."""
    return 0.1 ** ((progress >= 1 / 2) + (progress >= 3 / 4))


def cosine(progress: float) -> float:
    """Return (1 + cos πx) / 2, half a period of a cosine, which falls from 1 to 0.

    References
    ----------
    I. Loshchilov, F. Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017.
    """
    return (1 + math.cos(math.pi * progress)) / 2


SCHEDULES = {"constant": constant, "step": step_decay, "cosine": cosine}


def make_schedule(name: str, warmup: float = 0.0) -> Callable[[float], float] | None:
    """Return a schedule after a warm-up that grows linearly from 0 to 1; None if the factor is always 1.

    Parameters
    ----------
    name : {"constant", "step", "cosine"}
        Schedule of the rest of the training.
    warmup : float, optional
        Share of the training spent on the warm-up, at least 0 and below 1.

    Raises
    ------
    TypeError, ValueError
        The name is unknown, or the share is out of range.
    """
    schedule = SCHEDULES[one_of(name, SCHEDULES, "schedule")]
    warmup = fraction(warmup, "warmup")
    if schedule is constant and not warmup:
        return None
    return lambda progress: progress / warmup if progress < warmup else schedule((progress - warmup) / (1 - warmup))
