"""The author's project: the numbers of its report in notebook 07 are those that were recorded."""

import json
import re

import nbformat
import project
import pytest

from mlp_helpers import NeuralNetwork
from mlp_helpers.services.files import REPOSITORY

RUN = json.loads((project.FOLDER / "run.json").read_text())
NOTEBOOK = nbformat.read(REPOSITORY / "notebooks" / "07_your_network.ipynb", as_version=4)
(REPORT,) = [cell.source for cell in NOTEBOOK.cells if cell.id == "my-report"]


def percents(errors):
    return [f"{100 * valid:.2f}" for _, valid in errors]


def test_the_table_holds_the_recorded_errors():
    rows = re.findall(r"^\|[^|]+\| ([\d, ]+) \| ([\d., ]+)\s%", REPORT, re.MULTILINE)
    told = [(seeds, errors.split(", ")) for seeds, errors in rows]
    assert told == [
        *(("0, 1, 2", percents(RUN["errors"][name])) for name in project.CONFIGS),
        (", ".join(RUN["fresh"]), percents(RUN["fresh"].values())),
    ]


def test_the_choice_was_the_lowest_mean_and_the_fresh_seeds_had_no_part_in_it():
    means = {name: sum(valid for _, valid in errors) for name, errors in RUN["errors"].items()}
    assert RUN["chosen"] == min(means, key=means.get)
    assert list(map(int, RUN["fresh"])) == list(project.FRESH_SEEDS)
    assert not set(project.FRESH_SEEDS) & set(project.CHOOSING_SEEDS)


@pytest.mark.thorough
def test_the_network_is_the_first_fresh_one():
    _, _, X_valid, y_valid = project.flattened()
    error = NeuralNetwork.load(project.FOLDER / "my_network.npz").classification_error(X_valid, y_valid)
    train, valid = RUN["fresh"][str(project.FRESH_SEEDS[0])]
    assert error == pytest.approx(valid)
    assert (RUN["history"]["train_error"][-1], RUN["history"]["valid_error"][-1]) == (train, valid)
