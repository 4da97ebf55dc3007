"""A second process in lockstep: it sees the same arrays, waits, and ends with its object or says that it has ended."""

import multiprocessing
import time

import numpy as np
import pytest

from mlp_helpers.companion import HAS_FORK, Companion, shared_copy

pytestmark = pytest.mark.skipif(not HAS_FORK, reason="this system does not copy processes")


def fill(array, own, other, rounds):
    """Write the number of each round; see that the other has come as far, and no further."""
    for round_ in range(1, rounds + 1):
        array[own] = round_
        yield
        assert array[other] == round_
        yield


def test_both_see_the_same_and_wait_for_one_another():
    array = shared_copy(np.array([0, 0, 7]))
    companion = Companion(lambda rounds: fill(array, 1, 0, rounds))
    for rounds in (50, 20):
        companion.exhaust(fill(array, 0, 1, rounds), rounds)
        np.testing.assert_array_equal(array, [rounds, rounds, 7])


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64"])
@pytest.mark.parametrize("shape", [(3, 4), (0, 5), ()])
def test_a_shared_copy_is_a_copy(dtype, shape):
    array = np.ones(shape, dtype)
    copy = shared_copy(array)
    assert (copy.dtype, copy.shape) == (array.dtype, array.shape)
    copy[...] = 2
    assert np.all(array == 1)


def test_other_arrays_are_not_shared():
    array = np.zeros(2)
    Companion(lambda: fill(array, 1, 1, 3)).exhaust(fill(array, 0, 0, 3))
    np.testing.assert_array_equal(array, [3, 0])


def test_a_process_that_has_ended_is_reported(capfd):
    def failing():
        yield
        raise ZeroDivisionError("because of this")

    with pytest.raises(RuntimeError, match="the process that does the other half has ended"):
        Companion(failing).exhaust(fill(np.zeros(2), 0, 0, 3))
    deadline = time.monotonic() + 30
    said = capfd.readouterr().err
    while "because of this" not in said and time.monotonic() < deadline:
        said += capfd.readouterr().err
    assert "because of this" in said


def test_the_process_ends_with_its_object():
    before = set(multiprocessing.active_children())
    companion = Companion(lambda: iter(()))
    (process,) = set(multiprocessing.active_children()) - before
    companion.exhaust(iter(()))
    assert process.is_alive()
    del companion
    process.join(30)
    assert process.exitcode == 0
