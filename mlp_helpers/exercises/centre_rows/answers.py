"""Right answer to `centre_rows`, and known mistakes."""

from mlp_helpers.exercises.answer_keys import AnswerKey

KEY = AnswerKey(reference=lambda A: A - A.mean(axis=1, keepdims=True))


@KEY.mistake(
    "With 2 rows of 4 NumPy raises an error; with 3 rows of 3 each mean is subtracted from a column instead of its "
    "row. Which shape do your means have, and which shape do they need?"
)
def centre_rows_with_flat_means(A):
    return A - A.mean(axis=1)


@KEY.mistake(
    "Now the numbers of each column sum to 0. Which mean should you subtract, and along which axis is it taken?"
)
def centre_rows_by_columns(A):
    return A - A.mean(axis=0)


@KEY.mistake(
    "All numbers were shifted by the same amount, the mean of the whole array. How many means do you need for several "
    "rows?"
)
def centre_rows_by_one_mean(A):
    return A - A.mean()


@KEY.mistake(
    "The sum of each row was subtracted from it, which shifts the row too far. By how much must a row move for its "
    "mean to be 0?"
)
def centre_rows_by_sums(A):
    return A - A.sum(axis=1, keepdims=True)


@KEY.mistake("These are the means of the rows. What should you do with them?")
def centre_rows_means_alone(A):
    return A.mean(axis=1, keepdims=True)


@KEY.mistake(
    "Right, except that whole numbers lose their decimals when their row is shifted. Of which dtype is the array that "
    "you return?"
)
def centre_rows_in_whole_numbers(A):
    return (A - A.mean(axis=1, keepdims=True)).astype(A.dtype)
