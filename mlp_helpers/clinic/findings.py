"""Findings about a training: `diagnose` says in plain sentences what its curves and its vital signs show."""

import math
from dataclasses import dataclass

import numpy as np

from mlp_helpers.clinic.vitals import activations_of, vitals
from mlp_helpers.data import unhot
from mlp_helpers.layers import STDDEVS

# Healthy trainings of notebook 05's networks stay on this side of these lines, sick ones of `patients` beyond them.
LARGEST_INPUTS = 10.0  # spread
LARGEST_LOGITS = 5.0  # spread at the start
SMALLEST_LOGITS = 1e-3  # likewise
LONGEST_STEP = 0.1  # share of the weights' length that the first step moves them by
SHORTEST_STEP = 7e-4  # in the epoch with the longest steps
MANY_SEEN = 0.5  # share of the validation images that are training images, too
POOR = 0.5  # error as a share of that of guessing; above it a network has learned little
HALF_LEARNED = 0.1  # likewise: above it there is something left to learn
BLIND = 0.8  # likewise: above it nothing was learned
STILL_FALLING = 0.95  # loss of the last epoch as a share of that of the one before
N_NEIGHBOURS = 500  # samples whose labels are compared with those of as many others


@dataclass(frozen=True)
class Diagnosis:
    """What `diagnose` found; as text, its sentences.

    Attributes
    ----------
    fault : str or None
        One of `patients.FAULTS`, "healthy", or None if it cannot tell.
    sentences : tuple of str
        The first one is about the fault; the others say what else there is to know.
    """

    fault: str | None
    sentences: tuple

    def __str__(self):
        return "\n".join(self.sentences)

    def _repr_pretty_(self, printer, cycle):
        printer.text(str(self))


def diagnose(run):
    """Return what can be seen to be wrong with a training, a `Diagnosis`.

    It looks at the data, at the losses and errors, and at the vital signs of each layer. It knows the faults of
    `patients.FAULTS` and no others.

    Parameters
    ----------
    run : TrainingRun
        From `epochs` or `MLPConfig.run`. Its network may be of the package or of a student's class.

    Raises
    ------
    ValueError
        As by `vitals`.
    """
    if not run.history and not run.diverged:
        return Diagnosis(None, ("No epoch is over yet. Train for at least one, and ask again.",))
    seen = _Seen(run)
    fault, sentence = next(found for rule in RULES if (found := rule(seen)))
    return Diagnosis(fault, (sentence, *_remarks(seen)))


class _Seen:
    """What the rules look at."""

    def __init__(self, run):
        self.run, self.history = run, run.history
        signs = vitals(run)
        self.start, self.now = signs.start, signs.now
        self.names, self.is_classifier = activations_of(run.network)
        self.X, self.Y = run.train_data
        self.steps = np.array([ratios[::2] for ratios in run.updates])  # of the weights, epochs by layers
        self.guessing = None
        if self.is_classifier:
            self.labels = self.Y if self.Y.ndim == 1 else unhot(self.Y)
            self.guessing = 1 - np.bincount(self.labels).max() / len(self.labels)

    def train_error(self):
        """Return the last training error as a share of that of guessing; NaN where there is none."""
        return self._share("train_error")

    def valid_error(self):
        """Return the last validation error likewise, the training error where there is no other."""
        share = self._share("valid_error")
        return self.train_error() if math.isnan(share) else share

    def _share(self, field):
        errors = self.history.column(field)
        return errors[-1] / self.guessing if len(errors) and self.guessing else math.nan


def _bytes(seen):
    inputs = seen.now[0]
    if inputs.spread > LARGEST_INPUTS:
        return "inputs left as bytes", (
            f"The inputs are too large: they go from {inputs.low:.3g} to {inputs.high:.3g}. Were bytes not divided "
            "by 256? The first layer's outputs and gradients grow with them, and the rate suits smaller ones."
        )
    return None


def _seen_images(seen):
    if seen.run.valid_data is None:
        return None
    trained_on = {hash(row.tobytes()) for row in seen.X}
    share = np.mean([hash(row.tobytes()) in trained_on for row in seen.run.valid_data[0]])
    if share > MANY_SEEN:
        return "evaluated on the training set", (
            f"The validation set is no new data: {share:.0%} of its samples are also in the training set. Its curves "
            "say nothing about new images."
        )
    return None


def _last_activation(seen):
    if seen.is_classifier and seen.names[-1] != "linear":
        low, high = seen.now[-1].low, seen.now[-1].high
        return "relu before the softmax", (
            f"The logits pass through {seen.names[-1]} before the softmax: they go from {low:.3g} to {high:.3g}. "
            "A class whose logit is cut off gets no gradient. Leave the last layer linear."
        )
    return None


