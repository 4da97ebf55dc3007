"""Stores that could outlive a kernel: the next one of the same worker finds nothing, unless a defence is disabled."""

import ast
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import attacks
import pytest
from weakened import KEPT, TAKEABLE, UNFILTERED, allowed, in_turn, sandbox, session, weakened

from mlp_helpers.grading.sandbox.client import ForkServer
from mlp_helpers.grading.sandbox.provisioner import SandboxSpecs

ANOTHER_OPEN = {"            _close_files(": "            os.dup(2)\n            _close_files("}
WITHOUT_KEYCTL = {"KEYCTL.get(os.uname().machine, -1)": "-1"}
NOT_ITS_OWN = {"_join_own_keyring()\n            kernel": "kernel"}

SHARED_INDEED = {
    "    _load(ALWAYS)\n": "    import mmap\n    global page\n    page = mmap.mmap(-1, 4096)\n    _load(ALWAYS)\n"
}
HEAD = """
import ctypes, fcntl, mmap, os, socket, stat, struct, time
libc = ctypes.CDLL(None, use_errno=True)
READABLE = "/forkserver.py"
HINT, GET_HINT, SET_HINT = struct.pack("Q", 3), 1035, 1036
PLACES = ("/course/text", "/scratch/text", "/dev/shm/text", "/dev/mqueue/text", "/kernels/text", "/sockets/text")

def written(place):
    try:
        open(place, "w").write("a text")
    except OSError:
        pass

def hint():
    with open(READABLE) as file:
        return struct.unpack("Q", fcntl.fcntl(file, GET_HINT, bytes(8)))[0] == 3

def give_hint():
    with open(READABLE) as file:
        fcntl.fcntl(file, SET_HINT, HINT)

def shared():
    lines = [line.split() for line in open("/proc/self/maps")]
    return [int(line[0].split("-")[0], 16) for line in lines if line[1] == "rw-s"]

DEVICES = [place.path for place in os.scandir("/dev") if not place.is_symlink() and place.name != "shm"]
DEVICES += ["/dev/pts/ptmx"]

def touched(place):
    try:
        os.utime(place)
        return True
    except OSError:
        return False

def locked(lock):
    try:
        return lock()
    except BlockingIOError:
        return True

def listens():
    near = socket.socket(socket.AF_UNIX)
    near.bind("\\0a text")
    near.listen()
    if os.fork() == 0:
        os.setsid()
        time.sleep(60)
        os._exit(0)

def heard():
    with socket.socket(socket.AF_UNIX) as near:
        return near.connect_ex("\\0a text") == 0

def calls():
    # Connect the socket at which this kernel listens by TCP to that of another kernel.
    numbers = [int(number) for number in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{number}")]
    sockets = [socket.socket(fileno=os.dup(number)) for number in numbers if stat.S_ISSOCK(os.stat(number).st_mode)]
    (near,) = [one for one in sockets if one.family == socket.AF_INET]
    for number in numbers:
        if os.stat(number).st_ino == os.fstat(near.fileno()).st_ino:
            [libc.epoll_ctl(events, 2, number, None) for events in numbers]  # its thread must not see that
    port = near.getsockname()[1]
    lines = [line.split() for line in open("/proc/net/tcp")][1:]
    (other,) = {int(line[1][-4:], 16) for line in lines if line[3] == "0A"} - {port}
    libc.connect(near.fileno(), bytes(16), 16)  # to nothing, so that it listens no more
    near.setblocking(True)
    try:
        near.connect(("127.0.0.1", other))
        return near
    except OSError:  # new Linuxes, such as 6.18, connect no socket that has listened
        return socket.create_connection(("127.0.0.1", other))
"""
# Code that leaves something, an expression that is true for who finds it, and what disables the defences.
STORES = {
    "files": (
        "for place in PLACES:\n    written(place)",
        "any(map(os.path.exists, PLACES))",
        {
            '    _mount(b"tmpfs", KERNELS, b"tmpfs", MS_NOSUID | MS_NODEV, size)\n': "",
            "        os.mkdir(folder)\n        os.chmod(folder": "        os.makedirs(folder, exist_ok=True)\n"
            "        os.chmod(folder",
        },
    ),
    "flags of an open file": (
        "fcntl.fcntl(0, fcntl.F_SETFL, os.O_APPEND)",
        "fcntl.fcntl(0, fcntl.F_GETFL) & os.O_APPEND",
        {'    null = os.open("/dev/null", os.O_RDWR)': "    null = 0"},
    ),
    "times of devices": (  # all of the machine may set them, so the second kernel looks whether it can, too
        "for place in DEVICES:\n    touched(place)",
        "any(map(touched, DEVICES))",
        {"    for device in DEVICES:": "    for device in ():"},
    ),
    "memory": (
        "for place in shared():\n    ctypes.memset(place, 7, 1)",
        "7 in [ctypes.string_at(place, 1)[0] for place in shared()]",
        SHARED_INDEED,
    ),
    "System V memory": (
        "libc.shmget(1234, 4096, 0o1666)",
        "libc.shmget(1234, 4096, 0) >= 0",
        allowed("shmget") | {" | NEW_IPC": ""},
    ),
    "System V queues": (
        "libc.msgget(1234, 0o1666)",
        "libc.msgget(1234, 0) >= 0",
        allowed("msgget") | {" | NEW_IPC": ""},
    ),
    "System V semaphores": (
        "libc.semget(1234, 1, 0o1666)",
        "libc.semget(1234, 1, 0) >= 0",
        allowed("semget") | {" | NEW_IPC": ""},
    ),
    "POSIX queues": (
        "libc.mq_open(b'/text', os.O_CREAT | os.O_RDWR, 0o666, None)",
        "libc.mq_open(b'/text', os.O_RDONLY) >= 0",
        allowed("mq_open") | {" | NEW_IPC": ""},
    ),
    "names of sockets, by a process left behind": (
        "listens()",
        "heard()",
        allowed("socket", "bind", "connect") | {" | NEW_PIDS": ""},
    ),
}


