"""Client of the fork server: starts it in bubblewrap, requests kernels, and signals them.

Under root, each kernel runs as a user of its own. Only then are process limits enforced, separately for each kernel.
"""

import contextlib
import itertools
import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import weakref
from dataclasses import dataclass
from pathlib import Path

from mlp_helpers.grading.sandbox import forkserver, system_calls
from mlp_helpers.grading.sandbox.bubblewrap import python_places, wrapped
from mlp_helpers.grading.sandbox.forkserver import PACKAGES

FIRST_USER = 1 << 30  # far above the ids of people and services
STACK_BYTES = 8 << 20  # of a process, as usual
START_SECONDS = 60.0  # for a fork server to start


class NoSandbox(RuntimeError):
    """Failure to make a sandbox on this machine; the message states why, and what to do."""


@dataclass(frozen=True)
class Limits:
    """Resource limits of a kernel and all its processes.

    Attributes
    ----------
    memory, disk : int
        Bytes of all processes together, and of all files. One process cannot allocate more than `memory`.
    address_space, file_size : int
        Bytes per process and per file.
    processes, open_files : int
        Processes in the whole sandbox, threads included; open files per process.
    seconds : int
        Processor time per process.
    signals : int
        Signals that wait, and timers; without root, the user who grades has one quota of them for everything.
    """

    memory: int = 2 << 30
    disk: int = 64 << 20
    address_space: int = 4 << 30
    file_size: int = 32 << 20
    processes: int = 128
    open_files: int = 128
    seconds: int = 300
    signals: int = 1024

    def of_the_system(self):
        """Return the limits that the system enforces, by their names in the module `resource`."""
        return {
            "RLIMIT_AS": self.address_space,
            "RLIMIT_DATA": self.memory,
            "RLIMIT_FSIZE": self.file_size,
            "RLIMIT_NPROC": self.processes,
            "RLIMIT_NOFILE": self.open_files,
            "RLIMIT_CPU": self.seconds,
            "RLIMIT_SIGPENDING": self.signals,
            "RLIMIT_CORE": 0,
            "RLIMIT_STACK": STACK_BYTES,
        }


class ForkServer:
    """Sandbox with a notebook server for each notebook, which forks its kernels. It starts in the background.

    Parameters
    ----------
    packages : dict from str to path, optional
        Folders, each with a copy of the package for kernels to import, by name.
    data : path, optional
        The folder with the course's data; by default, the sandbox has none.

    Raises
    ------
    NoSandbox
        bubblewrap is missing.
    """

    def __init__(self, packages=None, data=None):
        if shutil.which("bwrap") is None:
            raise NoSandbox("bwrap is missing: apt install bubblewrap")
        self.folder = Path(tempfile.mkdtemp(prefix="mlp-"))
        self.folder.chmod(0o755)
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._sockets = [self._control]
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        given = {f"{PACKAGES}/{name}": path for name, path in (packages or {}).items()}
        given |= {"/forkserver.py": forkserver.__file__, "/system_calls.py": system_calls.__file__}
        given |= {"/data": data} if data else {}
        command = [sys.executable, "/forkserver.py", str(theirs.fileno())]
        with theirs:
            self._process = subprocess.Popen(
                wrapped(command, self.folder, python_places() | given, os.geteuid() == 0),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                start_new_session=True,
            )
        self.close = weakref.finalize(self, _end, self._process, self._sockets, self._errors, self.folder)

    def notebook_server(self, package="", modules=()):
        """Start a `NotebookServer`; return it without waiting.

        Parameters
        ----------
        package : str, optional
            Name of the copy of the package that its kernels import; by default none.
        modules : iterable of str, optional
            Modules that they need, besides Jupyter's.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._sockets.append(ours)
        request = json.dumps({"package": package, "modules": list(modules)})
        with theirs, contextlib.suppress(OSError):  # if it has exited, `fork` reports it
            socket.send_fds(self._control, [request.encode()], [theirs.fileno()])
        return NotebookServer(self, ours)

    def stderr_tail(self):
        """Return the end of the standard error of bubblewrap and the fork server."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=1)
        self._errors.seek(0)
        return self._errors.read()[-500:].decode(errors="replace").strip() or "for no reason that it says"


class NotebookServer:
    """Process of a fork server that loads what a notebook's kernels need, and forks them; the first fork waits."""

    _count = itertools.count()

    def __init__(self, fork_server, control):
        self.fork_server, self._control, self._is_ready = fork_server, control, False
        control.settimeout(START_SECONDS)

    def fork(self, name, limits):
        """Fork a kernel in the folder `name`, which is created if missing; return its `KernelProcess`.

        Raises
        ------
        NoSandbox
            The sandbox did not start, or the kernel cannot be forked.
        """
        folder = self.fork_server.folder / name
        folder.mkdir(exist_ok=True)
        user = FIRST_USER + (os.getpid() << 8) % FIRST_USER + next(self._count) % 256 if os.geteuid() == 0 else None
        if user is not None:
            for path in (folder, *folder.iterdir()):
                os.chown(path, user, user)
        request = {"name": name, "user": user, "disk": limits.disk, "limits": limits.of_the_system()}
        try:
            if not self._is_ready and self._control.recv(5) != b"ready":
                raise OSError
            self._is_ready = True
            self._control.send(json.dumps(request).encode())
            handles = socket.recv_fds(self._control, 16, 1)[1]
        except OSError:
            handles = []
        if not handles:
            said = self.fork_server.stderr_tail()
            remedy = f". {ALLOW_USER_NAMESPACES}" if re.search("namespace|[Pp]ermission|not permitted", said) else ""
            raise NoSandbox(f"bubblewrap cannot make one: {said}{remedy}")
        return KernelProcess(handles[0])


ALLOW_USER_NAMESPACES = (
    "Where the system keeps ordinary users from making user namespaces (Ubuntu does since 24.04), let its "
    "administrator allow them for bwrap, or grade as root"
)


def _end(process, sockets, errors, folder):
    for one in sockets:
        one.close()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # killing bubblewrap alone would leave a child that is just starting
    process.wait()
    errors.close()
    remove_folder(folder)


def remove_folder(folder):
    """Remove a folder of any depth; `shutil.rmtree` fails at a thousand nested folders."""
    try:
        shutil.rmtree(folder, ignore_errors=True)
    except RecursionError:
        subprocess.run(["rm", "-rf", "--", folder], stderr=subprocess.DEVNULL)


class KernelProcess:
    """Forked kernel with the process interface that Jupyter expects. It is not a child, so a pidfd identifies it."""

    def __init__(self, handle):
        self._handle = handle
        with open(f"/proc/self/fdinfo/{handle}") as file:
            self.pid = next(int(line.split()[1]) for line in file if line.startswith("Pid:"))

    def poll(self):
        """Return None while it runs, and 0 afterwards."""
        return 0 if self._handle is None or select.select([self._handle], [], [], 0)[0] else None

    def wait(self):
        """Wait for it to exit; return 0."""
        if self._handle is not None:
            select.select([self._handle], [], [])
            os.close(self._handle)
            self._handle = None
        return 0

    def send_signal(self, number):
        """Send it a signal if it is still running."""
        if self._handle is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, number)

    def kill(self):
        """Kill it and all processes that it started."""
        self.send_signal(signal.SIGKILL)

    terminate = kill
