"""Right answers to exercises on derivatives, early stopping, momentum and dropout, in other styles."""

import copy
import math

import numpy as np

import mlp_helpers as mlp


def softplus_logaddexp(x):
    return np.logaddexp(0, x)


def softplus_where(x):
    with np.errstate(over="ignore"):
        return np.where(x > 30, x, np.log(1 + np.exp(x)))


def softplus_masks(x):
    result = x.copy()
    small = x < 50
    result[small] = np.log1p(np.exp(x[small]))
    return result


def softplus_numbers(x):
    result = np.empty(x.shape)
    for index, number in np.ndenumerate(x):
        small = math.exp(-abs(number))
        result[index] = (number if number > 0 else 0) + math.log1p(small)
    return result


def softplus_minus_log_sigmoid(x):
    s = 0.5 * (1 + np.tanh(-np.abs(x) / 2))  # sigmoid of -|x|, at most 1/2
    return np.maximum(x, 0) - np.log(1 - s)


def softplus_warns(x):
    y = np.log(1 + np.exp(x))
    y[np.isinf(y)] = x[np.isinf(y)]
    return y


def softplus_d_tanh(x):
    return (np.tanh(x / 2) + 1) / 2


def softplus_d_masks(x):
    result = np.empty_like(x)
    positive = x > 0
    result[positive] = 1 / (1 + np.exp(-x[positive]))
    e = np.exp(x[~positive])
    result[~positive] = e / (1 + e)
    return result


def softplus_d_package_style(x):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))


def softplus_d_clipped(x):
    x = np.clip(x, -500, 500)
    return np.exp(x) / (1 + np.exp(x))


def softplus_d_difference(x):
    h = 1e-5
    return (np.logaddexp(0, x + h) - np.logaddexp(0, x - h)) / (2 * h)


def slope_dict_of_functions(name, x):
    slopes = {
        "tanh": lambda x: 1 - np.tanh(x) ** 2,
        "relu": lambda x: (x > 0).astype(float),
        "leaky relu": lambda x: (x > 0) + 0.1 * (x <= 0),
        "linear": lambda x: np.ones(np.shape(x)),
    }
    if name not in slopes:
        raise ValueError(name)
    return slopes[name](x)


def slope_match(name, x):
    match name:
        case "tanh":
            return 1 / np.cosh(np.clip(x, -300, 300)) ** 2
        case "relu":
            return np.heaviside(x, 0)
        case "leaky relu":
            return 0.1 + 0.9 * np.heaviside(x, 0)
        case "linear":
            return x * 0 + 1
        case _:
            raise ValueError("I know tanh, relu, leaky relu and linear")


def slope_from_key_error(name, x):
    table = {
        "tanh": 1 - np.tanh(x) ** 2,
        "relu": np.sign(np.maximum(x, 0)),
        "leaky relu": np.clip(np.sign(x), 0.1, 1),
        "linear": np.full_like(x, 1),
    }
    try:
        return table[name]
    except KeyError:
        raise ValueError(f"no activation {name}") from None


def slope_with_sigmoid(name, x):
    if name == "sigmoid":
        s = 0.5 * (1 + np.tanh(x / 2))
        return s * (1 - s)
    if name not in ("tanh", "relu", "leaky relu", "linear"):
        raise ValueError
    if name == "tanh":
        y = np.tanh(x)
        return (1 - y) * (1 + y)
    result = np.ones_like(x)
    if name != "linear":
        result[x <= 0] = 0.1 if name == "leaky relu" else 0
    return result


def sgd_step(params, grads, learning_rate):
    for param, grad in zip(params, grads, strict=True):
        param -= learning_rate * grad


def sgd_epoch(network, X, Y, learning_rate, batch_size, rng):
    for X_batch, Y_batch in mlp.minibatches(X, Y, batch_size, rng):
        sgd_step(network.params(), network.gradients(X_batch, Y_batch), learning_rate)


