"""Contents of the small explorers for given control values."""

import base64
import json

import numpy as np
import pytest
from shared_parts import whole

from mlp_helpers import MLPConfig
from mlp_helpers.widgets.explorers import Explorer, explore_activation, explore_difference, explore_epochs
from mlp_helpers.widgets.neuron import explore_circuit


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


SNAPSHOTS = [MLPConfig(hidden=(5,), seed=seed).build() for seed in range(3)]
X, Y = np.random.default_rng(0).random((200, 784)), np.random.default_rng(1).integers(10, size=200)


def small_epochs(n_units=60):
    return explore_epochs(SNAPSHOTS, X, Y, n_units)


def test_the_epochs_of_a_training():
    explorer = small_epochs()
    for epoch in (2, 0):
        panel = move(explorer, epoch=epoch)
        wrong = round(200 * SNAPSHOTS[epoch].classification_error(X, Y))
        assert panel.status["text"].startswith(f"After epoch {epoch}: {wrong} of 200 wrong")
        assert np.sum(panel.views[1]["counts"]) == wrong
        assert len(panel.pixels) == 5 * 784


def test_fewer_units():
    panel = small_epochs(n_units=2).panel
    assert panel.views[0]["shape"] == [2, 28, 28]
    assert panel.views[0]["title"] == "Weights of the first layer, 2 of 5 units"
    assert len(panel.pixels) == 2 * 784


def test_the_states_of_an_explorer_by_hand():
    line = [0.25, 0.5, 0.75, 1.0, 1.25]

    def see(unit, size):
        views = [{"y": line, "unit": unit}]
        return {"views": views, "pixels": bytes([size, 255]), "status": {"text": f"{size} {unit}"}}

    letters = {"kind": "choice", "label": "Unit", "options": [["a", "A"], ["b", "B"]]}
    sizes = {"kind": "slider", "label": "Size", "options": [[0, "none"], [7, "seven"]]}
    states = Explorer("Small", {"unit": (letters, "b"), "size": (sizes, 7)}, see).states()
    assert states["title"] == "Small"
    assert states["values"] == {"unit": "b", "size": 7}
    assert [control["name"] for control in states["controls"]] == ["unit", "size"]
    assert sorted(states["states"]) == ["0,0", "0,1", "1,0", "1,1"]
    assert states["parts"].count(line) == 1
    assert at(states, "1,0") == {"views": [{"y": line, "unit": "b"}], "pixels": "AP8=", "status": {"text": "0 b"}}


def at(states, key):
    return whole(states["states"][key], states["parts"])


@pytest.mark.parametrize(
    ("explorer", "n_states"),
    [
        pytest.param(explore_activation, 4 * 49 * 10, marks=pytest.mark.thorough),
        (explore_difference, 2 * 61),
        (explore_circuit, 21 * 21),
        (small_epochs, 3),
    ],
)
def test_each_state_is_what_the_panel_shows(explorer, n_states):
    made = explorer()
    states = json.loads(json.dumps(made.states()))
    assert len(states["states"]) == n_states
    assert len(json.dumps(states)) < 1_000_000
    rng = np.random.default_rng(1)
    for key in rng.choice(sorted(states["states"]), min(n_states, 150), replace=False):
        picked = zip(made.panel.controls, key.split(","), strict=True)
        panel = move(made, **{control["name"]: control["options"][int(index)][0] for control, index in picked})
        state = at(states, key)
        assert state["views"] == json.loads(json.dumps(panel.views))
        assert state["status"] == panel.status
        assert base64.b64decode(state.get("pixels", "")) == panel.pixels
