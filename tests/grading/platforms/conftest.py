"""Collecting and grading of classes that were made up, by what their notebooks say."""

import made_up
import pytest

from mlp_helpers.authoring.release import read_notebooks
from mlp_helpers.course import cells
from mlp_helpers.grading.platforms.collecting import collect
from mlp_helpers.grading.reports.gradebook import gradebook_csv, rows
from mlp_helpers.grading.results import file_name
from mlp_helpers.services.files import REPOSITORY

COURSE = cells.exercises(read_notebooks(REPOSITORY))


@pytest.fixture
def collected(tmp_path):
    """Return a function that collects what a platform gives, and returns the report and the submissions."""

    def run(files, students, **options):
        path = tmp_path / "download.zip"
        path.write_bytes(files if isinstance(files, bytes) else made_up.packed(files))
        (tmp_path / "students.csv").write_bytes(students if isinstance(students, bytes) else students.encode())
        said = collect(path, tmp_path / "students.csv", **({"out": tmp_path / "submissions"} | options))
        return said, tmp_path / "submissions"

    return run


@pytest.fixture
def graded():
    """Return a function that grades by what the notebooks say, and writes what grading writes."""

    def run(submissions, out, waiting=False):
        (out / "feedback").mkdir(parents=True, exist_ok=True)
        results = made_up.grade(submissions, out)
        for result in results:
            if not waiting:
                result.open_answers.clear()
            (out / "feedback" / f"{file_name(result.student)}.html").write_text(result.key)
        (out / "gradebook.csv").write_text(gradebook_csv(rows(results, COURSE), COURSE), encoding="utf-8")
        return out

    return run


@pytest.fixture
def made(tmp_path, collected, graded):
    """Return a function that collects and grades, and returns submissions, results and the list of students."""

    def make(students, files=None, **options):
        submissions = collected(files or made_up.moodle_folders(made_up.people(4)), students)[1]
        return submissions, graded(submissions, tmp_path / "results", **options), tmp_path / "students.csv"

    return make
