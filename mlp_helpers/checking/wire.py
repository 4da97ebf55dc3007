"""Observations as data: JSON that a kernel displays under a type of its own, and that is read as bounded plain values.

Whatever a kernel sends, `decoded` gives values that `snapshot` could have made, or raises `Unreadable`.
"""

import base64
import json
import math

import numpy as np

from mlp_helpers.checking.observations import MAX_DEPTH, Observation, Opaque
from mlp_helpers.checking.questions import MAX_CHARACTERS, Raised

MIME = "application/vnd.mlp-course.observations+json"
DTYPES = {np.dtype(name).str: np.dtype(name) for name in ("?", *"bhiq", *"BHIQ", *"efd")}  # in this machine's order
MAX_BYTES = 512 << 10  # of an exercise: arrays and texts, decoded
MAX_CHARACTERS_ENCODED = 2 * MAX_BYTES
MAX_PARAMETERS = 50  # of an answer
MAX_AXES = 8


class Unreadable(ValueError):
    """Data that are no observations within the limits; the message says why."""


def encoded(observations, names):
    """Return observations, and the names of the answer's parameters, as JSON; the inverse of `decoded`."""
    entries = [[one.label, _packed(one.value), _packed(one.kept)] for one in observations]
    return json.dumps({"parameters": None if names is None else list(names), "observations": entries})


def _packed(value):
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return value
    if kind is Raised:
        return {"raised": [text[:MAX_CHARACTERS] for text in (value.kind, value.message, value.line, value.call)]}
    if kind is Opaque:
        return {"opaque": [value.kind[:MAX_CHARACTERS], value.is_callable]}
    if kind is dict:
        return {"dict": [[key[:MAX_CHARACTERS], _packed(item)] for key, item in value.items()]}
    if kind in (list, tuple):
        return {kind.__name__: list(map(_packed, value))}
    array = np.asarray(value)
    own = DTYPES.get(array.dtype.newbyteorder("=").str, np.dtype(float))  # a long double becomes a double
    content = base64.b64encode(np.ascontiguousarray(array, own).tobytes()).decode()
    return {"number" if isinstance(value, np.generic) else "array": [own.str, list(array.shape), content]}


def decoded(text, labels):
    """Return the observations in a text, a list of `Observation`, and the names of the answer's parameters, or None.

    Parameters
    ----------
    text : object
        What a kernel displayed: it may be anything.
    labels : iterable of str
        Of the cases that must be observed, in order.

    Raises
    ------
    Unreadable
        It is no text of `encoded`, or passes a limit of size, depth, dtype or shape.
    """
    if type(text) is not str or len(text) > MAX_CHARACTERS_ENCODED:
        raise Unreadable(f"what was observed must be a text of at most {MAX_CHARACTERS_ENCODED:,} characters")
    try:
        whole = json.loads(text)
        names, entries = whole["parameters"], whole["observations"]
        reader = _Reader()
        found = [Observation(_text(a), reader.value(value), kept=reader.value(kept)) for a, value, kept in entries]
        names = None if names is None else tuple(map(_text, names[:MAX_PARAMETERS]))
    except Unreadable:
        raise
    except (ValueError, KeyError, TypeError, RecursionError, MemoryError) as error:
        raise Unreadable(f"what was observed cannot be read ({type(error).__name__})") from error
    if [one.label for one in found] != list(labels):
        raise Unreadable("other cases were observed than those of the exercise")
    return found, names


class _Reader:
    """Reader of the values of an exercise, which counts their bytes."""

    def __init__(self):
        self.n_bytes = 0

    def value(self, packed, depth=0):
        """Return a value; raise Unreadable, or what Python raises for data of another form."""
        if packed is None or type(packed) in (bool, float):
            return packed
        if type(packed) is int and -(2**63) <= packed < 2**63:
            return packed
        if type(packed) is str:
            self._count(len(packed))
            return _text(packed)
        if type(packed) is not dict or len(packed) != 1:
            raise Unreadable("something was observed that is no value")
        ((kind, content),) = packed.items()
        if kind in ("array", "number"):
            return self._array(kind, *content)
        if kind == "raised":
            name, message, line, call = map(_text, content)
            return Raised(name, message, line, call)
        if kind == "opaque":
            name, is_callable = content
            return Opaque(_text(name), _bool(is_callable))
        if depth >= MAX_DEPTH or kind not in ("list", "tuple", "dict"):
            raise Unreadable("what was observed is nested too deeply, or of an unknown kind")
        self._count(8 * len(content))
        if kind == "dict":
            return {_text(key): self.value(item, depth + 1) for key, item in content}
        items = [self.value(item, depth + 1) for item in content]
        return tuple(items) if kind == "tuple" else items

    def _array(self, kind, dtype, shape, content):
        sizes = [size for size in shape if type(size) is int and 0 <= size <= MAX_BYTES]
        if len(sizes) != len(shape) or len(shape) > MAX_AXES or (kind == "number" and shape):
            raise Unreadable(f"an array of the shape {str(shape)[:50]} was observed")
        n_bytes = math.prod(sizes) * DTYPES[dtype].itemsize
        self._count(n_bytes)
        raw = base64.b64decode(content, validate=True)
        if len(raw) != n_bytes:
            raise Unreadable(f"an array of the shape {shape} was observed with other than {n_bytes} bytes")
        array = np.frombuffer(raw, DTYPES[dtype]).reshape(sizes).copy()
        if DTYPES[dtype].kind == "b":
            array = np.asarray(array.view(np.uint8) != 0)  # other bytes than 0 and 1 are no truth values
        return array[()] if kind == "number" else array

    def _count(self, n_bytes):
        self.n_bytes += n_bytes
        if self.n_bytes > MAX_BYTES:
            raise Unreadable(f"more than {MAX_BYTES >> 10} KiB were observed")


def _text(value):
    if type(value) is not str or len(value) > MAX_CHARACTERS:
        raise Unreadable("a text of an unusual length was observed, or something in its place")
    return value


def _bool(value):
    if type(value) is not bool:
        raise Unreadable("something was observed in the place of true or false")
    return value
