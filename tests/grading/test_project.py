"""The project: distorted test images, points, flags, ranks, and a class of files good and bad."""

from dataclasses import asdict
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from mlp_helpers import fashion_mnist
from mlp_helpers.checking.observations import PARTLY, RIGHT, WRONG
from mlp_helpers.course.cells import Exercise
from mlp_helpers.course.networks import WORST_ERRORS
from mlp_helpers.data import REPOSITORY_DATA
from mlp_helpers.grading import project
from mlp_helpers.grading.reports.leaderboard import (
    findings,
    leaderboard,
    leaderboard_csv,
    leaderboard_page,
    n_better,
)
from mlp_helpers.grading.results import Result

ITEM = Exercise("my_network", 8, "notebooks/07_your_network.ipynb", False, (), "my_network.npz")
CLOTHES, DIGITS = project.TASKS["my_network"], project.TASKS["my_mnist"]


def test_students_are_told_from_which_error_on_a_network_earns_nothing():
    assert {f"{name}.npz": task.limits[-1][0] for name, task in project.TASKS.items()} == WORST_ERRORS
    assert all(task.points_share(task.limits[-1][0] + 0.001) == 0 for task in project.TASKS.values())


def shifted(X, shift, monkeypatch):
    """Return a single image, shifted down and to the right and not changed otherwise."""
    rng = SimpleNamespace(uniform=lambda low, high, size: np.full(size, high))
    for name, value in (("MAX_DEGREES", 0.0), ("MAX_CONTRAST", 0.0), ("MAX_SHIFT", shift)):
        monkeypatch.setattr(project, name, value)
    return project.distorted(X.reshape(1, -1), rng).reshape(28, 28)


class TestImages:
    @pytest.mark.thorough
    def test_they_are_bytes_and_change_a_little(self):
        exam = project.Exam(CLOTHES, 3, REPOSITORY_DATA)
        X_test = exam._sets[2]
        assert exam.images.shape == X_test.shape
        assert np.array_equal(256 * exam.images, np.rint(256 * exam.images))
        assert (exam.images.min(), exam.images.max()) == (0, 255 / 256)
        assert 0.01 < np.abs(exam.images - X_test).mean() < 0.05

    def test_the_seed_decides(self):
        X = fashion_mnist(test=False)[0][0][:20].reshape(20, -1)
        first, again, other = (project.distorted(X, np.random.default_rng(seed)) for seed in (1, 1, 2))
        assert np.array_equal(first, again)
        assert not np.array_equal(first, other)

    @pytest.mark.parametrize("shift", [0, 1])
    def test_a_shift_by_hand(self, shift, monkeypatch):
        X = np.zeros((1, 28, 28), np.float32)
        X[0, 10:18, 10:18] = 0.5
        assert np.array_equal(shifted(X, shift, monkeypatch), np.roll(X[0], (shift, shift), axis=(0, 1)))

    @pytest.mark.parametrize("shift", [0.01, 0.1, 0.25])
    def test_what_touches_the_border_stays(self, shift, monkeypatch):
        X = np.full((1, 28, 28), 0.5, np.float32)
        moved = shifted(X, shift, monkeypatch)
        assert moved.min() > 0.5 * (1 - shift) ** 2 - 0.05  # in the corner; elsewhere less is lost
        assert np.allclose(moved[5:-5, 5:-5], 0.5, atol=0.01)


@pytest.mark.parametrize(
    ("task", "possible", "points"),
    [
        (CLOTHES, 8, {0.08: 8, 0.132: 8, 0.1321: 5, 0.157: 5, 0.16: 2, 0.207: 2, 0.21: 0, 0.9: 0}),
        (DIGITS, 5, {0.001: 5, 0.035: 5, 0.0351: 3, 0.055: 3, 0.0551: 1, 0.105: 1, 0.1051: 0, 0.9: 0}),
    ],
)
def test_points_end_at_the_thresholds_that_notebooks_announce(task, possible, points):
    assert {error: possible * task.points_share(error) for error in points} == pytest.approx(points)


