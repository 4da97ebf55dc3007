"""Students' networks, evaluated on distorted test images: points by thresholds, and what is flagged.

The test sets are public. Small random changes of their images, by the secret seed of the grading run, cost an honest
network less than a point and keep their order, but they do not stop a network that was trained on the test set.
Therefore the points end at a threshold that honest networks reach, and a result that is too good is flagged.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from mlp_helpers.checking.observations import PARTLY, RIGHT, UNANSWERED, WRONG
from mlp_helpers.course.networks import DATASETS, N_CLASSES, BadNetwork, read_network
from mlp_helpers.data import FASHION_CLASSES
from mlp_helpers.grading.results import STOPPED, ExerciseResult

MAX_SHIFT, MAX_DEGREES, MAX_CONTRAST = 0.25, 2.0, 0.10  # of the changes: pixels, degrees, share


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


@dataclass(frozen=True)
class Task:
    """What networks are trained for, their points, and what is odd about a result.

    Attributes
    ----------
    load : callable
        Takes a folder; returns training, validation and test set.
    classes : tuple of str
    thresholds : tuple of (float, float)
        Highest test error, and the share of the points for it; the lowest error first.
    tolerance : float
        With which a threshold is read: the price of the changes, and of chance.
    too_good : float
        Test error below which no honest network of this course was seen.
    best_honest : float
        Lowest error on the changed images of an honest network of this course: a rank below it proves nothing.
    min_gap : float
        By which an honest network's test error is above its training error.
    """

    load: Callable
    classes: tuple
    thresholds: tuple
    tolerance: float
    too_good: float
    best_honest: float
    min_gap: float

    @property
    def limits(self):
        """Return the thresholds with their tolerance, a list of (highest error, share of the points)."""
        return [(round(threshold + self.tolerance, 4), share) for threshold, share in self.thresholds]

    def points_share(self, error):
        """Return the share of the points for an error on the distorted test images."""
        return next((share for limit, share in self.limits if error <= limit), 0.0)

    def flags(self, result):
        """Return why a person should look at a `NetworkResult`, a list of str."""
        found = []
        if result.error < self.too_good:
            found.append(
                f"its error of {result.error:.1%} is below {self.too_good:.1%}: was it trained on the test set?"
            )
        # A poor one has no gap either.
        if self.points_share(result.error) == 1 and result.test_error - result.train_error < self.min_gap:
            found.append(
                f"it misreads {result.test_error:.1%} of the test images as they are, and {result.train_error:.1%} of "
                "the training images: was it trained on both?"
            )
        return found


DIGITS = tuple("0123456789")
TASKS = {
    "my_mnist": Task(
        DATASETS["my_mnist.npz"],
        DIGITS,
        thresholds=((0.03, 1.0), (0.05, 3 / 5), (0.10, 1 / 5)),
        tolerance=0.005,
        too_good=0.003,
        best_honest=0.004,
        min_gap=0.002,
    ),
    "my_network": Task(
        DATASETS["my_network.npz"],
        FASHION_CLASSES,
        thresholds=((0.125, 1.0), (0.15, 5 / 8), (0.20, 2 / 8)),
        tolerance=0.007,
        too_good=0.08,
        best_honest=0.106,
        min_gap=0.01,
    ),
}  # by exercise


class Exam:
    """Images on which a grading run evaluates all networks of an exercise.

    Parameters
    ----------
    task : Task
    seed : int
        Of the grading run.
    datasets_dir : path
        Folder of the data.
    """

    def __init__(self, task, seed, datasets_dir):
        self.task, self.seed, self.datasets_dir = task, seed, datasets_dir

    @cached_property
    def _sets(self):
        (X_train, y_train), _, (X_test, y_test) = self.task.load(self.datasets_dir)
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


def graded_network(item, content, exam):
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
    earned = exam.task.points_share(found.error)
    state = RIGHT if earned == 1 else PARTLY if earned else WRONG
    output = (
        f"test error {found.error:.2%} on slightly changed images, {found.n_parameters:,} parameters\n"
        f"full points up to {exam.task.limits[0][0]:.1%}"
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
    matrix = np.zeros((N_CLASSES, N_CLASSES), int)
    np.add.at(matrix, (labels[given >= 0], given[given >= 0]), 1)
    return matrix
