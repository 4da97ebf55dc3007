"""Feedback on a student's network: its place, a confusion matrix, and images that it misread."""

from dataclasses import dataclass

import numpy as np

from mlp_helpers.grading.project import confusion
from mlp_helpers.grading.reports.analytics import Picture, picture
from mlp_helpers.grading.reports.leaderboard import Place, is_right
from mlp_helpers.plots import image_grid

N_MISREAD = 12  # images that are shown


@dataclass(frozen=True)
class NetworkFeedback:
    """What a student is told about a network.

    Attributes
    ----------
    place : Place
    n_networks : int
        On the board.
    classes : tuple of str
        Names of the classes, in the order of rows and columns.
    matrix : list of list of int
        A row for each true class, a column for each class that the network gave.
    misread : Picture or None
        None if it misread no image.
    """

    place: Place
    n_networks: int
    classes: tuple
    matrix: list
    misread: Picture | None


def network_feedback(network, place, n_networks, exam):
    """Return the `NetworkFeedback` for the fields of a `NetworkResult`, a dict, from the `Exam` that it took."""
    matrix = confusion(network["classes"], exam.labels).tolist()
    return NetworkFeedback(place, n_networks, exam.task.classes, matrix, _misread(network["classes"], exam))


def _misread(classes, exam):
    """Return misread images, evenly spaced among all of them, as a picture."""
    wrong = np.flatnonzero(~is_right(classes, exam.labels))
    if not len(wrong):
        return None
    shown = wrong[np.linspace(0, len(wrong) - 1, min(N_MISREAD, len(wrong))).astype(int)]
    of_class = exam.task.classes
    names = [(of_class[int(classes[i])] if classes[i] != "-" else "nothing", of_class[exam.labels[i]]) for i in shown]
    fig = image_grid(
        exam.images[shown].reshape(-1, 28, 28),
        titles=[f"{given}\n({true})" for given, true in names],
        n_columns=6,
        size=1.1,
    )
    return picture(fig, "Misread images: " + "; ".join(f"{true} read as {given}" for given, true in names) + ".")
