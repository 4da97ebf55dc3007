"""Circuits: their numbers stand where they belong, and wires reach the gates."""

import math

import pytest

from mlp_helpers import plots
from mlp_helpers.plots.circuits import RADIUS, number_text, wire_points
from mlp_helpers.plots.diagrams import BLUE, RED
from mlp_helpers.services import figure_data

# (x + y) z, whose numbers are easy.
NODES = {
    "x": plots.Node("x", 0.2, 0.4, "input"),
    "y": plots.Node("y", 0.2, 1.1, "input"),
    "z": plots.Node("z", 0.2, 1.8, "parameter"),
    "q": plots.Node("+", 1.4, 0.75, output="q"),
    "f": plots.Node("×", 2.7, 1.3, output="f"),
}
WIRES = [("x", "q"), ("y", "q"), ("q", "f"), ("z", "f"), ("f", None)]
VALUES = {"x": -2, "y": 5, "z": -4, "q": 3, "f": -12}
GRADIENTS = {"f": 1, "q": -4, "z": 3, "x": -4, "y": -4}


def numbers(fig, color):
    """Return the texts of one colour, by place; without the key in the corner."""
    (ax,) = fig.axes
    found = {text.get_position(): text.get_text() for text in ax.texts if text.get_color() == color}
    return {place: text for place, text in found.items() if text not in ("value", "gradient")}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((0, "0"), (2.0, "2"), (-0.5, "−0.5"), (1.5, "1.5"), (0.731_059, "0.7311"), (-0.052_88, "−0.0529")),
        *(
            (12.345_6, "12.35"),
            (1234.5, "1234"),
            (-98_765, "−98765"),
            (-0.000_016_5, "−2e-05"),
            (4e-7, "4e-07"),
            (None, "?"),
        ),
    ],
)
def test_numbers_have_four_digits_at_most(value, text):
    assert number_text(value) == text


def test_values_are_above_the_wires_and_gradients_below():
    fig = plots.circuit(NODES, WIRES, VALUES, GRADIENTS)
    above, below = numbers(fig, BLUE), numbers(fig, RED)
    assert [*above.values()] == [number_text(VALUES[start]) for start, _ in WIRES]
    assert [*below.values()] == [number_text(GRADIENTS[start]) for start, _ in WIRES]
    for (start, _), (x, y), (x_below, y_below) in zip(WIRES, above, below, strict=True):
        assert y < NODES[start].y < y_below  # downwards
        assert x == x_below > NODES[start].x


def test_what_is_asked_for_and_what_is_left_out():
    fig = plots.circuit(NODES, WIRES, {**VALUES, "f": None}, {"f": 1, "q": None}, {"q": 1})
    assert [*numbers(fig, BLUE).values()] == ["−2", "5", "3", "−4", "?"]
    assert [*numbers(fig, RED).values()] == ["?", "1"]
    texts = [text.get_text() for text in fig.axes[0].texts]
    assert "slope\n1" in texts
    assert "gradient" in texts
    forward = plots.circuit(NODES, WIRES, VALUES)
    assert numbers(forward, RED) == {}
    assert "gradient" not in [text.get_text() for text in forward.axes[0].texts]


def test_a_wire_is_level_and_then_leads_to_the_edge_of_its_gate():
    for start, end in WIRES[:-1]:
        points = wire_points(NODES[start], NODES[end])
        assert points[0][1] == points[1][1] == NODES[start].y
        assert math.dist(points[-1], (NODES[end].x, NODES[end].y)) == pytest.approx(RADIUS)
        assert [x for x, _ in points] == sorted(x for x, _ in points)
    wide = plots.Node("½(a − y)²", 3, 1)
    assert wire_points(plots.Node("y", 0, 2), wide)[-1][1] == pytest.approx(1 + RADIUS)  # from below
    assert wire_points(plots.Node("a", 0, 1), wide) == [(RADIUS, 1), (3 - wide.half_width, 1)]


@pytest.mark.parametrize("wrong", [{"w": 1}, {"wires": [("x", "w")]}, {"gradients": {"w": 1}}, {"slopes": {"w": 1}}])
def test_a_name_that_is_no_node(wrong):
    arguments = {"wires": WIRES, "values": VALUES, **wrong} if "w" not in wrong else {"wires": WIRES, "values": wrong}
    with pytest.raises(ValueError, match="nodes must have all names that are used, got 'w', which is none of"):
        plots.circuit(NODES, **arguments)


def test_a_circuit_drawn_twice_is_the_same_to_the_comparison():
    first, again = (figure_data.describe(plots.circuit(NODES, WIRES, VALUES, GRADIENTS)) for _ in range(2))
    assert figure_data.differences(first, again) == []
    other = figure_data.describe(plots.circuit(NODES, WIRES, VALUES, {**GRADIENTS, "x": None}))
    assert figure_data.differences(first, other) == ["text 3: text is '?', expected '−4'"]
