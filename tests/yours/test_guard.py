"""Student code under guard: it ends in time, and leaves everything as it was."""

import builtins
import contextlib
import math
import os
import random
import sys
import threading
import time
import warnings

import numpy as np
import pytest

from mlp_helpers.yours.guard import MODULES, TooSlow, guarded


def forever(_=None):
    while True:
        pass


def through_exceptions():
    while True:
        with contextlib.suppress(Exception):
            forever()


def through_some():
    """Swallow each exception, as `observe` does, which goes on with the next case."""
    for _ in range(5):
        with contextlib.suppress(BaseException):
            forever()
    forever()


@pytest.mark.parametrize("loop", [forever, through_exceptions, through_some])
def test_a_loop_without_end_is_ended(loop):
    with pytest.raises(TooSlow), guarded(0.1):
        loop()
    # No exception comes later: the thread that sends them is over.
    assert not any(thread.name == "deadline of an answer" for thread in threading.enumerate())


def test_in_time_nothing_is_raised_even_at_the_very_end():
    for _ in range(200):
        try:
            with guarded(0.001):
                over = time.monotonic() + 0.001
                while time.monotonic() < over:
                    pass
        except TooSlow:
            pass
    assert sum(range(10_000)) == 49_995_000


def test_a_profile_function_still_works_afterwards():
    with pytest.raises(TooSlow), guarded(0.05):
        forever()
    seen = []
    sys.setprofile(lambda frame, event, _: seen.append(event))
    try:
        math.sqrt(4)
        os.getcwd()
    finally:
        sys.setprofile(None)
    assert "c_call" in seen


@pytest.mark.parametrize("trace", [threading.settrace, threading.setprofile])
def test_the_thread_of_a_deadline_ends_though_it_is_traced(trace):
    trace(lambda *_: None)
    try:
        for _ in range(100):
            with contextlib.suppress(TooSlow), guarded(0.002):
                time.sleep(0.002)  # outside of Python, where the exception that is sent has to wait
    finally:
        trace(None)


def test_what_is_wrong_in_a_block_comes_out_of_it():
    with pytest.raises(ZeroDivisionError), guarded(1):
        raise ZeroDivisionError


def replace_names():
    np.tanh = np.sin
    np.linalg.norm = np.random.normal = math.sqrt = abs
    builtins.sum = max
    del np.exp


def state():
    """Return what an answer might change."""
    settings = np.geterr(), np.get_printoptions(), os.getcwd(), list(warnings.filters)
    _, key, position, *_ = np.random.get_state()
    return settings, random.getstate(), key.tolist(), position, [dict(vars(module)) for module in MODULES]


def test_all_is_as_before(tmp_path, capsys):
    before = state()
    with guarded(5):
        np.seterr(all="raise")
        np.set_printoptions(precision=1)
        os.chdir(tmp_path)
        warnings.simplefilter("error")
        random.seed(7)
        np.random.seed(7)
        replace_names()
        print("a word")
        print("a word", file=sys.stderr)
    assert state() == before
    assert capsys.readouterr() == ("", "")


def test_it_is_as_before_after_an_exception_too():
    tanh = np.tanh
    with pytest.raises(TooSlow), guarded(0.05):
        forever(replace_names())
    assert np.tanh is tanh
    assert np.exp(0) == 1
