"""Command line for people and programs: help, output lines, JSON, exit codes."""

import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mlp_helpers.cli import app
from mlp_helpers.course import doctor
from mlp_helpers.course.doctor import OK, WARNING, WRONG, Finding
from mlp_helpers.files import REPOSITORY

COMMAND = str(Path(sys.executable).with_name("mlp-course"))
HEALTHY = [Finding("Python", OK, "3.12.1"), Finding("sandbox", WARNING, "missing", "apt install bubblewrap")]
BROKEN = [*HEALTHY, Finding("data", WRONG, "damaged", "git restore data")]


@pytest.fixture
def invoke(monkeypatch):
    """Return a function that runs the command line in this process; the doctor returns `findings`."""

    def run(*arguments, findings=HEALTHY, **options):
        monkeypatch.setattr(doctor, "examine", lambda: findings)
        return CliRunner().invoke(app, arguments, prog_name="mlp-course", **options)

    return run


class TestDoctor:
    def test_lines(self, invoke):
        result = invoke("doctor")
        assert result.exit_code == 0
        assert result.output.splitlines() == [
            "ok       Python       3.12.1",
            "warning  sandbox      missing. To mend it: apt install bubblewrap",
            "Ready: this machine runs the course and comes to its numbers; 1 warning.",
        ]

    def test_something_wrong(self, invoke):
        result = invoke("doctor", findings=BROKEN)
        assert result.exit_code == 1
        assert result.output.splitlines()[-2:] == [
            "wrong    data         damaged. To mend it: git restore data",
            "Not ready: 1 thing is wrong, 1 warning.",
        ]

    def test_colours_only_on_a_terminal(self, invoke):
        assert "\x1b[" not in invoke("doctor", findings=BROKEN).output
        coloured = invoke("doctor", findings=BROKEN, color=True).output.splitlines()
        states = [(32, OK), (33, WARNING), (31, WRONG)]  # green, yellow, red
        assert all(line.startswith(f"\x1b[{n}m{state}") for line, (n, state) in zip(coloured[:3], states, strict=True))

    @pytest.mark.parametrize(("findings", "exit_code"), [(HEALTHY, 0), (BROKEN, 1)])
    def test_json(self, invoke, findings, exit_code):
        result = invoke("doctor", "--json", findings=findings)
        assert result.exit_code == exit_code
        assert [Finding(**fields) for fields in json.loads(result.output)] == findings


class TestUsage:
    @pytest.mark.parametrize("arguments", [["--help"], ["doctor", "--help"]])
    def test_help_names_the_exit_codes(self, invoke, arguments):
        result = invoke(*arguments)
        assert result.exit_code == 0
        for line in ("0  all is well, perhaps with warnings", "1  something is wrong", "2  wrong usage"):
            assert f"\n    {line}\n" in result.output

    def test_the_summary_is_not_cut(self, invoke):
        assert "doctor   Check that this machine runs the course and reproduces it.\n" in invoke("--help").output
        assert "..." not in invoke("--help").output.partition("Commands:")[2]
        assert "--install-completion" in invoke("--help").output

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ([], "Usage: mlp-course"),
            (["docter"], "No such command 'docter'. Did you mean 'doctor'?"),
            (["doctor", "--yaml"], "No such option: --yaml"),
            (["doctor", "now"], "unexpected extra argument"),
        ],
        ids=str,
    )
    def test_wrong_usage(self, invoke, arguments, message):
        result = invoke(*arguments)
        assert result.exit_code == 2
        assert message in result.output


class TestProcess:
    def test_help(self):
        result = subprocess.run([COMMAND, "--help"], capture_output=True, text=True, check=True)
        assert result.stdout.startswith("Usage: mlp-course [OPTIONS] COMMAND [ARGS]...")

    def test_doctor(self):
        result = subprocess.run([COMMAND, "doctor"], capture_output=True, text=True, check=True)
        assert len(result.stdout.splitlines()) == len(doctor.EXAMINATIONS) + 1
        assert result.stdout.splitlines()[-1].startswith("Ready: ")

    def test_json_without_the_repository(self, tmp_path):
        # The package alone, as in site-packages, without any data.
        shutil.copytree(REPOSITORY / "mlp_helpers", tmp_path / "mlp_helpers")
        environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONSAFEPATH": "1"}
        environment.update(MLP_COURSE_DATA="", XDG_CACHE_HOME=str(tmp_path), LOCALAPPDATA=str(tmp_path))
        result = subprocess.run([COMMAND, "doctor", "--json"], env=environment, capture_output=True, text=True)
        found = {finding["name"]: finding for finding in json.loads(result.stdout)}
        assert result.returncode == 0
        assert found["packages"]["state"] == found["data"]["state"] == WARNING
        assert "was not found here" in found["packages"]["found"]
        assert "not on this machine" in found["data"]["found"]
        assert found["numbers"]["state"] == OK


def test_the_students_edition_cannot_grade(tmp_path):
    shutil.copytree(REPOSITORY / "mlp_helpers", tmp_path / "mlp_helpers", ignore=shutil.ignore_patterns("grading"))
    command = [sys.executable, "-m", "mlp_helpers.cli", "grade", "folder", "--out", "out"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr == "mlp-course grade: this is the students' edition, which cannot grade\n"


def test_a_library_that_grading_lacks_is_named(monkeypatch):
    for module in ("mlp_helpers.cli", "mlp_helpers.grading.cli"):
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "typer.core", None)
    with pytest.raises(ModuleNotFoundError, match=r"typer\.core"):
        importlib.import_module("mlp_helpers.cli")


def test_grading_nothing_is_refused(tmp_path):
    result = CliRunner().invoke(app, ["grade", str(tmp_path), "--out", str(tmp_path / "out"), "--seed", "1"])
    assert result.exit_code == 1
    assert "SUBMISSIONS must hold notebooks" in result.output


def test_results_among_the_submissions_are_refused(tmp_path):
    (tmp_path / "ada.ipynb").write_text("{}")
    result = CliRunner().invoke(app, ["grade", str(tmp_path), "--out", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert "out must lie outside of SUBMISSIONS" in result.output
    assert not (tmp_path / "out").exists()
