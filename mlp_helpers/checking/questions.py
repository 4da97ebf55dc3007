"""Questions of an exercise: its cases, and how an answer is observed in them."""

import dis
import itertools
import linecache
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FunctionType

import numpy as np

REFUSED = "ValueError"  # takes the place of a ValueError, whatever its message, where one is wanted
MAX_CHARACTERS = 1000  # of a text
MAX_ROWS = 1000  # of a list or array that an answer gives
FUNCTION, CLASS, LITERAL = "function", "class", "literal"  # kinds of answers
STEPS = "steps"  # the kind of an exercise that consists of others


class NotAnswered(Exception):
    """An exercise without an answer. Raised by its placeholder."""


@dataclass(frozen=True)
class Raised:
    """An exception in place of a result; `line` and `call` are what `where` returns."""

    kind: str
    message: str
    line: str = ""
    call: str = ""


class Misfit(Exception):
    """A result that cannot be compared; the message gives the reason."""


@dataclass(frozen=True)
class Questions:
    """The cases of an exercise, and how its answer is observed in them.

    Attributes
    ----------
    cases : callable
        Takes a Generator; returns a dict from label to arguments, a tuple.
    observe : callable, optional
        Takes the answer and the arguments of a case; returns what was seen. Grading runs it in the kernel of the
        answer, which may forge it. By default the answer is called.
    conclude : callable, optional
        Takes what was seen, and the arguments as they were before; returns the value to compare. Grading runs it
        outside, on whatever has come. It must not draw from a Generator among them. By default the value is what was
        seen.
    as_called : callable, optional
        Takes the arguments of a case; returns those with which `observe` calls the answer, if they are others.
    changes : tuple of int
        Positions of the arguments that the answer must change in place.
    kind : {"function", "class", "literal", "steps"}
        What the answer is. A literal, such as the letters of a quiz, is never run.
    awkward : tuple of str
        Labels of the cases that an answer may fail and still earn `ordinary_share` of the points.
    ordinary_share : float
        Share of the points, from 0 to 1.
    small : Questions, optional
        One case for a student to read, in place of the shortest of `cases`, where those show properties of large
        results. It has no part in the verdict.
    properties : dict from str to str or callable
        Of results in parts: what is wrong where a part differs, such as {"biases": "The biases do not start at 0."}. A
        callable takes the result that is wanted, the one that came, and the arguments of the case, and returns the
        sentence for what was observed, or None. Of results that are texts: the reply to each where it is wrong.
    parts : tuple of str
        Names of the items of a result that is a tuple: for hints, it is a result in parts.
    conceals : tuple of str
        Modules of the package with its answer, which grading withholds and no answer may call.
    """

    cases: Callable
    observe: Callable | None = None
    conclude: Callable | None = None
    as_called: Callable | None = None
    changes: tuple = ()
    kind: str = FUNCTION
    awkward: tuple = ()
    ordinary_share: float = 0.0
    small: "Questions | None" = None
    properties: dict = field(default_factory=dict)
    parts: tuple = ()
    conceals: tuple = ()


def no_text(result):
    """Return a result of an answer; a text in a tuple, so that it cannot pass for one of ours."""
    return (result,) if issubclass(type(result), str) else result


def refusing(is_refused):
    """Return an `observe` for functions that must raise a ValueError for arguments for which `is_refused` is true."""

    def look(answer, *arguments):
        if not is_refused(*arguments):
            return no_text(answer(*arguments))
        try:
            return no_text(answer(*arguments))
        except ValueError:
            return REFUSED

    return look


def is_refusal(value):
    """Return whether a result of such an `observe` stands for a ValueError."""
    return type(value) is str and value == REFUSED


def no_arguments(_rng):
    """Return the only case of an answer that is not called."""
    return {"answer": ()}


def in_shapes(wanted, got, _arguments):
    """Return what shapes arrays have, and which they should have, of results with a dict "shapes"."""
    shapes, right = (", ".join(f"{name} {shape}" for name, shape in one["shapes"].items()) for one in (got, wanted))
    return f"Its arrays have the shapes {shapes}; they should have {right}."


