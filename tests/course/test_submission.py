"""Submissions: the answers, the verdicts of their checks, and a receipt that matches the file."""

import hashlib
import json
import os
import shutil
import stat
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
import small_course
from nbformat.v4 import new_output
from typer.testing import CliRunner

from mlp_helpers import MLPConfig
from mlp_helpers.authoring import release
from mlp_helpers.cli import app
from mlp_helpers.course import networks, progress, submission
from mlp_helpers.course.archive import ArchiveError
from mlp_helpers.course.progress import DONE, OPEN, PARTLY, WRONG, Outcome, Report
from mlp_helpers.course.renamed import RENAMED
from mlp_helpers.course.submission import submit

NOW = datetime(2026, 11, 26, 9, 15, tzinfo=UTC)


def check_notebooks(paths):
    """Return canned reports in place of the checks: one right, one wrong, the rest missing."""
    first, second = paths
    outcomes = [Outcome("flatten", 40, DONE, points_share=1.0), Outcome("figure", 5, OPEN)]
    return [Report(first, outcomes, []), Report(second, [Outcome("graph_gradients", 20, WRONG, "a hint")], [])]


@pytest.fixture
def student(tmp_path):
    """Return a student's folder in which one cell has been answered and run."""
    folder = small_course.released(tmp_path)
    with small_course.edited(folder / "notebooks" / "03_layers.ipynb") as notebook:
        cell = small_course.cell_of(notebook, "flatten")
        cell.source, cell.execution_count = "def flatten(x):\n    return x.reshape(len(x), x[0].size)", 7
        cell.outputs = [small_course.printed("at /home/ada")]
    return folder


@pytest.fixture
def hand_in(student):
    """Return a function that hands in the folder, with canned reports, and gives the submission and its files."""

    def submitted(reports=None):
        packed = submit(student, now=NOW, check_notebooks=check_notebooks if reports is None else lambda paths: reports)
        with zipfile.ZipFile(packed.path) as archive:
            return packed, {name: archive.read(name) for name in archive.namelist()}

    return submitted


def test_the_file(student, hand_in):
    handed_in, files = hand_in()
    assert handed_in.path.parent == student
    assert handed_in.path.name.startswith("submission-2026-11-2")
    assert list(files) == ["notebooks/03_layers.ipynb", "notebooks/05_training.ipynb", "receipt.txt", "release.json"]
    assert json.loads(files["release.json"])["course"] == "mlp-course"
    notebook = nbformat.reads(files["notebooks/03_layers.ipynb"].decode(), as_version=4)
    assert small_course.cell_of(notebook, "flatten").source.endswith("x.reshape(len(x), x[0].size)")
    assert all(not cell.outputs and cell.execution_count is None for cell in notebook.cells if cell.cell_type == "code")


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such modes")
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
@pytest.mark.parametrize("mode", [0o700, 0o1777, 0o3753])
def test_others_cannot_read_it_and_the_group_of_a_folder_for_it_can(student, tmp_path, umask, mode):
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop").chmod(mode)
    before = os.umask(umask)
    try:
        path = submit(student, tmp_path / "drop" / "ada.zip", NOW, check_notebooks).path
    finally:
        os.umask(before)
    of_file = stat.S_IMODE(path.stat().st_mode)
    assert of_file & 0o607 == 0o600
    assert of_file & 0o040 == (0o040 if mode == 0o3753 else 0o040 & ~umask)


def test_a_trained_network_is_handed_in_or_said_to_be_missing(student, hand_in):
    manifest = json.loads((student / "release.json").read_text())
    manifest["exercises"]["figure"]["file"] = "my_network.npz"
    (student / "release.json").write_text(json.dumps(manifest))
    network = student / "notebooks" / "my_network.npz"
    missing = "my_network.npz: missing; train your network, save it beside the notebook, and submit again"
    handed_in, _ = hand_in()
    assert handed_in.problems == [missing]
    assert missing in handed_in.receipt
    MLPConfig(hidden=(5,)).build().save(network)
    assert hand_in()[0].problems == []
    network.write_bytes(b"PK parameters")
    handed_in, files = hand_in()
    assert files["notebooks/my_network.npz"] == b"PK parameters"
    assert f"notebooks/my_network.npz: sha256 {hashlib.sha256(b'PK parameters').hexdigest()}" in handed_in.receipt
    assert handed_in.problems[0].startswith("notebooks/my_network.npz: The file is damaged, or is no network")
    network.write_bytes(bytes(networks.MAX_BYTES + 1))
    handed_in, files = hand_in()
    assert handed_in.problems[0].startswith("notebooks/my_network.npz: left out: The file has 4,200,001 bytes")
    assert "notebooks/my_network.npz" not in files


def test_the_receipt_has_the_names_of_the_folder(student, hand_in, monkeypatch):
    monkeypatch.setitem(RENAMED, "flatten", "rectify")
    reports = [Report(student / "notebooks/03_layers.ipynb", [Outcome("rectify", 40, DONE, points_share=1.0)], [])]
    assert "done                   40  flatten (03_layers.ipynb)" in hand_in(reports)[0].receipt.splitlines()


