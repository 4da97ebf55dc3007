"""Filter of system calls: those that kernels do without, each beside the attack that it ends.

Like `forkserver`, this file is mounted into the sandbox and is self-contained.
"""

import ctypes
import errno
import os
import struct

PROCESSORS = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # their AUDIT_ARCH, in the order of the numbers below
DENIED = {
    # keys, which outlive the kernel that stores them
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    # files and memory of other processes
    "pidfd_getfd": (438, 438),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    # memory that belongs to no process, so that no limit counts it
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "memfd_create": (319, 279),
    # the same: buffers of sockets, and files in flight in them; also names and numbers at which another kernel listens
    "socket": (41, 198),
    "socketpair": (53, 199),
    # the same: a pipe holds 2 MiB by each byte of a huge page that has been passed to it
    "vmsplice": (278, 75),
    "splice": (275, 76),
    "tee": (276, 77),
    "sendfile": (40, 71),
    # the same: a list of access rights takes up to 100 KB beside each file, and two beside each folder
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    # names of sockets that the kernel has anyway, which all kernels read in /proc/net/unix; connections of the one at
    # which it listens by TCP to those of other kernels, which outlive it in /proc/net/tcp
    "bind": (49, 200),
    "connect": (42, 203),
    # a number of requests that the whole machine shares, and a way to ask which parts of files are in memory
    "io_setup": (206, 0),
    # signals to kernels that run at the same time, by files that all of them read
    "flock": (73, 32),
    "inotify_init": (253, 26),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
    # which parts of files are in memory, and what the system logged: the next kernel sees what this one did
    "mincore": (27, 232),
    "preadv2": (327, 286),
    "syslog": (103, 116),
    # what `clone` is allowed with some arguments alone; the C library then calls that
    "clone3": (435, 435),
    # processor time and cores of other kernels
    "sched_setaffinity": (203, 122),
    "setpriority": (141, 140),
    # parts of the system that are large, often faulty, and of no use to a course
    "io_uring_setup": (425, 425),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    "mount": (165, 40),
    "setns": (308, 268),
    "unshare": (272, 97),
}
NEWEST = 441  # Linux 5.11's. Later ones, memfd_secret among them, are denied, and so are x32's, which begin at 1 << 30.
# Calls that are allowed with some values of an argument alone: its place, the bits that count, and their values.
RESTRICTED = {
    # duplicates and flags of descriptors; no locks, leases or hints, which other kernels see on files that all read
    "fcntl": ((72, 25), 1, 0xFFFFFFFF, (0, 1, 2, 3, 4, 1030)),
    # terminals and descriptors; no file systems, which keep some keys
    "ioctl": ((16, 29), 1, 0xFF00, (ord("T") << 8,)),
    # not both MAP_SHARED and MAP_ANONYMOUS: memory that stays when it is no longer mapped; no MAP_GROWSDOWN, which is
    # no data by the limit on data
    "mmap": ((9, 222), 3, 0x121, (0, 0x01, 0x20)),
    # processes by fork or vfork, and threads; no others that share memory, which could follow one another too fast to
    # be counted
    "clone": ((56, 220), 0, 0x14100, (0, 0x4100, 0x10100)),
}
LOAD, AND, JUMP_IF_EQUAL, JUMP_IF_GREATER, RETURN = 0x20, 0x54, 0x15, 0x25, 0x06  # instructions of classic BPF
ALLOW, ANSWER_ENOSYS = 0x7FFF0000, 0x50000 | errno.ENOSYS
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16  # places in struct seccomp_data
SECCOMP, SET_MODE_FILTER, ALL_THREADS = {"x86_64": 317, "aarch64": 277}, 1, 1


def deny():
    """Let the system answer these calls with ENOSYS in all threads and children; return whether it can.

    It cannot on another processor, or if it has no seccomp. Calls by another processor's numbers, such as those of a
    32-bit program, are denied too.
    """
    machine = os.uname().machine
    if machine not in PROCESSORS:
        return False
    lines = program(machine)
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in lines))
    header = ctypes.create_string_buffer(struct.pack("HP", len(lines), ctypes.addressof(code)))
    call = ctypes.CDLL(None, use_errno=True).syscall
    return call(SECCOMP[machine], SET_MODE_FILTER, ALL_THREADS, header) == 0  # bubblewrap has set no_new_privs


def program(machine):
    """Return the filter for a processor, a list of instructions: code, jump if true, jump if false, operand."""
    place = list(PROCESSORS).index(machine)
    tests = [(JUMP_IF_GREATER, NEWEST), *((JUMP_IF_EQUAL, numbers[place]) for numbers in DENIED.values())]
    rest = []
    for numbers, argument, bits, values in RESTRICTED.values():
        rest += [(JUMP_IF_EQUAL, 0, len(values) + 4, numbers[place])]
        rest += [(LOAD, 0, 0, ARGUMENTS + 8 * argument), (AND, 0, 0, bits)]
        rest += [(JUMP_IF_EQUAL, len(values) - line, 0, value) for line, value in enumerate(values)]
        rest += [(RETURN, 0, 0, ANSWER_ENOSYS), (RETURN, 0, 0, ALLOW)]
    rest += [(RETURN, 0, 0, ALLOW)]
    to_end = len(tests) + len(rest)
    return [
        (LOAD, 0, 0, ARCHITECTURE),
        (JUMP_IF_EQUAL, 0, to_end + 1, PROCESSORS[machine]),
        (LOAD, 0, 0, NUMBER),
        *((test, to_end - 1 - line, 0, number) for line, (test, number) in enumerate(tests)),
        *rest,
        (RETURN, 0, 0, ANSWER_ENOSYS),
    ]