def own_array(value, wanted):
    """Return numbers that an answer gives, in any form, as an array of its own, which the answer cannot change later.

    Parameters
    ----------
    value : object
    wanted : str
        Beginning of the message for anything else, such as "A batch must be an array, and is something".

    Raises
    ------
    Misfit
        It is no array, list or number, or it has too many rows.
    """
    if not _is_array_like(value):
        raise Misfit(f"{wanted} of type {type(value).__name__}.")
    return np.array(value)


def handed_out(value):
    """Return an iterator over what an answer hands out with `yield`, or gives in a list.

    Raises
    ------
    Misfit
        Nothing can be taken from it.
    """
    if value is None:
        raise Misfit("Your function returns None, so no batch comes out of it. Where is its `yield`?")
    if not hasattr(type(value), "__iter__"):
        raise Misfit(f"Your function returns one value of type {type(value).__name__}. Where is its `yield`?")
    return iter(value)


def _is_array_like(value, depth=3):
    """Return whether a value is made of numbers, arrays and short lists; NumPy would read a range to its end."""
    if issubclass(type(value), np.ndarray) and value.ndim:
        return len(value) <= MAX_ROWS
    if issubclass(type(value), np.ndarray | np.generic | int | float):
        return True
    is_list = depth > 0 and issubclass(type(value), list | tuple) and len(value) <= MAX_ROWS
    return is_list and all(_is_array_like(item, depth - 1) for item in value)


def two_arrays(value):
    """Return a list or tuple of two arrays as a list of plain arrays that share their memory, or None."""
    if type(value) not in (list, tuple) or len(value) != 2:
        return None
    if not all(issubclass(type(item), np.ndarray) and item.dtype.kind in "biuf" for item in value):
        return None
    return [item.view(np.ndarray) for item in value]


def look_at_arrays(answer, arrays, *arguments):
    """Return the arrays that an answer gets in a list, after the call; what it returns is ignored."""
    passed = list(arrays)
    answer(arrays, *arguments)
    return passed


def parameters(answer):
    """Return the names of a function's parameters, a tuple of str; None for anything else."""
    return answer.__code__.co_varnames[: answer.__code__.co_argcount] if type(answer) is FunctionType else None


def where(error, answer):
    """Return the line of a function that raised an error, and the call or operation in it that failed; "" if unknown.

    The line stands behind its number, counted from `def`. Of a class, it is a line of its constructor.
    """
    if type(answer) is type and type(start := vars(answer).get("__init__")) is FunctionType:
        return where_in_method(error, start, "__init__")
    last, traceback = None, error.__traceback__
    code = answer.__code__ if type(answer) is FunctionType else None
    while code is not None and traceback is not None:
        if traceback.tb_frame.f_code is code or traceback.tb_frame.f_code in code.co_consts:
            last = traceback
        traceback = traceback.tb_next
    text = last and linecache.getline(code.co_filename, last.tb_lineno)
    if not text or not text.strip():
        return "", ""
    return f"line {last.tb_lineno - code.co_firstlineno + 1}, `{text.strip()}`", _call(last, text)


def where_in_method(error, function, name):
    """Return what `where` does of a method, whose name then stands behind the number of the line."""
    line, call = where(error, function)
    number, comma, line = line.partition(",")
    return f"{number} of {name}{comma}{line}" if line else "", call


def _call(traceback, text):
    """Return the call or operation in a line that failed, "" if it was something else, or if it has several lines."""
    code, place = traceback.tb_frame.f_code, traceback.tb_lasti
    while dis.opname[code.co_code[place]] == "CACHE":  # behind the instruction, where a call of Python's own waits
        place -= 2
    first, last, start, end = next(itertools.islice(code.co_positions(), place // 2, None))
    name = dis.opname[code.co_code[place]]
    if first != last or start is None or not re.search("CALL(?!_INTRINSIC)|BINARY_OP", name):
        return ""
    return text.encode()[start:end].decode()


def message_of(error):
    """Return the message of an exception or warning, "" if it cannot be had: a student's class may do anything."""
    try:
        return str(error)[:MAX_CHARACTERS]
    except BaseException:
        return ""
