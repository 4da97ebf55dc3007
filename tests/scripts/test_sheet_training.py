"""The training of notebook 05 as the site shows it: it is recorded, and it is the notebook's."""

import re

import pytest
import sheet_training
from shared_parts import whole

from mlp_helpers.authoring.release import read_notebooks
from mlp_helpers.data import training_data
from mlp_helpers.services.files import REPOSITORY
from mlp_helpers.widgets import explore_epochs


@pytest.fixture(scope="module")
def cells():
    return {cell.id: cell for cell in read_notebooks(REPOSITORY)[sheet_training.NOTEBOOK].cells}


@pytest.fixture(scope="module")
def states():
    """Return what the explorer shows after each epoch, a list."""
    recorded = sheet_training.epochs()
    return whole([*recorded["states"].values()], recorded["parts"])


@pytest.fixture
def folder(tmp_path):
    """Return a folder with a copy of the recording."""
    for path in sheet_training.FOLDER.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def test_its_cells_are_shown_to_all_and_in_the_notebooks_order(cells):
    assert [cell for cell in cells if cell in sheet_training.CELLS] == list(sheet_training.CELLS)
    assert all(cells[cell].metadata.course.role in ("set-up", "demonstration") for cell in sheet_training.CELLS)


def test_the_mistakes_after_each_epoch_are_those_that_the_notebook_printed(cells, states):
    printed = "".join(output.text for output in cells["train"].outputs)
    errors = [float(error) for error in re.findall(r"valid loss [\d.]+, error ([\d.]+)", printed)]
    assert len(errors) == len(states) == 31
    for epoch, (error, state) in enumerate(zip(errors, states, strict=True)):
        text = f"After epoch {epoch}: {round(10_000 * error):,} of 10,000 wrong"
        assert state["status"]["text"].startswith(text)


def test_the_last_state_is_that_of_the_network(states):
    """So it is what explorers of this version of the package show."""
    _, _, X_valid, y_valid = training_data()
    snapshots = [sheet_training.network()] * 2
    explorer = eval(sheet_training.CALL, locals() | {"explore_epochs": explore_epochs})
    now = explorer.states()
    (_, shown) = whole([*now["states"].values()], now["parts"])
    shown["status"]["text"] = shown["status"]["text"].replace("After epoch 1:", "After epoch 30:")
    assert shown == states[-1]


@pytest.mark.thorough
def test_one_epoch_anew(states, folder, monkeypatch):
    """The cells themselves, with fewer epochs, give the same first states."""
    shorter = [source.replace("range(31)", "range(2)") for source in sheet_training.sources()]
    monkeypatch.setattr(sheet_training, "sources", lambda: shorter)
    sheet_training.record(folder)
    recorded = sheet_training.epochs(folder)
    anew = whole([*recorded["states"].values()], recorded["parts"])
    assert [state["status"] for state in anew] == [state["status"] for state in states[:2]]


def test_another_training_is_not_the_recorded_one(folder, monkeypatch):
    changed = [source.replace("Y_train, 0.1,", "Y_train, 0.2,") for source in sheet_training.sources()]
    assert sheet_training.is_recorded(folder)
    monkeypatch.setattr(sheet_training, "sources", lambda: changed)
    assert not sheet_training.is_recorded(folder)


@pytest.mark.parametrize("name", [sheet_training.EPOCHS, sheet_training.NETWORK])
def test_a_file_that_is_missing(folder, name):
    (folder / name).unlink()
    for read in (sheet_training.epochs, sheet_training.network):
        with pytest.raises(sheet_training.NotRecorded, match=r"is not recorded.* make explorable records it"):
            read(folder)
