"""The class `Value` of notebook 01, as its cell has it: its gradients beside dual numbers and PyTorch's."""

import gc
import json
import math
import os
from functools import cache

import nbformat
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlp_helpers import relu, relu_d, sigmoid, sigmoid_d
from mlp_helpers.exercises import exercise
from mlp_helpers.services.files import REPOSITORY

NOTEBOOK = nbformat.read(REPOSITORY / "notebooks" / "01_one_neuron.ipynb", as_version=4)
CELLS = {cell.id: cell.source for cell in NOTEBOOK.cells}
GRAPHS = json.loads((REPOSITORY / "tests" / "references" / "torch.json").read_text())["graphs"]
ORDERS = {"the notebook's": None}  # functions in the place of `backward_order`
ORDERS |= {
    one.__name__: one for one in [exercise("backward_order").key.reference, *exercise("backward_order").variants]
}


@cache
def value_class(backward_order=None):
    """Return the class of the notebook's cell, on the notebook's answers, or with another `backward_order`."""
    names = {}
    exec(CELLS["value-answer"] + "\n\n\n" + CELLS["value-class"], names)
    if backward_order is not None:
        names["backward_order"] = backward_order
    return names["Value"]


class Dual:
    """A number with its slope with respect to one input, computed forward, with no graph."""

    def __init__(self, number, slope=0.0):
        self.number, self.slope = number, slope

    def __add__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        return Dual(self.number + other.number, self.slope + other.slope)

    def __mul__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        return Dual(self.number * other.number, self.slope * other.number + self.number * other.slope)

    __radd__, __rmul__ = __add__, __mul__

    def sigmoid(self):
        a = 1 / (1 + math.exp(-self.number))
        return Dual(a, self.slope * a * (1 - a))

    def relu(self):
        return self if self.number > 0 else Dual(0.0)


GATES = {"+": lambda x, y: x + y, "*": lambda x, y: x * y}
OF_DUALS = GATES | {"sigmoid": Dual.sigmoid, "relu": Dual.relu}
OF_VALUES = GATES | {"sigmoid": lambda x: x.through(sigmoid, sigmoid_d), "relu": lambda x: x.through(relu, relu_d)}


def end_of(inputs, gates, functions):
    """Return the last value of a graph; an operand is the place of a value, an int, or a plain number, a float."""
    values = list(inputs)
    for name, *operands in gates:
        values.append(functions[name](*(values[one] if type(one) is int else one for one in operands)))
    return values[-1]


def by_values(inputs, gates, value):
    """Return the number at the end of a graph, and its gradients with respect to the inputs, by a class."""
    nodes = [value(number) for number in inputs]
    end = end_of(nodes, gates, OF_VALUES)
    end.backward()
    return end.number, [node.gradient for node in nodes]


def by_duals(inputs, gates):
    """Return the same by dual numbers, with one pass for each input."""
    passes = [
        end_of([Dual(number, float(i == j)) for j, number in enumerate(inputs)], gates, OF_DUALS)
        for i in range(len(inputs))
    ]
    return passes[0].number, [one.slope for one in passes]


@st.composite
def graphs(draw):
    """Return random inputs and gates, with shared values, and plain numbers on either side."""
    number = st.integers(-8, 8).map(lambda quarters: quarters / 4)
    inputs = draw(st.lists(number, min_size=1, max_size=4))
    gates, sizes = [], [abs(one) for one in inputs]
    for _ in range(draw(st.integers(1, 12))):
        place = st.integers(0, len(sizes) - 1)
        name = draw(st.sampled_from(["+", "*", "+", "*", "sigmoid", "relu"]))
        operands = [draw(place)]
        if name in "+*":
            operands.append(draw(place | number))
            operands = operands[:: draw(st.sampled_from([1, -1]))]
        a, b, *_ = [sizes[one] if type(one) is int else abs(one) for one in operands] + [0.0]
        name = "+" if name == "*" and a * b > 100 else name  # squares of squares would leave the range of floats
        sizes.append({"+": a + b, "*": a * b, "sigmoid": 1.0, "relu": a}[name])
        gates.append((name, *operands))
    return inputs, gates


def assert_same(found, wanted):
    (number, gradients), (right_number, right_gradients) = found, wanted
    assert number == pytest.approx(right_number, rel=1e-9, abs=1e-9)
    scale = max(1.0, *map(abs, right_gradients))
    assert gradients == pytest.approx(right_gradients, rel=1e-9, abs=1e-9 * scale)


@settings(max_examples=1000 if os.environ.get("MLP_THOROUGH") else 100)
@given(graph=graphs())
def test_gradients_of_random_graphs_are_those_of_dual_numbers(graph):
    assert_same(by_values(*graph, value_class()), by_duals(*graph))


def test_a_graph_by_hand():
    # y = (a b + c) a at a = 2, b = -3, c = 5: the gradient of a is s + dp b = -1 + 2 · (-3).
    a, b, c = map(value_class(), (2.0, -3.0, 5.0))
    y = (a * b + c) * a
    y.backward()
    assert (y.number, a.gradient, b.gradient, c.gradient) == (-2, -7, 4, 2)


def test_a_value_that_is_added_to_itself_counts_twice():
    a = value_class()(3.0)
    (a + a).backward()
    assert a.gradient == 2
    (a * a).backward()
    assert a.gradient == 6


def test_backward_twice_gives_the_same():
    a, b = map(value_class(), (2.0, -3.0))
    y = (a * b + a) * b
    for _ in range(2):
        y.backward()
        assert (a.gradient, b.gradient) == (6, -10)  # (b + 1) b, and (2 b + 1) a


@pytest.mark.parametrize("number", [2, 2.0, np.float64(2)])
def test_plain_numbers_stand_on_either_side(number):
    a = value_class()(3.0)
    y = number * a + a * number + number + (a + number)
    y.backward()
    assert (y.number, a.gradient) == (19, 5)


@pytest.mark.parametrize("backward_order", ORDERS.values(), ids=ORDERS)
def test_a_chain_of_10000_additions(backward_order):
    start = value_class(backward_order)(1.0)
    end = start
    for _ in range(5_000):
        end = end + 0.5
        end = end + start
    end.backward()
    assert (end.number, start.gradient) == (7_501, 5_001)
    del end, start
    gc.collect()  # of 20,000 values, each held by the next


def test_a_wrong_order_gives_other_gradients():
    def level_by_level(end):
        order = [end]
        for node in order:
            order += dict.fromkeys(source for source, _ in node.sources if source not in order)
        return order

    long_way_and_short = [2.0], [("*", 0, 3.0), ("+", 1, 1.0), ("*", 2, 2.0), ("+", 1, 3)]
    assert by_values(*long_way_and_short, value_class()) == by_duals(*long_way_and_short) == (20, [9])
    assert by_values(*long_way_and_short, value_class(level_by_level)) != (20, [9])


@pytest.mark.parametrize("backward_order", ORDERS.values(), ids=ORDERS)
@pytest.mark.parametrize("graph", GRAPHS, ids=range(len(GRAPHS)))
def test_gradients_are_pytorchs(graph, backward_order):
    wanted = graph["value"], graph["grads"]
    assert_same(by_values(graph["inputs"], graph["gates"], value_class(backward_order)), wanted)
    assert_same(by_duals(graph["inputs"], graph["gates"]), wanted)
