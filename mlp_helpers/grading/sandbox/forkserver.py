"""Fork server, the first process of a sandbox: it loads what kernels need, and forks notebook servers on request.

A notebook server loads its notebook's copy of the package and forks kernels. Each kernel has namespaces of its own,
sees no other process, has a folder and temporary files that vanish with it, and no privileges. The imports at
start-up, which take longer than a student's answers, happen only once.

This file is self-contained: the sandbox has no `mlp_helpers.grading`, only `system_calls` beside this file.
"""

import ctypes
import gc
import importlib
import json
import os
import resource
import socket
import sys
import time

INSIDE = "/course"  # a kernel's working directory, in memory
KERNELS = "/kernels"  # folders with all kernels' sockets, as seen by the fork server
SOCKETS = "/sockets"  # one kernel's, which the kernel sees while it starts
PACKAGES, PACKAGE = "/packages", "/package"  # copies of the course's package, and the one that kernels see
SCRATCH = "/scratch"  # for temporary files: /tmp is read-only, because the course itself may be in it
DEVICES = [f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom", "tty", "pts")]
TERMINALS = "/dev/pts"  # a kernel's own: the numbers of others' terminals would be seen
CONNECTION = "inside.json"  # a kernel's connection file, beside its sockets
BYTES_PER_FILE = 4096  # of the limit of files: a kernel may have one file or folder for each
ALWAYS = (  # the second line: modules that a kernel would load at start-up
    *("system_calls", "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "numpy"),
    *("ipykernel.debugger", "IPython.core.completerlib", "IPython.extensions.storemagic", "tornado.platform.asyncio"),
)
# From linux/sched.h, sys/mount.h, sys/prctl.h, linux/capability.h, asm/unistd.h and linux/keyctl.h.
NEW_MOUNTS, NEW_IPC, NEW_USERS, NEW_PIDS = 0x20000, 0x8000000, 0x10000000, 0x20000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MNT_DETACH = 1, 2, 4, 8, 32, 2
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
PR_SET_DUMPABLE, PR_CAPBSET_DROP = 4, 24
CAPABILITIES, VERSION = 64, 0x20080522
KEYCTL, KEYCTL_JOIN_SESSION_KEYRING = {"x86_64": 250, "aarch64": 219}, 1  # the system call's number, by processor
HANDSHAKE = 3  # the descriptor by which a kernel says that its sockets are there
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
    _mount(b"/dev/full", "/dev/zero", None, MS_BIND)  # it has zeros, too, but nothing that processes could share
    for device in DEVICES:  # they stay writable, but their times do not
        _mount(None, device, None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NOEXEC)
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
        ours, theirs = socket.socketpair()
        pid = os.fork()  # the first process in them: when it exits, the system kills all others
        if pid == 0:
            control.close()
            ours.close()
            _hide_files(name, disk)
            _drop_privileges(user, limits)
            _close_files(theirs.detach())
            _join_own_keyring()
            kernel = os.fork()
            if kernel == 0:
                _run_kernel()
            os.close(HANDSHAKE)
            while os.wait()[0] != kernel:
                pass
        else:
            theirs.close()
            socket.send_fds(control, [b"begun"], [os.pidfd_open(pid)])
            if ours.recv(1):  # its sockets are there, and no cell has run yet
                _check(_libc.umount2(SOCKETS.encode(), MNT_DETACH))
                ours.send(b"1")
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
    finally:
        sys.stderr.flush()
        os._exit(0)


def _hide_files(name, disk):
    """Hide all files that are not this kernel's; those that it writes are in memory, and share one limit."""
    _mount(None, "/", None, MS_REC | MS_PRIVATE)
    _mount(f"{KERNELS}/{name}".encode(), SOCKETS, None, MS_BIND)
    size = f"size={disk},nr_inodes={disk // BYTES_PER_FILE}".encode()
    _mount(b"tmpfs", KERNELS, b"tmpfs", MS_NOSUID | MS_NODEV, size)
    for place in (INSIDE, SCRATCH, "/dev/shm"):
        folder = f"{KERNELS}/{os.path.basename(place)}"
        os.mkdir(folder)
        os.chmod(folder, 0o1777)
        _mount(folder.encode(), place, None, MS_BIND)
    _mount(b"devpts", TERMINALS, b"devpts", MS_NOSUID | MS_NOEXEC, b"newinstance,ptmxmode=0666")
    _mount(None, TERMINALS, None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NOEXEC)
    _hide(KERNELS)
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


def _close_files(kept):
    """Keep only /dev/null and one socket open, as `HANDSHAKE`: later kernels have the fork server's files, too."""
    null = os.open("/dev/null", os.O_RDWR)  # one of its own, since all who have an open file share its flags
    for handle in range(HANDSHAKE):
        os.dup2(null, handle)
    os.dup2(kept, HANDSHAKE)
    os.closerange(HANDSHAKE + 1, 1 << 16)  # the fork server has far fewer
    _check(_libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))  # without it, none can be taken


def _join_own_keyring():
    """Join an empty session keyring: the inherited one may hold the instructor's keys, and all kernels share it."""
    _libc.syscall(KEYCTL.get(os.uname().machine, -1), KEYCTL_JOIN_SESSION_KEYRING, None)  # some systems forbid it


def _run_kernel():
    """Run a kernel, then exit. Before its first cell, it gives up its sockets' folder and most system calls."""
    try:
        _check(_libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0))  # otherwise it could not read its own /proc/self
        import system_calls
        from ipykernel.kernelapp import IPKernelApp
        from tornado.ioloop import IOLoop

        app = IPKernelApp.instance()
        app.initialize(["-f", f"{SOCKETS}/{CONNECTION}", "--HistoryManager.enabled=False"])
        while not os.path.exists(f"{app.ip}-{app.hb_port}"):  # the only socket that a thread makes
            time.sleep(0.001)
        with socket.socket(fileno=HANDSHAKE) as first:
            first.send(b"1")
            if not first.recv(1):
                return
        IOLoop.current()  # the event loop of this thread, which has a pair of sockets
        system_calls.deny()
        app.start()
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
