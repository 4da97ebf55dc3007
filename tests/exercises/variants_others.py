"""Right answers to the exercises of notebooks 01, 03, 04, 05 and 07, in the styles of different students."""

import itertools

import numpy as np
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

import mlp_helpers as mlp
from mlp_helpers import MLPConfig


def flatten_by_numbers(images):
    n_samples, channels, rows, columns = images.shape
    return np.reshape(images, (n_samples, channels * rows * columns))


def flatten_one_by_one(images):
    return np.array([image.flatten() for image in images])


def flatten_loops(images):
    n_samples, channels, rows, columns = images.shape
    X = np.empty((n_samples, channels * rows * columns), dtype=np.float32)
    for i in range(n_samples):
        for channel, r, c in itertools.product(range(channels), range(rows), range(columns)):
            X[i, (channel * rows + r) * columns + c] = images[i, channel, r, c]
    return X


def flatten_side_by_side(images):
    return np.hstack([images[:, channel, r] for channel in range(images.shape[1]) for r in range(images.shape[2])])


def flatten_squeezed_late(images):
    return images.reshape(len(images), 1, -1).squeeze(axis=1)


def one_hot_zeros(labels, n_classes):
    if labels.min() < 0 or labels.max() >= n_classes:
        raise ValueError
    rows = np.zeros((len(labels), n_classes), dtype=int)
    rows[np.arange(len(labels)), labels] = 1
    return rows


def one_hot_loop(labels, n_classes):
    for label in labels:
        if label not in range(n_classes):
            raise ValueError(f"no class {label}")
    rows = []
    for label in labels:
        row = [0.0] * n_classes
        row[label] = 1.0
        rows.append(row)
    return np.array(rows)


def one_hot_compared(labels, n_classes):
    if np.any((labels < 0) | (labels >= n_classes)):
        raise ValueError("no such class")
    return labels[:, np.newaxis] == np.arange(n_classes)


def one_hot_where(labels, n_classes):
    if labels.min() < 0 or labels.max() >= n_classes:
        raise ValueError
    columns = np.tile(np.arange(n_classes), (len(labels), 1))
    return np.where(columns == labels.reshape(-1, 1), 1.0, 0.0)


def one_hot_put(labels, n_classes):
    for label in labels:
        if label not in range(n_classes):
            raise ValueError(f"no class {label}")
    rows = np.zeros((len(labels), n_classes), dtype=np.float32)
    np.put_along_axis(rows, labels[:, None], 1, axis=1)
    return rows


def one_hot_taken(labels, n_classes):
    if np.any((labels < 0) | (labels >= n_classes)):
        raise ValueError("no such class")
    return np.identity(n_classes).take(labels, axis=0)


def one_hot_counted(labels, n_classes):
    if labels.min() < 0 or labels.max() >= n_classes:
        raise ValueError
    return np.array([np.bincount([label], minlength=n_classes) for label in labels])


def unhot_last_axis(one_hot_labels):
    return one_hot_labels.argmax(axis=-1)


def unhot_turned(one_hot_labels):
    return np.argmax(one_hot_labels.T, axis=0)


def unhot_loop(one_hot_labels):
    labels = []
    for row in one_hot_labels:
        best = 0
        for k in range(len(row)):
            if row[k] > row[best]:
                best = k
        labels.append(best)
    return np.array(labels)


def unhot_sorted(one_hot_labels):
    return np.argsort(one_hot_labels, axis=1)[:, -1]


def unhot_where(one_hot_labels):
    _, columns = np.where(one_hot_labels == one_hot_labels.max(axis=1, keepdims=True))
    return columns


def unhot_applied(one_hot_labels):
    return np.apply_along_axis(np.argmax, 1, one_hot_labels)


def unhot_floats(one_hot_labels):
    is_largest = one_hot_labels == one_hot_labels.max(axis=1, keepdims=True)
    return is_largest @ np.arange(one_hot_labels.shape[1], dtype=float)


def classification_error_divided(y, y_pred):
    if y_pred.ndim > 1:
        raise ValueError(f"{y_pred.shape} is no row")
    return np.sum(y != y_pred) / len(y)


def classification_error_from_accuracy(y, y_pred):
    if y.shape != y_pred.shape:
        raise ValueError("shapes differ")
    return 1 - np.mean(y == y_pred)


def classification_error_loop(y, y_pred):
    if len(y.shape) != len(y_pred.shape) or len(y) != len(y_pred):
        raise ValueError
    n_wrong = 0
    for label, predicted in zip(y, y_pred, strict=True):
        if label != predicted:
            n_wrong += 1
    return n_wrong / y.shape[0]


