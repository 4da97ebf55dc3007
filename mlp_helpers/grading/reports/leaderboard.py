"""Boards of the students' networks, one for each exercise, on which networks that cannot be told apart share a rank.

Two networks read the same images. Let n01 be the number that only the second misreads, n10 the number that only the
first does. If both are equally good, n01 - n10 has the mean 0 and a standard deviation of about the root of n01 + n10.

References
----------
Q. McNemar, Note on the sampling error of the difference between correlated proportions or percentages. Psychometrika
12, 1947.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from mlp_helpers.grading.project import TASKS, NetworkResult
from mlp_helpers.grading.reports.gradebook import csv_text
from mlp_helpers.grading.reports.sanitize import PAGES
from mlp_helpers.grading.results import MAX_NAMES, first

STANDARD_DEVIATIONS = 2
MIN_EQUAL = 9_990  # of 10,000 classes, for a finding; docs/instructors.md has what honest networks share


@dataclass(frozen=True)
class Standing:
    """A network's place on the board.

    Attributes
    ----------
    student, name : str
        The name is that on the board.
    rank : int
        1 + the number of networks that are better beyond chance.
    error, low, high : float
        Share of the images misread, and Wilson's interval, which holds the true error 95 times in 100.
    n_parameters : int
    """

    student: str
    name: str
    rank: int
    error: float
    low: float
    high: float
    n_parameters: int


def leaderboard(results, exercise, labels, names=None):
    """Return the standings of all networks, the best first, a list of `Standing`.

    Parameters
    ----------
    results : list of Result
    exercise : str
        The exercise whose networks are compared.
    labels : ndarray of int
        Of the images that all networks read.
    names : dict from str to str, optional
        On the board, by student; by default the student's own.
    """
    from scipy.stats import binomtest  # takes half a second

    found = {result.student: result.networks[exercise] for result in results if exercise in result.networks}
    better = n_better(np.array([is_right(network["classes"], labels) for network in found.values()]))
    standings = []
    for (student, network), n in zip(found.items(), better, strict=True):
        rank = 1 + int(n)
        n_misread = round(network["error"] * len(labels))
        low, high = map(float, binomtest(n_misread, len(labels)).proportion_ci(method="wilson"))
        name = (names or {}).get(student) or student
        standings.append(Standing(student, name, rank, network["error"], low, high, network["n_parameters"]))
    return sorted(standings, key=lambda standing: (standing.rank, standing.error, standing.name))


def is_right(classes, labels):
    """Return for each image whether a network read it, an ndarray of bool."""
    return np.frombuffer(classes.encode(), np.uint8) == labels + ord("0")


def n_better(right):
    """Return for each network how many others read more images beyond chance, given who read what: (network, image)."""
    both = right.astype(np.float32)
    both = both @ both.T  # the number of images that both read; exact, since it is below 2**24
    alone = np.diag(both)[:, None] - both  # the number that that of the row reads, and that of the column does not
    return np.sum(alone - alone.T > STANDARD_DEVIATIONS * np.sqrt(alone + alone.T), axis=0)


def findings(results):
    """Return what is odd about the students' networks, a dict from student to list of str.

    It names other students, and asks what only the instructor may ask: it is not for the student. Of 10,000 images,
    two networks may classify all but ten alike if one is made from the other, as by permuting its hidden units.
    """
    found, owners = defaultdict(list), defaultdict(list)
    for result in results:
        for exercise, network in result.networks.items():
            found[result.student] += [f"{exercise}: {flag}" for flag in TASKS[exercise].flags(NetworkResult(**network))]
            owners[exercise, network["digest"]].append(result.student)
    for (exercise, _), same in owners.items():
        for student in same if len(same) > 1 else ():
            others = ", ".join(first([one for one in same if one != student], MAX_NAMES))
            found[student].append(f"{exercise}: the same parameters as those of {others}")
    for exercise in TASKS:
        alike = defaultdict(list)
        for one, other, n_equal in _nearly_equal(results, exercise):
            for student, of in ((one, other), (other, one)):
                alike[student].append(f"{exercise}: {n_equal:,} of its classes are the same as those of {of}")
        for student, flags in alike.items():
            found[student] += first(flags, MAX_NAMES)
    return found


def _nearly_equal(results, exercise):
    """Yield pairs of students whose networks give nearly all images the same class, and how many."""
    own = {result.student: result.networks[exercise] for result in results if exercise in result.networks}
    students = [student for student, network in own.items() if len(network["classes"]) >= MIN_EQUAL]
    classes = np.array([list(own[student]["classes"].encode()) for student in students], np.uint8)
    for i, one in enumerate(students):
        n_equal = np.count_nonzero(classes[i + 1 :] == classes[i], axis=1)
        for j in np.flatnonzero(n_equal >= MIN_EQUAL):
            other = students[i + 1 + j]
            if own[one]["digest"] != own[other]["digest"]:
                yield one, other, int(n_equal[j])


def leaderboard_page(boards):
    """Return the boards, lists of `Standing` by exercise, as HTML."""
    drawn = {exercise: _bars(standings) for exercise, standings in boards.items()}
    return PAGES.get_template("leaderboard.html").render(boards=boards, drawn=drawn, tasks=TASKS)


def _bars(standings):
    """Return the ends of a board's scale, and where each student's interval and error lie on it, in per cent."""
    left, right = min(standing.low for standing in standings), max(standing.high for standing in standings)
    width = max(right - left, 1e-9)
    ends = {standing.student: (standing.low, standing.error, standing.high) for standing in standings}
    return (left, right), {
        student: [100 * (value - left) / width for value in three] for student, three in ends.items()
    }


def leaderboard_csv(boards):
    """Return the boards, lists of `Standing` by exercise, as CSV."""
    lines = [["exercise", "rank", "name", "error", "low", "high", "parameters"]]
    for exercise, standings in boards.items():
        for standing in standings:
            scores = [f"{value:.4f}" for value in (standing.error, standing.low, standing.high)]
            lines.append([exercise, str(standing.rank), standing.name, *scores, str(standing.n_parameters)])
    return csv_text(lines)
