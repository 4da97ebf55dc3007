"""Command line of bubblewrap: the files, variables and privileges that a sandbox has."""

import sys
import sysconfig
from pathlib import Path

from mlp_helpers.grading.sandbox.forkserver import INSIDE, KERNELS, PACKAGE, PACKAGES, SCRATCH, SOCKETS

ENVIRONMENT = {  # all variables that a kernel sees
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
SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives")  # where they exist
INSTALLED = [f"{part}lib*/python*/*-packages" for part in ("", "local/", "envs/*/")]  # in a place with a Python
PRIVILEGES = ("SYS_ADMIN", "SETUID", "SETGID", "SETPCAP")  # of the fork server; kernels have none


def wrapped(command, folder, readable, is_root):
    """Return the command line that runs a command in a sandbox.

    Parameters
    ----------
    command : list of str
        The command, with its paths inside.
    folder : path
        The only writable folder, mounted as `KERNELS`.
    readable : dict from str to path
        Outside paths that are mounted read-only, by their paths inside.
    is_root : bool
        Whether root runs it; for others, a user namespace grants the privileges.
    """
    options = ["--die-with-parent", "--new-session", "--clearenv", "--unshare-net", "--unshare-pid", "--unshare-ipc"]
    options += ["--unshare-uts", "--unshare-cgroup-try", "--hostname", "sandbox"]
    options += [] if is_root else ["--unshare-user", "--disable-userns"]
    options += [part for name in PRIVILEGES for part in ("--cap-add", f"CAP_{name}")]
    options += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # first: the course itself may be in /tmp
    for parent in sorted({str(p) for place in (*SYSTEM, *readable) for p in list(Path(place).parents)[:-1]}):
        options += ["--perms", "0755", "--dir", parent]  # bubblewrap's default bars other users
    for place in SYSTEM:
        options += ["--ro-bind-try", place, place]
    for place, path in readable.items():
        options += ["--ro-bind", str(path), place]
    options += ["--bind", str(folder), KERNELS]
    for place in (INSIDE, SCRATCH, SOCKETS, PACKAGES, PACKAGE):
        options += ["--perms", "0755", "--dir", place]
    for place in ("/tmp", "/dev", "/"):  # otherwise a user other than root owns them
        options += ["--remount-ro", place]
    options += ["--chdir", "/"]
    options += [part for name, value in ENVIRONMENT.items() for part in ("--setenv", name, value)]
    return ["bwrap", *options, "--", *command]


def python_places():
    """Return this Python's installation and packages, as a dict for `readable` of `wrapped`."""
    places = {str(Path(path).resolve()) for path in (sys.base_prefix, sys.prefix, sysconfig.get_path("purelib"))}
    return {place: place for place in sorted(places)} | {str(Path(sys.prefix)): sys.prefix}


def revealed(package):
    """Return the path of a copy of a private package that sandboxes would expose, None if there is none.

    Parameters
    ----------
    package : path
        The package's folder; copies of it that are installed for any Python inside count, too.
    """
    places = [Path(place).resolve() for place in (*SYSTEM, *python_places())]
    copies = [Path(package).resolve(), Path(sysconfig.get_path("purelib"), Path(package).name).resolve()]
    seen = [copy for copy in copies if copy.exists() and any(copy.is_relative_to(place) for place in places)]
    seen += [copy for place in places for part in INSTALLED for copy in place.glob(f"{part}/{Path(package).name}")]
    return seen[0] if seen else None
