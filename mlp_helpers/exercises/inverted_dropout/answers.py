"""Right answer to `inverted_dropout`, and known mistakes."""

import numpy as np

from mlp_helpers.exercises.answer_keys import AnswerKey


def _inverted_dropout(A, keep_probability, rng):
    mask = (rng.random(A.shape) < keep_probability) / keep_probability
    return A * mask, mask


KEY = AnswerKey(reference=_inverted_dropout)


@KEY.mistake(
    "The activations that are kept are not scaled, so the mean falls with the share that is kept. By what must you "
    "multiply them to make up for it?"
)
def inverted_dropout_not_scaled(A, keep_probability, rng):
    mask = (rng.random(A.shape) < keep_probability) * 1.0
    return A * mask, mask


@KEY.mistake(
    "The activations that are kept become smaller, but they should make up for those left out. Compare the means "
    "before and after."
)
def inverted_dropout_multiplied(A, keep_probability, rng):
    mask = (rng.random(A.shape) < keep_probability) * keep_probability
    return A * mask, mask


@KEY.mistake(
    "The share that should be kept is dropped, and vice versa. For which numbers between 0 and 1 is your comparison "
    "true?"
)
def inverted_dropout_sides_swapped(A, keep_probability, rng):
    mask = (rng.random(A.shape) > keep_probability) / keep_probability
    return A * mask, mask


@KEY.mistake(
    "The activations are right, but the mask holds only 0 and 1. By which numbers must the gradient be multiplied on "
    "its way back?"
)
def inverted_dropout_mask_unscaled(A, keep_probability, rng):
    mask = rng.random(A.shape) < keep_probability
    return A * mask / keep_probability, mask


@KEY.mistake(
    "The mask is right, but the activations are smaller than it would make them. What does each of the two return "
    "values need?"
)
def inverted_dropout_activations_unscaled(A, keep_probability, rng):
    kept = rng.random(A.shape) < keep_probability
    return A * kept, kept / keep_probability


@KEY.mistake("The same generator gives a different mask each time. Where do your random numbers come from?")
def inverted_dropout_global_generator(A, keep_probability, rng):
    mask = (np.random.random(A.shape) < keep_probability) / keep_probability
    return A * mask, mask


@KEY.mistake("Each call leaves out the same entries. How often do you make a generator, and where?")
def inverted_dropout_seeded_inside(A, keep_probability, rng):
    mask = (np.random.default_rng(0).random(A.shape) < keep_probability) / keep_probability
    return A * mask, mask


@KEY.mistake(
    "The mask has one number for each column, so a unit is left out for all samples of the batch. For how many "
    "entries do you need a draw?"
)
def inverted_dropout_columns(A, keep_probability, rng):
    mask = (rng.random(A.shape[1]) < keep_probability) / keep_probability
    return A * mask, mask


@KEY.mistake(
    "The scaling uses the share that is dropped, not the share that is kept. What is the mean of the mask, and what "
    "should it be?",
    source="https://github.com/lmjohns3/theanets/pull/123",
)
def inverted_dropout_scaled_by_dropped(A, keep_probability, rng):
    with np.errstate(all="ignore"):
        mask = (rng.random(A.shape) < keep_probability) / (1 - keep_probability)
    return A * mask, mask


@KEY.mistake(
    "Activations and mask are right, but the array that came in was overwritten. Who else may still need its old "
    "values?"
)
def inverted_dropout_in_place(A, keep_probability, rng):
    mask = (rng.random(A.shape) < keep_probability) / keep_probability
    A *= mask
    return A, mask


@KEY.mistake("The two arrays are exchanged. In which order does the task ask for them?")
def inverted_dropout_in_other_order(A, keep_probability, rng):
    mask = (rng.random(A.shape) < keep_probability) / keep_probability
    return mask, A * mask
