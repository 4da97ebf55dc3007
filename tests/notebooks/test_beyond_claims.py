"""Claims of notebook 09 about the recorded trainings, verified independently in a few lines of plain NumPy."""

import json
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

from mlp_helpers import mnist
from mlp_helpers.beyond.recipes import COMMITTEE, QUICK, RECIPE
from mlp_helpers.data import REPOSITORY_DATA

NOTEBOOK = nbformat.read(Path(__file__).parents[2] / "notebooks" / "09_beyond.ipynb", as_version=4)
OUTPUTS = {cell.id: cell.outputs for cell in NOTEBOOK.cells if cell.cell_type == "code"}
FOLDER = REPOSITORY_DATA / "beyond"
LIMITS = {"quick": (45, 0.0060), "main": (120, 0.0045), "committee": (900, 0.0035)}  # seconds, test error: medians
RECORD = {name: json.loads((FOLDER / f"{name}.json").read_text()) for name in LIMITS}
ROUNDING = 2e-4  # recorded in single precision, which may change the prediction for two of 10,000 images


def stored(name):
    """Return the stored parameters, {"0/W0": …}."""
    with np.load(FOLDER / f"{name}.npz") as arrays:
        return dict(arrays)


@pytest.fixture(scope="module")
def parameters():
    """Return the parameters of the five networks."""
    return stored("main")


def seen(recipe):
    """Return the test images as input rows of a recipe's networks."""
    return recipe.rows(recipe.viewed(mnist()[2][0][:, 0]))


@pytest.fixture(scope="module")
def test_set():
    """Return the test images as input rows of the main recipe, and the labels."""
    return seen(RECIPE), mnist()[2][1]


def probabilities(parameters, seed, signal):
    """Return a stored network's probabilities, by products, sums, relu and softmax."""
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
    """Return the probabilities of the five networks."""
    return [probabilities(parameters, seed, test_set[0]) for seed in range(5)]


def seeds_of(parameters):
    """Return the seeds of stored networks, in order."""
    return sorted({int(name.split("/")[0]) for name in parameters})


def error(P, test_set):
    return float(np.mean(P.argmax(axis=1) != test_set[1]))


@pytest.mark.thorough
def test_five_networks_are_what_the_record_says(single, test_set):
    assert [run["seed"] for run in RECORD["main"]["runs"]] == list(range(5))
    for P, run in zip(single, RECORD["main"]["runs"], strict=True):
        assert abs(error(P, test_set) - run["compact_test_error"]) <= ROUNDING
        assert abs(error(P, test_set) - run["test_error"]) <= 5e-4  # weights are rounded to -15 … 15


@pytest.mark.thorough
def test_the_notebook_prints_the_errors_of_the_stored_parameters(single, test_set):
    errors = [error(P, test_set) for P in single]
    printed = [float(text) for text in re.findall(r"0\.\d+", OUTPUTS["test"][0].text)]
    assert printed[:6] == [round(value, 4) for value in [*errors, float(np.median(errors))]]


@pytest.mark.thorough
def test_the_committee_in_the_middle_is_what_the_record_says(test_set):
    arrays, rows = stored("committee"), [seen(recipe) for recipe in COMMITTEE]
    committee = {seed: probabilities(arrays, seed, rows[seed % 2]) for seed in seeds_of(arrays)}
    run = sorted(RECORD["committee"]["runs"], key=lambda run: run["test_error"])[1]
    assert list(committee) == [member["seed"] for member in run["members"]]
    for P, member in zip(committee.values(), run["members"], strict=True):
        assert abs(error(P, test_set) - member["test_error"]) <= 7e-4  # weights are rounded to -15 … 15
    together = error(np.mean(list(committee.values()), axis=0), test_set)
    assert abs(together - run["compact_test_error"]) <= ROUNDING
    assert abs(together - run["test_error"]) <= 3e-4
    assert OUTPUTS["errors"][0].text == f"{round(10_000 * together)} of 10000\n"


def test_committees_share_no_network():
    runs = RECORD["committee"]["runs"]
    seeds = [member["seed"] for run in runs for member in run["members"]]
    assert len(runs) == 3
    assert len(set(seeds)) == len(seeds) == 3 * len(seeds_of(stored("committee")))
    assert not set(seeds) & {run["seed"] for run in RECORD["main"]["runs"]}


@pytest.mark.parametrize("name", RECORD)
def test_the_record_keeps_its_limits(name):
    seconds, test_error = LIMITS[name]
    assert np.median([run["seconds"] for run in RECORD[name]["runs"]]) <= seconds
    assert np.median([run["test_error"] for run in RECORD[name]["runs"]]) <= test_error


@pytest.mark.parametrize(("name", "recipe"), [("quick", QUICK), ("main", RECIPE)])
def test_each_run_tells_its_seed_seconds_and_losses(name, recipe):
    runs = RECORD[name]["runs"]
    assert re.fullmatch(r"[0-9a-f]{7,40}", RECORD[name]["machine"]["commit"])  # without "-dirty"
    assert all(run["seconds"] > 0 and np.all(np.isfinite(run["losses"])) for run in runs)
    assert {len(run["losses"]) for run in runs} == {recipe.epochs}
    assert len({tuple(run["losses"]) for run in runs}) == 5


@pytest.mark.thorough
def test_parameters_of_different_networks_do_not_pass_for_one(parameters, single, test_set):
    mixed = parameters | {"0/W1": parameters["1/W1"], "0/unit1": parameters["1/unit1"]}
    assert error(probabilities(mixed, 0, test_set[0]), test_set) > 10 * error(single[0], test_set)


@pytest.mark.parametrize("name", ["main", "committee"])
def test_a_compressed_weight_takes_half_a_byte(name):
    n_weights = sum(array.size for key, array in stored(name).items() if "/W" in key)
    assert (FOLDER / f"{name}.npz").stat().st_size < 0.6 * n_weights
