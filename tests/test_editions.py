"""Command line of a clone and of the unpacked zip edition: wrong uses, help, and the README's first steps.

The wheel's is in tests/installing.
"""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest
import wrong_uses

from mlp_helpers.authoring import release
from mlp_helpers.cli import GROUPS
from mlp_helpers.services.files import REPOSITORY

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
SCRIPT = '#!/bin/sh\nexec env PYTHONPATH="{}" PYTHONSAFEPATH=1 "{}" {} "$@"\n'


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """Return a students' edition whose environment is this Python's, with the edition's own package."""
    folder = tmp_path_factory.mktemp("unpacked") / "course"
    release.release(REPOSITORY, folder)
    (folder / ".venv" / "bin").mkdir(parents=True)
    for name, module in (("python", ""), ("mlp-course", "-m mlp_helpers.cli")):
        path = folder / ".venv" / "bin" / name
        path.write_text(SCRIPT.format(folder, sys.executable, module))
        path.chmod(0o755)
    code = "import install; print('student', install.digest())"
    stamp = subprocess.check_output([sys.executable, "-c", code], cwd=folder / "scripts")
    (folder / ".venv" / "installed.txt").write_bytes(stamp)
    return folder


def ran(folder, *command):
    """Run a command in a folder; return the exit code and what was printed."""
    own = {name: value for name, value in os.environ.items() if "MAKE" not in name}  # not those of a make around it
    own.pop("MFLAGS", None)
    ended = subprocess.run(command, cwd=folder, env=own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return ended.returncode, ended.stdout


class TestWrongUses:
    def test_of_a_clone(self, tmp_path):
        said = wrong_uses.say(tmp_path, REPOSITORY, wrong_uses.EDITIONS["clone"])
        assert wrong_uses.faults("clone", said) == []

    def test_of_the_zip_edition(self, unpacked, tmp_path):
        code, said = ran(unpacked, ".venv/bin/python", wrong_uses.__file__, tmp_path, unpacked, "zip")
        assert code == 0, said
        assert wrong_uses.faults("zip", json.loads(said)) == []

    @pytest.mark.parametrize(
        ("use", "code", "text"),
        [
            ("outside: lab", 0, wrong_uses.NO_COURSE),
            ("outside: lab", 1, ""),
            ("outside: lab", 1, f"{wrong_uses.NO_COURSE} [Errno 2]"),
            ("outside: lab", 1, f"Traceback {wrong_uses.NO_COURSE}"),
            ("outside: lab", 2, wrong_uses.NO_COURSE),
            ("submit --out T/file/x.zip", 1, "T/.file.x.part cannot be made a folder"),
        ],
    )
    def test_a_bad_answer_is_noticed(self, use, code, text):
        said = {use: [1, expected] for use, expected in wrong_uses.EDITIONS["zip"].items()}
        assert wrong_uses.faults("zip", said) == []
        (fault,) = wrong_uses.faults("zip", {**said, use: [code, text]})
        assert fault.startswith(f"{use}: ")
        del said[use]
        assert wrong_uses.faults("zip", said) == [f"{use}: not tried"]


def test_a_students_help_lists_what_students_can_do(unpacked):
    for option in ("-h", "--help"):
        code, said = ran(unpacked, ".venv/bin/mlp-course", option)
        assert code == 0
        assert re.findall(r"^For .*", said, re.MULTILINE) == ["For students:"]
        assert tuple(re.findall(r"^  (\w+)  ", said, re.MULTILINE)) == GROUPS["For students"]
    assert ran(unpacked, ".venv/bin/mlp-course") == (2, said)


def unknown(text, makefile):
    """Return the commands in a README that do not exist, a set of str such as `make lab`."""
    code = "\n".join(re.findall(r"^    .*|`[^`]*`", text, re.MULTILINE))
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    found = {f"make {name}" for name in re.findall(r"\bmake ([a-z-]+)", code) if name not in targets}
    named = re.findall(r"(?:^|[`\s/\\])mlp-course ([a-z]+)", code)
    return found | {f"mlp-course {name}" for name in named if name not in sum(GROUPS.values(), ())}


class TestFirstSteps:
    def test_the_commands_of_the_readmes_exist(self, unpacked):
        for folder in (REPOSITORY, unpacked):
            text, makefile = ((folder / name).read_text(encoding="utf-8") for name in ("README.md", "Makefile"))
            assert len(re.findall("mlp-course [a-z]|make [a-z]", text)) > 10
            assert unknown(text, makefile) == set()
            assert unknown("    make walk\n`mlp-course run`, or make haste", makefile) == {
                "make walk",
                "mlp-course run",
            }

    @needs_make
    def test_make_in_the_zip_edition(self, unpacked):
        code, said = ran(unpacked, "make", "check", "NB=02")
        assert code == 0, said
        assert said.startswith("notebooks/02_data_loading.ipynb, as saved at ")
        assert said.endswith("0 points so far, of 13 in all.\n")
        assert wrong_uses.UNPACKED["update"] in ran(unpacked, "make", "update")[1]
        assert ran(unpacked, "make", "-n", "test", "NB=04")[1].endswith("mlp-course test 04\n")
        assert wrong_uses.NUMBER.format("port", "from 1 to 65535", "x") in ran(unpacked, "make", "lab", "PORT=x")[1]

    @pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
    def test_in_a_clone_on_a_terminal_a_bar_shows_how_far_the_checks_are(self):
        ours, theirs = os.openpty()
        command = [sys.executable, "-m", "mlp_helpers.cli", "check", "0"]
        said = subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=theirs, text=True, check=True)
        bar = os.read(ours, 4096).decode()
        os.close(ours)
        os.close(theirs)
        assert said.stdout.startswith("notebooks/00_numpy.ipynb, as saved at ")
        assert re.search(r"Checking +\[-+\] +0%.*\[#+\] +100%", bar)
