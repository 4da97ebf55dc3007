"""Limits of memory and files: each attack fails, and succeeds when its defence is disabled."""

import os
import shutil

import pytest
from weakened import ON_DISK, UNFILTERED, allowed, in_turn, sandbox

from mlp_helpers.grading.sandbox import watch
from mlp_helpers.grading.sandbox.client import Limits, remove_folder

DONE = "did it\n"
SMALL = {"memory": 400 << 20, "disk": 20 << 20}
LARGE = {"memory": 2 << 30, "disk": 200 << 20}
LOOKS = 4 * watch.LOOK_SECONDS  # time in which the watch has looked
MANY_LOOKS = 10 * LOOKS  # and has, too, where many processes have many mappings, on a busy machine

# Code for all attacks. A kernel that passes a limit unseen goes on to the last line.
HEAD = f"""
import ctypes, mmap, os, socket, struct, threading, time
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
MIB = 1 << 20

def checked(result):
    if result in (-1, ctypes.c_void_p(-1).value):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result

def mapped(size, flags, handle=-1, rights=3):
    return checked(libc.mmap(None, ctypes.c_size_t(size), rights, flags, handle, 0))

def unmap(place, size):
    libc.munmap(ctypes.c_void_p(place), ctypes.c_size_t(size))

def nameless():
    handle = os.open("a", os.O_RDWR | os.O_CREAT)
    os.unlink("a")
    if os.write(handle, bytes(MIB)) < MIB:
        os.write(handle, b"1")
    return handle

def put(handles, keep):
    for handle in handles:
        keep(handle)
        os.close(handle)

def memory_file():
    handle = os.memfd_create("a")
    os.write(handle, bytes(10 * MIB))
    return handle

def full(near):
    near.setblocking(False)
    try:
        while True:
            near.send(bytes(4096))
    except BlockingIOError:
        pass

def in_processes(number, hold):
    begun, ready = os.pipe()
    for _ in range(number):
        if os.fork() == 0:
            held = hold()
            os.write(ready, b"1")
            time.sleep(60)
            os._exit(0)
    for _ in range(number):
        os.read(begun, 1)

def survive(seconds={LOOKS}):
    time.sleep(seconds)
    print("did it")
"""
# Files: the code, and what disables the defence.
FILES = {
    "many files": "for n in range(24):\n    open(str(n), 'wb').write(bytes(MIB))",
    "files without a name": "files = [nameless() for _ in range(24)]",
    "files without a name that are mapped": (
        "put((nameless() for _ in range(24)), lambda handle: mapped(MIB, 1, handle, 1))"
    ),
    "files in flight": "near, far = socket.socketpair()\n"
    "put((nameless() for _ in range(24)), lambda handle: socket.send_fds(near, [b'1'], [handle]))",
    "a burst": "with open('a', 'wb') as file:\n    file.write(bytes(24 * MIB))",
    "all places together": "for place in ('/course', '/scratch', '/dev/shm'):\n"
    "    open(f'{place}/a', 'wb').write(bytes(8 * MIB))",
    "many folders": "for n in range(8000):\n    os.mkdir(str(n))",
    "many links": "open('a', 'w').close()\nfor n in range(8000):\n    os.link('a', str(n))",
}
UNLIMITED_INODES = {",nr_inodes={disk // BYTES_PER_FILE}": ""}
APART = {"        _mount(folder.encode(), place, None, MS_BIND)": '        _mount(b"tmpfs", place, b"tmpfs", 0, size)'}
WITHOUT_LIMIT_OF_FILES = {
    "files in flight": ON_DISK | allowed("socketpair"),
    "all places together": APART,
    "many folders": UNLIMITED_INODES,
    "many links": UNLIMITED_INODES,
}


def attacked(folder, code, changes, limits=SMALL, seconds=MANY_LOOKS):
    """Run the code of an attack in a kernel, and wait for it to be ended; return its result."""
    with sandbox(folder, changes, limits) as specs:
        return in_turn(specs, folder, HEAD, f"{code}\nsurvive({seconds})")


