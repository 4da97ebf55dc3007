"""Right answers to the exercises of notebook 00, in the styles of different students."""

import itertools

import numpy as np


def row_products_loops(X, M):
    result = np.zeros((len(X), len(M)))
    for i in range(len(X)):
        for j in range(len(M)):
            result[i, j] = sum(X[i] * M[j])
    return result


def row_products_turned(X, M):
    return (M @ X.T).T


def row_products_broadcast(X, M):
    return (X[:, None, :] * M).sum(axis=2)


def row_products_einsum(X, M):
    return np.einsum("ik,jk->ij", X, M)


def row_products_stacked(X, M):
    return np.stack([X @ weights for weights in M], axis=1)


def row_products_inner(X, M):
    return np.inner(X, M)


def row_products_float32(X, M):
    return np.dot(X.astype(np.float32), np.transpose(M).astype(np.float32))


def column_ranges_ptp(X):
    return np.ptp(X, axis=0)


def column_ranges_turned(X):
    return np.max(X.T, axis=1) - np.min(X.T, axis=1)


def column_ranges_loop(X):
    ranges = []
    for k in range(X.shape[1]):
        column = X[:, k]
        ranges.append(max(column) - min(column))
    return np.array(ranges)


def column_ranges_sorted(X):
    X = np.sort(X, axis=0)
    return X[-1] - X[0]


def column_ranges_squeezed(X):
    return (np.amax(X, 0, keepdims=True) - np.amin(X, 0, keepdims=True))[0]


def centre_rows_newaxis(A):
    return A - A.mean(axis=1)[:, np.newaxis]


def centre_rows_turned(A):
    return (A.T - A.mean(axis=1)).T


def centre_rows_divided(A):
    return A - np.sum(A, axis=-1, keepdims=True) / A.shape[1]


def centre_rows_loop(A):
    result = np.zeros(A.shape)
    for i, row in enumerate(A):
        result[i] = row - row.mean()
    return result


def centre_rows_copy(A):
    A = A.copy()
    for row in A:
        row -= row.mean()
    return A


def centre_rows_reshaped(A):
    means = np.average(A, axis=1).reshape(-1, 1)
    return np.subtract(A, means)


def pairwise_differences_reshaped(x, y):
    return x.reshape(-1, 1) - y.reshape(1, -1)


def pairwise_differences_outer(x, y):
    return np.subtract.outer(x, y)


def pairwise_differences_loops(x, y):
    D = np.empty((len(x), len(y)))
    for i in range(len(x)):
        for j in range(len(y)):
            D[i, j] = x[i] - y[j]
    return D


def pairwise_differences_rows(x, y):
    return np.array([number - y for number in x])


def pairwise_differences_turned_twice(x, y):
    return (x - y[:, None]).T


def pairwise_differences_grid(x, y):
    left, right = np.meshgrid(x, y, indexing="ij")
    return left - right


def pick_loop(P, labels):
    entries = []
    for row, label in zip(P, labels, strict=True):
        entries.append(row[label])
    return np.array(entries)


def pick_range(P, labels):
    return P[range(P.shape[0]), labels]


def pick_along(P, labels):
    return np.take_along_axis(P, labels[:, np.newaxis], axis=1).squeeze(axis=1)


def pick_one_hot(P, labels):
    return np.sum(P * np.eye(P.shape[1])[labels], axis=1)


def pick_mask(P, labels):
    return P[labels.reshape(-1, 1) == np.arange(P.shape[1])]


def pick_diagonal(P, labels):
    return np.diag(P[:, labels])


def pick_flat(P, labels):
    return P.ravel()[labels + P.shape[1] * np.arange(len(labels))]


def clipped_copy(x, limit):
    y = x.copy()
    y[y > limit] = limit
    return y


def clipped_where(x, limit):
    return np.where(x > limit, limit, x)


def clipped_clip(x, limit):
    return np.clip(x, None, limit)


def clipped_method(x, limit):
    return x.clip(max=limit)


def clipped_loop(x, limit):
    result = np.array(x)
    for index in np.ndindex(result.shape):
        if result[index] > limit:
            result[index] = limit
    return result


def clipped_masks(x, limit):
    above = x > limit
    return above * limit + ~above * x


def clipped_plus_zero(x, limit):
    result = x + 0
    result[x >= limit] = limit
    return result


def scale_in_place_index(arrays, factor):
    for i in range(len(arrays)):
        arrays[i] *= factor


def scale_in_place_slice(arrays, factor):
    for array in arrays:
        array[:] = factor * array
    return arrays


def scale_in_place_ellipsis(arrays, factor):
    for array in arrays:
        scaled = array * factor
        array[...] = scaled


def scale_in_place_out(arrays, factor):
    for array in arrays:
        np.multiply(array, factor, out=array)


def scale_in_place_entries(arrays, factor):
    for array in arrays:
        for index in np.ndindex(array.shape):
            array[index] *= factor


def batches_of_list(x, size):
    return [x[start : start + size] for start in range(0, len(x), size)]


def batches_of_while(x, size):
    while len(x) > 0:
        yield x[:size]
        x = x[size:]


def batches_of_min(x, size):
    start = 0
    while start < len(x):
        end = min(start + size, len(x))
        yield x[start:end]
        start = end


def batches_of_ceil(x, size):
    n_batches = int(np.ceil(len(x) / size))
    for i in range(n_batches):
        yield x[i * size : (i + 1) * size]


def batches_of_split(x, size):
    yield from np.split(x, range(size, len(x), size))


def batches_of_collected(x, size):
    batch = []
    for number in x:
        batch.append(number)
        if len(batch) == size:
            yield np.array(batch)
            batch = []
    if batch:
        yield np.array(batch)


def batches_of_lists(x, size):
    numbers = iter(x.tolist())
    while batch := list(itertools.islice(numbers, size)):
        yield batch


VARIANTS = {
    "row_products": [
        row_products_loops,
        row_products_turned,
        row_products_broadcast,
        row_products_einsum,
        row_products_stacked,
        row_products_inner,
        row_products_float32,
    ],
    "column_ranges": [
        column_ranges_ptp,
        column_ranges_turned,
        column_ranges_loop,
        column_ranges_sorted,
        column_ranges_squeezed,
    ],
    "centre_rows": [
        centre_rows_newaxis,
        centre_rows_turned,
        centre_rows_divided,
        centre_rows_loop,
        centre_rows_copy,
        centre_rows_reshaped,
    ],
    "pairwise_differences": [
        pairwise_differences_reshaped,
        pairwise_differences_outer,
        pairwise_differences_loops,
        pairwise_differences_rows,
        pairwise_differences_turned_twice,
        pairwise_differences_grid,
    ],
    "pick": [pick_loop, pick_range, pick_along, pick_one_hot, pick_mask, pick_diagonal, pick_flat],
    "clipped": [
        clipped_copy,
        clipped_where,
        clipped_clip,
        clipped_method,
        clipped_loop,
        clipped_masks,
        clipped_plus_zero,
    ],
    "scale_in_place": [
        scale_in_place_index,
        scale_in_place_slice,
        scale_in_place_ellipsis,
        scale_in_place_out,
        scale_in_place_entries,
    ],
    "batches_of": [
        batches_of_list,
        batches_of_while,
        batches_of_min,
        batches_of_ceil,
        batches_of_split,
        batches_of_collected,
        batches_of_lists,
    ],
}


# Wrong answers outside the bank
