"""Answer keys of notebook 02: softmax and its loss, the two loops of a network."""

import numpy as np

from mlp_helpers import outputs
from mlp_helpers.exercises.bank import AnswerKey

WHOSEBUG_2948401 = (
    "https://whosebug.com/question/2948401/Backpropagation-Why-doesn-t-error-approach-zero"
    "-when-it-is-multiplied-by-deriv-of-sigmoid"
)

TINY = np.finfo(float).tiny
PER_SAMPLE = (
    "Each number is too small by a factor, the number of samples. Which gradients are batch means, and which are per "
    "sample?"
)
WHOLE_BATCH = "With several samples, all rows together sum to 1, and not each row by itself. Over what do you sum?"

# From scores to a loss

softmax = AnswerKey(reference=outputs.softmax)


@softmax.mistake(
    "Each column sums to 1, where each row should. Along which axis do the classes run?",
    source="https://github.com/udacity/sdc-issue-reports/issues/91",
)
def softmax_of_columns(logits):
    e = np.exp(logits - logits.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


@softmax.mistake(WHOLE_BATCH, source="https://github.com/rickwierenga/MLFundamentals/issues/1")
def softmax_of_all(logits):
    return np.exp(logits) / np.sum(np.exp(logits))


@softmax.mistake(WHOLE_BATCH, source="https://github.com/nntrainer/nntrainer/pull/430")
def softmax_of_all_shifted(logits):
    e = np.exp(logits - np.max(logits))
    return e / np.sum(e)


@softmax.mistake(
    "The rows sum to 1, but the logits of a row were shifted by different numbers. Which maximum belongs to a row?"
)
def softmax_shifted_by_columns(logits):
    e = np.exp(logits - logits.max(axis=0))
    return e / e.sum(axis=1, keepdims=True)


@softmax.mistake(
    "Right for ordinary logits, but around 1000 and -1000 it gives NaN. What is exp of such numbers?",
    source="https://github.com/numenta/nupic-legacy/pull/3819",
)
def softmax_overflows(logits):
    e = np.exp(logits)
    return e / e.sum(axis=1, keepdims=True)


@softmax.mistake(
    "Right, except that the row around -1000 gives NaN. What do you subtract there, and what is exp of the difference?",
    source="https://github.com/apache/singa/pull/540",
)
def softmax_one_shift_for_all(logits):
    e = np.exp(logits - np.max(logits))
    return e / e.sum(axis=1, keepdims=True)


@softmax.mistake(
    "With as many samples as classes, column k is divided by the sum of row k. Print the shapes of the two arrays in "
    "your division.",
    source="https://github.com/DeNA/HandyRL/pull/209",
)
def softmax_axis_lost(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1)


cross_entropy = AnswerKey(reference=lambda Y, Y_pred: -np.mean(np.sum(Y * np.log(np.maximum(Y_pred, TINY)), axis=1)))


@cross_entropy.mistake(
    "You get this if 1 - Y and 1 - Y_pred are used as well, as for two classes. Which terms does the sum over classes "
    "have?",
    source="https://github.com/FluxML/Flux.jl/issues/139",
)
def cross_entropy_binary(Y, Y_pred):
    safe = np.maximum(Y_pred, TINY)
    return -np.mean(np.sum(Y * np.log(safe) + (1 - Y) * np.log(1 - safe), axis=1))


@cross_entropy.mistake(
    "The loss is too small by a factor, the number of classes. Over how many numbers do you take the mean, and over "
    "how many should it be?",
    source="https://github.com/GMvandeVen/continual-learning/issues/5",
    is_factor=True,
)
def cross_entropy_mean_of_all(Y, Y_pred):
    return -np.mean(Y * np.log(np.maximum(Y_pred, TINY)))


@cross_entropy.mistake(
    "Right, except that a probability of 0 gives NaN. What is the logarithm of 0, and what is 0 times that?",
    source="https://github.com/apache/mxnet/pull/4594",
)
def cross_entropy_log_of_0(Y, Y_pred):
    return -np.mean(np.sum(Y * np.log(Y_pred), axis=1))


EPSILON = (
    "Right for ordinary probabilities, but a very small one counts as a larger number. Do you add something to it, or "
    "cut it off, at more than the smallest float?"
)


@cross_entropy.mistake(EPSILON)
def cross_entropy_epsilon(Y, Y_pred):
    return -np.mean(np.sum(Y * np.log(Y_pred + 1e-10), axis=1))


@cross_entropy.mistake(EPSILON)
def cross_entropy_clipped(Y, Y_pred):
    return -np.mean(np.sum(Y * np.log(np.clip(Y_pred, 1e-15, 1 - 1e-15)), axis=1))


@cross_entropy.mistake(EPSILON)
def cross_entropy_smaller_epsilon(Y, Y_pred):
    return -np.mean(np.sum(Y * np.log(Y_pred + 1e-12), axis=1))


@cross_entropy.mistake(EPSILON)
def cross_entropy_clipped_as_in_keras(Y, Y_pred):
    return -np.mean(np.sum(Y * np.log(np.clip(Y_pred, 1e-7, 1 - 1e-7)), axis=1))


@cross_entropy.mistake(EPSILON)
def cross_entropy_larger_epsilon(Y, Y_pred):
    return -np.mean(np.sum(Y * np.log(Y_pred + 1e-8), axis=1))


@cross_entropy.mistake(
    "The loss is negative, and right apart from that. Which sign does the logarithm of a number below 1 have?",
    source="https://github.com/apache/mxnet/pull/7118",
    is_factor=True,
)
def cross_entropy_minus_lost(Y, Y_pred):
    return np.mean(np.sum(Y * np.log(np.maximum(Y_pred, TINY)), axis=1))


@cross_entropy.mistake(
    "With one sample it is right; with several, their probabilities are averaged. What should you average instead?",
    source="https://github.com/lucadiliello/semantic-loss-pytorch/issues/5",
)
def cross_entropy_log_of_mean(Y, Y_pred):
    return -np.log(np.mean(np.sum(Y * Y_pred, axis=1)))


@cross_entropy.mistake(
    "The sum of all terms is divided by the number of classes. Over what should the mean be taken?", of_ordinary=True
)
def cross_entropy_axes_exchanged(Y, Y_pred):
    return -np.mean(np.sum(Y * np.log(np.maximum(Y_pred, TINY)), axis=0))


@cross_entropy.mistake(
    "The loss is infinite for ordinary probabilities, too: a logarithm is taken of 0. Which array holds zeros, and of "
    "which one should it be taken?",
    of_ordinary=True,
)
def cross_entropy_arrays_exchanged(Y, Y_pred):
    return -np.mean(np.sum(Y_pred * np.log(Y), axis=1))


@cross_entropy.mistake(
    "You get this if the logarithm is taken of Y, whose entries are 0 and 1. Which of the two arrays holds the "
    "probabilities?",
    of_ordinary=True,
)
def cross_entropy_arrays_exchanged_with_floor(Y, Y_pred):
    return -np.mean(np.sum(Y_pred * np.log(np.maximum(Y, TINY)), axis=1))


cross_entropy_gradient = AnswerKey(reference=lambda Y, Y_pred: Y_pred - Y)


@cross_entropy_gradient.mistake(
    "Each number has the wrong sign. Should a step against the gradient raise the logit of the true class, or lower "
    "it?",
    source="https://github.com/haifengl/smile/pull/151",
    is_factor=True,
)
def cross_entropy_gradient_reversed(Y, Y_pred):
    return Y - Y_pred


@cross_entropy_gradient.mistake(
    "Where Y_pred is certain and wrong, you get 0, as if a slope were multiplied in. Does this gradient not contain "
    "it already?",
    source="https://github.com/rasbt/python-machine-learning-book-2nd-edition/issues/54",
)
def cross_entropy_gradient_times_slope(Y, Y_pred):
    return (Y_pred - Y) * Y_pred * (1 - Y_pred)


@cross_entropy_gradient.mistake(
    "Right for the true class, but 0 for all others. Does the loss not change with their logits?",
    source="https://github.com/zhuozhiyongde/Fundamentals-of-Artificial-Intelligence-2024Spring-PKU/issues/1",
)
def cross_entropy_gradient_true_class_only(Y, Y_pred):
    return -Y * (1 - Y_pred)


@cross_entropy_gradient.mistake(
    "This is the gradient with respect to the probabilities. Which step lies between them and the logits?",
    source="https://github.com/akshaybahadur21/Digit-Recognizer/issues/1",
)
def cross_entropy_gradient_at_probabilities(Y, Y_pred):
    return -Y / Y_pred


@cross_entropy_gradient.mistake(
    PER_SAMPLE, source="https://github.com/SkalskiP/ILearnDeepLearning.py/issues/29", is_factor=True
)
def cross_entropy_gradient_mean(Y, Y_pred):
    return (Y_pred - Y) / len(Y)


# The network


def _predict(layers, X):
    for layer in layers:
        X = layer.fprop(X)
    return X


predict = AnswerKey(reference=_predict)


@predict.mistake(
    "One layer is missing at the end. Is the output layer left out?",
    source="https://github.com/udacity/deep-learning-v2-pytorch/pull/198",
)
def predict_without_output(layers, X):
    for layer in layers[:-1]:
        X = layer.fprop(X)
    return X


@predict.mistake(
    "If all layers are equally wide, this is what the last one makes of X itself. What happened to the results of the "
    "others?"
)
def predict_always_from_x(layers, X):
    for layer in layers:
        Y_pred = layer.fprop(X)
    return Y_pred


@predict.mistake("This is the output of the first layer. Where does the function end, inside the loop or after it?")
def predict_returns_in_loop(layers, X):
    for layer in layers:
        return layer.fprop(X)
    return X


@predict.mistake("You get X back unchanged. What happens to the values that the layers return?")
def predict_throws_away(layers, X):
    for layer in layers:
        layer.fprop(X)
    return X


@predict.mistake("If all layers are equally wide, this is their result from last to first. Which layer should X meet?")
def predict_backwards(layers, X):
    for layer in reversed(layers):
        X = layer.fprop(X)
    return X


def _backpropagate(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y, Y_pred)
    for layer in reversed(layers[:-1]):
        grad = layer.bprop(grad)
    return grad


backpropagate = AnswerKey(reference=_backpropagate)


@backpropagate.mistake(
    "You get this if the way back begins with Y_pred - Y, which is right for some losses only. Which layer knows the "
    "loss of this network?"
)
def backpropagate_own_beginning(layers, Y, Y_pred):
    grad = Y_pred - Y
    for layer in reversed(layers[:-1]):
        grad = layer.bprop(grad)
    return grad


@backpropagate.mistake(
    "You get this if Y and Y_pred are exchanged at the output layer. In which order does it take them?"
)
def backpropagate_arguments_swapped(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y_pred, Y)
    for layer in reversed(layers[:-1]):
        grad = layer.bprop(grad)
    return grad


@backpropagate.mistake(
    "If all layers are equally wide, you get this by starting with the first one. Where does the gradient come from?"
)
def backpropagate_forwards(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y, Y_pred)
    for layer in layers[:-1]:
        grad = layer.bprop(grad)
    return grad


@backpropagate.mistake(
    "If all layers are equally wide, this is the gradient of the loss, sent through the first one alone. What does "
    "each layer get?",
    source=WHOSEBUG_2948401,
)
def backpropagate_error_passed_on(layers, Y, Y_pred):
    error = layers[-1].input_grad(Y, Y_pred)
    for layer in reversed(layers[:-1]):
        grad = layer.bprop(error)
    return grad


@backpropagate.mistake("It ends one layer too early: the first one is never called. At which index does your loop end?")
def backpropagate_first_layer_skipped(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y, Y_pred)
    for layer in layers[-2:0:-1]:
        grad = layer.bprop(grad)
    return grad


@backpropagate.mistake("You get what the output layer began with. What happens to the values that `bprop` returns?")
def backpropagate_throws_away(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y, Y_pred)
    for layer in reversed(layers[:-1]):
        layer.bprop(grad)
    return grad


ANSWER_KEYS = {
    "softmax": softmax,
    "cross_entropy": cross_entropy,
    "cross_entropy_gradient": cross_entropy_gradient,
    "predict": predict,
    "backpropagate": backpropagate,
}
