"""Answer keys of notebook 03: difference quotients and the comparison of two gradients."""

import numpy as np

from mlp_helpers import gradients
from mlp_helpers.exercises.bank import AnswerKey


def _central_difference(function, x, epsilon):
    return (function(x + epsilon) - function(x - epsilon)) / (2 * epsilon)


central_difference = AnswerKey(reference=_central_difference)


@central_difference.mistake(
    "This is the slope from x to x + epsilon: it looks to one side only. Where should x lie in the interval?",
    source="https://github.com/apache/mxnet/issues/3693",
)
def central_difference_forward(function, x, epsilon):
    return (function(x + epsilon) - function(x)) / epsilon


@central_difference.mistake(
    "Each slope is twice as steep as it should be. How far apart are the two points?", is_factor=True
)
def central_difference_twice(function, x, epsilon):
    return (function(x + epsilon) - function(x - epsilon)) / epsilon


@central_difference.mistake(
    "You get this if the difference is divided by 2, but multiplied by epsilon. In which order does Python evaluate a "
    "/ b * c?",
    is_factor=True,
)
def central_difference_multiplied(function, x, epsilon):
    return (function(x + epsilon) - function(x - epsilon)) / 2 * epsilon


@central_difference.mistake(
    "You get this if only the second of the two function values is divided. Which binds more tightly, the minus or "
    "the division?"
)
def central_difference_without_brackets(function, x, epsilon):
    return function(x + epsilon) - function(x - epsilon) / (2 * epsilon)


@central_difference.mistake(
    "You get this with a step much smaller than the one that was passed. Does the result depend on the argument "
    "`epsilon`?",
    source="https://datascience.stackexchange.com/questions/72556/"
    "gradient-checking-meansquareerror-why-huge-epsilon-improves-discrepancy",
)
def central_difference_with_its_own_step(function, x, epsilon):
    epsilon = 1e-6
    return (function(x + epsilon) - function(x - epsilon)) / (2 * epsilon)


@central_difference.mistake(
    "This is the slope between x - epsilon/2 and x + epsilon/2. How far does the formula go to each side?"
)
def central_difference_with_half_steps(function, x, epsilon):
    return (function(x + epsilon / 2) - function(x - epsilon / 2)) / epsilon


@central_difference.mistake(
    "You get this if x moves by epsilon/2 to each side, and the difference is divided by 2 epsilon. How far apart are "
    "your two points?"
)
def central_difference_half_of_half_steps(function, x, epsilon):
    return (function(x + epsilon / 2) - function(x - epsilon / 2)) / (2 * epsilon)


relative_error = AnswerKey(reference=gradients.relative_error)


@relative_error.mistake(
    "Right, except where both numbers are close to 0. What happens to the division there, and what is the floor for?",
    source="https://github.com/ericchansen/q2mm/pull/248",
)
def relative_error_without_floor(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric) / np.maximum(np.abs(analytic), np.abs(numeric)))


@relative_error.mistake("Right, except that a floor of 1 changes nothing. Where do you use the argument `floor`?")
def relative_error_with_its_own_floor(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric) / np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), 1e-8))


@relative_error.mistake(
    "Right, except where both numbers are smaller than `floor`, but not 0. By what does the formula divide there?"
)
def relative_error_floor_at_0_alone(analytic, numeric, floor=1e-8):
    scale = np.maximum(np.abs(analytic), np.abs(numeric))
    return np.max(np.abs(analytic - numeric) / np.where(scale == 0, floor, scale))


@relative_error.mistake(
    "Right, except where `floor` is not small beside the numbers: you get this if it is added to the larger one. What "
    "does the formula do with it?"
)
def relative_error_adds_the_floor(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric) / (np.maximum(np.abs(analytic), np.abs(numeric)) + floor))


NEGATIVE = (
    "Right for positive numbers, but not always for negative ones. Which is the larger one of -1 and -2, and which has "
    "the larger absolute value?"
)


@relative_error.mistake(NEGATIVE, of_ordinary=True)
def relative_error_sign_of_numeric_kept(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric) / np.maximum(np.maximum(np.abs(analytic), numeric), floor))


@relative_error.mistake(NEGATIVE, of_ordinary=True)
def relative_error_sign_of_analytic_kept(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric) / np.maximum(np.maximum(analytic, np.abs(numeric)), floor))


@relative_error.mistake(NEGATIVE, of_ordinary=True)
def relative_error_signs_kept(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric) / np.maximum(np.maximum(analytic, numeric), floor))


@relative_error.mistake(
    "The largest difference is divided by the largest number of all, wherever the two stand. With which numbers should "
    "each difference be compared?",
    of_ordinary=True,
)
def relative_error_maximum_too_early(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric)) / max(np.max(np.abs(analytic)), np.max(np.abs(numeric)), floor)


@relative_error.mistake(
    "Right where both numbers have the same sign. How far apart are 1 and -1, and what does your difference give for "
    "them?",
    of_ordinary=True,
)
def relative_error_of_absolute_values(analytic, numeric, floor=1e-8):
    analytic, numeric = np.abs(analytic), np.abs(numeric)
    return np.max(np.abs(analytic - numeric) / np.maximum(np.maximum(analytic, numeric), floor))