def train_arg_min(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    train_losses, valid_losses, snapshots = [], [], []
    for epoch in range(n_epochs):
        sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        train_losses.append(network.evaluate(X, Y)[0])
        valid_losses.append(network.evaluate(X_valid, Y_valid)[0])
        snapshots.append([param.copy() for param in network.params()])
        best = int(np.argmin(valid_losses))
        if epoch - best >= patience:
            break
    for param, old in zip(network.params(), snapshots[best], strict=True):
        param[:] = old
    return train_losses, valid_losses


def train_deep_copy(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    records, best_network, bad_epochs, best_loss = [], None, 0, None
    while len(records) < n_epochs and bad_epochs < patience:
        sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        train_loss, _ = network.evaluate(X, Y)
        valid_loss, _ = network.evaluate(X_valid, Y_valid)
        records.append((train_loss, valid_loss))
        if best_loss is None or valid_loss < best_loss:
            best_loss, bad_epochs, best_network = valid_loss, 0, copy.deepcopy(network)
        else:
            bad_epochs += 1
    for param, best in zip(network.params(), best_network.params(), strict=True):
        np.copyto(param, best)
    train_losses, valid_losses = zip(*records, strict=True)
    return list(train_losses), list(valid_losses)


def train_by_hand(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    def loss(X, Y):
        return network.layers[-1].loss(Y, network.predict(X))

    lowest, kept = loss(X_valid, Y_valid), [p.copy() for p in network.params()]  # of the start
    since, train_losses, valid_losses = 0, np.zeros(n_epochs), np.zeros(n_epochs)
    for epoch in range(n_epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            for param, grad in zip(network.params(), network.gradients(X[rows], Y[rows]), strict=True):
                param -= learning_rate * grad
        train_losses[epoch], valid_losses[epoch] = loss(X, Y), loss(X_valid, Y_valid)
        since += 1
        if valid_losses[epoch] < lowest:
            lowest, since = valid_losses[epoch], 0
            kept = [p.copy() for p in network.params()]
        if since >= patience:
            break
    for param, old in zip(network.params(), kept, strict=True):
        param += old - param
    return train_losses[: epoch + 1], valid_losses[: epoch + 1]


def train_window(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    train_losses, valid_losses = [], []
    best = None
    for _ in range(n_epochs):
        sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        train_losses.append(float(network.evaluate(X, Y)[0]))
        valid_losses.append(float(network.evaluate(X_valid, Y_valid)[0]))
        earlier, recent = valid_losses[:-patience], valid_losses[-patience:]
        if valid_losses.index(min(valid_losses)) == len(valid_losses) - 1:
            best = copy.deepcopy(network.params())
        if earlier and min(earlier) <= min(recent):
            break
    for param, value in zip(network.params(), best, strict=True):
        param[...] = value
    return [train_losses, valid_losses]


def momentum_step_slices(params, grads, velocities, learning_rate, momentum):
    for i in range(len(params)):
        velocities[i][:] = momentum * velocities[i] - learning_rate * grads[i]
        params[i][:] = params[i] + velocities[i]


def momentum_step_in_place(params, grads, velocities, learning_rate, momentum):
    for p, g, v in zip(params, grads, velocities, strict=True):
        v *= momentum
        v += -learning_rate * g
        p += v
    return params, velocities


def momentum_step_two_loops(params, grads, velocities, learning_rate, momentum):
    for velocity, grad in zip(velocities, grads, strict=True):
        np.copyto(velocity, momentum * velocity - learning_rate * grad)
    for param, velocity in zip(params, velocities, strict=True):
        np.add(param, velocity, out=param)


def momentum_step_entries(params, grads, velocities, learning_rate, momentum):
    for p, g, v in zip(params, grads, velocities, strict=True):
        for index in np.ndindex(p.shape):
            v[index] = momentum * v[index] - learning_rate * g[index]
            p[index] = p[index] + v[index]


def inverted_dropout_binomial(A, keep_probability, rng):
    mask = rng.binomial(1, keep_probability, size=A.shape) / keep_probability
    return mask * A, mask


def inverted_dropout_choice(A, keep_probability, rng):
    mask = rng.choice([0.0, 1 / keep_probability], size=A.shape, p=[1 - keep_probability, keep_probability])
    return [A * mask, mask]


def inverted_dropout_other_side(A, keep_probability, rng):
    mask = np.ones(A.shape)
    mask[rng.uniform(size=A.shape) < 1 - keep_probability] = 0
    mask /= keep_probability
    return np.multiply(A, mask), mask


def inverted_dropout_rows(A, keep_probability, rng):
    mask = np.zeros_like(A)
    for i in range(len(A)):
        mask[i] = (rng.random(A.shape[1]) <= keep_probability).astype(float)
    result = A * mask / keep_probability
    return result, mask / keep_probability


class DenseOtherNames:
    """Other names, and tuples."""

    def __init__(self, n_inputs, n_units, rng):
        deviation = math.sqrt(2.0 / n_inputs)
        self.weights = deviation * rng.standard_normal((n_inputs, n_units))
        self.bias = np.zeros((1, n_units), dtype=np.float64)

    def params(self):
        return self.weights, self.bias

    def grads(self):
        return self.grad_weights, self.grad_bias

    def fprop(self, X):
        self.last_input = np.array(X)
        return np.dot(self.last_input, self.weights) + self.bias

    def bprop(self, dZ):
        n_samples = dZ.shape[0]
        self.grad_weights = np.dot(self.last_input.T, dZ) / n_samples
        self.grad_bias = np.sum(dZ, axis=0, keepdims=True) / n_samples
        return np.dot(dZ, self.weights.T)


class DenseFilled:
    """Gradient arrays made once, and filled."""

    def __init__(self, n_inputs, n_units, rng):
        self.W = rng.normal(loc=0, scale=(2 / n_inputs) ** 0.5, size=(n_inputs, n_units))
        self.b = np.zeros([1, n_units])
        self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)

    def fprop(self, X):
        self.X = X
        Z = X @ self.W
        Z += self.b
        return Z

    def bprop(self, dZ):
        self.dW[...] = 0
        for x, dz in zip(self.X, dZ, strict=True):
            self.dW += np.outer(x, dz)
        self.dW /= len(self.X)
        self.db[:] = dZ.mean(axis=0)
        return np.einsum("nq,pq->np", dZ, self.W)

    def params(self):
        return [self.W, self.b]

    def grads(self):
        return [self.dW, self.db]


class DenseInDicts:
    """Everything in two dictionaries, and weights drawn unit by unit."""

    def __init__(self, n_inputs, n_units, rng):
        columns = [rng.normal(0, np.sqrt(2 / n_inputs), n_inputs) for _ in range(n_units)]
        self.memory = {"W": np.column_stack(columns), "b": np.zeros((1, n_units))}
        self.gradients = {}

    def fprop(self, X):
        self.memory["X"] = X.copy()
        return (X[:, :, None] * self.memory["W"]).sum(axis=1) + self.memory["b"]

    def bprop(self, dZ):
        X, W = self.memory["X"], self.memory["W"]
        self.gradients["W"] = np.mean(X[:, :, None] * dZ[:, None, :], axis=0)
        self.gradients["b"] = np.mean(dZ, axis=0)[None, :]
        return (W @ dZ.T).T

    def params(self):
        return list(map(self.memory.get, "Wb"))

    def grads(self):
        return [self.gradients["W"], self.gradients["b"]]


class DenseOneArray:
    """W and b as views of one array; a base class; slots."""

    __slots__ = ("X", "both", "gradient")

    def __init__(self, n_inputs, n_units, rng):
        self.both = np.vstack([rng.normal(size=(n_inputs, n_units)) * np.sqrt(2 / n_inputs), np.zeros((1, n_units))])

    def fprop(self, X):
        self.X = np.hstack([X, np.ones((len(X), 1))])
        return self.X @ self.both

    def bprop(self, dZ):
        self.gradient = self.X.T @ dZ / len(dZ)
        return dZ @ self.both[:-1].T

    def params(self):
        return [self.both[:-1], self.both[-1:]]

    def grads(self):
        return [self.gradient[:-1], self.gradient[-1:]]


VARIANTS = {
    "softplus": [
        softplus_logaddexp,
        softplus_where,
        softplus_masks,
        softplus_numbers,
        softplus_minus_log_sigmoid,
        softplus_warns,
    ],
    "softplus_d": [
        softplus_d_tanh,
        softplus_d_masks,
        softplus_d_package_style,
        softplus_d_clipped,
        softplus_d_difference,
    ],
    "slope": [slope_dict_of_functions, slope_match, slope_from_key_error, slope_with_sigmoid],
    "train": [train_arg_min, train_deep_copy, train_by_hand, train_window],
    "momentum_step": [
        momentum_step_slices,
        momentum_step_in_place,
        momentum_step_two_loops,
        momentum_step_entries,
    ],
    "inverted_dropout": [
        inverted_dropout_binomial,
        inverted_dropout_choice,
        inverted_dropout_other_side,
        inverted_dropout_rows,
    ],
    "Dense": [DenseOtherNames, DenseFilled, DenseInDicts, DenseOneArray],
}
