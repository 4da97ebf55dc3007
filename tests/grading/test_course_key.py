"""The key of a grading run changes with each file that a check reads, and with no other: then it grades again."""

import shutil
import subprocess
import sys

import pytest

from mlp_helpers.files import REPOSITORY as ROOT
from mlp_helpers.grading.reference_course import GradingPlan, ReferenceCourse
from mlp_helpers.grading.sandbox import package

# Judges a right answer and a known mistake of each exercise; prints the files of the modules that this loads.
JUDGE_ALL = """
import sys
from mlp_helpers.checking.questions import LITERAL, parameters
from mlp_helpers.checking import wire
from mlp_helpers.checking.observations import look
from mlp_helpers.exercises import exercise, names
from mlp_helpers.grading import judging

for name in names():
    of = exercise(name)
    reference, mistake = of.key.reference, of.key.mistakes[0].answer if of.key.mistakes else None
    if of.kind == LITERAL:
        of.key.judge_value(mistake)
        continue
    expected = wire.encoded(look(of, reference), None)
    for answer in (reference, mistake):
        judging.judge(name, expected, wire.encoded(look(of, answer), parameters(answer)))
for module in list(sys.modules.values()):
    if module.__name__.startswith("mlp_helpers."):
        print(module.__file__)
"""


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """Return a copy of the course, and its key."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("mlp_helpers", "notebooks", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder, key(folder)


def key(folder):
    return ReferenceCourse(GradingPlan(str(folder), 1)).key


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("mlp_helpers/exercises/unhot/cases.py", True),
        ("mlp_helpers/exercises/unhot/answers.py", True),
        ("mlp_helpers/exercises/unhot/__init__.py", True),
        ("mlp_helpers/exercises/answer_keys.py", True),
        ("mlp_helpers/exercises/quiz_layers.toml", True),
        ("mlp_helpers/checking/samples.py", True),
        ("mlp_helpers/diagnosis/attempt.py", True),
        ("mlp_helpers/activations.py", True),  # with right answers
        ("mlp_helpers/checks.py", True),
        ("mlp_helpers/plots/figures.py", True),
        ("mlp_helpers/grading/judging.py", True),
        ("notebooks/03_layers.ipynb", False),  # its cells are the same
        ("mlp_helpers/exercises/unhot/variants.py", False),
        ("mlp_helpers/widgets/live.py", False),
        ("docs/instructors.md", False),
    ],
)
def test_one_byte_of_a_file(copied, path, counts):
    folder, before = copied
    content = (folder / path).read_bytes()
    (folder / path).write_bytes(content[:-1] + b" ")
    after = key(folder)
    (folder / path).write_bytes(content)
    assert (after != before) == counts


def test_it_covers_all_modules_that_judge_an_answer():
    files = {str(path) for path in package.listed(ROOT / "mlp_helpers", (*package.IN_KERNELS, *package.OUTSIDE))}
    ran = subprocess.run([sys.executable, "-c", JUDGE_ALL], capture_output=True, text=True, check=True)
    loaded = set(ran.stdout.split())
    assert str(ROOT / "mlp_helpers" / "diagnosis" / "attempt.py") in loaded
    assert loaded - files == {str(ROOT / "mlp_helpers" / "grading" / "__init__.py")}