ONE_OF_TWO = (
    "Each difference is divided by the size of one gradient, always the same one. By which of the two numbers should "
    "it be divided?"
)


@relative_error.mistake(ONE_OF_TWO, of_ordinary=True)
def relative_error_of_analytic_alone(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric) / np.maximum(np.abs(analytic), floor))


@relative_error.mistake(ONE_OF_TWO, of_ordinary=True)
def relative_error_of_numeric_alone(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric) / np.maximum(np.abs(numeric), floor))


@relative_error.mistake(
    "This is the average over the entries. Would it reveal a single wrong entry among a thousand?",
    source="https://github.com/apache/mxnet/issues/3997",
)
def relative_error_mean(analytic, numeric, floor=1e-8):
    scale = np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), floor)
    return np.mean(np.abs(analytic - numeric) / scale)


@relative_error.mistake(
    "You get this if the difference is divided by the sum of both numbers, as in some books. Which denominator does "
    "the formula have here?",
    source="https://github.com/jcjohnson/torch-rnn/issues/13",
    of_ordinary=True,
)
def relative_error_of_the_sum(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric) / np.maximum(np.abs(analytic) + np.abs(numeric), floor))


NORMS = (
    "You get this if the lengths of whole arrays are compared. Would that reveal a wrong entry that is small beside "
    "the others?"
)


@relative_error.mistake(
    NORMS,
    source="https://datascience.stackexchange.com/questions/30850/gradientchecking-can-i-blame-float-precision",
    of_ordinary=True,
)
def relative_error_of_norms(analytic, numeric, floor=1e-8):
    return np.linalg.norm(analytic - numeric) / (np.linalg.norm(analytic) + np.linalg.norm(numeric))


@relative_error.mistake(
    NORMS,
    source="https://datascience.stackexchange.com/questions/30850/gradientchecking-can-i-blame-float-precision",
    of_ordinary=True,
)
def relative_error_of_norms_with_floor(analytic, numeric, floor=1e-8):
    return np.linalg.norm(analytic - numeric) / max(np.linalg.norm(analytic) + np.linalg.norm(numeric), floor)


@relative_error.mistake(NORMS, of_ordinary=True)
def relative_error_of_largest_norm(analytic, numeric, floor=1e-8):
    return np.linalg.norm(analytic - numeric) / max(np.linalg.norm(analytic), np.linalg.norm(numeric), floor)


@relative_error.mistake(
    "This is the largest difference as it stands. Is a difference of 0.1 large, and compared with what?",
    source="https://github.com/pybrain/pybrain/issues/51",
)
def relative_error_absolute(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric))


numerical_gradient = AnswerKey(reference=gradients.numerical_gradient)

ALL_ZERO = (
    "Each entry is 0: the function was called twice at the same place. Does it see the array whose entry you move, "
    "and is your copy really a copy?"
)


@numerical_gradient.mistake(ALL_ZERO, source="https://github.com/HomericIntelligence/Odyssey/pull/2089")
def numerical_gradient_of_one_array_with_two_names(function, x, epsilon=6e-6):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x_plus, x_minus = x, x
        x_plus[index] += epsilon
        x_minus[index] -= epsilon
        gradient[index] = (function(x_plus) - function(x_minus)) / (2 * epsilon)
    return gradient


@numerical_gradient.mistake(ALL_ZERO, source="https://github.com/oreilly-japan/deep-learning-from-scratch/issues/61")
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


@numerical_gradient.mistake(
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


@numerical_gradient.mistake(
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


@numerical_gradient.mistake(
    "Each entry is a slope of `function` at a single number. What does `function` take here, one entry or the whole "
    "array with one entry moved?"
)
def numerical_gradient_of_single_numbers(function, x, epsilon=6e-6):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        gradient[index] = (function(x[index] + epsilon) - function(x[index] - epsilon)) / (2 * epsilon)
    return gradient


ROWS = "In a matrix all entries of a row get the same slope: they move together. What does one pass of your loop visit?"


@numerical_gradient.mistake(ROWS, of_ordinary=True)
def numerical_gradient_moves_whole_rows(function, x, epsilon=6e-6):
    gradient = np.zeros(x.shape)
    for i in range(len(x)):
        above, below = x.copy(), x.copy()
        above[i] += epsilon
        below[i] -= epsilon
        gradient[i] = (function(above) - function(below)) / (2 * epsilon)
    return gradient


@numerical_gradient.mistake(
    "You get one number, the slope when all entries are moved together. A gradient has a number for each entry, with "
    "the others held still."
)
def numerical_gradient_moves_all_at_once(function, x, epsilon=6e-6):
    return (function(x + epsilon) - function(x - epsilon)) / (2 * epsilon)


@numerical_gradient.mistake(
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


@numerical_gradient.mistake(
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


ANSWER_KEYS = {
    "central_difference": central_difference,
    "relative_error": relative_error,
    "numerical_gradient": numerical_gradient,
}
