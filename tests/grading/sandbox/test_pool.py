"""Kernels that wait for a later notebook, or for another student's, while a cell makes the watch end all of them."""

from contextlib import contextmanager

import pytest
from test_limits import DEADLINE, HEAD, PARTS, SMALL
from weakened import sandbox

from mlp_helpers.grading.sandbox.pool import Pool
from mlp_helpers.nbcheck.kernels import Kernel, NoKernel, Session


@contextmanager
def after_many_parts(folder):
    """Yield a pool whose kernel for the notebook "b" waited while one for "a" sent a message of many parts."""
    with sandbox(folder, {}, SMALL) as specs:
        pool = Pool(lambda name: Kernel(folder, specs), ["a", "b"])
        try:
            with Session(lambda: pool.take("a"), DEADLINE) as first:
                first.run(HEAD)
                assert "what it sent took more" in first.run(PARTS).error
            yield pool
        finally:
            pool.close()


def test_what_one_kernel_sends_costs_no_other(tmp_path):
    with after_many_parts(tmp_path) as pool:
        kernel = pool.take("b")
        kernel.stop()


def test_where_a_kernel_that_waited_is_taken_anyway_it_is_dead(tmp_path, monkeypatch):
    with after_many_parts(tmp_path) as pool:
        monkeypatch.setattr("mlp_helpers.grading.sandbox.pool.NoKernel", ())
        with pytest.raises(NoKernel):
            pool.take("b")
