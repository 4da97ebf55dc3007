"""Feedback on a student's network: its standing, a confusion matrix, and images that it misread."""

from collections import namedtuple

import numpy as np
from PIL import Image

from mlp_helpers.grading.project import confusion
from mlp_helpers.grading.reports.leaderboard import is_right
from mlp_helpers.grading.reports.sanitize import png

N_MISREAD = 12  # images that are shown
Misread = namedtuple("Misread", "address given true")  # an image as a data URL, and the names of two classes


# What a student is told about a network: its `Standing`, the number of networks on the board, the names of the classes,
# a row of counts for each true class with a column for each class that the network gave, in this order, and `Misread`s.
NetworkFeedback = namedtuple("NetworkFeedback", "standing n_networks classes matrix misread")


def network_feedback(network, standing, n_networks, exam):
    """Return the `NetworkFeedback` for the fields of a `NetworkResult`, a dict, from the `Exam` that it took."""
    matrix = confusion(network["classes"], exam.labels).tolist()
    return NetworkFeedback(standing, n_networks, exam.task.classes, matrix, _misread(network["classes"], exam))


def _misread(classes, exam):
    """Return misread images, evenly spaced among all of them, dark on light."""
    wrong = np.flatnonzero(~is_right(classes, exam.labels))
    shown = wrong[np.linspace(0, len(wrong) - 1, min(N_MISREAD, len(wrong))).astype(int)]
    grey = np.rint(255 - 256 * exam.images[shown]).clip(0, 255).astype(np.uint8).reshape(-1, 28, 28)
    of_class = exam.task.classes
    return [
        Misread(
            png(Image.fromarray(image)), of_class[int(classes[i])] if classes[i] != "-" else "nothing", of_class[label]
        )
        for image, i, label in zip(grey, shown, exam.labels[shown], strict=True)
    ]