def survives(folder, code, changes, limits=SMALL):
    """Return whether the code of an attack comes to its last line."""
    return DONE in attacked(folder, code, changes, limits, LOOKS).text


@pytest.mark.parametrize("name", FILES)
def test_files_are_limited(tmp_path, name):
    ran = attacked(tmp_path, FILES[name], allowed("socketpair") if name == "files in flight" else {})
    assert ran.error.startswith("OSError: [Errno 28] No space left on device")


@pytest.mark.parametrize("name", FILES)
def test_without_their_limit_they_are_not(tmp_path, name):
    assert survives(tmp_path, FILES[name], WITHOUT_LIMIT_OF_FILES.get(name, ON_DISK))


DENIED, NOT_MAPPED = "Function not implemented", "No such device"
# Memory that no process has in its tables, or that is not seen there: the code, and what disables the defence.
MEMORY = {
    "System V": (
        "for _ in range(5):\n    piece = checked(libc.shmget(0, 100 * MIB, 0o1600))\n"
        "    libc.shmat.restype = ctypes.c_void_p\n    place = libc.shmat(piece, None, 0)\n"
        "    ctypes.memset(place, 1, 100 * MIB)\n    libc.shmdt(ctypes.c_void_p(place))",
        allowed("shmget"),
    ),
    "memory files, mapped": (
        "put((memory_file() for _ in range(50)), lambda handle: mapped(MIB, 1, handle, 1))",
        allowed("memfd_create"),
    ),
    "memory files in flight": (
        "near, far = socket.socketpair()\n"
        "put((memory_file() for _ in range(50)), lambda handle: socket.send_fds(near, [b'1'], [handle]))",
        allowed("memfd_create", "socketpair"),
    ),
    "buffers of sockets": (
        "socket.socketpair()\ndef hold():\n    pairs = [socket.socketpair() for _ in range(110)]\n"
        "    for pair in pairs:\n        full(pair[0]), full(pair[1])\n    return pairs\nin_processes(10, hold)",
        allowed("socketpair"),
    ),
    "pages of a pipe": (
        "class Part(ctypes.Structure):\n    _fields_ = [('place', ctypes.c_void_p), ('size', ctypes.c_size_t)]\n"
        "pipes = [os.pipe() for _ in range(16)]\nfor _, end in pipes:\n    for _ in range(16):\n"
        "        place = mapped(4 * MIB, 0x22)\n        whole = -(-place // (2 * MIB)) * 2 * MIB\n"
        "        libc.madvise(ctypes.c_void_p(whole), ctypes.c_size_t(2 * MIB), 14)\n"
        "        ctypes.memset(whole, 1, 2 * MIB)\n        part = Part(whole, 1)\n"
        "        checked(libc.vmsplice(end, ctypes.byref(part), ctypes.c_size_t(1), 0))\n"
        "        unmap(place, 4 * MIB)",
        allowed("vmsplice"),
    ),
    "lists of access rights": (
        "mine = struct.pack('HHI', 2, 7, os.getuid())\n"
        "all_of_them = [(1, 7, 2**32 - 1), (4, 7, 2**32 - 1), (16, 7, 2**32 - 1), (32, 7, 2**32 - 1)]\n"
        "first, *last = (struct.pack('HHI', *one) for one in all_of_them)\n"
        "rights = struct.pack('I', 2) + first + 8000 * mine + b''.join(last)\n"
        "for n in range(2500):\n    os.mkdir(str(n))\n    for kind in (b'access', b'default'):\n"
        "        name = b'system.posix_acl_' + kind\n"
        "        checked(libc.setxattr(str(n).encode(), name, rights, ctypes.c_size_t(len(rights)), 0))",
        allowed("setxattr"),
    ),
    "shared memory that is no longer mapped": (
        "for _ in range(5):\n    place = mapped(100 * MIB, 0x21)\n    ctypes.memset(place, 1, 100 * MIB)\n"
        "    unmap(place + 4096, 100 * MIB - 4096)",
        allowed("mmap"),
    ),
    "a mapping that grows down, of more than a process may have": ("mapped(500 * MIB, 0x122)", allowed("mmap")),
    "the same by /dev/zero": (
        "zero = os.open('/dev/zero', os.O_RDWR)\nfor _ in range(5):\n    place = mapped(100 * MIB, 1, zero)\n"
        "    ctypes.memset(place, 1, 100 * MIB)\n    unmap(place + 4096, 100 * MIB - 4096)",
        {'    _mount(b"/dev/full", "/dev/zero", None, MS_BIND)': "    pass"},
    ),
}


