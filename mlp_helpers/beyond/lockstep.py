"""Work that goes on in lockstep: generators that yield where they have to wait for one another.

They take turns, or have threads, or one of two has a process. Threads of Python take turns between NumPy's operations,
and where these are small they mostly wait for one another; processes do not.
"""

import mmap
import multiprocessing
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np

HAS_FORK = "fork" in multiprocessing.get_all_start_methods()  # else there is no such process


def in_lockstep(parts, n_threads):
    """Exhaust generators together: none goes on from a `yield` before all have come to theirs.

    Parameters
    ----------
    parts : sequence of generators
        They yield equally often.
    n_threads : int
        1: they take turns; else each has a thread of its own.
    """
    if n_threads == 1:
        for _ in zip(*parts, strict=True):
            pass
        return
    barrier = threading.Barrier(len(parts))

    def exhaust(part):
        try:
            for _ in part:
                barrier.wait()
        except BaseException:
            barrier.abort()  # the others would wait for ever
            raise

    with ThreadPoolExecutor(len(parts)) as pool:
        list(pool.map(exhaust, parts))


def shared_copy(array):
    """Return a copy of an array that processes started from now on see, too, and may change."""
    buffer = mmap.mmap(-1, max(1, array.nbytes))
    copy = np.frombuffer(buffer, array.dtype, array.size).reshape(array.shape)
    copy[...] = array
    return copy


class WorkerProcess:
    """A process that exhausts a generator while this one exhausts another, in lockstep.

    It begins as a copy of this process, made by `fork`: it has all that this one has, but only arrays from
    `shared_copy` are the same. It ends with this object.

    Parameters
    ----------
    make : callable
        Called in the process, with what `exhaust` sends; returns its generator, which yields as often as the other.
    """

    def __init__(self, make):
        context = multiprocessing.get_context("fork")
        self._connection, theirs = context.Pipe()
        process = context.Process(target=_worker_loop, args=(make, theirs, self._connection), daemon=True)
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", DeprecationWarning
            )  # Python's, about other threads: the process only computes
            process.start()
        theirs.close()

    def exhaust(self, generator, *arguments):
        """Exhaust a generator; neither goes on from a `yield` before the other has come to its own.

        If this fails, the process is let go: it stands somewhere in the middle, and there is no second time.

        Raises
        ------
        RuntimeError
            The process has ended; it said why on the terminal.
        """
        try:
            self._connection.send(arguments)
            for _ in generator:
                _barrier(self._connection)
        except BaseException as error:
            self._connection.close()
            if isinstance(error, EOFError | OSError):
                raise RuntimeError("the process that does the other half has ended") from error
            raise


def _worker_loop(make, connection, parents_end):
    parents_end.close()  # so that this end notices when the other is closed
    while True:
        try:
            arguments = connection.recv()
            for _ in make(*arguments):
                _barrier(connection)
        except (EOFError, BrokenPipeError, ConnectionResetError):  # nobody is there any more
            return


def _barrier(connection):
    """Wait until the other process has come here."""
    connection.send_bytes(b".")
    connection.recv_bytes()
