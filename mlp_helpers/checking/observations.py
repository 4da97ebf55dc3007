"""Observations of an answer: its results in each case, their comparison, and their canonical form as text.

They depend only on the answer and on the course seed.
"""

import contextlib
import copy
import io
import itertools
import os
import warnings
import zlib
from contextvars import ContextVar
from dataclasses import dataclass, replace
from fractions import Fraction
from types import FunctionType

import numpy as np

from mlp_helpers.checking.questions import FUNCTION, MAX_CHARACTERS, NotAnswered, Raised, message_of, where

RIGHT, PARTLY, WRONG, UNANSWERED = "right", "partly right", "not right", "not answered yet"
SYMBOLS = {RIGHT: "✓", PARTLY: "◐", WRONG: "✗", UNANSWERED: "–"}
RTOL = 1e-4  # relative to an array's largest number: float32 and other formulas stay below it, even with large logits
NOISE = 1e-12  # relative to an array's largest number: anything smaller is rounding noise
MAX_ITEMS = 200  # of all lists and dicts in a result; the others are left out
MAX_SEEN_ITEMS = 1000  # likewise, in what a conclusion is drawn from, which is not shown
MAX_MESSAGE_CHARACTERS = 300  # of an exception, in the canonical form
MAX_ENTRIES = 4000  # of an array; the numbers of a larger one are not looked at
MAX_DEPTH = 5  # of lists inside lists

asked = ContextVar("asked", default=None)  # the exercise whose check is running
stand_ins = {}  # the values that `todo` returned in place of answers, by exercise
borrowed = {}  # the values that `use_reference` put in place of answers, by exercise


class Interrupted(KeyboardInterrupt):
    """Interruption of an answer by the student; the message names the case and the line."""


@dataclass(frozen=True)
class Opaque:
    """A result that is no number, text or collection of these, by the name of its type."""

    kind: str
    is_callable: bool = False


@dataclass(frozen=True)
class Observation:
    """The behaviour of an answer in one case.

    Attributes
    ----------
    label : str
        Label of the case.
    value : object
        The result, or `Raised`.
    changed : bool
        Whether it changed an argument that it should leave alone.
    printed : str
    warned : str
        The first warning, "" if there was none.
    kept : object
        The arguments that it should leave alone, after the call, as `kept` gives them.
    """

    label: str
    value: object
    changed: bool = False
    printed: str = ""
    warned: str = ""
    kept: object = None


@dataclass(frozen=True)
class Verdict:
    """Verdict on an answer.

    Attributes
    ----------
    state : {"right", "partly right", "not right", "not answered yet"}
    remark : str
    points_share : float
        Share of the points of a partly right answer, from 0 to 1.
    notes : tuple of str
        Further remarks, such as a reply to each answer of a quiz.
    """

    state: str
    remark: str = ""
    points_share: float = 0.0
    notes: tuple = ()

    def __str__(self):
        return self.heading + (f": {self.remark}" if self.remark else "")

    @property
    def heading(self):
        """The symbol and the state, with the share of the points if it is a part."""
        part = f", {Fraction(self.points_share).limit_denominator(100)} of the points" if self.state == PARTLY else ""
        return f"{SYMBOLS[self.state]} {self.state}{part}"

    @property
    def earned(self):
        """The share of the points, from 0 to 1."""
        return 1.0 if self.state == RIGHT else self.points_share


def course_seed():
    """Return the course seed, from the environment variable MLP_COURSE_SEED if it is set.

    Raises
    ------
    ValueError
        MLP_COURSE_SEED is not an int of at least 0.
    """
    text = os.environ.get("MLP_COURSE_SEED", "28")
    if not text.isdecimal():
        raise ValueError(f"MLP_COURSE_SEED must be an int of at least 0, got {text!r}")
    return int(text)


def exercise_rng(name):
    """Return a fresh Generator for the exercise `name`, seeded with the course seed and the name."""
    return np.random.default_rng([course_seed(), zlib.crc32(name.encode())])


def observe(exercise, answer, cases=None):
    """Return an `Observation` for each case of an exercise, with its conclusions; None if it is not answered yet.

    Parameters
    ----------
    exercise : Exercise
    answer : object
    cases : dict from str to tuple, optional
        The exercise's cases under the current course seed, if they are there already. They are left as they are.
    """
    cases = cases or exercise.cases()
    return concluded(exercise, look(exercise, answer, cases), cases)


def concluded(exercise, observations, cases=None):
    """Return observations of `look` with the values to compare in place of what was seen; None for None."""
    if observations is None:
        return None
    questions, cases = exercise.questions, cases or exercise.cases()
    return [
        replace(
            one,
            value=conclusion(questions, one.value, cases[one.label]),
            changed=_differ(kept(questions, cases[one.label]), one.kept),
        )
        for one in observations
    ]


