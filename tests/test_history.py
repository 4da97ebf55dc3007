"""History of a run: columns, a file, a figure."""

import csv

import numpy as np
import pytest

from mlp_helpers import History, epochs, plots


@pytest.fixture
def history(make_network, rng):
    return History(epochs(make_network(), rng.normal(size=(9, 4)), rng.integers(3, size=9), n_epochs=2))


def test_columns(history):
    assert history.column("epoch").tolist() == [0, 1]
    assert history.column("train_loss")[1] == history[1].train_loss
    assert np.isnan(history.column("valid_error")).all()


def test_csv(history, tmp_path):
    history.save(tmp_path / "history.csv")
    rows = list(csv.DictReader((tmp_path / "history.csv").read_text().splitlines()))
    assert [int(row["epoch"]) for row in rows] == [0, 1]
    assert float(rows[1]["train_loss"]) == history[1].train_loss
    assert rows[0]["valid_loss"] == ""


def test_draw(history):
    loss, error = plots.learning_curves(history).axes
    assert loss.lines[0].get_ydata().tolist() == history.column("train_loss").tolist()
    assert len(loss.lines) == len(error.lines) == 1
