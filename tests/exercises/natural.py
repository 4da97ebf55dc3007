"""Wrong answers to the course's exercises, as mixed students (MATLAB, R, Java, PyTorch, other courses) would give them."""

import math

import numpy as np

import mlp_helpers as mlp
from mlp_helpers.activations import sigmoid


def sigmoid_d(x):
    s = sigmoid(x)
    return s * (1.0 - s)


def central_difference(function, x, epsilon):
    return (function(x + epsilon) - function(x - epsilon)) / (2 * epsilon)


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sgd_step(params, grads, learning_rate):
    for param, grad in zip(params, grads, strict=True):
        param -= learning_rate * grad


# -------------------- flatten


def flatten_1(images):
    return images.flatten()


def flatten_2(images):
    n_features = images.shape[1] * images.shape[2] * images.shape[3]
    return images.reshape(n_features, len(images))


def flatten_3(images):
    # one column per example
    return images.reshape(images.shape[0], -1).T


def flatten_4(images):
    return images.reshape(-1, 28 * 28)


def flatten_5(images):
    n, c, h, w = images.shape
    return images.reshape(n, h * w)


def flatten_6(images):
    # column by column, like A(:)
    return images.reshape(len(images), -1, order="F")


# -------------------- one_hot


def one_hot_1(labels, n_classes):
    return np.eye(n_classes)[:, labels]


def one_hot_2(labels, n_classes):
    result = np.zeros((len(labels), n_classes))
    result[:, labels] = 1
    return result


def one_hot_3(labels, n_classes):
    Y = np.zeros(len(labels), n_classes)
    for i in range(len(labels)):
        Y[i, labels[i]] = 1
    return Y


def one_hot_4(labels, n_classes):
    rows = []
    row = np.zeros(n_classes)
    for label in labels:
        row[label] = 1
        rows.append(row)
    return np.array(rows)


def one_hot_5(labels, n_classes):
    n = len(labels)
    out = np.zeros((n, n_classes))
    for i in range(n):
        out[i, labels[i] - 1] = 1
    return out


def one_hot_6(labels, n_classes):
    classes, inverse = np.unique(labels, return_inverse=True)
    return np.eye(n_classes)[inverse]


def one_hot_7(labels, n_classes):
    return (labels == np.arange(n_classes)).astype(float)


def one_hot_8(labels, n_classes):
    encoded = np.zeros((len(labels), n_classes))
    for i, label in enumerate(labels):
        encoded[i, label] = 1
        return encoded


# -------------------- unhot


def unhot_1(one_hot_labels):
    return np.argmax(one_hot_labels)


def unhot_2(one_hot_labels):
    return one_hot_labels.argmax(axis=0)


def unhot_3(one_hot_labels):
    return np.where(one_hot_labels == 1)[1]


def unhot_4(one_hot_labels):
    values, indices = one_hot_labels.max(axis=1), one_hot_labels.argmax(axis=1)
    return values


def unhot_5(one_hot_labels):
    return np.argsort(one_hot_labels, axis=1)[:, 0]


# -------------------- classification_error


def classification_error_1(y, y_pred):
    correct = (y == y_pred).sum()
    return correct / len(y)


def classification_error_2(y, y_pred):
    return np.sum(y != y_pred)


def classification_error_3(y, y_pred):
    return np.mean((y - y_pred) ** 2)


def classification_error_4(y, y_pred):
    return np.mean(np.argmax(y, axis=1) != np.argmax(y_pred, axis=1))


def classification_error_5(y, y_pred):
    wrong = 0
    for i in range(len(y)):
        if y[i] != y_pred[i]:
            wrong += 1
        return wrong / len(y)


# -------------------- nearest_mean


def nearest_mean_1(X, means):
    distances = np.array([np.sum((X - mean) ** 2, axis=1) for mean in means])
    return distances.argmin(axis=1)


def nearest_mean_2(X, means):
    diff = X[:, np.newaxis, :] - means[np.newaxis, :, :]
    dist = np.linalg.norm(diff, axis=1)
    return np.argmin(dist, axis=1)


def nearest_mean_3(X, means):
    labels = np.zeros(len(X), dtype=int)
    best = np.inf
    for i in range(len(X)):
        for k in range(len(means)):
            distance = np.sum((X[i] - means[k]) ** 2)
            if distance < best:
                best = distance
                labels[i] = k
    return labels


def nearest_mean_4(X, means):
    # ||x||^2 - 2 x.m + ||m||^2
    d = np.sum(X**2, axis=1, keepdims=True) - X @ means.T + np.sum(means**2, axis=1)
    return d.argmin(axis=1)


def nearest_mean_5(X, means):
    similarity = X.dot(means.T)
    return np.argmax(similarity, axis=1)


def nearest_mean_6(X, means):
    distances = (X - means) ** 2
    return distances.sum(axis=1).argmin()


def nearest_mean_7(X, means):
    result = []
    for x in X:
        distances = []
        for m in means:
            distances.append(np.sum((x - m) ** 2))
        result.append(min(distances))
    return np.array(result)


def nearest_mean_8(X, means):
    nearest = []
    for x in X:
        best, best_distance = 0, 0
        for k, mean in enumerate(means):
            distance = np.linalg.norm(x - mean)
            if distance < best_distance:
                best, best_distance = k, distance
        nearest.append(best)
    return np.array(nearest)


# -------------------- minibatches


def minibatches_1(X, Y, batch_size, rng):
    X = rng.permutation(X)
    Y = rng.permutation(Y)
    for i in range(0, len(X), batch_size):
        yield X[i : i + batch_size], Y[i : i + batch_size]


def minibatches_2(X, Y, batch_size, rng):
    idx = np.arange(len(X))
    np.random.shuffle(idx)
    for start in range(0, len(X), batch_size):
        batch = idx[start : start + batch_size]
        yield X[batch], Y[batch]


def minibatches_3(X, Y, batch_size, rng):
    n_batches = len(X) // batch_size
    order = rng.permutation(len(X))
    for b in range(n_batches):
        batch = order[b * batch_size : (b + 1) * batch_size]
        yield X[batch], Y[batch]


def minibatches_4(X, Y, batch_size, rng):
    n_batches = len(X) // batch_size + 1
    order = rng.permutation(len(X))
    for k in range(n_batches):
        batch = order[k * batch_size : (k + 1) * batch_size]
        yield X[batch], Y[batch]


def minibatches_5(X, Y, batch_size, rng):
    m = X.shape[1]
    permutation = rng.permutation(m)
    X_shuffled, Y_shuffled = X[:, permutation], Y[:, permutation]
    for k in range(0, m, batch_size):
        yield X_shuffled[:, k : k + batch_size], Y_shuffled[:, k : k + batch_size]


