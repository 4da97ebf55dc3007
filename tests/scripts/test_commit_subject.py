"""Subjects of commits: short ones without a full stop pass, in the hook that git calls, too."""

import subprocess
import sys

import pytest
import yaml
from commit_subject import fault, subject_of

from mlp_helpers.files import REPOSITORY as ROOT


@pytest.mark.parametrize("subject", ["Add a hook", "x" * 72, "Take Python 3.11 or newer"])
def test_a_good_subject(subject):
    assert fault(subject) is None


@pytest.mark.parametrize(
    ("subject", "said"),
    [("x" * 73, "has 73 characters, and may have 72"), ("Add a hook.", "ends with a full stop: Add a hook.")],
)
def test_a_bad_subject(subject, said):
    assert said in fault(subject)


@pytest.mark.parametrize(
    ("message", "subject"),
    [
        ("Add a hook\n\nIt checks subjects.\n", "Add a hook"),
        ("\n# a comment\nAdd a hook\nthat checks\n\nWhy.\n", "Add a hook that checks"),
        ("# only comments\n", ""),
    ],
)
def test_the_subject_is_what_git_takes(message, subject):
    assert subject_of(message) == subject


@pytest.mark.parametrize(("subject", "code"), [("Add a hook", 0), ("Add a hook.", 1)])
def test_the_hook_refuses_a_bad_one(tmp_path, subject, code):
    path = tmp_path / "COMMIT_EDITMSG"
    path.write_text(f"{subject}\n\nA body may have full stops.\n", encoding="utf-8")
    (hook,) = [hook for hook in hooks() if hook.get("stages") == ["commit-msg"]]
    script = hook["entry"].split()[-1]
    done = subprocess.run([sys.executable, ROOT / script, path], capture_output=True, text=True)
    assert (done.returncode, "full stop" in done.stderr) == (code, bool(code))


def test_hooks_come_from_this_repository_alone():
    assert len(hooks()) == 5
    assert all((ROOT / word).exists() for hook in hooks() for word in hook["entry"].split() if word[:8] == "scripts/")


def hooks():
    """Return the hooks of the configuration, which may name no other repository."""
    configuration = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (repository,) = configuration["repos"]
    assert repository["repo"] == "local"
    return repository["hooks"]