@pytest.mark.parametrize("name", MEMORY)
def test_memory_of_no_process_cannot_be_had(tmp_path, name):
    reason = NOT_MAPPED if "/dev/zero" in name else DENIED
    assert attacked(tmp_path, MEMORY[name][0], {}).error.endswith(reason)


@pytest.mark.parametrize("name", MEMORY)
def test_without_the_defence_it_can(tmp_path, name):
    code, change = MEMORY[name]
    assert survives(tmp_path, code, change, SMALL | {"open_files": 512})


MANY = "def hold():\n    return b'1' * (90 * MIB)\nin_processes(6, hold)"
FIRST_THREAD_ENDS = """
def hold():
    def keep():
        while "zombie" not in open("/proc/self/status").read():
            time.sleep(0.01)
        kept = b'1' * (90 * MIB)
        os.write(ready, b"1")
        time.sleep(60)
    threading.Thread(target=keep).start()
    libc.syscall({"x86_64": 60, "aarch64": 93}[os.uname().machine], 0)

begun, ready = os.pipe()
for _ in range(6):
    if os.fork() == 0:
        hold()
for _ in range(6):
    os.read(begun, 1)
"""


MAPPINGS = """
def hold():
    place = mapped(256 * MIB, 0x22, rights=0)
    for page in range(0, 1 << 16, 2):
        if libc.mprotect(ctypes.c_void_p(place + 4096 * page), ctypes.c_size_t(4096), 1) < 0:
            return
in_processes(40, hold)
"""


@pytest.mark.parametrize("code", [MANY, FIRST_THREAD_ENDS, MAPPINGS], ids=["many", "first threads end", "mappings"])
def test_memory_of_many_processes_is_counted(tmp_path, code):
    assert attacked(tmp_path, code, {}).error == "it took more than 400 MiB of memory"


@pytest.mark.parametrize(
    ("code", "limits", "name", "instead"),
    [
        (MANY, LARGE, "PROCESS_BYTES", watch.PROCESS_BYTES),  # the limit alone is another
        (FIRST_THREAD_ENDS, SMALL, "_process_folder", "/proc/{}".format),
        (MAPPINGS, SMALL, "PROCESS_BYTES", 0),
    ],
    ids=["with a large limit", "where first threads alone are looked at", "where processes count for their own alone"],
)
def test_it_is_not(tmp_path, monkeypatch, code, limits, name, instead):
    monkeypatch.setattr(watch, "SHORT_BYTES", 0)  # what else runs on the machine decides nothing
    monkeypatch.setattr(watch, name, instead)
    ran = attacked(tmp_path, code, {}, limits, LOOKS)
    assert (ran.error, ran.text) == (None, DONE)


def test_one_process_cannot_take_more_before_the_first_look(tmp_path, monkeypatch):
    monkeypatch.setattr(watch, "excess", lambda *arguments: "")  # it never looks
    assert attacked(tmp_path, "taken = b'1' * (500 * MIB)", {}).error.startswith("MemoryError")
    limits = Limits(**SMALL).of_the_system()
    monkeypatch.setattr(Limits, "of_the_system", lambda self: limits | {"RLIMIT_DATA": self.address_space})
    assert survives(tmp_path, "taken = b'1' * (500 * MIB)", {})


