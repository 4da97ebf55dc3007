"""Exceptions in plain words: each sentence is said of a line of which it is true, and not where it would be false."""

import itertools
import linecache
import math
import re
from functools import partial

import numpy as np
import pytest

from mlp_helpers.checking.observations import Observation, Raised, observe
from mlp_helpers.checking.toys import ToyLayer, ToyNetwork, toy_layers
from mlp_helpers.diagnosis.exceptions import in_plain_words, quoted
from mlp_helpers.diagnosis.lines import Line
from mlp_helpers.diagnosis.sentences import SENTENCES
from mlp_helpers.exercises import exercise

RNG = np.random.default_rng(0)
SPACE = {
    "np": np,
    "math": math,
    "A": np.ones((5, 3)),
    "v": np.ones(3),
    "rng": RNG,
    "layers": toy_layers(RNG, 3, 2),
    "layer": ToyLayer(RNG, 3, 2),
    "network": ToyNetwork(RNG, 3, 2),
}


class Misspelt:
    def _init_(self, n_inputs):
        self.n_inputs = n_inputs

    def fprop(self, X):
        return X


class WithStart:
    def __init__(self, start):
        self.start = start


def two(a, b):
    return a + b


SPACE |= {"Misspelt": Misspelt, "WithStart": WithStart, "two": two}


CELLS = itertools.count()


def answer_of(code, head="x", **space):
    """Return a function from the code of its body, which is quoted as that of a notebook's cell is."""
    file, text = f"<cell {next(CELLS)}>", f"def answer({head}):\n    {code}\n"
    linecache.cache[file] = len(text), None, text.splitlines(keepends=True), file
    scope = SPACE | space
    exec(compile(text, file, "exec"), scope)
    return scope["answer"]


def hint_on(answer):
    observation = next(one for one in observe(exercise("softplus_d"), answer) if isinstance(one.value, Raised))
    return in_plain_words(observation) or quoted(observation)


