"""Restrictions of the sandbox; the same code succeeds without it."""

import contextlib
import os
import re
import time
from functools import cache
from pathlib import Path

import pytest

from mlp_helpers.grading.reference_course import GradingPlan, ReferenceCourse
from mlp_helpers.grading.sandbox import bubblewrap
from mlp_helpers.grading.sandbox.bubblewrap import revealed, wrapped
from mlp_helpers.grading.sandbox.client import FIRST_USER, ForkServer, NoSandbox
from mlp_helpers.grading.sandbox.forkserver import INSIDE
from mlp_helpers.grading.sandbox.provisioner import SandboxSpecs
from mlp_helpers.nbcheck.kernels import Kernel, Session, ThisPython
from mlp_helpers.services.files import REPOSITORY as ROOT

SMALL = {"address_space": 1 << 30, "file_size": 1 << 20, "processes": 60, "open_files": 100, "seconds": 20}


@cache
def notebook_server():
    """Return the notebook server shared by these tests."""
    return ForkServer().notebook_server()


@pytest.fixture(autouse=True, scope="module")
def no_sandbox_is_left():
    yield
    notebook_server().fork_server.close()
    notebook_server.cache_clear()


def run(*sources, specs=None, folder=ROOT, deadline=15, **limits):
    """Run cells in one kernel, by default in a sandbox; return their results."""
    specs = specs or SandboxSpecs(notebook_server(), SMALL | limits)
    with Session(lambda: Kernel(folder, specs).wait(), deadline) as session:
        return [session.run(source) for source in sources]


def outside(*sources, folder=ROOT):
    """Run cells in one kernel without a sandbox."""
    return run(*sources, specs=ThisPython(), folder=folder)


def test_who_and_where_it_is():
    (ran,) = run("import os\nprint(os.getuid(), os.getcwd(), sorted(os.environ)[:2], 'HOSTNAME' in os.environ)")
    uid, folder = ran.text.split()[:2]
    assert folder == INSIDE
    assert int(uid) >= FIRST_USER if os.geteuid() == 0 else int(uid) == os.geteuid()


def test_no_variable_gets_in(monkeypatch):
    monkeypatch.setenv("MLP_SECRET", "seven")
    source = "import os\nprint(os.environ.get('MLP_SECRET'))"
    assert run(source)[0].text == "None\n"
    assert outside(source)[0].text == "seven\n"


def test_no_file_gets_in():
    source = (
        f"from pathlib import Path\nprint(Path({str(ROOT / 'README.md')!r}).exists(), Path('/etc/passwd').exists())"
    )
    assert run(source)[0].text == "False False\n"
    assert outside(source)[0].text == "True True\n"


def test_nothing_can_be_written_but_its_own_folder(tmp_path):
    where = [str(tmp_path / "a"), "/usr/a", "/a", "/etc/a", "/tmp/a"]
    source = f"""
for path in {where} + ["a"]:
    try:
        open(path, "w").close()
        print(path)
    except OSError:
        pass
"""
    assert run(source)[0].text == "a\n"
    assert not (tmp_path / "a").exists()
    assert outside(source.replace("'/usr/a', '/a', '/etc/a', '/tmp/a'", ""), folder=tmp_path)[0].text.startswith(
        str(tmp_path)
    )


def test_no_network():
    source = """
import socket
with socket.socket() as listening:
    try:
        listening.connect(("127.0.0.1", PORT))
        print("connected")
    except OSError as error:
        print(type(error).__name__)
"""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        source = source.replace("PORT", str(server.getsockname()[1]))
        assert "connected" not in run(source)[0].text
        assert outside(source)[0].text == "connected\n"


def test_no_other_process_is_seen():
    source = "import os\nprint(len([name for name in os.listdir('/proc') if name.isdigit()]))"
    assert int(run(source)[0].text) <= 4
    assert int(outside(source)[0].text) > 4


