"""Contents of the small explorers for given control values."""

import numpy as np
import pytest

from mlp_helpers import MLPConfig
from mlp_helpers.widgets.explorers import explore_activation, explore_difference, explore_epochs


def move(explorer, **values):
    explorer.panel.values = {**explorer.panel.values, **values}
    return explorer.panel


@pytest.mark.parametrize(
    ("activation", "words"),
    [
        ("tanh", "At 2: value 0.964, slope 0.071."),
        ("sigmoid", "At 2: value 0.881, slope 0.105."),
        ("relu", "At 2: value 2.000, slope 1.000."),
        ("linear", "At 2: value 2.000, slope 1.000."),
    ],
)
def test_an_activation_by_hand(activation, words):
    panel = move(explore_activation(), activation=activation, at=2.0)
    assert panel.status["text"].startswith(words)
    dot = panel.views[0]["lines"][2]
    assert (dot["x"], dot["y"]) == ([2.0], [pytest.approx(float(words.split()[3].strip(",")), abs=1e-3)])


def test_large_initial_weights_flatten_tanh():
    explorer = explore_activation()
    small = move(explorer, stddev=0.01).status["text"]
    large = move(explorer, stddev=1).status["text"]
    assert float(small.split()[-1].rstrip(".")) > 0.98
    assert float(large.split()[-1].rstrip(".")) < 0.2
    assert sum(explorer.panel.views[1]["lines"][0]["y"]) == pytest.approx(1)


def test_a_difference_by_hand():
    panel = move(explore_difference(), difference="forward", exponent=-2.0)
    assert f"is {(np.exp(1.01) - np.exp(1.0)) / 0.01:.15f}," in panel.status["text"]
    assert panel.status["text"].endswith("The relative error is 5.0e-03.")  # ε / 2
    assert panel.views[0]["marks"] == [[-2.0, "ε = 1e-02"]]


def test_the_epochs_of_a_training():
    rng = np.random.default_rng(0)
    X, y = rng.random((200, 784)), rng.integers(10, size=200)
    snapshots = [MLPConfig(hidden=(5,), seed=seed).build() for seed in range(3)]
    explorer = explore_epochs(snapshots, X, y)
    for epoch in (2, 0):
        panel = move(explorer, epoch=epoch)
        wrong = round(200 * snapshots[epoch].classification_error(X, y))
        assert panel.status["text"].startswith(f"After epoch {epoch}: {wrong} of 200 wrong")
        assert np.sum(panel.views[1]["counts"]) == wrong
        assert len(panel.pixels) == 5 * 784