# For each sentence, in its order: its beginning, code of which it is true, and code with which it would be false,
# though the exception is the same or looks alike. INSIDE is a function that does it, and is only called.
INSIDE = object()
TABLE = [
    ("A function itself stands where its result", "return x.copy > 1.0", INSIDE),
    ("`x.sort()` is None here.", "return x.sort().shape", INSIDE),
    ("There is None where a value is needed.", "return x.sort() + 1", INSIDE),
    ("A matrix product has 3 columns on its left and 2 rows", "return A @ np.ones((2, 5))", "return layer.fprop(A.T)"),
    ("A matrix product has the shapes (5, 3) and (2, 5)", "return np.dot(A, np.ones((2, 5)))", INSIDE),
    ("An array of shape (1, 3) cannot take values of shape (5, 3) in", "x = A[:1]; x += A", INSIDE),
    ("Values of shape (3,) are assigned to a place of shape (2,).", "np.zeros((2, 2))[0] = v", INSIDE),
    ("Arrays of shapes (5, 3) and (2, 5) are combined", "return A + np.ones((2, 5))", INSIDE),
    ("The arrays used as row and column numbers", "return A[[0, 1], [0, 1, 2]]", INSIDE),
    ("`np.max` and `np.min` look at one array; their", "return np.max(x, 0.5)", "return range(x.shape)"),
    ("15 numbers cannot take the shape (784,).", "return A.reshape(-1, 784)", INSIDE),
    ("Axis 1 is asked for, but the array has only one", "return v.sum(axis=1)", "return A.sum(axis=2)"),
    ("Axis 2 is asked for, but the array has 2 axes", "return A.sum(axis=2)", "return v.sum(axis=2)"),
    ("Index 5 is used along axis 0, which has 3", "return v[5]", INSIDE),
    ("2 indices are used for an array", "return v[0, 1]", "return network.gradients(v, v)"),
    ("A mask of 4 values picks from 5 entries", "return A[np.ones(4, bool)]", INSIDE),
    ("An index must be a whole number", "return v[1.5]", INSIDE),
    ("A whole number is needed here, not a fraction. `/`", "return range(len(A) / 2)", "return range(2.5)"),
    ("A whole number is needed here, not a fraction. Where", "return np.zeros(3.5)", INSIDE),
    ("A whole number is needed here, not a value of type tuple", "return range(x.shape)", "return np.max(x, 0.5)"),
    ("NumPy takes the whole shape as one argument", "return np.zeros(3, 4)", "return np.array(3, 4)"),
    ("`4` stands in the place of a dtype.", "return np.array(3, 4)", INSIDE),
    ("Items of different shapes cannot", "return np.array([[1, 2], [3]])", INSIDE),
    ("Something is empty where", "return max([])", INSIDE),
    ("`np.maximum` and `np.minimum` compare two", "return np.maximum(v, v, 0, 0)", "return np.exp(v, 2)"),
    ("A function of NumPy has one argument too many", "return np.exp(v, 2)", INSIDE),
    ("In Python `^` works on bits", "return v ^ 2", "return np.bitwise_xor(v, 2)"),
    ("The call `np.bitwise_xor(v, 2)` fails: it works on bits", "return np.bitwise_xor(v, 2)", "return v ^ 2"),
    ("Python's `if`, `and`, `max` and `min` need", "return 1 if A > 0 else 0", "return list(np.ndindex(A))"),
    ("The call `np.ndindex(A)` fails: an array has many truth", "return np.ndindex(A)", "return 1 if A > 0 else 0"),
    ("The functions of `math` take one number, and there", "return math.exp(A)", "return float(A)"),
    ("There is an array where one number is needed.", "return float(A)", "return math.exp(A)"),
    ("A list does not calculate with its entries", "return [1.0] - [2.0]", INSIDE),
    ("Lists, tuples and texts do not calculate", "return 0.5 * (1, 2)", INSIDE),
    ("A list has no `shape`; an array has.", "return [1].shape", "return layers.fprop(x)"),
    ("A list has no `fprop`. Do its items have one?", "return layers.fprop(x)", INSIDE),
    ("A Generator such as `rng` has no `rand`. Some of", "return rng.rand(3)", "return rng.shufle(v)"),
    ("An array has no `exp`. Is it a function of NumPy?", "return x.exp()", "return x.fprop()"),
    ("`numpy` has no `summ`.", "return np.summ(A)", INSIDE),
    ("`two(1, 2)`, of type int, has no `shape`. Is the name", "return two(1, 2).shape", "return network.shape"),
    ("`network` has no `sgd_epoch`. Is the name", "return network.sgd_epoch(x)", INSIDE),
    ("What is called is of type ndarray, which is no", None, "return A(1)"),
    ("The call `A(1)` fails: a value of type ndarray is called", "return A(1)", "return two(1)"),
    ("`len` got a value of type int, which has no length.", "return len(5)", INSIDE),
    ("The call `rng.shuffle(5)` fails: a value of type int has", "return rng.shuffle(5)", "return len(5)"),
    ("`len` got a single number, which has no length.", "return len(np.array(3))", INSIDE),
    ("There is a single number where several", "a, b = 5", "a, b = network"),
    ("`+=` adds to a list the items of another", "errors = []; errors += two(1, 2)", "d = {}; d |= two(1, 2)"),
    ("What is looped over or unpacked is no list", "a, b = network", "a, b = 5"),
    ("Square brackets pick an entry, and a single number", "return v.sum()[0]", INSIDE),
    ("Square brackets pick an entry, and a value of type int", "return len(v)[0]", INSIDE),
    ("The number of names on the left", "a, b = v", INSIDE),
    ("An array of int64 cannot hold numbers of float64", "x = np.arange(3); x -= 0.5", INSIDE),
    ("The package's module `network` does the work", "raise ImportError(\"No module named 'mlp_helpers.network'\")",
        "import mlp_helpers.netwrok"),
    ("`total` is used before it has a value.", "total += 1", INSIDE),
    ("There is no `undefined` here.", "return undefined", INSIDE),
    ("`sum` has no argument called `keepdim`.", "return np.sum(A, axis=1, keepdim=True)", INSIDE),
    ("A call of `two` lacks the argument 'b'.", "return two(x)", INSIDE),
    ("`normal` takes at most 3 arguments, and 4 are given.", "return rng.normal(0, 1, 2, 3)", INSIDE),
    ("`Misspelt` takes no arguments. Is its `__init__`", "return Misspelt(3)", "return [1].copy(2)"),
    ("`__init__` takes 2 arguments and is given 3; `self`", "return WithStart(1, 2)", "return two(1, 2, 3)"),
    ("`fprop` takes 2 arguments and is given 3; the object", "return Misspelt().fprop(1, 2)", "return two(1, 2, 3)"),
    ("`two` takes 2 arguments and is given 3.", "return two(1, 2, 3)", INSIDE),
    ("The output layer has no `bprop`", "return layers[-1].bprop(x)", "return [].bprop(x)"),
    ("A logarithm or root is taken of a number", "return math.log(0)", "return math.acos(2)"),
    ("The call `math.acos(2)` fails: a number lies outside", "return math.acos(2)", "return math.log(0)"),
    ("A number becomes too large for a float.", "return math.exp(1000)", "return math.log(0)"),
    ("It divides by 0.", "return 1 / 0", INSIDE),
]  # fmt: skip
FAILS = "The call `called(x)` fails: "


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("words", "true", "false", "entry"), [(*row, SENTENCES[i]) for i, row in enumerate(TABLE)])
def test_a_sentence_is_said_where_it_is_true_and_not_where_it_is_false(words, true, false, entry):
    right = answer_of(true) if true else SPACE["A"]
    hint = hint_on(right)
    assert hint.startswith(words)
    first, *others = re.split(r"\{\w+\}", entry[2])
    assert all(piece in hint for piece in (first[1:], *others))
    if false is INSIDE:
        assert hint_on(answer_of("return called(x)", called=right)).startswith(FAILS)
    else:
        assert words.rpartition(" fails: ")[2][1:] not in hint_on(answer_of(false))


