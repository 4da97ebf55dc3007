"""Client of the fork server: starts it in bubblewrap, has kernels forked, and signals them.

Started by root, each kernel runs as a user of its own: only then do limits on processes hold, and one kernel's limits
are not another's.
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

from mlp_helpers.grading.sandbox import forkserver
from mlp_helpers.grading.sandbox.bubblewrap import python_places, wrapped
from mlp_helpers.grading.sandbox.forkserver import PACKAGES

FIRST_USER = 1 << 30  # far above those that a system gives to people and services
START_SECONDS = 60.0  # seconds that a fork server may take to start


class NoSandbox(RuntimeError):
    """There can be no sandbox on this machine; the text says why, and what to do."""


@dataclass(frozen=True)
class Limits:
    """What a kernel and all its processes may take.

    Attributes
    ----------
    memory, disk : int
        Bytes, of all processes together, and of all files; as many again in `SCRATCH` and in shared memory.
    address_space, file_size : int
        Bytes, of each process and of each file.
    processes, open_files : int
        Processes of the whole sandbox, threads among them; files of each process.
    seconds : int
        Of processor time, of each process.
    """

    memory: int = 2 << 30
    disk: int = 64 << 20
    address_space: int = 4 << 30
    file_size: int = 32 << 20
    processes: int = 128
    open_files: int = 256
    seconds: int = 300

    def of_the_system(self):
        """Return those that the system keeps, by their names in the module resource."""
        return {
            "RLIMIT_AS": self.address_space,
            "RLIMIT_FSIZE": self.file_size,
            "RLIMIT_NPROC": self.processes,
            "RLIMIT_NOFILE": self.open_files,
            "RLIMIT_CPU": self.seconds,
            "RLIMIT_CORE": 0,
        }


class ForkServer:
    """A sandbox with a notebook server for each notebook, which forks its kernels. It is being started.

    Parameters
    ----------
    packages : dict from str to path, optional
        Folders, each with a copy of the package for kernels to import.
    data : path, optional
        The folder with the course's data; without it, there is none inside.

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
        given |= {"/forkserver.py": forkserver.__file__} | ({"/data": data} if data else {})
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
        """Return a `NotebookServer` that is being made.

        Parameters
        ----------
        package : str, optional
            Name of the package's copy that its kernels import; by default they have none.
        modules : iterable of str, optional
            That they need, besides Jupyter's.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._sockets.append(ours)
        request = json.dumps({"package": package, "modules": list(modules)})
        with theirs, contextlib.suppress(OSError):  # where it has ended, the notebook server's socket tells
            socket.send_fds(self._control, [request.encode()], [theirs.fileno()])
        return NotebookServer(self, ours)

    def said(self):
        """Return the last words of bubblewrap and the fork_server."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=1)
        self._errors.seek(0)
        return self._errors.read()[-500:].decode(errors="replace").strip() or "for no reason that it says"


class NotebookServer:
    """A process of a fork server that has loaded what a notebook's kernels need, and forks them; the first waits."""

    _count = itertools.count()

    def __init__(self, fork_server, control):
        self.fork_server, self._control, self._is_ready = fork_server, control, False
        control.settimeout(START_SECONDS)

    def fork(self, name, limits):
        """Return the `KernelProcess` kernel whose folder is called `name`; the folder is made if it is missing.

        Raises
        ------
        NoSandbox
            There is none, or the kernel cannot be forked.
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
            said = self.fork_server.said()
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
        os.killpg(process.pid, signal.SIGKILL)  # bubblewrap alone would leave what it is just beginning
    process.wait()
    errors.close()
    remove_folder(folder)


def remove_folder(folder):
    """Remove a folder, however deep it is; Python's own way ends at a thousand folders one inside of the other."""
    try:
        shutil.rmtree(folder, ignore_errors=True)
    except RecursionError:
        subprocess.run(["rm", "-rf", "--", folder], stderr=subprocess.DEVNULL)


class KernelProcess:
    """A forked kernel, as Jupyter wants to have a process. It is known by a handle, for it has no parent here."""

    def __init__(self, handle):
        self._handle = handle
        with open(f"/proc/self/fdinfo/{handle}") as file:
            self.pid = next(int(line.split()[1]) for line in file if line.startswith("Pid:"))

    def poll(self):
        """Return None while it runs, and 0 after."""
        return 0 if self._handle is None or select.select([self._handle], [], [], 0)[0] else None

    def wait(self):
        """Return when it has ended."""
        if self._handle is not None:
            select.select([self._handle], [], [])
            os.close(self._handle)
            self._handle = None
        return 0

    def send_signal(self, number):
        """Send it a signal, if it still runs."""
        if self._handle is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, number)

    def kill(self):
        """End it, and with it all that it began."""
        self.send_signal(signal.SIGKILL)

    terminate = kill
