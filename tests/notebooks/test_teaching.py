"""Teaching plan: its minutes, points and objectives are those of the notebooks."""

import re

import minutes
import nbformat

from mlp_helpers.course.cells import answer_name, guess_name, is_answer, nbgrader
from mlp_helpers.services.files import REPOSITORY

PAGE = (REPOSITORY / "docs" / "teaching.md").read_text(encoding="utf-8")
NOTEBOOKS = {path.name[:2]: nbformat.read(path, as_version=4) for path in (REPOSITORY / "notebooks").glob("*.ipynb")}
ROWS = re.findall(r"^\| (\d\d) · [\w ]+?(, optional)? \| (\d+) \| (\d+) \|", PAGE, re.MULTILINE)
LECTURE_MINUTES, N_LECTURES = 45, 6


def test_the_minutes_are_those_of_the_model():
    times = {number: minutes.minutes(notebook.cells) for number, notebook in NOTEBOOKS.items()}
    heads = {number: minutes.HEAD.search(notebook.cells[0].source)[0] for number, notebook in NOTEBOOKS.items()}
    assert heads == {number: minutes.words(time) for number, time in times.items()}  # else: make minutes ARGS=--write
    assert {number: int(given) for number, _, given, _ in ROWS} == {n: minutes.rounded(t) for n, t in times.items()}


def test_the_points_are_those_of_the_checks():
    points = {
        number: sum(cell.metadata.get("nbgrader", {}).get("points", 0) for cell in notebook.cells)
        for number, notebook in NOTEBOOKS.items()
    }
    assert {number: int(given) for number, _, _, given in ROWS} == points


def test_the_quizzes_have_as_many_questions_as_it_says():
    said = dict.fromkeys(("02", "03", "04", "05", "06", "08", "09"), 5) | {"01": 3, "00": 0, "07": 0}
    assert "Notebooks 02 to 06, 08 and 09 end with five questions, 01 with three; 00 and 07 have none." in PAGE
    cells = {number: [cell.id for cell in notebook.cells] for number, notebook in NOTEBOOKS.items()}
    assert {number: sum(bool(re.fullmatch(r"quiz-\d", one)) for one in ids) for number, ids in cells.items()} == said


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