def left_and_found(folder, leave, look, changes):
    """Leave something in one kernel; return whether the next finds it, and whether the first does."""
    with sandbox(folder, changes, {}) as specs:
        asked = f"try:\n    print(bool({look}))\nexcept OSError:\n    print(False)"
        with session(specs, folder) as first:
            first.run(HEAD)
            first.run(leave)
            here = first.run(asked).text
        return in_turn(specs, folder, HEAD, asked).text == "True\n", here == "True\n"


@pytest.mark.parametrize("name", STORES)
def test_nothing_is_left(tmp_path, name):
    leave, look, _ = STORES[name]
    assert not left_and_found(tmp_path, leave, look, {})[0]


@pytest.mark.parametrize("name", STORES)
def test_without_its_defences_it_is(tmp_path, name):
    leave, look, changes = STORES[name]
    assert left_and_found(tmp_path, leave, look, changes) == (True, True)


# Signals between kernels that run at the same time: code of the one that receives, of the one that sends, an
# expression that is true for the first of them then, and what disables the defence.
SIGNALS = {
    "locks of files": (
        "own = open(READABLE)",
        "held = open(READABLE)\nfcntl.flock(held, fcntl.LOCK_EX)",
        "locked(lambda: fcntl.flock(own, fcntl.LOCK_EX | fcntl.LOCK_NB))",
        allowed("flock"),
    ),
    "locks of parts": (
        "own = open(READABLE)",
        "held = open(READABLE)\nfcntl.lockf(held, fcntl.LOCK_SH, 1, 7)",
        "struct.unpack('hhqqi', fcntl.fcntl(own, fcntl.F_GETLK, struct.pack('hhqqi', 1, 0, 7, 1, 0)))[0] == 0",
        allowed("fcntl"),
    ),
    "news of files": (
        "news = libc.inotify_init1(os.O_NONBLOCK)\nlibc.inotify_add_watch(news, READABLE.encode(), 0x20)",  # IN_OPEN
        "open(READABLE).close()",
        "len(os.read(news, 4096)) > 0",
        allowed("inotify_init1"),
    ),
    "names of the sockets that a kernel has": (
        "",
        "name = struct.pack('H', 1) + b'\\0a text'\n"
        "for handle in range(3, 64):\n    libc.bind(handle, name, len(name))",
        "'@a text' in open('/proc/net/unix').read()",
        allowed("bind"),
    ),
    "connections by TCP": (
        "",
        "held = calls()",
        "' 01 ' in open('/proc/net/tcp').read()",
        allowed("socket", "connect"),
    ),
    "requests of asynchronous reading": (
        "",
        "context = ctypes.c_ulong()\n"
        "libc.syscall({'x86_64': 206, 'aarch64': 0}[os.uname().machine], 50_000, ctypes.byref(context))",
        "int(open('/proc/sys/fs/aio-nr').read()) >= 50_000",
        allowed("io_setup"),
    ),
    "numbers of terminals": (
        "",
        "held = [os.openpty() for _ in range(7)]",
        "len(os.listdir('/dev/pts')) > 7",
        {'    _mount(b"devpts", TERMINALS, b"devpts", MS_NOSUID | MS_NOEXEC, b"newinstance,ptmxmode=0666")\n': ""},
    ),
}


