"""Views that a Panel can show, as plain data."""

import numpy as np

from mlp_helpers.plots import circuits, surfaces

PIXELS = 96  # of an SVG to an inch of a figure
PLANE_SIDE = 600  # of a surface, in units of its drawing, which are half pixels or less
MAX_UNITS = 60  # whose weights are shown


def curves(title, lines, xlabel="", ylabel="", xlim=None, ylim=None, log=False, marks=()):
    """Return a view of lines over two axes.

    Parameters
    ----------
    title : str
    lines : list of dict
        Each has x and y, sequences of float (None is a gap), a label, optionally style (0 … 7, its colour and dashes)
        and faint (bool).
    xlabel, ylabel : str, optional
    xlim, ylim : (float, float), optional
        By default fitted to the lines.
    log : bool, optional
        Whether the y axis is logarithmic.
    marks : sequence of (float, str), optional
        Positions and labels of vertical lines.
    """
    return {
        "kind": "curves",
        "title": title,
        "lines": [{**line, "x": plain(line["x"]), "y": plain(line["y"])} for line in lines],
        "xlabel": xlabel,
        "ylabel": ylabel,
        "xlim": xlim,
        "ylim": ylim,
        "log": log,
        "marks": [[float(x), text] for x, text in marks],
    }


def images(title, stack, description, n_columns=10, signed=False, wide=False):
    """Return a view of images side by side, and its pixels.

    Parameters
    ----------
    title : str
    stack : ndarray of shape (n_images, height, width)
    description : str
        Text for screen readers.
    n_columns : int, optional
    signed : bool, optional
        Whether 0 is in the middle of the colour scale, as for weights, or at its end, as for ink.
    wide : bool, optional
        Whether the view spans the whole width of the panel.

    Returns
    -------
    (dict, bytes)
    """
    # A few extreme weights would leave all others pale.
    largest = max(float(np.quantile(np.abs(stack), 0.995) if signed else np.abs(stack).max()), 1e-12)
    scaled = stack / largest
    grey = np.rint((scaled + 1) * 127.5 if signed else scaled * 255).clip(0, 255).astype(np.uint8)
    view = {
        "kind": "images",
        "title": title,
        "shape": list(stack.shape),
        "description": description,
        "columns": n_columns,
        "signed": signed,
        "wide": wide,
    }
    return view, grey.tobytes()


def weights(W, n_units=MAX_UNITS):
    """Return a view of the first layer's weights as images, one per unit, and its pixels.

    Parameters
    ----------
    W : ndarray of shape (784, number of units)
    n_units : int, optional
        How many units are shown at most.
    """
    stack = W.T[:n_units].reshape(-1, 28, 28)
    title = "Weights of the first layer"
    if len(stack) < W.shape[1]:
        title += f", {len(stack)} of {W.shape[1]} units"
    description = f"{len(stack)} images of 28 x 28 weights, blue negative, red positive"
    n_columns = min(15, max(1, n_units // 3))  # few are not left in a single row, where they would be small
    return images(title, stack, description, n_columns, signed=True, wide=True)


def circuit(title, nodes, wires, values, gradients=None, slopes=None):
    """Return a view of a graph of numbers; the arguments after the title are those of `plots.circuit`."""
    circuits.require_names(nodes, wires, values, gradients or {}, slopes or {})
    drawn = [
        {"label": n.label, "kind": n.kind, "at": _scaled([n.x, n.y]), "half": _scaled([n.half_width, circuits.RADIUS])}
        for n in nodes.values()
    ]
    lines = [
        {
            "name": start,
            "output": nodes[start].output,
            "points": _scaled(circuits.wire_points(nodes[start], nodes.get(end))),
        }
        for start, end in wires
    ]
    starts = [start for start, _ in wires]
    return {
        "kind": "circuit",
        "title": title,
        "graph": {"size": _scaled(circuits.size(nodes, wires)), "nodes": drawn, "wires": lines},
        "values": _number_texts(values, starts),
        "gradients": _number_texts(gradients or {}, starts),
        "slopes": _number_texts(slopes or {}, nodes),
    }


def plane(title, x, y, heights, levels, axes):
    """Return a function from a path on a surface to a view of both, in which the start of the path can be dragged.

    Parameters
    ----------
    title : str
    x, y, heights, levels
        As for `plots.surface`.
    axes : (dict, dict)
        Of x and y: the name of the control with the start; label; options, the values of the control; ticks, values.

    Returns
    -------
    callable
        Accepts an ndarray of shape (n_points, 2).
    """
    corner, size = np.array([x[0], y[-1]]), np.array([x[-1] - x[0], y[0] - y[-1]])  # from the upper left corner

    def placed(points):
        return PLANE_SIDE * (np.asarray(points, float) - corner) / size

    def on_axis(values, i):
        return [
            [value, place[i]] for value, place in zip(values, placed([[v, v] for v in values]).tolist(), strict=True)
        ]

    surface = {
        "side": PLANE_SIDE,
        "axes": [
            {**axis, "options": on_axis(axis["options"], i), "ticks": on_axis(axis["ticks"], i)}
            for i, axis in enumerate(axes)
        ],
        "levels": [circuits.number_text(level) for level in levels],
        "colors": surfaces.band_colors(levels),
        "outlines": [
            "".join(f"{_line(placed(polygon), digits=1)}Z" for polygon in band)
            for band in surfaces.band_outlines(x, y, heights, levels)
        ],
    }

    def view(path):
        far = 10 * PLANE_SIDE  # out of sight, whatever the direction
        return {"kind": "plane", "title": title, "surface": surface, "path": _line(placed(path).clip(-far, far))}

    return view


def _line(points, digits=0):
    """Return a path of SVG: a point, and the steps to the others, which are short texts."""
    (x, y), *steps = np.diff(points.round(digits), axis=0, prepend=[[0, 0]]).round(digits) + 0.0
    return f"M{x:g} {y:g}l{' '.join(f'{dx:g} {dy:g}' for dx, dy in steps)}"


def _scaled(inches):
    return np.round(PIXELS * np.asarray(inches), 1).tolist()


def _number_texts(numbers, names):
    """Return the numbers as texts in the order of the names, an empty text for each that has none."""
    return [circuits.number_text(numbers[name]) if name in numbers else "" for name in names]


def bars(title, labels, values, best=None):
    """Return a view of shares, 0 … 1, as bars; `best` is the index of the highlighted one."""
    return {"kind": "bars", "title": title, "labels": list(labels), "values": plain(values), "best": best}


def table(title, head, rows, actions=()):
    """Return a view of a table; `actions` are the names and labels of buttons in each row."""
    return {
        "kind": "table",
        "title": title,
        "head": list(head),
        "rows": rows,
        "actions": [list(pair) for pair in actions],
    }


def matrix(title, counts):
    """Return a view of a square of counts, its rows and columns numbered from 0."""
    return {"kind": "matrix", "title": title, "counts": np.asarray(counts).tolist()}


def text(title, lines):
    """Return a view of lines that can be copied, such as code."""
    return {"kind": "text", "title": title, "lines": lines}


def plain(values):
    """Return values as floats that JSON can hold: NaN and infinities become None."""
    return [float(value) if value is not None and np.isfinite(value) else None for value in values]
