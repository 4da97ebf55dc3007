"""Claims of notebook 09 about the recorded trainings, verified independently in a few lines of plain NumPy."""

import json
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

from mlp_helpers import MLPConfig, mnist
from mlp_helpers.beyond.augmentation import Distortion
from mlp_helpers.beyond.augmented import augmented_epochs
from mlp_helpers.data import REPOSITORY_DATA, training_data

NOTEBOOK = nbformat.read(Path(__file__).parents[2] / "notebooks" / "09_beyond.ipynb", as_version=4)
OUTPUTS = {cell.id: cell.outputs for cell in NOTEBOOK.cells if cell.cell_type == "code"}
TEXT = "\n".join(cell.source for cell in NOTEBOOK.cells if cell.cell_type == "markdown")
RECORD = json.loads((REPOSITORY_DATA / "beyond.json").read_text())
ERRORS = [run["test_error"] for run in RECORD["runs"]]
ROUNDING = 2e-4  # recorded in single precision, which may change the prediction for two of 10,000 images


@pytest.fixture(scope="module")
def arrays():
    """Return the parameters of the stored network."""
    with np.load(REPOSITORY_DATA / "beyond.npz") as stored:
        return dict(stored)


def error(arrays):
    """Return the test error of a network, by products, sums and relu."""
    images, labels = mnist()[2]
    signal = images.reshape(len(images), -1).astype(np.float64)
    for layer in range(3):
        signal = np.maximum(signal, 0) if layer else signal
        signal = signal @ arrays[f"W{layer}"].astype(np.float64) + arrays[f"b{layer}"]
    return float(np.mean(signal.argmax(axis=1) != labels))


@pytest.mark.thorough
def test_the_stored_network_is_the_first_one(arrays):
    assert abs(error(arrays) - ERRORS[0]) <= ROUNDING


@pytest.mark.thorough
def test_parameters_of_another_network_do_not_pass_for_it(arrays):
    assert error(arrays | {"W1": arrays["W1"][::-1]}) > 10 * ERRORS[0]


def test_five_runs_are_recorded_with_the_machine():
    assert [run["seed"] for run in RECORD["runs"]] == list(range(5))
    assert all(run["seconds"] > 0 for run in RECORD["runs"])
    assert {"processor", "cores", "BLAS", "numpy"} <= set(RECORD["machine"])


def test_the_text_reports_the_median_and_the_range():
    printed = [float(number) for number in re.findall(r"0\.\d+", OUTPUTS["record"][0].text)]
    assert printed == [*(round(one, 4) for one in ERRORS), round(float(np.median(ERRORS)), 4)]
    for wanted in (np.median(ERRORS), min(ERRORS)):
        assert f"{100 * wanted:.2f}\xa0%" in TEXT


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("draw", "seed", "removed"), [(1, 1, (0.34, 0.27)), (7, 7, (0.15, 0.0)), (8, 18, (0.24, 0.34))]
)
def test_other_images_and_weights_give_the_ends_of_what_the_text_says_of_twenty_runs(draw, seed, removed):
    X, y, X_valid, y_valid = training_data()
    part = slice(5000 * draw, 5000 * (draw + 1))
    errors, surplus = [], []
    for distortion in (None, Distortion(1.5, 12, 0.15, 0.2), Distortion(elastic=20, smoothness=4)):
        network, augment = MLPConfig(hidden=(100,), init_stddev="he", seed=seed).build(), None
        if distortion is not None:
            augment = distortion.distort_rows
        settings = {"learning_rate": 0.3, "batch_size": 50, "n_epochs": 10, "evaluate": False}
        rng = np.random.default_rng(6 + seed)
        list(augmented_epochs(network, X[part].astype(float), y[part], augment, rng=rng, **settings))
        P = network.predict(X_valid)
        errors.append(np.mean(P.argmax(axis=1) != y_valid))
        surplus.append(P.max(axis=1).mean() - (1 - errors[-1]))
    assert removed == tuple(round(1 - error / errors[0], 2) for error in errors[1:])
    assert surplus[1] < 0 < surplus[0]  # a plain network is too sure, one with affine distortions is not sure enough
    assert "15 to 34\xa0% for affine distortions, and 0 to 34\xa0% for elastic ones" in TEXT.replace("\n", " ")
