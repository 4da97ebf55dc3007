"""Style of the course's figures, `new_figure`, and `show`, which puts a figure into a notebook."""

import io

from matplotlib import cycler, rcParams
from matplotlib.figure import Figure

from mlp_helpers.services.figure_data import describe

# Okabe and Ito's colours, which colour-blind readers can tell apart, in an order of falling contrast with white; line
# styles change along with them, so that nothing depends on colour alone.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_LINES = ("-", "--", "-.", ":", "-", "--", "-.")
STYLE = {
    "axes.prop_cycle": cycler(color=COLOURS, linestyle=_LINES),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.titlesize": 11,
    "grid.color": "#e5e5e5",
    "font.size": 10,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "image.cmap": "gray_r",
    "figure.constrained_layout.use": True,
}
POINTS_PER_INCH = 96  # of a browser: an inch of a figure is an inch of the page
SHARPNESS = 1.5  # pixels stored for each pixel of the page, so that figures stay sharp on dense screens


def new_figure(n_rows=1, n_columns=1, size=(7.5, 3.2), **subplots):
    """Set the course's Matplotlib style; return a new Figure and its axes.

    Parameters
    ----------
    n_rows, n_columns : int, optional
    size : (float, float), optional
        Width and height in inches; a notebook's page is about 8 inches wide.
    **subplots
        Further arguments of `Figure.subplots`, such as sharey=True.

    Returns
    -------
    fig : Figure
    axes : Axes, or ndarray of Axes where there are several
    """
    rcParams.update(STYLE)  # not for this call alone: legends, say, are styled when they are created
    fig = Figure(figsize=size)
    return fig, fig.subplots(n_rows, n_columns, **subplots)


def show(fig, alt, tolerance=None, widget=None):
    """Display a figure in the notebook, with alternative text.

    The data drawn is stored in the output's metadata, where tests compare it.

    Parameters
    ----------
    fig : Figure
    alt : str
        What the figure shows, in a sentence.
    tolerance : float, optional
        Allowed deviation of a number in tests, as a share of the length of its axis, if the figure shows noise.
    widget : ipywidgets.Widget, optional
        Shown instead where a kernel runs; the figure is for pages without one: exported, printed, on the web.

    Raises
    ------
    ValueError
        `alt` is empty.
    """
    from IPython.display import display

    if not alt.strip():
        raise ValueError("alt must describe the figure, got an empty text")
    picture = io.BytesIO()
    # Without metadata, the same figure has the same bytes in every version of Matplotlib.
    fig.savefig(picture, dpi=POINTS_PER_INCH * SHARPNESS, metadata={"Software": None})
    width, height = (round(inches * POINTS_PER_INCH) for inches in fig.get_size_inches())
    metadata = {"alt": alt, "width": width, "height": height, "drawn": describe(fig)}
    if tolerance is not None:
        metadata["tolerance"] = tolerance
    bundle = {"image/png": picture.getvalue(), "text/plain": alt}
    if widget is not None:
        bundle |= widget_view(widget)
    display(bundle, metadata={"image/png": metadata}, raw=True)


def widget_view(widget):
    """Return what shows an ipywidgets.Widget, a dict from the mime type to its data, without a text beside it."""
    return {
        "application/vnd.jupyter.widget-view+json": {
            "version_major": 2,
            "version_minor": 0,
            "model_id": widget.model_id,
        }
    }
