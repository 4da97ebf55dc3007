"""Right answers to the exercises of notebook 02, several for each, in the styles of different students."""

import functools
import math

import numpy as np

TINY = np.finfo(float).tiny


def each(f):
    """Return a function that applies f elementwise, one number at a time."""

    def answer(x):
        result = np.empty(x.shape)
        for index, number in np.ndenumerate(x):
            result[index] = f(number)
        return result

    return answer


# Activations and their slopes


def sigmoid_by_sign(x):
    result = np.zeros_like(x)
    for index, number in np.ndenumerate(x):
        if number >= 0:
            result[index] = 1 / (1 + math.exp(-number))
        else:
            result[index] = math.exp(number) / (1 + math.exp(number))
    return result


def sigmoid_masks(x):
    result = np.empty_like(x)
    positive = x >= 0
    result[positive] = 1 / (1 + np.exp(-x[positive]))
    result[~positive] = np.exp(x[~positive]) / (1 + np.exp(x[~positive]))
    return result


def sigmoid_d_in_place(x):
    s = 1 / (1 + np.exp(-np.clip(x, -500, 500)))
    s -= s * s
    return s


def relu_in_place_on_a_copy(x):
    x = x.copy()
    x[x < 0] = 0
    return x


def relu_nested_lists(x):
    if x.ndim == 1:
        return np.array([max(0, number) for number in x])
    return np.array([relu_nested_lists(row) for row in x])


# From scores to a loss


def softmax_loops(logits):
    rows = []
    for row in logits:
        e = [math.exp(logit - max(row)) for logit in row]
        rows.append([number / sum(e) for number in e])
    return np.array(rows)


def softmax_transposed(logits):
    e = np.exp(logits.T - logits.max(axis=1))
    return (e / e.sum(axis=0)).T


def softmax_pairs(logits):
    return 1 / np.exp(logits[:, None, :] - logits[:, :, None]).sum(axis=2)


def softmax_in_place_on_a_copy(logits):
    p = logits.copy()
    p -= p.max(axis=1)[:, None]
    np.exp(p, out=p)
    p /= p.sum(axis=1)[:, None]
    return p


def softmax_float32(logits):
    z = logits.astype(np.float32)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def cross_entropy_loops(Y, Y_pred):
    total = 0
    for i in range(len(Y)):
        for k in range(Y.shape[1]):
            if Y[i, k] == 1:
                total -= math.log(max(Y_pred[i, k], 1e-300))
    return total / len(Y)


def cross_entropy_of_true_class(Y, Y_pred):
    p = Y_pred[np.arange(len(Y)), Y.argmax(axis=1)]
    return float(-np.log(np.maximum(p, TINY)).mean())


def cross_entropy_float32(Y, Y_pred):
    safe = np.maximum(Y_pred.astype(np.float32), np.finfo(np.float32).tiny)
    return -np.mean(np.sum(Y.astype(np.float32) * np.log(safe), axis=1))


def cross_entropy_float32_like_package(Y, Y_pred):
    Y_pred = Y_pred.astype(np.float32)
    losses = -np.log(np.maximum(Y_pred[Y == 1], np.finfo(Y_pred.dtype).tiny))
    return float(np.mean(losses, dtype=np.float64))


def cross_entropy_float32_beside_float64_floor(Y, Y_pred):
    return np.float32(-np.sum(Y * np.log(np.maximum(Y_pred, TINY))) / len(Y))


def cross_entropy_gradient_of_true_class(Y, Y_pred):
    grad = Y_pred.copy()
    grad[np.arange(len(Y)), Y.argmax(axis=1)] -= 1
    return grad


def cross_entropy_gradient_jacobian(Y, Y_pred):
    rows = []
    for y, p in zip(Y, Y_pred, strict=True):
        jacobian_over_p = np.eye(len(p)) - p  # d log p_k / d z_j, with the division by p_k done on paper
        rows.append(-y @ jacobian_over_p)
    return np.array(rows)


# The network


def predict_recursive(layers, X):
    if not layers:
        return X
    return predict_recursive(layers[1:], layers[0].fprop(X))


def predict_all_outputs(layers, X):
    results = [X]
    for layer in layers:
        results.append(layer.fprop(results[-1]))
    return results[-1]


def predict_while(layers, X):
    i, A = 0, np.copy(X)
    while i < len(layers):
        A = layers[i].fprop(A)
        i += 1
    return A


def predict_row_by_row(layers, X):
    return np.vstack([functools.reduce(lambda a, layer: layer.fprop(a), layers, row[None, :]) for row in X])


def backpropagate_index(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y, Y_pred)
    for i in range(len(layers) - 2, -1, -1):
        grad = layers[i].bprop(grad)
    return grad


def backpropagate_slice(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y, Y_pred)
    for layer in layers[-2::-1]:
        grad = layer.bprop(grad)
    return grad


def backpropagate_unpacked(layers, Y, Y_pred):
    *hidden, output = layers
    return functools.reduce(lambda grad, layer: layer.bprop(grad), hidden[::-1], output.input_grad(Y, Y_pred))


