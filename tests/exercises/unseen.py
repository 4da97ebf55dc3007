"""Wrong answers to the notebooks' exercises, written without knowledge of their checks."""

import numpy as np
from natural import Layer

N_SAMPLES = 64  # left over from a cell further up


def flatten_square(images):
    return images.reshape(-1, images.shape[-1] ** 2)


def flatten_squeezed(images):
    images = images.squeeze()
    return images.reshape(len(images), -1)


def one_hot_all_rows(labels, n_classes):
    rows = np.zeros((len(labels), n_classes))
    rows[:, labels] = 1
    return rows


def unhot_above_half(one_hot_labels):
    _, columns = np.nonzero(one_hot_labels > 0.5)
    return columns


def classification_error_whole(y, y_pred):
    right = np.sum(y == y_pred)
    return 1 - right // len(y)


def classification_error_distance(y, y_pred):
    return np.mean(np.abs(y - y_pred))


def nearest_mean_manhattan(X, means):
    distances = np.abs(X[:, np.newaxis, :] - means).sum(axis=2)
    return np.argmin(distances, axis=1)


def nearest_mean_turned(X, means):
    distances = np.array([np.sum((X - mean) ** 2, axis=1) for mean in means])
    return np.argmin(distances, axis=1)


def minibatches_in_place(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    X[:] = X[order]
    Y[:] = Y[order]
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size], Y[start : start + batch_size]


def minibatches_whole_blocks(X, Y, batch_size, rng):
    starts = np.arange(0, len(X), batch_size)
    rng.shuffle(starts)
    for start in starts:
        yield X[start : start + batch_size], Y[start : start + batch_size]


def sigmoid_one_branch(x):
    if np.all(x >= 0):
        return 1 / (1 + np.exp(-x))
    return np.exp(x) / (1 + np.exp(x))


def sigmoid_d_quotient(x):
    e = np.exp(-x)
    return e / (1 + e) ** 2


def relu_axis(x):
    return np.max(x, 0)


def softmax_one_max(logits):
    e = np.exp(logits - np.max(logits))
    return e / np.sum(e, axis=1, keepdims=True)


def softmax_in_place(logits):
    logits -= logits.max(axis=1, keepdims=True)
    e = np.exp(logits)
    return e / e.sum(axis=1, keepdims=True)


def cross_entropy_eps(Y, Y_pred):
    safe = np.maximum(Y_pred, np.finfo(float).eps)
    return -np.mean(np.sum(Y * np.log(safe), axis=1))


def cross_entropy_zero(Y, Y_pred):
    logs = np.zeros(Y_pred.shape)
    logs[Y_pred > 0] = np.log(Y_pred[Y_pred > 0])
    return -np.sum(Y * logs) / len(Y)


def cross_entropy_gradient_true_class(Y, Y_pred):
    return np.where(Y == 1, Y_pred - 1, 0.0)


def predict_pop(layers, X):
    while layers:
        X = layers.pop(0).fprop(X)
    return X


def backpropagate_without_first(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y, Y_pred)
    for i in range(len(layers) - 2, 0, -1):
        grad = layers[i].bprop(grad)
    return grad


def backpropagate_reverse(layers, Y, Y_pred):
    layers.reverse()
    grad = layers[0].input_grad(Y, Y_pred)
    for layer in layers[1:]:
        grad = layer.bprop(grad)
    return grad


def central_difference_half(function, x, epsilon):
    above = function(x + epsilon / 2)
    below = function(x - epsilon / 2)
    return (above - below) / (2 * epsilon)


def relative_error_one_scale(analytic, numeric, floor=1e-8):
    scale = max(np.max(np.abs(analytic)), np.max(np.abs(numeric)), floor)
    return np.max(np.abs(analytic - numeric)) / scale


def relative_error_builtin(analytic, numeric, floor=1e-8):
    return np.max(abs(analytic - numeric) / max(abs(analytic), abs(numeric), floor))


def numerical_gradient_rows(function, x, epsilon=6e-6):
    gradient = np.zeros(x.shape)
    for i in range(len(x)):
        value = x[i]
        x[i] = value + epsilon
        above = function(x)
        x[i] = value - epsilon
        below = function(x)
        x[i] = value
        gradient[i] = (above - below) / (2 * epsilon)
    return gradient


