"""The processes that grade: each on a core of its own, with a course and its kernels that last from job to job."""

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

from mlp_helpers.grading.course import Course
from mlp_helpers.grading.results import Result
from mlp_helpers.grading.sandbox.client import remove_folder
from mlp_helpers.grading.submissions import Refused, read
from mlp_helpers.threads import n_cores, take_core

ANSWER_SECONDS = 10  # seconds that a Dask scheduler may take to answer
CLOSE_SECONDS = 5  # seconds that a worker without its first process may take to close its kernels
_course = None
_one_at_a_time = threading.Lock()  # a Dask worker may have several threads


@contextlib.contextmanager
def worker_pool(jobs=None, dask=""):
    """Give a function that returns an executor, and how many workers it has; they end with the block.

    Parameters
    ----------
    jobs : int, optional
        Processes, by default one for each core.
    dask : str, optional
        Address of a Dask scheduler, whose workers then do the work.

    Raises
    ------
    OSError
        There is no such scheduler.
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
    """Return a client of a Dask scheduler; raises OSError."""
    try:
        from distributed import Client
        from distributed.comm import resolve_address
    except ModuleNotFoundError as error:
        raise OSError("--dask needs the package distributed: make installed-dev") from error
    try:
        resolve_address(address)  # to close a client that has none takes a minute
        return Client(address, timeout=ANSWER_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise OSError(f"--dask must be the address of a Dask scheduler that runs, got {address!r}: {error}") from error


def _n_threads(client):
    """Return how many threads the workers of a Dask scheduler have; raises OSError where it has gone."""
    try:
        return sum(client.nthreads().values())
    except OSError as error:
        raise OSError(f"the Dask scheduler has gone: {error}. The same command goes on, once there is one") from error


def _on_dask(client):
    """Return an executor; raises OSError where there is no scheduler any more, which it would wait for in vain."""
    _n_threads(client)
    return client.get_executor(pure=False)  # what was asked for once may be asked for again


@contextlib.contextmanager
def _temporary_files():
    """Let temporary files of this process and its workers lie in one folder, and remove those that killed ones left."""
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
    """End the processes that were begun inside the block, if something goes wrong: nobody waits for what they do."""
    before = set(multiprocessing.active_children())
    try:
        yield
    except BaseException:  # Ctrl-C above all
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()
            process.join()
        raise


def processes(jobs):
    """Return an executor of so many processes, each on a core of its own as far as there are enough."""
    spawning = multiprocessing.get_context("spawn")
    places = spawning.Value("i", 0)
    return _Processes(jobs, mp_context=spawning, initializer=_begin, initargs=(places, tempfile.gettempdir()))


class _Processes(ProcessPoolExecutor):
    """Processes that do not hear Ctrl-C, which reaches all those of a terminal: the first one ends the others."""

    def submit(self, *job):
        """Submit a job; with the first one the processes are begun, and they inherit what is blocked."""
        with _sigint_blocked():
            return super().submit(*job)


@contextlib.contextmanager
def _sigint_blocked():
    """Keep Ctrl-C waiting inside the block, where the system can do that."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(places, folder):
    """Be a worker of `processes`: end with the process that began it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # kernels without a sandbox inherit it, too
    tempfile.tempdir = folder
    with places.get_lock():
        take_core(places.value)
        places.value += 1
    threading.Thread(target=_end_with, args=(multiprocessing.parent_process(),), daemon=True).start()


def _end_with(parent):
    parent.join()
    threading.Timer(CLOSE_SECONDS, os._exit, [1]).start()  # the thread that grades uses the same kernels meanwhile
    _close()
    remove_folder(tempfile.tempdir)
    os._exit(1)


def is_death(error):
    """Return whether an executor's error says that a worker died; Dask's own class is there only with Dask."""
    return isinstance(error, (BrokenExecutor, CancelledError)) or type(error).__name__ == "KilledWorker"


def expected_outputs(plan, notebook):
    """Return what the checks of a notebook print, a dict from exercise to text; raises what `Course.expected_of` does.

    It raises NoSandbox where there is to be a sandbox, and there can be none.
    """
    with _one_at_a_time:
        return _course_of(plan).expected_of(notebook)


def grade_one(plan, handed, item=""):
    """Return the `Result` of a `RawSubmission`; whatever is wrong with it spoils no other result.

    Parameters
    ----------
    plan : GradingPlan
    handed : RawSubmission
    item : str, optional
        The one exercise to grade, by default all.
    """
    with _one_at_a_time:
        try:
            return _course_of(plan).grade(read(handed), item)
        except Refused as error:
            return Result(handed.student, refused=str(error))
        except Exception as error:
            return Result(handed.student, refused=f"it could not be graded: {type(error).__name__}: {error}")


def _course_of(plan):
    """Return the course of a plan, ready to grade; what it expects it knows, or is told by the plan."""
    global _course
    if _course is None or replace(_course.plan, expected=plan.expected) != plan:
        _close()
        _course = Course(plan).__enter__()
    return _course


@atexit.register
def _close():
    global _course
    course, _course = _course, None
    if course is not None:
        with contextlib.suppress(Exception):  # it is over anyway
            course.__exit__()
