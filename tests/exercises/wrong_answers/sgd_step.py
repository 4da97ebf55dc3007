"""Wrong answers to `sgd_step`."""

from wrong_answers import wrong


@wrong("writes =- for -=", names="same numbers|=-|in its place")
def sgd_step_minus_after_equals(params, grads, learning_rate):
    for param, grad in zip(params, grads):
        param = -learning_rate * grad


@wrong("takes the gradients in reverse order")
def sgd_step_reversed(params, grads, learning_rate):
    # the gradients come from the last layer to the first
    for param, grad in zip(params, reversed(grads)):
        param -= learning_rate * grad


@wrong("computes with lists", names="list")
def sgd_step_whole_lists(params, grads, learning_rate):
    params -= learning_rate * grads
    return params


@wrong("gives the name to a new array", names="same numbers|in its place")
def sgd_step_new_arrays(params, grads, learning_rate):
    for param, grad in zip(params, grads):
        param = param - learning_rate * grad
