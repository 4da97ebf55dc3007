"""Loss over two weights, as coloured bands between contour lines, and paths on it."""

import numpy as np

from mlp_helpers.plots.figures import COLOURS, new_figure

DARKEST = 0.72  # share of the colour map that bands use: on darker ones, paths would be hard to see
MARKERS = "os^Dv*"


def surface(x, y, heights, levels, paths=None, labels=("$w_1$", "$w_2$", "loss")):
    """Draw a surface over two weights, and paths on it.

    Parameters
    ----------
    x, y : ndarray of shape (n,) and (m,)
        Values of both weights, ascending.
    heights : ndarray of shape (m, n)
        A row for each y.
    levels : sequence of float
        Heights of the contour lines, ascending, with the ends of the scale.
    paths : dict from str to ndarray of shape (n_points, 2), optional
        By label, six at most. Parts outside of the surface are not drawn.
    labels : (str, str, str), optional
        Of both axes, and of the heights.

    Returns
    -------
    Figure
    """
    paths = paths or {}
    fig, ax = new_figure(size=(7.5, 4))
    bands = ax.contourf(x, y, heights, levels, colors=band_colors(levels))
    bands.set(edgecolor="black", linewidth=0.4)
    for (label, points), color, marker in zip(paths.items(), COLOURS[1:], MARKERS, strict=False):
        across, up = np.transpose(points)
        ax.plot(across, up, color="white", linestyle="-", linewidth=3.5)
        look = {"linestyle": "-", "markersize": 5, "markeredgecolor": "white", "markeredgewidth": 0.7}
        ax.plot(across, up, color=color, marker=marker, label=label, **look)
    ax.set(xlabel=labels[0], ylabel=labels[1], xlim=(x[0], x[-1]), ylim=(y[0], y[-1]), aspect="equal")
    ax.grid(False)
    fig.colorbar(bands, ax=ax, ticks=levels).ax.set_title(labels[2], fontsize=10)
    if paths:
        fig.legend(loc="outside right center", labelspacing=1.2)
    return fig


def band_colors(levels):
    """Return the colours of the bands between levels, light ones first, a list of str."""
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    return [to_hex(color) for color in colormaps["YlGnBu"](np.linspace(0, DARKEST, len(levels) - 1))]


def band_outlines(x, y, heights, levels):
    """Return the outlines of the bands between levels, a list of polygons for each, arrays of shape (n_points, 2)."""
    from matplotlib.figure import Figure

    bands = Figure().subplots().contourf(x, y, heights, levels)
    return [path.to_polygons() for path in bands.get_paths()]
