"""Command line for people and programs: help, output lines, JSON, exit codes."""

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import mlp_helpers
from mlp_helpers.cli import GROUPS, app
from mlp_helpers.course import doctor
from mlp_helpers.course.doctor import OK, WARNING, WRONG, Finding
from mlp_helpers.services.files import REPOSITORY

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
        assert invoke("doctor").exit_code == 0
        result = invoke("doctor", findings=BROKEN)
        assert result.exit_code == 1
        assert result.output.splitlines() == [
            "ok       Python       3.12.1",
            "warning  sandbox      missing. To mend it: apt install bubblewrap",
            "wrong    data         damaged. To mend it: git restore data",
            "Not ready: 1 thing is wrong, 1 warning.",
        ]

    def test_colours_only_on_a_terminal(self, invoke):
        assert "\x1b[" not in invoke("doctor", findings=BROKEN).output
        coloured = invoke("doctor", findings=BROKEN, color=True).output.splitlines()
        states = [(32, OK), (33, WARNING), (31, WRONG)]  # green, yellow, red
        assert all(line.startswith(f"\x1b[{n}m{state}") for line, (n, state) in zip(coloured[:3], states, strict=True))

    def test_no_colours_where_they_are_not_wanted(self, invoke, monkeypatch):
        monkeypatch.setenv("NO_COLOR", "1")
        assert "\x1b[" not in invoke("doctor", findings=BROKEN, color=True).output

    @pytest.mark.parametrize(("findings", "exit_code"), [(HEALTHY, 0), (BROKEN, 1)])
    def test_json(self, invoke, findings, exit_code):
        result = invoke("doctor", "--json", findings=findings)
        assert result.exit_code == exit_code
        assert [Finding(**fields) for fields in json.loads(result.output)] == findings


class TestUsage:
    def test_help_names_the_exit_codes_once(self, invoke):
        for line in ("0  all is well, perhaps with warnings", "1  something is wrong", "2  wrong usage"):
            assert f"\n    {line}\n" in invoke("--help").output
        assert "Exit codes" not in invoke("doctor", "--help").output

    def test_the_commands_stand_in_groups_and_no_summary_is_cut(self, invoke):
        _, *groups = re.split(r"\n(?=For )", invoke("--help").output.partition("Exit codes")[0])
        listed = {group.split(":")[0]: re.findall(r"^  (\w+) ", group, re.MULTILINE) for group in groups}
        assert listed == {heading: list(names) for heading, names in GROUPS.items()}
        names = [command.name or command.callback.__name__ for command in app.registered_commands]
        names += [group.name for group in app.registered_groups]
        assert sorted(itertools.chain(*GROUPS.values())) == sorted(names)
        assert "doctor   Check that this machine runs the course and reproduces it.\n" in invoke("--help").output
        assert "..." not in "".join(groups)
        assert "--install-completion" in invoke("--help").output

    @pytest.mark.parametrize(
        "command",
        [[], *([name] for names in GROUPS.values() for name in names), ["tune", "show"]]
        + [["grade", name] for name in ("collect", "folder", "return", "explain", "forget", "dry-run")],
        ids=" ".join,
    )
    def test_the_help_speaks_in_words(self, invoke, command):
        result = invoke(*command, "-h")
        assert result.exit_code == 0
        assert result.output == invoke(*command, "--help").output
        types = r"<(path|str|int|float|list)|\{|INTEGER|TEXT\.\.\.|PATH|\bint\b"
        assert re.findall(types, result.output) == []

    def test_version(self, invoke):
        assert invoke("--version").output == f"mlp-course {mlp_helpers.__version__}\n"
        assert re.fullmatch(r"\d+\.\d+\.\d+", mlp_helpers.__version__)

    def test_without_a_command_the_help_is_printed(self, invoke):
        assert (invoke().exit_code, invoke().output) == (2, invoke("-h").output)


class TestErrorsOfTheSystem:
    @pytest.mark.parametrize(
        ("error", "said"),
        [
            (PermissionError(13, "Permission denied", "a"), "mlp-course doctor: a: Permission denied\n"),
            (OSError(28, "No space left on device"), "mlp-course doctor: No space left on device\n"),
            (FileExistsError("a must be new"), "mlp-course doctor: a must be new\n"),
            (BrokenPipeError(32, "Broken pipe"), ""),  # a pager was closed
        ],
        ids=repr,
    )
    def test_they_are_told_in_words(self, monkeypatch, error, said):
        def examine():
            raise error

        monkeypatch.setattr(doctor, "examine", examine)
        result = CliRunner().invoke(app, ["doctor"], prog_name="mlp-course")
        assert (result.exit_code, result.output) == (1, said)


class TestProcess:
    def test_json_without_the_repository(self, tmp_path):
        # The package alone, as in site-packages, without any data.
        shutil.copytree(REPOSITORY / "mlp_helpers", tmp_path / "mlp_helpers")
        environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONSAFEPATH": "1"}
        environment.update(MLP_COURSE_DATA="", XDG_CACHE_HOME=str(tmp_path), LOCALAPPDATA=str(tmp_path))
        command = [COMMAND, "doctor", "--json"]
        result = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
        found = {finding["name"]: finding for finding in json.loads(result.stdout)}
        assert result.returncode == 1
        assert found["course"]["state"] == WRONG
        assert "no notebooks in" in found["course"]["found"]
        assert found["packages"]["state"] == OK
        assert found["data"]["state"] == WARNING
        assert "not on this machine" in found["data"]["found"]
        assert found["numbers"]["state"] == OK


def without(module, *arguments):
    """Run the command in an interpreter that lacks a module; return the ended process."""
    code = f"import sys; sys.modules[{module!r}] = None; from mlp_helpers.cli import app; app()"
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True)


@pytest.mark.parametrize(("name", "command"), [("typer", "start"), ("nbval", "check")])
def test_a_command_that_lacks_a_library_says_how_to_get_it(tmp_path, name, command):
    (tmp_path / "a.ipynb").touch()
    ended = without(name, command, str(tmp_path / "a.ipynb"))
    assert ended.returncode == 1
    assert ended.stderr == (
        f"mlp-course: {name} is missing. With the course's wheel for FILE.whl, this installs all that it needs: "
        'pip install "FILE.whl[lab]"\n'
    )


def test_an_examination_says_itself_what_it_lacks():
    assert "psutil halted" in without("psutil", "doctor").stdout


def test_a_library_that_grading_lacks_is_named():
    ended = without("mlp_helpers.grading.commands", "grade", "-h")
    assert "ModuleNotFoundError: import of mlp_helpers.grading.commands halted" in ended.stderr
