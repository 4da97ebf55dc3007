"""A kernel in a sandbox: a Jupyter provisioner that has it forked by a `forkserver` inside of bubblewrap.

Inside there is no network, no file but the kernel's own, Python's and the course's data, no variable of the outside and
no other process. Messages go through sockets in a folder that both sides see. Started by root, each kernel runs as a
user that nobody else is: only then do limits on processes hold, and one kernel's are not another's.
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
import sysconfig
import tempfile
import weakref
from dataclasses import dataclass
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Any, Dict

from mlp_helpers.grading.sandbox import forkserver
from mlp_helpers.grading.sandbox.forkserver import CONNECTION, INSIDE, KERNELS, PACKAGE, PACKAGES, SCRATCH
from mlp_helpers.grading.sandbox.watch import Watch
from mlp_helpers.nbcheck.kernels import ARGV

FIRST_USER = 1 << 30  # far above those that a system gives to people and services
ENVIRONMENT = {  # all variables that the kernel sees
    "HOME": INSIDE,
    "TMPDIR": SCRATCH,
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONPATH": PACKAGE,
    "PYTHONDONTWRITEBYTECODE": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MLP_COURSE_DATA": "/data",
    "IPYTHONDIR": f"{INSIDE}/ipython",
    "JUPYTER_RUNTIME_DIR": INSIDE,
}
SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives")  # as far as they exist
PRIVILEGES = ("SYS_ADMIN", "SETUID", "SETGID", "SETPCAP")  # of the fork server; kernels have none
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


def wrapped(command, folder, readable, is_root):
    """Return the command line that runs another one in a sandbox.

    Parameters
    ----------
    command : list of str
        What to run, as it is called inside.
    folder : path
        The only one that can be written to, called `KERNELS` within.
    readable : dict from str to path
        Places inside, and what is to be seen there.
    is_root : bool
        Whether root runs it; others get the privileges that it needs inside of a user namespace.
    """
    options = ["--die-with-parent", "--new-session", "--clearenv", "--unshare-net", "--unshare-pid", "--unshare-ipc"]
    options += ["--unshare-uts", "--unshare-cgroup-try", "--hostname", "sandbox"]
    options += [] if is_root else ["--unshare-user", "--disable-userns"]
    options += [part for name in PRIVILEGES for part in ("--cap-add", f"CAP_{name}")]
    options += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # first: the course itself may be in /tmp
    for parent in sorted({str(p) for place in (*SYSTEM, *readable) for p in list(Path(place).parents)[:-1]}):
        options += ["--perms", "0755", "--dir", parent]  # bubblewrap would make them so that nobody can pass
    for place in SYSTEM:
        options += ["--ro-bind-try", place, place]
    for place, path in readable.items():
        options += ["--ro-bind", str(path), place]
    options += ["--bind", str(folder), KERNELS]
    for place in (INSIDE, SCRATCH, PACKAGES, PACKAGE):
        options += ["--perms", "0755", "--dir", place]
    for place in ("/tmp", "/dev", "/"):  # who is not root inside would own them
        options += ["--remount-ro", place]
    options += ["--chdir", "/"]
    options += [part for name, value in ENVIRONMENT.items() for part in ("--setenv", name, value)]
    return ["bwrap", *options, "--", *command]


def python_places():
    """Return what this Python needs to be seen, a dict from place to path: its installation, its packages."""
    places = {str(Path(path).resolve()) for path in (sys.base_prefix, sys.prefix, sysconfig.get_path("purelib"))}
    return {place: place for place in sorted(places)} | {str(Path(sys.prefix)): sys.prefix}


def revealed(package):
    """Return what sandboxes would show of a package that is to stay outside, None where nothing.

    Parameters
    ----------
    package : path
        Its folder; an installed copy of it counts, too.
    """
    places = [Path(place).resolve() for place in (*SYSTEM, *python_places())]
    copies = [Path(package).resolve(), Path(sysconfig.get_path("purelib"), Path(package).name).resolve()]
    seen = (copy for copy in copies if copy.exists() and any(copy.is_relative_to(place) for place in places))
    return next(seen, None)


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


class SandboxProvisioner(LocalProvisioner):
    """Has a kernel forked in a `NotebookServer`.

    Jupyter finds it by the name mlp-sandbox, which a kernel's specification gives.

    Attributes
    ----------
    server : NotebookServer
    limits : dict
        Arguments of `Limits`.
    ended_because : str or None
        Why it was ended, if it took too much.
    """

    server = Any()
    limits = Dict()
    ended_because = None
    _folder = None
    _watch = Watch()
    _names = itertools.count()

    async def pre_launch(self, **kwargs):
        """Let the kernel talk through sockets in a folder of its own, and give it a connection file of its own."""
        self._folder = self.server.fork_server.folder / f"{next(self._names)}"
        self._folder.mkdir()
        manager = self.parent
        manager.transport, manager.ip = "ipc", str(self._folder / "kernel")
        manager.connection_file = str(self._folder / "connection.json")
        kwargs = await super().pre_launch(**kwargs)
        outside = Path(manager.connection_file).read_text()
        (self._folder / CONNECTION).write_text(outside.replace(str(self._folder), INSIDE))
        return kwargs

    async def launch_kernel(self, cmd, **kwargs):
        """Have it forked, and keep an eye on what it takes."""
        limits = Limits(**self.limits)
        self.process = self.server.fork(self._folder.name, limits)
        self.pid = self.process.pid
        self._watch.add(self, self.pid, self._folder, limits)
        return self.connection_info

    def end(self, reason):
        """Kill it, for a reason."""
        self.ended_because = reason
        self.process.kill()

    async def wait(self):
        """Return when it has ended, which after a kill is at once: no need to ask now and then."""
        process, self.process = self.process, None
        return process.wait() if process else 0

    async def cleanup(self, restart=False):
        """Remove the kernel's folder."""
        await super().cleanup(restart)
        self._watch.remove(self)
        if self._folder is not None:
            remove_folder(self._folder)


class SandboxSpecs(KernelSpecManager):
    """Knows one kernel, of this Python, in a sandbox.

    Parameters
    ----------
    server : NotebookServer
        That forks it.
    limits : dict, optional
        Arguments of `Limits`.
    """

    def __init__(self, server, limits=None):
        super().__init__()
        self._provisioner = {
            "provisioner_name": "mlp-sandbox",
            "config": {"server": server, "limits": limits or {}},
        }

    def get_kernel_spec(self, kernel_name):
        """Return the specification of the kernel, whatever name is asked for."""
        return KernelSpec(
            argv=ARGV,  # not used: the fork server knows
            display_name="Python, in a sandbox",
            language="python",
            interrupt_mode="message",  # a signal would not get inside
            metadata={"kernel_provisioner": self._provisioner},
        )