def received(folder, receive, send, look, changes):
    """Run two kernels at the same time; return whether the first sees what the second does."""
    with sandbox(folder, changes, {}) as specs, session(specs, folder) as first, session(specs, folder) as second:
        for live, source in ((first, HEAD), (second, HEAD), (first, receive), (second, send)):
            live.run(source)
        return first.run(f"try:\n    print({look})\nexcept OSError:\n    print(False)").text == "True\n"


@pytest.mark.parametrize("name", SIGNALS)
def test_no_signal_arrives(tmp_path, name):
    *codes, _ = SIGNALS[name]
    assert not received(tmp_path, *codes, {})


@pytest.mark.parametrize("name", SIGNALS)
def test_without_its_defence_it_does(tmp_path, name):
    assert received(tmp_path, *SIGNALS[name])


def test_no_hint_on_a_file_that_all_read_is_left(tmp_path):
    assert left_and_found(tmp_path, "give_hint()", "hint()", {}) == (False, False)


@pytest.mark.skipif(os.geteuid() == 0, reason="as root, kernels own none of these files, and new Linuxes ask for that")
def test_where_hints_are_allowed_one_is(tmp_path):
    assert left_and_found(tmp_path, "give_hint()", "hint()", allowed("fcntl")) == (True, True)


def passed_on(folder, changes):
    """Leave a text in the files of one kernel's first process; return the text that the next kernel finds."""
    with sandbox(folder, changes, {}) as specs:
        in_turn(specs, folder, attacks.FILES, "leave('a text')")
        return in_turn(specs, folder, attacks.FILES, "print(found(), end='')").text


@pytest.mark.parametrize(
    "changes",
    [{}, UNFILTERED | KEPT, UNFILTERED | TAKEABLE, KEPT | TAKEABLE],
    ids=["all of it", "files kept", "files can be taken", "calls denied alone"],
)
def test_no_kernel_finds_what_another_wrote_into_its_first_process(tmp_path, changes):
    assert passed_on(tmp_path, changes) == ""


def test_where_it_keeps_files_that_can_be_taken_the_next_kernel_does(tmp_path):
    assert passed_on(tmp_path, UNFILTERED | KEPT | TAKEABLE) == "a text"


def test_all_that_could_be_taken_from_a_first_process_is_dev_null(tmp_path):
    look = "print([os.readlink(f'/proc/self/fd/{handle}') for handle in taken()])"
    with sandbox(tmp_path, UNFILTERED | TAKEABLE | ANOTHER_OPEN, {}) as specs:
        assert in_turn(specs, tmp_path, attacks.FILES, look).text == f"{['/dev/null'] * 3}\n"


def keys_found(folder, changes):
    """Return the keys that two kernels find, and the one that the instructor still has afterwards."""
    here, look = {}, "print([found('instructor'), found('student')])"
    exec(attacks.KEYS, here)
    with ThreadPoolExecutor(1) as thread, weakened(folder, changes):  # a thread can join a keyring for itself alone
        if thread.submit(here["join"]).result() < 0:
            pytest.skip("this system has no keyrings, or forbids new ones")
        thread.submit(here["leave"], "instructor", "a secret").result()
        with closing(thread.submit(ForkServer).result()) as fork_server:
            specs = SandboxSpecs(fork_server.notebook_server(), {})
            first = in_turn(specs, folder, attacks.KEYS, f"{look}\nleave('student', 'a text')").text
            second = in_turn(specs, folder, attacks.KEYS, f"{look}\nclear()").text
        return ast.literal_eval(first), ast.literal_eval(second), thread.submit(here["found"], "instructor").result()


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, (["", ""], ["", ""], "a secret")),
        (WITHOUT_KEYCTL, (["", ""], ["", ""], "a secret")),
        (UNFILTERED, (["", ""], ["", ""], "a secret")),
        (UNFILTERED | NOT_ITS_OWN, (["", ""], ["", "a text"], "a secret")),
        (UNFILTERED | WITHOUT_KEYCTL, (["a secret", ""], ["a secret", "a text"], "")),
    ],
    ids=["all of it", "no calls", "keyrings of their own", "the fork server's keyring", "the instructor's keyring"],
)
def test_a_kernel_has_the_keys_of_its_own_keyring_alone(tmp_path, changes, found):
    assert keys_found(tmp_path, changes) == found
