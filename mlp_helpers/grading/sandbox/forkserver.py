"""Fork server, the first process of a sandbox: it has loaded what kernels need, and forks one when asked.

It forks a notebook server for each notebook, which loads that notebook's copy of the package and forks kernels. Each
kernel has namespaces of its own, sees no other process, has a folder and temporary files that vanish with it, and
no privileges. All that Python loads at the start, which takes longer than a student's answers, is loaded once.

This file stands alone: inside, there is no `mlp_helpers.grading`.
"""

import ctypes
import gc
import importlib
import json
import os
import resource
import socket
import sys

INSIDE = "/course"  # where a kernel's folder is, seen by the kernel
KERNELS = "/kernels"  # where all of them are, seen by the fork server
PACKAGES, PACKAGE = "/packages", "/package"  # copies of the course's package, and the one that kernels see
SCRATCH = "/scratch"  # for temporary files: /tmp is read-only, for the course itself may lie in there
CONNECTION = "inside.json"  # a kernel's connection file, in its folder
ALWAYS = (  # the second line: what a kernel would load while it starts
    *("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "numpy"),
    *("ipykernel.debugger", "IPython.core.completerlib", "IPython.extensions.storemagic", "tornado.platform.asyncio"),
)
# Of linux/sched.h, sys/mount.h, sys/prctl.h and linux/capability.h.
NEW_MOUNTS, NEW_IPC, NEW_USERS, NEW_PIDS = 0x20000, 0x8000000, 0x10000000, 0x20000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 4096, 16384, 1 << 18
PR_SET_DUMPABLE, PR_CAPBSET_DROP = 4, 24
CAPABILITIES, VERSION = 64, 0x20080522
_libc = ctypes.CDLL(None, use_errno=True)


def main(control):
    """Fork a notebook server for each request, which comes with its socket, until the other side closes this one."""
    _load(ALWAYS)
    while True:
        request, handles, *_ = socket.recv_fds(control, 4096, 1)
        if not request:
            return
        server = socket.socket(fileno=handles[0])
        if os.fork() == 0:
            control.close()
            _serve(server, **json.loads(request))
            os._exit(0)
        server.close()


def _load(modules):
    for name in modules:
        module = importlib.import_module(name)
        if hasattr(module, "prepare"):
            module.prepare()  # what it needs beside its code
    if len(os.listdir("/proc/self/task")) > 1:
        sys.exit("a module began a thread, which no kernel would inherit")
    gc.freeze()  # what is shared stays shared


def _serve(control, package, modules):
    """Load modules of a package, then fork a kernel for each request, until the other side closes the socket."""
    _check(_libc.unshare(NEW_MOUNTS))
    _mount(None, "/", None, MS_REC | MS_PRIVATE)
    if package:
        _mount(f"{PACKAGES}/{package}".encode(), PACKAGE, None, MS_BIND)
    _hide(PACKAGES)
    importlib.invalidate_caches()
    _load(modules)
    control.send(b"ready")
    while request := control.recv(4096):
        pid = os.fork()
        if pid == 0:
            _start_kernel(control, **json.loads(request))
        os.waitpid(pid, 0)


def _start_kernel(control, name, user, disk, limits):
    """Make the namespaces, and send the handle of the kernel's first process."""
    try:
        # Not of the network: the fork server has none, and to end such a namespace is slow.
        _check(_libc.unshare(NEW_MOUNTS | NEW_IPC | NEW_PIDS))
        pid = os.fork()  # this one is the first in them: when it ends, the system ends all others
        if pid == 0:
            control.close()
            _hide_files(name, disk)
            _drop_privileges(user, limits)
            kernel = os.fork()
            if kernel == 0:
                os.dup2(0, 2)  # from here on nobody listens
                _run_kernel()
            while os.wait()[0] != kernel:
                pass
        else:
            socket.send_fds(control, [b"begun"], [os.pidfd_open(pid)])
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
    finally:
        sys.stderr.flush()
        os._exit(0)


def _hide_files(name, disk):
    """Hide all files that are not this kernel's."""
    size = f"size={disk},mode=1777".encode()
    _mount(None, "/", None, MS_REC | MS_PRIVATE)
    _mount(f"{KERNELS}/{name}".encode(), INSIDE, None, MS_BIND)
    _hide(KERNELS)
    for place in (SCRATCH, "/dev/shm"):
        _mount(b"tmpfs", place, b"tmpfs", MS_NOSUID | MS_NODEV, size)
    try:
        _mount(b"proc", "/proc", b"proc", MS_NOSUID | MS_NODEV)
    except PermissionError:  # for ordinary users, some systems have parts of it that must stay hidden
        _hide("/proc")
    os.chdir(INSIDE)


def _drop_privileges(user, limits):
    """Keep to limits, become an ordinary user, and give up all capabilities."""
    for limit, value in limits.items():
        resource.setrlimit(getattr(resource, limit), (value, value))
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        _forbid_user_namespaces(user)
    for capability in range(CAPABILITIES):
        _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)  # beyond the last one it fails
    _check(_libc.capset((ctypes.c_uint32 * 2)(VERSION, 0), (ctypes.c_uint32 * 6)()))
    _check(_libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0))  # else it could not look at its own /proc/self


def _forbid_user_namespaces(user):
    """Take a last user namespace that allows no other: in one of its own, anybody is root and may mount memory."""
    _check(_libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0))  # else its own /proc/self were closed to it
    if _libc.unshare(NEW_USERS) < 0:
        return  # here nobody may, so no kernel, either
    own = f"{user} {user} 1"
    for place, text in {
        "self/setgroups": "deny",
        "self/uid_map": own,
        "self/gid_map": own,
        "sys/user/max_user_namespaces": "0",
    }.items():
        with open(f"/proc/{place}", "w") as file:
            file.write(text)


def _run_kernel():
    """Run a kernel, and end with it."""
    try:
        from ipykernel.kernelapp import IPKernelApp

        IPKernelApp.launch_instance(argv=["-f", f"{INSIDE}/{CONNECTION}", "--HistoryManager.enabled=False"])
    finally:
        os._exit(0)


def _hide(place):
    """Put a folder in its place that is empty and stays so."""
    _mount(b"tmpfs", place, b"tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV, b"mode=0555")


def _mount(source, target, kind, flags, options=None):
    _check(_libc.mount(source, target.encode(), kind, ctypes.c_ulong(flags), options))


def _check(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
