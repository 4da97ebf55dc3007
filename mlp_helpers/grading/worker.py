"""Worker processes that grade: each on a core of its own, with a course that it keeps from job to job."""

import atexit
import contextlib
import multiprocessing
import os
import re
import signal
import tempfile
import threading
from concurrent.futures import BrokenExecutor, CancelledError, ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import psutil

from mlp_helpers.grading.reference_course import ReferenceCourse
from mlp_helpers.grading.results import Result
from mlp_helpers.grading.sandbox.client import remove_folder
from mlp_helpers.grading.submissions import Refused, read
from mlp_helpers.services.threads import n_cores, take_core

ANSWER_SECONDS = 10  # timeout of the connection to a Dask scheduler
CLOSE_SECONDS = 5  # for an orphaned worker to close its kernels
_course = None
_one_at_a_time = threading.Lock()  # a Dask worker may have several threads


@contextlib.contextmanager
def worker_pool(jobs=None, dask=""):
    """Yield a function that returns an executor, and its number of workers.

    Parameters
    ----------
    jobs : int, optional
        Number of processes, by default one per core.
    dask : str, optional
        Address of a Dask scheduler, whose workers do the work instead.

    Raises
    ------
    OSError
        The scheduler cannot be reached.
    """
    with _temporary_files():
        if dask:
            with _client(dask) as client:
                yield lambda: _on_dask(client), max(1, _n_threads(client))
        else:
            jobs = jobs or n_cores()
            with _ending():
                yield lambda: processes(jobs), jobs


def _client(address):
    """Return a client of a Dask scheduler; raise OSError if it cannot be reached."""
    try:
        from distributed import Client
        from distributed.comm import resolve_address
    except ModuleNotFoundError as error:
        raise OSError("--dask needs the package distributed: make installed-dev") from error
    try:
        resolve_address(address)  # closing a client without a scheduler takes a minute
        return Client(address, timeout=ANSWER_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise OSError(f"--dask must be the address of a Dask scheduler that runs, got {address!r}: {error}") from error


def _n_threads(client):
    """Return the number of threads of a Dask scheduler's workers; raise OSError if the scheduler is gone."""
    try:
        return sum(client.nthreads().values())
    except OSError as error:
        raise OSError(f"the Dask scheduler has gone: {error}. The same command goes on, once there is one") from error


def _on_dask(client):
    """Return an executor; raise OSError if the scheduler is gone, for which the executor would wait forever."""
    _n_threads(client)
    return client.get_executor(pure=False)  # the same job may be submitted again


@contextlib.contextmanager
def _temporary_files():
    """Put temporary files of this process and its workers in one folder; remove those left by killed processes."""
    before = tempfile.tempdir
    for left in Path(tempfile.gettempdir()).glob("mlp-*-*"):
        pid = re.fullmatch(r"mlp-(\d+)-\w{8}", left.name)
        if pid and not psutil.pid_exists(int(pid[1])):
            remove_folder(left)
    with tempfile.TemporaryDirectory(prefix=f"mlp-{os.getpid()}-", ignore_cleanup_errors=True) as tempfile.tempdir:
        try:
            yield
        finally:
            tempfile.tempdir = before


@contextlib.contextmanager
def _ending():
    """Terminate the processes that the block started if it raises: their results are no longer needed."""
    before = set(multiprocessing.active_children())
    try:
        yield
    except BaseException:  # chiefly KeyboardInterrupt
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()
            process.join()
        raise


def processes(jobs):
    """Return an executor with `jobs` processes, each on a core of its own while there are enough."""
    spawning = multiprocessing.get_context("spawn")
    next_core = spawning.Value("i", 0)
    return _Processes(jobs, mp_context=spawning, initializer=_init_worker, initargs=(next_core, tempfile.gettempdir()))


class _Processes(ProcessPoolExecutor):
    """Process pool that ignores Ctrl-C, which reaches all processes of a terminal: the parent ends the workers."""

    def submit(self, *job):
        """Submit a job; the processes start with the first one, and inherit the blocked SIGINT."""
        with _sigint_blocked():
            return super().submit(*job)


@contextlib.contextmanager
def _sigint_blocked():
    """Defer SIGINT until the block exits, where the system supports it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _init_worker(next_core, folder):
    """Initialise a worker of `processes`, which exits with its parent process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # kernels without a sandbox inherit the mask
    tempfile.tempdir = folder
    with next_core.get_lock():
        take_core(next_core.value)
        next_core.value += 1
    threading.Thread(target=_exit_with, args=(multiprocessing.parent_process(),), daemon=True).start()


def _exit_with(parent):
    parent.join()
    threading.Timer(CLOSE_SECONDS, os._exit, [1]).start()  # the grading thread still uses the same kernels
    _close()
    remove_folder(tempfile.tempdir)
    os._exit(1)


def is_death(error):
    """Return whether an executor's error means that a worker died; Dask, which is optional, has its own class."""
    return isinstance(error, (BrokenExecutor, CancelledError)) or type(error).__name__ == "KilledWorker"


def expected_outputs(plan, notebook):
    """Return the outputs of one notebook, as `ReferenceCourse.expected_of` does; raise NoSandbox if one is missing."""
    with _one_at_a_time:
        return _course_of(plan).expected_of(notebook)


def grade_one(plan, raw, items=()):
    """Return the `Result` of a `RawSubmission`; an error refuses this submission alone.

    Parameters
    ----------
    plan : GradingPlan
    raw : RawSubmission
    items : tuple of str, optional
        Exercises to grade; by default all.
    """
    with _one_at_a_time:
        try:
            return _course_of(plan).grade(read(raw), items)
        except Refused as error:
            return Result(raw.student, refused=str(error))
        except Exception as error:
            return Result(raw.student, refused=f"it could not be graded: {type(error).__name__}: {error}")


def _course_of(plan):
    """Return the entered course of a plan; the cached one is reused if the plans differ in `expected` alone."""
    global _course
    if _course is None or replace(_course.plan, expected=plan.expected) != plan:
        _close()
        _course = ReferenceCourse(plan).__enter__()
    return _course


@atexit.register
def _close():
    global _course
    course, _course = _course, None
    if course is not None:
        with contextlib.suppress(Exception):  # best effort
            course.__exit__()