def classification_error_counted(y, y_pred):
    if y_pred.ndim > 1:
        raise ValueError(f"{y_pred.shape} is no row")
    return np.count_nonzero(y - y_pred) / y.size


def classification_error_float32(y, y_pred):
    if y.shape != y_pred.shape:
        raise ValueError("shapes differ")
    return np.not_equal(y, y_pred).astype(np.float32).mean()


def classification_error_picked(y, y_pred):
    if len(y.shape) != len(y_pred.shape) or len(y) != len(y_pred):
        raise ValueError
    return len(y[y != y_pred]) / len(y)


def nearest_mean_broadcast(X, means):
    return ((X[:, np.newaxis, :] - means[np.newaxis, :, :]) ** 2).sum(axis=-1).argmin(axis=-1)


def nearest_mean_two_loops(X, means):
    nearest = np.zeros(len(X), dtype=int)
    for i, x in enumerate(X):
        smallest = np.inf
        for k, mean in enumerate(means):
            distance = sum((x - mean) ** 2)
            if distance < smallest:
                smallest, nearest[i] = distance, k
    return nearest


def nearest_mean_expanded(X, means):
    squares = np.einsum("ij,ij->i", X, X)[:, None] - 2 * X @ means.T + np.einsum("kj,kj->k", means, means)
    return np.argmin(squares, axis=1)


def nearest_mean_scores(X, means):
    return np.argmax(X @ means.T - 0.5 * np.sum(means**2, axis=1), axis=1)


def nearest_mean_norms(X, means):
    return np.argmin([np.linalg.norm(X - mean, axis=1) for mean in means], axis=0)


def nearest_mean_cdist(X, means):
    return cdist(X, means, "sqeuclidean").argmin(axis=1)


def nearest_mean_tree(X, means):
    return cKDTree(means).query(X)[1]


def nearest_mean_float32(X, means):
    differences = X.astype(np.float32)[:, None] - means.astype(np.float32)
    return np.einsum("ikj,ikj->ik", differences, differences).argmin(1)


def minibatches_list(X, Y, batch_size, rng):
    order = np.arange(len(X))
    rng.shuffle(order)
    return [(X[order[i : i + batch_size]], Y[order[i : i + batch_size]]) for i in range(0, len(order), batch_size)]


def minibatches_while(X, Y, batch_size, rng):
    order = list(rng.permutation(len(X)))
    while order:
        batch, order = order[:batch_size], order[batch_size:]
        yield X[batch], Y[batch]


def minibatches_shuffled_copies(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    X, Y = X[order], Y[order]
    n_batches = int(np.ceil(len(X) / batch_size))
    for i in range(n_batches):
        start, end = i * batch_size, min((i + 1) * batch_size, len(X))
        yield X[start:end], Y[start:end]


def minibatches_split(X, Y, batch_size, rng):
    order = rng.choice(len(X), size=len(X), replace=False)
    for batch in np.array_split(order, range(batch_size, len(X), batch_size)):
        yield X[batch], Y[batch]


def minibatches_sorted(X, Y, batch_size, rng):
    order = np.argsort(rng.random(len(X)))
    starts = range(0, len(X), batch_size)
    return zip(
        [X[order[start : start + batch_size]] for start in starts],
        [Y[order[start : start + batch_size]] for start in starts],
        strict=True,
    )


def minibatches_pairs(X, Y, batch_size, rng):
    pairs = list(zip(X, Y, strict=True))
    rng.shuffle(pairs)
    for start in range(0, len(pairs), batch_size):
        rows, labels = zip(*pairs[start : start + batch_size], strict=True)
        yield np.array(rows), np.array(labels)


def minibatches_twin_generators(X, Y, batch_size, rng):
    seed = rng.integers(2**32)
    X, Y = np.random.default_rng(seed).permutation(X), np.random.default_rng(seed).permutation(Y)
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size], Y[start : start + batch_size]


def central_difference_named(function, x, epsilon):
    above = function(x + epsilon)
    below = function(x - epsilon)
    return (above - below) / epsilon / 2


def central_difference_halved(function, x, epsilon):
    return 0.5 * (function(x + epsilon) - function(x - epsilon)) * epsilon**-1


def central_difference_mean_of_both_sides(function, x, epsilon):
    here = function(x)
    forward, backward = (function(x + epsilon) - here) / epsilon, (here - function(x - epsilon)) / epsilon
    return (forward + backward) / 2


def central_difference_of_points(function, x, epsilon):
    left, right = x - epsilon, x + epsilon
    return np.divide(np.subtract(function(right), function(left)), right - left)


def central_difference_vectorized(function, x, epsilon):
    return np.vectorize(lambda number: (function(number + epsilon) - function(number - epsilon)) / (2 * epsilon))(x)


