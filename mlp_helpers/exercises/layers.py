"""Answer keys of notebook 02: activations, the fully connected layer, softmax and its loss, the network."""

import numpy as np

from mlp_helpers import activations, outputs
from mlp_helpers.exercises.bank import AnswerKey

FORUM_31965 = (
    "https://community.deeplearning.ai/t/c1w3a1-backward-propagation-valueerror"
    "-operands-could-not-be-broadcast-together-with-shapes-7-9-9-7/31965"
)
WHOSEBUG_2948401 = (
    "https://whosebug.com/question/2948401/Backpropagation-Why-doesn-t-error-approach-zero"
    "-when-it-is-multiplied-by-deriv-of-sigmoid"
)

TINY = np.finfo(float).tiny
PER_SAMPLE = (
    "Each number is too small by the number of samples. Which gradients are batch means, and which are per sample?"
)
OF_THE_SUM = "Each number is too large by the number of samples. Is it the gradient of the loss's mean, or of its sum?"
WHOLE_BATCH = (
    "With several samples, all rows together share what each row should have for itself. What do you sum over?"
)

# Activations and their slopes

sigmoid = AnswerKey(reference=activations.sigmoid)


@sigmoid.mistake(
    "This is the sigmoid's mirror image: it falls where it should rise. Follow the sign of x through your formula.",
    source="https://github.com/ljvmiranda921/pyswarms/pull/145",
)
def sigmoid_falls(x):
    return 1 / (1 + np.exp(x))


@sigmoid.mistake(
    "Right, except that 1000 gives NaN. What becomes of each part of your formula at x = 1000?",
    source="https://github.com/FederatedAI/FATE/issues/65",
)
def sigmoid_other_form(x):
    return np.exp(x) / (1 + np.exp(x))


@sigmoid.mistake(
    "It is above 1 everywhere, as if the division ended sooner than it should. What does Python divide first?",
    source="https://github.com/makeyourownneuralnetwork/makeyourownneuralnetwork/issues/25",
)
def sigmoid_brackets_missing(x):
    return 1 / 1 + np.exp(-x)


@sigmoid.mistake(
    "For large x it gives x itself, and never settles at 1. Does x occur in a place where it should not?",
    source="https://github.com/joaopauloschuler/neural-api/issues/21",
)
def sigmoid_x_in_numerator(x):
    return x / (1 + np.exp(-x))


@sigmoid.mistake("At 0 it is right, but it rises twice as fast as the sigmoid. What is done to x on its way in?")
def sigmoid_of_2x(x):
    return 0.5 * (1 + np.tanh(x))


sigmoid_d = AnswerKey(reference=activations.sigmoid_d)


@sigmoid_d.mistake(
    "This comes out if x itself is taken for the sigmoid's value. What is x here: what goes in, or what came out?",
    source="https://github.com/PacktPublishing/Neural-Network-Projects-with-Python/issues/4",
)
def sigmoid_d_of_output(x):
    return x * (1 - x)


@sigmoid_d.mistake(
    "This is the slope at sigmoid(x), not at x. Is the sigmoid applied once too often?",
    source="https://github.com/dwhitena/gophernet/issues/6",
)
def sigmoid_d_twice(x):
    s = activations.sigmoid(activations.sigmoid(x))
    return s * (1 - s)


@sigmoid_d.mistake(
    "This comes out if one factor is made of the sigmoid's value, and the other of x. Do they go together?"
)
def sigmoid_d_mixed(x):
    return activations.sigmoid(x) * (1 - x)


@sigmoid_d.mistake("Right, except that -1000 gives NaN. Which part of your formula is infinite there?")
def sigmoid_d_quotient(x):
    return np.exp(-x) / (1 + np.exp(-x)) ** 2


@sigmoid_d.mistake(
    "At 0 it gives 3/4, which is too steep. This is the rule for another function's slope: for which one?"
)
def sigmoid_d_rule_of_tanh(x):
    return 1 - activations.sigmoid(x) ** 2


tanh_d = AnswerKey(reference=activations.tanh_d)


@tanh_d.mistake(
    "This comes out if x itself is taken for tanh's value. What is x here: what goes in, or what came out?",
    source=FORUM_31965,
)
def tanh_d_of_output(x):
    return 1 - x**2


