"""Diagrams that explain: a neuron, a network, XOR, the computational graph, and descent in a bowl.

They draw no data. Each function returns a Figure, whose texts are in the course's notation.
"""

import itertools

import numpy as np

from mlp_helpers.plots.figures import COLOURS, new_figure

BLUE, ORANGE, GREEN = COLOURS[:3]
PALE = "#e8f1f8"
RED, PALE_RED = "crimson", "#fdecef"  # of what flows back
LARGE = 13  # font size that can be read where a narrow page shrinks the figure to 65 %
RADIUS = 0.28  # of a unit, in units of a diagram
MOST_DRAWN = 6  # units of a layer; of a larger layer the rest is left out


def neuron_and_layer():
    """Draw one neuron with three inputs, and a layer of two such neurons, with their formulas.

    Returns
    -------
    Figure
    """
    fig, (left, right) = new_figure(1, 2, size=(7.5, 3.0), width_ratios=(1.15, 1))
    inputs = [(0.0, 1.0 - k) for k in range(3)]
    total, bent = (2.0, 0.0), (3.3, 0.0)
    for k, centre in enumerate(inputs, start=1):
        _arrow(left, centre, total)
        _circle(left, centre, f"$x_{k}$")
        left.text(0.9, 0.55 * centre[1] + 0.12, f"$w_{k}$", color=ORANGE, ha="center", va="bottom")
    _arrow(left, (2.0, 1.15), total)
    left.text(2.0, 0.92, "$b$", color=ORANGE, ha="center", va="bottom")
    _arrow(left, total, bent)
    _arrow(left, (3.3 + RADIUS, 0.0), (4.5, 0.0), gap=0.0)
    left.text(2.65, 0.1, "$z$", ha="center", va="bottom")
    left.text(4.1, 0.1, "$a$", ha="center", va="bottom")
    _circle(left, total, r"$\Sigma$")
    _circle(left, bent, "$f$")
    left.text(2.2, -1.55, "$z = x_1 w_1 + x_2 w_2 + x_3 w_3 + b$,   $a = f(z)$", ha="center")
    _bare(left, "a neuron", (-0.5, 4.6), (-1.8, 1.7))
    units = [(2.0, 0.6), (2.0, -0.6)]
    for centre in inputs:
        for unit, color in zip(units, (ORANGE, GREEN), strict=True):
            _arrow(right, centre, unit, color=color)
    for k, centre in enumerate(inputs, start=1):
        _circle(right, centre, f"$x_{k}$")
    for k, (unit, color) in enumerate(zip(units, (ORANGE, GREEN), strict=True), start=1):
        _arrow(right, (2.0 + RADIUS, unit[1]), (3.1, unit[1]), gap=0.0)
        _circle(right, unit, r"$\Sigma, f$", color)
        right.text(3.2, unit[1], f"$a_{k}$", va="center")
    right.text(1.5, -1.55, "$Z = XW + b$,   $A = f(Z)$", ha="center")
    _bare(right, "a layer: neurons with the same inputs", (-0.5, 3.6), (-1.8, 1.7))
    return fig


def network_diagram(sizes, activations):
    """Draw a multi-layer perceptron, a column of units for each layer; of large layers a few units stand for all.

    Parameters
    ----------
    sizes : sequence of int
        Numbers of inputs and of each layer's units, such as (784, 80, 70, 10).
    activations : sequence of str
        A word for each layer after the inputs, such as "relu".

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        There is not one activation for each layer after the inputs.
    """
    if len(activations) != len(sizes) - 1:
        raise ValueError(f"activations must have {len(sizes) - 1} entries for sizes {sizes}, got {len(activations)}")
    fig, ax = new_figure(size=(7.5, 3.4))
    columns = [_column(2.2 * i, size) for i, size in enumerate(sizes)]
    for sources, targets in itertools.pairwise(columns):
        for x, y in sources:
            for x_to, y_to in targets:
                ax.plot([x, x_to], [y, y_to], color="silver", linewidth=0.6, linestyle="-", zorder=1)
    words = ["inputs", *activations]
    for centres, size, word in zip(columns, sizes, words, strict=True):
        x = centres[0][0]
        for centre in centres:
            _circle(ax, centre, "", "black" if word == "inputs" else BLUE, radius=0.16)
        if size > len(centres):
            ax.text(x, 0.0, "\u22ee", ha="center", va="center", fontsize=14)
        ax.text(x, 1.75, f"{size:,}", ha="center", va="bottom", fontweight="bold")
        ax.text(x, -1.75, word, ha="center", va="top")
    for i, (d, m) in enumerate(itertools.pairwise(sizes)):
        ax.text(2.2 * i + 1.1, 1.75, f"$W_{i + 1}$: {d} × {m}", ha="center", va="bottom", color=ORANGE, fontsize=9)
    _bare(ax, "", (-0.9, 2.2 * (len(sizes) - 1) + 0.9), (-2.2, 2.2))
    return fig