def relative_error_reduced(analytic, numeric, floor=1e-8):
    a, n = np.abs(analytic), np.abs(numeric)
    return np.max(np.abs(analytic - numeric) / np.maximum.reduce([a, n, np.full(a.shape, floor)]))


def relative_error_loop(analytic, numeric, floor=1e-8):
    worst = 0
    for a, n in zip(analytic.flat, numeric.flat, strict=True):
        worst = max(worst, abs(a - n) / max(abs(a), abs(n), floor))
    return worst


def relative_error_where(analytic, numeric, floor=1e-8):
    scale = np.where(np.abs(analytic) > np.abs(numeric), np.abs(analytic), np.abs(numeric))
    scale[scale < floor] = floor
    return np.amax(abs(numeric - analytic) / scale)


def relative_error_clipped(analytic, numeric, floor=1e-8):
    scale = np.clip(np.max([np.abs(analytic), np.abs(numeric)], axis=0), floor, None)
    return np.linalg.norm(((analytic - numeric) / scale).ravel(), np.inf)


def relative_error_sorted(analytic, numeric, floor=1e-8):
    shares = [
        abs(a - n) / max([abs(a), abs(n), floor]) for a, n in zip(np.ravel(analytic), np.ravel(numeric), strict=True)
    ]
    return sorted(shares)[-1]


def relative_error_float32(analytic, numeric, floor=1e-8):
    a, n = np.float32(analytic), np.float32(numeric)
    return np.max(np.abs(a - n) / np.fmax(np.fmax(np.abs(a), np.abs(n)), np.float32(floor)))


def numerical_gradient_flat(function, x, epsilon=6e-6):
    gradient, entries = np.zeros(x.size), x.reshape(-1)
    for i in range(len(entries)):
        old = entries[i]
        entries[i] = old + epsilon
        above = function(x)
        entries[i] = old - epsilon
        gradient[i] = above - function(x)
        entries[i] = old
    return gradient.reshape(x.shape) / (2 * epsilon)


def numerical_gradient_nditer(function, x, epsilon=6e-6):
    gradient = np.empty_like(x)
    places = np.nditer(x, flags=["multi_index"])
    while not places.finished:
        index = places.multi_index
        value = float(x[index])
        values = []
        for moved in (value - epsilon, value + epsilon):
            x[index] = moved
            values.append(float(function(x)))
        x[index] = value
        gradient[index] = np.diff(values)[0] / (2 * epsilon)
        places.iternext()
    return gradient


def sgd_step_index(params, grads, learning_rate):
    for i in range(len(params)):
        params[i] -= learning_rate * grads[i]


def sgd_step_slice(params, grads, learning_rate):
    for param, grad in zip(params, grads, strict=True):
        param[:] = param - learning_rate * grad
    return params


def sgd_step_out(params, grads, learning_rate):
    for k, grad in enumerate(grads):
        np.subtract(params[k], learning_rate * grad, out=params[k])


def sgd_step_added(params, grads, learning_rate):
    for param, grad in zip(params, grads, strict=True):
        step = -learning_rate * grad
        param += step


def sgd_step_entries(params, grads, learning_rate):
    for param, grad in zip(params, grads, strict=True):
        for index in np.ndindex(param.shape):
            param[index] = param[index] - learning_rate * grad[index]


def sgd_step_float32(params, grads, learning_rate):
    for param, grad in zip(params, grads, strict=True):
        np.copyto(param, param - np.float32(learning_rate) * grad.astype(np.float32))


def sgd_epoch_package(network, X, Y, learning_rate, batch_size, rng):
    for X_batch, Y_batch in mlp.minibatches(X, Y, batch_size, rng):
        grads = network.gradients(X_batch, Y_batch)
        for param, grad in zip(network.params(), grads, strict=True):
            param -= learning_rate * grad


def sgd_epoch_by_hand(network, X, Y, learning_rate, batch_size, rng):
    order = np.arange(len(X))
    rng.shuffle(order)
    for start in range(0, len(X), batch_size):
        batch = order[start : start + batch_size]
        sgd_step_index(network.params(), network.gradients(X[batch], Y[batch]), learning_rate)


def sgd_epoch_copies(network, X, Y, learning_rate, batch_size, rng):
    params = network.params()  # by reference, so once is enough
    order = rng.permutation(len(Y))
    X, Y = X[order], Y[order]
    start = 0
    while start < len(X):
        grads = network.gradients(X[start : start + batch_size], Y[start : start + batch_size])
        for i, grad in enumerate(grads):
            params[i][...] = params[i] - learning_rate * grad
        start += batch_size
    return network