@pytest.mark.parametrize(
    ("error", "test_error", "train_error", "words"),
    [
        (0.026, 0.0257, 0.006, []),  # measured: an ordinary network
        (0.0275, 0.027, 0.0198, []),  # wide, five epochs
        (0.9264, 0.9266, 0.9199, []),  # untrained
        (0.0020, 0.0006, 0.0011, ["was it trained on the test set?", "was it trained on both?"]),
        (0.0033, 0.0010, 0.0090, ["was it trained on both?"]),  # first trained, then on the test images
    ],
)
def test_flags_for_digits(error, test_error, train_error, words):
    flags = DIGITS.flags(project.NetworkResult("", error, test_error, train_error, 1, ""))
    assert [flag.rpartition(": ")[2] for flag in flags] == words


@pytest.mark.parametrize(("error", "points", "state"), [(0.1, 8, RIGHT), (0.15, 5, PARTLY), (0.3, 0, WRONG)])
def test_a_file_gets_points_and_a_state(monkeypatch, error, points, state):
    exam, found = project.Exam(CLOTHES, 3, REPOSITORY_DATA), project.NetworkResult("", error, 0.12, 0.08, 1, "")
    monkeypatch.setattr(project, "read_network", lambda content: content)
    monkeypatch.setattr(exam, "evaluate", lambda network: found)
    marked, network = project.graded_network(ITEM, b"a network", exam)
    assert (marked.points, marked.state, network) == (points, state, found)


def test_a_confusion_matrix_by_hand():
    matrix = project.confusion("0170-", np.array([0, 1, 1, 2, 2]))
    assert {place: n for place, n in np.ndenumerate(matrix) if n} == {(0, 0): 1, (1, 1): 1, (1, 7): 1, (2, 0): 1}


def network(classes, digest="", error=0.12):
    found = project.NetworkResult(classes, error, 0.12, 0.08, 1, digest)
    return {"my_network": asdict(found)}


class TestBoard:
    @pytest.mark.parametrize(
        ("n_others", "digest", "said"),
        [
            (0, "a", ["my_network: the same parameters as those of "]),
            (0, "b", ["my_network: 10,000 of its classes are the same as those of "]),
            (10, "b", ["my_network: 9,990 of its classes are the same as those of "]),
            (11, "b", []),
        ],
    )
    def test_networks_that_are_alike_or_answer_so_are_found(self, n_others, digest, said):
        one, other = "7" * 10_000, "7" * (10_000 - n_others) + "3" * n_others
        results = [Result("ada", networks=network(one, "a")), Result("bea", networks=network(other, digest))]
        assert findings(results) == {"ada": [f"{line}bea" for line in said], "bea": [f"{line}ada" for line in said]}

    @pytest.mark.parametrize(("error", "is_proven"), [(0.09, False), (0.1059, False), (0.106, True), (0.3, True)])
    def test_a_rank_that_proves_nothing_is_said(self, error, is_proven):
        results = [Result("ada", networks=network("0" * 10_000, error=error))]
        places = leaderboard(results, "my_network", np.zeros(10_000, int), {"ada": "<b>Ada</b>"})
        page = leaderboard_page({"my_network": places})
        assert ("1 <em>unproven</em>" in page) is not is_proven
        assert ("&lt;b&gt;Ada" in page, "<b>Ada" in page) == (True, False)
        table = leaderboard_csv({"my_network": places})
        assert table.startswith("exercise,rank,name,error,low,high,parameters\nmy_network,1,<b>Ada</b>,")

    def test_wilsons_interval_by_hand(self):
        (place,) = leaderboard([Result("ada", networks=network("0" * 10, error=1))], "my_network", np.ones(10, int))
        assert (place.low, place.high) == pytest.approx((10 / (10 + 1.96**2), 1), abs=1e-4)


class TestRanks:
    def test_by_hand(self):
        right = np.ones(100, bool)
        ten_more, twelve_more = right.copy(), right.copy()
        ten_more[:3] = twelve_more[:5] = False
        assert n_better(np.array([right, ten_more])).tolist() == [0, 0]  # 3 is not above 2 times the root of 3
        assert n_better(np.array([right, ten_more, twelve_more])).tolist() == [0, 0, 1]  # 5 is above 4.47

    @given(st.integers(0, 40), st.integers(0, 40))
    def test_at_most_one_is_better_and_not_by_chance(self, only_first, only_second):
        one, other = np.ones(100, bool), np.ones(100, bool)
        one[:only_second] = False
        other[50 : 50 + only_first] = False
        above_one, above_other = n_better(np.array([one, other]))
        assert not (above_one and above_other)
        if above_other:
            assert binomtest(only_first, only_first + only_second, alternative="greater").pvalue < 0.035
