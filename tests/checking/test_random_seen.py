"""Conclusions on `Dense` and `inverted_dropout` from what was seen, right or forged: only drawn numbers are right."""

import contextlib
import functools
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mlp_helpers.checking.observations import (
    Observation,
    Opaque,
    agree,
    concluded,
    course_seed,
    kept,
    look,
    observe,
    wrong_cases,
)
from mlp_helpers.checking.questions import Raised
from mlp_helpers.exercises import exercise

NAMES = ("Dense", "inverted_dropout")
MAX_BYTES = {"Dense": 60_000, "inverted_dropout": 120_000}
# MLP_SEEDS=2000 looks at 20,000 answers.
ANSWERS = [(name, answer) for name in NAMES for answer in (exercise(name).key.reference, *exercise(name).variants)]
N_SEEDS = int(os.environ.get("MLP_SEEDS", 10))


def seen_of(name, answer=None):
    """Return what is seen of an answer, by default a right one, a dict by case."""
    return {one.label: one.value for one in look(exercise(name), answer or exercise(name).key.reference)}


@functools.cache
def right(name, _seed):
    """Return the observations of a right answer under the present course seed."""
    return exercise(name).expected


def right_cases(name, seen):
    """Return the labels of the cases, a set, in which something seen is that of a right answer."""
    task, cases = exercise(name).questions, exercise(name).cases()
    made = [Observation(label, value, kept=kept(task, cases[label])) for label, value in seen.items()]
    made = concluded(exercise(name), made)
    return set(seen) - wrong_cases(right(name, course_seed()), made)


def size(value):
    """Return the bytes of all arrays in something seen."""
    if isinstance(value, dict):
        return sum(map(size, value.values()))
    return sum(map(size, value)) if isinstance(value, list | tuple) else getattr(value, "nbytes", 0)