def sgd_epoch_split(network, X, Y, learning_rate, batch_size, rng):
    order = rng.permutation(len(X))
    for batch in np.split(order, np.arange(batch_size, len(X), batch_size)):
        grads = network.gradients(X[batch], Y[batch])
        sgd_step_index(network.params(), grads, learning_rate)


def sgd_epoch_batches_first(network, X, Y, learning_rate, batch_size, rng):
    batches = minibatches_list(X, Y, batch_size, rng)
    for i in range(len(batches)):
        grads = network.gradients(*batches[i])
        sgd_step_slice(network.params(), grads, learning_rate)


VARIANTS = {
    "flatten": [flatten_by_numbers, flatten_one_by_one, flatten_loops, flatten_side_by_side, flatten_squeezed_late],
    "one_hot": [
        one_hot_zeros,
        one_hot_loop,
        one_hot_compared,
        one_hot_where,
        one_hot_put,
        one_hot_taken,
        one_hot_counted,
    ],
    "unhot": [
        unhot_last_axis,
        unhot_turned,
        unhot_loop,
        unhot_sorted,
        unhot_where,
        unhot_applied,
        unhot_floats,
    ],
    "classification_error": [
        classification_error_divided,
        classification_error_from_accuracy,
        classification_error_loop,
        classification_error_counted,
        classification_error_float32,
        classification_error_picked,
    ],
    "nearest_mean": [
        nearest_mean_broadcast,
        nearest_mean_two_loops,
        nearest_mean_expanded,
        nearest_mean_scores,
        nearest_mean_norms,
        nearest_mean_cdist,
        nearest_mean_tree,
        nearest_mean_float32,
    ],
    "minibatches": [
        minibatches_list,
        minibatches_while,
        minibatches_shuffled_copies,
        minibatches_split,
        minibatches_sorted,
        minibatches_pairs,
        minibatches_twin_generators,
    ],
    "central_difference": [
        central_difference_named,
        central_difference_halved,
        central_difference_mean_of_both_sides,
        central_difference_of_points,
        central_difference_vectorized,
    ],
    "relative_error": [
        relative_error_reduced,
        relative_error_loop,
        relative_error_where,
        relative_error_clipped,
        relative_error_sorted,
        relative_error_float32,
    ],
    "numerical_gradient": [
        numerical_gradient_flat,
        numerical_gradient_nditer,
    ],
    "sgd_step": [
        sgd_step_index,
        sgd_step_slice,
        sgd_step_out,
        sgd_step_added,
        sgd_step_entries,
        sgd_step_float32,
    ],
    "sgd_epoch": [
        sgd_epoch_package,
        sgd_epoch_by_hand,
        sgd_epoch_copies,
        sgd_epoch_split,
        sgd_epoch_batches_first,
    ],
    "my_config": [
        MLPConfig(hidden=(100, 100), learning_rate=0.2, batch_size=20),
        MLPConfig(hidden=(100,), init_stddev="he", batch_size=10),
        MLPConfig(hidden=(100,), init_stddev="he", learning_rate=0.003, batch_size=20, optimizer="adam", seed=1),
    ],
}

# Their errors are far from the allowed one, so rounding differences between machines change no verdict.
WRONG_CONFIGS = {
    "as it comes": MLPConfig(),
    "too few epochs": MLPConfig(hidden=(100,), init_stddev="he", batch_size=10, epochs=1),
    "large batches": MLPConfig(batch_size=1000, epochs=5),
    "steps too short": MLPConfig(learning_rate=0.001),
    "steps too long": MLPConfig(learning_rate=10.0),
    "steps so long that it diverges": MLPConfig(activations="linear", learning_rate=10.0),
    "all weights 0": MLPConfig(init_stddev=0),
    "weights that start far too large": MLPConfig(hidden=(100,), activations="tanh", init_stddev=1.0, batch_size=10),
    "ten units": MLPConfig(hidden=(10,), batch_size=20, init_stddev="he", seed=1),
    "too many epochs": MLPConfig(hidden=(100,), init_stddev="he", batch_size=10, epochs=11),
    "too many layers": MLPConfig(hidden=(50, 50, 50), batch_size=10),
    "too many units": MLPConfig(hidden=(100, 101), batch_size=10),
    "pixels as inputs of both axes": MLPConfig(n_inputs=28),
    "nine classes": MLPConfig(n_classes=9),
    "early stopping": MLPConfig(hidden=(100,), init_stddev="he", batch_size=10, patience=2),
    "a dictionary": {"hidden": (100,), "learning_rate": 0.1},
    "the class itself": MLPConfig,
    "a network": MLPConfig(hidden=(5,)).build(),
    "nothing": None,
}
