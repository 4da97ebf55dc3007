"""Right answer to `softmax`, and known mistakes."""

import numpy as np

from mlp_helpers import outputs
from mlp_helpers.exercises.answer_keys import AnswerKey

WHOLE_BATCH = "With several samples, all rows together sum to 1, and not each row by itself. Over what do you sum?"

KEY = AnswerKey(reference=outputs.softmax)


@KEY.mistake(
    "Each column sums to 1, where each row should. Along which axis do the classes run?",
    source="https://github.com/udacity/sdc-issue-reports/issues/91",
)
def softmax_of_columns(logits):
    e = np.exp(logits - logits.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


@KEY.mistake(WHOLE_BATCH, source="https://github.com/rickwierenga/MLFundamentals/issues/1")
def softmax_of_all(logits):
    return np.exp(logits) / np.sum(np.exp(logits))


@KEY.mistake(WHOLE_BATCH, source="https://github.com/nntrainer/nntrainer/pull/430")
def softmax_of_all_shifted(logits):
    e = np.exp(logits - np.max(logits))
    return e / np.sum(e)


@KEY.mistake(
    "The rows sum to 1, but the logits of a row were shifted by different numbers. Which maximum belongs to a row?"
)
def softmax_shifted_by_columns(logits):
    e = np.exp(logits - logits.max(axis=0))
    return e / e.sum(axis=1, keepdims=True)


@KEY.mistake(
    "Right for ordinary logits, but around 1000 and -1000 it gives NaN. What is exp of such numbers?",
    source="https://github.com/numenta/nupic-legacy/pull/3819",
)
def softmax_overflows(logits):
    e = np.exp(logits)
    return e / e.sum(axis=1, keepdims=True)


@KEY.mistake(
    "Right, except that the row around -1000 gives NaN. What do you subtract there, and what is exp of the difference?",
    source="https://github.com/apache/singa/pull/540",
)
def softmax_one_shift_for_all(logits):
    e = np.exp(logits - np.max(logits))
    return e / e.sum(axis=1, keepdims=True)


@KEY.mistake(
    "With as many samples as classes, column k is divided by the sum of row k. Print the shapes of the two arrays in "
    "your division.",
    source="https://github.com/DeNA/HandyRL/pull/209",
)
def softmax_axis_lost(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1)


@KEY.mistake(
    "Right, except that small probabilities are too large, by about 1e-8. Do the numbers of a row still sum to 1?"
)
def softmax_plus_1e_8(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True) + 1e-8


@KEY.mistake(
    "Right, except that probabilities far below the largest stay at the same small number. What do you cut off, and "
    "which logits does that change?"
)
def softmax_cut_at_10(logits):
    e = np.exp(np.maximum(logits - logits.max(axis=1, keepdims=True), -10))
    return e / e.sum(axis=1, keepdims=True)


@KEY.mistake(
    "You get this if the logits are divided by the largest one of their row. Which change of the logits leaves the "
    "probabilities as they are?"
)
def softmax_of_quotients(logits):
    e = np.exp(logits / logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
