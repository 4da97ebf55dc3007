"""Right answer to `cross_entropy_gradient`, and known mistakes."""

import numpy as np

from mlp_helpers.exercises.answer_keys import AnswerKey

PER_SAMPLE = (
    "Each number is too small by a factor, the number of samples. Which gradients are batch means, and which are per "
    "sample?"
)

KEY = AnswerKey(reference=lambda Y, Y_pred: Y_pred - Y)


@KEY.mistake(
    "Each number has the wrong sign. Should a step against the gradient raise the logit of the true class, or lower "
    "it?",
    source="https://github.com/haifengl/smile/pull/151",
)
def cross_entropy_gradient_reversed(Y, Y_pred):
    return Y - Y_pred


@KEY.mistake(
    "Where Y_pred is certain and wrong, you get 0, as if a slope were multiplied in. Does this gradient not contain "
    "it already?",
    source="https://github.com/rasbt/python-machine-learning-book-2nd-edition/issues/54",
)
def cross_entropy_gradient_times_slope(Y, Y_pred):
    return (Y_pred - Y) * Y_pred * (1 - Y_pred)


@KEY.mistake(
    "Right for the true class, but 0 for all others. Does the loss not change with their logits?",
    source="https://github.com/zhuozhiyongde/Fundamentals-of-Artificial-Intelligence-2024Spring-PKU/issues/1",
)
def cross_entropy_gradient_true_class_only(Y, Y_pred):
    return -Y * (1 - Y_pred)


@KEY.mistake(
    "This is the gradient with respect to the probabilities. Which step lies between them and the logits?",
    source="https://github.com/akshaybahadur21/Digit-Recognizer/issues/1",
)
def cross_entropy_gradient_at_probabilities(Y, Y_pred):
    return -Y / Y_pred


@KEY.mistake(PER_SAMPLE, source="https://github.com/SkalskiP/ILearnDeepLearning.py/issues/29")
def cross_entropy_gradient_mean(Y, Y_pred):
    return (Y_pred - Y) / len(Y)


@KEY.mistake(
    "You get this if the number of the true class is subtracted from each probability. Where does a one-hot row have "
    "its 1, and what does it have elsewhere?"
)
def cross_entropy_gradient_of_class_numbers(Y, Y_pred):
    return Y_pred - Y.argmax(axis=1)[:, np.newaxis]
