"""Figures of the course: pure functions that return a Figure, and `show`, which puts one into a notebook."""

import io

import numpy as np
from matplotlib import cycler, rcParams
from matplotlib.figure import Figure

from mlp_helpers.figure_data import describe

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
        mime_type = "application/vnd.jupyter.widget-view+json"
        bundle[mime_type] = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    display(bundle, metadata={"image/png": metadata}, raw=True)


def image_grid(images, titles=None, n_columns=10, cmap="gray_r", limits=None, size=0.75, ax=None):
    """Draw images side by side, as one mosaic.

    Parameters
    ----------
    images : ndarray of shape (n_images, height, width)
    titles : sequence of str, optional
        One above each image.
    n_columns : int, optional
    cmap : str, optional
    limits : (float, float), optional
        Values of the first and the last colour; by default each image's own smallest and largest.
    size : float, optional
        Width of an image in inches.
    ax : Axes, optional
        Where to draw; by default a new Figure that fits.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        `images` is not a stack of images.
    """
    images = np.asarray(images, dtype=float)
    if images.ndim != 3 or len(images) == 0:
        raise ValueError(f"images must have shape (n_images, height, width), got {images.shape}")
    if limits is None:
        low, high = images.min(axis=(1, 2), keepdims=True), images.max(axis=(1, 2), keepdims=True)
        images, limits = (images - low) / np.maximum(high - low, np.finfo(float).tiny), (0, 1)
    _, height, width = images.shape
    n_columns = min(n_columns, len(images))
    n_rows = -(-len(images) // n_columns)
    gap = max(1, round(0.08 * width))
    top = gap + (0 if titles is None else round(0.3 * height))
    mosaic = np.full((n_rows * (height + top), n_columns * (width + gap) - gap), np.nan)  # NaN is not drawn
    if ax is None:
        _, ax = new_figure(size=(size * mosaic.shape[1] / width, size * mosaic.shape[0] / width))
    for i, image in enumerate(images):
        row, column = (i // n_columns) * (height + top) + top, (i % n_columns) * (width + gap)
        mosaic[row : row + height, column : column + width] = image
        if titles is not None:
            ax.text(column + width / 2, row - 1, titles[i], ha="center", va="bottom", fontsize=9)
    ax.imshow(mosaic, cmap=cmap, vmin=limits[0], vmax=limits[1], interpolation="nearest")
    ax.set_axis_off()
    return ax.figure


def weight_images(W, n_columns=10, size=0.75, ax=None):
    """Draw each unit's incoming weights as an image, blue where they are negative and red where positive.

    Parameters
    ----------
    W : ndarray of shape (n_pixels, n_units)
        Weights from the pixels of a square image, such as the first layer's.
    n_columns, size, ax
        As for `image_grid`.

    Returns
    -------
    Figure
    """
    side = int(np.sqrt(len(W)))
    if side * side != len(W):
        raise ValueError(f"W must have a row for each pixel of a square image, got {len(W)} rows")
    limit = np.quantile(np.abs(W), 0.995)  # a few extreme weights would leave all others pale
    images = W.T.reshape(-1, side, side)
    return image_grid(images, n_columns=n_columns, cmap="RdBu_r", limits=(-limit, limit), size=size, ax=ax)


def learning_curves(history, log=False):
    """Draw loss and error over the epochs, for training and validation.

    Parameters
    ----------
    history : iterable of EpochResult
        A run, too, such as that of `MLPConfig.run`, which then trains.
    log : bool, optional
        Whether both have a logarithmic scale.

    Returns
    -------
    Figure
    """
    history = list(history)
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


def count_mistakes(y, y_pred, n_classes=10):
    """Count how often each class (row) was taken for each other (column).

    Parameters
    ----------
    y, y_pred : ndarray of int, shape (n_samples,)
        True and predicted classes.

    Returns
    -------
    ndarray of int, shape (n_classes, n_classes)
        0 on the diagonal.
    """
    counts = np.zeros((n_classes, n_classes), int)
    np.add.at(counts, (y, y_pred), 1)
    np.fill_diagonal(counts, 0)
    return counts


def confusion_matrix(y, y_pred, n_classes=10):
    """Draw how often each class (row) was taken for each other (column).

    The diagonal is left blank, since it would dominate the colour scale: colours and numbers count mistakes.

    Parameters
    ----------
    y, y_pred : ndarray of int, shape (n_samples,)
        True and predicted classes.

    Returns
    -------
    Figure
    """
    mistakes = count_mistakes(y, y_pred, n_classes)
    fig, ax = new_figure(size=(5.2, 4.2))
    ax.grid(False)
    image = ax.imshow(mistakes, cmap="Oranges")
    fig.colorbar(image, ax=ax, label="mistakes", shrink=0.85)
    for (row, column), count in np.ndenumerate(mistakes):
        if count:
            dark = count > 0.6 * mistakes.max()
            ax.text(column, row, count, ha="center", va="center", fontsize=8, color="white" if dark else "black")
    ax.set(xlabel="predicted", ylabel="true", xticks=range(n_classes), yticks=range(n_classes))
    return fig


def search_history(study):
    """Draw the validation error of each trial of a study, and the best so far.

    Parameters
    ----------
    study : optuna.Study

    Returns
    -------
    Figure
    """
    complete, pruned = _complete_and_pruned(study)
    fig, ax = new_figure(size=(7, 3.2))
    ax.plot(*_numbers_and_errors(pruned), ".", color="silver", label="stopped early")
    numbers, errors = _numbers_and_errors(complete)
    ax.plot(numbers, errors, "o", color=COLOURS[0], label="complete")
    ax.step(numbers, np.minimum.accumulate(errors), where="post", color=COLOURS[1], linestyle="-", label="best so far")
    ax.set(xlabel="trial")
    _error_axis(ax)
    ax.legend()
    return fig


def search_curves(study):
    """Draw each trial's validation error over its epochs, with pruned trials faded and the best in front.

    Parameters
    ----------
    study : optuna.Study

    Returns
    -------
    Figure
    """
    complete, pruned = _complete_and_pruned(study)
    fig, ax = new_figure(size=(7, 3.6))
    best = [trial for trial in complete if trial.value == min(trial.value for trial in complete)][:1]
    for trials, label, look in (
        (pruned, "stopped early", {"color": "silver", "linewidth": 0.8, "marker": ".", "markevery": [-1]}),
        (complete, "complete", {"color": COLOURS[0], "linewidth": 0.8}),
        (best, "best", {"color": COLOURS[1]}),
    ):
        for i, trial in enumerate(trials):
            epochs, errors = zip(*sorted(trial.intermediate_values.items()), strict=True)
            ax.plot(epochs, errors, linestyle="-", label=label if i == 0 else None, **look)
    ax.set(xlabel="epoch")
    _error_axis(ax)
    if ax.lines:
        ax.legend()
    return fig


def importance_bars(shares):
    """Draw the importance of each hyperparameter.

    Parameters
    ----------
    shares : dict of str to float
        As returned by `tuning.importances`.

    Returns
    -------
    Figure
    """
    fig, ax = new_figure(size=(6, 0.6 + 0.28 * len(shares)))
    bars = ax.barh(list(shares), list(shares.values()))
    ax.bar_label(bars, [f"{100 * share:.0f} %" for share in shares.values()], padding=3)
    ax.set(xlabel="importance", xlim=(0, 1.15 * max(shares.values())))
    ax.grid(False, axis="y")
    ax.invert_yaxis()
    return fig


def _complete_and_pruned(study):
    """Return the complete trials of a study, and those that were pruned after at least one epoch."""
    trials = [trial for trial in study.get_trials(deepcopy=False) if trial.intermediate_values]
    return [[trial for trial in trials if trial.state.name == state] for state in ("COMPLETE", "PRUNED")]


def _numbers_and_errors(trials):
    """Return the numbers and the errors of trials, two lists; with early stopping, the error of the best epoch."""
    return [trial.number for trial in trials], [trial.value for trial in trials]


def _error_axis(ax):
    """Make the vertical axis one of errors on a logarithmic scale, with readable labels."""
    ax.set(ylabel="validation error", yscale="log")
    low, high = ax.get_ylim()
    ticks = [tick for tick in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1) if low <= tick <= high]
    ax.set_yticks(ticks, labels=ticks)
    ax.minorticks_off()
