"""JSON data with equal parts stored once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_parts import whole

from mlp_helpers.widgets.sharing import MIN_SHARED_CHARACTERS, shared

LONG = list(range(MIN_SHARED_CHARACTERS))
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
PLAIN = st.none() | st.booleans() | NUMBERS | st.text(max_size=9)
NAMES = st.text("abc", max_size=2)


def test_equal_parts_by_hand():
    assert shared([{"x": LONG, "y": [1]}]) == ([{"x": LONG, "y": [1]}], [])
    assert shared([{"x": LONG}, [LONG]]) == ([{"x": {"$": 0}}, [{"$": 0}]], [LONG])
    assert shared([[LONG], [LONG], [LONG, 1]]) == ([[{"$": 0}], [{"$": 0}], [{"$": 0}, 1]], [LONG])
    pair = {"x": LONG, "longer name": 1}
    assert shared([[pair], pair, LONG]) == ([[{"$": 1}], {"$": 1}, {"$": 0}], [LONG, {"x": {"$": 0}, "longer name": 1}])
    assert shared([(1, 2), [1, 2]]) == ([[1, 2], [1, 2]], [])  # a reference would be as long


@given(st.recursive(PLAIN, lambda part: st.lists(part) | st.dictionaries(NAMES, part), max_leaves=40))
def test_the_value_comes_back(value):
    reduced, parts = shared([value, value, [value]])
    assert whole(reduced, parts) == [value, value, [value]]
    assert len({str(part) for part in parts}) == len(parts)


def test_equal_numbers_of_two_kinds_stay_apart():
    ints, floats = LONG, [float(i) for i in LONG]
    reduced, parts = shared([ints, floats])
    assert repr(whole(reduced, parts)) == repr([ints, floats])


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_cannot_hold(value):
    with pytest.raises(ValueError, match="JSON"):
        shared([value])
