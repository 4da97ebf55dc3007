"""Grading of a folder of submissions on any executor: one result file per student, written atomically.

A run that was killed therefore resumes where it stopped, and grades each submission once.
"""

import os
import time
from collections import namedtuple
from concurrent.futures import FIRST_COMPLETED, CancelledError, wait
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

from mlp_helpers.course.cells import digest
from mlp_helpers.grading import regrade
from mlp_helpers.grading.reference_course import ReferenceCourse
from mlp_helpers.grading.results import Result, Unreadable, load, set_aside, store, stored, succeeding
from mlp_helpers.grading.submissions import Refused, find, take
from mlp_helpers.grading.worker import expected_outputs, grade_one, is_death
from mlp_helpers.services.validation import one_of

QUEUED_PER_WORKER = 3  # submissions in flight per worker
MAX_LINES = 100  # of progress; a larger class has a line for every second or tenth student
NOT_YET = "not graded yet"
FILES = "files"  # stands for the submission's files among the exercises in the key of a result


# A `RawSubmission` to grade, its key as in `Result`, a tuple of the exercises to grade, and whether these files have
# been graded before, so that the marks of other exercises stay.
Job = namedtuple("Job", "raw key items is_regrade")


def grade(submissions, out, plan, executor, width, only="", reason="", tell=print):
    """Grade a folder of submissions; return the list of `Result`, sorted by student.

    Those of an earlier run whose submission is in the folder no more are among them. New marks for files that had some
    are held back, see `regrade`, and are not among them.

    Parameters
    ----------
    submissions, out : path
        Folders of the submissions and of the results.
    plan : GradingPlan
    executor : callable
        Returns a new `concurrent.futures.Executor`; called again after worker processes have died.
    width : int
        Number of its workers.
    only : str, optional
        Student or exercise to grade again.
    reason : str, optional
        Reason for grading again, stored with the replaced marks.
    tell : callable, optional
        Called with a line of progress for each submission.

    Raises
    ------
    ValueError
        There are no submissions, or `only` is neither a student nor an exercise.
    RuntimeError
        The source is not fit to grade with.
    """
    found = find(submissions)
    course = ReferenceCourse(plan)
    item = only if only in course.automatic else ""
    if only and not item:
        one_of(only, [*found, *course.automatic], "--only", "a student or an exercise")
    why = reason or ("graded again" if only else "source or submission changed")
    results = {}
    progress = _Progress(len(found), tell)

    def finish(result, is_new):
        results[result.student] = result
        progress.step(result, is_new)

    def known_of(student):
        try:
            return load(out, student)
        except Unreadable as error:
            tell(f"{student}: {error}. It is kept as {set_aside(out, student)}, and its marks do not count any more.")
            return None

    def replace_stored(result, is_new, is_regrade=False):
        known = known_of(result.student)
        is_held = is_regrade and not result.refused
        result = regrade.holding(known, result) if is_held else succeeding(known, result, why, only)
        store(result, out)
        finish(result, is_new)

    def jobs():
        for student, paths in found.items():
            known = known_of(student)
            if only and not item and student != only:
                finish(known or Result(student, refused=NOT_YET), False)
                continue
            try:
                raw = take(student, paths)
            except Refused as error:
                replace_stored(Result(student, refused=str(error)), False)
                continue
            job = _job(raw, known, course.keys, only, item)
            if job.items:
                yield job
            else:
                finish(known, False)

    for part in Path(out).rglob(".*.part"):  # of a run that was killed while writing
        part.unlink(missing_ok=True)
    for job, result in _run(jobs(), plan, list(course.source), executor, width, tell):
        result.key = "" if result.refused else job.key
        replace_stored(result, True, job.is_regrade)
    results |= {result.student: replace(result, gone=True) for result in stored(out, but=found)}
    held = {student: result.gone for student, result in results.items() if result.held}
    if held and not regrade.changes(results.values()):
        regrade.accept(out, why, only)
        results |= {student: replace(load(out, student), gone=gone) for student, gone in held.items()}
    return [one for _, one in sorted(results.items())]


