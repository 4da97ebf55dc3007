"""Restrictions of the sandbox, beside those that `attacks` try to get past; the same code succeeds without it."""

import contextlib
import os
import re
from pathlib import Path

import pytest
from weakened import in_turn, sandbox, session

from mlp_helpers.grading.reference_course import GradingPlan, ReferenceCourse
from mlp_helpers.grading.sandbox import bubblewrap
from mlp_helpers.grading.sandbox.bubblewrap import revealed
from mlp_helpers.grading.sandbox.client import FIRST_USER, ForkServer, NoSandbox
from mlp_helpers.grading.sandbox.forkserver import INSIDE
from mlp_helpers.grading.sandbox.provisioner import SandboxSpecs
from mlp_helpers.nbcheck.kernels import Kernel, ThisPython
from mlp_helpers.services.files import REPOSITORY as ROOT


@pytest.fixture(scope="module")
def sandboxed(tmp_path_factory):
    """Yield specs of sandboxed kernels."""
    with sandbox(tmp_path_factory.mktemp("server"), {}, {"processes": 60}) as specs:
        yield specs


def test_who_and_where_it_is(sandboxed):
    uid, folder = in_turn(sandboxed, ROOT, "import os\nprint(os.getuid(), os.getcwd())").text.split()
    assert folder == INSIDE
    assert int(uid) >= FIRST_USER if os.geteuid() == 0 else int(uid) == os.geteuid()


def test_nothing_can_be_written_but_its_own_folder(sandboxed, tmp_path):
    write = "for path in {}:\n    try:\n        print(open(path, 'w').name)\n    except OSError:\n        pass"
    mine = str(tmp_path / "a")
    places = write.format([mine, "/usr/a", "/a", "/etc/a", "/tmp/a", "a"])
    assert in_turn(sandboxed, ROOT, places).text == "a\n"
    assert in_turn(ThisPython(), tmp_path, write.format([mine])).text == f"{mine}\n"


def test_no_other_process_is_seen(sandboxed):
    source = "import os\nprint(len([name for name in os.listdir('/proc') if name.isdigit()]))"
    assert int(in_turn(sandboxed, ROOT, source).text) <= 4
    assert int(in_turn(ThisPython(), ROOT, source).text) > 4


def test_processes_have_a_limit_and_one_kernels_are_not_anothers(sandboxed):
    bomb = """
import os, time
while True:
    try:
        if os.fork() == 0:
            time.sleep(30)
            os._exit(0)
    except OSError:
        print("full")
        break
"""
    with session(sandboxed, ROOT) as first, session(sandboxed, ROOT) as second:
        assert first.run(bomb).text == "full\n"
        if os.geteuid() == 0:  # only root can give each kernel a user of its own
            assert second.run("import os\nif os.fork() == 0: os._exit(0)\nprint('not full')").text == "not full\n"


def test_its_folder_is_gone_with_the_kernel(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with contextlib.closing(ForkServer()) as fork_server:
        specs = SandboxSpecs(fork_server.notebook_server())
        assert "mine" in in_turn(specs, ROOT, "import os\nopen('mine', 'w').close()\nprint(os.listdir())").text
        assert list(fork_server.folder.iterdir()) == []
    assert list(tmp_path.iterdir()) == []


def test_a_missing_bubblewrap_is_said(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NoSandbox, match="bwrap is missing: apt install bubblewrap"):
        ForkServer()


def test_where_there_can_be_no_sandbox_it_is_said(monkeypatch, tmp_path):
    bwrap = tmp_path / "bwrap"
    bwrap.write_text("#!/bin/sh\necho setting up uid map: Permission denied >&2\nexit 1\n")
    bwrap.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    denied = pytest.raises(NoSandbox, match="cannot make one: setting up uid map: Permission denied")
    with contextlib.closing(ForkServer()) as fork_server, denied:
        in_turn(SandboxSpecs(fork_server.notebook_server()), ROOT, "1")


def test_a_kernel_has_no_privileges(sandboxed):
    status = in_turn(sandboxed, ROOT, "print(open('/proc/self/status').read())").text
    assert re.findall(r"Cap\w+:\s+0*\n", status) == [line + "\n" for line in re.findall(r"Cap.*", status)]
    assert "NoNewPrivs:\t1" in status


@pytest.mark.skipif(os.geteuid() != 0, reason="only root sees the files of a process that lets nothing be taken")
def test_the_first_process_of_a_kernel_has_no_file_open_but_dev_null(sandboxed):
    kernel = Kernel(ROOT, sandboxed).wait()
    place = Path(f"/proc/{kernel.km.provisioner.pid}/fd")
    found = [os.readlink(path) for path in place.iterdir()]
    kernel.stop()
    assert found == ["/dev/null"] * 3


def test_a_course_that_would_be_seen_inside_is_found(tmp_path, monkeypatch):
    assert revealed(ROOT / "mlp_helpers") is None
    monkeypatch.setattr(bubblewrap, "SYSTEM", (str(tmp_path), "/usr"))
    (tmp_path / "mlp_helpers").mkdir()
    assert revealed(tmp_path / "mlp_helpers") == tmp_path / "mlp_helpers"
    monkeypatch.setattr(bubblewrap.sysconfig, "get_path", lambda name: str(tmp_path))  # an installed copy
    assert revealed(ROOT / "mlp_helpers") == tmp_path / "mlp_helpers"


@pytest.mark.parametrize(
    "place",
    ["lib/python3/dist-packages", "local/lib/python3.12/site-packages", "envs/teaching/lib64/python3.12/site-packages"],
)
def test_a_copy_for_another_python_inside_is_found(tmp_path, monkeypatch, place):
    monkeypatch.setattr(bubblewrap, "SYSTEM", (str(tmp_path),))
    (tmp_path / place).mkdir(parents=True)
    assert revealed(ROOT / "mlp_helpers") is None
    (tmp_path / place / "mlp_helpers").mkdir()
    assert revealed(ROOT / "mlp_helpers") == tmp_path / place / "mlp_helpers"


def test_such_a_course_is_not_graded_with(monkeypatch):
    monkeypatch.setattr(bubblewrap, "SYSTEM", (str(ROOT),))
    with (
        pytest.raises(NoSandbox, match="with its answers, would be seen inside"),
        ReferenceCourse(GradingPlan(str(ROOT), 1)),
    ):
        pass
