"""Grading of malformed submissions: each gets its result and stops nothing; without its defence, it does harm."""

import copy
import functools
import lzma
import os
import shutil
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote

import malformed
import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from nbformat.v4 import new_code_cell, new_notebook
from test_batch import AtOnce
from weakened import in_turn

from mlp_helpers.course.cells import answer_name, checked_name, exercises, is_answer, role
from mlp_helpers.grading import batch, handed_in, submissions, worker
from mlp_helpers.grading.reference_course import GradingPlan
from mlp_helpers.grading.reports import gradebook, pages
from mlp_helpers.grading.results import Result, load, store
from mlp_helpers.grading.submissions import Refused, find, read, take
from mlp_helpers.nbcheck.kernels import ThisPython
from mlp_helpers.services.files import REPOSITORY as ROOT

SEED, DEADLINE = 7_301_559_206, 3
POSSIBLE = 12  # points in notebook 04


@pytest.fixture(scope="module")
def graded(source, tmp_path_factory):
    """Grade all of MALFORMED, then an honest submission; return the results by student, and the messages."""
    folder, out = tmp_path_factory.mktemp("submissions"), tmp_path_factory.mktemp("results")
    for submission in malformed.MALFORMED.values():
        submission.make(folder, copy.deepcopy(source[malformed.CHECKING]))
    nbformat.write(source[malformed.CHECKING], folder / "zoe.ipynb")
    said = []

    def tell(line):
        said.append(line.encode().decode())  # as print does

    batch.grade(folder, out, GradingPlan(str(ROOT), SEED, DEADLINE), AtOnce, 1, tell=tell)
    worker._close()
    return {result.student: result for result in map(functools.partial(load, out), find(folder))}, said


@pytest.mark.parametrize("name", malformed.MALFORMED)
def test_it_has_its_verdict_and_the_batch_goes_on(graded, name):
    results, said = graded
    submission, result = malformed.MALFORMED[name], results[malformed.MALFORMED[name].student]
    if submission.refused:
        assert submission.refused in result.refused
    else:
        assert result.refused == ""
        items = [item for item in result.items if item.notebook == malformed.CHECKING]
        assert {item.name for item in items if item.points < item.possible} == submission.lost
        assert any(submission.flag in flag for flag in result.flags) or not submission.flag
    assert results["zoe"].total == POSSIBLE
    assert len(said) == len(results)
    assert all(line.isprintable() for line in said)


def made(folder, name, solution=None):
    """Write a submission of MALFORMED into a folder; return the paths of its student."""
    malformed.MALFORMED[name].make(folder, new_notebook() if solution is None else copy.deepcopy(solution))
    return find(folder)[malformed.MALFORMED[name].student]


LIFTED = {
    "a path that leads out": [(handed_in, "leads_out", lambda entry: False)],
    "a zip file with a link": [(handed_in, "leads_out", lambda entry: False)],
    "many notebooks": [(handed_in, "MAX_FILES", 1 << 20)],
    "a zip file that is larger unpacked": [(handed_in, "MAX_NOTEBOOK_BYTES", 1 << 30)],
    "a zip file that lies about a size": [(zipfile.ZipExtFile, "_update_crc", lambda self, data: None)],
    "a pipe": [(handed_in.stat, "S_ISREG", lambda mode: True)],
    "a program": [(handed_in, "KINDS", {".py": "notebook"})],
    "a symbolic link": [(Path, "is_symlink", lambda self: False), (os, "O_NOFOLLOW", 0)],
}


@pytest.mark.parametrize("name", LIFTED)
def test_where_no_limit_holds_it_is_taken(tmp_path, monkeypatch, name):
    student = malformed.MALFORMED[name].student
    with pytest.raises(Refused):
        take(student, made(tmp_path, name))
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    for where, what, instead in LIFTED[name]:
        monkeypatch.setattr(where, what, instead)
    assert take(student, made(tmp_path, name)).contents


