"""Stroke directions: where lines run in an image, and which way; a perceptron does not know what pixels touch."""

import numpy as np

from mlp_helpers.augmentation import BLOCK

N_DIRECTIONS = 4  # how brightness changes along the rows, along the columns, and along both diagonals


def stroke_directions(images):
    """Return how much brightness changes in each of four directions, in each square of 2 x 2 pixels.

        d_θ = |cos θ ∂/∂x + sin θ ∂/∂y|,   θ = 0°, 45°, 90°, 135°

    The derivatives are differences of the two neighbours of a pixel, and 0 at the edges; a square has their mean.

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
        A height or width that is odd.

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
        np.abs(change, out=change)
        rows = change[:, ::2] + change[:, 1::2]
        np.add(rows[:, :, ::2], rows[:, :, 1::2], out=result[:, direction])
    result *= 0.25


def pixels(images):
    """Return images as rows, ndarray of shape (n_images, height · width)."""
    return images.reshape(len(images), -1)


def directions(images):
    """Return stroke directions as rows, ndarray of shape (n_images, height · width): four maps of a quarter each."""
    return pixels(stroke_directions(images))


def pixels_and_directions(images):
    """Return both side by side, ndarray of shape (n_images, 2 · height · width)."""
    return np.concatenate([pixels(images), directions(images)], axis=1)
