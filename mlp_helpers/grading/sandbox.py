"""A kernel in a sandbox: a Jupyter provisioner that starts it with bubblewrap.

Inside there is no network, no file but the kernel's own, Python's and the course's data, no variable of the outside and
no other process. Messages go through sockets in a folder that both sides see. Started by root, the kernel runs as
nobody: only then do limits on processes hold.
"""

import os
import shutil
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Dict, Unicode

from mlp_helpers.kernels import ARGV

NOBODY = 65534  # user and group
INSIDE = "/course"  # where the kernel's files are, seen from inside
ENVIRONMENT = {  # all variables that the kernel sees
    "HOME": INSIDE,
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONPATH": "/package",
    "PYTHONDONTWRITEBYTECODE": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MLP_COURSE_DATA": "/data",
    "IPYTHONDIR": f"{INSIDE}/ipython",
    "JUPYTER_RUNTIME_DIR": INSIDE,
}
SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives")  # as far as they exist


class NoSandbox(RuntimeError):
    """There can be no sandbox on this machine; the text says why, and what to do."""


@dataclass(frozen=True)
class Limits:
    """What a kernel and all its processes may take.

    Attributes
    ----------
    address_space, file_size : int
        Bytes, of each process and of each file.
    processes, open_files : int
        Processes of the whole sandbox, threads among them; files of each process.
    seconds : int
        Of processor time, of each process.
    """

    address_space: int = 4 << 30
    file_size: int = 64 << 20
    processes: int = 128
    open_files: int = 256
    seconds: int = 300

    def arguments(self):
        """Return them as options of prlimit."""
        return [
            f"--as={self.address_space}",
            f"--fsize={self.file_size}",
            f"--nproc={self.processes}",
            f"--nofile={self.open_files}",
            f"--cpu={self.seconds}",
            "--core=0",
        ]


def wrapped(command, folder, readable, environment, limits, is_root):
    """Return the command line that runs another one in a sandbox.

    Parameters
    ----------
    command : list of str
        What to run, as it is called inside.
    folder : path
        The only one that can be written to, called `INSIDE` within.
    readable : dict from str to path
        Places inside, and what is to be seen there.
    environment : dict from str to str
        All variables that there are inside.
    limits : Limits
    is_root : bool
        Whether it is started by root, who then becomes nobody inside.

    Raises
    ------
    NoSandbox
        bubblewrap or prlimit is missing.
    """
    missing = [name for name in ("bwrap", "prlimit", "setpriv") if shutil.which(name) is None]
    if missing:
        raise NoSandbox(f"{' and '.join(missing)} missing: apt install bubblewrap util-linux")
    options = ["--die-with-parent", "--new-session", "--clearenv", "--unshare-net", "--unshare-pid", "--unshare-ipc"]
    options += ["--unshare-uts", "--unshare-cgroup-try", "--hostname", "sandbox"]
    options += [] if is_root else ["--unshare-user", "--disable-userns"]
    options += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # first: the course itself may be in /tmp
    for parent in sorted({str(p) for place in (*SYSTEM, *readable) for p in list(Path(place).parents)[:-1]}):
        options += ["--perms", "0755", "--dir", parent]  # bubblewrap would make them so that nobody can pass
    for place in SYSTEM:
        options += ["--ro-bind-try", place, place]
    for place, path in readable.items():
        options += ["--ro-bind", str(path), place]
    options += ["--bind", str(folder), INSIDE, "--chdir", INSIDE]
    options += [part for name, value in environment.items() for part in ("--setenv", name, value)]
    dropped = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=-all"]
    dropped += ["--bounding-set=-all", "--no-new-privs"]
    return ["bwrap", *options, "--", *(dropped if is_root else []), "prlimit", *limits.arguments(), *command]


def python_places():
    """Return what this Python needs to be seen, a dict from place to path: its installation, its packages."""
    places = {str(Path(path).resolve()) for path in (sys.base_prefix, sys.prefix, sysconfig.get_path("purelib"))}
    return {place: place for place in sorted(places)} | {str(Path(sys.prefix)): sys.prefix}


class SandboxProvisioner(LocalProvisioner):
    """Starts a kernel with bubblewrap.

    Jupyter finds it by the name mlp-sandbox, which a kernel's specification gives.

    Attributes
    ----------
    package, data : str
        Folders with the package that the kernel imports, without what is concealed, and with the course's data; where
        they are "", there is none inside.
    limits : dict
        Arguments of `Limits`.
    """

    package = Unicode(config=True)
    data = Unicode(config=True)
    limits = Dict(config=True)
    _folder = None

    async def pre_launch(self, **kwargs):
        """Let the kernel talk through sockets in a folder of its own, and wrap its command line."""
        self._folder = Path(tempfile.mkdtemp(prefix="mlp-"))
        manager = self.parent
        manager.transport, manager.ip = "ipc", str(self._folder / "kernel")
        manager.connection_file = str(self._folder / "connection.json")
        kwargs = await super().pre_launch(**kwargs)
        self._let_in()
        inside = [f"{INSIDE}/inside.json" if part == manager.connection_file else part for part in kwargs["cmd"]]
        kwargs["cmd"] = wrapped(
            inside, self._folder, self._readable(), ENVIRONMENT, Limits(**self.limits), os.geteuid() == 0
        )
        kwargs["cwd"] = str(self._folder)
        return kwargs

    def _let_in(self):
        """Give the kernel its folder, and a connection file of its own, which says where the sockets are for it."""
        file = self._folder / "inside.json"
        file.write_text(Path(self.parent.connection_file).read_text().replace(str(self._folder), INSIDE))
        if os.geteuid() == 0:
            for path in (self._folder, file):
                os.chown(path, NOBODY, NOBODY)

    def _readable(self):
        given = {"/package/mlp_helpers": self.package, "/data": self.data}
        return python_places() | {place: path for place, path in given.items() if path}

    async def cleanup(self, restart=False):
        """Remove the kernel's folder."""
        await super().cleanup(restart)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


class SandboxSpecs(KernelSpecManager):
    """Knows one kernel, of this Python, in a sandbox.

    Parameters
    ----------
    **config
        Attributes of `SandboxProvisioner`.
    """

    def __init__(self, **config):
        super().__init__()
        self._provisioner = {"provisioner_name": "mlp-sandbox", "config": config}

    def get_kernel_spec(self, kernel_name):
        """Return the specification of the kernel, whatever name is asked for."""
        return KernelSpec(
            argv=ARGV,
            display_name="Python, in a sandbox",
            language="python",
            interrupt_mode="message",  # a signal would not get inside
            metadata={"kernel_provisioner": self._provisioner},
        )
