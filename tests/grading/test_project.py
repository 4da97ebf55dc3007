"""The project: distorted test images, points, flags, ranks, and a class of files good and bad."""

from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from mlp_helpers import MLPConfig, fashion_mnist
from mlp_helpers.checking.observations import PARTLY, RIGHT, UNANSWERED, WRONG
from mlp_helpers.course.cells import Exercise
from mlp_helpers.course.networks import WORST_ERRORS, read_network
from mlp_helpers.data import REPOSITORY_DATA
from mlp_helpers.grading import project
from mlp_helpers.grading.reports.leaderboard import (
    findings,
    interval,
    leaderboard,
    leaderboard_csv,
    leaderboard_page,
    n_better,
)
from mlp_helpers.grading.results import STOPPED, Result

ITEM = Exercise("my_network", 8, "notebooks/07_your_network.ipynb", False, (), "my_network.npz")


CLOTHES, DIGITS = project.TASKS["my_network"], project.TASKS["my_mnist"]


def test_students_are_told_from_which_error_on_a_network_earns_nothing():
    assert {f"{name}.npz": task.limits[-1][0] for name, task in project.TASKS.items()} == WORST_ERRORS
    assert all(task.share(task.limits[-1][0] + 0.001) == 0 for task in project.TASKS.values())