def _large_weights(seen):
    logits = seen.start[-1]
    if seen.is_classifier and logits.spread > LARGEST_LOGITS:
        return "weights too large", (
            f"The initial weights are too large: the logits began with a spread of {logits.spread:.2g}, where about 1 "
            "is usual, so the network was sure of wrong answers before it had learned anything."
        )
    return None


def _small_weights(seen):
    first, last = seen.start[0], seen.start[-1]
    if seen.is_classifier and last.spread < SMALLEST_LOGITS and not seen.valid_error() < POOR:
        return "weights too small", (
            f"The initial weights are too small: a spread of {first.spread:.2g} in the inputs has shrunk to "
            f"{last.spread:.1g} in the logits, and the gradient shrinks likewise in the backward pass."
        )
    return None


def _shuffled_labels(seen):
    if seen.is_classifier and seen.valid_error() > BLIND and _neighbours_error(seen) > BLIND * seen.guessing:
        return "labels shuffled", (
            "The labels seem to have nothing to do with the inputs: a sample and its nearest neighbour share a label "
            "no more often than chance would have it. Were X and y shuffled differently? Look at ten images with "
            "their labels."
        )
    return None


def _neighbours_error(seen):
    """Return the share of samples whose nearest neighbour has another label; the neighbours are of the other half."""
    X, labels = seen.X[: 2 * N_NEIGHBOURS], seen.labels[: 2 * N_NEIGHBOURS]
    others, asked = np.array_split(X, 2)
    nearest = np.argmin((others**2).sum(axis=1) - 2 * asked @ others.T, axis=1)
    return np.mean(labels[: len(others)][nearest] != labels[len(others) :])


def _high_rate(seen):
    rate = seen.run.optimizer.learning_rate
    if seen.run.diverged:
        return "rate too high", f"The learning rate, {rate:g}, is too high: the training diverged."
    longest = (seen.steps[0] * _of_usual(seen.run.start[::2])).max()
    if longest > LONGEST_STEP and not seen.valid_error() < HALF_LEARNED:
        return "rate too high", (
            f"The learning rate, {rate:g}, is too high: the first step moved the weights of a layer by {longest:.0%} "
            "of their length, where at most a few per cent are usual."
        )
    return None


def _of_usual(weights):
    """Return the sizes of initial weights as shares of Glorot's, at most 1: a step from tiny weights is no leap."""
    return [min(1.0, W.std() / STDDEVS["glorot"](*W.shape)) for W in weights]


def _low_rate(seen):
    longest = seen.steps.max()
    if longest < SHORTEST_STEP and not seen.train_error() < HALF_LEARNED:
        return "rate too low", (
            f"The learning rate, {seen.run.optimizer.learning_rate:g}, is too low: no step moved the weights of a "
            f"layer by more than {longest:.1g} of their length, and there is much left to learn."
        )
    return None


def _cannot_tell(seen):
    if seen.is_classifier and seen.valid_error() > POOR:
        return None, (
            "The network has learned little, and I cannot tell why. Train it on twenty samples: if it does not learn "
            "those by heart, the fault is in the network or in the loop."
        )
    return None


def _healthy(seen):
    ratios = f"{seen.steps[-1].min():.1e} to {seen.steps[-1].max():.1e}"
    return "healthy", f"I see no fault. Steps now move the weights of the layers by {ratios} of their length."


#: In the order in which they are tried: a fault in the data first, because it looks like others further on.
RULES = (
    *(_bytes, _seen_images, _last_activation, _large_weights, _small_weights, _shuffled_labels),
    *(_high_rate, _low_rate, _cannot_tell, _healthy),
)


def _remarks(seen):
    """Yield sentences about what limits the diagnosis, or is worth knowing beside it."""
    if len(seen.history) == 1:
        yield "After a single epoch the curves have no shape yet; ask again later."
    if seen.run.valid_data is None:
        yield "There are no validation data, so nothing can be said about new samples."
    if not seen.is_classifier:
        yield "This is a regression: there is no error of guessing to compare with, and only the steps are judged."
    if len(seen.names) == 1:
        yield "There is no hidden layer: no unit can die, and the initial weights hardly matter."
    falling = seen.history.column("train_loss")[-2:]
    if len(falling) == 2 and falling[1] < STILL_FALLING * falling[0] and seen.train_error() > HALF_LEARNED:
        yield "The training loss was still falling in the last epoch: more epochs will lower it further."
    losses = seen.history.column("valid_loss")
    if len(losses) > 2 and losses[-1] > 1.1 * np.min(losses) and seen.train_error() < HALF_LEARNED:
        yield (
            f"The validation loss was lowest in epoch {np.argmin(losses)} and has risen since, while the training loss "
            "fell: the network overfits."
        )
