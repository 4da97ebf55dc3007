"""Generators in lockstep, which yield where they have to wait for each other.

They take turns, or run in threads, or one of two runs in a worker process. Python's threads take turns between NumPy's
operations, and if these are small they mostly wait for each other; processes do not.
"""

import mmap
import multiprocessing
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np

HAS_FORK = "fork" in multiprocessing.get_all_start_methods()  # else there is no `WorkerProcess`


def in_lockstep(parts, n_threads):
    """Exhaust generators together: none continues after a `yield` before all have reached theirs.

    Parameters
    ----------
    parts : sequence of generators
        All yield equally often.
    n_threads : int
        If 1, the generators take turns; otherwise each has a thread of its own.
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
            barrier.abort()  # or the others would wait for ever
            raise

    with ThreadPoolExecutor(len(parts)) as pool:
        list(pool.map(exhaust, parts))


def shared_copy(array):
    """Return a copy of an array in memory that is shared with all processes forked later."""
    buffer = mmap.mmap(-1, max(1, array.nbytes))
    copy = np.frombuffer(buffer, array.dtype, array.size).reshape(array.shape)
    copy[...] = array
    return copy


class WorkerProcess:
    """Worker process that exhausts a generator while this process exhausts another one, in lockstep.

    It is forked from this process and begins with a copy of its memory; only arrays from `shared_copy` are shared. It
    exits when this object is deleted.

    Parameters
    ----------
    make : callable
        Called in the worker, with the arguments of `exhaust`; returns a generator that yields as often as the other.
    """

    def __init__(self, make):
        context = multiprocessing.get_context("fork")
        self._connection, theirs = context.Pipe()
        process = context.Process(target=_worker_loop, args=(make, theirs, self._connection), daemon=True)
        with warnings.catch_warnings():
            # Python warns of forking a process with threads; the worker only computes.
            warnings.simplefilter("ignore", DeprecationWarning)
            process.start()
        theirs.close()

    def exhaust(self, generator, *arguments):
        """Exhaust a generator and the worker's: neither continues after a `yield` before the other has reached its own.

        If this fails, the connection is closed: the worker is somewhere in the middle and cannot be used again.

        Raises
        ------
        RuntimeError
            The worker has exited; its traceback is on standard error.
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
    parents_end.close()  # so that the parent's exit closes the connection
    while True:
        try:
            arguments = connection.recv()
            for _ in make(*arguments):
                _barrier(connection)
        except (EOFError, BrokenPipeError, ConnectionResetError):  # the parent has closed the connection
            return


def _barrier(connection):
    """Wait until the other process has reached its barrier."""
    connection.send_bytes(b".")
    connection.recv_bytes()
