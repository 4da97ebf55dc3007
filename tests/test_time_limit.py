"""The time limit of tests: one that hangs ends its process, and its line is named."""

import subprocess
import sys
import tomllib

import pytest

from mlp_helpers.services.files import REPOSITORY

HANGS = """def test_hangs():
    while True:
        try:
            while True: pass
        except BaseException: pass
"""


@pytest.mark.parametrize("processes", ["0", "1"])
def test_a_test_that_hangs_is_ended_and_its_line_named(tmp_path, processes):
    (tmp_path / "test_it.py").write_text(HANGS)
    command = [sys.executable, "-m", "pytest", "-c", REPOSITORY / "pyproject.toml", "--rootdir", tmp_path]
    options = ["-n", processes, "-p", "no:cacheprovider", "-o", "faulthandler_timeout=1", tmp_path]
    ended = subprocess.run([*command, *options], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert 'test_it.py", line 4 in test_hangs' in ended.stderr
    assert processes == "0" or "crashed while running 'test_it.py::test_hangs'" in ended.stdout


def test_the_limit_is_far_above_what_tests_take():
    options = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    assert options["faulthandler_timeout"] >= 900
