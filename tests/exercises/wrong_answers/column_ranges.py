"""Wrong answers to `column_ranges`."""

from wrong_answers import wrong


@wrong("is the standard deviation")
def column_ranges_standard_deviation(X):
    return X.std(axis=0)
