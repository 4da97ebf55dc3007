"""Workflows for GitHub and the steps for Binder: what they name exists, and the students' summary is written."""

import json
import os
import re
import subprocess
import sys

import pytest
import small_course
import yaml

from mlp_helpers.authoring import release
from mlp_helpers.services.files import REPOSITORY as ROOT

STUDENTS = ROOT / release.INSTEAD[".github/workflows/check.yml"]
WORKFLOWS = [*sorted((ROOT / ".github" / "workflows").glob("*.yml")), STUDENTS]
HEADER = "| exercise | state | points | remark |\n| --- | --- | --- | --- |\n"
ACTION = re.compile(
    r" uses: actions/(?:checkout|setup-python|upload-pages-artifact|deploy-pages)@([0-9a-f]{40})  # v\d+\.\d+\.\d+"
)
CELL_END = re.compile(r"(?<!\\)\|")


def load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def step_named(path, name):
    (found,) = [step for step in steps(load(path)) if step.get("name") == name]
    return found


def missing(text):
    """Return the make targets, scripts and folders that a workflow's commands name and that do not exist."""
    targets = re.findall(r"^([a-z-]+):(?!=)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    named = re.findall(r"\bmake ([\w-]+)|((?:scripts|tests|notebooks|\.ci)(?:/[\w./-]+)?)", text)
    return [made or path for made, path in named if (made not in targets if made else not (ROOT / path).exists())]


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

    def test_its_commands_exist(self, path):
        commands = [step["run"] for step in steps(load(path)) if "run" in step]
        assert commands
        assert missing("\n".join(commands)) == []


@pytest.mark.parametrize(
    ("command", "unknown"),
    [
        ("make test-unit", "test-unit"),
        ("python scripts/instal.py --dev", "scripts/instal.py"),
        (r".venv\Scripts\python -m pytest notebooks tests --ignore=tests/none", "tests/none"),
        (".ci/walk", ".ci/walk"),
    ],
)
def test_a_command_that_does_not_exist_is_noticed(command, unknown):
    assert missing(command) == [unknown]


def test_the_site_that_is_published_is_the_one_that_make_writes():
    workflow = load(ROOT / ".github" / "workflows" / "site.yml")
    commands = [step.get("run") or step.get("with", {}).get("path") for step in steps(workflow)]
    assert [command for command in commands if command] == ["make site", "build/site"]  # no ARGS: without solutions


def checked(folder):
    """Run the students' own command of the check in a folder of theirs; return its exit code."""
    command = step_named(STUDENTS, "Check, which fails unless everything is right")["run"]
    command = command.replace(".venv/bin/mlp-course", f'"{sys.executable}" -m mlp_helpers.cli')
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}
    return subprocess.run(command, shell=True, cwd=folder, env=environment).returncode


def summary(folder):
    """Run the workflow's step that writes the summary; return what it wrote."""
    target = folder / "summary.md"
    environment = {**os.environ, "GITHUB_STEP_SUMMARY": str(target)}
    command = [sys.executable, "-c", step_named(STUDENTS, "Summary")["run"]]
    subprocess.run(command, cwd=folder, env=environment, check=True)
    return target.read_text(encoding="utf-8")


class TestStudents:
    @pytest.mark.thorough
    def test_summary_of_a_real_check(self, tmp_path):
        small_course.released(tmp_path, "students")
        with small_course.edited(tmp_path / "students" / "notebooks" / "03_layers.ipynb") as notebook:
            small_course.cell_of(notebook, "flatten").source = "def flatten(x):\n    return x | 0.5"
        assert checked(tmp_path / "students") == 1
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


@pytest.mark.skipif(os.name == "nt", reason="Binder's scripts are for bash")
@pytest.mark.parametrize("before", [None, "/etc/mine"])
def test_the_server_on_binder_gets_the_courses_settings(tmp_path, before):
    environment = {name: value for name, value in os.environ.items() if name != "JUPYTER_CONFIG_PATH"}
    environment |= {"JUPYTER_CONFIG_PATH": before} if before else {}
    command = [ROOT / ".binder" / "start", sys.executable, "-c", "import os; print(os.environ['JUPYTER_CONFIG_PATH'])"]
    for cwd, variables in ((ROOT, {}), (tmp_path, {"REPO_DIR": str(ROOT)})):
        found = subprocess.check_output(command, cwd=cwd, env={**environment, **variables}, text=True).strip()
        own, *others = found.split(":")
        assert others == ([before] if before else [])
        assert os.path.samefile(own, ROOT / "mlp_helpers" / "course" / "jupyter")
