"""Calls of an answer: of functions of the package that grading withholds, and of other answers."""

import builtins
import dis
import math
import sys
from pathlib import Path
from types import CodeType, FunctionType

import numpy as np

from mlp_helpers.checking.observations import observe

PACKAGE = Path(__file__).parent.parent
CLOCK = "__in_time__"  # name of the function by which answers of saved notebooks look at the clock


def withheld_function(exercise, answer):
    """Return the name of a function of the package that an answer calls and that grading withholds, or None.

    It is the name in the answer itself, such as that of a class whose base class does the work.
    """
    modules = (module.replace(".", "/") for module in exercise.questions.conceals)
    files, found = {str(PACKAGE / f"{module}.py") for module in modules}, []

    def watch(frame, event, _argument):
        if event == "call" and not found and frame.f_code.co_filename in files and not _stands_in(frame):
            found.append(_name_in_answer(frame))

    if files and _may_call_package(answer, files):
        before = sys.getprofile()
        sys.setprofile(watch)
        try:
            observe(exercise, answer)
        finally:
            sys.setprofile(before)
    return found[0] if found else None


def _name_in_answer(frame):
    """Return the name of the package's function or class that an answer itself calls, from a frame further inside."""
    while frame.f_back is not None and _is_of_library(frame.f_back.f_code.co_filename):
        frame = frame.f_back
    code = frame.f_code
    first = frame.f_locals.get(code.co_varnames[0]) if "." in code.co_qualname and code.co_varnames else None
    classes = first.__mro__ if isinstance(first, type) else type(first).__mro__
    own = (one.__name__ for one in classes if str(one.__module__).startswith("mlp_helpers."))
    return next(own, code.co_qualname.partition(".")[0])


def _is_of_library(file):
    """Return whether a file is the package's, and none of those that ask the answers."""
    parts = Path(file).relative_to(PACKAGE).parts if Path(file).is_relative_to(PACKAGE) else ("exercises",)
    return parts[0] not in ("checking", "exercises", "checks.py", "diagnosis")


def _may_call_package(answer, files, seen=frozenset()):
    """Return whether an answer and its own functions use more than NumPy, `math`, built-in functions and numbers.

    It does, too, if it is a function of one of the package's `files`. `seen` holds the functions being looked at.
    """
    if type(answer) is not FunctionType or answer.__code__.co_freevars or answer.__code__.co_filename in files:
        return True
    if answer in seen:
        return False
    for name in _global_names(answer.__code__):
        value = answer.__globals__.get(name)
        if type(value) is FunctionType and value.__globals__ is answer.__globals__:
            if _may_call_package(value, files, seen | {answer}):
                return True
            continue
        is_builtin = name not in answer.__globals__ and hasattr(builtins, name)
        is_number = issubclass(type(value), int | float | np.ndarray | np.generic)
        if not (is_builtin or is_number or value is np or value is math):
            return True
    return False


def called_names(value, space):
    """Return the names of a name space that a function or class of it uses, directly or not, a set."""
    seen, waiting = set(), [value]
    while waiting:
        value = waiting.pop()
        classes = [vars(one).values() for one in value.__mro__] if isinstance(value, type) else []
        functions = [one for part in ([value], *classes) for one in part if type(one) is FunctionType]
        codes = [one.__code__ for one in functions if one.__globals__ is space]
        names = set().union(*map(_global_names, codes)) - seen
        seen |= names
        waiting += [space.get(name) for name in names]
    return seen


def _stands_in(frame):
    """Return whether a call comes from `todo`, which stands in for another answer."""
    while frame is not None:
        if frame.f_code.co_name == "todo" and frame.f_code.co_filename == str(PACKAGE / "checks.py"):
            return True
        frame = frame.f_back
    return False


def _global_names(code):
    """Return the global names that a code object and those inside it load or import, a set."""
    loads = ("LOAD_GLOBAL", "LOAD_NAME", "IMPORT_NAME")
    found = {step.argval for step in dis.get_instructions(code) if step.opname in loads} - {CLOCK}
    return found.union(*(_global_names(inner) for inner in code.co_consts if isinstance(inner, CodeType)))
