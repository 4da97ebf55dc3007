"""Answer keys of notebook 00: products, axes, broadcasting, picking, copies, changes in place, batches."""

import numpy as np

from mlp_helpers.exercises.bank import AnswerKey


def _row_products(X, M):
    return X @ M.T


row_products = AnswerKey(reference=_row_products)


@row_products.mistake(
    "Where all lengths are 3, rows of `X` were multiplied by columns of `M`; elsewhere the shapes do not fit. Which "
    "axis of `M` is as long as a row of `X`, and where does a product expect it?"
)
def row_products_with_columns(X, M):
    return X @ M


@row_products.mistake(
    "The result has a row for each row of `M`; it should have one for each row of `X`. From which factor does a "
    "product take its rows?"
)
def row_products_the_other_way_round(X, M):
    return M @ X.T


@row_products.mistake(
    "Each row of `X` was multiplied by the row of `M` in the same place, which fails for 2 rows and 4 rows. How many "
    "products are there if each row of `X` meets each row of `M`?"
)
def row_products_side_by_side(X, M):
    return (X * M).sum(axis=1)


@row_products.mistake(
    "Where all lengths are 3, columns of `X` were multiplied by columns of `M`; elsewhere the shapes do not fit. Over "
    "which axis of each matrix should the sum run?"
)
def row_products_of_columns(X, M):
    return X.T @ M


column_ranges = AnswerKey(reference=lambda X: X.max(axis=0) - X.min(axis=0))


@column_ranges.mistake(
    "You get one number for each row, the range of that row. Along which axis do you move if you stay in one column?"
)
def column_ranges_of_rows(X):
    return X.max(axis=1) - X.min(axis=1)


@column_ranges.mistake(
    "You get one number, the range of the whole array. How do you tell NumPy to treat each column by itself?"
)
def column_ranges_of_everything(X):
    return X.max() - X.min()


@column_ranges.mistake(
    "The smallest number of each column was subtracted from the largest of the whole array. Does each of your two "
    "calls work column by column?"
)
def column_ranges_from_one_maximum(X):
    return X.max() - X.min(axis=0)


@column_ranges.mistake("These are the largest numbers of the columns. How far away from them are the smallest ones?")
def column_ranges_maxima_alone(X):
    return X.max(axis=0)


@column_ranges.mistake(
    "The first row was subtracted from the last. Is the largest number of a column always in its last row?"
)
def column_ranges_last_minus_first(X):
    return X[-1] - X[0]


centre_rows = AnswerKey(reference=lambda A: A - A.mean(axis=1, keepdims=True))


@centre_rows.mistake(
    "With 2 rows of 4 NumPy raises an error; with 3 rows of 3 each mean is subtracted from a column instead of its "
    "row. Which shape do your means have, and which shape do they need?"
)
def centre_rows_with_flat_means(A):
    return A - A.mean(axis=1)


@centre_rows.mistake(
    "Now the numbers of each column sum to 0. Which mean should you subtract, and along which axis is it taken?"
)
def centre_rows_by_columns(A):
    return A - A.mean(axis=0)


@centre_rows.mistake(
    "All numbers were shifted by the same amount, the mean of the whole array. How many means do you need for several "
    "rows?"
)
def centre_rows_by_one_mean(A):
    return A - A.mean()


@centre_rows.mistake(
    "The sum of each row was subtracted from it, which shifts the row too far. By how much must a row move for its "
    "mean to be 0?"
)
def centre_rows_by_sums(A):
    return A - A.sum(axis=1, keepdims=True)


@centre_rows.mistake("These are the means of the rows. What should you do with them?")
def centre_rows_means_alone(A):
    return A.mean(axis=1, keepdims=True)


pairwise_differences = AnswerKey(reference=lambda x, y: x[:, np.newaxis] - y)


@pairwise_differences.mistake(
    "Both arrays lie along the same axis, so only numbers in the same place meet, and lengths 2 and 3 are an error. "
    "How can `x` get an axis of its own?"
)
def pairwise_differences_side_by_side(x, y):
    return x - y


@pairwise_differences.mistake(
    "The result has a row for each number of `y`; it should have one for each number of `x`. Which of the two should "
    "stand upright, as a column?"
)
def pairwise_differences_turned(x, y):
    return x - y[:, np.newaxis]


@pairwise_differences.mistake(
    "Each number has the wrong sign. Which of the two is subtracted from which?", is_factor=True
)
def pairwise_differences_backwards(x, y):
    return y - x[:, np.newaxis]


@pairwise_differences.mistake(
    "No number is negative: these are distances. What should the result be where the number of `y` is the larger one?"
)
def pairwise_differences_without_sign(x, y):
    return np.abs(x[:, np.newaxis] - y)


@pairwise_differences.mistake(
    "These are the sums of each number of `x` and each number of `y`. The arrangement is right; is the operation?"
)
def pairwise_differences_sums(x, y):
    return x[:, np.newaxis] + y


pick = AnswerKey(reference=lambda P, labels: P[np.arange(len(P)), labels])


@pick.mistake(
    "Each label was looked up in every row, so each row has as many numbers as there are labels. What tells NumPy "
    "that the first label belongs to the first row alone?"
)
def pick_every_label_in_every_row(P, labels):
    return P[:, labels]


@pick.mistake(
    "Each label picked a whole row; where there is no such row, NumPy raises an error. What does a label name here, a "
    "row or a column?"
)
def pick_whole_rows(P, labels):
    return P[labels]


