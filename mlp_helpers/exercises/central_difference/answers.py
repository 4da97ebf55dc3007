"""Right answer to `central_difference`, and known mistakes."""

from mlp_helpers.exercises.answer_keys import AnswerKey


def _central_difference(function, x, epsilon):
    return (function(x + epsilon) - function(x - epsilon)) / (2 * epsilon)


KEY = AnswerKey(reference=_central_difference)


@KEY.mistake(
    "This is the slope from x to x + epsilon: it looks to one side only. Where should x lie in the interval?",
    source="https://github.com/apache/mxnet/issues/3693",
)
def central_difference_forward(function, x, epsilon):
    return (function(x + epsilon) - function(x)) / epsilon


@KEY.mistake("Each slope is twice as steep as it should be. How far apart are the two points?")
def central_difference_twice(function, x, epsilon):
    return (function(x + epsilon) - function(x - epsilon)) / epsilon


@KEY.mistake(
    "You get this if the difference is divided by 2, but multiplied by epsilon. In which order does Python evaluate a "
    "/ b * c?",
)
def central_difference_multiplied(function, x, epsilon):
    return (function(x + epsilon) - function(x - epsilon)) / 2 * epsilon


@KEY.mistake(
    "You get this if only the second of the two function values is divided. Which binds more tightly, the minus or "
    "the division?"
)
def central_difference_without_brackets(function, x, epsilon):
    return function(x + epsilon) - function(x - epsilon) / (2 * epsilon)


@KEY.mistake(
    "You get this with a step much smaller than the one that was passed. Does the result depend on the argument "
    "`epsilon`?",
    source="https://datascience.stackexchange.com/questions/72556/"
    "gradient-checking-meansquareerror-why-huge-epsilon-improves-discrepancy",
)
def central_difference_with_its_own_step(function, x, epsilon):
    epsilon = 1e-6
    return (function(x + epsilon) - function(x - epsilon)) / (2 * epsilon)


@KEY.mistake("This is the slope between x - epsilon/2 and x + epsilon/2. How far does the formula go to each side?")
def central_difference_with_half_steps(function, x, epsilon):
    return (function(x + epsilon / 2) - function(x - epsilon / 2)) / epsilon


@KEY.mistake(
    "You get this if x moves by epsilon/2 to each side, and the difference is divided by 2 epsilon. How far apart are "
    "your two points?"
)
def central_difference_half_of_half_steps(function, x, epsilon):
    return (function(x + epsilon / 2) - function(x - epsilon / 2)) / (2 * epsilon)


@KEY.mistake("Right where the function rises, but a slope has a sign. Where does yours get lost?")
def central_difference_without_sign(function, x, epsilon):
    return abs(function(x + epsilon) - function(x - epsilon)) / (2 * epsilon)


@KEY.mistake(
    "Right, except for an array of whole numbers, which `+=` cannot move by a fraction. Whose array does it move: does "
    "it make a new one, or change the one that was passed?"
)
def central_difference_in_place(function, x, epsilon):
    x += epsilon
    above = function(x)
    x -= 2 * epsilon
    below = function(x)
    x += epsilon
    return (above - below) / (2 * epsilon)
