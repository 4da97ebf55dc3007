"""Pinning of processes to cores of their own."""

import multiprocessing
import os

import pytest

from mlp_helpers.threads import n_cores, process_for_each_core

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