@tanh_d.mistake(
    "This is the slope at tanh(x), not at x. Is tanh applied once too often?",
    source="https://github.com/davidrmiller/neural2d/issues/40",
)
def tanh_d_twice(x):
    return 1 - np.tanh(np.tanh(x)) ** 2


@tanh_d.mistake(
    "It grows away from 0, where tanh flattens. The tangent has such a rule: is it the hyperbolic one's, too?",
    source="https://github.com/nicodjimenez/lstm/issues/41",
)
def tanh_d_rule_of_tan(x):
    return 1 + np.tanh(x) ** 2


@tanh_d.mistake(
    "It is 0 at 0, where tanh is steepest, and negative elsewhere. Is a term of the derivative missing?",
    source="https://github.com/scutan90/DeepLearning-500-questions/issues/544",
)
def tanh_d_term_lost(x):
    return -(np.tanh(x) ** 2)


@tanh_d.mistake("Right, except that -1000 and 1000 give NaN. What do the parts of your formula become there?")
def tanh_d_overflows(x):
    t = (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))
    return 1 - t**2


@tanh_d.mistake("Right at 0, but far to the left it gives 2. Is tanh steeper at -x than at x?")
def tanh_d_not_squared(x):
    return 1 - np.tanh(x)


relu = AnswerKey(reference=activations.relu)


@relu.mistake(
    "It keeps only the largest number of each column. Is x to be compared within itself, or each number with 0?",
    source="https://github.com/ahmedfgad/NumPyCNN/issues/4",
)
def relu_max_of_columns(x):
    return np.max(x, 0)


@relu.mistake(
    "Where x is positive it gives 1, however large x is. Is this relu, or its slope?",
    source="https://github.com/hacktoberfest17/programming/pull/644",
)
def relu_step(x):
    return (x > 0).astype(float)


@relu.mistake(
    "The values are right, but x itself was overwritten. Who else may still need it as it was?",
    source="https://github.com/chainer/chainer/pull/4821",
)
def relu_in_place(x):
    x[x < 0] = 0
    return x


@relu.mistake(
    "It stops the numbers that it should let through, and lets the others through. On which side is relu flat?"
)
def relu_minimum(x):
    return np.minimum(x, 0)


@relu.mistake("Negative numbers come out positive. What should become of them?")
def relu_absolute(x):
    return np.abs(x)


relu_d = AnswerKey(reference=activations.relu_d)


@relu_d.mistake(
    "It gives 1 for negative x. A test that suits relu's output need not suit its input: where is relu flat?",
    source="https://github.com/scikit-learn/scikit-learn/issues/14244",
)
def relu_d_not_0(x):
    return np.where(x == 0, 0, 1)


@relu_d.mistake(
    "It gives 1 everywhere, and would never stop a gradient. How steep is relu to the left of 0?",
    source="https://github.com/iamtrask/Grokking-Deep-Learning/issues/56",
)
def relu_d_ones(x):
    return (activations.relu(x) >= 0).astype(float)


@relu_d.mistake("Where x is positive it gives x itself. What is the slope of a line that rises at 45 degrees?")
def relu_d_gives_x(x):
    return np.maximum(x, 0)


@relu_d.mistake(
    "Right, except at 0 itself. There is no slope there, but there is a convention: which one does the notebook take?",
    source="https://github.com/trusthlt/nlp-with-deep-learning-lectures/pull/4",
)
def relu_d_1_at_0(x):
    return (x >= 0).astype(float)


@relu_d.mistake("It gives -1 where x is negative. Does relu fall there?")
def relu_d_sign(x):
    return np.sign(x)


@relu_d.mistake("It gives 1 where relu is flat, and 0 where it rises. Which of the two belongs to which side?")
def relu_d_sides_swapped(x):
    return np.where(x > 0, 0, 1)


linear_d = AnswerKey(reference=activations.linear_d)


@linear_d.mistake(
    "It gives x back. That is the function; how steep is it?",
    source="https://github.com/scientific-computing/FKB/issues/3",
)
def linear_d_gives_x(x):
    return x


@linear_d.mistake(
    "It gives 0 everywhere, and would stop every gradient. By how much does linear(x) grow when x grows a little?",
    source="https://github.com/vivin/DigitRecognizingNeuralNetwork/issues/1",
)
def linear_d_zeros(x):
    return np.zeros_like(x)


@linear_d.mistake("The value is right, but there is only one of it. In which shape does x come?")
def linear_d_one_number(x):
    return 1


