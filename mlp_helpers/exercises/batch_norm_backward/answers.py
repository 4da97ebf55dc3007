"""Right answer to `batch_norm_backward`, and known mistakes."""

from mlp_helpers.exercises.answer_keys import AnswerKey


def _batch_norm_backward(dA, X_hat, gamma, sigma):
    dbeta = dA.mean(axis=0, keepdims=True)
    dgamma = (dA * X_hat).mean(axis=0, keepdims=True)
    return gamma / sigma * (dA - dbeta - X_hat * dgamma), dgamma, dbeta


KEY = AnswerKey(reference=_batch_norm_backward)


def _means(dA, X_hat):
    return (dA * X_hat).mean(axis=0, keepdims=True), dA.mean(axis=0, keepdims=True)


@KEY.mistake(
    "The path to dX through the mean is missing: if one of the values grows, so does their mean. What does that do to "
    "all normalized values?"
)
def batch_norm_backward_without_mean(dA, X_hat, gamma, sigma):
    dgamma, dbeta = _means(dA, X_hat)
    return gamma / sigma * (dA - X_hat * dgamma), dgamma, dbeta


@KEY.mistake(
    "The path to dX through the standard deviation is missing: if one of the values changes, so does sigma. What does "
    "that do to all normalized values?"
)
def batch_norm_backward_without_deviation(dA, X_hat, gamma, sigma):
    dgamma, dbeta = _means(dA, X_hat)
    return gamma / sigma * (dA - dbeta), dgamma, dbeta


@KEY.mistake(
    "This dX takes mean and sigma for fixed numbers, as they are after training. On which paths does a value act on "
    "the others in training?"
)
def batch_norm_backward_fixed_statistics(dA, X_hat, gamma, sigma):
    return gamma / sigma * dA, *_means(dA, X_hat)


@KEY.mistake("There is no gamma in dX. What does it do to each normalized value, and so to each gradient?")
def batch_norm_backward_without_gamma(dA, X_hat, gamma, sigma):
    dgamma, dbeta = _means(dA, X_hat)
    return (dA - dbeta - X_hat * dgamma) / sigma, dgamma, dbeta


@KEY.mistake("In dX nothing is divided by sigma. How fast do normalized values change if sigma is large?")
def batch_norm_backward_without_sigma(dA, X_hat, gamma, sigma):
    dgamma, dbeta = _means(dA, X_hat)
    return gamma * (dA - dbeta - X_hat * dgamma), dgamma, dbeta


@KEY.mistake("In dX something is divided by sigma twice. Is sigma the variance, or its root?")
def batch_norm_backward_by_variance(dA, X_hat, gamma, sigma):
    dgamma, dbeta = _means(dA, X_hat)
    return gamma / sigma**2 * (dA - dbeta - X_hat * dgamma), dgamma, dbeta


@KEY.mistake(
    "In dX the path through the standard deviation has the wrong sign. If sigma grows, do normalized values move away "
    "from 0, or towards it?"
)
def batch_norm_backward_deviation_added(dA, X_hat, gamma, sigma):
    dgamma, dbeta = _means(dA, X_hat)
    return gamma / sigma * (dA - dbeta + X_hat * dgamma), dgamma, dbeta


@KEY.mistake(
    "Your means are taken over the units of each sample. Over which values does the layer take a mean and a standard "
    "deviation?"
)
def batch_norm_backward_over_units(dA, X_hat, gamma, sigma):
    dbeta = dA.mean(axis=1, keepdims=True)
    dgamma = (dA * X_hat).mean(axis=1, keepdims=True)
    return gamma / sigma * (dA - dbeta - X_hat * dgamma), dgamma, dbeta


@KEY.mistake(
    "Sums over the samples are divided by the number of units. How many values does one unit have in this batch?"
)
def batch_norm_backward_divided_by_units(dA, X_hat, gamma, sigma):
    n = dA.shape[1]
    dgamma, dbeta = (mean * len(dA) / n for mean in _means(dA, X_hat))
    return gamma / sigma * (dA - dbeta - X_hat * dgamma), dgamma, dbeta


@KEY.mistake(
    "Only dX is right: dgamma and dbeta are sums over the samples. Which gradients of this course are means over the "
    "batch?"
)
def batch_norm_backward_sums(dA, X_hat, gamma, sigma):
    dX, dgamma, dbeta = _batch_norm_backward(dA, X_hat, gamma, sigma)
    return dX, len(dA) * dgamma, len(dA) * dbeta


@KEY.mistake(
    "Sums over the samples stand where means should be, in dX, too. By how much does a mean of many values grow if one "
    "of them grows by 1?"
)
def batch_norm_backward_sums_in_all(dA, X_hat, gamma, sigma):
    dgamma, dbeta = (len(dA) * mean for mean in _means(dA, X_hat))
    return gamma / sigma * (dA - dbeta - X_hat * dgamma), dgamma, dbeta


@KEY.mistake(
    "Only dX is wrong, and too small by a factor, the number of samples. Which gradients of this course are per sample?"
)
def batch_norm_backward_mean(dA, X_hat, gamma, sigma):
    dX, dgamma, dbeta = _batch_norm_backward(dA, X_hat, gamma, sigma)
    return dX / len(dA), dgamma, dbeta


@KEY.mistake("All three are right, but dgamma and dbeta are exchanged. In which order are they wanted?")
def batch_norm_backward_exchanged(dA, X_hat, gamma, sigma):
    dX, dgamma, dbeta = _batch_norm_backward(dA, X_hat, gamma, sigma)
    return dX, dbeta, dgamma


@KEY.mistake("The numbers are right, but dgamma and dbeta are vectors. Which shape do gamma and beta have?")
def batch_norm_backward_vectors(dA, X_hat, gamma, sigma):
    dX, dgamma, dbeta = _batch_norm_backward(dA, X_hat, gamma, sigma)
    return dX, dgamma[0], dbeta[0]
