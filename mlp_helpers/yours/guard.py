"""Student code in a notebook's own process: it cannot go on for long, and leaves behind what it found."""

import builtins
import contextlib
import ctypes
import math
import random
import sys
import threading
import warnings

import numpy as np

AGAIN_SECONDS = 0.02  # after which an exception is raised again, since code may catch every exception
MAX_TIMES = 500  # that it is raised
MODULES = (np, np.random, np.linalg, math, random, builtins)  # whose names an answer may have replaced


class TooSlow(BaseException):
    """Raised in code that has used up its time; no `except Exception` catches it."""


@contextlib.contextmanager
def guarded(seconds):
    """Run a block for at most some seconds, in silence; restore what it changed of NumPy, warnings and the folder.

    Names, error state, print options and random state of NumPy are as before afterwards, and likewise those of
    `random`, `math` and the built-in functions. Nothing is printed or displayed.

    Raises
    ------
    TooSlow
        After the time, even in `while True: pass`. A single call that never comes back to Python, such as a matrix
        product or `time.sleep`, is only stopped at its end, and a loop that catches every exception not at all.
    """
    from IPython.utils.capture import capture_output

    names = [(module, dict(vars(module))) for module in MODULES]
    generators = (np.random.get_state, np.random.set_state), (random.getstate, random.setstate)
    states = [(put, take()) for take, put in generators]
    try:
        with (
            capture_output(),
            warnings.catch_warnings(),
            np.errstate(),
            np.printoptions(),
            contextlib.chdir("."),
            _deadline(seconds),
        ):
            yield
    finally:
        for module, before in names:
            for name, value in before.items():
                if vars(module).get(name, names) is not value:
                    setattr(module, name, value)
        for put, state in states:
            put(state)


@contextlib.contextmanager
def _deadline(seconds):
    """Raise TooSlow in this thread after some seconds, again and again until the block ends."""
    thread, begun, over, late = ctypes.c_ulong(threading.get_ident()), threading.Event(), threading.Event(), []

    def watch():
        # While an exception waits for its thread, CPython 3.11 lets a traced function of any other begin for ever.
        sys.settrace(None)
        sys.setprofile(None)
        begun.wait()
        wait = seconds
        for _ in range(MAX_TIMES):
            if over.wait(wait):
                return
            late.append(True)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(TooSlow))
            wait = AGAIN_SECONDS

    watcher = threading.Thread(target=watch, name="deadline of an answer", daemon=True)
    watcher.start()
    try:
        begun.set()
        yield
        if late:  # code may have caught the exception
            raise TooSlow
    finally:
        # An exception that was sent already may come anywhere here. It must come, and not be taken back by sending
        # NULL: CPython 3.11 would then call a profile function for ever.
        for _ in range(3):
            with contextlib.suppress(TooSlow):
                over.set()
                watcher.join()
                for _ in range(10):  # each turn of a loop lets it come
                    pass