@linear_d.mistake("It gives one number for each row of x. What about the columns?")
def linear_d_one_per_row(x):
    return np.ones(len(x))


# A fully connected layer

fprop = AnswerKey(reference=lambda X, W, b: X @ W + b)


@fprop.mistake(
    "In the case with equal sizes, b was added to X; in the others the shapes do not fit. b has one entry per unit: "
    "does X have one column per unit?",
    source="https://github.com/facundoq/edunn/issues/15",
)
def fprop_bias_first(X, W, b):
    return (X + b) @ W


@fprop.mistake(
    "Each column is off by a number of its own, the same in all rows. Which of the three arguments is not used?",
    source="https://github.com/deepakcrk/CNN_ForDummies/issues/9",
)
def fprop_without_bias(X, W, b):
    return X @ W


@fprop.mistake(
    "In the case with equal sizes, your numbers are those of W X; in the others the shapes do not fit. What does "
    "each row of the result belong to?",
    source="https://github.com/lisa-lab/DeepLearningTutorials/issues/125",
)
def fprop_samples_as_columns(X, W, b):
    return W @ X + b


@fprop.mistake(
    "In the case with equal sizes, X and W were multiplied entry by entry; in the others the shapes do not fit. What "
    "adds up over the inputs?",
    source="https://community.deeplearning.ai/t/course-1-week-2-exercise-5-propagate/119220",
)
def fprop_entry_by_entry(X, W, b):
    return X * W + b


@fprop.mistake(
    "In the case with equal sizes, each sample got an entry of b, where each unit should. Print the shape "
    "of what you add."
)
def fprop_bias_as_column(X, W, b):
    return X @ W + b.reshape(-1, 1)


weight_gradient = AnswerKey(reference=lambda X, dZ: X.T @ dZ / len(dZ))


@weight_gradient.mistake(
    OF_THE_SUM, source="https://github.com/hunkim/DeepLearningZeroToAll/issues/173", is_factor=True
)
def weight_gradient_sum(X, dZ):
    return X.T @ dZ


@weight_gradient.mistake(
    "In the case with equal sizes, this is a product entry by entry. The formula adds up over the samples: does yours?",
    source="https://community.deeplearning.ai/t/building-your-deep-neural-network-step-by-step-error-debugging/674897",
)
def weight_gradient_entry_by_entry(X, dZ):
    return X * dZ / len(X)


@weight_gradient.mistake(
    "In the case with equal sizes, X was multiplied as it is; in the others the shapes do not fit. Which shapes "
    "meet there?",
    source="https://github.com/hunkim/DeepLearningZeroToAll/issues/25",
)
def weight_gradient_untransposed(X, dZ):
    return X @ dZ / len(X)


@weight_gradient.mistake(
    "With one sample it is right. This comes out if both are averaged first: is a mean of products a product of means?"
)
def weight_gradient_product_of_means(X, dZ):
    return X.mean(axis=0, keepdims=True).T @ dZ.mean(axis=0, keepdims=True)


@weight_gradient.mistake(
    "Each number is divided by the number of inputs. Over what does the mean of the losses run?", is_factor=True
)
def weight_gradient_by_inputs(X, dZ):
    return X.T @ dZ / X.shape[1]


bias_gradient = AnswerKey(reference=lambda dZ: dZ.mean(axis=0, keepdims=True))


@bias_gradient.mistake(
    "It gives a single number, the sum of all. How many biases has the layer?",
    source="https://github.com/rasbt/stat453-deep-learning-ss21/issues/5",
)
def bias_gradient_sum_of_all(dZ):
    return np.sum(dZ)


@bias_gradient.mistake("It gives a single number, the mean of all. How many biases has the layer?")
def bias_gradient_mean_of_all(dZ):
    return np.mean(dZ)


@bias_gradient.mistake(
    "It still has a row for each sample. All samples share the one row b: what becomes of their gradients?",
    source="https://github.com/jimfleming/differentiation/issues/1",
)
def bias_gradient_unreduced(dZ):
    return dZ


@bias_gradient.mistake(OF_THE_SUM, source="https://github.com/kvfrans/notes/issues/5", is_factor=True)
def bias_gradient_sum(dZ):
    return dZ.sum(axis=0, keepdims=True)


@bias_gradient.mistake(
    "It gives a number for each sample: a mean over the units. Which axis counts the samples here?",
    source=FORUM_31965,
)
def bias_gradient_over_units(dZ):
    return dZ.mean(axis=1, keepdims=True)


