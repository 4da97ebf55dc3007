"""Data of a figure: `describe` records what it shows, `differences` compares two descriptions.

Pixels depend on the machine: fonts, rendering, Matplotlib's patch versions. The data drawn does not. A description
holds titles, labels, limits, scales, lines, bars, points, images and texts, with numbers to six digits. It is stored in
the metadata of a notebook's output, as one line of JSON per axes: indented, it would fill pages. Pixels are compared as
well, but coarsely, for what a description leaves out.

The comparison was measured on the course's 42 figures. In the 15 configurations of `make reproduce`, none of 630
redrawn figures was reported. Of some 600 random changes, none was missed of a label, title, limit, bar, colour map,
whole line, mirrored image, or point of a line that moved by at least 0.2 % of its axis; half of the small spots in an
image (3 x 3 pixels of a digit) were. Pixels alone reveal a moved point from 2 % of the axis on, and a moved limit from
5 %. If a figure shows rounding noise, `show` sets a tolerance, and only larger differences are reported.
"""

import json
import math

import numpy as np

DIGITS = 6
MAX_POINTS = 1000  # of a line; of a longer one every n-th is recorded
IMAGE_CELLS = 32  # rows and columns at most of the cells whose means represent an image
TOLERANCE = 1e-3  # of an axis' length: less than a pixel
IMAGE_TOLERANCE = 0.02  # of the range of colours


def describe(fig):
    """Return the description of a Figure, a list with the JSON of each axes."""
    return [json.dumps(_axes(ax), separators=(",", ":")) for ax in fig.axes]


def _axes(ax):
    legend = ax.get_legend()
    return {
        "title": ax.get_title(),
        "xlabel": ax.get_xlabel(),
        "ylabel": ax.get_ylabel(),
        "xscale": ax.get_xscale(),
        "yscale": ax.get_yscale(),
        "xlim": _numbers(ax.get_xlim()),
        "ylim": _numbers(ax.get_ylim()),
        "visible": bool(ax.axison),
        "legend": [] if legend is None else [text.get_text() for text in legend.get_texts()],
        "lines": [_line(line) for line in ax.lines],
        "bars": [_bar(patch) for patch in ax.patches],
        "points": [_points(collection) for collection in ax.collections],
        "images": [_image(image) for image in ax.images],
        "texts": [_text(text) for text in ax.texts],
    }


