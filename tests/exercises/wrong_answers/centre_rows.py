"""Wrong answers to `centre_rows`."""

from wrong_answers import wrong


@wrong("changes the caller's array", names="has changed|change it in place")
def centre_rows_in_place(A):
    A -= A.mean(axis=1, keepdims=True)
    return A


@wrong("subtracts the mean of the first row from all rows", names="first row|row is off")
def centre_rows_by_first_row(A):
    return A - A[0].mean()
