"""Record the training of notebook 05 for the site, by the notebook's own cells: a part of `make explorable`.

data/explorable/notebook-05/ has what the site shows of it: epochs.json, the states of the explorer of its epochs, with
half of the notebook's units, and of their bytes; and network.npz, the trained network. The version is a digest of the
cells and does not depend on the package's code: tests compare the states with what the notebook printed, and with what
the explorer shows of the network.
"""

import contextlib
import hashlib
import io
import json

from mlp_helpers import NeuralNetwork, save_network, widgets
from mlp_helpers.checks import stand_in
from mlp_helpers.data import REPOSITORY_DATA
from mlp_helpers.services.files import REPOSITORY, write_file

FOLDER = REPOSITORY_DATA / "explorable" / "notebook-05"
EPOCHS, NETWORK = "epochs.json", "network.npz"
NOTEBOOK = "notebooks/05_training.ipynb"
CELLS = ("set-up", "imports", "data", "sheet-network", "own-network", "train")  # which lead to the explorer
ANSWER = "sgd_epoch"  # which they call
CALL = "explore_epochs(snapshots, X_valid, y_valid, n_units=30)"


class NotRecorded(ValueError):
    """A recorded training that is missing, or that is of another version."""


def sources(notebook=NOTEBOOK, names=CELLS):
    """Return the sources of a notebook's cells with these ids, a list of str."""
    cells = json.loads((REPOSITORY / notebook).read_bytes())["cells"]
    found = {cell["id"]: "".join(cell["source"]) for cell in cells}
    return [found[name] for name in names]


def version():
    """Return the digest of all that makes the recording."""
    return hashlib.sha256("\0".join([*sources(), CALL]).encode()).hexdigest()[:12]


def record(folder=FOLDER):
    """Train, and write both files into a folder; without output."""
    found = {**vars(widgets), ANSWER: stand_in(ANSWER)}
    with contextlib.redirect_stdout(io.StringIO()):
        for source in [*sources(), f"explorer = {CALL}"]:
            exec(source, found)
    folder.mkdir(parents=True, exist_ok=True)
    save_network(found["nn"], folder / NETWORK)
    recorded = {"version": version(), "states": found["explorer"].states()}
    text = json.dumps(recorded, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    write_file(folder / EPOCHS, text + "\n")


def epochs(folder=FOLDER):
    """Return the states of the explorer of the epochs, a dict; raise NotRecorded if a file is missing or outdated."""
    are_there = all((folder / name).exists() for name in (EPOCHS, NETWORK))
    recorded = json.loads((folder / EPOCHS).read_bytes()) if are_there else {}
    if recorded.get("version") != version():
        raise NotRecorded(f"the training of {NOTEBOOK} is not recorded, or was changed: make explorable records it")
    return recorded["states"]


def is_recorded(folder=FOLDER):
    """Return whether both files are in a folder, of this version."""
    try:
        epochs(folder)
    except NotRecorded:
        return False
    return True


def network(folder=FOLDER):
    """Return the trained network; raise NotRecorded as `epochs` does."""
    epochs(folder)
    return NeuralNetwork.load(folder / NETWORK)


if __name__ == "__main__" and not is_recorded():
    record()
