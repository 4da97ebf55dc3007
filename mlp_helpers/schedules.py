"""Schedules: the share of a training that is done, 0 … 1, in; a factor of the learning rate out."""

import math

from mlp_helpers.validation import fraction, one_of


def constant(_done):
    """1 throughout."""
    return 1.0


def step(done):
    """1; a tenth of it from the half on; a tenth of that for the last quarter."""
    return 0.1 ** ((done >= 1 / 2) + (done >= 3 / 4))


def cosine(done):
    """Half a period of a cosine, (1 + cos πx) / 2, from 1 to 0.

    References
    ----------
    I. Loshchilov, F. Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017.
    """
    return (1 + math.cos(math.pi * done)) / 2


SCHEDULES = {"constant": constant, "step": step, "cosine": cosine}


def make_schedule(name, warmup=0.0):
    """Return a schedule behind a warm-up, which grows from 0 to 1 along a line; None for 1 throughout.

    Parameters
    ----------
    name : {"constant", "step", "cosine"}
        Of the rest of the training.
    warmup : float, optional
        The warm-up's share of the training, at least 0 and below 1.

    Raises
    ------
    TypeError, ValueError
        Another name, a share out of its range.
    """
    schedule = SCHEDULES[one_of(name, SCHEDULES, "schedule")]
    warmup = fraction(warmup, "warmup")
    if schedule is constant and not warmup:
        return None
    return lambda done: done / warmup if done < warmup else schedule((done - warmup) / (1 - warmup))
