"""Small course with an exercise that consists of steps, `classifier`, and the package with its data."""

import shutil
from pathlib import Path

import pytest
import small_course
from nbformat.v4 import new_notebook
from small_course import between

from mlp_helpers import exercises
from mlp_helpers.course.cells import checked_name
from mlp_helpers.services.files import REPOSITORY

STEPS = "[steps]\nsoftmax = 0.4\ncross_entropy_from_logits = 0.6\n"
LAYERS = "notebooks/03_layers.ipynb"
SOFTMAX = 'def softmax(logits):\n    """Return the probabilities of each row."""\n'
LOSS = 'def cross_entropy_from_logits(Y, logits):\n    """Return the mean loss."""\n'
SOFTPLUS_D = 'def softplus_d(x):\n    """Return the slope of softplus."""\n'
RIGHT = (
    "e = np.exp(logits - logits.max(axis=1, keepdims=True))",
    "return e / e.sum(axis=1, keepdims=True)",
    "log_sums = logits.max(axis=1) - np.log(softmax(logits).max(axis=1))",
    "return np.mean(log_sums - np.sum(Y * logits, axis=1))",
)
OF_TWO_LOGITS = "return softmax(np.stack([x, 0 * x], axis=-1).reshape(-1, 2))[:, 0].reshape(x.shape)"
CALL = 'check("classifier", softmax, cross_entropy_from_logits)'


def classifier(softmax=RIGHT[:2], loss=RIGHT[2:]):
    """Return the source of the answer cell, with these lines between the markers."""
    return f"{SOFTMAX}{between(*softmax)}\n\n\n{LOSS}{between(*loss)}"


def notebook(answer=None):
    """Return a notebook with the exercise, and one after it whose answer calls a step."""
    cells = [
        small_course.code(
            "set-up", "set-up", "import numpy as np\nimport mlp_helpers as mlp\nfrom mlp_helpers import check"
        ),
        small_course.answer("classifier", answer or classifier()),
        small_course.check("classifier", 40, "softmax", "cross_entropy_from_logits"),
        small_course.answer("softplus_d", SOFTPLUS_D + between(OF_TWO_LOGITS)),
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
        small_course.answer("softmax", SOFTMAX + between(*RIGHT[:2])),
        small_course.check("softmax", 15),
        small_course.answer("cross_entropy_from_logits", LOSS + between(*RIGHT[2:])),
        small_course.check("cross_entropy_from_logits", 25),
    ]
    return notebooks


def write_source(folder, notebooks):
    """Write a course with these notebooks, and the exercises that they check, into a folder; return the folder."""
    place = folder / "mlp_helpers" / "exercises"
    shutil.rmtree(place, ignore_errors=True)
    checked = {name for notebook in notebooks.values() for name in map(checked_name, notebook.cells) if name}
    if "classifier" in checked:
        checked = (checked - {"classifier"}) | {"softmax", "cross_entropy_from_logits"}
        place.mkdir(parents=True)
        (place / "classifier.toml").write_text(STEPS)
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
    (package / "exercises" / "classifier.toml").write_text(STEPS)
    (package.parent / "data").symlink_to(REPOSITORY / "data")
    small_course.write_notebooks(package.parent, {LAYERS: notebook()})
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    monkeypatch.syspath_prepend(package.parent)  # for processes that grade
    monkeypatch.setattr(exercises, "FOLDER", Path(package, "exercises"))
    exercises.names.cache_clear()
    yield package.parent
    exercises.names.cache_clear()