def _line(line):
    x, y = (np.asarray(values, dtype=float) for values in line.get_data(orig=False))
    every = -(-len(x) // MAX_POINTS) or 1
    return {
        "label": _label(line),
        "color": _color(line.get_color()),
        "style": [str(line.get_linestyle()), str(line.get_marker())],
        "x": _numbers(x[::every]),
        "y": _numbers(y[::every]),
    }


def _bar(patch):
    box = patch.get_path().transformed(patch.get_patch_transform()).get_extents()
    return {"color": _color(patch.get_facecolor()), "x": _numbers([box.x0, box.x1]), "y": _numbers([box.y0, box.y1])}


def _points(collection):
    """Describe the points of a collection or, if there are none, its paths, such as error bars."""
    offsets = np.ma.filled(np.ma.asarray(collection.get_offsets(), dtype=float), np.nan)
    if len(offsets) <= 1:
        vertices = [path.vertices for path in collection.get_paths()]
        offsets = np.concatenate(vertices) if vertices else offsets
    colors = collection.get_facecolor() if len(collection.get_facecolor()) else collection.get_edgecolor()
    return {
        "label": _label(collection),
        "color": _color(colors[0]) if len(colors) else None,
        "x": _numbers(offsets[:, 0]),
        "y": _numbers(offsets[:, 1]),
    }


def _image(image):
    values = np.ma.filled(np.ma.asarray(image.get_array(), dtype=float), np.nan)
    shape = list(values.shape)
    if values.ndim == 3:  # colours, not values
        values = values.mean(axis=2)
    low, high = image.get_clim()
    scaled = (values - low) / ((high - low) or 1)
    rows, columns = (np.array_split(np.arange(n), min(n, IMAGE_CELLS)) for n in scaled.shape)
    with np.errstate(invalid="ignore"):
        means = [[_mean(scaled[np.ix_(row, column)]) for column in columns] for row in rows]
    return {"shape": shape, "cmap": image.get_cmap().name, "clim": _numbers([low, high]), "means": means}


def _mean(values):
    kept = values[np.isfinite(values)]
    return round(float(kept.mean()), 3) if kept.size else None


def _text(text):
    x, y = text.get_position()
    return {"text": text.get_text(), "x": _numbers([x]), "y": _numbers([y])}


def _label(artist):
    """Return an artist's label, empty if Matplotlib generated it."""
    label = str(artist.get_label())
    return "" if label.startswith("_") else label


def _color(color):
    from matplotlib.colors import to_hex

    return to_hex(color, keep_alpha=True)


def _numbers(values):
    """Return plain numbers to six significant digits, None for NaN and infinities."""
    return [float(f"{value:.{DIGITS}g}") + 0.0 if math.isfinite(value) else None for value in np.ravel(values).tolist()]


def differences(expected, actual, tolerance=TOLERANCE):
    """Compare two descriptions.

    Parameters
    ----------
    expected, actual : list of str
        As returned by `describe`.
    tolerance : float, optional
        Allowed deviation of a number, as a share of the length of its axis.

    Returns
    -------
    list of str
        A line for each difference.
    """
    if len(expected) != len(actual):
        return [f"{len(actual)} axes, expected {len(expected)}"]
    found = []
    for number, pair in enumerate(zip(expected, actual, strict=True), start=1):
        where = f"axes {number}: " if len(expected) > 1 else ""
        found += [where + line for line in _axes_differences(*map(json.loads, pair), tolerance)]
    return found


def _axes_differences(expected, actual, tolerance):
    found = [
        f"{field} is {actual[field]!r}, expected {expected[field]!r}"
        for field in ("title", "xlabel", "ylabel", "xscale", "yscale", "visible", "legend")
        if actual[field] != expected[field]
    ]
    if any(line.startswith(("xscale", "yscale")) for line in found):
        return found  # on another scale, numbers cannot be compared
    rulers = {axis: _Ruler(expected[f"{axis}lim"], expected[f"{axis}scale"], tolerance) for axis in "xy"}
    for axis, ruler in rulers.items():
        found += ruler.differences(f"{axis}lim", expected[f"{axis}lim"], actual[f"{axis}lim"])
    for kind in ("lines", "bars", "points", "images", "texts"):
        if len(actual[kind]) != len(expected[kind]):
            found.append(f"{len(actual[kind])} {kind}, expected {len(expected[kind])}")
            continue
        for number, (wanted, got) in enumerate(zip(expected[kind], actual[kind], strict=True), start=1):
            found += [f"{kind[:-1]} {number}: {line}" for line in _artist_differences(wanted, got, rulers)]
    return found


def _artist_differences(expected, actual, rulers):
    found = []
    for field, wanted in expected.items():
        got = actual.get(field)
        if field in rulers:
            found += rulers[field].differences(field, wanted, got)
        elif field == "clim":
            found += _Ruler(wanted, "linear", TOLERANCE).differences(field, wanted, got)
        elif field == "means":
            found += _image_differences(wanted, got)
        elif got != wanted:
            found.append(f"{field} is {got!r}, expected {wanted!r}")
    return found


def _image_differences(expected, actual):
    off = [
        (row, column)
        for row, (wanted, got) in enumerate(zip(expected, actual, strict=False))
        for column, (a, b) in enumerate(zip(wanted, got, strict=False))
        if (a is None) != (b is None) or (a is not None and abs(a - b) > IMAGE_TOLERANCE)
    ]
    n_cells = sum(map(len, expected))
    return [f"{len(off)} of {n_cells} parts look different, the first in row {off[0][0]}"] if off else []


class _Ruler:
    """Comparison of numbers on an axis, which are the same if they look so."""

    def __init__(self, limits, scale, tolerance):
        self.scale = scale
        low, high = (self._position(limit) for limit in limits)
        self.allowed = tolerance * (abs(high - low) or 1.0)

    def _position(self, value):
        return math.log10(value) if self.scale == "log" and value > 0 else value

    def _same(self, a, b):
        if a is None or b is None:
            return a is b
        return abs(self._position(a) - self._position(b)) <= self.allowed

    def differences(self, name, expected, actual):
        if len(actual) != len(expected):
            return [f"{name} has {len(actual)} values, expected {len(expected)}"]
        off = [i for i, pair in enumerate(zip(expected, actual, strict=True)) if not self._same(*pair)]
        if not off:
            return []
        first = off[0]
        more = f" (and {len(off) - 1} more)" if len(off) > 1 else ""
        return [f"{name}[{first}] is {actual[first]}, expected {expected[first]}{more}"]
