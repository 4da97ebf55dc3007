"""Claims of notebook 08 about the stored networks, verified independently in a few lines of plain NumPy."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

from mlp_helpers import mnist
from mlp_helpers.data import REPOSITORY_DATA

NOTEBOOK = nbformat.read(Path(__file__).parents[2] / "notebooks" / "08_search.ipynb", as_version=4)
OUTPUTS = {cell.id: cell.outputs for cell in NOTEBOOK.cells if cell.cell_type == "code"}
pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def wrong():
    """Return which images each of the five networks misreads, {"valid": array of shape (5, 10_000), "test": …}."""
    _, *sets = mnist()
    with np.load(REPOSITORY_DATA / "best.npz") as stored:
        parameters = {name: stored[name].astype(np.float64) for name in stored.files if "/" in name}
    found = {"valid": [], "test": []}
    for name, (X, y) in zip(found, sets, strict=True):
        for seed in range(5):
            signal = X.reshape(len(X), -1)
            n_layers = sum(key.startswith(f"{seed}/") for key in parameters) // 2
            for layer in range(n_layers):
                signal = signal @ parameters[f"{seed}/{2 * layer}"] + parameters[f"{seed}/{2 * layer + 1}"]
                signal = np.maximum(signal, 0) if layer < n_layers - 1 else signal
            found[name].append(signal.argmax(axis=1) != y)
    return {name: np.array(each) for name, each in found.items()}


@pytest.fixture(scope="module")
def errors(wrong):
    """Return the errors of the five networks, {"valid": [...], "test": [...]}."""
    return {name: list(each.mean(axis=1)) for name, each in wrong.items()}


def test_the_halves_of_the_test_set_are_as_hard_as_the_datasheet_says(wrong):
    first, last = (100 * np.median(half.mean(axis=1)) for half in np.split(wrong["test"], 2, axis=1))
    page = " ".join((REPOSITORY_DATA / "README.md").read_text(encoding="utf-8").split())
    assert f"misreads {first:.2f} % of the first 5,000 test images, and {last:.2f} % of the last 5,000" in page


def numbers(cell):
    """Return the errors printed by a cell of the notebook."""
    return [float(text) for text in re.findall(r"0\.\d+", OUTPUTS[cell][0].text)]


@pytest.mark.parametrize(("name", "cell"), [("valid", "winner-errors"), ("test", "test")])
def test_the_printed_errors_are_those_of_the_stored_parameters(errors, name, cell):
    printed = numbers(cell)
    for error in [*errors[name], np.median(errors[name])]:
        assert printed.count(round(error, 4)) >= 1, (error, printed)


def test_five_seeds_reach_the_goal(errors):
    assert np.median(errors["valid"]) <= 0.015


def test_the_stored_curves_end_where_the_stored_networks_are(errors):
    with np.load(REPOSITORY_DATA / "best.npz") as stored:
        ends = stored["valid_errors"][:, -1]
    assert np.abs(ends - errors["valid"]).max() <= 0.0003  # half precision may change three of 10,000 predictions
