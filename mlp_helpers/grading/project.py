"""The project of notebook 07: networks evaluated on distorted test images, points by thresholds, and what is flagged.

The test set of Fashion-MNIST is public. Small random changes of its images, by the secret seed of the grading run, cost
an honest network less than a point and keep their order, but they do not stop a network that was trained on the test
set. Therefore the points end at a threshold that honest networks reach, and a result that is too good is flagged.
"""

import time
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from mlp_helpers.checking.observations import PARTLY, RIGHT, UNANSWERED, WRONG
from mlp_helpers.course.networks import BadNetwork, read_network
from mlp_helpers.data import FASHION_CLASSES, fashion_mnist
from mlp_helpers.grading.results import STOPPED, ExerciseResult

# Highest test error, and the share of the points for it. It is read with a tolerance, the price of the changes.
THRESHOLDS = ((0.125, 1.0), (0.15, 5 / 8), (0.20, 2 / 8))
TOLERANCE = 0.007
MAX_SHIFT, MAX_DEGREES, MAX_CONTRAST = 0.25, 2.0, 0.10  # of the changes: pixels, degrees, share
TOO_GOOD = 0.08  # test error below which no honest network of this course was seen
MIN_GAP = 0.01  # by which an honest network's test error is above its training error


@dataclass(frozen=True)
class NetworkResult:
    """Result of a student's network.

    Attributes
    ----------
    classes : str
        A digit for each distorted test image, the class that the network gave; a dash where it gave none.
    error : float
        Share of the distorted test images misread.
    test_error, train_error : float
        Shares misread of the test images as they are, and of the training images.
    n_parameters : int
    digest : str
        Of the parameters.
    """

    classes: str
    error: float
    test_error: float
    train_error: float
    n_parameters: int
    digest: str

    @property
    def flags(self):
        """Return why a person should look at it, a list of str."""
        found = []
        if self.error < TOO_GOOD:
            found.append(f"its error of {self.error:.1%} is below {TOO_GOOD:.0%}: was it trained on the test set?")
        if share(self.error) == 1 and self.test_error - self.train_error < MIN_GAP:  # a poor one has no gap either
            found.append(
                f"it misreads {self.test_error:.1%} of the test images as they are, and {self.train_error:.1%} of the "
                "training images: was it trained on both?"
            )
        return found


class Exam:
    """Images on which a grading run evaluates all networks.

    Parameters
    ----------
    seed : int
        Of the grading run.
    datasets_dir : path
        Folder of the data.
    """

    def __init__(self, seed, datasets_dir):
        self.seed, self.datasets_dir = seed, datasets_dir

    @cached_property
    def _sets(self):
        (X_train, y_train), _, (X_test, y_test) = fashion_mnist(self.datasets_dir)
        rows = [X.reshape(len(X), -1) for X in (X_train, X_test)]
        return rows[0], y_train, rows[1], y_test

    @property
    def labels(self):
        """Return the labels of the test images."""
        return self._sets[3]

    @cached_property
    def images(self):
        """Return the distorted test images, float32 of shape (10,000, 784), in 0 … 0.99609375."""
        return distorted(self._sets[2], np.random.default_rng([self.seed, len(self.labels)]))

    def evaluate(self, network):
        """Return the `NetworkResult` of a `Network`."""
        X_train, y_train, X_test, y_test = self._sets
        found = network.classify(self.images)
        return NetworkResult(
            classes="".join(str(label) if label >= 0 else "-" for label in found),
            error=float(np.mean(found != y_test)),
            test_error=float(np.mean(network.classify(X_test) != y_test)),
            train_error=float(np.mean(network.classify(X_train) != y_train)),
            n_parameters=network.n_parameters,
            digest=network.digest,
        )


def distorted(X, rng):
    """Return images that are shifted, rotated and changed in contrast at random, a little, and rounded to bytes.

    Parameters
    ----------
    X : ndarray of shape (n_samples, 784)
        In 0 … 255 / 256.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of float32, of the shape of X
    """
    from scipy.ndimage import affine_transform

    centre = np.array([13.5, 13.5])
    shifts = rng.uniform(-MAX_SHIFT, MAX_SHIFT, (len(X), 2))
    angles = np.radians(rng.uniform(-MAX_DEGREES, MAX_DEGREES, len(X)))
    contrasts = rng.uniform(1 - MAX_CONTRAST, 1 + MAX_CONTRAST, len(X))
    found = np.empty((len(X), 28, 28), np.float32)
    for image, shift, angle, contrast, target in zip(
        X.reshape(-1, 28, 28), shifts, angles, contrasts, found, strict=True
    ):
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        offset = centre - turn @ (centre + shift)
        # In the mode "constant", whatever lies between the last pixels and the border would be 0: the smallest shift
        # would cost clothes that touch the border a row.
        target[...] = contrast * affine_transform(image, turn, offset, order=3, mode="grid-constant")
    return (np.clip(np.rint(256 * found), 0, 255) / 256).astype(np.float32).reshape(X.shape)


def share(error):
    """Return the share of the points for an error on the distorted test images."""
    return next((share for threshold, share in THRESHOLDS if error <= threshold + TOLERANCE), 0.0)


def marked(item, content, exam):
    """Return the `ExerciseResult` and the `NetworkResult` of a file; None for the latter if it is no network.

    Parameters
    ----------
    item : Exercise
    content : bytes or None
        The file, None if there is none.
    exam : Exam
    """
    started = time.monotonic()
    result = ExerciseResult(item.name, item.notebook, 0, item.points, UNANSWERED)
    if content is None:
        return result, None
    try:
        found = exam.evaluate(read_network(content))
    except BadNetwork as error:
        return replace(result, state=STOPPED, error=str(error), seconds=_since(started)), None
    earned = share(found.error)
    state = RIGHT if earned == 1 else PARTLY if earned else WRONG
    output = (
        f"test error {found.error:.2%} on slightly changed images, {found.n_parameters:,} parameters\n"
        f"full points up to {THRESHOLDS[0][0] + TOLERANCE:.1%}"
    )
    points = round(earned * item.points, 2)
    return replace(result, state=state, points=points, output=output, seconds=_since(started)), found


def _since(started):
    return round(time.monotonic() - started, 3)


def confusion(classes, labels):
    """Return a matrix of counts: a row for each true class, a column for each class that a network gave.

    Parameters
    ----------
    classes : str
        As in `NetworkResult`.
    labels : ndarray of int
    """
    given = np.array([int(one) if one.isdigit() else -1 for one in classes])
    matrix = np.zeros((len(FASHION_CLASSES), len(FASHION_CLASSES)), int)
    np.add.at(matrix, (labels[given >= 0], given[given >= 0]), 1)
    return matrix