def minibatches_6(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    complete = len(X) // batch_size
    for k in range(complete):
        batch = order[k * batch_size : (k + 1) * batch_size]
        yield X[batch], Y[batch]
    # what is left over
    if len(X) % batch_size != 0:
        batch = order[k * batch_size :]
        yield X[batch], Y[batch]


def minibatches_7(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    for batch in np.array_split(order, batch_size):
        yield X[batch], Y[batch]


def minibatches_8(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    X = X[order]
    for start in range(0, len(X), batch_size):
        end = start + batch_size
        yield X[start:end], Y[start:end]


def minibatches_9(X, Y, batch_size, rng):
    order = np.arange(len(X))
    order = rng.shuffle(order)
    for start in range(0, len(X), batch_size):
        batch = order[start : start + batch_size]
        yield X[batch], Y[batch]


def minibatches_10(X, Y, batch_size, rng):
    for start in range(0, len(X), batch_size):
        order = rng.permutation(len(X))
        batch = order[start : start + batch_size]
        yield X[batch], Y[batch]


def minibatches_11(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(len(X)):
        batch = order[i : i + batch_size]
        yield X[batch], Y[batch]


def minibatches_12(X, Y, batch_size, rng):
    # batches in random order
    starts = rng.permutation(np.arange(0, len(X), batch_size))
    for start in starts:
        yield X[start : start + batch_size], Y[start : start + batch_size]


def minibatches_13(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    X_batch, Y_batch = [], []
    for i in order:
        X_batch.append(X[i])
        Y_batch.append(Y[i])
        if len(X_batch) == batch_size:
            yield np.array(X_batch), np.array(Y_batch)
    if X_batch:
        yield np.array(X_batch), np.array(Y_batch)


# -------------------- sigmoid


def sigmoid_1(x):
    return np.exp(x) / (1 + np.exp(x))


def sigmoid_2(x):
    return 1 / 1 + np.exp(-x)


def sigmoid_3(x):
    return 0.5 * (1 + np.tanh(x))


def sigmoid_4(x):
    if x >= 0:
        return 1 / (1 + np.exp(-x))
    else:
        return np.exp(x) / (1 + np.exp(x))


def sigmoid_5(x):
    return 1 / (1 + np.exp(x))


# -------------------- sigmoid_d


def sigmoid_d_1(x):
    return x * (1 - x)


def sigmoid_d_2(x):
    return np.exp(-x) / (1 + np.exp(-x)) ** 2


def sigmoid_d_3(x):
    return sigmoid(x) * 1 - sigmoid(x)


def sigmoid_d_4(x):
    a = sigmoid(x)
    return 1 - a**2


def sigmoid_d_5(x):
    return sigmoid(x) * sigmoid(1 - x)


# -------------------- relu


def relu_1(x):
    return np.max(x, 0)


def relu_2(x):
    return max(0, x)


def relu_3(x):
    x[x < 0] = 0
    return x


def relu_4(x):
    return x[x > 0]


# -------------------- slope


def slope_1(name, x):
    if name == "tanh":
        return 1 - x**2
    if name == "relu":
        return np.where(x > 0, 1.0, 0.0)
    if name == "leaky relu":
        return np.where(x > 0, 1.0, 0.1)
    if name == "linear":
        return np.ones_like(x)
    raise ValueError(name)


def slope_2(name, x):
    if name == "tanh":
        return 1 - np.tanh(x) ^ 2
    if name == "relu":
        return np.where(x > 0, 1.0, 0.0)
    if name == "leaky relu":
        return np.where(x > 0, 1.0, 0.1)
    if name == "linear":
        return np.ones_like(x)
    raise ValueError(name)


def slope_3(name, x):
    if name == "tanh":
        return 4 * sigmoid_d(x)
    if name == "relu":
        return np.where(x > 0, 1.0, 0.0)
    if name == "leaky relu":
        return np.where(x > 0, 1.0, 0.1)
    if name == "linear":
        return np.ones_like(x)
    raise ValueError(name)


def slope_4(name, x):
    if name == "tanh":
        return 1 - np.tanh(x**2)
    if name == "relu":
        return np.where(x > 0, 1.0, 0.0)
    if name == "leaky relu":
        return np.where(x > 0, 1.0, 0.1)
    if name == "linear":
        return np.ones_like(x)
    raise ValueError(name)


def slope_5(name, x):
    if name == "tanh":
        return 1.0 - np.tanh(x) ** 2
    if name == "relu":
        return np.where(x >= 0, 1.0, 0.0)
    if name == "leaky relu":
        return np.where(x > 0, 1.0, 0.1)
    if name == "linear":
        return np.ones_like(x)
    raise ValueError(name)


def slope_6(name, x):
    if name == "tanh":
        return 1.0 - np.tanh(x) ** 2
    if name == "relu":
        x[x <= 0] = 0
        x[x > 0] = 1
        return x
    if name == "leaky relu":
        return np.where(x > 0, 1.0, 0.1)
    if name == "linear":
        return np.ones_like(x)
    raise ValueError(name)


def slope_7(name, x):
    if name == "tanh":
        return 1.0 - np.tanh(x) ** 2
    if name == "relu":
        return np.sign(x)
    if name == "leaky relu":
        return np.where(x > 0, 1.0, 0.1)
    if name == "linear":
        return np.ones_like(x)
    raise ValueError(name)


def slope_8(name, x):
    if name == "tanh":
        return 1.0 - np.tanh(x) ** 2
    if name == "relu":
        return np.where(x > 0, x, 0)
    if name == "leaky relu":
        return np.where(x > 0, 1.0, 0.1)
    if name == "linear":
        return np.ones_like(x)
    raise ValueError(name)


def slope_9(name, x):
    if name == "tanh":
        return 1.0 - np.tanh(x) ** 2
    if name == "relu":
        return np.where(x > 0, 1.0, 0.0)
    if name == "leaky relu":
        return np.maximum(x, 0.1 * x)
    if name == "linear":
        return np.ones_like(x)
    raise ValueError(name)


def slope_10(name, x):
    if name == "tanh":
        return 1.0 - np.tanh(x) ** 2
    if name == "relu":
        return np.where(x > 0, 1.0, 0.0)
    if name == "leaky relu":
        return np.where(x > 0, 1.0, 0.01)
    if name == "linear":
        return np.ones_like(x)
    raise ValueError(name)


def slope_11(name, x):
    if name == "tanh":
        return 1.0 - np.tanh(x) ** 2
    if name == "relu":
        return np.where(x > 0, 1.0, 0.0)
    if name == "leaky relu":
        return np.where(x > 0, 1.0, 0.1)
    if name == "linear":
        return 1
    raise ValueError(name)


def slope_12(name, x):
    if name == "tanh":
        return 1.0 - np.tanh(x) ** 2
    if name == "relu":
        return np.where(x > 0, 1.0, 0.0)
    if name == "leaky relu":
        return np.where(x > 0, 1.0, 0.1)
    if name == "linear":
        return x
    raise ValueError(name)


def slope_13(name, x):
    if name == "tanh":
        return 1.0 - np.tanh(x) ** 2
    if name == "relu":
        return np.where(x > 0, 1.0, 0.0)
    if name == "leaky relu":
        return np.where(x > 0, 1.0, 0.1)
    if name == "linear":
        return np.ones(len(x))
    raise ValueError(name)


def slope_14(name, x):
    if name == "tanh":
        return 1.0 - np.tanh(x) ** 2
    if name == "relu":
        return np.where(x > 0, 1.0, 0.0)
    if name == "leaky relu":
        return np.where(x > 0, 1.0, 0.1)
    if name == "linear":
        return x / x
    raise ValueError(name)


# -------------------- Dense


class Layer:
    """A right answer, of which each class below has one method wrong."""

    def __init__(self, n_inputs, n_units, rng):
        self.W = rng.normal(0.0, np.sqrt(2 / n_inputs), (n_inputs, n_units))
        self.b = np.zeros((1, n_units))

    def fprop(self, X):
        self.X = X
        return X @ self.W + self.b

    def bprop(self, dZ):
        self.dW = self.X.T @ dZ / len(dZ)
        self.db = dZ.mean(axis=0, keepdims=True)
        return dZ @ self.W.T

    def params(self):
        return [self.W, self.b]

    def grads(self):
        return [self.dW, self.db]


class Dense1(Layer):
    def fprop(self, X):
        self.X = X
        return X @ self.W.T + self.b


class Dense2(Layer):
    def fprop(self, X):
        self.X = X
        return np.dot(self.W, X) + self.b


class Dense3(Layer):
    def fprop(self, X):
        self.X = X
        return X * self.W + self.b


class Dense4(Layer):
    def fprop(self, X):
        self.X = np.hstack([X, np.ones((len(X), 1))])
        return self.X @ np.vstack([self.b, self.W])


class Dense5(Layer):
    def fprop(self, X):
        return X @ self.W + self.b


class Dense6(Layer):
    def bprop(self, dZ):
        self.dW = self.X.T @ dZ
        self.db = dZ.mean(axis=0, keepdims=True)
        return dZ @ self.W.T


class Dense7(Layer):
    def bprop(self, dZ):
        m = self.X.shape[1]
        self.dW = 1 / m * self.X.T @ dZ
        self.db = 1 / m * dZ.sum(axis=0, keepdims=True)
        return dZ @ self.W.T


class Dense8(Layer):
    def bprop(self, dZ):
        self.dW = np.dot(dZ, self.X.T) / len(dZ)
        self.db = dZ.mean(axis=0, keepdims=True)
        return dZ @ self.W.T


class Dense9(Layer):
    def bprop(self, dZ):
        self.dW = dZ.T @ self.X / len(dZ)
        self.db = dZ.mean(axis=0, keepdims=True)
        return dZ @ self.W.T


class Dense10(Layer):
    def bprop(self, dZ):
        for x, dz in zip(self.X, dZ, strict=True):
            self.dW = np.outer(x, dz)
        self.dW = self.dW / len(dZ)
        self.db = dZ.mean(axis=0, keepdims=True)
        return dZ @ self.W.T


class Dense11(Layer):
    def bprop(self, dZ):
        self.dW = self.X.T @ dZ / len(dZ)
        self.db = np.mean(dZ, axis=0)
        return dZ @ self.W.T


class Dense12(Layer):
    def bprop(self, dZ):
        self.dW = self.X.T @ dZ / len(dZ)
        self.db = np.sum(dZ, axis=0, keepdims=True)
        return dZ @ self.W.T


class Dense13(Layer):
    def bprop(self, dZ):
        self.dW = self.X.T @ dZ / len(dZ)
        self.db = np.sum(dZ, axis=1, keepdims=True) / dZ.shape[1]
        return dZ @ self.W.T


class Dense14(Layer):
    def bprop(self, dZ):
        self.dW = self.X.T @ dZ / len(dZ)
        self.db = np.mean(dZ, keepdims=True)
        return dZ @ self.W.T


class Dense15(Layer):
    def bprop(self, dZ):
        self.dW = self.X.T @ dZ / len(dZ)
        self.db = dZ.mean(axis=0).reshape(-1, 1)
        return dZ @ self.W.T


class Dense16(Layer):
    def bprop(self, dZ):
        self.dW = self.X.T @ dZ / len(dZ)
        self.db = dZ.mean(axis=0, keepdims=True)
        return dZ @ self.W


class Dense17(Layer):
    def bprop(self, dZ):
        dZ = dZ / len(dZ)
        self.dW = self.X.T @ dZ
        self.db = dZ.sum(axis=0, keepdims=True)
        return dZ @ self.W.T


class Dense18(Layer):
    def bprop(self, dZ):
        self.dW = self.X.T @ dZ / len(dZ)
        self.db = dZ.mean(axis=0, keepdims=True)
        return np.dot(self.W.T, dZ)


class Dense19(Layer):
    def bprop(self, dZ):
        dW = self.X.T @ dZ / len(dZ)
        db = dZ.mean(axis=0, keepdims=True)
        return dZ @ self.W.T, dW, db


class Dense20(Layer):
    def bprop(self, dZ):
        self.dW = self.X.T @ dZ / len(dZ)
        self.db = dZ.mean(axis=0, keepdims=True)


class Dense21(Layer):
    def __init__(self, n_inputs, n_units, rng):
        self.W = rng.normal(0.0, 2 / n_inputs, (n_inputs, n_units))
        self.b = np.zeros((1, n_units))


class Dense22(Layer):
    def __init__(self, n_inputs, n_units, rng):
        self.W = rng.standard_normal((n_units, n_inputs)) * np.sqrt(2 / n_inputs)
        self.b = np.zeros((n_units, 1))


class Dense23(Layer):
    def __init__(self, n_inputs, n_units, rng):
        self.W = np.random.randn(n_inputs, n_units) * np.sqrt(2 / n_inputs)
        self.b = np.zeros((1, n_units))


class Dense24(Layer):
    def __init__(self, n_inputs, n_units, rng):
        self.W = rng.random((n_inputs, n_units)) * np.sqrt(2 / n_inputs)
        self.b = np.zeros((1, n_units))


class Dense25(Layer):
    def params(self):
        return {"W": self.W, "b": self.b}


class Dense26(Layer):
    def grads(self):
        return self.dW, self.db, self.X


# -------------------- softmax


def softmax_1(logits):
    e = np.exp(logits - np.max(logits))
    return e / e.sum(axis=1, keepdims=True)


def softmax_2(logits):
    e_x = np.exp(logits - np.max(logits))
    return e_x / e_x.sum()


def softmax_3(logits):
    e_x = np.exp(logits - np.max(logits, axis=0))
    return e_x / e_x.sum(axis=0)


def softmax_4(logits):
    logits -= logits.max(axis=1, keepdims=True)
    exp = np.exp(logits)
    return exp / np.sum(exp, axis=1, keepdims=True)


def softmax_5(logits):
    shifted = logits - logits.max(axis=1)
    e = np.exp(shifted)
    return e / e.sum(axis=1)


def softmax_6(logits):
    probs = np.zeros(logits.shape)
    total = 0
    for i in range(logits.shape[0]):
        e = np.exp(logits[i] - logits[i].max())
        total += e.sum()
        probs[i] = e / total
    return probs


def softmax_7(logits):
    m = logits.max(axis=1, keepdims=True)
    return np.exp(logits - m) / np.sum(np.exp(logits), axis=1, keepdims=True)


def softmax_8(logits):
    result = []
    for row in logits:
        e = [math.exp(z) for z in row]
        s = sum(e)
        result.append([v / s for v in e])
    return np.array(result)


# -------------------- cross_entropy


def cross_entropy_1(Y, Y_pred):
    return -np.mean(np.sum(Y * np.log(Y_pred + 1e-10), axis=1))


def cross_entropy_2(Y, Y_pred):
    safe = np.maximum(Y_pred, np.finfo(float).tiny)
    return -np.mean(Y * np.log(safe))


def cross_entropy_3(Y, Y_pred):
    m = Y.shape[1]
    safe = np.maximum(Y_pred, np.finfo(float).tiny)
    return -np.sum(Y * np.log(safe)) / m


def cross_entropy_4(Y, Y_pred):
    tiny = np.finfo(float).tiny
    p = np.clip(Y_pred, tiny, 1 - 1e-16)
    loss = Y * np.log(p) + (1 - Y) * np.log(1 - p)
    return -np.mean(loss.sum(axis=1))


def cross_entropy_5(Y, Y_pred):
    log_p = np.where(Y_pred > 0, np.log(np.where(Y_pred > 0, Y_pred, 1)), 0)
    return -np.mean(np.sum(Y * log_p, axis=1))


def cross_entropy_6(Y, Y_pred):
    n = len(Y)
    p = Y_pred[np.arange(n), Y]
    return -np.mean(np.log(np.maximum(p, np.finfo(float).tiny)))


def cross_entropy_7(Y, Y_pred):
    log_likelihood = np.log(Y_pred)
    return -np.mean(np.sum(Y * log_likelihood, axis=1))


# -------------------- cross_entropy_gradient


def cross_entropy_gradient_1(Y, Y_pred):
    grad = Y_pred
    grad[np.arange(len(Y)), Y.argmax(axis=1)] -= 1
    return grad


def cross_entropy_gradient_2(Y, Y_pred):
    return -Y / Y_pred


def cross_entropy_gradient_3(Y, Y_pred):
    m = Y.shape[0]
    dZ = Y_pred - Y
    return dZ / m


def cross_entropy_gradient_4(Y, Y_pred):
    return (Y_pred - Y) * Y_pred * (1 - Y_pred)


def cross_entropy_gradient_5(Y, Y_pred):
    return softmax(Y_pred) - Y


# -------------------- predict


def predict_1(layers, X):
    for layer in layers:
        out = layer.fprop(X)
    return out


def predict_2(layers, X):
    for layer in layers:
        X = layer.fprop(X)
        return X


def predict_3(layers, X):
    for layer in layers:
        X = layer.forward(X)
    return X


def predict_4(layers, X):
    A = X
    for l in range(len(layers) - 1):
        A = layers[l].fprop(A)
    return A


def predict_5(layers, X):
    activations = [X]
    for layer in layers:
        activations.append(layer.fprop(activations[-1]))
    return activations


# -------------------- backpropagate


def backpropagate_1(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y, Y_pred)
    for layer in reversed(layers):
        grad = layer.bprop(grad)
    return grad


def backpropagate_2(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y, Y_pred)
    for layer in layers[:-1]:
        grad = layer.bprop(grad)
    return grad


def backpropagate_3(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y, Y_pred)
    for layer in layers[:-1].reverse():
        grad = layer.bprop(grad)
    return grad


def backpropagate_4(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y_pred, Y)
    for layer in layers[-2::-1]:
        grad = layer.bprop(grad)
    return grad


def backpropagate_5(layers, Y, Y_pred):
    output_grad = layers[-1].input_grad(Y, Y_pred)
    for layer in reversed(layers[:-1]):
        input_grad = layer.bprop(output_grad)
    return input_grad


def backpropagate_6(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y, Y_pred)
    for i in range(len(layers) - 1):
        grad = layers[-i].bprop(grad)
    return grad


def backpropagate_7(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y, Y_pred)
    grads = []
    for layer in reversed(layers[:-1]):
        grad = layer.bprop(grad)
        grads.append(grad)
    return grads


def backpropagate_8(layers, Y, Y_pred):
    layers.reverse()
    grad = layers[0].input_grad(Y, Y_pred)
    for layer in layers[1:]:
        grad = layer.bprop(grad)
    return grad


# -------------------- central_difference


def central_difference_1(function, x, epsilon):
    return (function(x + epsilon) - function(x - epsilon)) / 2 * epsilon


def central_difference_2(function, x, epsilon):
    return (function(x + epsilon) - function(x - epsilon)) / epsilon


def central_difference_3(function, x, epsilon):
    result = []
    for i in range(len(x)):
        result.append((function(x[i] + epsilon) - function(x[i] - epsilon)) / (2 * epsilon))
    return np.array(result)


def central_difference_4(function, x, epsilon):
    return (function(x + epsilon) - 2 * function(x) + function(x - epsilon)) / epsilon**2


def central_difference_5(function, x, epsilon):
    return (function(x + epsilon / 2) - function(x - epsilon / 2)) / (2 * epsilon)


# -------------------- relative_error


def relative_error_1(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric) / np.maximum(floor, np.abs(analytic) + np.abs(numeric)))


def relative_error_2(analytic, numeric, floor=1e-8):
    numerator = np.linalg.norm(analytic - numeric)
    denominator = np.linalg.norm(analytic) + np.linalg.norm(numeric)
    return numerator / max(denominator, floor)


def relative_error_3(analytic, numeric, floor=1e-8):
    scale = np.maximum(np.abs(analytic), np.abs(numeric), floor)
    return np.max(np.abs(analytic - numeric) / scale)


def relative_error_4(analytic, numeric, floor=1e-8):
    scale = max(np.max(np.abs(analytic)), np.max(np.abs(numeric)), floor)
    return np.max(np.abs(analytic - numeric)) / scale


def relative_error_5(analytic, numeric, floor=1e-8):
    scale = np.maximum(np.maximum(analytic, numeric), floor)
    return np.max(np.abs(analytic - numeric) / scale)


def relative_error_6(analytic, numeric, floor=1e-8):
    worst = 0
    for a, n in zip(analytic, numeric):
        error = abs(a - n) / max(abs(a), abs(n), floor)
        if error > worst:
            worst = error
    return worst


def relative_error_7(analytic, numeric, floor=1e-8):
    a, n = np.abs(analytic), np.abs(numeric)
    return np.max(np.abs(a - n) / np.maximum(np.maximum(a, n), floor))


# -------------------- numerical_gradient


def numerical_gradient_1(function, x, epsilon=6e-6):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        plus = x
        plus[index] += epsilon
        minus = x
        minus[index] -= epsilon
        gradient[index] = (function(plus) - function(minus)) / (2 * epsilon)
    return gradient


def numerical_gradient_2(function, x, epsilon=6e-6):
    gradient = np.zeros(x.size)
    flat = x.flatten()
    for i in range(x.size):
        old = flat[i]
        flat[i] = old + epsilon
        above = function(x)
        flat[i] = old - epsilon
        below = function(x)
        flat[i] = old
        gradient[i] = (above - below) / (2 * epsilon)
    return gradient.reshape(x.shape)


def numerical_gradient_3(function, x, epsilon=6e-6):
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        x[index] += epsilon
        above = function(x)
        x[index] -= epsilon
        below = function(x)
        gradient[index] = (above - below) / (2 * epsilon)
    return gradient


def numerical_gradient_4(function, x, epsilon=6e-6):
    grad = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            old = x[i, j]
            x[i, j] = old + epsilon
            up = function(x)
            x[i, j] = old - epsilon
            down = function(x)
            x[i, j] = old
            grad[i, j] = (up - down) / (2 * epsilon)
    return grad


def numerical_gradient_5(function, x, epsilon=6e-6):
    grad = np.zeros(x.shape)
    for ix in np.ndindex(x.shape):
        oldval = x[ix]
        x[ix] = oldval + epsilon
        fxph = function(x)
        x[ix] = oldval - epsilon
        fxmh = function(x)
        grad[ix] = (fxph - fxmh) / (2 * epsilon)
    x[ix] = oldval
    return grad


def numerical_gradient_6(function, x, epsilon=6e-6):
    grad = np.zeros(x.shape)
    for i in range(len(x)):
        value = x[i].copy()
        x[i] = value + epsilon
        above = function(x)
        x[i] = value - epsilon
        below = function(x)
        x[i] = value
        grad[i] = (above - below) / (2 * epsilon)
    return grad


def numerical_gradient_7(function, x, epsilon=6e-6):
    gradient = []
    for index in np.ndindex(x.shape):
        value = x[index]
        x[index] = value + epsilon
        above = function(x)
        x[index] = value - epsilon
        below = function(x)
        x[index] = value
        gradient.append((above - below) / (2 * epsilon))
    return np.array(gradient)


def numerical_gradient_8(function, x, epsilon=6e-6):
    return central_difference(function, x, epsilon) * np.ones(x.shape)


def numerical_gradient_9(function, x, epsilon=6e-6):
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x_plus, x_minus = x.copy(), x.copy()
        x_plus[index] += epsilon
        x_minus[index] -= epsilon
        grad[index] = (function(x_plus) - function(x_minus)) / (2 * epsilon)
    return grad


def numerical_gradient_10(function, x, epsilon=6e-6):
    grad = np.zeros(x.shape)
    for idx in np.ndindex(x.shape):
        x[idx] += epsilon
        f1 = function(x)
        x[idx] -= 2 * epsilon
        f2 = function(x)
        x[idx] += 2 * epsilon
        grad[idx] = (f1 - f2) / (2 * epsilon)
    return grad


# -------------------- sgd_step


def sgd_step_1(params, grads, learning_rate):
    for i in range(len(params)):
        params[i] = params[i] - learning_rate * grads[i]


def sgd_step_2(params, grads, learning_rate):
    for param, grad in zip(params, grads):
        param = -learning_rate * grad


def sgd_step_3(params, grads, learning_rate):
    for param in params:
        for grad in grads:
            param -= learning_rate * grad


def sgd_step_4(params, grads, learning_rate):
    # the gradients come from the last layer to the first
    for param, grad in zip(params, reversed(grads)):
        param -= learning_rate * grad


def sgd_step_5(params, grads, learning_rate):
    params -= learning_rate * grads
    return params


def sgd_step_6(params, grads, learning_rate):
    for param, grad in zip(params, grads):
        param = param - learning_rate * grad


# -------------------- sgd_epoch


def sgd_epoch_1(network, X, Y, learning_rate, batch_size, rng):
    for X_batch, Y_batch in mlp.minibatches(X, Y, batch_size, rng):
        grads = network.gradients(X, Y)
        sgd_step(network.params(), grads, learning_rate)


def sgd_epoch_2(network, X, Y, learning_rate, batch_size, rng):
    for X_batch, Y_batch in mlp.minibatches(X, Y, batch_size, rng):
        grads = network.gradients(X_batch, Y_batch)
    sgd_step(network.params(), grads, learning_rate)


def sgd_epoch_3(network, X, Y, learning_rate, batch_size, rng):
    for X_batch, Y_batch in mlp.minibatches(X, Y, batch_size, rng):
        grads = network.gradients(X_batch, Y_batch)
        network.params = sgd_step(network.params(), grads, learning_rate)


def sgd_epoch_4(network, X, Y, learning_rate, batch_size, rng):
    n_batches = math.ceil(len(X) / batch_size)
    for _ in range(n_batches):
        X_batch, Y_batch = next(mlp.minibatches(X, Y, batch_size, rng))
        grads = network.gradients(X_batch, Y_batch)
        sgd_step(network.params(), grads, learning_rate)


def sgd_epoch_5(network, X, Y, learning_rate, batch_size, rng):
    for X_batch, Y_batch in mlp.minibatches(X, Y, batch_size, rng):
        grads = network.gradients(X_batch, Y_batch)
        sgd_step(network.params(), grads, learning_rate / batch_size)


def sgd_epoch_6(network, X, Y, learning_rate, batch_size, rng):
    total = [np.zeros_like(p) for p in network.params()]
    for X_batch, Y_batch in mlp.minibatches(X, Y, batch_size, rng):
        for t, g in zip(total, network.gradients(X_batch, Y_batch)):
            t += g
    sgd_step(network.params(), total, learning_rate)


def sgd_epoch_7(network, X, Y, learning_rate, batch_size, rng):
    for batch in mlp.minibatches(X, Y, batch_size, rng):
        grads = network.gradients(batch)
        sgd_step(network.params(), grads, learning_rate)


def sgd_epoch_8(network, X, Y, learning_rate, batch_size, rng):
    params = [param.copy() for param in network.params()]
    for X_batch, Y_batch in mlp.minibatches(X, Y, batch_size, rng):
        grads = network.gradients(X_batch, Y_batch)
        sgd_step(params, grads, learning_rate)


ANSWERS = [
    ("flatten", flatten_1, "`flatten()` puts all images into one long vector; the axis of samples must stay."),
    (
        "flatten",
        flatten_2,
        "The two sizes in `reshape` are swapped, so rows are no longer samples and images are torn apart.",
    ),
    ("flatten", flatten_3, "The final `.T` makes one column for each sample, but this course wants one row for each."),
    (
        "flatten",
        flatten_4,
        "The size 28 * 28 is hard-coded, so images of any other size come out wrong or fail.",
    ),  # raises ValueError
    (
        "flatten",
        flatten_5,
        "The number of columns leaves out the channels, so images with more than one do not fit.",
    ),  # raises ValueError
    (
        "flatten",
        flatten_6,
        'order="F" makes the first axis run fastest (MATLAB\'s order), so the pixels of an image come in another order.',
    ),
    (
        "one_hot",
        one_hot_1,
        "Picks columns of the identity instead of rows, so the result is transposed, (n_classes, n_samples).",
    ),
    (
        "one_hot",
        one_hot_2,
        "`result[:, labels] = 1` sets these columns in all rows; each row needs its own column, `result[np.arange(n), labels]`.",
    ),
    (
        "one_hot",
        one_hot_3,
        "`np.zeros` takes the shape as one tuple; n_classes is taken for the dtype.",
    ),  # raises TypeError
    (
        "one_hot",
        one_hot_4,
        "`row` is made once before the loop, so ones pile up in it, and all entries of the list are the same array.",
    ),
    ("one_hot", one_hot_5, "Labels begin at 0 in Python; `labels[i] - 1` shifts each 1 a column to the left."),
    (
        "one_hot",
        one_hot_6,
        "`np.unique` renumbers the labels by those that occur, so when a class is missing the 1 lands in the wrong column.",
    ),
    (
        "one_hot",
        one_hot_7,
        "`labels` needs a new axis, `labels[:, None]`, to be compared with every class; now the two vectors are compared entry by entry.",
    ),  # raises ValueError
    ("one_hot", one_hot_8, "`return` stands inside the loop, so only the first row is filled."),
    ("unhot", unhot_1, "`argmax` without an axis searches the whole array and returns one number; axis=1 is missing."),
    ("unhot", unhot_2, "axis=0 gives the largest row of each column; per row it is axis=1."),
    ("unhot", unhot_3, "Looks for entries equal to 1, which rows of probabilities do not have; look for the largest."),
    ("unhot", unhot_4, "Returns the largest values and not their columns (`indices`)."),
    (
        "unhot",
        unhot_5,
        "`argsort` sorts ascending, so the first column belongs to the smallest number, not the largest.",
    ),
    (
        "classification_error",
        classification_error_1,
        "Counts the right predictions, which gives the accuracy; the error counts the wrong ones.",
    ),
    (
        "classification_error",
        classification_error_2,
        "Returns the number of mistakes, not their share: it must be divided by the number of samples.",
    ),
    (
        "classification_error",
        classification_error_3,
        "The squared difference of labels treats them as quantities; only whether they differ counts.",
    ),
    (
        "classification_error",
        classification_error_4,
        "y and y_pred are labels already, not one-hot rows, so there is no axis 1 to take argmax over.",
    ),  # raises AxisError
    (
        "classification_error",
        classification_error_5,
        "`return` is inside the loop, so only the first sample is looked at.",
    ),
    (
        "nearest_mean",
        nearest_mean_1,
        "Distances are (n_means, n_samples) here, so the argmin over means is axis=0; axis=1 finds the nearest sample of each mean.",
    ),
    (
        "nearest_mean",
        nearest_mean_2,
        "diff is (samples, means, features): the norm must run over axis 2, the features, and not over the means.",
    ),
    (
        "nearest_mean",
        nearest_mean_3,
        "`best` is set once before the loop over samples and must be reset for each sample.",
    ),
    ("nearest_mean", nearest_mean_4, "The factor 2 of the mixed term is missing in the expanded square."),
    (
        "nearest_mean",
        nearest_mean_5,
        "The largest dot product is not the smallest distance: a bright mean wins even when it is far away.",
    ),
    (
        "nearest_mean",
        nearest_mean_6,
        "X and means have different numbers of rows and cannot be subtracted as they are; each mean has to be compared with each sample.",
    ),  # raises ValueError
    ("nearest_mean", nearest_mean_7, "Returns the smallest distance instead of the index where it is."),
    (
        "nearest_mean",
        nearest_mean_8,
        "best_distance starts at 0, which no distance is below, so index 0 always wins; start at infinity.",
    ),
    (
        "minibatches",
        minibatches_1,
        "X and Y are shuffled separately, so images lose their labels; draw one order for both.",
    ),
    ("minibatches", minibatches_2, "Shuffles with the global np.random instead of the rng that was passed."),
    ("minibatches", minibatches_3, "`//` counts only the whole batches, so the samples left over are never yielded."),
    (
        "minibatches",
        minibatches_4,
        "The `+ 1` yields an empty batch at the end when batch_size divides the number of samples.",
    ),
    (
        "minibatches",
        minibatches_5,
        "Samples are rows here; this shuffles and cuts the columns (features).",
    ),  # raises IndexError
    (
        "minibatches",
        minibatches_6,
        "The rest begins at (k + 1) * batch_size; from k * batch_size it repeats the last whole batch.",
    ),  # raises UnboundLocalError
    (
        "minibatches",
        minibatches_7,
        "`array_split(order, batch_size)` makes batch_size pieces, not pieces of batch_size samples.",
    ),
    ("minibatches", minibatches_8, "Only X is put into the new order; Y stays as it was, so the pairs are broken."),
    (
        "minibatches",
        minibatches_9,
        "`rng.shuffle` works in place and returns None, which then overwrites `order`.",
    ),  # raises TypeError
    (
        "minibatches",
        minibatches_10,
        "The permutation is drawn anew inside the loop, so samples are repeated and missed; draw it once before.",
    ),
    (
        "minibatches",
        minibatches_11,
        "The range has no step batch_size, so a batch starts at each sample and they overlap.",
    ),
    (
        "minibatches",
        minibatches_12,
        "Only the order of the batches is random; the samples inside a batch remain neighbours.",
    ),
    (
        "minibatches",
        minibatches_13,
        "The two lists are not emptied after a yield, so they go on growing and only one full batch comes out.",
    ),
    ("sigmoid", sigmoid_1, "exp(x) overflows for large x and gives inf / inf = nan."),
    ("sigmoid", sigmoid_2, "Parentheses missing: 1 / 1 + exp(-x) is 1 + exp(-x)."),
    ("sigmoid", sigmoid_3, "The argument of tanh must be x / 2, not x."),
    (
        "sigmoid",
        sigmoid_4,
        "`if` cannot decide for a whole array; the choice must be made for each element.",
    ),  # raises ValueError
    (
        "sigmoid",
        sigmoid_5,
        "The sign in the exponent is wrong, so the curve falls where it should rise; and exp(x) overflows.",
    ),
    ("sigmoid_d", sigmoid_d_1, "x (1 - x) is right for the output s, but x is the input: apply sigmoid first."),
    ("sigmoid_d", sigmoid_d_2, "exp(-x) overflows for very negative x and gives nan; use s (1 - s)."),
    ("sigmoid_d", sigmoid_d_3, "Parentheses missing: s * 1 - s is 0 everywhere."),
    ("sigmoid_d", sigmoid_d_4, "1 - a² is the derivative of tanh, the sigmoid has a (1 - a)."),
    ("sigmoid_d", sigmoid_d_5, "The second factor is 1 - sigmoid(x) and not sigmoid(1 - x)."),
    ("slope", slope_1, "1 - x² takes the input for the output: tanh(x) must be squared."),
    ("slope", slope_2, "`^` is bitwise xor in Python; powers are written `**`."),
    (
        "slope",
        slope_3,
        "tanh(x) = 2 sigmoid(2x) - 1, so the slope is 4 sigmoid_d(2x): the 2 in the argument is missing.",
    ),
    ("slope", slope_4, "The square is inside tanh; tanh(x) itself must be squared."),
    ("slope", slope_5, "At 0 the convention is 0, so it must be `>` and not `>=`."),
    ("slope", slope_6, "Overwrites the caller's array x; return a new one."),
    ("slope", slope_7, "sign gives -1 for negative inputs, where the slope is 0."),
    ("slope", slope_8, "Returns x where x > 0, which is relu itself; the slope there is 1."),
    ("slope", slope_9, "Returns leaky relu itself, not its slope."),
    ("slope", slope_10, "The slope on the left is 0.1, not 0.01."),
    ("slope", slope_11, "Returns a single 1; it must have the shape of x."),
    ("slope", slope_12, "Returns the function x itself; its derivative is 1."),
    ("slope", slope_13, "len(x) is the first axis only, so for a matrix the shape is wrong."),
    ("slope", slope_14, "x / x is nan at 0."),
    ("Dense", Dense1, "PyTorch keeps W as (outputs, inputs); here it is (inputs, units), so no transpose."),
    ("Dense", Dense2, "The order is wrong: samples are rows, so it is X W and not W X."),
    ("Dense", Dense3, "`*` multiplies elementwise; the matrix product is `@`."),
    (
        "Dense",
        Dense4,
        "The ones are the last column but b is the first row, so biases and weights meet the wrong inputs.",
    ),
    ("Dense", Dense5, "Does not remember X."),
    ("Dense", Dense6, "dW lacks the division by the number of samples."),
    ("Dense", Dense7, "X.shape[1] is the number of inputs; divide by the number of samples, X.shape[0]."),
    ("Dense", Dense8, "That is the formula for samples as columns; here it is X.T @ dZ / n."),
    ("Dense", Dense9, "dW is transposed, (units, inputs); it must have the shape of W."),
    ("Dense", Dense10, "`=` where `+=` is meant, so only the last sample counts."),
    ("Dense", Dense11, "keepdims=True is missing: db is (n_units,) and not a row (1, n_units)."),
    ("Dense", Dense12, "db is a sum over the samples; it must be their mean."),
    ("Dense", Dense13, "db is averaged over the units (axis 1); samples are rows here, so axis 0."),
    ("Dense", Dense14, "axis=0 is missing: all units are averaged into a single number."),
    ("Dense", Dense15, "The reshape makes a column (n_units, 1); b is a row, (1, n_units)."),
    ("Dense", Dense16, "The transpose of W is missing."),
    ("Dense", Dense17, "dX is divided by n; gradients between layers are per sample."),
    ("Dense", Dense18, "W.T @ dZ is for samples as columns; with rows it is dZ @ W.T."),
    ("Dense", Dense19, "Returns three things, and keeps no gradients."),
    ("Dense", Dense20, "Returns nothing; the layer before needs dX."),
    ("Dense", Dense21, "rng.normal takes the standard deviation, not the variance."),
    ("Dense", Dense22, "PyTorch's and Ng's layout: W is (n_inputs, n_units) here, and b a row."),
    ("Dense", Dense23, "Draws from NumPy's global generator, not from `rng`."),
    ("Dense", Dense24, "rng.random draws between 0 and 1, not from a normal distribution."),
    ("Dense", Dense25, "A dictionary in place of a list."),
    ("Dense", Dense26, "Three items in place of two."),
    ("relu", relu_1, "`np.max(x, 0)` is the maximum along axis 0; elementwise it is np.maximum."),
    ("relu", relu_2, "Python's max compares whole arrays, which is ambiguous; use np.maximum."),  # raises ValueError
    ("relu", relu_3, "Sets the zeros in the caller's array; work on a new one."),
    ("relu", relu_4, "Keeps only the positive numbers and so loses the shape; the others must become 0."),
    (
        "softmax",
        softmax_1,
        "Subtracts the maximum of the whole array, so a row far below it underflows to 0 / 0; take each row's own.",
    ),
    ("softmax", softmax_2, "Divides by the sum of all rows together; each row must sum to 1 (axis=1, keepdims=True)."),
    ("softmax", softmax_3, "axis=0 normalises columns; a sample is a row, axis=1."),
    ("softmax", softmax_4, "`-=` changes the caller's logits in place."),
    (
        "softmax",
        softmax_5,
        "keepdims=True is missing, so the row maxima and sums are not subtracted and divided row by row.",
    ),  # raises ValueError
    ("softmax", softmax_6, "total is not reset for each row, so later rows are divided by too much."),
    ("softmax", softmax_7, "The maximum is subtracted above only; the denominator must use the same shifted logits."),
    ("softmax", softmax_8, "Without subtracting the maximum, exp overflows for large logits."),  # raises OverflowError
    ("cross_entropy", cross_entropy_1, "The epsilon changes all small probabilities; use np.maximum with tiny."),
    (
        "cross_entropy",
        cross_entropy_2,
        "np.mean averages over the classes too: sum over axis 1 first, then average over samples.",
    ),
    (
        "cross_entropy",
        cross_entropy_3,
        "Divides by the number of classes, Y.shape[1], instead of the number of samples.",
    ),
    ("cross_entropy", cross_entropy_4, "That is the binary cross-entropy: the term with 1 - Y does not belong here."),
    (
        "cross_entropy",
        cross_entropy_5,
        "Where a probability is 0, the logarithm is set to 0, so the worst prediction costs nothing.",
    ),
    (
        "cross_entropy",
        cross_entropy_6,
        "Y holds one-hot rows, not labels, so it cannot be used as an index.",
    ),  # raises IndexError
    (
        "cross_entropy",
        cross_entropy_7,
        "Nothing guards log 0: where a probability is 0 the loss becomes nan or infinite.",
    ),
    (
        "cross_entropy_gradient",
        cross_entropy_gradient_1,
        "`grad = Y_pred` is no copy, so `-= 1` changes the caller's probabilities.",
    ),
    (
        "cross_entropy_gradient",
        cross_entropy_gradient_2,
        "That is the gradient with respect to the probabilities; with respect to the logits it is Y_pred - Y.",
    ),
    (
        "cross_entropy_gradient",
        cross_entropy_gradient_3,
        "No division by the number of samples: the gradient is each sample's.",
    ),
    (
        "cross_entropy_gradient",
        cross_entropy_gradient_4,
        "The softmax's slope is contained in Y_pred - Y already; p (1 - p) is one factor too many.",
    ),
    (
        "cross_entropy_gradient",
        cross_entropy_gradient_5,
        "Y_pred are probabilities already; softmax is applied a second time.",
    ),
    (
        "predict",
        predict_1,
        "Each layer gets the original X; the output of one must be the input of the next.",
    ),  # raises ValueError
    ("predict", predict_2, "`return` is inside the loop, so only the first layer is used."),
    ("predict", predict_3, "A layer's method is called fprop, not forward."),  # raises AttributeError
    ("predict", predict_4, "The range ends one layer early; the last layer (softmax) is left out."),
    ("predict", predict_5, "Returns the list of all activations instead of the last one."),
    (
        "backpropagate",
        backpropagate_1,
        "The output layer is in the loop as well, though input_grad has done its part; use layers[:-1].",
    ),  # raises RuntimeError
    (
        "backpropagate",
        backpropagate_2,
        "Goes from first to last; the gradient runs backwards, reversed(layers[:-1]).",
    ),  # raises ValueError
    ("backpropagate", backpropagate_3, "list.reverse() returns None; use reversed()."),  # raises TypeError
    (
        "backpropagate",
        backpropagate_4,
        "The arguments of input_grad are swapped, so all gradients have the wrong sign.",
    ),
    (
        "backpropagate",
        backpropagate_5,
        "Every layer gets the same output_grad; what one returns must go into the next.",
    ),  # raises ValueError, UnboundLocalError
    (
        "backpropagate",
        backpropagate_6,
        "layers[-0] is the first layer and layers[-1] the output layer: the index must begin at -2.",
    ),  # raises ValueError, RuntimeError
    ("backpropagate", backpropagate_7, "Returns the list of all gradients instead of that of the input."),
    ("backpropagate", backpropagate_8, "layers.reverse() turns round the caller's own list; use reversed()."),
    (
        "central_difference",
        central_difference_1,
        "Precedence: / 2 * epsilon multiplies by epsilon; put 2 * epsilon in parentheses.",
    ),
    ("central_difference", central_difference_2, "The two points are 2 epsilon apart, so divide by 2 * epsilon."),
    (
        "central_difference",
        central_difference_3,
        "len(x) and x[i] fail for a single number and are not needed for arrays.",
    ),  # raises TypeError
    (
        "central_difference",
        central_difference_4,
        "That is the second derivative; the first is the difference of the two values over 2 epsilon.",
    ),
    (
        "central_difference",
        central_difference_5,
        "Steps of epsilon / 2 are only epsilon apart, but it is divided by 2 epsilon: half the slope.",
    ),
    ("relative_error", relative_error_1, "The scale is the sum |a| + |n|; here it is the larger of the two."),
    (
        "relative_error",
        relative_error_2,
        "Norms of the whole arrays hide a single bad entry; take the error of each entry and then the largest.",
    ),
    (
        "relative_error",
        relative_error_3,
        "np.maximum takes two arrays; the third argument is `out`, so floor needs a second np.maximum.",
    ),  # raises TypeError
    ("relative_error", relative_error_4, "One scale for the whole array: each entry must be divided by its own."),
    (
        "relative_error",
        relative_error_5,
        "The absolute values are missing in the scale, so negative entries are divided by the floor.",
    ),
    (
        "relative_error",
        relative_error_6,
        "The loop runs over the first axis only, so with two axes `max` and `if` get whole rows.",
    ),  # raises ValueError
    (
        "relative_error",
        relative_error_7,
        "Compares absolute values, so a wrong sign goes unnoticed; the difference is |a - n|.",
    ),
    (
        "numerical_gradient",
        numerical_gradient_1,
        "plus and minus are names of the same array x, so both values are taken at the original x and the gradient is 0.",
    ),
    (
        "numerical_gradient",
        numerical_gradient_2,
        "flatten() makes a copy, so x itself never moves and all differences are 0.",
    ),
    (
        "numerical_gradient",
        numerical_gradient_3,
        "After `+= epsilon`, `-= epsilon` is back at x and not below it: go down by 2 epsilon, then put back.",
    ),
    (
        "numerical_gradient",
        numerical_gradient_4,
        "Two loops over rows and columns fail for an array with one axis; use np.ndindex(x.shape).",
    ),  # raises IndexError
    (
        "numerical_gradient",
        numerical_gradient_5,
        "Putting back stands after the loop, so all entries but the last stay moved.",
    ),
    (
        "numerical_gradient",
        numerical_gradient_6,
        "x[i] is a whole row if x is a matrix, so all its entries move together.",
    ),
    ("numerical_gradient", numerical_gradient_7, "The result is a flat vector; it must have the shape of x."),
    (
        "numerical_gradient",
        numerical_gradient_8,
        "x + epsilon moves all entries at once, so each gets the sum of all slopes; move one at a time.",
    ),
    ("numerical_gradient", numerical_gradient_9, "Moves entries in copies; x itself is to be moved and put back."),
    (
        "numerical_gradient",
        numerical_gradient_10,
        "Puts back `+= 2 * epsilon` instead of epsilon, so the entry ends epsilon too high.",
    ),
    ("sgd_step", sgd_step_1, "Puts new arrays into the list; the layers' own arrays do not change, use `-=` on them."),
    ("sgd_step", sgd_step_2, "`=-` assigns a negative number to the name; `-=` was meant."),
    (
        "sgd_step",
        sgd_step_3,
        "Two nested loops subtract every gradient from every parameter; go through both together with zip.",
    ),  # raises ValueError
    (
        "sgd_step",
        sgd_step_4,
        "reversed pairs each parameter with another one's gradient; both lists have the same order.",
    ),  # raises ValueError
    (
        "sgd_step",
        sgd_step_5,
        "params and grads are lists of arrays, which cannot be multiplied or subtracted as a whole; loop over them.",
    ),  # raises TypeError
    (
        "sgd_step",
        sgd_step_6,
        "`param = param - …` binds the name to a new array; the layer's own does not change, use `-=`.",
    ),
    ("sgd_epoch", sgd_epoch_1, "The gradients are of all the data X, Y and not of the batch."),
    ("sgd_epoch", sgd_epoch_2, "The step stands after the loop, so there is only one, with the last batch."),
    (
        "sgd_epoch",
        sgd_epoch_3,
        "sgd_step works in place and returns None; assigning that to network.params destroys the method.",
    ),  # raises TypeError
    (
        "sgd_epoch",
        sgd_epoch_4,
        "Each `next(minibatches(...))` shuffles anew and takes the first batch, so samples are repeated and missed.",
    ),
    (
        "sgd_epoch",
        sgd_epoch_5,
        "The gradients are batch means already; dividing the rate by batch_size makes the steps too small.",
    ),
    (
        "sgd_epoch",
        sgd_epoch_6,
        "Adds up the gradients of all batches and takes one step; a step is due after each batch.",
    ),
    (
        "sgd_epoch",
        sgd_epoch_7,
        "A batch is a pair (X, Y): it must be unpacked, gradients takes two arguments.",
    ),  # raises TypeError
    ("sgd_epoch", sgd_epoch_8, "Steps on copies of the parameters, so the network does not learn."),
]
