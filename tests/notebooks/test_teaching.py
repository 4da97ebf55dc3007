"""Teaching plan and exam: minutes, objectives and an answer's figures are those of the notebooks and the library."""

import re

import nbformat
import numpy as np
import pytest

from mlp_helpers import MLPConfig, mnist
from mlp_helpers.course.cells import answer_name, guess_name, is_answer, nbgrader
from mlp_helpers.files import REPOSITORY

PAGE = (REPOSITORY / "docs" / "teaching.md").read_text(encoding="utf-8")
NOTEBOOKS = {path.name[:2]: nbformat.read(path, as_version=4) for path in (REPOSITORY / "notebooks").glob("*.ipynb")}
ROWS = re.findall(r"^\| (\d\d) · [\w ]+?(, optional)? \| (\d+) \| (\d+) \|", PAGE, re.MULTILINE)
LECTURE_MINUTES, N_LECTURES = 45, 6
NUMBERS = {"an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "forty": 40, "fifty": 50, "half": 0.5}


def minutes(sentence):
    """Return the minutes of a working time in words, such as "about two and a half hours"."""
    words = re.split(r"[,;]", sentence.replace("three quarters", "0.75").rstrip("."))[0].split()
    numbers = [float(NUMBERS.get(word, word)) for word in words if word in NUMBERS or word == "0.75"]
    return sum(numbers) * (1 if "minutes" in words else 60) + (10 if "a little over" in sentence else 0)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("about forty minutes; this notebook is optional.", 40),
        ("about an hour and three quarters.", 105),
        ("about two and a half hours.", 150),
        ("four hours, an hour of it training.", 240),
        ("about an hour.", 60),
        ("a little over two hours.", 130),
    ],
)
def test_minutes_of_a_sentence(sentence, expected):
    assert minutes(sentence) == expected


def test_the_minutes_are_those_of_the_heads():
    heads = {number: notebook.cells[0].source for number, notebook in NOTEBOOKS.items()}
    times = {number: re.search(r"\*\*Working time:\*\* (.+?)(?:\.|$)", head)[1] for number, head in heads.items()}
    assert {number: int(given) for number, _, given, _ in ROWS} == {n: minutes(time) for n, time in times.items()}


def test_the_points_are_those_of_the_checks():
    points = {
        number: sum(cell.metadata.get("nbgrader", {}).get("points", 0) for cell in notebook.cells)
        for number, notebook in NOTEBOOKS.items()
    }
    assert {number: int(given) for number, _, _, given in ROWS} == points


def test_the_plans_leave_nothing_out():
    required = N_LECTURES * LECTURE_MINUTES + sum(int(given) for _, optional, given, _ in ROWS if not optional)
    assert f"come to {required:,} minutes" in PAGE
    for plan, discussions in (("### Two weeks, full time", 2), ("### Six weeks, half a day each", 1)):
        (section,) = re.findall(rf"{plan}\n(.+?)\n#", PAGE, re.DOTALL) or [PAGE.partition(plan)[2].split("\n## ")[0]]
        planned = [int(row) for row in re.findall(r"\| (\d+) \|$", section, re.MULTILINE)]
        assert sum(planned) == required + 60 * discussions
        assert [lecture for lecture in range(1, N_LECTURES + 1) if f"{lecture}. " not in section] == []


def test_each_exercise_with_points_shows_an_objective_and_each_name_exists():
    objectives = PAGE.partition("## Objectives")[2].partition("## Guesses")[0]
    named = {name for row in objectives.splitlines() for name in re.findall(r"`(\w+)`", row.rpartition(" | ")[2])}
    cells = [cell for notebook in NOTEBOOKS.values() for cell in notebook.cells]
    exercises = {answer_name(cell) for cell in cells if is_answer(cell)}
    points = {cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.get("points") for cell in cells if nbgrader(cell)}
    guesses = {guess_name(cell) for cell in cells} - {None}
    assert {name.removesuffix("-check") for name, n in points.items() if n} <= named <= exercises | guesses
    everywhere = set(re.findall(r"`(\w+)`", PAGE))
    assert everywhere <= exercises | guesses


def test_each_cause_that_the_exam_accepts_gives_its_loss():
    exam = (REPOSITORY / "docs" / "exam.md").read_text(encoding="utf-8")
    answer = " ".join(exam.partition("## 2. A loss of 14")[2].partition("**Partial credit.**")[0].split())
    (X, y), _, _ = mnist()
    X, y = X[:1000].reshape(-1, 784), y[:1000]

    def first_loss(X, init_stddev):
        networks = [MLPConfig(init_stddev=init_stddev, seed=seed).build() for seed in range(10)]
        return np.median([network.evaluate(X, y)[0] for network in networks])

    assert f"near {first_loss(X, 0.05):.1f} if $\\sigma = 0.05$, and near {first_loss(X, 0.3):.0f} if" in answer
    assert f"Given bytes from 0 to 255, it starts near {first_loss(256 * X, 0.05):.0f} even if" in answer
