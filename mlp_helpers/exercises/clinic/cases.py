"""Cases of `clinic`: charts from a stored list, two with each fault."""

import json
from pathlib import Path

import numpy as np

from mlp_helpers.checking.questions import Misfit, Questions

CURVES = ("train_loss", "train_error", "valid_loss", "valid_error")
N_OF_EACH = 2
# Shuffled labels, which are found by what they do not show, and relu before the softmax, which harms least.
LESS_PLAIN = (4, 6)
WHAT_TO_ASK = {
    "a": "Where the rate is too high (a), the first step is a leap, and nothing else in the chart explains it. What "
    "else lengthens a step, and is it here?",
    "b": "Where the rate is too low (b), the signal is of an ordinary size, and all steps are tiny. By what share of "
    "their length do they move the weights here?",
    "c": "Where the weights are too large (c), the logits lie far apart before the first step. How large is their "
    "spread here?",
    "d": "Where the weights are too small (d), hardly any spread is left in the logits at the start. How large is it "
    "here?",
    "e": "Where the labels are shuffled (e), no layer has any trouble, and the validation error is that of guessing. "
    "Is it so here?",
    "f": "Where the inputs are bytes (f), the row of the inputs says so. How far do they go here?",
    "g": "Where relu stands before the softmax (g), no logit is below 0. What is the smallest one here?",
    "h": "Where the evaluation is on the training set (h), two curves are the same. Are they here?",
}


def _cases(rng):
    groups = json.loads(Path(__file__).with_name("charts.json").read_text(encoding="utf-8"))
    halves = [[i for i in range(len(groups)) if (i in LESS_PLAIN) == is_less_plain] for is_less_plain in (False, True)]
    drawn = []
    for half in halves:
        charts = [groups[i][j] for i in half for j in rng.choice(len(groups[i]), N_OF_EACH, replace=False)]
        drawn += [charts[i] for i in rng.permutation(len(charts))]
    return {f"chart {i}": (_chart(stored),) for i, stored in enumerate(drawn, start=1)}


def _chart(stored):
    return stored | {name: np.array(stored[name]) for name in CURVES}


def _conclude(seen, _chart):
    """Return the letter of a diagnosis."""
    if not isinstance(seen, str):
        raise Misfit(
            f"A diagnosis must be a letter, such as 'a', and is of type {getattr(seen, 'kind', type(seen).__name__)}."
        )
    letter = seen.strip().lower()
    if letter not in WHAT_TO_ASK:
        raise Misfit(f"A diagnosis must be one of the letters a to h, and is {seen[:20]!r}.")
    return letter


QUESTIONS = Questions(
    _cases,
    conclude=_conclude,
    awkward=tuple(f"chart {i}" for i in range(13, 17)),
    ordinary_share=2 / 3,
    properties=WHAT_TO_ASK,
    conceals=("optimizers", "training", "network"),
)
