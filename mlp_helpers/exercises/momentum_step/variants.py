"""Right answers to `momentum_step`, in the styles of different students."""

import numpy as np


def momentum_step_slices(params, grads, velocities, learning_rate, momentum):
    for i in range(len(params)):
        velocities[i][:] = momentum * velocities[i] - learning_rate * grads[i]
        params[i][:] = params[i] + velocities[i]


def momentum_step_in_place(params, grads, velocities, learning_rate, momentum):
    for p, g, v in zip(params, grads, velocities, strict=True):
        v *= momentum
        v += -learning_rate * g
        p += v
    return params, velocities


def momentum_step_two_loops(params, grads, velocities, learning_rate, momentum):
    for velocity, grad in zip(velocities, grads, strict=True):
        np.copyto(velocity, momentum * velocity - learning_rate * grad)
    for param, velocity in zip(params, velocities, strict=True):
        np.add(param, velocity, out=param)


def momentum_step_entries(params, grads, velocities, learning_rate, momentum):
    for p, g, v in zip(params, grads, velocities, strict=True):
        for index in np.ndindex(p.shape):
            v[index] = momentum * v[index] - learning_rate * g[index]
            p[index] = p[index] + v[index]


VARIANTS = [
    momentum_step_slices,
    momentum_step_in_place,
    momentum_step_two_loops,
    momentum_step_entries,
]
