"""Pinning of processes to cores of their own, and BLAS limits that overlap."""

import multiprocessing
import os
import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from mlp_helpers.data import minibatches
from mlp_helpers.services.threads import limited_blas, n_cores, process_for_each_core

EACH_HAS_ONE = multiprocessing.Barrier(n_cores())  # inherited by the processes of a pool


def cores(place):
    EACH_HAS_ONE.wait(timeout=60)  # so that no process handles two calls
    return os.getpid(), os.sched_getaffinity(0)


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system keeps no process on a core")
def test_each_process_has_a_core_of_its_own():
    before = os.sched_getaffinity(0)
    with process_for_each_core() as pool:
        found = dict(pool.map(cores, range(n_cores()), chunksize=1))
    assert len(found) == n_cores()
    assert sorted(core for own in found.values() for core in own) == sorted(before)
    assert os.sched_getaffinity(0) == before


def limits():
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def set_limits(n_threads):
    """Set BLAS's limit in a thread that ends: while one lives that has set it, threadpoolctl ignores the others."""
    thread = threading.Thread(target=threadpool_limits, args=(n_threads, "blas"))
    thread.start()
    thread.join()


@pytest.fixture
def two_threads():
    before = limits()
    set_limits(2)
    yield limits()
    set_limits(before[0] if before else None)


@pytest.mark.parametrize("leaving", [(0, 1), (1, 0)])
def test_contexts_that_overlap_restore_the_limit(leaving, two_threads):
    contexts = [limited_blas(1), limited_blas(1)]
    for context in contexts:
        context.__enter__()
    assert limits() == [1] * len(two_threads)
    for place in leaving:
        contexts[place].__exit__(None, None, None)
    assert limits() == two_threads


def test_contexts_of_two_threads_that_overlap_restore_the_limit(two_threads):
    is_open, may_close = threading.Event(), threading.Event()

    def overlap():
        with limited_blas(1):
            is_open.set()
            may_close.wait(60)

    other = threading.Thread(target=overlap)
    other.start()
    assert is_open.wait(60)
    with limited_blas(1):
        may_close.set()
        other.join()
    assert limits() == two_threads


def test_contexts_in_each_other_restore_the_limit_of_the_outer_one(two_threads):
    with limited_blas(1):
        with limited_blas(2):
            assert limits() == [2] * len(two_threads)
        assert limits() == [1] * len(two_threads)
    assert limits() == two_threads


@pytest.mark.parametrize(("batch_size", "expected"), [(64, 1), (10_000, n_cores())])
def test_a_loop_over_minibatches_has_the_threads_that_suit_them(batch_size, expected, two_threads):
    X = np.zeros((200, 784))
    for _ in minibatches(X, X, batch_size):
        assert limits() == [expected] * len(two_threads)
    assert limits() == two_threads
    for _ in minibatches(X, X, batch_size):
        break
    assert limits() == two_threads
