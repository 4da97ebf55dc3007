"""Answer keys of notebook 00: products, axes, broadcasting, picking, copies, changes in place, batches."""

import numpy as np

from mlp_helpers.exercises.bank import AnswerKey


def _row_products(X, M):
    return X @ M.T


row_products = AnswerKey(reference=_row_products)


@row_products.mistake(
    "Where all lengths are 3, rows of `X` were multiplied by columns of `M`; elsewhere the shapes do not fit. Which "
    "axis of `M` has the same length as a row of `X`, and where does a product expect it?"
)
def row_products_with_columns(X, M):
    return X @ M


@row_products.mistake(
    "There is a row for each row of `M`, where a row for each row of `X` is wanted. Which factor do the rows of a "
    "product come from?"
)
def row_products_the_other_way_round(X, M):
    return M @ X.T


@row_products.mistake(
    "Rows were laid side by side and multiplied, which fails for 2 rows beside 4. How many products are there if each "
    "row of `X` meets each row of `M`?"
)
def row_products_side_by_side(X, M):
    return (X * M).sum(axis=1)


@row_products.mistake(
    "Where all lengths are 3, columns of `X` met columns of `M`; elsewhere the shapes do not fit. Over which axis of "
    "each should the sum run?"
)
def row_products_of_columns(X, M):
    return X.T @ M


column_ranges = AnswerKey(reference=lambda X: X.max(axis=0) - X.min(axis=0))


@column_ranges.mistake(
    "There is a number for each row, the range of that row. Along which axis do you go if you stay in one column?"
)
def column_ranges_of_rows(X):
    return X.max(axis=1) - X.min(axis=1)


@column_ranges.mistake(
    "It gives one number, the range of the whole array. How does NumPy learn that each column counts by itself?"
)
def column_ranges_of_everything(X):
    return X.max() - X.min()


@column_ranges.mistake(
    "From the largest number of the whole array, the smallest of each column was subtracted. Do both calls know of the "
    "columns?"
)
def column_ranges_from_one_maximum(X):
    return X.max() - X.min(axis=0)


@column_ranges.mistake("These are the largest numbers of the columns. How far from them are the smallest?")
def column_ranges_maxima_alone(X):
    return X.max(axis=0)


@column_ranges.mistake(
    "The first row was subtracted from the last. Does the largest number of a column always stand at its end?"
)
def column_ranges_last_minus_first(X):
    return X[-1] - X[0]


centre_rows = AnswerKey(reference=lambda A: A - A.mean(axis=1, keepdims=True))


@centre_rows.mistake(
    "NumPy refuses this for 2 rows of 4, and for 3 rows of 3 each mean is subtracted from a column instead of its row. "
    "Which shape do your means have, and which should they have?"
)
def centre_rows_with_flat_means(A):
    return A - A.mean(axis=1)


@centre_rows.mistake(
    "Now it is the numbers of each column that sum to 0. Which mean was to be subtracted, and along which axis is it "
    "taken?"
)
def centre_rows_by_columns(A):
    return A - A.mean(axis=0)


@centre_rows.mistake(
    "All numbers were shifted by the same amount, the mean of the whole array. How many means do several rows have?"
)
def centre_rows_by_one_mean(A):
    return A - A.mean()


@centre_rows.mistake(
    "From each row its sum was subtracted, which shifts it too far. By how much must a row move for its mean to be 0?"
)
def centre_rows_by_sums(A):
    return A - A.sum(axis=1, keepdims=True)


@centre_rows.mistake("These are the means of the rows. What is to be done with them?")
def centre_rows_means_alone(A):
    return A.mean(axis=1, keepdims=True)


pairwise_differences = AnswerKey(reference=lambda x, y: x[:, np.newaxis] - y)


@pairwise_differences.mistake(
    "Both arrays were laid along the same axis, so that numbers in the same place meet; 2 beside 3 is an error. How "
    "can `x` get an axis of its own?"
)
def pairwise_differences_side_by_side(x, y):
    return x - y


@pairwise_differences.mistake(
    "There is a row for each number of `y`, where a row for each number of `x` is wanted. Which of the two stands "
    "upright, as a column?"
)
def pairwise_differences_turned(x, y):
    return x - y[:, np.newaxis]


@pairwise_differences.mistake(
    "Each number has the wrong sign. Which of the two is subtracted from which?", is_factor=True
)
def pairwise_differences_backwards(x, y):
    return y - x[:, np.newaxis]


@pairwise_differences.mistake(
    "No number is negative: these are distances. What should come out where the number of `y` is the larger one?"
)
def pairwise_differences_without_sign(x, y):
    return np.abs(x[:, np.newaxis] - y)