def naively_read(path):
    """Return the cells of a notebook or the members of a zip file, without any safeguards."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return [archive.read(name) for name in archive.namelist()]
    return [cell.source for cell in nbformat.read(path, nbformat.NO_CONVERT).cells]


UNREADABLE = [
    *("no zip file", "a zip file with damaged LZMA", "a zip file with a name that is not UTF-8"),
    *("an empty file", "JSON without end", "a giant integer", "no list of cells", "not UTF-8", "an old format"),
]


@pytest.mark.parametrize("name", UNREADABLE)
def test_where_nothing_is_caught_it_stops_the_batch(tmp_path, source, name):
    (path,) = made(tmp_path, name, source[malformed.CHECKING])
    with pytest.raises((ValueError, TypeError, AttributeError, RecursionError, zipfile.BadZipFile, lzma.LZMAError)):
        naively_read(path)


def by_name_of_cell(notebook):
    """Return a notebook's answers, found by `grade_id` as in nbgrader: each must exist exactly once."""
    found = {}
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            name = cell.metadata["nbgrader"]["grade_id"]
            if name in found:
                raise KeyError(f"{name} twice")
            found[name] = cell
    return [found[name] for name in malformed.ANSWERS]


CUT_ABOUT = [
    *("an old release", "a cell renamed", "cells merged", "cells merged into one with a name"),
    *("odd metadata", "no cells"),
]


@pytest.mark.parametrize("name", CUT_ABOUT)
def test_where_each_cell_must_be_as_released_it_stops_the_batch(tmp_path, source, name):
    (path,) = made(tmp_path, name, source[malformed.CHECKING])
    with pytest.raises((KeyError, TypeError)):
        by_name_of_cell(nbformat.read(path, 4))


def read_back(folder, source, name):
    """Write a submission of MALFORMED; return its notebook as read back."""
    paths = made(folder, name, source[malformed.CHECKING])
    return read(take(malformed.MALFORMED[name].student, paths)).notebooks[paths[0].name]


def test_where_answers_are_known_by_their_place_another_order_loses_them(tmp_path, source):
    turned = read_back(tmp_path, source, "cells in another order").cells
    pairs = [pair for pair in zip(source[malformed.CHECKING].cells, turned, strict=True) if is_answer(pair[0])]
    assert all(own.source != other.source for own, other in pairs)


def test_where_the_students_points_count_there_are_more(tmp_path, source):
    notebook = read_back(tmp_path, source, "other points")
    assert sum(item.points for item in exercises({malformed.CHECKING: notebook})) > 1000 * POSSIBLE


def test_where_the_students_check_is_run_it_is_content(tmp_path, source):
    cells = read_back(tmp_path, source, "a changed check").cells
    wanted = [cell.source for cell in cells if role(cell) == "set-up" or "relative_error" in _names(cell)]
    assert in_turn(ThisPython(), tmp_path, *wanted).text == "✓ right\n"


def _names(cell):
    return (is_answer(cell) and answer_name(cell), checked_name(cell))


def test_where_the_students_kernel_is_started_there_is_none(tmp_path, source):
    ((path,),) = [made(tmp_path, "another kernel")]
    wanted = nbformat.read(path, nbformat.NO_CONVERT).metadata.kernelspec.name
    with pytest.raises(NoSuchKernel):
        KernelSpecManager().get_kernel_spec(wanted)


def test_where_one_file_a_name_is_kept_another_is_lost(tmp_path):
    assert len({path.stem: path for path in made(tmp_path, "two of one name")}) == 1


@pytest.mark.parametrize(
    "name", ["a line break in the name", "a terminal's sequence in the name", "a name that is not UTF-8"]
)
def test_where_names_are_not_made_readable_they_get_to_the_terminal(tmp_path, monkeypatch, name):
    monkeypatch.setattr(submissions, "printable", os.fsdecode)
    malformed.MALFORMED[name].make(tmp_path, new_notebook())
    (student,) = find(tmp_path)
    said = []
    batch._Progress(1, said.append).step(Result(student), True)
    assert not said[0].isprintable()
    if name == "a name that is not UTF-8":
        with pytest.raises(UnicodeEncodeError):
            said[0].encode()