def backpropagate_pops_a_copy(layers, Y, Y_pred):
    stack = list(layers)
    grad = stack.pop().input_grad(Y=Y, Y_pred=Y_pred)
    while stack:
        grad = stack.pop().bprop(grad)
    return grad


def backpropagate_output_first(layers, Y, Y_pred):
    grad = None
    for layer in reversed(layers):
        grad = layer.input_grad(Y, Y_pred) if grad is None else layer.bprop(grad)
    return grad


def backpropagate_float32(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y.astype(np.float32), Y_pred.astype(np.float32))
    for layer in reversed(layers[:-1]):
        grad = layer.bprop(grad).astype(np.float32)
    return grad


VARIANTS = {
    "sigmoid": [
        lambda x: 1 / (1 + np.exp(-x)),
        lambda x: 1.0 / (1.0 + np.exp(-x.astype(np.float32))),
        lambda x: np.exp(-np.logaddexp(0, -x)),
        lambda x: np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x))),
        lambda x: 1 / (1 + np.exp(-np.clip(x, -500, 500))),
        lambda x: np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x))),
        sigmoid_by_sign,
        sigmoid_masks,
        each(lambda number: (1 + math.tanh(number / 2)) / 2),
    ],
    "sigmoid_d": [
        sigmoid_d_in_place,
        lambda x: 1 / (2 * np.cosh(x / 2)) ** 2,
        lambda x: np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))) ** 2,
        lambda x: 0.25 * (1 - np.tanh(x / 2) ** 2),
        lambda x: 1 / (1 + np.exp(-x.astype("float32"))) * (1 - 1 / (1 + np.exp(-x.astype("float32")))),
        lambda x: 1 / (2 + np.exp(x) + np.exp(-x)),
        each(lambda number: sigmoid_by_sign(np.array([number]))[0] * sigmoid_by_sign(np.array([-number]))[0]),
    ],
    "relu": [
        lambda x: x * (x > 0),
        lambda x: np.where(x > 0, x, 0),
        lambda x: (x + np.abs(x)) / 2,
        lambda x: np.clip(x, 0, None),
        lambda x: np.maximum(np.zeros_like(x, dtype=np.float32), x.astype(np.float32)),
        lambda x: np.maximum(x, 0, out=np.empty_like(x)),
        relu_in_place_on_a_copy,
        relu_nested_lists,
        np.vectorize(lambda number: number if number > 0 else 0.0),
    ],
    "softmax": [
        softmax_loops,
        softmax_transposed,
        softmax_pairs,
        softmax_in_place_on_a_copy,
        softmax_float32,
        lambda logits: np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)),
        lambda logits: np.apply_along_axis(lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum(), 1, logits),
    ],
    "cross_entropy": [
        cross_entropy_loops,
        cross_entropy_of_true_class,
        cross_entropy_float32,
        cross_entropy_float32_like_package,
        cross_entropy_float32_beside_float64_floor,
        lambda Y, Y_pred: -np.sum(Y * np.log(np.clip(Y_pred, 1e-300, 1))) / len(Y),
        lambda Y, Y_pred: -np.einsum("ik,ik->", Y, np.log(np.where(Y_pred == 0, TINY, Y_pred))) / Y.shape[0],
        lambda Y, Y_pred: np.mean(-np.log(np.maximum(np.max(Y * Y_pred, axis=1), TINY))),
        lambda Y, Y_pred: -np.log(Y_pred[Y == 1] + 1e-300).mean(),
        lambda Y, Y_pred: -np.mean(np.sum(Y * np.nan_to_num(np.log(Y_pred)), axis=1)),
        lambda Y, Y_pred: np.mean([-np.log(max(y @ p, 1e-40)) for y, p in zip(Y, Y_pred, strict=True)]),
    ],
    "cross_entropy_gradient": [
        cross_entropy_gradient_of_true_class,
        cross_entropy_gradient_jacobian,
        lambda Y, Y_pred: -(Y - Y_pred),
        lambda Y, Y_pred: np.subtract(Y_pred, Y, dtype=np.float32),
        lambda Y, Y_pred: np.where(Y == 1, Y_pred - 1, Y_pred),
        lambda Y, Y_pred: Y_pred * (1 - Y) - Y * (1 - Y_pred),
        lambda Y, Y_pred: np.array(
            [[b - a for a, b in zip(y, p, strict=True)] for y, p in zip(Y, Y_pred, strict=True)]
        ),
    ],
    "predict": [
        lambda layers, X: functools.reduce(lambda a, layer: layer.fprop(a), layers, X),
        lambda layers, X: predict_while(layers, X.astype(np.float32)).astype(np.float32),
        lambda layers, X: layers[-1].fprop(predict_all_outputs(layers[:-1], X)),
        predict_recursive,
        predict_all_outputs,
        predict_while,
        predict_row_by_row,
    ],
    "backpropagate": [
        backpropagate_index,
        backpropagate_slice,
        backpropagate_unpacked,
        backpropagate_pops_a_copy,
        backpropagate_output_first,
        backpropagate_float32,
    ],
}
