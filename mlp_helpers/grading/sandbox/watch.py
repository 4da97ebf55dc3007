"""Watchdog for the memory of kernels: the system's limits apply to single processes, and a kernel may start many.

What a kernel sends is in this process's memory until the message is whole, and a message may have any number of parts.
"""

import contextlib
import threading
import time
from pathlib import Path

import psutil

LOOK_SECONDS = 0.25  # between two checks
PROCESS_BYTES = 16 << 20  # that Linux may itself keep for a process, for mappings, pipes and terminals
SHORT_BYTES = 512 << 20  # the machine is short of memory when less is available
SHARE_WHEN_SHORT = 0.25  # of its limit, which a kernel may then take: several times what honest ones need
TAKEN = ("VmRSS:", "VmSwap:", "VmPTE:", "HugetlbPages:")  # lines of status: in memory, swapped out, tables of pages
OWN = ("Pss:", "SwapPss:", "Private_Hugetlb:", "Shared_Hugetlb:")  # lines of smaps_rollup


class Watch:
    """Watchdog thread that measures the memory of kernels and kills those that take too much."""

    def __init__(self):
        self._watched, self._lock, self._thread = {}, threading.Lock(), None

    def add(self, provisioner, pid, limits):
        """Start watching a kernel.

        Parameters
        ----------
        provisioner : SandboxProvisioner
            Its method `end` is called with the reason if the kernel exceeds a limit.
        pid : int
            Process id of the ancestor of all the kernel's processes.
        limits : Limits
        """
        with self._lock:
            self._watched[provisioner] = pid, limits.memory, received()
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
            is_short = psutil.virtual_memory().available < SHORT_BYTES
            here = received()
            for provisioner, (pid, most, before) in watched:
                with contextlib.suppress(Exception):  # it may have exited meanwhile; the others go on
                    if here - before > most:
                        provisioner.end(f"what it sent took more than {most >> 20} MiB of memory")
                    elif reason := excess(pid, most, is_short):
                        provisioner.end(reason)


def received():
    """Return the bytes that this process has in memory, what kernels have sent among them."""
    return psutil.Process().memory_info().rss


def excess(pid, most, is_short=False):
    """Return how a process and its descendants exceed a limit of memory, as a sentence; "" if they do not.

    Parameters
    ----------
    pid : int
    most : int
        Bytes.
    is_short : bool
        Whether the machine is short of memory, so that less than that has to do.
    """
    folders = []
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        folders = [_process_folder(one.pid) for one in (process, *process.children(recursive=True))]
    each = [bytes_ for folder in folders if (bytes_ := _summed(f"{folder}/status", TAKEN))]  # not of those that ended
    hidden = PROCESS_BYTES * len(each)
    taken = hidden + sum(each)
    if is_short and taken > SHARE_WHEN_SHORT * most:
        return f"the machine is short of memory, and it took more than {int(SHARE_WHEN_SHORT * most) >> 20} MiB"
    # What is in memory counts the shared memory of forked processes repeatedly; each one's own costs more to read.
    if taken > most and hidden + sum(map(_own, folders)) > most:
        return f"it took more than {most >> 20} MiB of memory"
    return ""


def _process_folder(pid):
    """Return the folder in /proc that shows a process's memory: where its first thread has ended, another thread's."""
    folder = f"/proc/{pid}"
    if _summed(f"{folder}/status", TAKEN):
        return folder
    with contextlib.suppress(OSError):  # it may have exited meanwhile
        return next((task for task in Path(folder, "task").iterdir() if _summed(f"{task}/status", TAKEN)), folder)
    return folder


def _own(folder):
    """Return the bytes of a process, with memory that is shared divided among its users."""
    return _summed(f"{folder}/smaps_rollup", OWN) or _summed(f"{folder}/status", TAKEN)


def _summed(path, names):
    """Return the sum of some lines of a file in /proc in bytes, 0 if it cannot be read."""
    with contextlib.suppress(OSError), open(path) as file:
        return sum(1024 * int(line.split()[1]) for line in file if line.startswith(names))
    return 0
