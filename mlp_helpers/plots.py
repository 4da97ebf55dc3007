"""Figures of the course: pure functions that return a Figure, and `show`, which puts one into a notebook."""

import io

import numpy as np
from matplotlib import cycler, rc_context
from matplotlib.figure import Figure

# Okabe and Ito's colours, which colour-blind readers can tell apart, in an order of falling contrast with
# white; line styles change along with them, so that nothing rests on colour alone.
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
    """Return a Figure in the course's style and its axes.

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
    with rc_context(STYLE):
        fig = Figure(figsize=size)
        return fig, fig.subplots(n_rows, n_columns, **subplots)


def show(fig, alt):
    """Display a figure in the notebook, with a description for those who cannot see it.

    Parameters
    ----------
    fig : Figure
    alt : str
        What the figure shows, in a sentence.

    Raises
    ------
    ValueError
        The description is empty.
    """
    from IPython.display import display

    if not alt.strip():
        raise ValueError("alt must describe the figure, got an empty text")
    picture = io.BytesIO()
    with rc_context(STYLE):
        # No metadata: the same figure is then the same bytes, whichever version of Matplotlib drew it.
        fig.savefig(picture, dpi=POINTS_PER_INCH * SHARPNESS, metadata={"Software": None})
    width, height = (round(inches * POINTS_PER_INCH) for inches in fig.get_size_inches())
    display(
        {"image/png": picture.getvalue(), "text/plain": alt},
        metadata={"image/png": {"alt": alt, "width": width, "height": height}},
        raw=True,
    )


def image_grid(images, titles=None, n_columns=10, cmap="gray_r", limits=None, size=0.75):
    """Draw images side by side.

    Parameters
    ----------
    images : ndarray of shape (n_images, height, width)
    titles : sequence of str, optional
        One above each image.
    n_columns : int, optional
    cmap : str, optional
    limits : (float, float), optional
        Values of the first and the last colour, the same for all images; by default those of each image.
    size : float, optional
        Inches a side of an image.

    Returns
    -------
    Figure
    """
    images = np.asarray(images)
    if images.ndim != 3 or len(images) == 0:
        raise ValueError(f"images must have shape (n_images, height, width), got {images.shape}")
    n_columns = min(n_columns, len(images))
    n_rows = -(-len(images) // n_columns)
    height = size * (1.3 if titles is not None else 1)
    fig, axes = new_figure(n_rows, n_columns, (size * n_columns, height * n_rows), squeeze=False)
    low, high = (None, None) if limits is None else limits
    for ax in axes.flat:
        ax.set_axis_off()
    for i, (ax, image) in enumerate(zip(axes.flat, images, strict=False)):
        ax.imshow(image, cmap=cmap, vmin=low, vmax=high)
        if titles is not None:
            ax.set_title(titles[i], fontsize=9, pad=2)
    return fig


def weight_images(W, n_columns=10, size=0.75):
    """Draw each unit's incoming weights as an image, blue where they are negative and red where positive.

    Parameters
    ----------
    W : ndarray of shape (n_pixels, n_units)
        Weights from the pixels of a square image, such as the first layer's.

    Returns
    -------
    Figure
    """
    side = int(np.sqrt(len(W)))
    if side * side != len(W):
        raise ValueError(f"W must have a row for each pixel of a square image, got {len(W)} rows")
    limit = np.quantile(np.abs(W), 0.995)  # a few extreme weights would leave all others pale
    return image_grid(
        W.T.reshape(-1, side, side), n_columns=n_columns, cmap="RdBu_r", limits=(-limit, limit), size=size
    )


def learning_curves(history, log=False):
    """Draw loss and error over the epochs, for training and validation.

    Parameters
    ----------
    history : sequence of EpochResult
    log : bool, optional
        A logarithmic scale for both.

    Returns
    -------
    Figure
    """
    fig, axes = new_figure(1, 2)
    epochs = [result.epoch for result in history]
    for ax, quantity in zip(axes, ("loss", "error"), strict=True):
        for name, label in (("train", "training"), ("valid", "validation")):
            values = [getattr(result, f"{name}_{quantity}") for result in history]
            if None not in values:
                ax.plot(epochs, values, label=label)
        ax.set(xlabel="epoch", ylabel=quantity, yscale="log" if log else "linear")
        if ax.lines:
            ax.legend()
    return fig


def confusion_matrix(y, y_pred, n_classes=10):
    """Draw how often each class (row) was taken for each other (column).

    The diagonal, which would drown all else, is left blank: colours and numbers count mistakes.

    Parameters
    ----------
    y, y_pred : ndarray of int, shape (n_samples,)
        True and predicted classes.

    Returns
    -------
    Figure
    """
    counts = np.zeros((n_classes, n_classes), int)
    np.add.at(counts, (y, y_pred), 1)
    mistakes = np.where(np.eye(n_classes, dtype=bool), 0, counts)
    fig, ax = new_figure(size=(5.2, 4.6))
    ax.grid(False)
    image = ax.imshow(mistakes, cmap="Oranges")
    fig.colorbar(image, ax=ax, label="mistakes")
    for (row, column), count in np.ndenumerate(mistakes):
        if count:
            dark = count > 0.6 * mistakes.max()
            ax.text(column, row, count, ha="center", va="center", fontsize=8, color="white" if dark else "black")
    ax.set(xlabel="predicted", ylabel="true", xticks=range(n_classes), yticks=range(n_classes))
    return fig