def test_each_sentence_has_its_row():
    assert len(TABLE) == len(SENTENCES)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("return v[:1][5]", "Index 5 is used along axis 0, which has 1 entry, counted from 0."),
        ("return A[:, :1] @ np.ones((2, 5))", "A matrix product has 1 column on its left and 2 rows on its right"),
        ("return A.reshape(4, -1)", "15 numbers cannot take the shape (4, -1)."),
        ("return np.sum + 1", "A function itself stands where its result is needed."),
        ("return [*network.params]", "A function itself stands where its result is needed."),
        ("return [*np.array(3)]", "There is a single number where several values are needed"),
        ("return rng.random(2, 3)", "NumPy takes the whole shape as one argument"),
        ("return np.array([\n        [1, 2],\n        [3]])", "Items of different shapes cannot"),
        ("return (v[:2]\n        + layer.fprop(A.T))", "The call `layer.fprop(A.T)` fails: a matrix product has 5"),
        ("return A.sum(keepdim=True)", "`sum` has no argument called `keepdim`."),
        ("return np.max(0, x)", "`np.max` and `np.min` look at one array; their"),
        ("return two(1, 2) + two(1)", "A call of `two` lacks the argument 'b'."),
        ("for index in np.ndindex(x): pass", "The call `np.ndindex(x)` fails: an array has many truth values"),
        ("return math.sqrt(None)", "The call `math.sqrt(None)` fails: there is None where a value is needed."),
        ("return layer.fprop(A.T)", "The call `layer.fprop(A.T)` fails: a matrix product has 5 columns on its left"),
        # Of several parts of a line, the one that failed is blamed.
        ("return list(zip(network.params(), network.gradients(A.T, v)))", "The call `network.gradients(A.T, v)` f"),
        ("return rng.shuffle(len(x))", "The call `rng.shuffle(len(x))` fails: a value of type int has no length."),
        ("return layer.fprop(A @ np.ones((3, 2)))", "The call `layer.fprop(A @ np.ones((3, 2)))` fails: a matrix"),
        ("return layer.fprop(A @ np.ones((2, 2)))", "A matrix product has 3 columns on its left and 2 rows"),
        ("return two(v[0, 1], 2)", "2 indices are used for an array"),
        ("for W, b in zip(network.gradients(v[:2], v[:1, None]), [1]): pass", "The call `network.gradients(v[:2], v["),
    ],
)  # fmt: skip
def test_others_that_were_seen(code, words):
    assert hint_on(answer_of(code)).startswith(words)


def test_classes_behind_the_checks_are_not_named():
    for code in ("return network.sgd_epoch(x)", "return network()", "return network + 1", "return len(network)"):
        assert "Toy" not in hint_on(answer_of(code))
    assert hint_on(answer_of("return network + 1")).startswith(
        "It raised TypeError: unsupported operand type(s) for +: 'network' and 'int'. Look at line 2"
    )


def test_without_a_line_no_sentence_speaks_of_one():
    for raised, words in (
        (
            Raised("IndexError", "too many indices for array: array is 1-dimensional, but 2 were indexed"),
            "There was an",
        ),
        (Raised("TypeError", "'NoneType' object is not iterable"), "There was an exception, TypeError: 'NoneType'"),
        (Raised("TypeError", "two() missing 1 required positional argument: 'b'"), "A call of `two` lacks"),
    ):
        observation = Observation("ordinary", raised)
        text = in_plain_words(observation) or quoted(observation)
        assert text.startswith(words)
        assert "Look at" not in text


class WithFault:
    def __init__(self, n_inputs, n_units, rng):
        self.W = rng.normal(0, 1, n_inputs, n_units)


def test_the_line_of_a_constructor_is_quoted():
    text = in_plain_words(observe(exercise("Dense"), WithFault)[0])
    assert text.startswith("`normal` takes at most 3 arguments, and 4 are given.")
    assert "Look at line 2 of __init__, `self.W = rng.normal(0, 1, n_inputs, n_units)`." in text


@pytest.mark.parametrize(
    ("code", "held"),
    [
        ("elif x and y:  # so", {"If", "a truth value", "`y`"}),
        ("elements = x", {"`elements`"}),
        ("for i, j in zip(a,", {"For", "zip()", "several values"}),
        ("/ np.exp(x).sum(", {"Div", "a call of NumPy", "sum()"}),
        ("@ W", {"MatMult", "`W`"}),
        ("b) + c", {"Add", "`c`"}),
        ("else:", {"no line"}),
        ("return 1 if a < b < c else 2", {"a truth value"}),
        ("", {"no line"}),
    ],
)
def test_lines_are_read_also_if_they_are_parts_of_statements(code, held):
    assert held <= Line(f"line 2, `{code}`").holds


def test_others_are_quoted_as_one_sentence():
    def answer(x):
        raise RuntimeError("Out of luck.")

    observation = observe(exercise("softplus_d"), answer)[0]
    assert in_plain_words(observation) is None
    line = 'Look at line 2, `raise RuntimeError("Out of luck.")`.'
    assert quoted(observation) == f"It raised RuntimeError: Out of luck. {line} (Case: ordinary.)"


def test_a_partial_has_no_line():
    assert hint_on(partial(two, 1, 2)).startswith("`two` takes 2 arguments and is given 3. (Case")
