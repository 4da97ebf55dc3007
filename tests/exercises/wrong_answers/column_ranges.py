"""Wrong answers to `column_ranges`."""

import numpy as np

from wrong_answers import wrong


@wrong("keeps the axis of the rows", names="arrangement|axis|keepdims")
def column_ranges_as_row(X):
    return X.max(axis=0, keepdims=True) - X.min(axis=0, keepdims=True)


@wrong("is the standard deviation")
def column_ranges_standard_deviation(X):
    return X.std(axis=0)


@wrong("begins the search for the smallest at the wrong number", names="begin")
def column_ranges_smallest_from_100(X):
    ranges = []
    for column in X.T:
        largest, smallest = column[0], -100
        for number in column:
            if number > largest:
                largest = number
            if number < smallest:
                smallest = number
        ranges.append(largest - smallest)
    return np.array(ranges)
