"""`check` of any answer whatever: a verdict, never an exception, and the student's own objects are only called."""

import collections
import datetime
import fractions
import os
import types

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mlp_helpers.checking.observations import RIGHT, observe
from mlp_helpers.checking.questions import CLASS, FUNCTION
from mlp_helpers.checks import check
from mlp_helpers.diagnosis import Attempt, judge
from mlp_helpers.exercises import exercise, names

N_ANSWERS = int(os.environ.get("MLP_ANSWERS", 200))  # .ci/run tries 5,000
FUNCTIONS = [name for name in names() if exercise(name).kind in (FUNCTION, CLASS)]


class Liar:
    """Object that claims to be an array, and raises whenever it is asked about itself."""

    __class__ = np.ndarray  # type: ignore[assignment]
    shape, size, dtype = (3, 4), 12, np.dtype(float)

    def _raise(self, *_arguments, **_keywords):
        raise SystemExit("do not ask")

    __len__ = __iter__ = __eq__ = __getattr__ = __array__ = __bool__ = __repr__ = __deepcopy__ = __float__ = _raise
    __hash__ = None


class LyingList(list):
    """List that is empty when it is looked at."""

    def __iter__(self):
        raise RuntimeError("no")

    def __len__(self):
        return -1


class LyingArray(np.ndarray):
    """Array whose shape depends on the moment."""

    @property
    def shape(self):
        raise ValueError("which shape?")


class WordlessError(Exception):
    """Exception without a message that can be read."""

    def __str__(self):
        raise RuntimeError("wordless")


def endless():
    while True:
        yield np.zeros(2), np.zeros(2)


def nested():
    inside = []
    inside.append(inside)
    return inside


