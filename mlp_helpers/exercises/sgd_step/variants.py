"""Right answers to `sgd_step`, in the styles of different students."""

import numpy as np


def sgd_step_index(params, grads, learning_rate):
    for i in range(len(params)):
        params[i] -= learning_rate * grads[i]


def sgd_step_slice(params, grads, learning_rate):
    for param, grad in zip(params, grads, strict=True):
        param[:] = param - learning_rate * grad
    return params


def sgd_step_out(params, grads, learning_rate):
    for k, grad in enumerate(grads):
        np.subtract(params[k], learning_rate * grad, out=params[k])


def sgd_step_added(params, grads, learning_rate):
    for param, grad in zip(params, grads, strict=True):
        step = -learning_rate * grad
        param += step


def sgd_step_entries(params, grads, learning_rate):
    for param, grad in zip(params, grads, strict=True):
        for index in np.ndindex(param.shape):
            param[index] = param[index] - learning_rate * grad[index]


def sgd_step_float32(params, grads, learning_rate):
    for param, grad in zip(params, grads, strict=True):
        np.copyto(param, param - np.float32(learning_rate) * grad.astype(np.float32))


VARIANTS = [
    sgd_step_index,
    sgd_step_slice,
    sgd_step_out,
    sgd_step_added,
    sgd_step_entries,
    sgd_step_float32,
]