def replaced(value, change):
    """Return something seen with each of its arrays changed."""
    if isinstance(value, dict):
        return {key: replaced(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [replaced(item, change) for item in value]
    return change(value) if isinstance(value, np.ndarray) else value


@pytest.mark.no_cover
@pytest.mark.parametrize(("name", "answer"), ANSWERS)
def test_no_right_answer_is_refused(name, answer, monkeypatch):
    for seed in range(N_SEEDS):
        monkeypatch.setenv("MLP_COURSE_SEED", str(seed))
        observations = observe(exercise(name), answer)
        assert not wrong_cases(right(name, seed), observations), seed
        properties = {key: value for one in observations for key, value in one.value.items()}
        if name == "Dense":  # the reference might be wrong, too
            assert properties["weights around 0"], seed
            assert properties["normally distributed"], seed
            assert set(properties["spread of the weights"].values()) == {"as asked"}, seed
        else:
            assert properties["mean of the activations"] == "kept", seed


@pytest.mark.parametrize(("name", "answer"), ANSWERS)
def test_what_is_seen_is_small_and_holds_no_verdict(name, answer):
    seen = seen_of(name, answer)
    assert size(seen) < MAX_BYTES[name]
    assert {type(leaf) for leaf in leaves(seen)} == {np.ndarray}


def leaves(value):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else None
    return [value] if inner is None else [leaf for item in inner for leaf in leaves(item)]


@pytest.mark.parametrize("name", NAMES)
def test_what_was_seen_under_another_seed_is_right_in_no_case(name, monkeypatch):
    monkeypatch.setenv("MLP_COURSE_SEED", "1")
    seen = seen_of(name)
    assert right_cases(name, seen) == set(seen)
    for seed in range(2, 8):
        monkeypatch.setenv("MLP_COURSE_SEED", str(seed))
        assert right_cases(name, seen) == set(), seed


FORGERIES = {
    "properties": lambda name, label: next(one.value for one in right(name, course_seed()) if one.label == label),
    "all true": lambda name, label: dict.fromkeys(FORGERIES["properties"](name, label), True),
    "texts": lambda name, label: replaced(seen_of(name)[label], lambda _: "as asked"),
    "numbers": lambda name, label: replaced(seen_of(name)[label], lambda _: 1.0),
    "zeros": lambda name, label: replaced(seen_of(name)[label], np.zeros_like),
    "ones": lambda name, label: replaced(seen_of(name)[label], np.ones_like),
    "empty arrays": lambda name, label: replaced(seen_of(name)[label], lambda array: array[:0]),
    "arrays of NaN": lambda name, label: replaced(seen_of(name)[label], lambda array: array * np.nan),
    "no arrays": lambda name, label: replaced(seen_of(name)[label], lambda _: None),
    "many rows": lambda name, label: dict.fromkeys(seen_of(name)[label], np.zeros((500_000, 1, 1), np.int8)),
    "empty": lambda name, label: {},
    "nothing": lambda name, label: None,
    "a text": lambda name, label: "True",
    "true": lambda name, label: True,
    "an exception": lambda name, label: Raised("ValueError", "True"),
    "anything": lambda name, label: Opaque("True"),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forgery_is_right_in_no_case(name, forgery):
    forged = {label: FORGERIES[forgery](name, label) for label in seen_of(name)}
    assert right_cases(name, forged) == set()


@pytest.mark.parametrize(
    ("change", "properties"),
    [
        (lambda seen: {**seen, "twin": seen["stranger"]}, {"weights by rng"}),
        (lambda seen: {**seen, "stranger": seen["twin"]}, {"weights by rng"}),
        (lambda seen: {**seen, "second": seen["stranger"]}, {"other weights in each layer"}),
        (lambda seen: {**seen, "layer": [seen["layer"][0], seen["layer"][1] + 1]}, {"biases"}),
        (lambda seen: {**seen, "wide": [2**0.5 * W for W in seen["wide"]]}, {"spread of the weights"}),
        (lambda seen: {**seen, "wide": seen["wide"][::-1]}, {"spread of the weights"}),
        (lambda seen: {**seen, "wide": [W + W.std() / 5 for W in seen["wide"]]}, {"weights around 0"}),
        (lambda seen: {**seen, "wide": [W.std() * np.sign(W) for W in seen["wide"]]}, {"normally distributed"}),
        (
            lambda seen: {**seen, "wide": [0 * W for W in seen["wide"]]},
            {"normally distributed", "spread of the weights"},
        ),
    ],
)
def test_weights_that_are_wrong_in_one_way_are_told(change, properties):
    label = "at the start"
    expected, made = (
        concluded(exercise("Dense"), [Observation(label, value)])[0].value
        for value in (seen_of("Dense")[label], change(seen_of("Dense")[label]))
    )
    assert {key for key in expected if not agree(expected[key], made[key])} == properties


@pytest.mark.parametrize(
    ("change", "properties"),
    [
        (lambda seen: {**seen, "twin": seen["stranger"]}, {"mask by rng"}),
        (
            lambda seen: {**seen, "twin": rows(seen), "stranger": rows(seen), "second": rows(seen)},
            {"mask by rng", "another mask each time"},
        ),
        (lambda seen: {**seen, "activations": np.zeros((60, 60))}, {"A times the mask", "mean of the activations"}),
        (lambda seen: {**seen, "mask": {**seen["mask"], "values": np.array([0.0, 7])}}, {"values of the mask"}),
    ],
)
def test_masks_that_are_wrong_in_one_way_are_told(change, properties):
    label = "most are kept"
    expected, made = (
        concluded(exercise("inverted_dropout"), [Observation(label, value)])[0].value
        for value in (seen_of("inverted_dropout")[label], change(seen_of("inverted_dropout")[label]))
    )
    assert properties <= {key for key in expected if not agree(expected[key], made[key])}


def rows(seen):
    return {**seen["mask"], "which": seen["mask"]["which"][:20]}


class DenseInFloat32(exercise("Dense").key.reference):
    """Parameters of another dtype; b with one axis."""

    def __init__(self, n_inputs, n_units, rng):
        super().__init__(n_inputs, n_units, rng)
        self.W, self.b = self.W.T.astype(np.float32), np.zeros(n_units, np.float16)


class DenseWithoutAccess(exercise("Dense").key.reference):
    """Parameters that cannot be set."""

    W = property(lambda self: None)

    def __init__(self, n_inputs, n_units, rng):
        pass

    def params(self):
        return [np.ones((3, 2)), np.ones((1, 2))]


@pytest.mark.parametrize(
    ("answer", "own", "shared"),
    [
        (DenseInFloat32, True, True),
        (DenseWithoutAccess, "W and b cannot be set.", "W and b cannot be set."),
    ],
)
def test_own_arrays_are_known_by_the_values_written_into_them(answer, own, shared):
    found = {one.label: one.value for one in observe(exercise("Dense"), answer)}
    assert found["5 samples, 3 inputs, 2 units"]["params are its own arrays"] == own
    assert found["two layers"]["two layers share no parameters"] == shared


class DenseOfOneLayer(exercise("Dense").key.reference):
    """All layers of a size have the same arrays."""

    kept = {}  # noqa: RUF012

    def __init__(self, n_inputs, n_units, rng):
        super().__init__(n_inputs, n_units, rng)
        self.W, self.b = self.kept.setdefault((n_inputs, n_units), (self.W, self.b))


def test_layers_that_share_parameters_are_told():
    value = {one.label: one.value for one in observe(exercise("Dense"), DenseOfOneLayer)}["two layers"]
    assert value["two layers share no parameters"] is False


KEYS = {key for name in NAMES for value in seen_of(name).values() for key in value} | {"values", "which", "W and b"}
dtypes = st.sampled_from([bool, np.uint8, np.int64, np.float32, np.float64])
leaf = (
    st.none() | st.booleans() | st.integers(-3, 10**18) | st.floats() | st.text(max_size=5)
    | st.sampled_from([Raised("ValueError", "no"), Opaque("type"), np.zeros((60, 60)), np.ones((4000, 1, 1))])
    | arrays(dtypes, st.sampled_from([(), (0,), (2,), (4, 3)]))
)  # fmt: skip
data = st.recursive(
    leaf,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.sampled_from(sorted(KEYS)), inner, max_size=9)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("name", NAMES)
@given(made_up=data, choice=st.data())
def test_nothing_made_up_is_right_or_raises_more_than_an_exception(name, made_up, choice):
    task, cases, real = exercise(name).questions, exercise(name).cases(), seen_of(name)
    assert right_cases(name, dict.fromkeys(real, made_up)) == set()
    label = choice.draw(st.sampled_from(sorted(real)))
    part = choice.draw(st.sampled_from(sorted(real[label])))
    with np.errstate(all="ignore"), contextlib.suppress(Exception):
        task.conclude({**real[label], part: made_up}, *cases[label])