def test_memory_has_a_limit():
    (ran,) = run("x = bytearray(2 << 30)")
    assert ran.error.startswith("MemoryError")
    assert outside("x = bytearray(1 << 28)")[0].error is None


def test_processes_have_a_limit():
    source = """
import os, time
n = 0
try:
    for n in range(200):
        if os.fork() == 0:
            time.sleep(10)
            os._exit(0)
except OSError as error:
    print(n < 100, type(error).__name__)
"""
    assert run(source)[0].text == "True BlockingIOError\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give each kernel a user of its own")
def test_one_kernels_processes_are_not_anothers():
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
    specs = SandboxSpecs(notebook_server(), SMALL)
    with (
        Session(lambda: Kernel(ROOT, specs).wait(), 15) as first,
        Session(lambda: Kernel(ROOT, specs).wait(), 15) as second,
    ):
        assert first.run(bomb).text == "full\n"
        assert second.run("import os\nif os.fork() == 0: os._exit(0)\nprint('not full')").text == "not full\n"


def test_files_have_limits():
    large = "open('a', 'wb').write(bytes(2 << 20))"
    many = "files = [open('b', 'w') for _ in range(200)]"
    first, second = run(large, many)
    assert "OSError" in first.error
    assert "Too many open files" in second.error
    assert outside("files = [open('/dev/null') for _ in range(200)]")[0].error is None


def test_a_process_left_behind_is_gone_with_the_kernel():
    marker = f"left-behind-{os.getpid()}"
    source = (
        f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)', '{marker}'])"
    )

    def there():
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                found.append(marker in path.read_bytes().decode(errors="replace"))
            except OSError:
                continue
        return any(found)

    run(source)
    until = time.monotonic() + 10
    while there() and time.monotonic() < until:
        time.sleep(0.05)  # the system kills the processes asynchronously
    assert not there()


def test_its_folder_is_gone_with_the_kernel(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with contextlib.closing(ForkServer()) as fork_server:
        specs = SandboxSpecs(fork_server.notebook_server())
        (ran,) = run("import os\nopen('mine', 'w').close()\nprint(sorted(os.listdir('.')))", specs=specs)
        assert "mine" in ran.text
        assert list(fork_server.folder.iterdir()) == []
    assert list(tmp_path.iterdir()) == []


def test_a_loop_that_ignores_interrupts_is_ended_and_the_next_cell_runs():
    stubborn = """
import time
while True:
    try:
        time.sleep(1)
    except BaseException: pass
"""
    first, second = run(stubborn, "print(1)", deadline=2)
    assert first.error == "it took longer than 2 s, and it ignored the interrupt"
    assert second.text == "1\n"


def test_a_kernel_that_dies_is_replaced():
    first, second = run("import os\nos._exit(1)", "print(1)")
    assert first.error == "the kernel died"
    assert second.text == "1\n"


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
        run("1", specs=SandboxSpecs(fork_server.notebook_server()))


def test_the_command_line_for_an_ordinary_user():
    line = wrapped(["python"], "/tmp/a", {"/opt/python": "/opt/python"}, is_root=False)
    assert line[-1] == "python"
    assert "--unshare-user" in line
    assert re.search("--ro-bind /opt/python /opt/python .*--bind /tmp/a /kernels ", " ".join(line))


def test_a_kernel_has_no_privileges():
    (ran,) = run("print(open('/proc/self/status').read())")
    assert re.findall(r"Cap\w+:\s+0*\n", ran.text) == [line + "\n" for line in re.findall(r"Cap.*", ran.text)]
    assert "NoNewPrivs:\t1" in ran.text


@pytest.mark.skipif(os.geteuid() != 0, reason="only root sees the files of a process that lets nothing be taken")
def test_the_first_process_of_a_kernel_has_no_file_open_but_dev_null():
    kernel = Kernel(ROOT, SandboxSpecs(notebook_server(), SMALL)).wait()
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
