"""Right answers to `backpropagate`, in the styles of different students."""

import functools

import numpy as np


def backpropagate_index(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y, Y_pred)
    for i in range(len(layers) - 2, -1, -1):
        grad = layers[i].bprop(grad)
    return grad


def backpropagate_slice(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y, Y_pred)
    for layer in layers[-2::-1]:
        grad = layer.bprop(grad)
    return grad


def backpropagate_unpacked(layers, Y, Y_pred):
    *hidden, output = layers
    return functools.reduce(lambda grad, layer: layer.bprop(grad), hidden[::-1], output.input_grad(Y, Y_pred))


def backpropagate_pops_a_copy(layers, Y, Y_pred):
    stack = list(layers)
    grad = stack.pop().input_grad(Y=Y, Y_pred=Y_pred)
    while stack:
        grad = stack.pop().bprop(grad)
    return grad


def backpropagate_output_first(layers, Y, Y_pred):
    grad = None
    for layer in reversed(layers):
        grad = layer.input_grad(Y, Y_pred) if grad is None else layer.bprop(grad)
    return grad


def backpropagate_float32(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y.astype(np.float32), Y_pred.astype(np.float32))
    for layer in reversed(layers[:-1]):
        grad = layer.bprop(grad).astype(np.float32)
    return grad


VARIANTS = [
    backpropagate_index,
    backpropagate_slice,
    backpropagate_unpacked,
    backpropagate_pops_a_copy,
    backpropagate_output_first,
    backpropagate_float32,
]
