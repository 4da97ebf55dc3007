"""Student code in a notebook's own process: it cannot go on for long, and leaves behind what it found."""

import ast
import builtins
import contextlib
import math
import random
import warnings
from contextvars import ContextVar
from time import monotonic

import numpy as np

from mlp_helpers.diagnosis.withheld import CLOCK

MODULES = (np, np.random, np.linalg, math, random, builtins)  # whose names an answer may have replaced
_ends = ContextVar("end of the running block's time", default=math.inf)


class TooSlow(BaseException):
    """Raised in code that has used up its time; no `except Exception` catches it."""


def execute(statement, file, space):
    """Execute a statement of a student, an `ast.stmt`, in a name space; what it defines looks at the clock for good.

    It looks in each turn of a loop and of a comprehension, and in each call of a function.
    """
    space[CLOCK] = _in_time
    tree = ast.fix_missing_locations(_Limited().visit(ast.Module([statement], [])))
    exec(compile(tree, file, "exec"), space)


def _in_time():
    """Return True; raise TooSlow if the time of the running block is over."""
    if monotonic() > _ends.get():
        raise TooSlow
    return True


class _Limited(ast.NodeTransformer):
    """Puts a look at the clock where code may go on for ever."""

    def generic_visit(self, node):
        super().generic_visit(node)
        look = ast.Call(ast.Name(CLOCK, ast.Load()), [], [])
        match node:
            case ast.For() | ast.AsyncFor() | ast.While():
                node.body.insert(0, ast.Expr(look))
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                node.body.insert(ast.get_docstring(node, clean=False) is not None, ast.Expr(look))
            case ast.Lambda():
                node.body = ast.IfExp(look, node.body, ast.Constant(None))
            case ast.comprehension():
                node.ifs.insert(0, look)
        return node


@contextlib.contextmanager
def guarded(seconds):
    """Run a block for at most some seconds, in silence; restore what it changed of NumPy, warnings and the folder.

    Names, error state, print options and random state of NumPy are as before afterwards, and likewise those of
    `random`, `math` and the built-in functions. Nothing is printed or displayed.

    Raises
    ------
    TooSlow
        After the time, in code of `execute`, even in `while True` around an `except` that catches everything; other
        code, such as a matrix product, `time.sleep` or a loop in another module, runs to its end first, if it has one.
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
    """Raise TooSlow in code of `execute` after some seconds, and at the end of the block if it took longer."""
    token = _ends.set(monotonic() + seconds)
    try:
        yield
        _in_time()  # code may have caught the exception
    finally:
        _ends.reset(token)
