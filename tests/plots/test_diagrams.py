"""Diagrams: their numbers and shapes are right."""

import numpy as np
import pytest

from mlp_helpers import plots
from mlp_helpers.services import figure_data


def texts(fig):
    return [text.get_text() for ax in fig.axes for text in ax.texts]


def test_a_network_shows_sizes_shapes_and_activations():
    found = texts(plots.network_diagram((784, 80, 3), ("relu", "softmax")))
    assert {"784", "80", "3", "inputs", "relu", "softmax", "$W_1$: 784 × 80", "$W_2$: 80 × 3"} <= set(found)
    assert found.count("\u22ee") == 2  # the large layers; all three outputs are drawn


def test_a_network_joins_each_unit_to_all_of_the_next():
    (ax,) = plots.network_diagram((2, 3, 1), ("tanh", "linear")).axes
    assert len(ax.lines) == 2 * 3 + 3 * 1
    assert len(ax.patches) == 2 + 3 + 1


def test_a_network_needs_an_activation_for_each_layer():
    with pytest.raises(ValueError, match=r"activations must have 1 entries for sizes \(2, 1\), got 2"):
        plots.network_diagram((2, 1), ("relu", "tanh"))


def test_the_line_in_the_hidden_plane_parts_the_classes():
    left, right = plots.xor_planes().axes
    zeros, ones, line = right.lines
    (x0, x1), (y0, y1) = line.get_data()
    side = [np.sign((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) for x, y in (zeros.get_data(), ones.get_data())]
    assert set(side[0]) == {-1.0}
    assert set(side[1]) == {1.0}
    assert sorted(zip(*left.lines[1].get_data(), strict=True)) == [(0, 1), (1, 0)]


def test_a_graph_has_the_shapes_of_its_network():
    forward, back = (plots.computational_graph((5, 4, 3), backward) for backward in (False, True))
    assert [text for text in texts(forward) if text.startswith("n × ")] == ["n × 5", "n × 4", "n × 4", "n × 3", "n × 3"]
    assert "$W_2$: 4 × 3\n$b_2$: 1 × 3" in texts(forward)
    gradients = set(texts(back)) - set(texts(forward))
    assert {text for text in gradients if len(text) == 6} == {"$dZ_2$", "$dA_1$", "$dZ_1$"}
    assert {line[:5] for text in gradients for line in text.splitlines() if "_" in line} >= {
        "$dW_1",
        "$dW_2",
        "$db_1",
        "$db_2",
    }


@pytest.mark.parametrize(
    "draw",
    [
        plots.neuron_and_layer,
        plots.xor_planes,
        lambda: plots.computational_graph((5, 4, 3)),
    ],
)
def test_a_diagram_drawn_twice_is_the_same_to_the_comparison(draw):
    first, again = (figure_data.describe(draw()) for _ in range(2))
    assert figure_data.differences(first, again) == []