@pytest.mark.parametrize("name", ["a text under a name that is not UTF-8", "a notebook in a folder under such a name"])
def test_where_names_are_taken_as_they_are_they_cannot_be_printed(tmp_path, monkeypatch, name):
    for module in (submissions, handed_in):
        monkeypatch.setattr(module, "printable", os.fsdecode)
    malformed.MALFORMED[name].make(tmp_path, new_notebook())
    ((student, paths),) = find(tmp_path).items()
    with pytest.raises(UnicodeEncodeError):
        "".join([student, *(take(student, paths).contents if paths[0].is_dir() else ())]).encode()


def test_where_names_are_taken_for_paths_one_leads_out(tmp_path, monkeypatch):
    monkeypatch.setattr("mlp_helpers.grading.results.quote", lambda name, **named: unquote(name))
    store(Result(malformed.MALFORMED["a path in disguise"].student), tmp_path / "results")
    assert [path for path in tmp_path.glob("results/*") if path.name != "students"]


@pytest.mark.parametrize("student", [malformed.MALFORMED["a name of 255 bytes"].student, "é" * 125])
def test_where_a_long_name_is_not_cut_nothing_can_be_stored(tmp_path, monkeypatch, student):
    result = Result(student)
    store(result, tmp_path)
    assert load(tmp_path, result.student) == result
    monkeypatch.setattr("mlp_helpers.grading.results.MAX_NAME_CHARACTERS", 1 << 20)
    with pytest.raises(OSError, match="too long"):
        store(result, tmp_path)


def test_where_nothing_is_escaped_quotes_end_an_attribute(monkeypatch):
    student = malformed.MALFORMED["quotes in the name"].student
    monkeypatch.setattr(pages, "PAGES", pages.PAGES.overlay(autoescape=False))
    assert student in pages.feedback_page(Result(student, refused="no"), [])


def test_where_nothing_is_made_harmless_a_name_is_calculated(monkeypatch):
    monkeypatch.setattr(gradebook, "harmless", str)
    found = gradebook.rows([Result(malformed.MALFORMED["a formula for a name"].student)], [])
    assert "\n=1+1," in gradebook.gradebook_csv(found, [])


def test_where_a_pipe_is_not_told_from_a_file_it_is_waited_for(tmp_path):
    (path,) = made(tmp_path, "a pipe that is called a zip file")
    with ThreadPoolExecutor(1) as thread:
        opening = thread.submit(zipfile.ZipFile, path)
        with pytest.raises(TimeoutError):
            opening.result(timeout=1)
        path.write_bytes(b"")  # from its other end, which lets the thread go on


ELSEWHERE = {  # covered by tests of their own
    *("cells in another order", "other points", "a changed check", "another kernel", "two of one name"),
    *("a line break in the name", "a terminal's sequence in the name", "a name that is not UTF-8"),
    *("a text under a name that is not UTF-8", "a notebook in a folder under such a name", "a path in disguise"),
    *("a name of 255 bytes", "quotes in the name", "a formula for a name", "a pipe that is called a zip file"),
}


def test_each_has_its_switch():
    assert {*LIFTED, *UNREADABLE, *CUT_ABOUT, *ELSEWHERE} == set(malformed.MALFORMED)


def test_a_file_that_changes_is_graded_as_it_was(tmp_path):
    path = tmp_path / "ada.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("1", id="a")]), path)
    handed = take("ada", [path])
    nbformat.write(new_notebook(cells=[new_code_cell("2", id="a")]), path)
    assert read(handed).notebooks["ada.ipynb"].cells[0].source == "1"
    assert read(take("ada", [path])).notebooks["ada.ipynb"].cells[0].source == "2"  # if it were read again


@pytest.mark.parametrize("student", ["../out", "a/b", "..", "a\nb", "\udcff"])
def test_no_name_leads_out_of_the_results(tmp_path, student):
    (tmp_path / "results").mkdir()
    store(Result(student), tmp_path / "results")
    assert os.listdir(tmp_path) == ["results"]
    assert len(os.listdir(tmp_path / "results" / "students")) == 1