@bias_gradient.mistake("The numbers are right, but an axis was lost on the way. Which shape has b itself?")
def bias_gradient_axis_lost(dZ):
    return dZ.mean(axis=0)


input_gradient = AnswerKey(reference=lambda dZ, W: dZ @ W.T)


@input_gradient.mistake(
    "This comes out if the layer is undone, to find its input. A gradient asks something else: what does the loss do?",
    source="https://github.com/makeyourownneuralnetwork/makeyourownneuralnetwork/issues/59",
)
def input_gradient_inverse(dZ, W):
    return dZ @ np.linalg.pinv(W)


@input_gradient.mistake(
    "In the case with equal sizes, W was multiplied as it is; in the others the shapes do not fit. Which shapes "
    "meet there?"
)
def input_gradient_untransposed(dZ, W):
    return dZ @ W


@input_gradient.mistake(
    "In the case with equal sizes, W stood before dZ, as where samples are columns. What are they here?",
    source=FORUM_31965,
)
def input_gradient_samples_as_columns(dZ, W):
    return W.T @ dZ


@input_gradient.mistake(PER_SAMPLE, is_factor=True)
def input_gradient_mean(dZ, W):
    return dZ @ W.T / len(dZ)


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


@softmax.mistake("The rows sum to 1, but each logit was shifted by another number. Whose maximum belongs to a row?")
def softmax_shifted_by_columns(logits):
    e = np.exp(logits - logits.max(axis=0))
    return e / e.sum(axis=1, keepdims=True)


@softmax.mistake(
    "Right for ordinary logits, but around 1000 and -1000 it gives NaN. What does exp make of such numbers?",
    source="https://github.com/numenta/nupic-legacy/pull/3819",
)
def softmax_overflows(logits):
    e = np.exp(logits)
    return e / e.sum(axis=1, keepdims=True)


@softmax.mistake(
    "Right, except that the row around -1000 gives NaN. What is subtracted there, and what does exp make of the rest?",
    source="https://github.com/apache/singa/pull/540",
)
def softmax_one_shift_for_all(logits):
    e = np.exp(logits - np.max(logits))
    return e / e.sum(axis=1, keepdims=True)


@softmax.mistake(
    "With as many samples as classes, column k is divided by the sum of row k. Print the shapes of what is divided.",
    source="https://github.com/DeNA/HandyRL/pull/209",
)
def softmax_axis_lost(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1)


cross_entropy = AnswerKey(reference=lambda Y, Y_pred: -np.mean(np.sum(Y * np.log(np.maximum(Y_pred, TINY)), axis=1)))


@cross_entropy.mistake(
    "This comes out if 1 - Y and 1 - Y_pred come in as well, as for yes or no. Which terms has the sum over classes?",
    source="https://github.com/FluxML/Flux.jl/issues/139",
)
def cross_entropy_binary(Y, Y_pred):
    safe = np.maximum(Y_pred, TINY)
    return -np.mean(np.sum(Y * np.log(safe) + (1 - Y) * np.log(1 - safe), axis=1))


@cross_entropy.mistake(
    "The loss is too small by the number of classes. How many numbers does your mean go over, and how many should it?",
    source="https://github.com/GMvandeVen/continual-learning/issues/5",
    is_factor=True,
)
def cross_entropy_mean_of_all(Y, Y_pred):
    return -np.mean(Y * np.log(np.maximum(Y_pred, TINY)))


@cross_entropy.mistake(
    "Right, but NaN where a probability is 0. What is the logarithm of 0, and what is 0 times that?",
    source="https://github.com/apache/mxnet/pull/4594",
)
def cross_entropy_log_of_0(Y, Y_pred):
    return -np.mean(np.sum(Y * np.log(Y_pred), axis=1))


EPSILON = (
    "Right for ordinary probabilities, but a very small one counts as a larger number. Is something added to it, or "
    "cut off, that is not as small as a float can be?"
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
    "The loss is negative, and right apart from that. Which sign has the logarithm of a number below 1?",
    source="https://github.com/apache/mxnet/pull/7118",
    is_factor=True,
)
def cross_entropy_minus_lost(Y, Y_pred):
    return np.mean(np.sum(Y * np.log(np.maximum(Y_pred, TINY)), axis=1))


