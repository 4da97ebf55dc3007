"""Right answer to `clipped`, and known mistakes."""

import numpy as np

from mlp_helpers.exercises.answer_keys import AnswerKey

KEY = AnswerKey(reference=lambda x, limit: np.minimum(x, limit))
SPOILT = (
    "The result is right, but the caller's `x` was clipped, too. Do you write into an array of your own, or into the "
    "same numbers under another name?"
)


@KEY.mistake(SPOILT)
def clipped_a_view(x, limit):
    result = x[:]
    result[result > limit] = limit
    return result


@KEY.mistake(SPOILT)
def clipped_a_second_name(x, limit):
    result = x
    result[x > limit] = limit
    return result


@KEY.mistake(
    "The numbers above the limit are gone, and the shape has changed. What does a mask do on the right of `=`, and "
    "what does it do on the left?"
)
def clipped_left_out(x, limit):
    return x[x <= limit]


@KEY.mistake("The numbers above the limit became 0. What should they become?")
def clipped_to_zero(x, limit):
    return x * (x <= limit)


@KEY.mistake(
    "The numbers below the limit were raised to it, and those above it stayed as they were. On which side of the "
    "limit is a number too large?"
)
def clipped_from_below(x, limit):
    return np.maximum(x, limit)


@KEY.mistake("The result is a mask that says which numbers are above the limit. How can you use it on a copy?")
def clipped_the_mask(x, limit):
    return x > limit


@KEY.mistake(
    "Right, except that numbers far below 0 were raised, to the limit with a minus. Are these above the limit?"
)
def clipped_on_both_sides(x, limit):
    return np.clip(x, -limit, limit)


@KEY.mistake("Right, except that numbers below 0 became 0. Are these above the limit?")
def clipped_at_0(x, limit):
    return np.clip(x, 0, limit)
