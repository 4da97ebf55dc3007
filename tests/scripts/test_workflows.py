"""Workflows for GitHub and the steps for Binder: what they name exists, and the students' summary is written."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib

import nbformat
import pytest
import small_course
import yaml
from typer.main import get_command

from mlp_helpers.authoring import release
from mlp_helpers.cli import app
from mlp_helpers.services.files import REPOSITORY as ROOT

STUDENTS = ROOT / "scripts" / "student" / "check.yml"
WORKFLOWS = [*sorted((ROOT / ".github" / "workflows").glob("*.yml")), STUDENTS]
HEADER = "| exercise | state | points | remark |\n| --- | --- | --- | --- |\n"
ACTION = re.compile(
    r" uses: actions/(?:checkout|setup-python|upload-pages-artifact|deploy-pages)@([0-9a-f]{40})  # v\d+\.\d+\.\d+"
)
CELL_END = re.compile(r"(?<!\\)\|")


def load(path):
    """Return a workflow. YAML 1.1 reads its key `on` as true."""
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    return workflow | {"on": workflow.pop(True)}


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def step_named(path, name):
    (found,) = [step for step in steps(load(path)) if step.get("name") == name]
    return found


def options_of(command):
    """Return the options of a command of mlp-course."""
    return {option for parameter in get_command(app).commands[command].params for option in parameter.opts}


def unknown_part(command, targets, files):
    """Return the part of a command that does not exist: a make target, a script, an option; None if all is there.

    Parameters
    ----------
    command : str
        One line of a workflow.
    targets : set of str
        Of the Makefile.
    files : callable
        Takes a path; returns whether there is such a file or folder.
    """
    program, *arguments = shlex.split(command.partition(" > ")[0].replace("\\", "/"))
    if program == "make":
        return next((target for target in arguments if target not in targets), None)
    if program == "python":
        return None if files(arguments[0]) else arguments[0]
    if program.endswith("/mlp-course"):
        name, *options = arguments
        return next((option for option in options if option not in options_of(name)), None)
    if program.endswith("/python") and arguments[:2] == ["-m", "pytest"]:
        paths = [word.removeprefix("--ignore=") for word in arguments if word.startswith("--ignore=") or word[0] != "-"]
        return next((path for path in paths[1:] if not files(path)), None)
    return None if program == "git" or files(program) else program


def targets_of(makefile):
    return set(re.findall(r"^([a-z-]+):(?!=)", makefile.read_text(), re.MULTILINE))


def exists(path):
    return (ROOT / path).exists()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
class TestEach:
    def test_it_may_only_read_and_knows_no_secrets(self, path):
        assert load(path)["permissions"] == {"contents": "read"}
        allowed = {name: job["permissions"] for name, job in load(path)["jobs"].items() if "permissions" in job}
        assert allowed == ({"publish": {"pages": "write", "id-token": "write"}} if path.name == "site.yml" else {})
        assert "secrets" not in path.read_text()
        checkouts = [step for step in steps(load(path)) if step.get("uses", "").startswith("actions/checkout@")]
        assert [step["with"] for step in checkouts] == [{"persist-credentials": False}]

    def test_actions_are_pinned_to_a_commit_whose_version_is_named(self, path):
        actions = [step["uses"] for step in steps(load(path)) if "uses" in step]
        assert actions
        assert [action.partition("@")[2] for action in actions] == ACTION.findall(path.read_text())

    def test_it_ends_and_a_newer_run_cancels_an_older_one(self, path):
        assert load(path)["concurrency"]["cancel-in-progress"] is True
        assert all(job["timeout-minutes"] <= 180 for job in load(path)["jobs"].values())

    def test_its_commands_exist(self, path):
        targets = targets_of(ROOT / "Makefile")
        commands = [step["run"] for step in steps(load(path)) if "run" in step and step.get("shell") != "python"]
        assert commands
        assert [unknown_part(command, targets, exists) for command in commands] == [None] * len(commands)


@pytest.mark.parametrize(
    ("command", "unknown"),
    [
        ("make test-unit", "test-unit"),
        ("python scripts/instal.py --dev", "scripts/instal.py"),
        (".venv\\Scripts\\python -m pytest --nbcheck notebook", "notebook"),
        (".venv\\Scripts\\python -m pytest tests --ignore=tests/none", "tests/none"),
        (".venv/bin/mlp-course check --strikt --json > check.json", "--strikt"),
        (".ci/walk", ".ci/walk"),
    ],
)
def test_a_command_that_does_not_exist_is_noticed(command, unknown):
    assert unknown_part(command, targets_of(ROOT / "Makefile"), exists) == unknown


class TestTests:
    PATH = ROOT / ".github" / "workflows" / "tests.yml"

    def test_pythons_are_those_of_the_classifiers(self):
        classifiers = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["classifiers"]
        pythons = [found[1] for text in classifiers if (found := re.fullmatch(r".* :: Python :: (3\.\d+)", text))]
        matrix = load(self.PATH)["jobs"]["tests"]["strategy"]["matrix"]
        assert matrix == {"python": pythons, "system": ["ubuntu-latest", "macos-latest", "windows-latest"]}
        assert {"push", "pull_request"} <= load(self.PATH)["on"].keys()

    @pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
    def test_on_windows_the_same_units_are_run(self):
        planned = subprocess.check_output(["make", "-n", "test-units"], cwd=ROOT, text=True)
        ignored = re.findall(r"--ignore=(\S+)", step_named(self.PATH, "Units on Windows")["run"])
        files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py")}
        assert {name for name in files if not name.startswith(tuple(f"{folder}/" for folder in ignored))} == {
            word for word in planned.split() if word.startswith("tests/")
        }


def test_each_night_the_merge_gate_is_run():
    workflow = load(ROOT / ".github" / "workflows" / "nightly.yml")
    assert re.fullmatch(r"\d+ \d+ \* \* \*", workflow["on"]["schedule"][0]["cron"])
    assert steps(workflow)[-1]["run"] == ".ci/run"
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_site_that_is_published_is_the_one_that_make_writes():
    workflow = load(ROOT / ".github" / "workflows" / "site.yml")
    commands = [step.get("run") or step.get("with", {}).get("path") for step in steps(workflow)]
    assert [command for command in commands if command] == ["make site", "build/site"]  # no ARGS: without solutions
    assert workflow["on"].keys() == {"release", "workflow_dispatch"}
    assert workflow["jobs"]["publish"]["needs"] == "build"


def checked(folder, *options):
    """Run the students' own command of the check in a folder of theirs; return its exit code and its JSON."""
    command = shlex.split(step_named(STUDENTS, "Check, which fails unless everything is right")["run"])
    program, arguments, target = command[0], command[1 : command.index(">")], command[-1]
    assert (program, target) == (".venv/bin/mlp-course", "check.json")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}
    with (folder / target).open("w") as file:
        code = subprocess.run(
            [sys.executable, "-m", "mlp_helpers.cli", *arguments], cwd=folder, env=environment, stdout=file
        ).returncode
    return code, json.loads((folder / target).read_text())


