"""Observations as data: what comes out is what went in; whatever else comes in is refused, quickly."""

import base64
import json
import os
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mlp_helpers.checking import wire
from mlp_helpers.checking.observations import Observation, Opaque, canonical, look, snapshot
from mlp_helpers.checking.questions import Raised
from mlp_helpers.checking.wire import Unreadable, decoded, encoded
from mlp_helpers.exercises import exercise, names

TEXTS = st.text(max_size=20)
ARRAYS = hnp.arrays(
    st.sampled_from(list(wire.DTYPES.values())),
    hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
)
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | TEXTS
    | ARRAYS
    | ARRAYS.map(lambda a: a[(0,) * a.ndim] if a.size else 0)
)
PLAIN |= st.builds(Raised, TEXTS, TEXTS, TEXTS, TEXTS) | st.builds(complex) | st.just(len)
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple) | st.dictionaries(TEXTS, inner, max_size=4)
    ),
)


def there_and_back(value):
    ((found,), _) = decoded(encoded([Observation("case", value)], None), ["case"])
    return found.value


def identical(one, other):
    """Return whether two values are the same, down to types, shapes and NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(identical, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(identical(one[key], other[key]) for key in one)
    if isinstance(one, np.ndarray | np.generic):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    return repr(one) == repr(other)


def test_by_hand():
    text = encoded([Observation("case", np.array([[1.5]]), kept=[2]), Observation("other", None)], ("x",))
    number = base64.b64encode(np.array([1.5]).tobytes()).decode()
    assert json.loads(text) == {
        "parameters": ["x"],
        "observations": [["case", {"array": ["<f8", [1, 1], number]}, {"list": [2]}], ["other", None, None]],
    }
    observations, names = decoded(text, ["case", "other"])
    assert names == ("x",)
    assert [(one.label, one.kept) for one in observations] == [("case", [2]), ("other", None)]


@given(VALUES)
@example(np.array([np.nan, np.inf, -np.inf, -0.0]))
@example(float("nan"))
@example(2**63 - 1)
def test_what_comes_out_is_what_went_in(value):
    assert identical(snapshot(value), there_and_back(snapshot(value)))


@pytest.mark.parametrize("dtype", [">f8", ">i2", np.longdouble])
def test_other_dtypes_become_those_of_this_machine(dtype):
    back = there_and_back(np.array([1, 2], dtype))
    assert back.dtype.str in wire.DTYPES
    assert back.tolist() == [1, 2]


@pytest.mark.parametrize("name", names())
def test_a_right_answer_fits_in_a_few_kilobytes(name):
    seen = look(exercise(name), exercise(name).key.reference)
    text = encoded(seen, None)
    assert len(text) < 200_000
    assert canonical(decoded(text, [one.label for one in seen])[0]) == canonical(seen)


def packed(*values):
    return json.dumps({"parameters": None, "observations": [["case", value, None] for value in values]})


def array(dtype="<f8", shape=(4,), n_bytes=32):
    return {"array": [dtype, shape, base64.b64encode(bytes(n_bytes)).decode()]}


BAD = {
    "bytes": b"{}",
    "nothing": None,
    "a number": 3,
    "no JSON": "case: 1",
    "an array": "[]",
    "no observations": "{}",
    "another case": json.dumps({"parameters": None, "observations": [["other", 1, None]]}),
    "no case": json.dumps({"parameters": None, "observations": []}),
    "a case twice": packed(1, 1),
    "names that are numbers": json.dumps({"parameters": [1], "observations": [["case", 1, None]]}),
    "a hundred thousand levels": "[" * 100_000 + "]" * 100_000,
    "levels of lists": packed(json.loads('{"list": [' * 50 + "1" + "]}" * 50)),
    "a million digits": packed(7).replace("7", "1" * 10**6),
    "a thousand digits": packed(10**1000),
    "a large int": packed(2**63),
    "a long text": packed("a" * 1001),
    "a long message": packed({"raised": ["ValueError", "a" * 1001, "", ""]}),
    "an exception of two parts": packed({"raised": ["ValueError", ""]}),
    "a class that is callable as a text": packed({"opaque": ["f", "true"]}),
    "arguments that are no value": json.dumps({"parameters": None, "observations": [["case", 1, [1]]]}),
    "two kinds": packed({"list": [], "tuple": []}),
    "no kind": packed({}),
    "an unknown kind": packed({"set": []}),
    "a bare list": packed([1]),
    "a dict of single keys": packed({"dict": ["a"]}),
    "objects": packed(array("|O")),
    "a structure": packed(array([["a", "<f8"]])),
    "texts": packed(array("<U2")),
    "complex numbers": packed(array("<c16")),
    "another byte order": packed(array(">f8")),
    "too few bytes": packed(array(n_bytes=31)),
    "too many bytes": packed(array(n_bytes=40)),
    "no base64": packed({"array": ["<f8", [4], "?" * 44]}),
    "a huge shape": packed(array(shape=(2**62,))),
    "a shape that overflows": packed(array(shape=(2**32, 2**32), n_bytes=0)),
    "a negative shape": packed(array(shape=(-4,))),
    "a shape of floats": packed(array(shape=(4.0,))),
    "a shape of truths": packed(array(shape=(True,), n_bytes=8)),
    "a shape that is a text": packed(array(shape="4")),
    "many axes": packed(array(shape=(1,) * 9, n_bytes=8)),
    "a number with axes": packed({"number": array()["array"]}),
    "half a megabyte in parts": packed({"list": [array(shape=(8192,), n_bytes=1 << 16)] * 9}),
    "many empty lists": packed({"list": [{"list": []}] * 70_000}),
    "a megabyte": packed(1) + " " * (1 << 20),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_observation_is_refused_with_a_reason(name):
    with pytest.raises(Unreadable) as refused:
        decoded(BAD[name], ["case"])
    assert 10 < len(str(refused.value)) < 200


def test_empty_arrays_of_any_shape_are_read():
    assert there_and_back(np.empty((0, 3))).shape == (0, 3)
    assert decoded(packed(array(shape=(0, 500_000), n_bytes=0)), ["case"])[0][0].value.shape == (0, 500_000)


def test_a_truth_value_is_true_or_false():
    content = base64.b64encode(bytes([0, 1, 2, 255])).decode()
    ((one,), _) = decoded(packed({"array": ["|b1", [4], content]}), ["case"])
    assert one.value.tolist() == [False, True, True, True]
    assert one.value.view(np.uint8).tolist() == [0, 1, 1, 1]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["list", "dict", "array", "raised", "opaque"]), inner, max_size=2)
    ),
    max_leaves=30,
)


@given(st.text() | st.binary() | JSON | JSON.map(json.dumps) | JSON.map(lambda value: packed(value)))
def test_anything_is_read_or_refused(data):
    try:
        ((one,), names) = decoded(data, ["case"])
    except Unreadable:
        return
    assert names is None
    assert identical(snapshot(one.value), one.value) or isinstance(one.value, Opaque)
    canonical([one])


def test_an_answer_that_looks_like_an_array_is_none():
    # As text, both are "case: array (2,)\n  1  2".
    looks_so = Observation("case", "array (2,)\n  1  2")
    assert there_and_back(looks_so.value) == looks_so.value
    with patch.dict(os.environ, MLP_COURSE_SEED="1"):
        assert isinstance(there_and_back(np.array([1, 2])), np.ndarray)
