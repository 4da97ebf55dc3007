"""Watchdog for kernels' total resource usage: system limits apply to single processes, and a kernel may start many."""

import contextlib
import os
import stat
import threading
import time

import psutil

LOOK_SECONDS = 0.25  # between two checks
MIN_ENTRY_BYTES = 4096  # minimum counted for each file and folder
MAX_DEPTH = 50  # of nested folders


class Watch:
    """Watchdog thread that measures the total usage of kernels and kills those that exceed a limit."""

    def __init__(self):
        self._watched, self._lock, self._thread = {}, threading.Lock(), None

    def add(self, provisioner, pid, folder, limits):
        """Start watching a kernel.

        Parameters
        ----------
        provisioner : SandboxProvisioner
            Its method `end` is called with the reason if the kernel exceeds a limit.
        pid : int
            Process id of the ancestor of all the kernel's processes.
        folder : path
            The only folder that it can write to.
        limits : Limits
        """
        with self._lock:
            self._watched[provisioner] = pid, folder, limits
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, daemon=True)
                self._thread.start()

    def remove(self, provisioner):
        """Stop watching a kernel."""
        with self._lock:
            self._watched.pop(provisioner, None)

    def _look(self):
        while True:
            time.sleep(LOOK_SECONDS)
            with self._lock:
                watched = list(self._watched.items())
            for provisioner, (pid, folder, limits) in watched:
                with contextlib.suppress(Exception):  # it may have exited meanwhile; the others go on
                    if reason := excess(pid, folder, limits):
                        provisioner.end(reason)


def excess(pid, folder, limits):
    """Return which limit a process and its descendants exceed, as a sentence; "" if none."""
    processes = []
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        processes = [process, *process.children(recursive=True)]
    # Resident sets count the shared memory of forked processes repeatedly; proportional sets cost more to read.
    if sum(map(_resident, processes)) > limits.memory and sum(map(_own_share, processes)) > limits.memory:
        return f"it took more than {limits.memory >> 20} MiB of memory"
    if _size(folder, limits.disk) + _nameless(processes) > limits.disk:
        return f"it wrote more than {limits.disk >> 20} MiB"
    return ""


def _resident(process):
    """Return a process's resident set size in bytes, 0 if it has exited."""
    with contextlib.suppress(psutil.Error):
        return process.memory_info().rss
    return 0


def _own_share(process):
    """Return a process's proportional set size in bytes, which divides shared memory among its users."""
    with contextlib.suppress(OSError), open(f"/proc/{process.pid}/smaps_rollup") as file:
        return next(1024 * int(line.split()[1]) for line in file if line.startswith("Pss:"))
    return _resident(process)


def _size(folder, most):
    """Return the disk usage below a folder in bytes; stop counting once it exceeds `most`."""
    size, folders = 0, [(folder, 0)]
    while folders and size <= most:
        place, depth = folders.pop()
        if depth > MAX_DEPTH:
            return most + 1  # deeper paths become too long to open
        with contextlib.suppress(OSError), os.scandir(place) as entries:  # files come and go meanwhile
            for entry in entries:
                size += max(MIN_ENTRY_BYTES, 512 * entry.stat(follow_symlinks=False).st_blocks)
                if entry.is_dir(follow_symlinks=False):
                    folders.append((entry.path, depth + 1))
    return size


def _nameless(processes):
    """Return the bytes of open files without a name, such as deleted ones and memfds."""
    sizes = {}
    for process in processes:
        place = f"/proc/{process.pid}/fd"
        with contextlib.suppress(OSError):  # it may have exited meanwhile
            for handle in os.listdir(place):
                with contextlib.suppress(OSError):
                    found = os.stat(f"{place}/{handle}")
                    if found.st_nlink == 0 and stat.S_ISREG(found.st_mode):
                        sizes[found.st_dev, found.st_ino] = 512 * found.st_blocks
    return sum(sizes.values())