def sgd_step_list(params, grads, learning_rate):
    for i in range(len(params)):
        params[i] = params[i] - learning_rate * grads[i]


def sgd_epoch_divided(network, X, Y, learning_rate, batch_size, rng):
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        batch = order[start : start + batch_size]
        grads = network.gradients(X[batch], Y[batch])
        for param, grad in zip(network.params(), grads, strict=True):
            param -= learning_rate / len(batch) * grad


def sgd_epoch_two_slips(network, X, Y, learning_rate, batch_size, rng):
    for _ in range(len(X) // batch_size):
        batch = rng.integers(0, len(X), size=batch_size)
        grads = network.gradients(X[batch], Y[batch])
        for param, grad in zip(network.params(), grads, strict=True):
            param -= learning_rate * grad


def row_products_reshaped(X, M):
    return X @ M.reshape(M.shape[1], M.shape[0])


def row_products_summed_up(X, M):
    return X.sum(axis=1, keepdims=True) * M.sum(axis=1)


def column_ranges_kept(X):
    return X.max(axis=0, keepdims=True) - X.min(axis=0, keepdims=True)


def column_ranges_spread(X):
    return X.std(axis=0)


def centre_rows_in_place(A):
    A -= A.mean(axis=1, keepdims=True)
    return A


def centre_rows_first_row(A):
    return A - A[0].mean()


def pairwise_differences_wrong_newaxis(x, y):
    return x[np.newaxis, :] - y


def pairwise_differences_list(x, y):
    return [a - b for a in x for b in y]


def pick_first_label(P, labels):
    return P[:, labels[0]]


def pick_returns_early(P, labels):
    for i in range(len(P)):
        return P[i, labels[i]]
    return None


def clipped_reversed_where(x, limit):
    return np.where(x > limit, x, limit - 1)


def clipped_builtin(x, limit):
    return min(x, limit)


def scale_in_place_twice(arrays, factor):
    for array in arrays:
        array *= factor
    for array in arrays:
        array *= factor


def scale_in_place_without_last(arrays, factor):
    for i in range(len(arrays) - 1):
        arrays[i] *= factor


def batches_of_positions(x, size):
    for start in range(0, len(x), size):
        yield np.arange(start, min(start + size, len(x)))


def batches_of_endless(x, size):
    start = 0
    while True:
        yield x[start : start + size]
        start += size


def softplus_fixed_threshold(x):
    return np.where(x > 0, x, np.log(1 + np.exp(x)))


def softplus_log_of_sum(x):
    return np.log(np.sum(1 + np.exp(-np.abs(x)))) + np.maximum(x, 0)


def softplus_d_of_naive_difference(x):
    h = 1e-5
    return (np.log(1 + np.exp(x + h)) - np.log(1 + np.exp(x - h))) / (2 * h)


def softplus_d_product_rule(x):
    return np.exp(x) * np.log(1 + np.exp(x))


def sgd_epoch(network, X, Y, learning_rate, batch_size, rng):
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        batch = order[start : start + batch_size]
        for param, grad in zip(network.params(), network.gradients(X[batch], Y[batch]), strict=True):
            param -= learning_rate * grad


def train_adds_validation_data(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    X_all, Y_all = np.concatenate([X, X_valid]), np.concatenate([Y, Y_valid])
    losses, valid_losses, best, waited = [], [], None, 0
    for _ in range(n_epochs):
        sgd_epoch(network, X_all, Y_all, learning_rate, batch_size, rng)
        losses.append(network.evaluate(X, Y)[0])
        valid_losses.append(network.evaluate(X_valid, Y_valid)[0])
        waited += 1
        if valid_losses[-1] == min(valid_losses):
            best, waited = [param.copy() for param in network.params()], 0
        if waited == patience:
            break
    for param, old in zip(network.params(), best, strict=True):
        param[...] = old
    return losses, valid_losses


def train_shallow_copy(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    losses, valid_losses, waited = [], [], 0
    for _ in range(n_epochs):
        sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        losses.append(network.evaluate(X, Y)[0])
        valid_losses.append(network.evaluate(X_valid, Y_valid)[0])
        waited += 1
        if valid_losses[-1] < min(valid_losses[:-1], default=np.inf):
            best, waited = network.params().copy(), 0
        if waited == patience:
            break
    for param, old in zip(network.params(), best, strict=True):
        param[...] = old
    return losses, valid_losses


def train_only_the_weights(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    losses, valid_losses, waited = [], [], 0
    for _ in range(n_epochs):
        sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        losses.append(network.evaluate(X, Y)[0])
        valid_losses.append(network.evaluate(X_valid, Y_valid)[0])
        waited += 1
        if valid_losses[-1] < min(valid_losses[:-1], default=np.inf):
            best, waited = network.params()[0].copy(), 0
        if waited == patience:
            break
    network.params()[0][...] = best
    return losses, valid_losses


def train_forgets_to_return(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    losses, valid_losses, waited = [], [], 0
    for _ in range(n_epochs):
        sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        losses.append(network.evaluate(X, Y)[0])
        valid_losses.append(network.evaluate(X_valid, Y_valid)[0])
        waited += 1
        if valid_losses[-1] < min(valid_losses[:-1], default=np.inf):
            best, waited = [param.copy() for param in network.params()], 0
        if waited == patience:
            break
    for param, old in zip(network.params(), best, strict=True):
        param[...] = old


def train_returns_pairs(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    losses, valid_losses, waited = [], [], 0
    for _ in range(n_epochs):
        sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        losses.append(network.evaluate(X, Y)[0])
        valid_losses.append(network.evaluate(X_valid, Y_valid)[0])
        waited += 1
        if valid_losses[-1] < min(valid_losses[:-1], default=np.inf):
            best, waited = [param.copy() for param in network.params()], 0
        if waited == patience:
            break
    for param, old in zip(network.params(), best, strict=True):
        param[...] = old
    return list(zip(losses, valid_losses, strict=True))


def train_returns_a_dict(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    losses, valid_losses, waited = [], [], 0
    for _ in range(n_epochs):
        sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        losses.append(network.evaluate(X, Y)[0])
        valid_losses.append(network.evaluate(X_valid, Y_valid)[0])
        waited += 1
        if valid_losses[-1] < min(valid_losses[:-1], default=np.inf):
            best, waited = [param.copy() for param in network.params()], 0
        if waited == patience:
            break
    for param, old in zip(network.params(), best, strict=True):
        param[...] = old
    return {"train": losses, "valid": valid_losses}


def train_records_the_last_samples(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    losses, valid_losses, waited = [], [], 0
    for _ in range(n_epochs):
        sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        losses.append(network.evaluate(X[-batch_size:], Y[-batch_size:])[0])
        valid_losses.append(network.evaluate(X_valid, Y_valid)[0])
        waited += 1
        if valid_losses[-1] < min(valid_losses[:-1], default=np.inf):
            best, waited = [param.copy() for param in network.params()], 0
        if waited == patience:
            break
    for param, old in zip(network.params(), best, strict=True):
        param[...] = old
    return losses, valid_losses


def momentum_step_nesterov(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity *= momentum
        velocity -= learning_rate * grad
        param += momentum * velocity - learning_rate * grad


def momentum_step_spoils_grads(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        grad *= learning_rate
        velocity *= momentum
        velocity -= grad
        param += velocity


def inverted_dropout_activations_alone(A, keep_probability, rng):
    return A * (rng.random(A.shape) < keep_probability) / keep_probability


def inverted_dropout_two_draws(A, keep_probability, rng):
    def mask():
        return (rng.random(A.shape) < keep_probability) / keep_probability

    return A * mask(), mask()


def inverted_dropout_by_size(A, keep_probability, rng):
    mask = (rng.random(A.shape) < keep_probability) / keep_probability
    return A * mask / mask.mean() / keep_probability, mask


def inverted_dropout_exchanged_and_unscaled(A, keep_probability, rng):
    mask = rng.random(A.shape) < keep_probability
    return mask, A * mask / keep_probability


def slope_first_that_is_true(name, x):
    if name == "relu" or "linear":  # noqa: SIM222  always true
        return np.where(x > 0, 1.0, 0.0)
    if name == "tanh":
        return 1 - np.tanh(x) ** 2
    raise ValueError(name)


def slope_functions_not_called(name, x):
    table = {"tanh": lambda x: 1 - np.tanh(x) ** 2, "relu": np.sign, "leaky relu": np.sign, "linear": np.ones_like}
    if name not in table:
        raise ValueError(name)
    return table[name]


def slope_square_inside(name, x):
    slopes = {"relu": x > 0, "leaky relu": np.where(x > 0, 1, 0.1), "linear": np.ones_like(x)}
    if name == "tanh":
        return 1 - np.tanh(x**2)
    if name not in slopes:
        raise ValueError(name)
    return slopes[name]


def slope_half_at_0(name, x):
    slopes = {"tanh": 1 - np.tanh(x) ** 2, "relu": np.heaviside(x, 0.5), "linear": np.ones_like(x)}
    slopes["leaky relu"] = np.heaviside(x, 0.5) + 0.1 * np.heaviside(-x, 0.5)
    if name not in slopes:
        raise ValueError(name)
    return slopes[name]


def one_hot_from_1_refusing(labels, n_classes):
    if labels.min() < 0:
        raise ValueError(labels)
    return np.eye(n_classes)[labels - 1]


def classification_error_column_flattened(y, y_pred):
    return np.mean(y != y_pred.ravel())


class DenseProperties(Layer):
    """`params` and `grads` as properties."""

    @property
    def params(self):
        return [self.W, self.b]

    @property
    def grads(self):
        return [self.dW, self.db]


class DenseWithoutBprop(Layer):
    """The method has another name."""

    bprop = None

    def backward(self, dZ):
        return Layer.bprop(self, dZ)


class DenseStatic(Layer):
    """`fprop` has the arguments of the function of the same name."""

    def fprop(self, X, W, b):
        self.X = X
        return X @ W + b


class DenseOtherConstructor(Layer):
    """The constructor lacks `rng`."""

    def __init__(self, n_inputs, n_units):
        super().__init__(n_inputs, n_units, np.random.default_rng())


class DenseUniform(Layer):
    """Uniform weights of the right variance."""

    def __init__(self, n_inputs, n_units, rng):
        super().__init__(n_inputs, n_units, rng)
        limit = np.sqrt(6 / n_inputs)
        self.W = rng.uniform(-limit, limit, (n_inputs, n_units))


class DenseFirstBatch(Layer):
    """Divides by the number of samples of the first batch ever."""

    n_samples = None

    def fprop(self, X):
        self.n_samples = self.n_samples or len(X)
        return super().fprop(X)

    def bprop(self, dZ):
        self.dW, self.db = self.X.T @ dZ / self.n_samples, dZ.sum(axis=0, keepdims=True) / self.n_samples
        return dZ @ self.W.T


# Of a student's walk through notebooks 00 to 03


def relative_error_one_abs(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric) / np.maximum(np.maximum(np.abs(analytic), numeric), floor))


def relative_error_analytic(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric) / np.abs(analytic))


def one_hot_limit_off_by_one(labels, n_classes):
    if min(labels) < 0 or max(labels) > n_classes:
        raise ValueError(labels)
    return np.eye(n_classes)[labels]


def cross_entropy_overwrites(Y, Y_pred):
    Y_pred[Y_pred == 0] = np.finfo(float).tiny
    return -np.mean(np.sum(Y * np.log(Y_pred), axis=1))


def cross_entropy_log2(Y, Y_pred):
    return -np.mean(np.sum(Y * np.log2(np.maximum(Y_pred, 1e-300)), axis=1))


def cross_entropy_per_sample(Y, Y_pred):
    return -np.sum(Y * np.log(np.maximum(Y_pred, 1e-300)), axis=1)


def minibatches_many_orders(X, Y, batch_size, rng):
    for start in range(0, len(X), batch_size):
        order = rng.permutation(len(X))
        yield X[order[start : start + batch_size]], Y[order[start : start + batch_size]]


def minibatches_end_stays(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    X, Y = X[order], Y[order]
    for i in range(0, len(X), batch_size):
        yield X[i:batch_size], Y[i:batch_size]


def softmax_shifted_above(logits):
    s = logits.max(axis=1, keepdims=True)
    return np.exp(logits - s) / np.exp(logits).sum(axis=1, keepdims=True)


def nearest_mean_squared_late(X, means):
    distances = np.stack([np.sum(X - m, axis=1) ** 2 for m in means], axis=1)
    return distances.argmin(axis=1)


def batches_of_all_at_once(x, size):
    yield [x[i : i + size] for i in range(0, len(x), size)]


def numerical_gradient_numbers(function, x, epsilon=6e-6):
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        gradient[i] = (function(x[i] + epsilon) - function(x[i] - epsilon)) / (2 * epsilon)
    return gradient


UNSEEN = [
    ("flatten", flatten_square, "takes the images for square: fails or mixes samples where rows differ from columns"),
    ("flatten", flatten_squeezed, "squeezes the axis of the samples away, too, where there is only one sample"),
    ("one_hot", one_hot_all_rows, "puts a 1 into the columns of all labels in every row"),
    ("unhot", unhot_above_half, "leaves out rows whose largest number is at most 0.5"),
    ("classification_error", classification_error_whole, "integer division: 1 unless every prediction is right"),
    ("classification_error", classification_error_distance, "mean distance of the labels: right for 0 and 1 only"),
    ("nearest_mean", nearest_mean_manhattan, "sums absolute differences instead of squared ones"),
    ("nearest_mean", nearest_mean_turned, "returns the nearest sample for each mean"),
    ("minibatches", minibatches_in_place, "shuffles the caller's own X and Y"),
    ("minibatches", minibatches_whole_blocks, "shuffles the order of the batches, not the samples that share one"),
    ("sigmoid", sigmoid_one_branch, "chooses one form for the whole array: overflows to NaN where signs are mixed"),
    ("sigmoid_d", sigmoid_d_quotient, "overflows to NaN for very negative x"),
    ("relu", relu_axis, "np.max takes the 0 as an axis: the largest number of each column"),
    ("softmax", softmax_one_max, "subtracts the maximum of all rows: 0 / 0 in a row that lies far below another"),
    ("softmax", softmax_in_place, "changes the logits that it was given"),
    ("cross_entropy", cross_entropy_eps, "eps in place of tiny: the loss stops at 36 for smaller probabilities"),
    ("cross_entropy", cross_entropy_zero, "gives no loss at all where the true class has probability 0"),
    ("cross_entropy_gradient", cross_entropy_gradient_true_class, "keeps only the column of the true class"),
    ("predict", predict_pop, "empties the list of layers"),
    ("backpropagate", backpropagate_without_first, "stops before layer 0"),
    ("backpropagate", backpropagate_reverse, "leaves the list of layers reversed"),
    ("central_difference", central_difference_half, "half steps, but still divided by 2 epsilon: half the slope"),
    ("relative_error", relative_error_one_scale, "one scale for all entries hides errors in small ones"),
    ("relative_error", relative_error_builtin, "the built-in max raises ValueError for arrays: works for numbers only"),
    ("numerical_gradient", numerical_gradient_rows, "moves whole rows, and keeps a view: right for 1-D only"),
    ("sgd_step", sgd_step_list, "puts new arrays into the list, the network's own stay as they were"),
    ("sgd_epoch", sgd_epoch_divided, "divides gradients that are means already by the batch size"),
    ("sgd_epoch", sgd_epoch_two_slips, "draws samples with replacement, and has no last partial batch"),
    ("row_products", row_products_reshaped, "reshapes M where it should transpose it"),
    ("row_products", row_products_summed_up, "product of sums, not sum of products"),
    ("column_ranges", column_ranges_kept, "keeps the summed axis: a row of shape (1, d)"),
    ("column_ranges", column_ranges_spread, "standard deviation instead of range"),
    ("centre_rows", centre_rows_in_place, "right numbers, but the caller's array is changed"),
    ("centre_rows", centre_rows_first_row, "subtracts the mean of the first row from all rows"),
    ("pairwise_differences", pairwise_differences_wrong_newaxis, "makes a row of x, where a column is needed"),
    ("pairwise_differences", pairwise_differences_list, "a flat list of all differences"),
    ("pick", pick_first_label, "looks up the first label in every row"),
    ("pick", pick_returns_early, "returns the first entry alone, a number"),
    ("clipped", clipped_reversed_where, "keeps what is above the limit, and overwrites the others"),
    ("clipped", clipped_builtin, "the built-in min raises ValueError for arrays"),
    ("scale_in_place", scale_in_place_twice, "multiplies by the square of the factor"),
    ("scale_in_place", scale_in_place_without_last, "leaves the last array as it was"),
    ("batches_of", batches_of_positions, "yields positions instead of numbers"),
    ("batches_of", batches_of_endless, "goes on with empty slices for ever"),
    ("softplus", softplus_fixed_threshold, "is relu where x is positive"),
    ("softplus", softplus_log_of_sum, "sums over all entries inside the logarithm"),
    ("softplus_d", softplus_d_of_naive_difference, "differences of a form that overflows: NaN at 1000"),
    ("softplus_d", softplus_d_product_rule, "multiplies the inner slope by the function instead of the outer slope"),
    ("train", train_adds_validation_data, "trains on the validation samples, too"),
    ("train", train_shallow_copy, "a copy of the list holds the same arrays"),
    ("train", train_only_the_weights, "puts back the first parameter alone"),
    ("train", train_forgets_to_return, "returns nothing"),
    ("train", train_returns_pairs, "returns one list of pairs"),
    ("train", train_returns_a_dict, "returns a dict"),
    ("train", train_records_the_last_samples, "takes the training loss over the last samples alone"),
    ("momentum_step", momentum_step_nesterov, "looks ahead, as Nesterov's rule does"),
    ("momentum_step", momentum_step_spoils_grads, "changes the gradients"),
    ("inverted_dropout", inverted_dropout_activations_alone, "returns no mask"),
    ("inverted_dropout", inverted_dropout_two_draws, "the activations belong to another mask"),
    ("inverted_dropout", inverted_dropout_by_size, "scales by the share that was drawn, not by the expected one"),
    ("inverted_dropout", inverted_dropout_exchanged_and_unscaled, "exchanges the results, and scales one of them"),
    ("slope", slope_first_that_is_true, "`or` makes the first condition true for every name"),
    ("slope", slope_functions_not_called, "returns functions"),
    ("slope", slope_square_inside, "squares x instead of tanh(x)"),
    ("slope", slope_half_at_0, "takes the mean of both slopes at 0"),
    ("one_hot", one_hot_from_1_refusing, "counts labels from 1, though it refuses a label of -1"),
    ("classification_error", classification_error_column_flattened, "takes a column for a row instead of refusing it"),
    ("Dense", DenseProperties, "params and grads are properties, not methods"),
    ("Dense", DenseWithoutBprop, "has no bprop"),
    ("Dense", DenseStatic, "fprop wants W and b as arguments"),
    ("Dense", DenseOtherConstructor, "the constructor takes no rng"),
    ("Dense", DenseUniform, "weights are uniform"),
    ("Dense", DenseFirstBatch, "divides by the size of the first batch"),
    (
        "relative_error",
        relative_error_one_abs,
        "forgets one absolute value: right unless the second number is negative and the larger one in size",
    ),
    ("relative_error", relative_error_analytic, "divides by the analytic gradient alone, without a floor"),
    ("one_hot", one_hot_limit_off_by_one, "lets the label n_classes through, for which indexing fails"),
    ("cross_entropy", cross_entropy_overwrites, "writes the floor into the caller's array"),
    ("cross_entropy", cross_entropy_log2, "takes the logarithm to base 2"),
    ("cross_entropy", cross_entropy_per_sample, "returns the loss of each sample, not their mean"),
    ("minibatches", minibatches_many_orders, "draws a new order for each batch"),
    ("minibatches", minibatches_end_stays, "both slices end at the batch size"),
    ("softmax", softmax_shifted_above, "subtracts the maximum in the numerator only"),
    ("nearest_mean", nearest_mean_squared_late, "squares the sum, not the differences"),
    ("batches_of", batches_of_all_at_once, "yields one list of all batches"),
    ("numerical_gradient", numerical_gradient_numbers, "passes single numbers to the function"),
]
