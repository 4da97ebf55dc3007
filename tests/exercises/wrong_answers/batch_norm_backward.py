"""Wrong answers to `batch_norm_backward`."""

import numpy as np

from wrong_answers import wrong


@wrong("takes mean and deviation for constants", names="fixed numbers")
def batch_norm_backward_of_a_scale(dA, X_hat, gamma, sigma):
    dX_hat = dA * gamma
    dX = dX_hat / sigma
    return dX, np.mean(dA * X_hat, axis=0, keepdims=True), np.mean(dA, axis=0, keepdims=True)


@wrong("forgets the path through the mean", names="through the mean")
def batch_norm_backward_two_paths(dA, X_hat, gamma, sigma):
    n = len(dA)
    dX_hat = dA * gamma
    dX = dX_hat / sigma - X_hat * (dX_hat * X_hat).sum(axis=0) / (n * sigma)
    return dX, (dA * X_hat).mean(axis=0, keepdims=True), dA.mean(axis=0, keepdims=True)


@wrong("divides by units", names="number of units")
def batch_norm_backward_shape_1(dA, X_hat, gamma, sigma):
    m = dA.shape[1]
    dbeta = np.sum(dA, axis=0, keepdims=True) / m
    dgamma = np.sum(dA * X_hat, axis=0, keepdims=True) / m
    return (dA - dbeta - dgamma * X_hat) * gamma / sigma, dgamma, dbeta


@wrong("leaves gamma out", names="gamma")
def batch_norm_backward_no_scale(dA, X_hat, gamma, sigma):
    dgamma = np.mean(dA * X_hat, axis=0, keepdims=True)
    dbeta = np.mean(dA, axis=0, keepdims=True)
    return (dA - dbeta - X_hat * dgamma) / sigma, dgamma, dbeta


@wrong("returns dX alone")
def batch_norm_backward_alone(dA, X_hat, gamma, sigma):
    return gamma / sigma * (dA - dA.mean(axis=0) - X_hat * (dA * X_hat).mean(axis=0))


@wrong("gives parameters as vectors", names="shape")
def batch_norm_backward_flat(dA, X_hat, gamma, sigma):
    dbeta, dgamma = dA.mean(axis=0), (dA * X_hat).mean(axis=0)
    return gamma / sigma * (dA - dbeta - X_hat * dgamma), dgamma, dbeta
