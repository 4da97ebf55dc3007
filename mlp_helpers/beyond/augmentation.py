"""Random small distortions of images, which change how a digit looks but not which one it is.

A distortion maps each pixel of the result to a position in the image, where the value is interpolated between pixels.
All functions work on many images at once.
"""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from mlp_helpers.services.validation import nonnegative_float, positive_float

TRUNCATE = 4  # standard deviations at which a Gaussian is cut off, as in SciPy
DISTANCES = ("shift", "rotation", "scale", "shear", "elastic")  # amplitudes of a distortion
BLOCK = 64  # images that are processed together, so that their working set fits into the cache


@dataclass(frozen=True)
class Distortion:
    """Random distortion of images, by the largest amplitudes that are drawn, in either direction.

    Parameters
    ----------
    shift : float, optional
        Pixels, along each axis.
    rotation : float, optional
        Degrees.
    scale : float, optional
        Each axis is stretched separately, by a factor of 1 - scale … 1 + scale.
    shear : float, optional
        Pixels by which each row is moved sideways relative to the next one.
    elastic : float, optional
        α: pixels are displaced by a field of random numbers in -1 … 1 that is smoothed and multiplied by α.
    smoothness : float, optional
        σ of the Gaussian that smooths the field, in pixels. The larger it is, the more neighbouring pixels move
        together, and the less far: α has to grow with it.

    Raises
    ------
    TypeError, ValueError
        A parameter that is negative or not a number, or a smoothness of 0.

    References
    ----------
    P. Simard, D. Steinkraus, J. Platt, "Best practices for convolutional neural networks applied to visual document
    analysis", ICDAR 2003.
    """

    shift: float = 0.0
    rotation: float = 0.0
    scale: float = 0.0
    shear: float = 0.0
    elastic: float = 0.0
    smoothness: float = 5.0

    def __post_init__(self):
        for name in DISTANCES:
            nonnegative_float(getattr(self, name), name)
        positive_float(self.smoothness, "smoothness")

    def distort(self, images, rng, images_per_distortion=1):
        """Return images, each distorted at random.

        Parameters
        ----------
        images : ndarray of shape (n_images, height, width)
        rng : numpy.random.Generator
        images_per_distortion : int, optional
            Number of consecutive images that share one distortion, which is cheaper; the last group may be smaller.

        Returns
        -------
        ndarray of the same shape and dtype
        """
        images_per_distortion = max(1, min(images_per_distortion, len(images)))
        if rest := len(images) % images_per_distortion:
            parts = ((images[:-rest], images_per_distortion), (images[-rest:], rest))
            return np.concatenate([self.distort(part, rng, size) for part, size in parts])
        n_distortions = len(images) // images_per_distortion
        return resample(images, self.coordinates(n_distortions, images.shape[1:], rng, images.dtype.type))

    def distort_rows(self, X, rng, images_per_distortion=8):
        """Return square images as rows, (n_samples, n_pixels), each distorted at random: for `augmented_epochs`."""
        side = math.isqrt(X.shape[1])
        return self.distort(X.reshape(-1, side, side), rng, images_per_distortion).reshape(X.shape)

    def coordinates(self, n, shape, rng, dtype=np.float64):
        """Draw distortions; return the position in the image of each pixel, ndarray of shape (n, 2, height, width).

        Parameters
        ----------
        n : int
        shape : tuple (height, width)
        rng : numpy.random.Generator
        dtype : {float64, float32}, optional

        Returns
        -------
        ndarray
            Fractional rows and columns, counted from 0; some lie outside the image.
        """
        linear, shifts = self._affine(n, rng)
        grid = centred_grid(shape)
        coordinates = (linear.reshape(2 * n, 2) @ grid.reshape(2, -1)).reshape(n, 2, *shape)
        coordinates += (shifts + (np.array(shape) - 1) / 2)[:, :, np.newaxis, np.newaxis]
        coordinates = coordinates.astype(dtype, copy=False)
        if self.elastic:
            coordinates += dtype(self.elastic) * displacement_fields(n, shape, self.smoothness, rng, dtype)
        return coordinates

    def _affine(self, n, rng):
        """Return the linear part, (n, 2, 2), and the shift, (n, 2), of maps from the result's pixels to the image's."""

        def uniform(largest, *shape):
            return rng.uniform(-largest, largest, (n, *shape))

        angle, stretch, shear = np.deg2rad(uniform(self.rotation)), 1 + uniform(self.scale, 2), uniform(self.shear)
        cos, sin = np.cos(angle), np.sin(angle)
        turned = np.stack([cos, -sin, sin, cos], axis=1).reshape(n, 2, 2)
        sheared = np.zeros((n, 2, 2))
        sheared[:, 0, 0], sheared[:, 1, 1], sheared[:, 1, 0] = 1, 1, shear
        return turned @ sheared * stretch[:, np.newaxis], uniform(self.shift, 2)


