"""Images, weights, and counts of mistakes, drawn as mosaics and tables of colours."""

import numpy as np

from mlp_helpers.plots.figures import new_figure


def image_grid(images, titles=None, n_columns=10, cmap="gray_r", limits=None, size=0.75, ax=None, framed=False):
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
    framed : bool, optional
        Whether to draw a thin frame around each image, for images that have ink at their edges.

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
        if framed:
            x, y = column + width * np.array([0, 1, 1, 0, 0]) - 0.5, row + height * np.array([0, 0, 1, 1, 0]) - 0.5
            ax.plot(x, y, "-", color="grey", linewidth=0.8, clip_on=False)
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
