"""A quick evaluation of a configuration, on little data."""

from functools import cache

from mlp_helpers.config import MLPConfig
from mlp_helpers.data import training_data

N_SAMPLES = 2000  # of the training and of the validation set, the first of each


@cache
def quick_errors(config):
    """Train a configuration on the first 2,000 training images; return its errors, which are cached.

    Parameters
    ----------
    config : MLPConfig
        For 784 inputs and 10 classes.

    Returns
    -------
    train_error, valid_error : float
        Shares of these images and of the first 2,000 validation images that are misclassified after the last epoch.

    Raises
    ------
    TypeError
        `config` is not an MLPConfig.
    ValueError
        `config` has other inputs or classes, or a patience, which would need validation in training.
    TrainingDiverged
    """
    if not isinstance(config, MLPConfig):
        raise TypeError(f"config must be an MLPConfig, got {type(config).__name__}")
    X, y, X_valid, y_valid = prepare()
    network = config.build()
    for _ in config.run(network, X, y, evaluate=False):
        pass
    return network.classification_error(X, y), network.classification_error(X_valid, y_valid)


@cache
def prepare():
    """Return the data that `quick_errors` uses, and load it, unless an earlier call has."""
    return training_data(N_SAMPLES)
