"""The tests of the sandbox again, as an ordinary user, where root runs them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FILES = (
    "test_attacks.py::test_in_the_sandbox_it_does_nothing",
    "test_attacks.py::test_a_process_left_behind_ends_with_its_kernel",
    "test_budget.py",
    "test_limits.py",
    "test_reference_course.py",
    "test_sandbox.py",
    "test_stores.py",
    "test_system_calls.py",
)


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs them anyway")
@pytest.mark.parametrize("file", FILES)
def test_they_pass_as_an_ordinary_user_too(file):
    tests = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "-p", "no:xdist", HERE / file]
    command = ["unshare", "--mount", sys.executable, HERE / "as_user.py", *tests]
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    ran = subprocess.run(command, capture_output=True, text=True, env=variables)
    assert ran.returncode == 0, ran.stdout + ran.stderr