@pick.mistake(
    "Where `P` is square, each label chose the row, and the row's number the column; elsewhere the index may lie "
    "outside `P`. Which of the two comes first in an index?"
)
def pick_with_swapped_indices(P, labels):
    return P[labels, np.arange(len(P))]


@pick.mistake("These are the largest entries of the rows. Where do you use the labels?")
def pick_the_largest(P, labels):
    return P.max(axis=1)


@pick.mistake(
    "Each entry is one column too far to the left, and for label 0 it is the last of its row. At which number do "
    "columns start?"
)
def pick_labels_from_1(P, labels):
    return P[np.arange(len(P)), labels - 1]


clipped = AnswerKey(reference=lambda x, limit: np.minimum(x, limit))

SPOILT = (
    "The result is right, but the caller's `x` was clipped, too. Do you write into an array of your own, or into the "
    "same numbers under another name?"
)


@clipped.mistake(SPOILT)
def clipped_a_view(x, limit):
    result = x[:]
    result[result > limit] = limit
    return result


@clipped.mistake(SPOILT)
def clipped_a_second_name(x, limit):
    result = x
    result[x > limit] = limit
    return result


@clipped.mistake(
    "The numbers above the limit are gone, and the shape has changed. What does a mask do on the right of `=`, and "
    "what does it do on the left?"
)
def clipped_left_out(x, limit):
    return x[x <= limit]


@clipped.mistake("The numbers above the limit became 0. What should they become?")
def clipped_to_zero(x, limit):
    return x * (x <= limit)


@clipped.mistake(
    "The numbers below the limit were raised to it, and those above it stayed as they were. On which side of the "
    "limit is a number too large?"
)
def clipped_from_below(x, limit):
    return np.maximum(x, limit)


@clipped.mistake("The result is a mask that says which numbers are above the limit. How can you use it on a copy?")
def clipped_the_mask(x, limit):
    return x > limit


def _scale_in_place(arrays, factor):
    for array in arrays:
        array *= factor


scale_in_place = AnswerKey(reference=_scale_in_place)

AS_BEFORE = (
    "The caller's arrays hold the same numbers as before, whatever a name or a list refers to now. Do your products go "
    "into these arrays, or into new ones?"
)


@scale_in_place.mistake(AS_BEFORE)
def scale_in_place_rebinds_the_name(arrays, factor):
    for array in arrays:
        array = array * factor


@scale_in_place.mistake(AS_BEFORE)
def scale_in_place_new_arrays_in_the_list(arrays, factor):
    for i in range(len(arrays)):
        arrays[i] = arrays[i] * factor


@scale_in_place.mistake(AS_BEFORE)
def scale_in_place_returns_new_arrays(arrays, factor):
    return [array * factor for array in arrays]


@scale_in_place.mistake("Only the first array has changed. What ends your loop?")
def scale_in_place_of_the_first(arrays, factor):
    for array in arrays:
        array *= factor
        return array
    return None


@scale_in_place.mistake("The factor was added to each number. What should a factor do?")
def scale_in_place_adds(arrays, factor):
    for array in arrays:
        array += factor


@scale_in_place.mistake("In each array only the part at index 0 has changed. Which index picks a whole array?")
def scale_in_place_first_entries(arrays, factor):
    for array in arrays:
        array[0] *= factor


@scale_in_place.mistake("Each number is now the factor itself. What happened to the old numbers?")
def scale_in_place_overwrites(arrays, factor):
    for array in arrays:
        array[:] = factor


def _batches_of(x, size):
    for start in range(0, len(x), size):
        yield x[start : start + size]


batches_of = AnswerKey(reference=_batches_of)


@batches_of.mistake(
    "The numbers after the last full batch are missing. How many batches do you need for 7 numbers in batches of 3?",
    source="https://github.com/NervanaSystems/neon/issues/9",
)
def batches_of_whole_batches(x, size):
    for i in range(len(x) // size):
        yield x[i * size : (i + 1) * size]


@batches_of.mistake(
    "The numbers of the first batch come one by one, and nothing comes after them. What gives the caller a whole "
    "batch and lets the loop go on?"
)
def batches_of_return_in_the_loop(x, size):
    for start in range(0, len(x), size):
        return x[start : start + size]
    return None


@batches_of.mistake(
    "The first batch is right, and all later ones are empty. Where does the second slice begin, and where does it end?"
)
def batches_of_an_end_that_stays(x, size):
    for start in range(0, len(x), size):
        yield x[start:size]


@batches_of.mistake(
    "A batch begins at every number, so most numbers come more than once. How far apart should two starts be?"
)
def batches_of_overlapping(x, size):
    for start in range(len(x)):
        yield x[start : start + size]


@batches_of.mistake(
    "If the numbers fill their batches exactly, an empty batch comes after them. When does a remainder need a batch "
    "of its own?"
)
def batches_of_with_an_empty_one(x, size):
    for i in range(len(x) // size + 1):
        yield x[i * size : (i + 1) * size]


@batches_of.mistake("There are `size` batches. What should `size` count, the batches or the numbers in each?")
def batches_of_so_many_parts(x, size):
    yield from np.array_split(x, size)


ANSWER_KEYS = {
    "row_products": row_products,
    "column_ranges": column_ranges,
    "centre_rows": centre_rows,
    "pairwise_differences": pairwise_differences,
    "pick": pick,
    "clipped": clipped,
    "scale_in_place": scale_in_place,
    "batches_of": batches_of,
}
