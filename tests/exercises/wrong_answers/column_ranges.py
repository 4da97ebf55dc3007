"""Wrong answers to `column_ranges`."""

from wrong_answers import wrong


@wrong("keeps the axis of the rows", names="arrangement|axis|keepdims")
def column_ranges_as_row(X):
    return X.max(axis=0, keepdims=True) - X.min(axis=0, keepdims=True)


@wrong("is the standard deviation")
def column_ranges_standard_deviation(X):
    return X.std(axis=0)
