"""Verdicts on configurations: good ones are right, and each bad one hears why it is not."""

import re

import pytest

from mlp_helpers import MLPConfig
from mlp_helpers.checking.observations import RIGHT, WRONG
from mlp_helpers.exercises import exercise

JUDGE, GOOD = exercise("my_config").key.judge_value, exercise("my_config").variants
NOT_TRAINED = [
    (MLPConfig(hidden=(100,), init_stddev="he", batch_size=10, epochs=11), "It trains for 11 epochs; 10 are allowed."),
    (MLPConfig(hidden=(50, 50, 50), batch_size=10), r"Its hidden layers are \(50, 50, 50\)"),
    (MLPConfig(hidden=(100, 101), batch_size=10), r"Its hidden layers are \(100, 101\)"),
    (MLPConfig(n_inputs=28), "It has 28 inputs"),
    (MLPConfig(n_classes=9), "It has 784 inputs and 9 classes"),
    (MLPConfig(hidden=(100,), batch_size=10, patience=2), "With `patience` it would choose its last epoch"),
    ({"hidden": (100,), "learning_rate": 0.1}, "It is of type dict; it should be an MLPConfig."),
    (MLPConfig, "It is of type type; it should be an MLPConfig. Is it the class itself, not called"),
    (None, "It is of type NoneType"),
    (MLPConfig(activations="linear", learning_rate=10.0), "Training diverged in epoch 0"),  # at once
]
# Their errors are far from the allowed one, so rounding differences between machines change no verdict.
TRAINED = [
    (MLPConfig(hidden=(100,), init_stddev="he", batch_size=10, epochs=1), "has not learned enough"),
    (MLPConfig(learning_rate=10.0), "It guesses"),
    (MLPConfig(hidden=(100,), init_stddev=0), "Can units that start with the same weights ever become different"),
    (MLPConfig(hidden=(100,), activations="tanh", init_stddev=1.0, batch_size=10), "but many more of the others"),
]


@pytest.mark.parametrize(
    ("config", "reason"), [*NOT_TRAINED, *(pytest.param(*one, marks=pytest.mark.thorough) for one in TRAINED)]
)
def test_a_bad_configuration_hears_why(config, reason):
    verdict = JUDGE(config)
    assert verdict.state == WRONG
    assert re.search(reason, verdict.remark)


@pytest.mark.thorough
@pytest.mark.parametrize("config", GOOD)
def test_a_good_configuration_is_right(config):
    assert JUDGE(config).state == RIGHT