def _job(raw, known, keys, only, item):
    """Return the `Job` for a submission, without exercises if nothing is to be graded.

    Of a student's files that were graded before, that is the exercise asked for, or those whose keys have changed.
    """
    files = digest("".join(name + digest(content) for name, content in raw.contents.items()) + "".join(raw.flags))
    now = {FILES: files} | keys
    graded = known.held.get("key", known.key) if known else ""
    before = dict(part.split("=") for part in graded.split() if "=" in part)
    is_regrade = before.keys() == now.keys() and before[FILES] == files
    items = tuple(keys)
    if is_regrade and (item or not only):
        items = (item,) if item else tuple(name for name in keys if before[name] != keys[name])
        now = before | {name: keys[name] for name in items}
    key = " ".join(f"{name}={part}" for name, part in now.items())
    return Job(raw, key, items, is_regrade)


@contextmanager
def alone_in(out):
    """Lock a folder of results against other commands while the block runs, where the system supports it.

    Raises
    ------
    Refused
        Another command is using the folder.
    """
    if os.name != "posix":  # no flock elsewhere
        yield
        return
    import fcntl

    handle = os.open(out, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # released when the process exits, however it exits
        except BlockingIOError:
            raise Refused(f"another command is at work in {out}: wait until it has ended") from None
        yield
    finally:
        os.close(handle)


def _run(jobs, plan, notebooks, executor, width, tell):
    """Yield each job with its `Result`, in order of completion; one whose time was up is graded once more, alone."""
    plan_in_full = None

    def submit(pool, job):
        nonlocal plan_in_full
        if plan_in_full is None:  # only once there is something to grade
            found = [pool.submit(expected_outputs, plan, notebook) for notebook in notebooks]
            plan_in_full = replace(plan, expected={k: v for future in found for k, v in future.result().items()})
        return pool.submit(grade_one, plan_in_full, job.raw, job.items)

    late = []
    for job, result in _beside_others(jobs, executor, submit, width * QUEUED_PER_WORKER):
        if result.out_of_time:
            late.append(job)  # others may have slowed it
            tell(f"{job.raw.student}: its time was up; it is graded once more, alone, after all others")
        else:
            yield job, result
    if late:
        yield from _beside_others(iter(late), executor, submit, 1)


def _beside_others(jobs, executor, submit, most):
    """Yield each job with its `Result`, at most `most` at a time; those lost when a process died follow."""
    while suspects := (yield from _until_broken(jobs, executor, submit, most)):
        yield from _alone(suspects, executor, submit)


def _alone(jobs, executor, submit):
    """Yield each lost job with its `Result`, one at a time, so that only the one that kills its process fails."""
    left = iter(jobs)
    while killers := (yield from _until_broken(left, executor, submit, 1)):
        for job in killers:
            yield job, Result(job.raw.student, refused="the process that graded it died, twice")


def _until_broken(jobs, executor, submit, most):
    """Yield each job with its `Result`, at most `most` at a time; return the jobs lost when a process died."""
    running, lost = {}, []
    with _started(executor) as pool:
        while True:
            for job in islice(jobs, 0 if lost else most - len(running)):
                try:
                    running[submit(pool, job)] = job
                except Exception as error:
                    if not is_death(error):
                        raise
                    lost.append(job)
                    break
            if not running:
                return lost
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                job = running.pop(future)
                if is_death(CancelledError() if future.cancelled() else future.exception()):
                    lost.append(job)
                else:
                    yield job, future.result()


@contextmanager
def _started(executor):
    """Yield an executor, then shut it down; wait for its jobs unless the block raises."""
    pool = executor()
    try:
        yield pool
    except BaseException:
        with suppress(Exception):  # Dask's executor cannot without a scheduler
            pool.shutdown(wait=False)
        raise
    pool.shutdown()


class _Progress:
    """Progress report: each submission, the pace and the time left."""

    def __init__(self, total, tell):
        self.total, self.tell = total, tell
        self.done = self.new = 0
        self.started = time.monotonic()

    def step(self, result, is_new):
        """Count a submission that was finished in this run or an earlier one, and report it, or one of some."""
        self.done += 1
        self.new += is_new
        if self.done % -(-self.total // MAX_LINES) and self.done < self.total:
            return
        what = f"refused: {result.refused}" if result.refused else f"{result.total:g} points"
        flags = f", {len(result.flags)} flags" if result.flags and not result.refused else ""
        pace = self.new / (time.monotonic() - self.started)
        left = f"; {60 * pace:.0f} a minute, {(self.total - self.done) / pace / 60:.0f} min left" if is_new else ""
        self.tell(f"{self.done} of {self.total}  {result.student}: {what}{flags}{left}")