def summary(folder):
    """Run the workflow's step that writes the summary; return what it wrote."""
    target = folder / "summary.md"
    environment = {**os.environ, "GITHUB_STEP_SUMMARY": str(target)}
    command = [sys.executable, "-c", step_named(STUDENTS, "Summary")["run"]]
    subprocess.run(command, cwd=folder, env=environment, check=True)
    return target.read_text(encoding="utf-8")


class TestStudents:
    def test_it_runs_at_each_push_and_only_breaks_where_nothing_could_be_checked(self):
        assert load(STUDENTS)["on"] == "push"
        quiet = [step.get("name") for step in steps(load(STUDENTS)) if step.get("continue-on-error")]
        assert quiet == ["Check, which fails unless everything is right"]
        assert step_named(STUDENTS, "Summary")["shell"] == "python"

    def test_it_is_in_the_edition(self):
        assert release.INSTEAD[".github/workflows/check.yml"] == STUDENTS.relative_to(ROOT).as_posix()

    @pytest.mark.thorough
    def test_summary_of_a_real_check(self, tmp_path):
        source = small_course.write_source(tmp_path / "source")
        release.release(source, tmp_path / "students")
        path = tmp_path / "students" / "notebooks" / "03_layers.ipynb"
        notebook = nbformat.read(path, as_version=4)
        small_course.cell_of(notebook, "flatten").source = "def flatten(x):\n    return x | 0.5"
        nbformat.write(notebook, path)
        code, reports = checked(tmp_path / "students")
        assert code == 1
        assert [item["name"] for report in reports for item in report["exercises"]] == [
            *("flatten", "figure", "minibatches", "graph_gradients", "report")
        ]
        text = summary(tmp_path / "students")
        assert text.startswith(HEADER)
        table, total = text.removeprefix(HEADER).split("\n\n")
        rows = [[cell.strip() for cell in CELL_END.split(line)[1:-1]] for line in table.splitlines()]
        assert [row[:3] for row in rows] == [
            ["flatten", "not right", "0 of 40"],
            ["figure", "not answered yet", "0 of 5"],
            ["minibatches", "not answered yet", "0 of 30"],
            ["graph\\_gradients", "not answered yet", "0 of 20"],
            ["report", "not answered yet", "0 of 5"],
        ]
        assert [len(row) for row in rows] == [4] * 5
        assert "raised" in rows[0][3]
        assert total == "**0 points so far, of 100 in all.**\n"

    def test_summary_of_points_and_troubles(self, tmp_path):
        exercises = [
            {"name": "flatten", "state": "done", "points": 4, "reached": 4.0, "remark": ""},
            {"name": "tanh", "state": "partly right", "points": 3, "reached": 1.5, "remark": "a|b\n<img> *c* \\| $d$"},
        ]
        report = {"notebook": "notebooks/02.ipynb", "exercises": exercises, "troubles": ["the set-up cell failed"]}
        (tmp_path / "check.json").write_text(json.dumps([report]))
        (tmp_path / "summary.md").write_text("# Before\n")
        assert summary(tmp_path) == (
            f"# Before\n{HEADER}"
            "| flatten | done | 4 of 4 |  |\n"
            r"| tanh | partly right | 1.5 of 3 | a\|b \<img\> \*c\* \\\| \$d\$ |"
            "\n"
            r"| notebooks\/02\.ipynb | could not be run |  | the set\-up cell failed |"
            "\n\n**5.5 points so far, of 7 in all.**\n"
        )

    def test_without_verdicts_the_step_fails(self, tmp_path):
        (tmp_path / "check.json").touch()
        with pytest.raises(subprocess.CalledProcessError):
            summary(tmp_path)


