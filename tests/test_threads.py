"""Who computes: processes that keep out of one another's way."""

import os
import time

import pytest

from mlp_helpers.threads import n_cores, process_for_each_core


def cores(seconds):
    time.sleep(seconds)  # so that the other processes get their share
    return os.getpid(), os.sched_getaffinity(0)


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system keeps no process on a core")
def test_each_process_has_a_core_of_its_own():
    before = os.sched_getaffinity(0)
    found, deadline = {}, time.monotonic() + 60
    with process_for_each_core() as pool:
        while len(found) < n_cores() and time.monotonic() < deadline:  # a process may start late
            found |= dict(pool.map(cores, [0.1] * n_cores(), chunksize=1))
    assert len(found) == n_cores()
    assert sorted(core for own in found.values() for core in own) == sorted(before)
    assert os.sched_getaffinity(0) == before
