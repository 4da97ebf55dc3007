"""The exercise that docs/architecture.md adds: it works in a copy of the repository, and touches nothing else."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from small_course import edited

from mlp_helpers.services.files import REPOSITORY

PAGE = (REPOSITORY / "docs" / "architecture.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## A new exercise\n")[2].partition("\n## ")[0]
FILES = dict(re.findall(r"^`([\w/.]+)` (?:is empty\.|.*:\n\n```\w+\n((?s:.*?))^```$)", SECTION, re.MULTILINE))
FOLDER = Path("mlp_helpers/exercises/clip_gradient")
(NOTEBOOK,) = [name for name in FILES if name.endswith(".ipynb")]
(TABLE,) = [name for name in FILES if name.endswith(".toml")]
MISTAKE = """
from mlp_helpers import check
check("clip_gradient", lambda grad, limit: grad.clip(-limit, limit))
"""


@pytest.fixture
def clone(tmp_path):
    """Return a folder with the parts of the repository that an exercise and its tests need, without recorded data."""
    for name in ("mlp_helpers", "notebooks", "scripts", "tests"):
        shutil.copytree(REPOSITORY / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    return tmp_path


def run(clone, *arguments):
    """Run Python in a copy of the repository; return its exit code and all that it printed."""
    environment = {**os.environ, "PYTHONPATH": str(clone), "PYTHONDONTWRITEBYTECODE": "1"}
    ended = subprocess.run([sys.executable, *arguments], cwd=clone, env=environment, capture_output=True, text=True)
    return ended.returncode, ended.stdout + ended.stderr


def passed(clone, *arguments):
    """Run tests in a copy of the repository; return how many passed, which must be all."""
    code, said = run(clone, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments)
    assert code == 0, said
    return int(re.search(r"(\d+) passed", said)[1])


def content(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def with_cells(path, new):
    """Put cells into the notebook at a path, after the cell that the page names."""
    (after,) = re.findall(r"after the cell `([\w-]+)`", SECTION)
    with edited(path) as notebook:
        place = [cell.id for cell in notebook.cells].index(after) + 1
        notebook.cells[place:place] = map(nbformat.from_dict, new)
        nbformat.validate(notebook)


@pytest.mark.thorough
def test_an_exercise_is_added_and_taken_out(clone):
    before = content(clone)
    for name, text in FILES.items():
        (clone / name).parent.mkdir(exist_ok=True)
        if name != NOTEBOOK:
            with (clone / name).open("a", encoding="utf-8") as file:
                file.write(text)
    code, said = run(clone, "scripts/source_faults.py")
    assert (code, said) == (1, f"{FOLDER}: no notebook has a cell that checks it\n")
    with_cells(clone / NOTEBOOK, json.loads(FILES[NOTEBOOK]))
    assert run(clone, "scripts/source_faults.py") == (0, "")
    assert passed(clone, "tests/exercises/test_bank.py", "-k", "clip_gradient") >= 2 + 3 * 2
    assert passed(clone, "tests/exercises/test_nothing_missed.py", "-k", "clip_gradient or in_the_table") == 4 + 1
    n_notebooks = len(list((clone / "notebooks").glob("*.ipynb")))
    assert passed(clone, "tests/notebooks/test_exercises.py", "-k", "announced") == n_notebooks
    assert "✗ not right: Each entry was limited by itself" in run(clone, "-c", MISTAKE)[1]

    shutil.rmtree(clone / FOLDER)
    (clone / TABLE).write_text((clone / TABLE).read_text(encoding="utf-8").removesuffix(FILES[TABLE]), encoding="utf-8")
    with edited(clone / NOTEBOOK) as notebook:
        notebook.cells = [cell for cell in notebook.cells if not cell.id.startswith("clip-gradient")]
    assert content(clone) == before