def centred_grid(shape):
    """Return row and column of each pixel, counted from the middle, ndarray of shape (2, height, width)."""
    middles = [np.arange(length) - (length - 1) / 2 for length in shape]
    return np.stack(np.meshgrid(*middles, indexing="ij"))


def displacement_fields(n, shape, smoothness, rng, dtype=np.float64):
    """Return smooth random fields: uniform noise in -1 … 1, filtered by a Gaussian.

    The filter wraps around at the edges, so that the variance there is the same as in the middle.

    Parameters
    ----------
    n : int
    shape : tuple (height, width)
    smoothness : float
        σ of the Gaussian, in pixels.
    rng : numpy.random.Generator
    dtype : {float64, float32}, optional

    Returns
    -------
    ndarray of shape (n, 2, height, width)
    """
    noise = rng.random((2 * n, *shape), dtype=dtype)
    noise *= 2
    noise -= 1
    # A Gaussian in two dimensions is separable: one along the columns and one along the rows, each a matrix product.
    rows, columns = (_smoothing(length, smoothness).astype(dtype) for length in shape)
    return np.matmul(rows, (noise.reshape(-1, shape[1]) @ columns).reshape(noise.shape)).reshape(n, 2, *shape)


@cache  # each training step needs the same ones
def _smoothing(length, smoothness):
    """Return the circulant matrix that smooths `length` numbers, with wrap-around."""
    reach = int(TRUNCATE * smoothness + 0.5)
    steps = np.arange(-reach, reach + 1)
    weights = np.exp(-0.5 * (steps / smoothness) ** 2)
    first = np.bincount(steps % length, weights / weights.sum(), length)
    return np.stack([np.roll(first, i) for i in range(length)])


def resample(images, coordinates):
    """Return images sampled at coordinates, by bilinear interpolation; outside of an image all is 0.

    Parameters
    ----------
    images : ndarray of shape (n_images, height, width)
    coordinates : ndarray of shape (n, 2, height, width)
        Fractional rows and columns; height and width may differ from those of the images. n divides n_images, and the
        first n_images / n images share the first coordinates, and so on.

    Returns
    -------
    ndarray of shape (n_images, height, width), height and width as of `coordinates`, of the images' dtype

    Raises
    ------
    ValueError
        n is 0 or does not divide n_images.
    """
    n_images = len(images)
    n = len(coordinates)
    if n == 0 or n_images % n:
        raise ValueError(f"coordinates must be as many as images, {n_images}, or a divisor, got {n}")
    images_per_distortion = n_images // n
    result = np.empty((n_images, *coordinates.shape[2:]), images.dtype)
    step = max(1, BLOCK // images_per_distortion)
    for start in range(0, n, step):
        part = slice(start * images_per_distortion, (start + step) * images_per_distortion)
        _resample(images[part], coordinates[start : start + step], images_per_distortion, result[part])
    return result


def _resample(images, coordinates, images_per_distortion, result):
    height, width = images.shape[1:]
    framed = np.zeros((len(images), height + 3, width + 3), images.dtype)  # a border of 0 for reads outside
    framed[:, 1:-2, 1:-2] = images
    clipped = [np.clip(coordinates[:, axis], -1, length) for axis, length in enumerate((height, width))]
    coordinates = np.stack(clipped, axis=1)
    corners = np.floor(coordinates)
    fractions = (coordinates - corners).astype(images.dtype, copy=False)
    below, right = np.moveaxis(fractions, 1, 0).reshape(2, len(coordinates), 1, -1)
    row, column = np.moveaxis(corners, 1, 0).reshape(2, len(coordinates), -1).astype(np.intp)
    index = (row + 1) * (width + 3) + column + 1
    firsts = np.arange(len(images)).reshape(len(coordinates), images_per_distortion) * framed[0].size
    index = index[:, np.newaxis] + firsts[:, :, np.newaxis]  # of the upper left neighbour, in all frames as one array
    pixels = framed.reshape(-1)
    sum_, term = result.reshape(index.shape), np.empty(index.shape, images.dtype)
    sum_[...] = 0
    for offset, weight in (
        (0, (1 - below) * (1 - right)),
        (1, (1 - below) * right),
        (width + 3, below * (1 - right)),
        (width + 4, below * right),
    ):
        np.take(pixels[offset:], index, out=term, mode="clip")
        term *= weight
        sum_ += term
