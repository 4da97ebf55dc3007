"""What notebook 06 says of the recorded trainings is true: evaluated once more, by a few lines of plain NumPy."""

import json
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

from mlp_helpers import mnist
from mlp_helpers.data import REPOSITORY_DATA
from mlp_helpers.recipes import QUICK, RECIPE

NOTEBOOK = nbformat.read(Path(__file__).parents[2] / "notebooks" / "06_beyond.ipynb", as_version=4)
OUTPUTS = {cell.id: cell.outputs for cell in NOTEBOOK.cells if cell.cell_type == "code"}
FOLDER = REPOSITORY_DATA / "beyond"
RECORD = {name: json.loads((FOLDER / f"{name}.json").read_text()) for name in ("quick", "main")}
LIMITS = {"quick": (45, 0.0060), "main": (120, 0.0045)}  # seconds, test error: medians
ROUNDING = 2e-4  # single precision, in which the record was made, may answer two of 10,000 images otherwise


@pytest.fixture(scope="module")
def parameters():
    """What is stored, {"0/W0": …}."""
    with np.load(FOLDER / "main.npz") as stored:
        return dict(stored)


@pytest.fixture(scope="module")
def test_set():
    """What networks see of the test images, and the labels."""
    X, y = mnist()[2]
    return RECIPE.rows(RECIPE.viewed(X[:, 0])), y


def probabilities(parameters, seed, signal):
    """Return what a stored network says: products, sums, relu, softmax."""
    names = [name for name in parameters if name.startswith(f"{seed}/")]
    assert {re.sub(r".*/|\d", "", name) for name in names} == {"W", "unit", "b"}  # fully connected layers, nothing else
    for layer in range(n_layers := len(names) // 3):
        W, unit, b = (parameters[f"{seed}/{name}{layer}"].astype(np.float64) for name in ("W", "unit", "b"))
        signal = signal @ (W * unit) + b
        signal = np.maximum(signal, 0) if layer < n_layers - 1 else signal
    exponentials = np.exp(signal - signal.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


@pytest.fixture(scope="module")
def single(parameters, test_set):
    """What the five networks say."""
    return [probabilities(parameters, seed, test_set[0]) for seed in range(5)]


def error(P, test_set):
    return float(np.mean(P.argmax(axis=1) != test_set[1]))


def test_five_networks_are_what_the_record_says(single, test_set):
    assert [run["seed"] for run in RECORD["main"]["runs"]] == list(range(5))
    for P, run in zip(single, RECORD["main"]["runs"], strict=True):
        assert abs(error(P, test_set) - run["compact_test_error"]) <= ROUNDING
        assert abs(error(P, test_set) - run["test_error"]) <= 5e-4  # weights are rounded to -15 … 15


def test_the_notebook_prints_the_errors_of_the_stored_parameters(single, test_set):
    errors = [error(P, test_set) for P in single]
    printed = [float(text) for text in re.findall(r"0\.\d+", OUTPUTS["test"][0].text)]
    assert printed[:6] == [round(value, 4) for value in [*errors, float(np.median(errors))]]
    together = error(np.mean(single, axis=0), test_set)
    assert OUTPUTS["errors"][0].text == f"{round(10_000 * together)} of 10000\n"


@pytest.mark.parametrize("name", RECORD)
def test_the_record_keeps_its_limits(name):
    seconds, test_error = LIMITS[name]
    assert np.median([run["seconds"] for run in RECORD[name]["runs"]]) <= seconds
    assert np.median([run["test_error"] for run in RECORD[name]["runs"]]) <= test_error


@pytest.mark.parametrize(("name", "recipe"), [("quick", QUICK), ("main", RECIPE)])
def test_each_run_tells_its_seed_seconds_and_losses(name, recipe):
    runs = RECORD[name]["runs"]
    assert re.fullmatch(r"[0-9a-f]{7,40}", RECORD[name]["machine"]["commit"])  # of files that were committed
    assert all(run["seconds"] > 0 and np.all(np.isfinite(run["losses"])) for run in runs)
    assert {len(run["losses"]) for run in runs} == {recipe.epochs}
    assert len({tuple(run["losses"]) for run in runs}) == 5


def test_parameters_of_different_networks_do_not_pass_for_one(parameters, single, test_set):
    mixed = parameters | {"0/W1": parameters["1/W1"], "0/unit1": parameters["1/unit1"]}
    assert error(probabilities(mixed, 0, test_set[0]), test_set) > 10 * error(single[0], test_set)


def test_the_file_is_small():
    assert (FOLDER / "main.npz").stat().st_size < 3e6
