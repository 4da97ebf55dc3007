"""Watch over what kernels take: limits of the system are for single processes, and a kernel may begin many."""

import contextlib
import os
import stat
import threading
import time

import psutil

LOOK_SECONDS = 0.25  # seconds between two looks
MIN_ENTRY_BYTES = 4096  # bytes that each file and folder takes at least
MAX_DEPTH = 50  # folders one inside of the other


class Watch:
    """Looks, in a thread of its own, at what kernels take all in all, and ends those that take too much."""

    def __init__(self):
        self._watched, self._lock, self._thread = {}, threading.Lock(), None

    def add(self, provisioner, pid, folder, limits):
        """Begin to look at a kernel.

        Parameters
        ----------
        provisioner : SandboxProvisioner
            Its method `end` is told why, if it takes too much.
        pid : int
            Of the process that began all its others.
        folder : path
            The only one that it can write to.
        limits : Limits
        """
        with self._lock:
            self._watched[provisioner] = pid, folder, limits
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, daemon=True)
                self._thread.start()

    def remove(self, provisioner):
        """Look at a kernel no more."""
        with self._lock:
            self._watched.pop(provisioner, None)

    def _look(self):
        while True:
            time.sleep(LOOK_SECONDS)
            with self._lock:
                watched = list(self._watched.items())
            for provisioner, (pid, folder, limits) in watched:
                with contextlib.suppress(Exception):  # it has ended meanwhile; nobody else must pay for it
                    if reason := excess(pid, folder, limits):
                        provisioner.end(reason)


def excess(pid, folder, limits):
    """Return what a process and all that it began take too much of, "" where nothing."""
    processes = []
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        processes = [process, *process.children(recursive=True)]
    # What forked processes share is in each one's resident set; to take it apart costs more.
    if sum(map(_resident, processes)) > limits.memory and sum(map(_own_share, processes)) > limits.memory:
        return f"it took more than {limits.memory >> 20} MiB of memory"
    if _size(folder, limits.disk) + _nameless(processes) > limits.disk:
        return f"it wrote more than {limits.disk >> 20} MiB"
    return ""


def _resident(process):
    """Return the bytes of memory that a process has, shared or not, 0 where it has ended."""
    with contextlib.suppress(psutil.Error):
        return process.memory_info().rss
    return 0


def _own_share(process):
    """Return the bytes of memory that a process has, its part of what is shared."""
    with contextlib.suppress(OSError), open(f"/proc/{process.pid}/smaps_rollup") as file:
        return next(1024 * int(line.split()[1]) for line in file if line.startswith("Pss:"))
    return _resident(process)


def _size(folder, most):
    """Return the bytes that what is below a folder takes on the disk, as soon as they are more than `most`."""
    size, folders = 0, [(folder, 0)]
    while folders and size <= most:
        place, depth = folders.pop()
        if depth > MAX_DEPTH:
            return most + 1  # so deep that its path would become too long to look into it
        with contextlib.suppress(OSError), os.scandir(place) as entries:  # files come and go meanwhile
            for entry in entries:
                size += max(MIN_ENTRY_BYTES, 512 * entry.stat(follow_symlinks=False).st_blocks)
                if entry.is_dir(follow_symlinks=False):
                    folders.append((entry.path, depth + 1))
    return size


def _nameless(processes):
    """Return the bytes of open files without a name: such as were deleted, or made in memory."""
    sizes = {}
    for process in processes:
        place = f"/proc/{process.pid}/fd"
        with contextlib.suppress(OSError):  # it has ended meanwhile
            for handle in os.listdir(place):
                with contextlib.suppress(OSError):
                    found = os.stat(f"{place}/{handle}")
                    if found.st_nlink == 0 and stat.S_ISREG(found.st_mode):
                        sizes[found.st_dev, found.st_ino] = 512 * found.st_blocks
    return sum(sizes.values())
