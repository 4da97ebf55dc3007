"""Wrong answers to `scale_in_place`."""

from wrong_answers import wrong


@wrong("multiplies twice")
def scale_in_place_twice(arrays, factor):
    for array in arrays:
        array *= factor
    for array in arrays:
        array *= factor


@wrong("leaves the last array as it was", names="last|range")
def scale_in_place_without_last(arrays, factor):
    for i in range(len(arrays) - 1):
        arrays[i] *= factor