@cross_entropy.mistake(
    "With one sample it is right; with several their probabilities are averaged. Of what should the mean be taken?",
    source="https://github.com/lucadiliello/semantic-loss-pytorch/issues/5",
)
def cross_entropy_log_of_mean(Y, Y_pred):
    return -np.log(np.mean(np.sum(Y * Y_pred, axis=1)))


cross_entropy_gradient = AnswerKey(reference=lambda Y, Y_pred: Y_pred - Y)


@cross_entropy_gradient.mistake(
    "Each number has the wrong sign. A step against the gradient: should it raise the true class's logit, or lower it?",
    source="https://github.com/haifengl/smile/pull/151",
    is_factor=True,
)
def cross_entropy_gradient_reversed(Y, Y_pred):
    return Y - Y_pred


@cross_entropy_gradient.mistake(
    "Where Y_pred is certain and wrong, it gives 0: this comes out if a slope is multiplied in. Was it not in already?",
    source="https://github.com/rasbt/python-machine-learning-book-2nd-edition/issues/54",
)
def cross_entropy_gradient_times_slope(Y, Y_pred):
    return (Y_pred - Y) * Y_pred * (1 - Y_pred)


@cross_entropy_gradient.mistake(
    "Right for the true class, but 0 for all others. Would the loss not change with their logits?",
    source="https://github.com/zhuozhiyongde/Fundamentals-of-Artificial-Intelligence-2024Spring-PKU/issues/1",
)
def cross_entropy_gradient_true_class_only(Y, Y_pred):
    return -Y * (1 - Y_pred)


@cross_entropy_gradient.mistake(
    "This is the gradient with respect to the probabilities. Which layer lies between them and the logits?",
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
    "If all layers are equally wide, this is what the last one makes of X itself. What became of the others' results?"
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


@predict.mistake("It gives X back as it came. What becomes of the values that the layers return?")
def predict_throws_away(layers, X):
    for layer in layers:
        layer.fprop(X)
    return X


@predict.mistake("If all layers are equally wide, this is what they give from last to first. Which one meets X?")
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
    "This comes out if the way back begins with Y_pred - Y, which suits some losses. Who knows this network's loss?"
)
def backpropagate_own_beginning(layers, Y, Y_pred):
    grad = Y_pred - Y
    for layer in reversed(layers[:-1]):
        grad = layer.bprop(grad)
    return grad


@backpropagate.mistake(
    "This comes out if Y and Y_pred change places at the output layer. In which order does it want them?"
)
def backpropagate_arguments_swapped(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y_pred, Y)
    for layer in reversed(layers[:-1]):
        grad = layer.bprop(grad)
    return grad


@backpropagate.mistake(
    "If all layers are equally wide, this comes out when the first is asked first. Where does the gradient come from?"
)
def backpropagate_forwards(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y, Y_pred)
    for layer in layers[:-1]:
        grad = layer.bprop(grad)
    return grad


@backpropagate.mistake(
    "If all layers are equally wide, this is the loss's gradient sent through the first one alone. What is each given?",
    source=WHOSEBUG_2948401,
)
def backpropagate_error_passed_on(layers, Y, Y_pred):
    error = layers[-1].input_grad(Y, Y_pred)
    for layer in reversed(layers[:-1]):
        grad = layer.bprop(error)
    return grad


@backpropagate.mistake("It ends one layer too early: the first is never asked. With which index does your loop end?")
def backpropagate_first_layer_skipped(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y, Y_pred)
    for layer in layers[-2:0:-1]:
        grad = layer.bprop(grad)
    return grad


@backpropagate.mistake("It gives what the output layer began with. What becomes of the values that `bprop` returns?")
def backpropagate_throws_away(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y, Y_pred)
    for layer in reversed(layers[:-1]):
        layer.bprop(grad)
    return grad


ANSWER_KEYS = {
    "sigmoid": sigmoid,
    "sigmoid_d": sigmoid_d,
    "tanh_d": tanh_d,
    "relu": relu,
    "relu_d": relu_d,
    "linear_d": linear_d,
    "fprop": fprop,
    "weight_gradient": weight_gradient,
    "bias_gradient": bias_gradient,
    "input_gradient": input_gradient,
    "softmax": softmax,
    "cross_entropy": cross_entropy,
    "cross_entropy_gradient": cross_entropy_gradient,
    "predict": predict,
    "backpropagate": backpropagate,
}
