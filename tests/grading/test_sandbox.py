"""What code in the sandbox cannot do; and that the same code does it where the sandbox is left out."""

import asyncio
import os
import re
import time
from pathlib import Path

import pytest

from mlp_helpers.grading.sandbox import INSIDE, Limits, NoSandbox, SandboxSpecs, wrapped
from mlp_helpers.kernels import Session, ThisPython

ROOT = Path(__file__).resolve().parents[2]
SMALL = {"address_space": 1 << 30, "file_size": 1 << 20, "processes": 60, "open_files": 100, "seconds": 20}


def run(*sources, specs=None, folder=ROOT, deadline=15):
    """Run cells in one kernel, in a sandbox if nothing else is said; return what each printed and how it failed."""

    async def ran():
        async with Session(folder, deadline, specs or SandboxSpecs(limits=SMALL)) as session:
            return [await session.run(source) for source in sources]

    return asyncio.run(ran())


def outside(*sources, folder=ROOT):
    """Run cells in one kernel without a sandbox."""
    return run(*sources, specs=ThisPython(), folder=folder)


def test_who_and_where_it_is():
    (ran,) = run("import os\nprint(os.getuid(), os.getcwd(), sorted(os.environ)[:2], 'HOSTNAME' in os.environ)")
    uid = 65534 if os.geteuid() == 0 else os.geteuid()
    assert ran.text.startswith(f"{uid} {INSIDE} ")


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
    where = [str(tmp_path / "a"), "/usr/a", "/a", "/etc/a"]
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
    assert outside(source.replace("'/usr/a', '/a', '/etc/a'", ""), folder=tmp_path)[0].text.startswith(str(tmp_path))


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
        time.sleep(0.05)  # the kernel's processes are ended by the system, a moment later
    assert not there()


def test_its_folder_is_gone_with_the_kernel(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (ran,) = run("import os\nopen('mine', 'w').close()\nprint(sorted(os.listdir('.')))")
    assert "mine" in ran.text
    assert list(tmp_path.iterdir()) == []


def test_a_loop_that_ignores_interrupts_is_ended_and_the_next_cell_runs():
    stubborn = """
while True:
    try:
        while True: pass
    except BaseException: pass
"""
    first, second = run(stubborn, "print(1)", deadline=2)
    assert first.error == "it took longer than 2 s"
    assert second.text == "1\n"


def test_a_kernel_that_dies_is_replaced():
    first, second = run("import os\nos._exit(1)", "print(1)")
    assert first.error == "its kernel died"
    assert second.text == "1\n"


def test_a_missing_bubblewrap_is_said(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NoSandbox, match="bwrap and prlimit and setpriv missing: apt install bubblewrap util-linux"):
        wrapped(["true"], "/tmp", {}, {}, Limits(), False)


def test_the_command_line_for_an_ordinary_user():
    line = wrapped(["python"], "/tmp/a", {"/opt/python": "/opt/python"}, {"A": "1"}, Limits(), False)
    assert line[-1] == "python"
    assert "--unshare-user" in line
    assert "setpriv" not in line
    assert re.search("--ro-bind /opt/python /opt/python .*--bind /tmp/a /course ", " ".join(line))
