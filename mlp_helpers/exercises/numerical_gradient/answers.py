"""Right answer to `numerical_gradient`, and known mistakes."""

import numpy as np

from mlp_helpers import gradients
from mlp_helpers.exercises.answer_keys import AnswerKey

KEY = AnswerKey(reference=gradients.numerical_gradient)
ALL_ZERO = (
    "Each entry is 0: the function was called twice at the same place. Does it see the array whose entry you move, "
    "and is your copy really a copy?"
)


@KEY.mistake(ALL_ZERO, source="https://github.com/HomericIntelligence/Odyssey/pull/2089")
def numerical_gradient_of_one_array_with_two_names(function, x, epsilon=6e-6):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x_plus, x_minus = x, x
        x_plus[index] += epsilon
        x_minus[index] -= epsilon
        gradient[index] = (function(x_plus) - function(x_minus)) / (2 * epsilon)
    return gradient


@KEY.mistake(ALL_ZERO, source="https://github.com/oreilly-japan/deep-learning-from-scratch/issues/61")
def numerical_gradient_moves_an_unseen_copy(function, x, epsilon=6e-6):
    gradient, moved = np.zeros(x.shape), x.copy()
    for index in np.ndindex(x.shape):
        moved[index] = x[index] + epsilon
        above = function(x)
        moved[index] = x[index] - epsilon
        below = function(x)
        moved[index] = x[index]
        gradient[index] = (above - below) / (2 * epsilon)
    return gradient


@KEY.mistake(
    "Each entry is half the slope from x to x + epsilon: the second value was taken at x itself. Where is the entry "
    "before you move it down?",
    source="https://github.com/HomericIntelligence/Odyssey/pull/2089",
)
def numerical_gradient_moves_down_to_x(function, x, epsilon=6e-6):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x_plus = x
        x_plus[index] += epsilon
        above = function(x_plus)
        x_minus = x
        x_minus[index] -= epsilon
        below = function(x_minus)
        gradient[index] = (above - below) / (2 * epsilon)
    return gradient


@KEY.mistake(
    "The first entry is right, but it is still moved when the turn of the next one comes. What must be true before "
    "the loop goes on?"
)
def numerical_gradient_leaves_entries_moved(function, x, epsilon=6e-6):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x[index] += epsilon
        above = function(x)
        x[index] -= 2 * epsilon
        below = function(x)
        gradient[index] = (above - below) / (2 * epsilon)
    return gradient


@KEY.mistake(
    "Each entry is a slope of `function` at a single number. What does `function` take here, one entry or the whole "
    "array with one entry moved?"
)
def numerical_gradient_of_single_numbers(function, x, epsilon=6e-6):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        gradient[index] = (function(x[index] + epsilon) - function(x[index] - epsilon)) / (2 * epsilon)
    return gradient


ROWS = "In a matrix all entries of a row get the same slope: they move together. What does one pass of your loop visit?"


@KEY.mistake(ROWS, of_ordinary=True)
def numerical_gradient_moves_whole_rows(function, x, epsilon=6e-6):
    gradient = np.zeros(x.shape)
    for i in range(len(x)):
        above, below = x.copy(), x.copy()
        above[i] += epsilon
        below[i] -= epsilon
        gradient[i] = (function(above) - function(below)) / (2 * epsilon)
    return gradient


@KEY.mistake(
    "You get one number, the slope when all entries are moved together. A gradient has a number for each entry, with "
    "the others held still."
)
def numerical_gradient_moves_all_at_once(function, x, epsilon=6e-6):
    return (function(x + epsilon) - function(x - epsilon)) / (2 * epsilon)


@KEY.mistake(
    "Each entry is the slope from x to x + epsilon: it looks to one side only. Where should the middle be?",
    source="https://github.com/apache/mxnet/issues/3693",
)
def numerical_gradient_forward(function, x, epsilon=6e-6):
    gradient, here = np.zeros(x.shape), function(x)
    for index in np.ndindex(x.shape):
        value = x[index]
        x[index] = value + epsilon
        gradient[index] = (function(x) - here) / epsilon
        x[index] = value
    return gradient


@KEY.mistake(
    "Right, except for a function that looks at x itself, as a network's loss looks at its own parameters: there each "
    "entry is 0. In which array do you move an entry?"
)
def numerical_gradient_moves_copies(function, x, epsilon=6e-6):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[index] += epsilon
        below[index] -= epsilon
        gradient[index] = (function(above) - function(below)) / (2 * epsilon)
    return gradient