def _column(x, size):
    """Return the centres of a layer's units; of a large layer there is a gap in the middle."""
    if size <= MOST_DRAWN:
        return [(x, 0.5 * (k - (size - 1) / 2)) for k in range(size)]
    return [(x, side * (0.5 + 0.45 * k)) for side in (1, -1) for k in range(MOST_DRAWN // 2)]


def xor_planes():
    """Draw XOR in the plane of its inputs, where no line parts the classes, and in that of two relu units.

    The units are relu(x₁ - x₂) and relu(x₂ - x₁).

    Returns
    -------
    Figure
    """
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    hidden = np.maximum(corners @ np.array([[1, -1], [-1, 1]]), 0)
    fig, (left, right) = new_figure(1, 2, size=(7.5, 3.3))
    for ax, points in ((left, corners), (right, hidden)):
        for value, marker, color in ((0, "o", BLUE), (1, "^", ORANGE)):
            chosen = points[corners.sum(axis=1) % 2 == value]
            ax.plot(*chosen.T, marker, color=color, markersize=12, label=f"XOR is {value}", zorder=3)
        ax.set(xlim=(-0.4, 1.5), ylim=(-0.4, 1.5), xticks=[0, 1], yticks=[0, 1], aspect="equal")
    ends = np.array([-0.4, 1.5])
    for intercept, slope in ((0.5, 0.0), (0.5, -1.0), (-0.5, 1.0)):
        left.plot(ends, intercept + slope * ends, color="grey", linestyle=":", linewidth=1.2)
    right.plot(ends, 0.5 - ends, color="black", linestyle="-")
    right.annotate("(0, 0) and (1, 1)", (0.0, -0.06), (-0.35, -0.3), arrowprops={"arrowstyle": "->"}, va="center")
    left.set(xlabel="$x_1$", ylabel="$x_2$", title="inputs: no line will do")
    right.set(xlabel="$a_1$", ylabel="$a_2$", title="hidden units: one line is enough")
    right.legend(loc="upper right")
    return fig


def computational_graph(sizes, backward=False):
    """Draw the computational graph of a network with one hidden layer, with every shape; n is the number of samples.

    Parameters
    ----------
    sizes : (int, int, int)
        Numbers of inputs, of hidden units and of classes.
    backward : bool, optional
        Whether to draw the gradients, too, which flow back.

    Returns
    -------
    Figure
    """
    d, m, n_classes = sizes
    nodes = [
        ("$X$", f"n × {d}", ""),
        ("$Z_1$", f"n × {m}", "$XW_1 + b_1$"),
        ("$A_1$", f"n × {m}", "$f(Z_1)$"),
        ("$Z_2$", f"n × {n_classes}", "$A_1W_2 + b_2$"),
        ("$P$", f"n × {n_classes}", "softmax$(Z_2)$"),
        ("$L$", "a number", "$-$mean $\\log p_t$"),
    ]
    fig, ax = new_figure(size=(7.5, 3.9 if backward else 2.2))
    centres = [(1.9 * i, 0.0) for i in range(len(nodes))]
    for start, end in itertools.pairwise(centres):
        _arrow(ax, start, end, gap=0.45)
    for (name, shape, formula), centre in zip(nodes, centres, strict=True):
        _box(ax, centre, name)
        ax.text(centre[0], -0.42, shape, ha="center", va="top", fontsize=LARGE, color="dimgrey")
        ax.text(centre[0], 0.42, formula, ha="center", va="bottom", fontsize=LARGE)
    for i, shapes in ((1, (f"{d} × {m}", f"1 × {m}")), (3, (f"{m} × {n_classes}", f"1 × {n_classes}"))):
        number, x = (i + 1) // 2, centres[i][0]
        _arrow(ax, (x, 1.35), (x, 0.8), gap=0.0, color=ORANGE)
        text = f"$W_{number}$: {shapes[0]}\n$b_{number}$: {shapes[1]}"
        ax.text(x, 1.4, text, ha="center", va="bottom", fontsize=LARGE, color=ORANGE)
    _arrow(ax, (centres[5][0], 1.35), (centres[5][0], 0.8), gap=0.0)
    ax.text(centres[5][0], 1.4, f"$Y$: n × {n_classes}", ha="center", va="bottom", fontsize=LARGE)
    if backward:
        _gradients(ax, centres)
    _bare(ax, "", (-0.6, centres[5][0] + 0.95), (-3.35 if backward else -0.75, 2.1))
    return fig


def _gradients(ax, centres):
    """Draw the gradients in a row below their nodes, from the loss back, and those of the parameters below that row."""
    look = {"ha": "center", "fontsize": LARGE, "color": RED}
    last, row = centres[5][0], -1.85
    ax.plot([last, last, last - 0.45], [-0.8, row, row], color=RED, linestyle="--", linewidth=1)
    starts = [(last, row), *((centres[i][0], row) for i in (3, 2, 1))]
    labels = {3: "$P - Y$", 2: "$dZ_2\\,W_2^{\\top}$", 1: "$dA_1 \\odot f^{\\,\\prime}(Z_1)$"}
    for start, end in itertools.pairwise(starts):
        _arrow(ax, start, end, gap=0.45, color=RED, style="--")
    for i, label in labels.items():
        name = {3: "$dZ_2$", 2: "$dA_1$", 1: "$dZ_1$"}[i]
        _box(ax, (centres[i][0], row), name, facecolor=PALE_RED, edgecolor=RED)
        ax.text(centres[i][0], row + 0.42, label, va="bottom", **look)
    for i, source in ((1, "X"), (3, "A_1")):
        number, x = (i + 1) // 2, centres[i][0]
        _arrow(ax, (x, row - 0.36), (x, row - 0.75), gap=0.0, color=RED, style="--")
        text = f"$dW_{number} = {source}^{{\\top}} dZ_{number}/n$\n$db_{number}$ = column means"
        ax.text(x, row - 0.78, text, va="top", **look)


def _circle(ax, centre, text, color="black", radius=RADIUS):
    from matplotlib.patches import Circle

    ax.add_patch(Circle(centre, radius, facecolor="white" if color == "black" else PALE, edgecolor=color, zorder=2))
    ax.text(*centre, text, ha="center", va="center", zorder=3)


def _box(ax, centre, text, facecolor=PALE, edgecolor=BLUE):
    from matplotlib.patches import FancyBboxPatch

    corner = (centre[0] - 0.35, centre[1] - 0.28)
    ax.add_patch(
        FancyBboxPatch(corner, 0.7, 0.56, "round,pad=0.05", facecolor=facecolor, edgecolor=edgecolor, zorder=2)
    )
    ax.text(*centre, text, ha="center", va="center", fontsize=LARGE, zorder=3)


def _arrow(ax, start, end, gap=RADIUS, color="black", style="-"):
    """Draw an arrow between two centres that ends short of both by the gap."""
    start, end = np.array(start, float), np.array(end, float)
    step = gap * (end - start) / np.linalg.norm(end - start)
    look = {"arrowstyle": "->", "color": color, "linestyle": style, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end - step, start + step, arrowprops=look)


def _bare(ax, title, xlim, ylim):
    ax.set(title=title, xlim=xlim, ylim=ylim, aspect="equal")
    ax.set_axis_off()