numbers = st.integers(-(10**400), 10**400) | st.floats() | st.complex_numbers() | st.booleans() | st.integers(-3, 5)
arrays = hnp.arrays(
    hnp.boolean_dtypes() | hnp.integer_dtypes() | hnp.floating_dtypes() | hnp.complex_number_dtypes() | st.just("O"),
    hnp.array_shapes(min_dims=0, min_side=0, max_side=5),
    elements=None,
    fill=st.nothing(),
) | hnp.arrays(hnp.unicode_string_dtypes() | hnp.datetime64_dtypes(), (2, 3))
ODD = [
    len, np, type, Liar, Liar(), LyingList([1, 2]), np.zeros((3, 4)).view(LyingArray), Ellipsis, NotImplemented,
    np.zeros((1, 2)).view(np.matrix), np.ma.masked_array([1.0, 2.0], [True, False]), np.longdouble(1) / 3, nested(),
    datetime.date(2026, 1, 1), fractions.Fraction(1, 3), types.SimpleNamespace(shape=(2,)), {1: 2}, {1, 2}, b"b",
    np.zeros((400, 400)), np.zeros(0), "text\n" * 1000, range(10**9), object(), np.array([("a", 1)], "U1,i4"),
    lambda *arguments: arguments, np.random.default_rng(0), memoryview(b"abc"), np.add, np.array, {"sizes": Liar()},
]  # fmt: skip
Odd = collections.namedtuple("Odd", "number")  # hypothesis would ask the objects themselves for their names
odd = st.builds(Odd, st.integers(0, len(ODD) - 1))
values = st.recursive(
    numbers | arrays | odd | st.none() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
ERRORS = [
    ValueError, TypeError("a"), WordlessError(), SystemExit(3), GeneratorExit(), RecursionError("deep"), MemoryError(),
    StopIteration(1), np.exceptions.AxisError(1, 1), ExceptionGroup("g", [ValueError()]), KeyError(Liar), Warning("w"),
]  # fmt: skip
KINDS = ("returns", "returns in turn", "yields", "is endless", "raises", "spoils its arguments", "is no function")


def made(value):
    """Return a drawn value, with the odd objects in place of their numbers."""
    if isinstance(value, Odd):
        return ODD[value.number]
    if isinstance(value, list | tuple):
        return type(value)(map(made, value))
    return {key: made(item) for key, item in value.items()} if isinstance(value, dict) else value


def made_answer(kind, results, error):
    """Return an answer that returns results, yields them, raises an error, or changes its arguments."""
    if kind == "is no function":
        return results[0]

    def answer(*arguments):
        if kind == "raises":
            raise error
        if kind == "spoils its arguments":
            for argument in arguments:
                if isinstance(argument, list):
                    argument[:] = results
                elif isinstance(argument, np.ndarray):
                    argument[...] = 7
                    argument.dtype = np.int8
                elif hasattr(argument, "__dict__"):
                    argument.surprise = results[0]
        if kind == "returns in turn":
            results.append(results.pop(0))
        return iter(results) if kind == "yields" else endless() if kind == "is endless" else results[0]

    return answer


drawn = st.tuples(st.sampled_from(KINDS), st.lists(values, min_size=3, max_size=3), st.integers(0, len(ERRORS) - 1))


@pytest.mark.no_cover  # thousands of answers run the same lines, and measuring coverage would double their time
@settings(max_examples=N_ANSWERS, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(FUNCTIONS), drawn)
def test_no_answer_makes_a_check_raise(name, drawn):
    kind, results, error = drawn
    check(name, made_answer(kind, made(results), ERRORS[error]))


@settings(max_examples=N_ANSWERS // 10, suppress_health_check=list(HealthCheck))
@given(values)
def test_no_value_makes_a_check_raise(value):
    check("graph_gradients", made(value))


@pytest.mark.parametrize(
    ("name", "answer", "remark"),
    [
        ("softplus_d", lambda x: 2 * np.ones((3, 4)), "It gives 2 everywhere, whatever it gets."),
        (
            "flatten",
            lambda X: 2.2e-313 * np.ones(3),
            "In the case 'three images' (`X` of shape (3, 1, 2, 4)), the result has shape (3,)",
        ),
        ("softplus_d", lambda x: 1.7e308 * np.where(x > 0, -1, 1), "It gives numbers below 0, such as -1.7e+308."),
        (
            "central_difference",
            lambda f, x, e: float(np.mean(f(x + e) - f(x - e))) / e,
            "In the case 'a number', it gives 13.0301",
        ),
        ("softplus_d", lambda x: np.array([None, x.max()]), "It gives an array of shape (2,) and dtype object"),
        (
            "cross_entropy_gradient",
            lambda Y, P: 3 * (P - Y) if len(P) > 1 else P[0],
            "Each row is the right one times",
        ),
        # Results too large for memory, which are not looked at
        ("cross_entropy_from_logits", lambda Y, logits: range(10**12), "It gives a range instead of a number"),
        ("minibatches", lambda *arguments: [(range(10**12), [])], "A batch must be a pair of arrays"),
        ("minibatches", lambda *arguments: [([], np.zeros((10**6, 1)))], "A batch must be a pair of arrays"),
        ("minibatches", lambda *arguments: [([[range(10**12)]], [])], "A batch must be a pair of arrays"),
        ("batches_of", lambda x, size: [range(10**12)], "A batch must be an array, and is something of type range."),
        ("batches_of", lambda x, size: [[range(10**12)]], "A batch must be an array"),
    ],
)
def test_answers_that_once_stopped_a_check(name, answer, remark):
    assert judge(Attempt.at(exercise(name), answer)).remark.startswith(remark)


def test_what_an_answer_leaves_on_a_function_stops_no_later_check():
    def spoiling(function, x, epsilon):
        function.surprise = np.array(["text"])
        return 0.0

    for _ in range(2):
        check("central_difference", spoiling)


def test_an_answer_that_lies_is_not_right():
    for name in FUNCTIONS:
        assert judge(Attempt.at(exercise(name), lambda *arguments: Liar())).state != RIGHT


def test_an_argument_that_holds_itself_has_changed():
    def predict(layers, X):
        layers.append(layers)
        return X

    assert all(observation.changed for observation in observe(exercise("predict"), predict))


def test_an_interrupted_answer_is_named_with_its_case_and_line(capsys):
    def slow(x):
        raise KeyboardInterrupt

    check("softplus_d", slow)
    assert "You stopped it in the case 'ordinary', in line 2, `raise KeyboardInterrupt`." in capsys.readouterr().out


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_result_without_end_is_cut(name, capsys):
    check(name, lambda *arguments: [np.zeros(3)] * 10**5)
    assert len(capsys.readouterr().out) < 100_000
