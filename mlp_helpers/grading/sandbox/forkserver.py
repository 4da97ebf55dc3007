"""Fork server, the first process of a sandbox: it loads what kernels need, and forks notebook servers on request.

A notebook server loads its notebook's copy of the package and forks kernels. Each kernel has namespaces of its own,
sees no other process, has a folder and temporary files that vanish with it, and no privileges. The imports at
start-up, which take longer than a student's answers, happen only once.

This file is self-contained: the sandbox has no `mlp_helpers.grading`.
"""

import ctypes
import errno
import gc
import importlib
import json
import os
import resource
import socket
import struct
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
# System calls that kernels are denied, with their numbers on x86_64 and aarch64, beside what they would be used for.
DENIED = {
    # keys, which outlive the kernel that stores them
    **{"add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219)},
    # files and memory of other processes
    **{"pidfd_getfd": (438, 438), "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271)},
    # memory that belongs to no process, so that no limit counts it
    **{"shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180)},
    **{"memfd_create": (319, 279), "memfd_secret": (447, 447)},
    # processor time and cores of other kernels
    **{"sched_setaffinity": (203, 122), "setpriority": (141, 140)},
    # parts of the system that are large, often faulty, and of no use to a course
    **{"io_uring_setup": (425, 425), "bpf": (321, 280), "userfaultfd": (323, 282), "perf_event_open": (298, 241)},
    **{"mount": (165, 40), "setns": (308, 268)},
}
PROCESSORS = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # their AUDIT_ARCH, in the order of the numbers
LOAD, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06  # instructions of classic BPF
ALLOW, ANSWER_ENOSYS, X32 = 0x7FFF0000, 0x50000 | errno.ENOSYS, 0x40000000
# From linux/sched.h, sys/mount.h, sys/prctl.h, linux/capability.h, asm/unistd.h, linux/keyctl.h, linux/seccomp.h.
NEW_MOUNTS, NEW_IPC, NEW_USERS, NEW_PIDS = 0x20000, 0x8000000, 0x10000000, 0x20000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 4096, 16384, 1 << 18
PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, MODE_FILTER = 4, 22, 24, 38, 2
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


def deny_system_calls():
    """Let the system answer those of `DENIED` with ENOSYS, in this process and its children; return whether it can.

    It cannot on another processor, or if it has no seccomp. Calls by another processor's numbers, such as those of a
    32-bit program, are denied too.
    """
    machine = os.uname().machine
    if machine not in PROCESSORS:
        return False
    place = list(PROCESSORS).index(machine)
    tests = [(JUMP_IF_AT_LEAST, X32)] if machine == "x86_64" else []
    tests += [(JUMP_IF_EQUAL, numbers[place]) for numbers in DENIED.values()]
    program = [(LOAD, 0, 0, 4), (JUMP_IF_EQUAL, 0, len(tests) + 2, PROCESSORS[machine]), (LOAD, 0, 0, 0)]
    program += [(test, len(tests) - line, 0, number) for line, (test, number) in enumerate(tests)]
    program += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, ANSWER_ENOSYS)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))
    header = ctypes.create_string_buffer(struct.pack("HP", len(program), ctypes.addressof(code)))
    _check(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))  # without privileges, a filter needs it
    return _libc.prctl(PR_SET_SECCOMP, MODE_FILTER, header, 0, 0) == 0


def _run_kernel():
    """Run a kernel, then exit."""
    try:
        deny_system_calls()
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
