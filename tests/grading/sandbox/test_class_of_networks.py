"""Trained networks, graded from eighteen submissions: points, ranks, and what is flagged."""

import csv
import io
import tempfile
from pathlib import Path

import numpy as np
import pytest

from mlp_helpers import MLPConfig, fashion_mnist, mnist
from mlp_helpers.authoring import release
from mlp_helpers.course.archive import write_zip
from mlp_helpers.course.cells import notebook_bytes
from mlp_helpers.grading.batch import grade
from mlp_helpers.grading.reference_course import GradingPlan
from mlp_helpers.grading.reports.people import Person
from mlp_helpers.grading.reports.report import ReportOptions, write
from mlp_helpers.grading.worker import worker_pool
from mlp_helpers.services.files import REPOSITORY as ROOT

NOTEBOOK, NETWORK = "notebooks/07_your_network.ipynb", "notebooks/my_network.npz"
DIGITS = "notebooks/my_mnist.npz"
PLAN = GradingPlan(str(ROOT), seed=4)
SMALL = MLPConfig(
    hidden=(100,), init_stddev="he", optimizer="adam", learning_rate=0.001, batch_size=100, dtype="float32"
)


def trained(config, X, y):
    """Return the file of a network that was trained on flattened images."""
    network = config.build()
    list(config.run(network, X, y, evaluate=False))
    return packed(network)


def packed(network):
    """Return the file of a network."""
    with tempfile.TemporaryDirectory() as folder:
        network.save(f"{folder}/my_network.npz")
        return Path(folder, "my_network.npz").read_bytes()


def changed(content, **arrays):
    """Return the file with some arrays replaced."""
    with np.load(io.BytesIO(content)) as old:
        kept = dict(old)
    file = io.BytesIO()
    np.savez(file, **kept | arrays)
    return file.getvalue()


def permuted(content):
    """Return the file with the units of the first hidden layer in another order, which changes no answer."""
    with np.load(io.BytesIO(content)) as old:
        order = np.random.default_rng(0).permutation(old["W0"].shape[1])
        return changed(content, W0=old["W0"][:, order], b0=old["b0"][:, order], W1=old["W1"][order])


def nudged(content):
    """Return the file with one weight moved to the next number."""
    with np.load(io.BytesIO(content)) as old:
        W0 = old["W0"].copy()
    W0[400, 0] = np.nextafter(W0[400, 0], np.float32(1))
    return changed(content, W0=W0)


def broken(content):
    """Return files that are no network, by what is wrong with them, and one of each sentence's words."""
    bomb = io.BytesIO()
    np.savez_compressed(bomb, W0=np.zeros((4000, 1000)))
    other = io.BytesIO()
    np.savez(other, weights=np.zeros(3))
    return {
        "truncated": (content[:1000], "damaged"),
        "a notebook": (b'{"cells": [], "nbformat": 4}', "no network"),
        "too large": (bytes(4_200_001), "at most 4,200,000"),
        "a zip bomb": (bomb.getvalue(), "compressed"),
        "of another course": (other.getvalue(), "no description"),
        "objects": (changed(content, b0=np.array([print], dtype=object)), "Python objects"),
        "NaN": (changed(content, b0=np.full((1, 100), np.nan)), "not finite"),
        "shapes that do not fit": (changed(content, W1=np.zeros((99, 10))), "do not fit"),
        "ten thousand inputs": (packed(SMALL.replace(n_inputs=10_000, hidden=(20,)).build()), "784 numbers"),
    }


@pytest.fixture(scope="module")
def networks():
    """Return networks by the name of their student: (file, words of the error, or None)."""
    (X, y), _, (X_test, y_test) = fashion_mnist()
    X, X_test = X.reshape(len(X), -1), X_test.reshape(len(X_test), -1)
    fair = trained(SMALL.replace(epochs=3), X, y)
    both = trained(SMALL.replace(epochs=6), np.vstack([X, X_test]), np.concatenate([y, y_test]))
    good = Path(ROOT, "scripts/project/my_network.npz").read_bytes()
    whole = {
        "good": good,
        "equal": good,
        "permuted": permuted(good),
        "nudged": nudged(good),
        "fair": fair,
        "fair too": trained(SMALL.replace(epochs=3, seed=1), X, y),
        "a memory": trained(SMALL.replace(epochs=25, hidden=(256,)), X_test, y_test),
        "of both": both,
    }
    return {name: (content, None) for name, content in whole.items()} | broken(fair)


