"""MNIST, its writers and Fashion-MNIST from their IDX files, labels as one-hot rows and back, and minibatches."""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from mlp_helpers.services.files import REPOSITORY, replacing
from mlp_helpers.services.threads import limited_blas, threads_for_product
from mlp_helpers.services.validation import Array, IntArray, Targets, class_labels, int_at_least, same_length

Samples: TypeAlias = tuple[Array, IntArray]
"""Images and their labels."""
T = TypeVar("T", Array, IntArray, Targets)

# Published SHA-256 digests of the uncompressed bytes, which recompression does not change.
SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
FASHION_SHA256 = {
    "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}
WRITERS_SHA256 = {"writers-idx1-short": "ee28922b35b4eb1f371c768b186cafe70b14e0508016285bc1bf220f34f19125"}
#: Names of the ten classes of Fashion-MNIST, by label.
FASHION_CLASSES = (
    "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip
MAX_BYTES = 47_040_016  # uncompressed size of the largest file; a file that unpacks to more is not read to its end
REPOSITORY_DATA = REPOSITORY / "data"
DEBIAN_DATA = Path("/usr/share/datasets")  # of the package dataset-fashion-mnist
N_TRAIN = 50_000  # of the 60,000 training images; the other 10,000 are the validation set


@dataclass
class Dataset:
    """IDX files of one data set. Those of images are four: images and labels, for training and for testing.

    Attributes
    ----------
    name : str
    sha256 : dict from str to str
        Digest of each file's uncompressed content, by its name without .gz; the training files first.
    mirrors : tuple of str
        Addresses of folders that have the files; none if the course's copy is the only one.
    subfolder : str
        Folder of the files inside of a folder of data sets, "" for that folder itself.
    """

    name: str
    sha256: dict[str, str]
    mirrors: tuple[str, ...]
    subfolder: str


MNIST = Dataset(
    "MNIST",
    SHA256,
    ("https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"),
    "",
)
FASHION = Dataset(
    "Fashion-MNIST",
    FASHION_SHA256,
    ("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",),
    "fashion-mnist",
)
WRITERS = Dataset("QMNIST", WRITERS_SHA256, (), "qmnist")


class DataError(RuntimeError):
    """Raised for a data file that is missing, damaged or of other data; the message names it and the remedy."""


def mnist(datasets_dir: Path | str | None = None, test: bool = True) -> tuple[Samples, ...]:
    """Load MNIST: 28 x 28 grey images of handwritten digits.

    The files are read from the first of these folders that has them: `datasets_dir`, the folder named by the
    environment variable MLP_COURSE_DATA, the repository's data/, the user's cache. If none has them, they are
    downloaded into the cache. Their content is always verified.

    Parameters
    ----------
    datasets_dir : str or path, optional
        Folder to look in first. It must exist.
    test : bool, optional
        Whether to load the test set.

    Returns
    -------
    (X_train, y_train), (X_valid, y_valid), (X_test, y_test) : tuples of ndarray
        50,000, 10,000 and 10,000 samples; without the last pair if `test` is False. X: float32 of shape
        (n_samples, 1, 28, 28), byte / 256, in 0 … 0.99609375. y: int32 of shape (n_samples,), in 0 … 9.

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
    return _sets(MNIST, datasets_dir, test)


def fashion_mnist(datasets_dir: Path | str | None = None, test: bool = True) -> tuple[Samples, ...]:
    """Load Fashion-MNIST: 28 x 28 grey images of clothes, in the ten `FASHION_CLASSES`.

    The files are looked for as those of `mnist` are, in a folder fashion-mnist inside of each of those folders, or in
    `datasets_dir` itself, or where Debian's package puts them.

    Parameters
    ----------
    datasets_dir : str or path, optional
        Folder to look in first. It must exist.
    test : bool, optional
        Whether to load the test set, which the students' edition does not have.

    Returns
    -------
    (X_train, y_train), (X_valid, y_valid), (X_test, y_test) : tuples of ndarray
        As from `mnist`.

    Raises
    ------
    DataError, ValueError
        As by `mnist`.

    References
    ----------
    H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms.
    arXiv:1708.07747, 2017.
    """
    return _sets(FASHION, datasets_dir, test)


def writers(datasets_dir: Path | str | None = None) -> tuple[IntArray, ...]:
    """Load who wrote each digit of MNIST: a number for each person, in the order of the images of `mnist`.

    The file is looked for as those of `fashion_mnist` are, in a folder qmnist. It is never downloaded.

    Parameters
    ----------
    datasets_dir : str or path, optional
        Folder to look in first. It must exist.

    Returns
    -------
    train, valid, test : ndarray of int32, shapes (50,000,), (10,000,) and (10,000,)
        0 … 610 for an employee of the Census Bureau, 2100 … 2599 for a high-school student.

    Raises
    ------
    DataError, ValueError
        As by `mnist`.

    References
    ----------
    C. Yadav, L. Bottou, Cold case: the lost MNIST digits. NeurIPS, 2019.
    """
    (name,) = WRITERS_SHA256
    numbers = _array(_content(data_folder(datasets_dir, WRITERS) / f"{name}.gz", WRITERS)).astype(np.int32)
    return tuple(np.split(numbers, [N_TRAIN, N_TRAIN + 10_000]))


def _sets(dataset: Dataset, datasets_dir: Path | str | None = None, test: bool = True) -> tuple[Samples, ...]:
    """Return training, validation and test set of a data set; the last only if `test` is true."""
    names = list(dataset.sha256)[: 4 if test else 2]
    folder = data_folder(datasets_dir, dataset, names)
    arrays = [_array(_content(folder / f"{name}.gz", dataset)) for name in names]
    X, y = _samples(*arrays[:2])
    return (X[:N_TRAIN], y[:N_TRAIN]), (X[N_TRAIN:], y[N_TRAIN:]), *([_samples(*arrays[2:])] if test else [])


def _samples(images: IntArray, labels: IntArray) -> Samples:
    return images[:, np.newaxis] / np.float32(256), labels.astype(np.int32)


def training_data(n_samples: int | None = None) -> tuple[Array, IntArray, Array, IntArray]:
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
        int_at_least(n_samples, "n_samples")
    folder = data_folder()
    images, labels = (_array(_content(folder / f"{name}.gz", MNIST)) for name in list(SHA256)[:2])
    sets = (slice(0, N_TRAIN), slice(N_TRAIN, None))
    (X, y), (X_valid, y_valid) = (_samples(images[part][:n_samples], labels[part][:n_samples]) for part in sets)
    return X.reshape(len(X), -1), y, X_valid.reshape(len(X_valid), -1), y_valid


def data_folder(
    datasets_dir: Path | str | None = None, dataset: Dataset = MNIST, names: Sequence[str] | None = None
) -> Path:
    """Return the folder that a data set is read from, downloading the files if no folder has them.

    Parameters
    ----------
    datasets_dir : path, optional
    dataset : Dataset
    names : list of str, optional
        The files that are needed, without .gz; by default all.
    """
    folder, names = named_folder(datasets_dir, dataset), names or list(dataset.sha256)
    if folder is not None:
        for name in names:
            if not (folder / f"{name}.gz").is_file():
                raise DataError(f"{folder / name}.gz is missing: {_remedy_for(dataset, name)}")
        return folder
    cache = cache_folder(dataset)
    for name in names:
        if not (cache / f"{name}.gz").is_file():
            _download(f"{name}.gz", cache, dataset)
    return cache


def _remedy_for(dataset: Dataset, name: str) -> str:
    """Return what to do about a file that is not beside the others."""
    if dataset is FASHION and name.startswith("t10k"):
        return "the students' edition has no test set; load the other two by fashion_mnist(test=False)"
    return f"put it beside the other {dataset.name} files"


def named_folder(datasets_dir: Path | str | None = None, dataset: Dataset = MNIST) -> Path | None:
    """Return the first folder, the cache excepted, that has any of a data set's files; None if there is none."""
    if datasets_dir is not None and not Path(datasets_dir).is_dir():
        raise ValueError(f"datasets_dir must be a folder that exists (or be left out), got {str(datasets_dir)!r}")
    named = [Path(place) for place in (datasets_dir, os.environ.get("MLP_COURSE_DATA"), REPOSITORY_DATA) if place]
    folders = [place / dataset.subfolder for place in named]
    if dataset.subfolder:
        folders[1:1] = named[:1] if datasets_dir is not None else []
        folders.append(DEBIAN_DATA / dataset.subfolder)
    return next((one for one in folders if any((one / f"{name}.gz").is_file() for name in dataset.sha256)), None)


def cache_folder(dataset: Dataset = MNIST) -> Path:
    """Return the user's download folder of a data set, which need not exist."""
    import pooch  # imported here, because it is needed only for downloads

    return Path(pooch.os_cache("mlp-course")) / dataset.subfolder


def _download(file_name: str, folder: Path, dataset: Dataset) -> None:
    """Download a file from the first mirror that has it intact; leave nothing behind on failure."""
    if not dataset.mirrors:
        place = REPOSITORY_DATA / dataset.subfolder / file_name
        raise DataError(f"{place} is missing: restore the course's own copy (git restore data)")
    import pooch

    folder.mkdir(parents=True, exist_ok=True)
    failures = []
    for mirror in dataset.mirrors:
        try:
            with replacing(folder / file_name) as temporary:
                pooch.HTTPDownloader(progressbar=True)(mirror + file_name, temporary, None)
                verified(temporary, file_name, dataset)
            return
        except (OSError, DataError) as failure:  # as all exceptions of requests are
            failures.append(f"{mirror}{file_name} {failure}")
    raise DataError(f"{file_name} could not be downloaded; put it into {folder} by hand.\n" + "\n".join(failures))


def _content(path: Path, dataset: Dataset) -> bytes:
    """Return the uncompressed bytes of the file at `path`, verified."""
    try:
        return verified(path, path.name, dataset)
    except (OSError, DataError) as error:
        trouble, cause = str(error) if isinstance(error, DataError) else f"cannot be read: {error.strerror}", error
    remedy = (
        "Replace it by the course's own copy (git restore data); in the cache, delete it to have it downloaded anew."
    )
    raise DataError(f"{path} {trouble}. {remedy}") from cause


def verified(path: Path, file_name: str, dataset: Dataset = MNIST) -> bytes:
    """Return the uncompressed content of a file; DataError if it is not what `file_name` says; OSErrors pass."""
    name = file_name.removesuffix(".gz")
    try:
        with gzip.open(path) as file:
            content = file.read(MAX_BYTES + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(f"is damaged: {error}") from error
    found = hashlib.sha256(content).hexdigest()
    if found == dataset.sha256[name]:
        return content
    for held in (MNIST, FASHION, WRITERS):
        for other, digest in held.sha256.items():
            if digest == found:
                if held is dataset:
                    raise DataError(f"holds {other} instead of {name}")
                raise DataError(f"holds {held.name}'s {other} instead of {dataset.name}'s {name}")
    raise DataError(f"does not hold {dataset.name}'s {name}")


def _array(content: bytes) -> IntArray:
    """Return the array of numbers in an IDX file.

    The format is two zero bytes, the type (8 for unsigned bytes, 11 for 16-bit integers), the number of axes, the
    length of each axis as a big-endian 32-bit integer, then the values, big-endian, too. The digest has already been
    verified, so the header is not checked.
    """
    dtype, n_axes = np.dtype({8: "u1", 11: ">i2"}[content[2]]), content[3]
    shape = np.frombuffer(content, dtype=">i4", count=n_axes, offset=4)
    return np.frombuffer(content, dtype=dtype, offset=4 + 4 * n_axes).reshape(shape)


def one_hot(labels: IntArray, n_classes: int | None = None, dtype: npt.DTypeLike = np.float64) -> Array:
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
        n_classes = int_at_least(n_classes, "n_classes")
    labels = class_labels(labels, "labels", n_classes)
    return np.eye(n_classes or np.max(labels) + 1, dtype=dtype)[labels]


def unhot(one_hot_labels: Array | IntArray) -> IntArray:
    """Return the column with the largest number in each row, the inverse of `one_hot`.

    Parameters
    ----------
    one_hot_labels : ndarray of shape (n_samples, n_classes)
        One-hot rows, or probabilities.

    Returns
    -------
    ndarray of int, shape (n_samples,)
    """
    columns: IntArray = np.argmax(one_hot_labels, axis=-1)
    return columns


def minibatches(X: Array, Y: T, batch_size: int, rng: np.random.Generator | None = None) -> Iterator[tuple[Array, T]]:
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
    batch_size = int_at_least(batch_size, "batch_size")
    same_length(X, Y)
    # The threads suit a layer of 100 units: whoever writes a loop need not know of them.
    threads = threads_for_product(2 * batch_size * np.size(X[:1]) * 100)
    return _with_threads(threads, _minibatches(X, Y, batch_size, rng))


def _with_threads(threads: int, batches: Iterator[tuple[Array, T]]) -> Iterator[tuple[Array, T]]:
    """Yield batches, with a number of BLAS threads until the last one."""
    with limited_blas(threads):
        yield from batches


def _minibatches(X: Array, Y: T, batch_size: int, rng: np.random.Generator | None) -> Iterator[tuple[Array, T]]:
    """Yield the batches. A separate generator, so that `minibatches` raises when called, not at the first batch."""
    order = None if rng is None else rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        part = slice(start, start + batch_size)
        batch = part if order is None else order[part]
        yield X[batch], Y[batch]
