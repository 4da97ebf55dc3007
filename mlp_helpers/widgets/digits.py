"""Rasterisation of pen strokes into images like MNIST's."""

import numpy as np

SIDE = 28  # pixels of an image's side
BOX = 20.0  # pixels of a digit's longer side
PEN = 1.15  # radius of the pen, in pixels; MNIST's lines are some two to three pixels wide


def rasterise(strokes):
    """Draw strokes like MNIST's digits: scaled to 20 x 20 pixels, with the centre of mass in the middle.

    Parameters
    ----------
    strokes : list of list of (float, float)
        The points of each stroke, x to the right and y downwards, on any scale.

    Returns
    -------
    ndarray of float32, shape (28, 28)
        Ink in 0 … 1; all 0 if there are no points.

    References
    ----------
    Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits, on how its images were made.
    """
    strokes = [np.asarray(stroke, dtype=float).reshape(-1, 2) for stroke in strokes if len(stroke)]
    if not strokes:
        return np.zeros((SIDE, SIDE), dtype=np.float32)
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    size = (high - low).max()
    scale = (BOX - 2 * PEN) / size if size > 0 else 1.0
    middle = np.full(2, SIDE / 2)
    scaled = [(stroke - (low + high) / 2) * scale + middle for stroke in strokes]
    shift = middle - centre_of_mass(ink(scaled))
    return ink([stroke + shift for stroke in scaled])


def ink(strokes):
    """Return an image of strokes given in pixels: the approximate coverage of each pixel by a round pen."""
    starts = np.concatenate([stroke[:-1] if len(stroke) > 1 else stroke for stroke in strokes])
    ends = np.concatenate([stroke[1:] if len(stroke) > 1 else stroke for stroke in strokes])
    centres = np.stack(np.meshgrid(np.arange(SIDE) + 0.5, np.arange(SIDE) + 0.5), axis=-1)[:, :, np.newaxis]
    along = ends - starts
    length = (along**2).sum(axis=1)
    share = ((centres - starts) * along).sum(axis=-1) / np.where(length > 0, length, 1.0)
    nearest = starts + share.clip(0, 1)[..., np.newaxis] * along
    distance = np.sqrt(((centres - nearest) ** 2).sum(axis=-1)).min(axis=-1)
    return (PEN + 0.5 - distance).clip(0, 1).astype(np.float32)


def centre_of_mass(image):
    """Return x and y of an image's centre of mass, in pixels from its upper left corner."""
    image = image.astype(np.float64)  # in which these sums are exact, and so the same in any order
    positions = np.arange(SIDE) + 0.5
    return np.array([image.sum(axis=0) @ positions, image.sum(axis=1) @ positions]) / image.sum()
