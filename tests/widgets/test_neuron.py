"""One neuron's numbers and panels."""

import numpy as np
import pytest

from mlp_helpers import plots, sigmoid
from mlp_helpers.plots.circuits import number_text
from mlp_helpers.widgets import views
from mlp_helpers.widgets.neuron import NODES, WIRES, explore_circuit, neuron_circuit


def test_the_numbers_by_hand():
    made = neuron_circuit()
    values, gradients = (
        {name: number_text(value) for name, value in made[kind].items()} for kind in ("values", "gradients")
    )
    assert (values["w1 x1"], values["w2 x2"], values["sum"]) == ("2", "−0.5", "1.5")
    assert (values["z"], values["a"], values["L"]) == ("1", "0.7311", "0.0362")
    assert (gradients.pop("L"), gradients.pop("a")) == ("1", "−0.2689")
    assert (gradients.pop("w1"), gradients.pop("w2")) == ("−0.1058", "0.0529")
    assert gradients == dict.fromkeys(("z", "b", "sum", "w1 x1", "w2 x2"), "−0.0529")
    assert made["slopes"] == {"a": pytest.approx(0.19661, abs=1e-5), "L": pytest.approx(-0.26894, abs=1e-5)}


@pytest.mark.parametrize(("w1", "w2"), [(1.0, 0.5), (-2.0, 2.0), (2.0, -2.0), (0.0, 0.0), (0.4, -1.2)])
def test_the_gradients_are_difference_quotients(w1, w2):
    def loss(w1, w2, x1=2.0, x2=-1.0, b=-0.5):
        return 0.5 * (sigmoid(np.array(w1 * x1 + w2 * x2 + b)) - 1) ** 2

    made, step = neuron_circuit(w1, w2), 1e-6
    assert made["values"]["L"] == pytest.approx(loss(w1, w2))
    gradients = made["gradients"]
    assert gradients["w1"] == pytest.approx((loss(w1 + step, w2) - loss(w1 - step, w2)) / (2 * step), abs=1e-9)
    assert gradients["w2"] == pytest.approx((loss(w1, w2 + step) - loss(w1, w2 - step)) / (2 * step), abs=1e-9)
    changed = (loss(w1, w2, b=-0.5 + step) - loss(w1, w2, b=-0.5 - step)) / (2 * step)
    for name in ("b", "z", "sum", "w1 x1", "w2 x2"):
        assert gradients[name] == pytest.approx(changed, abs=1e-9)


def test_the_figure_has_all_numbers():
    made = neuron_circuit()
    (ax,) = plots.circuit(**made).axes
    texts = [text.get_text() for text in ax.texts]
    for numbers in (made["values"], made["gradients"]):
        assert {number_text(value) for value in numbers.values()} <= set(texts)
    assert {node.label for node in NODES.values()} <= set(texts)
    assert len(WIRES) == len(made["values"])


def test_a_panel_begins_with_the_notebooks_neuron():
    panel = explore_circuit().panel
    assert panel.values == {"w1": 1.0, "w2": 0.5}
    assert panel.status["text"] == (
        "The loss is 0.0362. A small step up in w₁ lowers it by 0.1058 times the step, "
        "one in w₂ raises it by 0.0529 times the step."
    )
    (view,) = panel.views
    numbers = neuron_circuit()
    names = [wire["name"] for wire in view["graph"]["wires"]]
    assert [*zip(names, view["values"], strict=True)] == [
        (name, number_text(numbers["values"][name])) for name, _ in WIRES
    ]
    told = {name: text for name, text in zip(names, view["gradients"], strict=True) if text}
    assert told == {name: number_text(gradient) for name, gradient in numbers["gradients"].items()}


def test_other_weights_and_their_effects():
    explorer = explore_circuit()
    explorer.panel.values = {"w1": -2.5, "w2": 2.5}
    made = neuron_circuit(-2.5, 2.5)
    (view,) = explorer.panel.views
    assert view["values"] == [number_text(made["values"][start]) for start, _ in WIRES]
    assert "A small step up in w₁ lowers it by 0.0007 times" in explorer.panel.status["text"]
    explorer.panel.values = {"w1": 2.5, "w2": -2.5}
    assert explorer.panel.status["text"].startswith("The loss is 4e-07. A small step up in w₁ lowers it by 2e-06 times")


def test_a_view_of_a_circuit_names_what_is_wrong():
    with pytest.raises(ValueError, match="nodes must have all names that are used, got 'c'"):
        views.circuit("", NODES, WIRES, {"c": 1.0})
