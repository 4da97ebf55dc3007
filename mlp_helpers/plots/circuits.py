"""Numbers on a graph: values flow forward above its wires, gradients flow back below them."""

import math
from typing import NamedTuple

from mlp_helpers.plots.diagrams import BLUE, LARGE, ORANGE, PALE, RED
from mlp_helpers.plots.figures import new_figure

RADIUS = 0.19  # of a gate with one or two characters, in inches, as all lengths here
LETTER_WIDTH = 0.09  # of a longer text in a gate
BEND = 0.24  # of a wire: its horizontal distance from the gate
OUTPUT_LENGTH = 0.7  # of a wire that leads out of the graph
MARGIN = 0.35  # below the lowest node


class Node(NamedTuple):
    """Node of a circuit.

    Attributes
    ----------
    label : str
        Text in a gate, or name of a leaf.
    x, y : float
        Its middle, in inches, to the right and downwards.
    kind : str, optional
        "gate", or of a leaf "parameter" or "input".
    output : str, optional
        Name of a gate's result, shown above its value.
    """

    label: str
    x: float
    y: float
    kind: str = "gate"
    output: str = ""

    @property
    def half_width(self):
        """Half of its width, in inches."""
        return RADIUS if len(self.label) <= 2 else len(self.label) * LETTER_WIDTH / 2 + 0.06


def circuit(nodes, wires, values, gradients=None, slopes=None):
    """Draw a graph of numbers: the value of each node above its wire, the gradient of the loss below.

    Parameters
    ----------
    nodes : dict from str to Node
    wires : sequence of (str, str or None)
        Names of the nodes from and to which each leads, level and then straight; None is outside of the graph.
    values, gradients : dict from str to float or None
        By the names of nodes; gradients are optional. None is shown as a question mark, and a node that has no entry
        without a number.
    slopes : dict from str to float or None, optional
        Local slopes, shown above the gates.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        A name is not that of a node.
    """
    gradients, slopes = gradients or {}, slopes or {}
    require_names(nodes, wires, values, gradients, slopes)
    width, height = size(nodes, wires)
    fig, ax = new_figure(size=(width, height))
    fig.set_layout_engine("none")
    ax.set(position=(0, 0, 1, 1), xlim=(0, width), ylim=(height, 0))
    ax.set_axis_off()
    middle = {"ha": "center", "va": "center"}
    for start, end in wires:
        points = wire_points(nodes[start], nodes[end] if end else None)
        arrow = {"arrowstyle": "->", "shrinkA": 0, "shrinkB": 0}
        ax.plot(*zip(*points[:2], strict=True), color="black", linestyle="-", linewidth=1)
        ax.annotate("", points[-1], points[-2], arrowprops=arrow)
        x, y = (points[0][0] + points[1][0]) / 2, points[0][1]
        for numbers, color, below in ((values, BLUE, -0.12), (gradients, RED, 0.13)):
            if start in numbers:
                text = number_text(numbers[start])
                ax.text(x, y + below, text, color=color, fontsize=11, weight="bold" if text == "?" else None, **middle)
        ax.text(x, y - 0.32, nodes[start].output, style="italic", fontsize=LARGE, **middle)
    for name, node in nodes.items():
        _draw_node(ax, node)
        if name in slopes:
            text = f"slope\n{number_text(slopes[name])}"
            ax.text(node.x, node.y - 0.42, text, color="dimgrey", fontsize=10, **middle)
    key, y = width - 0.6, height - MARGIN
    ax.plot([key - 0.45, key + 0.45], [y, y], color="dimgrey", linestyle="-", linewidth=1)
    ax.text(key, y - 0.12, "value", color=BLUE, fontsize=10, **middle)
    if gradients:
        ax.text(key, y + 0.13, "gradient", color=RED, fontsize=10, **middle)
    return fig


def _draw_node(ax, node):
    from matplotlib.patches import Circle, FancyBboxPatch

    look = {"ha": "center", "va": "center", "fontsize": LARGE, "zorder": 3}
    if node.kind != "gate":
        ax.text(
            node.x, node.y, node.label, style="italic", color=ORANGE if node.kind == "parameter" else "black", **look
        )
        return
    if node.half_width == RADIUS:
        patch = Circle((node.x, node.y), RADIUS)
    else:
        corner = (node.x - node.half_width, node.y - RADIUS)
        patch = FancyBboxPatch(corner, 2 * node.half_width, 2 * RADIUS, "round,pad=0,rounding_size=0.08")
    patch.set(facecolor=PALE, edgecolor="black", zorder=2)
    ax.add_patch(patch)
    ax.text(node.x, node.y, node.label, **look)


def require_names(nodes, wires, *numbers):
    """Raise ValueError if wires or numbers, dicts by name, have a name that is not that of a node."""
    for name in [*(name for wire in wires for name in wire if name is not None), *(n for one in numbers for n in one)]:
        if name not in nodes:
            raise ValueError(f"nodes must have all names that are used, got {name!r}, which is none of {[*nodes]}")


def size(nodes, wires):
    """Return width and height of a circuit, in inches."""
    right = [node.x + node.half_width for node in nodes.values()]
    right += [nodes[start].x + nodes[start].half_width + OUTPUT_LENGTH for start, end in wires if end is None]
    return max(right) + 0.06, max(node.y for node in nodes.values()) + MARGIN


def wire_points(start, end):
    """Return the points of a wire, the first two of which are level.

    Parameters
    ----------
    start : Node
    end : Node or None

    Returns
    -------
    list of (float, float)
        Two points, or three.
    """
    x = start.x + start.half_width
    if end is None:
        return [(x, start.y), (x + OUTPUT_LENGTH, start.y)]
    if start.y == end.y:
        return [(x, start.y), (end.x - end.half_width, end.y)]
    bend = (end.x - end.half_width - BEND, start.y)
    dx, dy = bend[0] - end.x, bend[1] - end.y
    reach = RADIUS / math.hypot(dx, dy) if end.half_width == RADIUS else min(end.half_width / -dx, RADIUS / abs(dy))
    return [(x, start.y), bend, (end.x + reach * dx, end.y + reach * dy)]


def number_text(value):
    """Return a number as text with at most four digits and four decimals, or a question mark for None."""
    if value is None:
        return "?"
    order = math.floor(math.log10(abs(value))) if value else 0
    text = f"{value:.0e}" if order < -4 else f"{value:.{max(0, min(3 - order, 4))}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−", 1 if value < 0 else 0)