def conclusion(questions, seen, arguments):
    """Return the value to compare from what was `seen` of an answer, and the arguments as they were before."""
    if isinstance(seen, Raised) or questions.conclude is None:
        return seen
    try:
        with quiet(io.StringIO(), []):  # numbers of wrong answers may be of any size
            return snapshot(questions.conclude(seen, *arguments))
    except Exception as error:  # what was seen may be anything
        return Raised(type(error).__name__, message_of(error))


def look(exercise, answer, cases=None):
    """Return an `Observation` for each case of an exercise, with what was seen; None if it is not answered yet."""
    questions, cases = exercise.questions, cases or exercise.cases()
    if questions.kind != FUNCTION and answer is not None and answer is stand_ins.get(exercise.name):
        return None
    observations = []
    for label, arguments in cases.items():
        given = copy.deepcopy(arguments)
        printed, warned = io.StringIO(), []
        token = asked.set(exercise.name)
        try:
            with quiet(printed, warned):
                value = look_once(questions, answer, given)
        except NotAnswered:
            return None
        except KeyboardInterrupt as error:
            line, _ = where(error, answer)
            at = f", in {line}" if line else ""
            raise Interrupted(f"You stopped it in the case '{label}'{at}.") from None
        except BaseException as error:
            value = Raised(type(error).__name__, message_of(error), *where(error, answer))
        finally:
            asked.reset(token)
        warning = message_of(warned[0].message) if warned else ""
        observations.append(Observation(label, value, False, printed.getvalue(), warning, kept(questions, given)))
    return observations


def look_once(questions, answer, arguments):
    """Return what is seen of an answer in a case, as a `snapshot`; raise what it raises."""
    seen = answer(*arguments) if questions.observe is None else questions.observe(answer, *arguments)
    return snapshot(seen, MAX_ITEMS if questions.conclude is None else MAX_SEEN_ITEMS)


def is_changed(questions, before, after):
    """Return whether an argument differs that an answer should leave alone."""
    return _differ(kept(questions, before), kept(questions, after))


def kept(questions, arguments):
    """Return the arguments that an answer should leave alone, as a `snapshot`, those of toy layers, too."""
    return snapshot([_opened(one) for position, one in enumerate(arguments) if position not in questions.changes])


def _opened(value, depth=0):
    """Return a value with the attributes of toy layers as a dict; an answer may have put a list into itself."""
    if depth > MAX_DEPTH:
        return None
    if type(value) in (list, tuple):
        return [_opened(part, depth + 1) for part in value]
    if hasattr(value, "__dict__") and type(value) is not FunctionType:  # a function may carry anything
        return {key: _opened(part, depth + 1) for key, part in vars(value).items()}
    return value


def snapshot(value, most=MAX_ITEMS):
    """Return a result as plain numbers, texts, arrays, lists and dicts; anything else in it becomes `Opaque`.

    Only its true type is asked, never the object itself, which may be anything and may lie about itself. Of all its
    lists and dicts, at most `most` items are kept.
    """
    return _plain(value, itertools.repeat(None, most), 0)


def _plain(value, places, depth):
    kind = type(value)
    if value is None or kind in (bool, float, Raised, Opaque):
        return value
    if kind is int:
        return value if -(2**63) <= value < 2**63 else Opaque("huge int")
    if kind is str:
        return value[:MAX_CHARACTERS]
    if issubclass(kind, np.ndarray | np.generic):
        array = np.asarray(value)
        if array.dtype.kind not in "biuf" or array.size > MAX_ENTRIES:
            return Opaque(f"array of shape {array.shape} and dtype {array.dtype}")
        return array[()] if issubclass(kind, np.generic) else array.copy()
    if depth < MAX_DEPTH and issubclass(kind, list | tuple):
        entries = tuple.__iter__(value) if issubclass(kind, tuple) else list.__iter__(value)
        items = [_plain(item, places, depth + 1) for item, _ in zip(entries, places, strict=False)]
        return tuple(items) if issubclass(kind, tuple) else items
    if depth < MAX_DEPTH and kind is dict and all(type(key) is str for key in value):
        return {key: _plain(item, places, depth + 1) for (key, item), _ in zip(value.items(), places, strict=False)}
    return Opaque(kind.__name__, callable(value))


@contextlib.contextmanager
def quiet(printed, warned):
    """Redirect output to the StringIO `printed`, and append warnings to the list `warned`."""
    with (
        warnings.catch_warnings(record=True) as caught,
        np.errstate(all="warn", under="ignore"),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
    ):
        warnings.simplefilter("always")
        try:
            yield
        finally:
            warned += caught


