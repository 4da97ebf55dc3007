"""A quick look at a configuration: what it comes to with little data."""

from functools import cache

from mlp_helpers.config import MLPConfig
from mlp_helpers.data import training_data

N_SAMPLES = 2000  # of the training and of the validation set, the first of each


@cache
def quick_errors(config):
    """Train what a configuration describes on the first 2,000 training images; remember what came out.

    Parameters
    ----------
    config : MLPConfig
        For 784 inputs and 10 classes.

    Returns
    -------
    train_error, valid_error : float
        Shares misread of these images, and of the first 2,000 validation images, after the last epoch.

    Raises
    ------
    TypeError
        `config` is something else.
    ValueError
        It has other inputs or classes, or a patience: there is no validation while it trains.
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
    """Load the data that `quick_errors` needs, which else its first call does, and return them."""
    return training_data(N_SAMPLES)
