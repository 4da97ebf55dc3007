"""Small course with an exercise that consists of steps, `derivatives`, and the package with its data."""

import shutil
from pathlib import Path

import pytest
import small_course
from nbformat.v4 import new_notebook
from small_course import between

from mlp_helpers import exercises
from mlp_helpers.course.cells import checked_name
from mlp_helpers.files import REPOSITORY

STEPS = "[steps]\nsigmoid = 0.4\nsigmoid_d = 0.6\n"
LAYERS = "notebooks/03_layers.ipynb"
SIGMOID = 'def sigmoid(x):\n    """Return 1 / (1 + exp(-x))."""\n'
SIGMOID_D = 'def sigmoid_d(x):\n    """Return the derivative of sigmoid."""\n'
SOFTPLUS_D = 'def softplus_d(x):\n    """Return the derivative of softplus."""\n'
RIGHT = ("return 0.5 * (1 + np.tanh(0.5 * x))", "s = sigmoid(x)", "return s * (1 - s)")
CALL = 'check("derivatives", sigmoid, sigmoid_d)'


def derivatives(sigmoid=RIGHT[:1], sigmoid_d=RIGHT[1:]):
    """Return the source of the answer cell, with these lines between the markers."""
    return f"{SIGMOID}{between(*sigmoid)}\n\n\n{SIGMOID_D}{between(*sigmoid_d)}"


def notebook(answer=None):
    """Return a notebook with the exercise, and one after it whose answer calls a step."""
    cells = [
        small_course.code(
            "set-up", "set-up", "import numpy as np\nimport mlp_helpers as mlp\nfrom mlp_helpers import check"
        ),
        small_course.answer("derivatives", answer or derivatives()),
        small_course.check("derivatives", 40, "sigmoid", "sigmoid_d"),
        small_course.answer("softplus_d", SOFTPLUS_D + between("return sigmoid(x)")),
        small_course.check("softplus_d", 5),
    ]
    conceals = [f"mlp_helpers.{module}" for module in ("activations", "layers", "outputs", "network")]
    return new_notebook(cells=cells, metadata={"course": {"conceals": conceals}})


def course():
    """Return the notebooks of a sound course."""
    return {LAYERS: notebook(), "notebooks/05_training.ipynb": small_course.training()}


def earlier():
    """Return the notebooks of an edition in which the steps are exercises of their own."""
    notebooks = course()
    notebooks[LAYERS].cells[1:3] = [
        small_course.answer("sigmoid", SIGMOID + between(*RIGHT[:1])),
        small_course.check("sigmoid", 15),
        small_course.answer("sigmoid_d", SIGMOID_D + between(*RIGHT[1:])),
        small_course.check("sigmoid_d", 25),
    ]
    return notebooks


def write_source(folder, notebooks):
    """Write a course with these notebooks, and the exercises that they check, into a folder; return the folder."""
    place = folder / "mlp_helpers" / "exercises"
    shutil.rmtree(place, ignore_errors=True)
    checked = {name for notebook in notebooks.values() for name in map(checked_name, notebook.cells) if name}
    if "derivatives" in checked:
        checked = (checked - {"derivatives"}) | {"sigmoid", "sigmoid_d"}
        place.mkdir(parents=True)
        (place / "derivatives.toml").write_text(STEPS)
    return small_course.write_source(folder, notebooks, [f"mlp_helpers/exercises/{name}" for name in checked])


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Return a folder with the package and the exercise's data, which this process and its kernels use, and data."""
    package = tmp_path / "root" / "mlp_helpers"
    for original, copied in ((REPOSITORY / "mlp_helpers", package), (exercises.FOLDER, package / "exercises")):
        copied.mkdir(parents=True)
        for path in original.iterdir():
            if path.name not in ("exercises", "__pycache__"):
                (copied / path.name).symlink_to(path)
    (package / "exercises" / "derivatives.toml").write_text(STEPS)
    (package.parent / "data").symlink_to(REPOSITORY / "data")
    small_course.write_notebooks(package.parent, {LAYERS: notebook()})
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    monkeypatch.syspath_prepend(package.parent)  # for processes that grade
    monkeypatch.setattr(exercises, "FOLDER", Path(package, "exercises"))
    exercises.names.cache_clear()
    yield package.parent
    exercises.names.cache_clear()
