"""Wrong answers to `batch_norm_backward`."""

import numpy as np

from wrong_answers import wrong


@wrong("divides by units", names="number of units")
def batch_norm_backward_shape_1(dA, X_hat, gamma, sigma):
    m = dA.shape[1]
    dbeta = np.sum(dA, axis=0, keepdims=True) / m
    dgamma = np.sum(dA * X_hat, axis=0, keepdims=True) / m
    return (dA - dbeta - dgamma * X_hat) * gamma / sigma, dgamma, dbeta


@wrong("forgets the factor X_hat on the third path", names="that through sigma has a wrong factor")
def batch_norm_backward_flat_third_path(dA, X_hat, gamma, sigma):
    dX_hat = dA * gamma
    along_sigma = np.mean(dX_hat * X_hat, axis=0, keepdims=True)
    dX = (dX_hat - dX_hat.mean(axis=0, keepdims=True) - along_sigma) / sigma
    return dX, np.mean(dA * X_hat, axis=0, keepdims=True), np.mean(dA, axis=0, keepdims=True)


@wrong("takes the means in dX over the units", names="axis=1")
def batch_norm_backward_rows_in_dx(dA, X_hat, gamma, sigma):
    dX_hat = dA * gamma
    along_sigma = X_hat * np.mean(dX_hat * X_hat, axis=1, keepdims=True)
    dX = (dX_hat - dX_hat.mean(axis=1, keepdims=True) - along_sigma) / sigma
    return dX, np.mean(dA * X_hat, axis=0, keepdims=True), np.mean(dA, axis=0, keepdims=True)


@wrong("forgets X_hat in dgamma", names="'dgamma': These are the right numbers for 'dbeta'")
def batch_norm_backward_same_for_both(dA, X_hat, gamma, sigma):
    dgamma, dbeta = np.mean(dA * X_hat, axis=0, keepdims=True), np.mean(dA, axis=0, keepdims=True)
    return gamma / sigma * (dA - dbeta - X_hat * dgamma), dbeta, dbeta


@wrong("multiplies dA by gamma in place", names="changed, in line 2, `dA .= gamma`")
def batch_norm_backward_scales_in_place(dA, X_hat, gamma, sigma):
    dA *= gamma
    dX = (dA - dA.mean(axis=0) - X_hat * np.mean(dA * X_hat, axis=0)) / sigma
    return dX, np.mean(dA * X_hat, axis=0, keepdims=True), np.mean(dA, axis=0, keepdims=True)


@wrong("takes gamma into dbeta", names="'dbeta': It is the right result times `gamma`")
def batch_norm_backward_scaled_shift(dA, X_hat, gamma, sigma):
    dgamma, dbeta = np.mean(dA * X_hat, axis=0, keepdims=True), np.mean(dA, axis=0, keepdims=True)
    return gamma / sigma * (dA - dbeta - X_hat * dgamma), dgamma, gamma * dbeta
