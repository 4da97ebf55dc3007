"""The key of an exercise changes with each file that its check reads, and with no other: then it is graded again."""

import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from mlp_helpers.authoring.release import read_notebooks
from mlp_helpers.course.cells import exercises
from mlp_helpers.exercises import exercise, names
from mlp_helpers.grading.reference_course import GradingPlan, ReferenceCourse
from mlp_helpers.grading.sandbox import package
from mlp_helpers.services.files import REPOSITORY as ROOT

ALL = "all exercises"
# Judges a right answer and a known mistake of each exercise, each in a process of its own; prints the files of the
# modules that this loads, beside the exercise.
JUDGE_ALL = """
import os, sys
from mlp_helpers.checking.questions import LITERAL, parameters
from mlp_helpers.checking import wire
from mlp_helpers.checking.observations import look
from mlp_helpers.exercises import exercise, names
from mlp_helpers.grading import judging

def judge(name):
    of = exercise(name)
    reference, mistake = of.key.reference, of.key.mistakes[0].answer if of.key.mistakes else None
    if of.kind == LITERAL:
        return of.key.judge_value(mistake)
    expected = wire.encoded(look(of, reference), None)
    for answer in (reference, mistake):
        judging.judge(name, expected, wire.encoded(look(of, answer), parameters(answer)))

for name in names():
    if os.fork():
        assert os.wait()[1] == 0
        continue
    judge(name)
    for module in list(sys.modules.values()):
        if module.__name__.startswith("mlp_helpers."):
            print(name, module.__file__)
    sys.stdout.flush()
    os._exit(0)
"""


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """Return a copy of the course, and its keys."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("mlp_helpers", "notebooks", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder, keys(folder)


def keys(folder):
    return ReferenceCourse(GradingPlan(str(folder), 1)).keys


@pytest.mark.parametrize(
    ("path", "stale"),
    [
        ("mlp_helpers/exercises/unhot/cases.py", ["misclassified"]),
        ("mlp_helpers/exercises/unhot/answers.py", ["misclassified"]),
        ("mlp_helpers/exercises/quiz_layers.toml", ["quiz_layers"]),
        ("mlp_helpers/exercises/slope/cases.py", ["slope"]),
        *((f"mlp_helpers/{path}.py", ALL) for path in ("exercises/answer_keys", "activations", "grading/judging")),
        ("notebooks/03_layers.ipynb", []),  # its cells are the same
        ("mlp_helpers/exercises/unhot/variants.py", []),
        ("mlp_helpers/widgets/live.py", []),
    ],
)
def test_one_byte_of_a_file(copied, path, stale):
    folder, before = copied
    content = (folder / path).read_bytes()
    (folder / path).write_bytes(content[:-1] + b" ")
    after = keys(folder)
    (folder / path).write_bytes(content)
    assert [name for name in before if after[name] != before[name]] == (list(before) if stale == ALL else stale)


def test_one_cell_of_a_notebook_and_the_seed(copied):
    folder, before = copied
    path = folder / "notebooks" / "03_layers.ipynb"
    content = path.read_text()
    path.write_text(content.replace("import numpy as np", "import numpy as np  # arrays", 1))
    after = keys(folder)
    path.write_text(content)
    stale = {item.name for item in exercises(read_notebooks(folder)) if item.notebook == "notebooks/03_layers.ipynb"}
    assert {name for name in before if after[name] != before[name]} == stale
    assert not set(ReferenceCourse(GradingPlan(str(folder), 2)).keys.values()) & set(before.values())


def test_they_cover_all_modules_that_judge_an_answer_and_none_of_another_exercise():
    files = {str(path) for path in package.listed(ROOT / "mlp_helpers", (*package.IN_KERNELS, *package.OUTSIDE))}
    ran = subprocess.run([sys.executable, "-c", JUDGE_ALL], capture_output=True, text=True, check=True)
    loaded = defaultdict(set)
    for line in ran.stdout.splitlines():
        name, file = line.split(" ", 1)
        loaded[name].add(file)
    assert str(ROOT / "mlp_helpers" / "diagnosis" / "attempt.py") in set().union(*loaded.values())
    assert set().union(*loaded.values()) - files == {str(ROOT / "mlp_helpers" / "grading" / "__init__.py")}
    for name, found in loaded.items():
        own = {name, *exercise(name).steps}
        assert {Path(file).parent.name for file in found if "/exercises/" in file} <= {"exercises", *own}
    assert loaded.keys() == set(names())