@pytest.fixture(scope="module")
def graded(networks, source, tmp_path_factory):
    """Grade the eighteen, two with digits, too; return the results by student, and the folder of the reports."""
    folder, out = tmp_path_factory.mktemp("submissions"), tmp_path_factory.mktemp("results")
    notebook = notebook_bytes(release.student_notebook(source[NOTEBOOK]))
    (_, _, (X_test, y_test)) = mnist()
    of_digits = {
        "good": Path(ROOT, "scripts/project/my_mnist.npz").read_bytes(),
        "fair": trained(SMALL.replace(epochs=20), X_test.reshape(len(X_test), -1), y_test),
    }
    for name, (content, _) in networks.items():
        digits = {DIGITS: of_digits[name]} if name in of_digits else {}
        write_zip({NOTEBOOK: notebook, NETWORK: content} | digits, folder / f"{name}.zip")
    write_zip({NOTEBOOK: notebook, "notebooks/net.npz": networks["good"][0]}, folder / "another name.zip")
    with worker_pool(jobs=2) as (executor, width):
        results = grade(folder, out, PLAN, executor, width, tell=lambda line: None)
    roster = {
        result.student: Person(result.student, cells={"pseudonym": f"Owl {i}"}) for i, result in enumerate(results)
    }
    said = write(results, PLAN, out, ReportOptions(roster=roster))
    return {result.student: result for result in results}, out, said


def item(result, name="my_network"):
    return next(item for item in result.items if item.name == name)


def test_points(graded):
    points = {student: item(result).points for student, result in graded[0].items() if item(result).points}
    full = ["good", "equal", "permuted", "nudged", "a memory", "of both"]
    assert points == dict.fromkeys(full, 8) | dict.fromkeys(["fair", "fair too"], 5)
    assert 0.137 < graded[0]["fair"].networks["my_network"]["error"] < 0.152
    assert len(graded[0]) == 18


def test_what_is_broken_costs_this_item_alone_and_is_said(graded, networks):
    for student, (_, words) in networks.items():
        if words is not None:
            result = graded[0][student]
            assert item(result).state == "stopped"
            assert words in item(result).error, student
            assert result.refused == ""
    assert item(graded[0]["another name"]).state == "not answered yet"


def test_ranks_are_shared_by_what_cannot_be_told_apart(graded):
    names = {f"Owl {i}": student for i, student in enumerate(graded[0])}
    rows = list(csv.DictReader((graded[1] / "leaderboard.csv").read_text().splitlines()))
    ranks = {names[row["name"]]: int(row["rank"]) for row in rows if row["exercise"] == "my_network"}
    assert [names[row["name"]] for row in rows if row["exercise"] == "my_mnist"] == ["fair", "good"]
    assert ranks["a memory"] == 1
    assert ranks["good"] == ranks["equal"] < ranks["fair"]
    assert ranks["fair"] == ranks["fair too"]
    assert len(ranks) == 8
    assert str(graded[1] / "leaderboard.html") in graded[2].splitlines()[-1]


def test_flags_are_for_what_is_too_good_and_for_copies(graded):
    said = {line.split(":")[0].strip(): line for line in graded[2].splitlines() if line.startswith("  ")}
    assert "was it trained on the test set?" in said["a memory"]
    assert "was it trained on both?" in said["of both"]
    assert "the same parameters as those of equal" in said["good"]
    assert "the same parameters as those of good" in said["equal"]
    for one in ("permuted", "nudged"):
        assert f"of its classes are the same as those of {one}" in said["good"]
        assert "10,000 of its classes are the same as those of good" in said[one]
    assert "trained" not in said.get("fair too", "")
    assert "parameters" not in said.get("fair too", "")
    assert "classes" not in said.get("fair too", "")


def test_a_second_network_has_points_and_flags_of_its_own(graded):
    marks = {student: item(result, "my_mnist") for student, result in graded[0].items()}
    assert {student: one.points for student, one in marks.items() if one.points} == {"good": 5, "fair": 5}
    assert marks["a memory"].state == "not answered yet"
    (said,) = [line for line in graded[2].splitlines() if line.startswith("  fair: ")]
    assert "my_mnist: it misreads 0.1% of the test images as they are" in said
    assert "my_network: it misreads" not in said
    feedback = (graded[1] / "feedback" / "good.html").read_text()
    assert feedback.count("Rank ") == 2