def _differ(old, new):
    """Return whether an argument was changed by more than rounding noise, as from adding and subtracting a number.

    A 0 must stay 0: a floor that is written over it may be smaller than any noise.
    """
    if type(old) is not type(new):
        return True
    if isinstance(old, np.ndarray):
        if old.shape != new.shape or old.dtype != new.dtype or not np.array_equal(old == 0, new == 0):
            return True
        return not (np.array_equal(old, new) or np.allclose(old, new, rtol=1e-9, atol=1e-12, equal_nan=True))
    if isinstance(old, list | tuple):
        return len(old) != len(new) or any(map(_differ, old, new))
    if isinstance(old, dict):
        return old.keys() != new.keys() or any(_differ(old[key], new[key]) for key in old)
    return False


def agree(expected, value):
    """Return whether a value is as expected: numbers up to rounding, in any dtype; other values in type and content."""
    if isinstance(expected, Raised):
        return isinstance(value, Raised) and value.kind == expected.kind
    if isinstance(expected, dict):
        return (
            isinstance(value, dict)
            and expected.keys() == value.keys()
            and all(agree(expected[key], value[key]) for key in expected)
        )
    if isinstance(expected, list | tuple):
        return isinstance(value, list | tuple) and len(expected) == len(value) and all(map(agree, expected, value))
    wanted, got = numbers(expected), numbers(value)
    if wanted is None or got is None:
        return type(expected) is type(value) and expected == value
    return wanted.shape == got.shape and bool(np.all(close(wanted, got)))


def wrong_cases(expected, observations):
    """Return the labels of the cases in which the observations of two answers do not agree, a set."""
    pairs = zip(expected, observations, strict=True)
    return {a.label for a, b in pairs if not agree(a.value, b.value) or a.changed != b.changed}


def close(expected, got):
    """Return elementwise whether two float64 arrays of the same shape agree up to rounding."""
    finite = np.abs(expected[np.isfinite(expected)])
    scale = finite.max() if finite.size else 0.0
    with np.errstate(invalid="ignore"):
        near = np.abs(expected - got) <= RTOL * scale
    return near | (expected == got) | (np.isnan(expected) & np.isnan(got))


def numbers(value):
    """Return a number or an array of numbers as a float64 array; None for anything else."""
    if not isinstance(value, np.ndarray | np.generic | bool | int | float):
        return None
    array = np.asarray(value)
    return array.astype(np.float64) if array.dtype.kind in "biuf" else None


def canonical(observations):
    """Return the canonical form of observations, a str."""
    lines = []
    for observation in observations:
        lines += form(observation.label, observation.value)
        lines += [f"{observation.label}: its input was changed"] if observation.changed else []
    return "\n".join(lines)


def form(label, value):
    """Return the canonical form of one value of a `snapshot`, a list of lines."""
    if isinstance(value, Raised):
        message = " ".join(value.message.split())[:MAX_MESSAGE_CHARACTERS]
        return [f"{label}: raised {value.kind}" + (f": {message}" if message else "")]
    if isinstance(value, dict):
        return [f"{label}:", *_indented(value.items())]
    if isinstance(value, list | tuple):
        items = "1 item" if len(value) == 1 else f"{len(value)} items"
        return [f"{label}: {items}", *_indented((f"[{i}]", item) for i, item in enumerate(value))]
    if isinstance(value, bool | str) or value is None:
        return [f"{label}: {value}"]
    array = numbers(value)
    if array is None:
        return [f"{label}: of type {value.kind if isinstance(value, Opaque) else type(value).__name__}"]
    texts = _digits(array)
    if array.ndim == 0:
        return [f"{label}: {texts[()]}"]
    width = max(map(len, texts.flat), default=0)
    rows = texts.reshape(-1, array.shape[-1]) if array.size else []
    return [f"{label}: array {array.shape}", *("  " + "  ".join(f"{text:>{width}}" for text in row) for row in rows)]


def _indented(items):
    return ["  " + line for label, item in items for line in form(label, item)]


def _digits(array):
    """Return the numbers of an array as str of 6 significant digits, or fewer where the last are rounding noise."""
    finite = np.abs(array[np.isfinite(array)])
    largest = finite.max() if finite.size else 0.0
    noise = max(NOISE * largest, np.finfo(np.float64).tiny)  # a product of very small numbers may be 0
    decimals = int(-np.floor(np.log10(noise)))
    if decimals < 100:  # NumPy cannot round to more
        array = np.round(array, decimals)
    texts = [f"{number + 0.0:.6g}" for number in array.ravel()]  # + 0.0 turns -0 into 0
    return np.array(texts, dtype=object).reshape(array.shape)
