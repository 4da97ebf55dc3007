"""Exercises in the notebooks: announced with their points, and runnable without the package's answers."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from mlp_helpers.checking import wire
from mlp_helpers.checking.observations import RIGHT, SYMBOLS
from mlp_helpers.checking.questions import LITERAL
from mlp_helpers.course.cells import checked_name, file_of, is_graded
from mlp_helpers.exercises import exercise, names
from mlp_helpers.grading.exercise_tests import checks
from mlp_helpers.grading.sandbox import package
from mlp_helpers.services.files import REPOSITORY

PATHS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
ANNOUNCED = re.compile(
    r"\*\*Exercise `(\w+)`, (?:(\d+) points?(?: \([^)]*\))?|for practice)(?:, \d+ minutes?)?"
    r"(, marked by a person)?\.\*\*"
)

# Runs cells from standard input; prints the last line of each cell's output.
RUN = """
import contextlib, io, json, sys
names, last = {"__name__": "__main__"}, []
for source in json.load(sys.stdin):
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(source, names)
    last.append(printed.getvalue().rstrip().rpartition("\\n")[2])
print(json.dumps(last))
"""


def read(path):
    return nbformat.read(path, as_version=4)


def run(sources, folder):
    """Run cells in a fresh Python process with the package in a folder; return the last line that each printed."""
    given = json.dumps(sources)
    ended = subprocess.run(
        [sys.executable, "-c", RUN],
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=folder,
        env={**os.environ, "MLP_COURSE_DATA": str(REPOSITORY / "data")},
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_checks_run_with_what_a_kernel_has_that_grades(path, tmp_path):
    notebook = read(path)
    conceals = notebook.metadata.course.conceals
    assert all(Path(path.parent.parent, *name.split(".")).with_suffix(".py").is_file() for name in conceals)
    read_alone = [name for name in names() if exercise(name).kind == LITERAL]  # by grading, which does not run them
    cells = [cell for cell in notebook.cells if is_graded(cell) and checked_name(cell) not in read_alone]
    asked = [
        (checked_name(cell), source)
        for cell in cells
        for source in (checks(cell).values() if checked_name(cell) else [cell.source])
    ]
    copied = package.copies(REPOSITORY / "mlp_helpers", {path.name: conceals}, tmp_path)
    last = run([source for _, source in asked], copied[path.name])
    for (is_check, _), line in zip(asked, last, strict=True):
        if is_check:
            assert wire.MIME in line
            assert SYMBOLS[RIGHT] not in line  # there are no answers to compare with


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_each_exercise_is_announced_with_its_points(path):
    notebook = read(path)
    points = {}
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("grade"):
            by_person = about.solution and not file_of(cell)
            points[about.grade_id.removesuffix("-check")] = (about.points, by_person)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    announced = {name: (int(n or 0), bool(by_person)) for name, n, by_person in ANNOUNCED.findall(text)}
    assert announced == points
    assert text.count("**Exercise `") == len(points)


def test_there_are_three_open_exercises_and_two_files():
    nbgrader = [cell for path in PATHS for cell in read(path).cells if "nbgrader" in cell.metadata]
    others = [cell for cell in nbgrader if cell.metadata.nbgrader.solution and cell.metadata.nbgrader.grade]
    assert sorted(cell.cell_type for cell in others if not file_of(cell)) == ["code", "code", "markdown"]
    assert [file_of(cell) for cell in others if file_of(cell)] == ["my_mnist.npz", "my_network.npz"]