def test_a_figure_that_a_person_marks_is_handed_in(student, hand_in):
    with small_course.edited(student / "notebooks" / "03_layers.ipynb") as notebook:
        small_course.cell_of(notebook, "figure").outputs = [new_output("display_data", {"image/png": "AAAA"})]
    handed_in = nbformat.reads(hand_in()[1]["notebooks/03_layers.ipynb"].decode(), as_version=4)
    assert small_course.cell_of(handed_in, "figure").outputs[0].data["image/png"] == "AAAA"
    assert small_course.cell_of(handed_in, "flatten").outputs == []


def test_the_receipt(student):
    handed_in = submit(student, student / "out" / "mine.zip", NOW, check_notebooks)
    *lines, last = handed_in.receipt.splitlines()
    digest = hashlib.sha256((student / "out" / "mine.zip").read_bytes()).hexdigest()
    assert last == f"mine.zip: sha256 {digest}"
    with zipfile.ZipFile(student / "out" / "mine.zip") as archive:
        assert archive.read("receipt.txt").decode().splitlines() == lines
        content = hashlib.sha256(archive.read("notebooks/05_training.ipynb")).hexdigest()
    assert f"notebooks/05_training.ipynb: sha256 {content}" in lines
    assert NOW.astimezone().isoformat(sep=" ") in lines[0]
    assert lines[3:9] == [
        "done                   40  flatten (03_layers.ipynb)",
        "for your instructor     5  figure (03_layers.ipynb)",
        "missing                30  minibatches (05_training.ipynb)",
        "not right              20  graph_gradients (05_training.ipynb)",
        "missing                 5  report (05_training.ipynb)",
        "40 points so far, of 100 in all; your instructor reads figure (5).",
    ]


def test_a_partly_right_answer_counts_for_its_share(hand_in):
    reports = [Report(Path("03_layers.ipynb"), [Outcome("flatten", 40, PARTLY, "a hint", 3 / 4)], [])]
    lines = hand_in(reports)[0].receipt.splitlines()
    assert "partly right           40  flatten (03_layers.ipynb), 30 of 40 points" in lines
    assert "30 points so far, of 100 in all." in lines


def test_it_depends_on_its_date_alone(student, tmp_path):
    first, again, later = (
        submit(student, tmp_path / f"{name}.zip", now, check_notebooks).path.read_bytes()
        for name, now in (("a", NOW), ("b", NOW), ("c", NOW + timedelta(seconds=1)))
    )
    assert first == again != later


def test_what_is_not_in_it_is_said(student, hand_in):
    folder = student / "notebooks"
    shutil.copy(folder / "03_layers.ipynb", folder / "03_layers-Copy1.ipynb")
    (folder / "05_training.ipynb").unlink()
    nbformat.write(nbformat.v4.new_notebook(), folder / "mine.ipynb")
    (folder / "odd.ipynb").write_text("no notebook")
    lines = hand_in([])[0].receipt.splitlines()
    assert "notebooks/05_training.ipynb: missing" in lines
    assert [line for line in lines if "not in it" in line] == [
        "notebooks/03_layers-Copy1.ipynb: not in it, though it has answer cells; only the course's own notebooks are "
        "handed in"
    ]


CONFLICT = '{"cells": [\n<<<<<<< HEAD\n ],\n=======\n ]\n>>>>>>> other\n'


@pytest.mark.parametrize("content", ['{"cells": [{"cell_ty', CONFLICT, "", '{"nbformat": 4, "cells": 3}'])
def test_a_notebook_that_cannot_be_read_is_packed_and_named(student, hand_in, content):
    (student / "notebooks" / "05_training.ipynb").write_text(content)
    trouble = "it cannot be read as a notebook: JSON"
    handed_in, files = hand_in([Report(student / "notebooks/05_training.ipynb", [], [trouble])])
    (line,) = handed_in.damaged
    assert line.startswith("notebooks/05_training.ipynb: it cannot be read as a notebook, so none of its answers")
    assert line in handed_in.receipt
    assert f"05_training.ipynb: {trouble}" in handed_in.receipt
    assert "not checked            20  graph_gradients (05_training.ipynb)" in handed_in.receipt
    assert files["notebooks/05_training.ipynb"].decode() == content


@pytest.mark.parametrize("content", [None, "{"])
def test_elsewhere(tmp_path, content):
    if content:
        (tmp_path / release.MANIFEST).write_text(content)
    with pytest.raises(ArchiveError, match="the current folder must be that of your course"):
        submit(tmp_path)


def test_command(student, monkeypatch):
    monkeypatch.chdir(student)
    packed = SimpleNamespace(receipt="A receipt.", path="mine.zip", damaged=[], problems=["net.npz: missing"])
    monkeypatch.setattr(submission, "submit", lambda folder, out, check_notebooks: packed)
    result = CliRunner().invoke(app, ["submit", "--out", "mine.zip"])
    assert (result.exit_code, result.output) == (
        0,
        "A receipt.\nHand in this file: mine.zip\nBut look at this first: net.npz: missing\n",
    )
    packed.damaged = ["01.ipynb: it cannot be read"]
    result = CliRunner().invoke(app, ["submit", "--out", "mine.zip"])
    assert (result.exit_code, result.output.splitlines()[1:]) == (
        1,
        [
            "Do not hand in this file yet: mine.zip",
            "Look at this first: 01.ipynb: it cannot be read",
            "Look at this first: net.npz: missing",
        ],
    )


def test_by_default_the_real_checks_are_asked():
    assert submit.__defaults__[-1] is progress.check_notebooks
