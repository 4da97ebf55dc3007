"""Quick evaluation of a configuration: its measurements and its refusals."""

import pytest

from mlp_helpers import MLPConfig
from mlp_helpers.quick import N_SAMPLES, quick_errors


def test_errors_are_those_of_the_same_training_by_hand(digits):
    (X, y), (X_valid, y_valid), _ = digits
    config = MLPConfig(hidden=(20,), epochs=1, batch_size=20)
    network = config.build()
    for _ in config.run(network, X[:N_SAMPLES], y[:N_SAMPLES], evaluate=False):
        pass
    expected = (
        network.classification_error(X[:N_SAMPLES], y[:N_SAMPLES]),
        network.classification_error(X_valid[:N_SAMPLES], y_valid[:N_SAMPLES]),
    )
    assert quick_errors(config) == expected
    assert 0 < expected[0] < expected[1] < 0.5


def test_what_is_no_configuration_is_refused():
    with pytest.raises(TypeError, match="config must be an MLPConfig, got str"):
        quick_errors("a good one")


def test_a_configuration_for_other_images_is_refused():
    with pytest.raises(ValueError, match="X"):
        quick_errors(MLPConfig(n_inputs=5))
