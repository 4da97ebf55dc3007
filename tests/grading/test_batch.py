"""A folder of submissions graded for real: who gets what, and what happens when it is stopped and begun again."""

import csv
import json
from pathlib import Path

import nbformat
import pytest

from mlp_helpers import release
from mlp_helpers.archive import write_zip
from mlp_helpers.grading import batch
from mlp_helpers.grading.batch import grade, harmless
from mlp_helpers.release import notebook_bytes

ROOT = Path(__file__).resolve().parents[2]
SEED = 4


@pytest.fixture(scope="module")
def handed_in(source, tmp_path_factory):
    """A folder with a solution, a single notebook, a blank under an odd name, and something that is no submission."""
    folder = tmp_path_factory.mktemp("submissions")
    write_zip({name: notebook_bytes(notebook) for name, notebook in source.items()}, folder / "ada.zip")
    nbformat.write(source["notebooks/01_data_loading.ipynb"], folder / "bea.ipynb")
    blank = release.student_notebook(source["notebooks/03_gradient_checking.ipynb"])
    nbformat.write(blank, folder / "=HYPERLINK(1).ipynb")
    (folder / "cid.zip").write_bytes(b"no zip")
    return folder


@pytest.fixture(scope="module")
def graded(handed_in, tmp_path_factory):
    """The folder of results, and what was said."""
    out, said = tmp_path_factory.mktemp("results"), []
    grade(handed_in, out, ROOT, SEED, said.append)
    return out, said


def rows(out):
    with (out / "gradebook.csv").open(newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def test_the_gradebook(graded):
    out, said = graded
    found = rows(out)
    assert {name: row["total"] for name, row in found.items()} == {
        "'=HYPERLINK(1)": "0",
        "ada": "90",
        "bea": "18",
        "cid": "0",
    }
    assert found["ada"]["relu_d"] == "2"
    assert found["ada"]["my_report"] == ""  # for a person
    assert found["ada"]["flags"] == ""
    assert "relu_d: its cell is missing" in found["bea"]["flags"]
    assert found["cid"]["flags"].startswith("refused: cid.zip cannot be read as a zip file")
    assert said[1] == "2 of 4  ada: 90"


def test_a_result_says_what_came_of_each_exercise(graded):
    out, _ = graded
    result = json.loads((out / "students" / "ada.json").read_text())
    (relu,) = [item for item in result["items"] if item["name"] == "relu"]
    assert relu["points"] == relu["possible"] == 2
    assert relu["output"].startswith("ordinary: array (3, 4)")
    assert result["open_answers"].keys() == {"hardest_digits", "my_report"}


def test_again_nothing_is_run_and_the_gradebook_is_the_same(graded, handed_in, monkeypatch):
    out, _ = graded
    before = (out / "gradebook.csv").read_bytes()

    def run(*arguments):
        raise AssertionError("a kernel was started")

    monkeypatch.setattr(batch, "Session", run)
    grade(handed_in, out, ROOT, SEED, lambda line: None)
    assert (out / "gradebook.csv").read_bytes() == before


def test_what_was_stopped_goes_on_and_ends_the_same(graded, handed_in, tmp_path, monkeypatch):
    out, _ = graded

    def stop(line):
        if line.startswith("2 "):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade(handed_in, tmp_path, ROOT, SEED, stop)
    assert not (tmp_path / "gradebook.csv").exists()
    (tmp_path / "students" / "bea.json").write_text('{"student": "be')  # as if the machine had lost power
    grade(handed_in, tmp_path, ROOT, SEED, lambda line: None)
    assert (tmp_path / "gradebook.csv").read_bytes() == (out / "gradebook.csv").read_bytes()


@pytest.mark.parametrize(("text", "safe"), [("=1", "'=1"), ("@a", "'@a"), ("-1", "'-1"), ("ada", "ada"), ("", "")])
def test_no_formula_gets_into_a_spreadsheet(text, safe):
    assert harmless(text) == safe