@pairwise_differences.mistake(
    "These are sums, of each number of `x` with each of `y`. The arrangement is right; is the operation?"
)
def pairwise_differences_sums(x, y):
    return x[:, np.newaxis] + y


pick = AnswerKey(reference=lambda P, labels: P[np.arange(len(P)), labels])


@pick.mistake(
    "There are as many numbers for each row as there are labels: each label was looked up in every row. What says that "
    "the first label belongs to the first row alone?"
)
def pick_every_label_in_every_row(P, labels):
    return P[:, labels]


@pick.mistake(
    "Each label has chosen a whole row; where there is no such row, that is an error. What does a label name here, a "
    "row or a column?"
)
def pick_whole_rows(P, labels):
    return P[labels]


@pick.mistake(
    "Where `P` is square, each label chose the row, and the row's number the column; elsewhere that leads outside. "
    "Which of the two comes first in an index?"
)
def pick_with_swapped_indices(P, labels):
    return P[labels, np.arange(len(P))]


@pick.mistake("These are the largest entries of the rows. Did you ask the labels?")
def pick_the_largest(P, labels):
    return P.max(axis=1)


@pick.mistake(
    "Each entry is the one to the left of the right one, and for label 0 the last of its row. From which number do "
    "columns count?"
)
def pick_labels_from_1(P, labels):
    return P[np.arange(len(P)), labels - 1]


clipped = AnswerKey(reference=lambda x, limit: np.minimum(x, limit))

SPOILT = (
    "The result is right, but the caller's `x` was clipped along with it. Do you write into an array of your own, or "
    "into the same numbers under another name?"
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
    "The numbers above the limit are gone, and with them the shape. What does a mask do on the right of `=`, and what "
    "on the left?"
)
def clipped_left_out(x, limit):
    return x[x <= limit]


@clipped.mistake("The numbers above the limit became 0. What were they to become?")
def clipped_to_zero(x, limit):
    return x * (x <= limit)


@clipped.mistake(
    "The numbers below the limit were raised to it, and those above it are as they were. On which side of the limit is "
    "a number too large?"
)
def clipped_from_below(x, limit):
    return np.maximum(x, limit)


@clipped.mistake("It gives True and False: which numbers are above the limit. How do you use this mask on a copy?")
def clipped_the_mask(x, limit):
    return x > limit


def _scale_in_place(arrays, factor):
    for array in arrays:
        array *= factor


scale_in_place = AnswerKey(reference=_scale_in_place)

AS_BEFORE = (
    "The caller's arrays hold the same numbers as before. Where do your products go, into these arrays or into new "
    "ones?"
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


@scale_in_place.mistake("The factor was added to each number. What does a factor do?")
def scale_in_place_adds(arrays, factor):
    for array in arrays:
        array += factor


@scale_in_place.mistake("Of each array only what stands at index 0 has changed. Which index picks all of an array?")
def scale_in_place_first_entries(arrays, factor):
    for array in arrays:
        array[0] *= factor


@scale_in_place.mistake("Each number has become the factor itself. What became of the old numbers?")
def scale_in_place_overwrites(arrays, factor):
    for array in arrays:
        array[:] = factor


def _batches_of(x, size):
    for start in range(0, len(x), size):
        yield x[start : start + size]


batches_of = AnswerKey(reference=_batches_of)


@batches_of.mistake(
    "What is left over after the last whole batch is missing. How many batches do 7 numbers make in batches of 3?",
    source="https://github.com/NervanaSystems/neon/issues/9",
)
def batches_of_whole_batches(x, size):
    for i in range(len(x) // size):
        yield x[i * size : (i + 1) * size]


@batches_of.mistake(
    "The numbers of the first batch come one by one, and then nothing. What hands out a whole batch, and lets the loop "
    "go on?"
)
def batches_of_return_in_the_loop(x, size):
    for start in range(0, len(x), size):
        return x[start : start + size]
    return None


@batches_of.mistake(
    "The first batch is right, and any after it is empty. Where does the second slice begin, and where does it end?"
)
def batches_of_an_end_that_stays(x, size):
    for start in range(0, len(x), size):
        yield x[start:size]


@batches_of.mistake(
    "At each number a batch begins, so that most numbers come more than once. How far is it from one start to the next?"
)
def batches_of_overlapping(x, size):
    for start in range(len(x)):
        yield x[start : start + size]


@batches_of.mistake(
    "Where the numbers fill their batches exactly, an empty one comes after them. When does a remainder need a batch "
    "of its own?"
)
def batches_of_with_an_empty_one(x, size):
    for i in range(len(x) // size + 1):
        yield x[i * size : (i + 1) * size]


@batches_of.mistake("There are `size` batches. What was `size` meant to count, the batches or the numbers in each?")
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
