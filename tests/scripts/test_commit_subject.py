"""Subjects of commits: short ones without a full stop pass the hook that git calls."""

import subprocess
import sys

import pytest
import yaml

from mlp_helpers.services.files import REPOSITORY

# Hooks come from this repository alone.
((SOURCE, HOOKS),) = [
    (one["repo"], {hook["id"]: hook for hook in one["hooks"]})
    for one in yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
]


@pytest.mark.parametrize(
    ("subject", "code"),
    [("Add a hook", 0), ("x" * 72, 0), ("Take Python 3.11 or newer", 0), ("x" * 73, 1), ("Add a hook.", 1)],
)
def test_subjects(tmp_path, subject, code):
    message = tmp_path / "COMMIT_EDITMSG"
    message.write_text(f"{subject}\n\nA body may have full stops, and long lines: {'x' * 80}.\n", encoding="utf-8")
    hook = HOOKS["commit-subject"]
    assert (SOURCE, hook["language"], hook["stages"]) == ("local", "pygrep", ["commit-msg"])
    command = [sys.executable, "-m", "pre_commit.languages.pygrep", *hook["args"], hook["entry"], message]
    assert subprocess.run(command).returncode == code