@pytest.mark.parametrize(("short", "ends"), [(0, False), (1 << 60, True)], ids=["enough", "short"])
def test_where_the_machine_is_short_of_memory_large_kernels_end(tmp_path, monkeypatch, short, ends):
    monkeypatch.setattr(watch, "SHORT_BYTES", short)
    with sandbox(tmp_path, {}, {"memory": 1 << 30}) as specs:
        assert DONE in in_turn(specs, tmp_path, HEAD, "survive()").text  # honest ones go on
        error = in_turn(specs, tmp_path, HEAD, "taken = b'1' * (250 * MIB)\nsurvive()").error
    assert error == ("the machine is short of memory, and it took more than 256 MiB" if ends else None)


PARTS = """
import zmq
channel = get_ipython().kernel.iopub_socket.io_thread.socket
part = bytes(4 * MIB)
for _ in range(200):
    zmq.Socket.send(channel, part, zmq.SNDMORE, copy=False)
time.sleep(4)
"""


def test_a_message_of_many_parts_takes_no_more_memory_here_than_a_kernel_may(tmp_path):
    assert attacked(tmp_path, PARTS, {}).error == "what it sent took more than 400 MiB of memory"


def test_where_what_is_received_is_not_looked_at_it_does(tmp_path, monkeypatch):
    seen, received = [], watch.received
    monkeypatch.setattr(watch, "received", lambda: seen.append(received()) or 0)
    attacked(tmp_path, PARTS, {})
    assert max(seen) - min(seen) > SMALL["memory"]


TIMERS = """
id, n_timers = ctypes.c_int(), 0
while n_timers < 5000 and ctypes.CDLL(None).timer_create(1, None, ctypes.byref(id)) == 0:
    n_timers += 1
print(n_timers)
"""


@pytest.mark.parametrize(("limits", "most"), [({}, 1024), ({"signals": 5000}, 5000)], ids=["usual", "large"])
def test_timers_are_limited(tmp_path, limits, most):
    with sandbox(tmp_path, {}, limits) as specs:
        assert in_turn(specs, tmp_path, HEAD, TIMERS).text == f"{most}\n"


WORK = """
import subprocess
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import Lock, Pool, Queue, Value
import numpy as np

with Pool(8) as pool, ProcessPoolExecutor(8) as processes, ThreadPoolExecutor(32) as threads:
    for several in (pool, processes, threads):
        print(sum(several.map(abs, range(100))))
print(Value("i", 3).value, Lock().acquire(), Queue().empty())
print(subprocess.run(["echo", "1"], capture_output=True, text=True).stdout)
matrix = np.ones((1000, 1000))
print((matrix @ matrix).sum(), [os.path.exists(place) for place in ("/course", "/scratch", "/dev/shm")])
"""


def test_pools_threads_subprocesses_and_blas_work(tmp_path):
    with sandbox(tmp_path, {}, {}) as specs:
        limited = in_turn(specs, tmp_path, HEAD, WORK)
    with sandbox(tmp_path, UNFILTERED, {"open_files": 1024}) as specs:
        free = in_turn(specs, tmp_path, HEAD, WORK)
    assert (limited.error, limited.text) == (None, free.text)
    assert limited.text.startswith("4950\n4950\n4950\n3 True True\n1\n")


def test_a_folder_of_any_depth_is_removed(tmp_path):
    deep = os.open(tmp_path, os.O_RDONLY)
    for _ in range(2000):
        os.mkdir("a", dir_fd=deep)
        deep, before = os.open("a", os.O_RDONLY, dir_fd=deep), deep
        os.close(before)
    os.close(deep)
    with pytest.raises(RecursionError):
        shutil.rmtree(tmp_path, ignore_errors=True)
    remove_folder(tmp_path)
    assert not tmp_path.exists()
