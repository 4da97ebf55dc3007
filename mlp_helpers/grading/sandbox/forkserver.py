"""Fork server, the first process of a sandbox: it loads what kernels need, and forks notebook servers on request.

A notebook server loads its notebook's copy of the package and forks kernels. Each kernel has namespaces of its own,
sees no other process, has a folder and temporary files that vanish with it, and no privileges. The imports at
start-up, which take longer than a student's answers, happen only once.

This file is self-contained: the sandbox has no `mlp_helpers.grading`.
"""

import ctypes
import gc
import importlib
import json
import os
import resource
import socket
import sys

INSIDE = "/course"  # a kernel's folder, as seen by the kernel
KERNELS = "/kernels"  # all kernels' folders, as seen by the fork server
PACKAGES, PACKAGE = "/packages", "/package"  # copies of the course's package, and the one that kernels see
SCRATCH = "/scratch"  # for temporary files: /tmp is read-only, because the course itself may be in it
CONNECTION = "inside.json"  # a kernel's connection file, in its folder
ALWAYS = (  # the second line: modules that a kernel would load at start-up
    *("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "numpy"),
    *("ipykernel.debugger", "IPython.core.completerlib", "IPython.extensions.storemagic", "tornado.platform.asyncio"),
)
# From linux/sched.h, sys/mount.h, sys/prctl.h, linux/capability.h, asm/unistd.h and linux/keyctl.h.
NEW_MOUNTS, NEW_IPC, NEW_USERS, NEW_PIDS = 0x20000, 0x8000000, 0x10000000, 0x20000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 4096, 16384, 1 << 18
PR_SET_DUMPABLE, PR_CAPBSET_DROP = 4, 24
CAPABILITIES, VERSION = 64, 0x20080522
KEYCTL, KEYCTL_JOIN_SESSION_KEYRING = {"x86_64": 250, "aarch64": 219}, 1  # the system call's number, by processor
_libc = ctypes.CDLL(None, use_errno=True)


def main(control):
    """Fork a notebook server for each request, which carries its socket, until the client closes the control socket."""
    _join_own_keyring()  # here, too: without root, an answer can use up the quota of keys, and later kernels join none
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
            module.prepare()  # load what it needs besides its code
    if len(os.listdir("/proc/self/task")) > 1:
        sys.exit("a module began a thread, which no kernel would inherit")
    gc.freeze()  # keep memory pages shared after forks


def _serve(control, package, modules):
    """Load modules of a package, then fork a kernel for each request, until the client closes the socket."""
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
    """Make the namespaces, and send a pidfd of the kernel's first process."""
    try:
        # No network namespace: the fork server already has no network, and tearing one down is slow.
        _check(_libc.unshare(NEW_MOUNTS | NEW_IPC | NEW_PIDS))
        pid = os.fork()  # the first process in them: when it exits, the system kills all others
        if pid == 0:
            control.close()
            _hide_files(name, disk)
            _drop_privileges(user, limits)
            _close_files()
            _join_own_keyring()
            kernel = os.fork()
            if kernel == 0:
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
    except PermissionError:  # some systems mask parts of it, which ordinary users may not undo
        _hide("/proc")
    os.chdir(INSIDE)


def _drop_privileges(user, limits):
    """Set the limits, become an ordinary user, and drop all capabilities."""
    for limit, value in limits.items():
        resource.setrlimit(getattr(resource, limit), (value, value))
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        _forbid_user_namespaces(user)
    for capability in range(CAPABILITIES):
        _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)  # fails beyond the last one
    _check(_libc.capset((ctypes.c_uint32 * 2)(VERSION, 0), (ctypes.c_uint32 * 6)()))


def _forbid_user_namespaces(user):
    """Enter a user namespace that allows no further one: in a namespace of its own, any user may mount memory."""
    _check(_libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0))  # otherwise it could not write its own /proc/self
    if _libc.unshare(NEW_USERS) < 0:
        return  # not permitted on this system, to kernels either
    own = f"{user} {user} 1"
    for place, text in {
        "self/setgroups": "deny",
        "self/uid_map": own,
        "self/gid_map": own,
        "sys/user/max_user_namespaces": "0",
    }.items():
        with open(f"/proc/{place}", "w") as file:
            file.write(text)


def _close_files():
    """Keep only /dev/null open: a kernel can take its first process's files, and later kernels have the same ones."""
    for handle in (1, 2):
        os.dup2(0, handle)
    os.closerange(3, 1 << 16)  # the fork server has far fewer
    _check(_libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))  # without it, none can be taken


def _join_own_keyring():
    """Join an empty session keyring: the inherited one may hold the instructor's keys, and all kernels share it."""
    _libc.syscall(KEYCTL.get(os.uname().machine, -1), KEYCTL_JOIN_SESSION_KEYRING, None)  # some systems forbid it


def _run_kernel():
    """Run a kernel, then exit."""
    try:
        _check(_libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0))  # otherwise it could not read its own /proc/self
        from ipykernel.kernelapp import IPKernelApp

        IPKernelApp.launch_instance(argv=["-f", f"{INSIDE}/{CONNECTION}", "--HistoryManager.enabled=False"])
    finally:
        os._exit(0)


def _hide(place):
    """Mount an empty, read-only folder over a path."""
    _mount(b"tmpfs", place, b"tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV, b"mode=0555")


def _mount(source, target, kind, flags, options=None):
    _check(_libc.mount(source, target.encode(), kind, ctypes.c_ulong(flags), options))


def _check(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