class TestBinder:
    FOLDER = ROOT / ".binder"

    def test_its_steps_name_what_exists(self):
        scripts = {name: (self.FOLDER / name).read_text() for name in ("postBuild", "start")}
        assert all(text.startswith("#!/bin/bash\n") for text in scripts.values())
        assert all(os.access(self.FOLDER / name, os.X_OK) for name in scripts)
        assert "--require-hashes --requirement requirements.txt" in scripts["postBuild"]
        assert "set -euo pipefail" in scripts["postBuild"]
        assert exists("requirements.txt")
        assert (self.FOLDER / "runtime.txt").read_text() == "python-3.12\n"

    @pytest.mark.skipif(os.name == "nt", reason="Binder's scripts are for bash")
    @pytest.mark.parametrize("before", [None, "/etc/mine"])
    def test_the_server_gets_the_courses_settings(self, tmp_path, before):
        environment = {name: value for name, value in os.environ.items() if name != "JUPYTER_CONFIG_PATH"}
        environment |= {"JUPYTER_CONFIG_PATH": before} if before else {}
        command = [self.FOLDER / "start", sys.executable, "-c", "import os; print(os.environ['JUPYTER_CONFIG_PATH'])"]
        for cwd, variables in ((ROOT, {}), (tmp_path, {"REPO_DIR": str(ROOT)})):
            found = subprocess.check_output(command, cwd=cwd, env={**environment, **variables}, text=True).strip()
            own, *others = found.split(":")
            assert others == ([before] if before else [])
            assert os.path.samefile(own, ROOT / "mlp_helpers" / "course" / "jupyter")
