"""The processes that grade: each on a core of its own, with a course and its kernels that last from job to job."""

import atexit
import contextlib
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor

from mlp_helpers.grading.course import Course
from mlp_helpers.grading.results import Result
from mlp_helpers.grading.sandbox import probe
from mlp_helpers.grading.submissions import Refused, read
from mlp_helpers.threads import n_cores, take_core

RETRIES = 3  # of a job whose Dask worker was lost
_course = None
_one_at_a_time = threading.Lock()  # a Dask worker may have several threads


@contextlib.contextmanager
def crew(plan, jobs=None, dask=""):
    """Give a function that returns an executor, and how many workers it has.

    Parameters
    ----------
    plan : Plan
    jobs : int, optional
        Processes, by default one for each core.
    dask : str, optional
        Address of a Dask scheduler, whose workers then do the work.

    Raises
    ------
    NoSandbox
        There is to be one, and there can be none on this machine.
    OSError
        There is no such scheduler.
    """
    if plan.isolated:
        probe()
    if not dask:
        jobs = jobs or n_cores()
        yield lambda: processes(jobs), jobs
        return
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise OSError("--dask needs the package distributed: pip install 'mlp-course[dask]'") from error
    with Client(dask, set_as_default=False) as client:
        width = max(1, sum(client.nthreads().values()))
        yield lambda: client.get_executor(retries=RETRIES), width


def processes(jobs):
    """Return an executor of so many processes, each on a core of its own as far as there are enough."""
    spawning = multiprocessing.get_context("spawn")
    places = spawning.Value("i", 0)
    return ProcessPoolExecutor(jobs, mp_context=spawning, initializer=_begin, initargs=(places,))


def _begin(places):
    """Be a worker of `processes`: end with the process that began it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes of a terminal; the first one ends them
    with places.get_lock():
        take_core(places.value)
        places.value += 1
    threading.Thread(target=_end_with, args=(multiprocessing.parent_process(),), daemon=True).start()


def _end_with(boss):
    boss.join()
    _close()
    os._exit(1)


def grade_one(plan, handed, item=""):
    """Return the `Result` of what a student `Handed` in; whatever is wrong with it, it is this result's alone.

    Parameters
    ----------
    plan : Plan
    handed : Handed
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
    """Return the course of a plan, ready to grade."""
    global _course
    if _course is None or _course.plan != plan:
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
