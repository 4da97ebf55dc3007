"""Right answers to `scale_in_place`, in the styles of different students."""

import numpy as np


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


VARIANTS = [
    scale_in_place_index,
    scale_in_place_slice,
    scale_in_place_ellipsis,
    scale_in_place_out,
    scale_in_place_entries,
]
