"""MNIST from its four IDX files, labels as one-hot rows and back, and minibatches."""

import gzip
import hashlib
import os
import zlib
from pathlib import Path

import numpy as np

from mlp_helpers.files import REPOSITORY, replacing
from mlp_helpers.validation import class_labels, positive_int, same_length

# Published SHA-256 digests of the uncompressed bytes, which recompression does not change.
SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
MAX_BYTES = 47_040_016  # uncompressed size of the largest file; a file that unpacks to more is not read to its end
MIRRORS = ("https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/")
REPOSITORY_DATA = REPOSITORY / "data"
N_TRAIN = 50_000  # of the 60,000 training images; the other 10,000 are the validation set


class DataError(RuntimeError):
    """Raised for a data file that is missing, damaged or not MNIST; the message names it and the remedy."""


def mnist(datasets_dir=None):
    """Load MNIST: 28 x 28 grey images of handwritten digits.

    The files are read from the first of these folders that has them: `datasets_dir`, the folder named by the
    environment variable MLP_COURSE_DATA, the repository's data/, the user's cache. If none has them, they are
    downloaded into the cache. Their content is always verified.

    Parameters
    ----------
    datasets_dir : str or path, optional
        Folder to look in first. It must exist.

    Returns
    -------
    (X_train, y_train), (X_valid, y_valid), (X_test, y_test) : tuples of ndarray
        50,000, 10,000 and 10,000 samples. X: float32 of shape (n_samples, 1, 28, 28), byte / 256, in 0 … 0.99609375.
        y: int32 of shape (n_samples,), in 0 … 9.

    Raises
    ------
    DataError
        A file is missing, unreadable or damaged, does not match its name, or cannot be downloaded.
    ValueError
        `datasets_dir` is not a folder.

    References
    ----------
    Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits.
    """
    folder = data_folder(datasets_dir)
    images, labels, test_images, test_labels = (_array(_content(folder / f"{name}.gz")) for name in SHA256)
    X, y = _samples(images, labels)
    return (X[:N_TRAIN], y[:N_TRAIN]), (X[N_TRAIN:], y[N_TRAIN:]), _samples(test_images, test_labels)


def _samples(images, labels):
    return images[:, np.newaxis] / np.float32(256), labels.astype(np.int32)


def training_data(n_samples=None):
    """Load the training and validation sets of MNIST, with images as rows, for training and tuning.

    Parameters
    ----------
    n_samples : int, optional
        Number of samples from the start of each set; by default all.

    Returns
    -------
    X, y, X_valid, y_valid : ndarray
        Of shapes (50,000, 784), (50,000,), (10,000, 784), (10,000,); otherwise as from `mnist`, also in what it raises.
    """
    if n_samples is not None:
        positive_int(n_samples, "n_samples")
    folder = data_folder()
    images, labels = (_array(_content(folder / f"{name}.gz")) for name in list(SHA256)[:2])
    sets = (slice(0, N_TRAIN), slice(N_TRAIN, None))
    samples = (_samples(images[part][:n_samples], labels[part][:n_samples]) for part in sets)
    return tuple(part for X, y in samples for part in (X.reshape(len(X), -1), y))


def data_folder(datasets_dir=None):
    """Return the folder that `mnist` reads from, downloading the files if no folder has them."""
    folder = named_folder(datasets_dir)
    if folder is not None:
        for name in SHA256:
            if not (folder / f"{name}.gz").is_file():
                raise DataError(f"{folder / name}.gz is missing: put it beside the other MNIST files")
        return folder
    cache = cache_folder()
    for name in SHA256:
        if not (cache / f"{name}.gz").is_file():
            _download(f"{name}.gz", cache)
    return cache


def named_folder(datasets_dir=None):
    """Return the first folder, the cache excepted, that has any of the files; None if there is none."""
    if datasets_dir is not None and not Path(datasets_dir).is_dir():
        raise ValueError(f"datasets_dir must be a folder that exists (or be left out), got {str(datasets_dir)!r}")
    named = (datasets_dir, os.environ.get("MLP_COURSE_DATA"), REPOSITORY_DATA)
    for folder in [Path(place) for place in named if place]:
        if any((folder / f"{name}.gz").is_file() for name in SHA256):
            return folder
    return None


def cache_folder():
    """Return the user's download folder, which need not exist."""
    import pooch  # imported here, because it is needed only for downloads

    return pooch.os_cache("mlp-course")


