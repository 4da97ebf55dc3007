"""Stroke directions: where lines run in an image, and which way; an MLP does not know which pixels adjoin."""

import numpy as np

from mlp_helpers.beyond.augmentation import BLOCK

N_DIRECTIONS = 4  # how brightness changes along the rows, along the columns, and along both diagonals
WEAK = 0.1  # contrasts far below it are noise and remain small; those far above become equal


def stroke_directions(images):
    """Return how much brightness changes in each of four directions, in each square of 2 x 2 pixels.

        d_θ = |cos θ ∂/∂x + sin θ ∂/∂y|,   θ = 0°, 45°, 90°, 135°

    The derivatives are differences of a pixel's two neighbours, and 0 at the edges; d_θ is averaged over each square.

    Parameters
    ----------
    images : ndarray of shape (n_images, height, width)
        Height and width are even.

    Returns
    -------
    ndarray of shape (n_images, 4, height / 2, width / 2), of the images' dtype

    Raises
    ------
    ValueError
        The height or width is odd.

    References
    ----------
    C.-L. Liu, K. Nakashima, H. Sako, H. Fujisawa, "Handwritten digit recognition: benchmarking of state-of-the-art
    techniques", Pattern Recognition 36 (10), 2003: gradient features.
    """
    n_images, height, width = images.shape
    if height % 2 or width % 2:
        raise ValueError(f"images must have an even height and width, got {height} x {width}")
    result = np.empty((n_images, N_DIRECTIONS, height // 2, width // 2), images.dtype)
    for start in range(0, n_images, BLOCK):
        block = slice(start, start + BLOCK)
        _directions(images[block], result[block])
    return result


def _directions(images, result):
    across, down = np.zeros_like(images), np.zeros_like(images)
    np.subtract(images[:, :, 2:], images[:, :, :-2], out=across[:, :, 1:-1])
    np.subtract(images[:, 2:], images[:, :-2], out=down[:, 1:-1])
    diagonal = images.dtype.type(np.sqrt(0.5))
    changes = (across, diagonal * (across + down), down, diagonal * (down - across))
    for direction, change in enumerate(changes):
        result[:, direction] = halved(np.abs(change, out=change))


def halved(images):
    """Return the mean of each square of 2 x 2 pixels, ndarray of shape (n_images, height / 2, width / 2)."""
    rows = images[:, ::2] + images[:, 1::2]
    result = rows[:, :, ::2] + rows[:, :, 1::2]
    result *= 0.25
    return result


def pixels(images):
    """Return images as rows, ndarray of shape (n_images, height · width)."""
    return images.reshape(len(images), -1)


def directions(images):
    """Return stroke directions as rows, ndarray of shape (n_images, height · width): four maps of a quarter each."""
    return pixels(stroke_directions(images))


def contrast_normalized(maps):
    """Return stroke directions divided by the contrast around them, so that a line's darkness has no influence.

        d_θ / (√e + 0.1)

    e is Σ_θ d_θ², averaged over each square and its neighbours with weights 1 : 2 : 1 down and across.

    Parameters
    ----------
    maps : ndarray of shape (n_images, 4, height, width)

    Returns
    -------
    ndarray of the same shape and dtype

    References
    ----------
    N. Dalal, B. Triggs, "Histograms of oriented gradients for human detection", CVPR 2005: normalization in blocks.
    """
    result = np.empty_like(maps)
    for start in range(0, len(maps), BLOCK):
        block = slice(start, start + BLOCK)
        energy = np.einsum("ndij,ndij->nij", maps[block], maps[block])
        energy = np.pad(energy, ((0, 0), (1, 1), (1, 1)))
        energy = energy[:, :-2] + 2 * energy[:, 1:-1] + energy[:, 2:]
        energy = energy[:, :, :-2] + 2 * energy[:, :, 1:-1] + energy[:, :, 2:]
        scale = np.sqrt(energy / 16)
        scale += maps.dtype.type(WEAK)
        np.divide(maps[block], scale[:, np.newaxis], out=result[block])
    return result


def strokes(images):
    """Return images at half their size, their stroke directions, and the stroke directions of those, which show bends.

    Parameters
    ----------
    images : ndarray of shape (n_images, height, width)
        Height and width are multiples of 4.

    Returns
    -------
    ndarray of shape (n_images, 9 / 4 · height · width)

    References
    ----------
    J. Bruna, S. Mallat, "Invariant scattering convolution networks", IEEE Transactions on Pattern Analysis and Machine
    Intelligence 35 (8), 2013: features of features.
    """
    return _with_bends(images, stroke_directions(images))


def even_strokes(images):
    """Return the same as `strokes`, but with contrast-normalized stroke directions, also for the bends."""
    return _with_bends(images, contrast_normalized(stroke_directions(images)))


def _with_bends(images, maps):
    bends = stroke_directions(maps.reshape(-1, *maps.shape[2:]))
    return np.concatenate([part.reshape(len(images), -1) for part in (halved(images), maps, bends)], axis=1)
