"""Student code under guard: it ends in time, and leaves everything as it was."""

import ast
import builtins
import contextlib
import math
import os
import random
import sys
import threading
import time
import warnings
from itertools import count

import numpy as np
import pytest

from mlp_helpers.yours.guard import MODULES, TooSlow, execute, guarded

N_BLOCKS = 50_000 if os.environ.get("MLP_THOROUGH") else 500
LOOPS = (
    "while True: pass",
    "for _ in count(): pass",
    "[0 for _ in count() if False]",
    "sum(0 for _ in count())",
    "sum(map(lambda n: 0, count()))",
    "def f(n):\n    'It is slow.'\n    return n if n < 2 else f(n - 1) + f(n - 2)\nf(99)",
    "while True:\n    try:\n        while True: pass\n    except: pass",
    "def f():\n    try:\n        while True: pass\n    except: pass\nfor _ in range(5): f()\nwhile True: pass",
)


def executed(source, **names):
    """Execute the statements of a source; return their name space."""
    space = {"count": count, **names}
    for statement in ast.parse(source).body:
        execute(statement, "<answer>", space)
    return space


@pytest.mark.parametrize("source", LOOPS)
def test_a_loop_without_end_is_ended(source):
    with pytest.raises(TooSlow), guarded(0.05):
        executed(source)


def test_what_catches_every_exception_is_too_slow_all_the_same():
    with pytest.raises(TooSlow), guarded(0.01), contextlib.suppress(BaseException):
        executed("while True: pass")


def test_what_is_defined_is_as_written():
    f = executed("def f(x=2):\n    'Return 1 / x.'\n    return [\n        1 / x for _ in (1, 2)]")["f"]
    assert (f(), f.__doc__, f.__code__.co_firstlineno) == ([0.5, 0.5], "Return 1 / x.", 1)
    with pytest.raises(ZeroDivisionError) as raised:
        f(0)
    assert raised.traceback[-1].lineno == 3  # counted from 0


def test_none_of_many_blocks_hangs_or_raises_outside_of_it():
    """Blocks that end when their time does; an exception sent from another thread came into the next one."""
    slow, loop = 0, executed("def until(end):\n    while monotonic() < end: pass", monotonic=time.monotonic)["until"]
    rng, interval = random.Random(0), sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threading.setprofile(lambda *_: None)
    try:
        for _ in range(N_BLOCKS):
            try:
                with guarded(0.001):
                    loop(time.monotonic() + 0.001 + rng.uniform(-4e-4, 4e-4))
            except TooSlow:
                slow += 1
            loop(time.monotonic() + 1e-5)
    finally:
        threading.setprofile(None)
        sys.setswitchinterval(interval)
    assert 0 < slow <= N_BLOCKS


def test_a_block_starts_no_thread_and_traces_nothing():
    before = threading.enumerate(), sys.gettrace(), sys.getprofile()
    with guarded(1):
        assert (threading.enumerate(), sys.gettrace(), sys.getprofile()) == before


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
        executed("replace_names()\nwhile True: pass", replace_names=replace_names)
    assert np.tanh is tanh
    assert np.exp(0) == 1