def _download(file_name, folder):
    """Download a file from the first mirror that has it intact; leave nothing behind on failure."""
    import pooch

    folder.mkdir(parents=True, exist_ok=True)
    failures = []
    for mirror in MIRRORS:
        try:
            with replacing(folder / file_name) as temporary:
                pooch.HTTPDownloader(progressbar=True)(mirror + file_name, temporary, None)
                verified(temporary, file_name)
            return
        except (OSError, DataError) as failure:  # as all exceptions of requests are
            failures.append(f"{mirror}{file_name} {failure}")
    raise DataError(f"{file_name} could not be downloaded; put it into {folder} by hand.\n" + "\n".join(failures))


def _content(path):
    """Return the uncompressed bytes of the file at `path`, verified."""
    try:
        return verified(path, path.name)
    except OSError as error:
        trouble, cause = f"cannot be read: {error.strerror}", error
    except DataError as error:
        trouble, cause = str(error), error
    remedy = (
        "Replace it by the course's own copy (git restore data); in the cache, delete it to have it downloaded anew."
    )
    raise DataError(f"{path} {trouble}. {remedy}") from cause


def verified(path, file_name):
    """Return the uncompressed content of a file; DataError if it is not what `file_name` says; OSErrors pass."""
    name = file_name.removesuffix(".gz")
    try:
        with gzip.open(path) as file:
            content = file.read(MAX_BYTES + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(f"is damaged: {error}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256[name]:
        swapped = [other for other, digest in SHA256.items() if digest == found]
        raise DataError(f"holds {swapped[0]} instead of {name}" if swapped else f"does not hold MNIST's {name}")
    return content


def _array(content):
    """Return the array of bytes in an IDX file.

    The format is two zero bytes, the type (8 for unsigned byte), the number of axes, the length of each axis as a
    big-endian 32-bit integer, then the values. The digest has already been verified, so the header is not checked.
    """
    n_axes = content[3]
    shape = np.frombuffer(content, dtype=">i4", count=n_axes, offset=4)
    return np.frombuffer(content, dtype=np.uint8, offset=4 + 4 * n_axes).reshape(shape)


def one_hot(labels, n_classes=None, dtype=np.float64):
    """Encode class labels as rows with a single 1: label 2 of 3 classes becomes [0, 0, 1].

    Parameters
    ----------
    labels : ndarray of int, shape (n_samples,)
        In 0 … n_classes - 1.
    n_classes : int, optional
        Number of columns; by default one more than the largest label. Pass it if a class may be absent.
    dtype : dtype, optional
        Dtype of the result.

    Returns
    -------
    ndarray of shape (n_samples, n_classes)

    Raises
    ------
    TypeError, ValueError
        Labels are not integers, negative or too large.
    """
    if n_classes is not None:
        n_classes = positive_int(n_classes, "n_classes")
    labels = class_labels(labels, "labels", n_classes)
    return np.eye(n_classes or labels.max() + 1, dtype=dtype)[labels]


def unhot(one_hot_labels):
    """Return the column with the largest number in each row, the inverse of `one_hot`.

    Parameters
    ----------
    one_hot_labels : ndarray of shape (n_samples, n_classes)
        One-hot rows, or probabilities.

    Returns
    -------
    ndarray of int, shape (n_samples,)
    """
    return np.argmax(one_hot_labels, axis=-1)


def minibatches(X, Y, batch_size, rng=None):
    """Iterate over the data once in small batches, of which the last may be smaller.

    Parameters
    ----------
    X, Y : ndarray of shape (n_samples, …)
        Samples and their targets or labels.
    batch_size : int
        Samples per batch, at least 1.
    rng : numpy.random.Generator, optional
        Shuffles the samples; by default batches are views in the original order.

    Yields
    ------
    X_batch, Y_batch : ndarray of shape (batch_size or less, …)

    Raises
    ------
    TypeError, ValueError
        The batch size is invalid, or X and Y have different lengths.
    """
    batch_size = positive_int(batch_size, "batch_size")
    same_length(X, Y)
    return _minibatches(X, Y, batch_size, rng)


def _minibatches(X, Y, batch_size, rng):
    """Yield the batches. A separate generator, so that `minibatches` raises when called, not at the first batch."""
    order = None if rng is None else rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        batch = slice(start, start + batch_size)
        if order is not None:
            batch = order[batch]
        yield X[batch], Y[batch]