@pytest.fixture(scope="module")
def exam():
    return project.Exam(CLOTHES, 3, REPOSITORY_DATA)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Return the bytes of small networks, by how they were trained: on honest images, or on the test set."""
    (X, y), _, (X_test, y_test) = fashion_mnist()
    X, X_test = X.reshape(len(X), -1), X_test.reshape(len(X_test), -1)
    base = MLPConfig(
        hidden=(64,), init_stddev="he", optimizer="adam", learning_rate=0.002, batch_size=50, dtype="float32"
    )
    plans = {
        "poor": (base.replace(hidden=(2,), epochs=1), X[:2000], y[:2000]),
        "fair": (base.replace(epochs=1), X[:20_000], y[:20_000]),
        "like fair": (base.replace(epochs=1, seed=1), X[:20_000], y[:20_000]),
        "of the test set": (base.replace(hidden=(256,), epochs=25), X_test, y_test),
    }
    found = {}
    for name, (config, images, labels) in plans.items():
        network = config.build()
        list(config.run(network, images, labels, evaluate=False))
        path = tmp_path_factory.mktemp("files") / "my_network.npz"
        network.save(path)
        found[name] = path.read_bytes()
    return found


def shifted(X, shift, monkeypatch):
    """Return a single image, shifted down and to the right and not changed otherwise."""

    class Always:
        def uniform(self, low, high, size):
            return np.full(size, high)

    for name, value in (("MAX_DEGREES", 0.0), ("MAX_CONTRAST", 0.0), ("MAX_SHIFT", shift)):
        monkeypatch.setattr(project, name, value)
    return project.distorted(X.reshape(1, -1), Always()).reshape(28, 28)


class TestImages:
    @pytest.mark.thorough
    def test_they_are_bytes_and_change_a_little(self, exam):
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

    def test_without_changes_nothing_changes(self, monkeypatch):
        for name in ("MAX_SHIFT", "MAX_DEGREES", "MAX_CONTRAST"):
            monkeypatch.setattr(project, name, 0.0)
        X = fashion_mnist(test=False)[0][0][:20].reshape(20, -1)
        assert np.array_equal(project.distorted(X, np.random.default_rng(0)), X)

    def test_a_shift_by_hand(self, monkeypatch):
        X = np.zeros((1, 28, 28), np.float32)
        X[0, 10:18, 10:18] = 0.5
        assert np.array_equal(shifted(X, 1.0, monkeypatch), np.roll(X[0], (1, 1), axis=(0, 1)))

    @pytest.mark.parametrize("shift", [0.01, 0.1, 0.25])
    def test_what_touches_the_border_stays(self, shift, monkeypatch):
        X = np.full((1, 28, 28), 0.5, np.float32)
        moved = shifted(X, shift, monkeypatch)
        assert moved.min() > 0.5 * (1 - shift) ** 2 - 0.05  # in the corner; elsewhere less is lost
        assert np.allclose(moved[5:-5, 5:-5], 0.5, atol=0.01)


@pytest.mark.parametrize(
    ("error", "share"),
    [(0.08, 1), (0.132, 1), (0.1321, 5 / 8), (0.157, 5 / 8), (0.16, 1 / 4), (0.207, 1 / 4), (0.21, 0), (0.9, 0)],
)
def test_points_end_at_a_threshold(error, share):
    assert CLOTHES.share(error) == share


@pytest.mark.parametrize(
    ("error", "points"),
    [(0.001, 5), (0.035, 5), (0.0351, 3), (0.055, 3), (0.0551, 1), (0.105, 1), (0.1051, 0), (0.9, 0)],
)
def test_points_for_digits_are_those_that_notebook_06_announces(error, points):
    assert 5 * DIGITS.share(error) == pytest.approx(points)


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


@pytest.mark.thorough
class TestAClass:
    def test_a_file_gets_its_points_and_flags(self, files, exam):
        fair, found = project.marked(ITEM, files["fair"], exam)
        assert fair.state in (PARTLY, WRONG)
        assert fair.points == 8 * CLOTHES.share(found.error)
        assert CLOTHES.flags(found) == []
        assert 0 < found.error - found.test_error < 0.01  # what the changes cost
        poor, found = project.marked(ITEM, files["poor"], exam)
        assert (poor.state, poor.points, CLOTHES.flags(found)) == (WRONG, 0, [])
        best, found = project.marked(ITEM, files["of the test set"], exam)
        assert (best.state, best.points) == (RIGHT, 8)  # it cannot be prevented, and is not taken away
        assert found.test_error < 0.08 < found.train_error
        assert "was it trained on both?" in CLOTHES.flags(found)[-1]

    def test_no_file_and_a_bad_one_cost_this_item_alone(self, files, exam):
        assert project.marked(ITEM, None, exam)[0].state == UNANSWERED
        result, found = project.marked(ITEM, files["fair"][:1000], exam)
        assert (result.state, result.points, found) == (STOPPED, 0, None)
        assert result.error.startswith("The file is damaged, or is no network")

    def test_ranks_flags_and_pages(self, files, exam):
        copied = {**files, "copy of fair": files["fair"], "late": None}
        results = []
        for student, content in copied.items():
            _, found = project.marked(ITEM, content, exam)
            results.append(Result(student, networks={"my_network": asdict(found)} if found else {}))
        places = leaderboard(results, "my_network", exam.labels, {"fair": "<b>Ada</b>"})
        ranks = {place.student: place.rank for place in places}
        assert ranks["of the test set"] == 1
        assert ranks["fair"] == ranks["copy of fair"]
        assert ranks["poor"] == len(places) == 5
        odd = findings(results)
        assert odd["fair"] == ["my_network: the same parameters as those of copy of fair"]
        assert odd["copy of fair"] == ["my_network: the same parameters as those of fair"]
        assert odd["of the test set"][-1].endswith("was it trained on both?")
        assert (odd["poor"], "late" in odd) == ([], False)
        boards = {"my_network": places}
        page = leaderboard_page(boards)
        assert "&lt;b&gt;Ada" in page
        assert "<b>Ada" not in page
        assert leaderboard_csv(boards).splitlines()[0] == "exercise,rank,name,error,low,high,parameters"

    def test_the_confusion_matrix_counts_each_image_once(self, files, exam):
        found = exam.evaluate(read_network(files["fair"]))
        matrix = project.confusion(found.classes, exam.labels)
        assert matrix.sum(axis=1).tolist() == [1000] * 10
        assert matrix.trace() == round(10_000 * (1 - found.error))


def network(classes, digest="", error=0.12):
    found = project.NetworkResult(classes, error, 0.12, 0.08, 1, digest)
    return {"my_network": asdict(found)}


class TestBoard:
    @pytest.mark.parametrize(("n_others", "is_found"), [(0, True), (10, True), (11, False)])
    def test_networks_that_answer_nearly_alike_are_found(self, n_others, is_found):
        one, other = "7" * 10_000, "7" * (10_000 - n_others) + "3" * n_others
        results = [Result("ada", networks=network(one, "a")), Result("bea", networks=network(other, "b"))]
        said = f"my_network: {10_000 - n_others:,} of its classes are the same as those of "
        assert findings(results)["ada"] == [f"{said}bea"] * is_found
        assert findings(results)["bea"] == [f"{said}ada"] * is_found

    def test_equal_parameters_are_named_once(self):
        results = [Result(student, networks=network("7" * 10_000, "a")) for student in ("ada", "bea")]
        assert findings(results)["ada"] == ["my_network: the same parameters as those of bea"]

    @pytest.mark.parametrize(("error", "is_proven"), [(0.09, False), (0.1059, False), (0.106, True), (0.3, True)])
    def test_a_rank_that_proves_nothing_is_said(self, error, is_proven):
        labels = np.zeros(10_000, int)
        places = leaderboard([Result("ada", networks=network("0" * 10_000, error=error))], "my_network", labels)
        assert ("1 <em>unproven</em>" in leaderboard_page({"my_network": places})) is not is_proven


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

    def test_intervals_are_those_of_scipy(self):
        for misread, n in ((0, 50), (130, 10_000), (10, 10)):
            ours = interval(misread / n, n)
            theirs = binomtest(misread, n).proportion_ci(0.95, method="wilson")
            assert ours == pytest.approx((theirs.low, theirs.high), abs=1e-4)
