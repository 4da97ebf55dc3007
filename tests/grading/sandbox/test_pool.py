"""Kernels that wait for a later notebook, or for another student's, and that the watch ends meanwhile."""

from contextlib import contextmanager

import pytest
from weakened import sandbox

from mlp_helpers.grading.sandbox.pool import Pool
from mlp_helpers.nbcheck.kernels import Kernel, NoKernel


@contextmanager
def after_an_end(folder):
    """Yield a pool whose kernel for the notebook "b" was ended while it waited, as for what one for "a" sent."""
    with sandbox(folder, {}, {}) as specs:
        pool = Pool(lambda name: Kernel(folder, specs), ["a", "b"])
        try:
            pool.take("a").stop()
            pool._waiting["b"].km.provisioner.end("what it sent took too much memory")
            yield pool
        finally:
            pool.close()


def test_another_kernel_is_started(tmp_path):
    with after_an_end(tmp_path) as pool:
        pool.take("b").stop()


def test_where_a_kernel_that_waited_is_taken_anyway_it_is_dead(tmp_path, monkeypatch):
    monkeypatch.setattr("mlp_helpers.grading.sandbox.pool.NoKernel", ())
    with after_an_end(tmp_path) as pool, pytest.raises(NoKernel):
        pool.take("b")
