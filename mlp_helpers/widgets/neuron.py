"""One neuron with two inputs: its numbers on a graph, and panels that explore them."""

import math

from mlp_helpers.plots import Node, circuit, show
from mlp_helpers.plots.circuits import number_text
from mlp_helpers.widgets import views
from mlp_helpers.widgets.explorers import Explorer
from mlp_helpers.widgets.hyperparameters import slider

X1, X2, TARGET = 2.0, -1.0, 1.0
W1, W2, BIAS = 1.0, 0.5, -0.5
NODES = {
    "w1": Node("w₁", 0.2, 0.4, "parameter"),
    "x1": Node("x₁", 0.2, 1.05, "input"),
    "w2": Node("w₂", 0.2, 1.7, "parameter"),
    "x2": Node("x₂", 0.2, 2.35, "input"),
    "w1 x1": Node("×", 1.42, 0.725),
    "w2 x2": Node("×", 1.42, 2.025),
    "sum": Node("+", 2.66, 1.375),
    "b": Node("b", 2.3, 2.35, "parameter"),
    "z": Node("+", 3.74, 1.375, output="z"),
    "a": Node("σ", 4.83, 1.375, output="a"),
    "y": Node("y", 4.7, 2.35, "input"),
    "L": Node("½(a − y)²", 6.27, 1.375, output="L"),
}
# fmt: off
WIRES = [
    ("w1", "w1 x1"), ("x1", "w1 x1"), ("w2", "w2 x2"), ("x2", "w2 x2"), ("w1 x1", "sum"), ("w2 x2", "sum"),
    ("sum", "z"), ("b", "z"), ("z", "a"), ("a", "L"), ("y", "L"), ("L", None),
]
# fmt: on


def neuron_circuit(w1=W1, w2=W2):
    """Return a neuron's graph and all its numbers, as `plots.circuit` accepts them.

    The neuron has x₁ = 2, x₂ = -1 and b = -0.5; its target is 1 and its loss ½(a - y)².

    Parameters
    ----------
    w1, w2 : float, optional

    Returns
    -------
    dict
        nodes and wires; values, gradients and slopes, dicts by the names of nodes. There are no gradients of the
        inputs and of the target, which are not trained.
    """
    product1, product2 = w1 * X1, w2 * X2
    total = product1 + product2
    z = total + BIAS
    a = 1 / (1 + math.exp(-z))
    loss = (a - TARGET) ** 2 / 2
    slope = a * (1 - a)
    da = a - TARGET
    dz = da * slope
    leaves = {"w1": w1, "x1": X1, "w2": w2, "x2": X2, "b": BIAS, "y": TARGET}
    gates = {"w1 x1": product1, "w2 x2": product2, "sum": total, "z": z, "a": a, "L": loss}
    return {
        "nodes": NODES,
        "wires": WIRES,
        "values": leaves | gates,
        "gradients": {"L": 1.0, "a": da, **dict.fromkeys(("z", "b", "sum", "w1 x1", "w2 x2"), dz)}
        | {"w1": dz * X1, "w2": dz * X2},
        "slopes": {"a": slope, "L": da},
    }


def explore_circuit():
    """Show all numbers of a neuron, values and gradients, for any two weights.

    Returns
    -------
    Explorer
    """

    def see(w1, w2):
        numbers = neuron_circuit(w1, w2)
        effects = [
            f"{'raises' if gradient > 0 else 'lowers'} it by {number_text(abs(gradient))} times the step"
            for gradient in (numbers["gradients"]["w1"], numbers["gradients"]["w2"])
        ]
        text = (
            f"The loss is {number_text(numbers['values']['L'])}. "
            f"A small step up in w₁ {effects[0]}, one in w₂ {effects[1]}."
        )
        return {
            "views": [views.circuit("Values above the wires, gradients below", **numbers)],
            "status": {"text": text},
        }

    weights = [k / 4 for k in range(-10, 11)]
    controls = {"w1": (slider("w₁", weights, W1, number_text), W1), "w2": (slider("w₂", weights, W2, number_text), W2)}
    made = Explorer("Forward and back through a neuron", controls, see)
    numbers = neuron_circuit()
    loss, *slopes = numbers["values"]["L"], numbers["gradients"]["w1"], numbers["gradients"]["w2"]
    show(
        circuit(**numbers),
        f"The graph of a neuron. Values lead forward, from the weights {W1:g} and {W2:g} to the loss {loss:.4f}; "
        f"gradients lead back, to {slopes[0]:.4f} and {slopes[1]:.4f}. In a running notebook there are sliders here.",
        widget=made.panel,
    )
    return made
