"""Lockstep: no part resumes before all have yielded, a failure ends all, and a worker process shares arrays."""

import multiprocessing
import threading
import time

import numpy as np
import pytest

from mlp_helpers.beyond.lockstep import HAS_FORK, WorkerProcess, in_lockstep, shared_copy

needs_fork = pytest.mark.skipif(not HAS_FORK, reason="this system does not copy processes")


@pytest.mark.parametrize("n_threads", [1, 3])
def test_none_goes_on_before_all_have_come(n_threads):
    reached = [0, 0, 0]

    def part(number):
        for round_ in range(1, 30):
            reached[number] = round_
            yield
            assert min(reached) >= round_
            yield

    in_lockstep([part(number) for number in range(3)], n_threads)
    assert reached == [29, 29, 29]


@pytest.mark.parametrize("n_threads", [1, 2])
def test_a_part_that_fails_ends_all(n_threads):
    def part(fails):
        yield
        if fails:
            raise ZeroDivisionError
        yield

    with pytest.raises((ZeroDivisionError, threading.BrokenBarrierError)):
        in_lockstep([part(False), part(True)], n_threads)


def fill(array, own, other, rounds):
    """Write each round's number to the array; check that the other part is in the same round."""
    for round_ in range(1, rounds + 1):
        array[own] = round_
        yield
        assert array[other] == round_
        yield


@needs_fork
def test_both_see_the_same_and_wait_for_one_another():
    array = shared_copy(np.array([0, 0, 7]))
    worker = WorkerProcess(lambda rounds: fill(array, 1, 0, rounds))
    for rounds in (50, 20):
        worker.exhaust(fill(array, 0, 1, rounds), rounds)
        np.testing.assert_array_equal(array, [rounds, rounds, 7])


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64"])
@pytest.mark.parametrize("shape", [(3, 4), (0, 5), ()])
def test_a_shared_copy_is_a_copy(dtype, shape):
    array = np.ones(shape, dtype)
    copy = shared_copy(array)
    assert (copy.dtype, copy.shape) == (array.dtype, array.shape)
    copy[...] = 2
    assert np.all(array == 1)


@needs_fork
def test_other_arrays_are_not_shared():
    array = np.zeros(2)
    WorkerProcess(lambda: fill(array, 1, 1, 3)).exhaust(fill(array, 0, 0, 3))
    np.testing.assert_array_equal(array, [3, 0])


@needs_fork
def test_a_process_that_has_ended_is_reported(capfd):
    def failing():
        yield
        raise ZeroDivisionError("because of this")

    with pytest.raises(RuntimeError, match="the process that does the other half has ended"):
        WorkerProcess(failing).exhaust(fill(np.zeros(2), 0, 0, 3))
    deadline = time.monotonic() + 30
    said = capfd.readouterr().err
    while "because of this" not in said and time.monotonic() < deadline:
        said += capfd.readouterr().err
    assert "because of this" in said


@needs_fork
def test_after_a_failure_there_is_no_second_time():
    def interrupted():
        yield
        raise KeyboardInterrupt

    worker = WorkerProcess(lambda: fill(np.zeros(2), 0, 0, 3))
    with pytest.raises(KeyboardInterrupt):
        worker.exhaust(interrupted())
    with pytest.raises(RuntimeError, match="the process that does the other half has ended"):
        worker.exhaust(fill(np.zeros(2), 0, 0, 3))


@needs_fork
def test_the_process_ends_with_its_object():
    before = set(multiprocessing.active_children())
    worker = WorkerProcess(lambda: iter(()))
    (process,) = set(multiprocessing.active_children()) - before
    worker.exhaust(iter(()))
    assert process.is_alive()
    del worker
    process.join(30)
    assert process.exitcode == 0
