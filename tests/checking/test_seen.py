"""What is seen of answers that draw: forgeries are wrong, and right answers right under each seed."""

import functools
import os
import re

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mlp_helpers.checking.batches import has_drawn, next_numbers
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
from mlp_helpers.checking.questions import Raised, is_refusal
from mlp_helpers.exercises import exercise
from mlp_helpers.exercises.split_by_writer.cases import N_SPLITS, REFUSALS

BATCHES = ("minibatches", "sgd_epoch", "train")
NAMES = ["Dense", "inverted_dropout", "split_by_writer", *BATCHES]
N_SEEDS = int(os.environ.get("MLP_SEEDS", 10))  # 2000 look at more than 100,000 answers


def shuffled(rng, n_samples):
    order = np.arange(n_samples)
    rng.shuffle(order)
    return order


ORDERS = {
    "permutation": lambda rng, n_samples: rng.permutation(n_samples),
    "shuffle": shuffled,
    "argsort": lambda rng, n_samples: np.argsort(rng.random(n_samples)),
    "choice": lambda rng, n_samples: rng.choice(n_samples, size=n_samples, replace=False),
}


def answers_by(order):
    """Return a right answer to each exercise with batches that shuffles in its own way."""

    def minibatches(X, Y, batch_size, rng):
        rows = order(rng, len(X))
        for start in range(0, len(X), batch_size):
            batch = rows[start : start + batch_size]
            yield X[batch], Y[batch]

    def sgd_epoch(network, X, Y, learning_rate, batch_size, rng):
        for X_batch, Y_batch in minibatches(X, Y, batch_size, rng):
            for param, grad in zip(network.params(), network.gradients(X_batch, Y_batch), strict=True):
                param -= learning_rate * grad

    def train(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
        train_losses, valid_losses, kept = [], [], []
        while len(kept) < n_epochs and len(kept) - (np.argmin(valid_losses) + 1 if kept else 0) < patience:
            sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
            train_losses.append(network.evaluate(X, Y)[0])
            valid_losses.append(network.evaluate(X_valid, Y_valid)[0])
            kept.append([param.copy() for param in network.params()])
        for param, best in zip(network.params(), kept[np.argmin(valid_losses)], strict=True):
            param[...] = best
        return train_losses, valid_losses

    return {"minibatches": minibatches, "sgd_epoch": sgd_epoch, "train": train}


ANSWERS = [(name, answer) for name in NAMES for answer in (exercise(name).key.reference, *exercise(name).variants)]
ANSWERS += [pair for order in ORDERS.values() for pair in answers_by(order).items()]


def seen_of(name, answer=None):
    """Return what is seen of an answer, by default a right one, a dict by case, without those to refuse."""
    seen = look(exercise(name), answer or exercise(name).key.reference)
    return {one.label: one.value for one in seen if one.label not in REFUSALS}


@functools.cache
def right(name, _seed):
    """Return the observations of a right answer under the present course seed."""
    return exercise(name).expected


def right_cases(name, seen):
    """Return the labels of the cases, a set, in which something seen is that of a right answer."""
    task, cases = exercise(name).questions, exercise(name).cases()
    made = [Observation(label, value, kept=kept(task, cases[label])) for label, value in seen.items()]
    expected = [one for one in right(name, course_seed()) if one.label in seen]
    return set(seen) - wrong_cases(expected, concluded(exercise(name), made))


def leaves(value):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else None
    return [value] if inner is None else [leaf for item in inner for leaf in leaves(item)]


def replaced(value, change):
    """Return something seen with each of its arrays changed."""
    if isinstance(value, dict):
        return {key: replaced(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [replaced(item, change) for item in value]
    return change(value) if isinstance(value, np.ndarray) else value


def changed(name, seen, change):
    """Return what is seen with the batches of each epoch changed, or the splits."""
    if name == "split_by_writer":
        return seen | {"splits": change(seen["splits"])}
    return seen | {"batches": change(seen["batches"]) if name == "train" else list(map(change, seen["batches"]))}


@pytest.mark.no_cover
@pytest.mark.parametrize(("name", "answer"), ANSWERS)
def test_no_right_answer_is_refused(name, answer, monkeypatch):
    for seed in range(N_SEEDS):
        monkeypatch.setenv("MLP_COURSE_SEED", str(seed))
        observations = observe(exercise(name), answer)
        assert not wrong_cases(right(name, seed), observations), seed
        if name == "Dense":  # the reference might be wrong, too
            properties = {key: value for one in observations for key, value in one.value.items()}
            assert properties["weights around 0"], seed
            assert properties["normally distributed"], seed
            assert set(properties["spread of the weights"].values()) == {"as asked"}, seed
        elif name == "inverted_dropout":
            assert {one.value.get("mean of the activations", "kept") for one in observations} == {"kept"}, seed


@pytest.mark.parametrize(("name", "answer"), ANSWERS)
def test_what_is_seen_holds_no_verdict(name, answer):
    assert {type(leaf) for leaf in leaves(seen_of(name, answer))} == {np.ndarray}


@pytest.mark.parametrize("name", NAMES)
def test_what_was_seen_under_another_seed_is_right_in_no_case(name, monkeypatch):
    monkeypatch.setenv("MLP_COURSE_SEED", "1")
    seen = seen_of(name)
    assert right_cases(name, seen) == set(seen)
    for seed in range(2, 8):
        monkeypatch.setenv("MLP_COURSE_SEED", str(seed))
        assert right_cases(name, seen) == set(), seed


def properties_of(name, label):
    return next(one.value for one in right(name, course_seed()) if one.label == label)


FORGERIES = {
    "properties": lambda seen, properties: properties,
    "all true": lambda seen, properties: dict.fromkeys(properties, True),
    "properties beside nothing": lambda seen, properties: replaced(seen, lambda array: array[:0]) | properties,
    "all true beside zeros": lambda seen, properties: replaced(seen, np.zeros_like) | dict.fromkeys(properties, True),
    "properties as text": lambda seen, properties: str(properties),
    "texts": lambda seen, _: replaced(seen, lambda _: "as asked"),
    "numbers": lambda seen, _: replaced(seen, lambda _: 1.0),
    "zeros": lambda seen, _: replaced(seen, np.zeros_like),
    "ones": lambda seen, _: replaced(seen, np.ones_like),
    "empty arrays": lambda seen, _: replaced(seen, lambda array: array[:0]),
    "arrays of NaN": lambda seen, _: replaced(seen, lambda array: array * np.nan),
    "no arrays": lambda seen, _: replaced(seen, lambda _: None),
    "many rows": lambda seen, _: dict.fromkeys(seen, np.zeros((500_000, 1, 1), np.int8)),
    "empty": lambda *_: {},
    "nothing": lambda *_: None,
    "a text": lambda *_: "True",
    "a refusal": lambda *_: "ValueError",
    "true": lambda *_: True,
    "an exception": lambda *_: Raised("ValueError", "True"),
    "anything": lambda *_: Opaque("True"),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forgery_is_right_in_no_case(name, forgery):
    forged = {label: FORGERIES[forgery](seen, properties_of(name, label)) for label, seen in seen_of(name).items()}
    assert right_cases(name, forged) == set()


OTHER_BATCHES = {
    "Y is constant": lambda epoch: [(X, np.full_like(Y, Y[0])) for X, Y in epoch],
    "Y is that of the other samples": lambda epoch: [(X, Y[::-1]) for X, Y in epoch],
    "one sample of each batch": lambda epoch: [(X[:1].repeat(len(X), 0), Y[:1].repeat(len(X))) for X, Y in epoch],
    "the last batch is missing": lambda epoch: epoch[:-1],
    "half of the batches": lambda epoch: epoch[: len(epoch) // 2],
    "an empty batch at the end": lambda epoch: [*epoch, (np.zeros((0, 2)), np.zeros(0))],
    "columns are exchanged": lambda epoch: [(X[:, ::-1], Y) for X, Y in epoch],
    "the first number alone": lambda epoch: [(X[:, :1], Y) for X, Y in epoch],
    "numbers from 0 to n - 1": lambda epoch: [(np.arange(2.0 * len(X)).reshape(-1, 2), Y) for X, Y in epoch],
    "X alone": lambda epoch: [(X,) for X, _ in epoch],
    "text": lambda epoch: "True",
    "nothing": lambda epoch: [],
    "nothing of X": lambda epoch: [(None, Y) for _, Y in epoch],
    "nested lists": lambda epoch: [[[[[1.0, 2.0]]], [[[3.0]]]]],
    "another kind of array": lambda epoch: [(Opaque("array of shape (5, 2) and dtype object"), Y) for _, Y in epoch],
}  # fmt: skip
OTHER_SPLITS = {
    "the first split, always": lambda splits: splits[:1] * N_SPLITS,
    "fewer splits": lambda splits: splits[1:],
    "one image twice": lambda splits: [(np.r_[train[1:], train[1]], valid) for train, valid in splits],
    "both sides alike": lambda splits: [(valid, valid) for _, valid in splits],
    "sides exchanged": lambda splits: [(valid, train) for train, valid in splits],
    "an image less": lambda splits: [(train[1:], valid) for train, valid in splits],
    "other images": lambda splits: [(train + 1, valid + 1) for train, valid in splits],
    "negative indices": lambda splits: [(train - 100, valid) for train, valid in splits],
    "texts": lambda splits: [("train", "valid")] * N_SPLITS,
    "three sides": lambda splits: [(*split, split[0]) for split in splits],
    "nothing": lambda splits: [],
    "None": lambda splits: None,
}
CHANGES = [(name, what, change) for name in BATCHES for what, change in OTHER_BATCHES.items()]
CHANGES += [("split_by_writer", what, change) for what, change in OTHER_SPLITS.items()]


@pytest.mark.parametrize(
    ("name", "change"), [pytest.param(name, one, id=f"{name}-{what}") for name, what, one in CHANGES]
)
def test_other_batches_and_splits_are_right_in_no_case(name, change):
    forged = {label: changed(name, seen, change) for label, seen in seen_of(name).items()}
    assert right_cases(name, forged) == set()


@pytest.mark.parametrize("name", BATCHES)
def test_batches_in_the_order_given_are_not_right(name):
    cases = exercise(name).cases()
    for label, seen in seen_of(name).items():
        X, Y = cases[label][:2] if name == "minibatches" else cases[label][1:3]

        def in_order(epoch, X=X, Y=Y):
            ends = np.cumsum([len(X_batch) for X_batch, _ in epoch])
            return [(X[rows], Y[rows]) for rows in np.split(np.arange(ends[-1]) % len(X), ends[:-1])]

        assert right_cases(name, {label: changed(name, seen, in_order)}) == set()
        if name != "train":
            first, second = seen["batches"]
            assert right_cases(name, {label: seen | {"batches": [in_order(first), second]}}) == set()


@pytest.mark.parametrize("name", BATCHES)
def test_the_same_order_in_each_epoch_is_not_right(name):
    for label, seen in seen_of(name).items():
        batches = [seen["batches"][0]] * 2
        if name == "train":
            n_steps = 3 if "3" in label else 2
            batches = seen["batches"][:n_steps] * (len(seen["batches"]) // n_steps)
        assert right_cases(name, {label: seen | {"batches": batches}}) == set()


@pytest.mark.parametrize("name", [*BATCHES, "split_by_writer"])
def test_an_untouched_generator_is_not_right(name):
    for label, seen in seen_of(name).items():
        rng = exercise(name).cases()[label][-1]
        for numbers in (next_numbers(rng), None, "text", [1, 2, 3], np.zeros(2), np.float64(0.5)):
            assert right_cases(name, {label: seen | {"next numbers": numbers}}) == set()


@pytest.mark.parametrize("n_before", range(4))
@pytest.mark.parametrize(
    "draw", [lambda rng: rng.random(), lambda rng: rng.integers(2**32), lambda rng: rng.random(dtype=np.float32)]
)
def test_a_single_draw_is_noticed(draw, n_before):
    def generator():
        rng = np.random.default_rng(0)
        rng.integers(2**32, size=n_before)  # 32 bits each: of an odd number, half of a draw is left over
        return rng

    rng = generator()
    assert not has_drawn(generator(), next_numbers(generator()))
    draw(rng)
    assert has_drawn(generator(), next_numbers(rng))


def rows(seen):
    return {**seen["mask"], "which": seen["mask"]["which"][:20]}


DRAWN = {"Dense": "at the start", "inverted_dropout": "most are kept"}


@pytest.mark.parametrize(
    ("name", "change", "properties"),
    [
        ("Dense", lambda seen: {"twin": seen["stranger"]}, {"weights by rng"}),
        ("Dense", lambda seen: {"stranger": seen["twin"]}, {"weights by rng"}),
        ("Dense", lambda seen: {"second": seen["stranger"]}, {"other weights in each layer"}),
        ("Dense", lambda seen: {"layer": [seen["layer"][0], seen["layer"][1] + 1]}, {"biases"}),
        ("Dense", lambda seen: {"wide": [2**0.5 * W for W in seen["wide"]]}, {"spread of the weights"}),
        ("Dense", lambda seen: {"wide": seen["wide"][::-1]}, {"spread of the weights"}),
        ("Dense", lambda seen: {"wide": [W + W.std() / 5 for W in seen["wide"]]}, {"weights around 0"}),
        ("Dense", lambda seen: {"wide": [W.std() * np.sign(W) for W in seen["wide"]]}, {"normally distributed"}),
        ("Dense", lambda seen: {"wide": [0 * W for W in seen["wide"]]},
            {"normally distributed", "spread of the weights"}),
        ("inverted_dropout", lambda seen: {"twin": seen["stranger"]}, {"mask by rng"}),
        ("inverted_dropout", lambda seen: dict.fromkeys(("twin", "stranger", "second"), rows(seen)),
            {"mask by rng", "another mask each time"}),
        ("inverted_dropout", lambda seen: {"activations": np.zeros((60, 60))},
            {"A times the mask", "mean of the activations"}),
        ("inverted_dropout", lambda seen: {"mask": {**seen["mask"], "values": np.array([0.0, 7])}},
            {"values of the mask", "A times the mask", "mask by rng"}),
    ],
)  # fmt: skip
def test_what_is_drawn_wrongly_in_one_way_is_told(name, change, properties):
    label, seen = DRAWN[name], seen_of(name)[DRAWN[name]]
    expected, made = (
        concluded(exercise(name), [Observation(label, value)])[0].value for value in (seen, seen | change(seen))
    )
    assert {key for key in expected if not agree(expected[key], made[key])} == properties


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


@pytest.mark.parametrize(("answer", "said"), [(DenseInFloat32, True), (DenseWithoutAccess, "W and b cannot be set.")])
def test_own_arrays_are_known_by_the_values_written_into_them(answer, said):
    found = {one.label: one.value for one in observe(exercise("Dense"), answer)}
    assert found["5 samples, 3 inputs, 2 units"]["params are its own arrays"] == said
    assert found["two layers"]["two layers share no parameters"] == said


KEYS = {key for name in NAMES for value in seen_of(name).values() for key in value} | {"values", "which", "W and b"}
arrays = hnp.arrays(
    hnp.boolean_dtypes() | hnp.integer_dtypes() | hnp.floating_dtypes(), hnp.array_shapes(min_dims=0, min_side=0)
)
leaf = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | arrays
    | st.builds(Opaque, st.text(max_size=5))
    | st.sampled_from([Raised("ValueError", "no"), np.zeros((60, 60)), np.ones((4000, 1, 1))])
)  # fmt: skip
data = st.recursive(
    leaf,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.sampled_from(sorted(KEYS)) | st.text(max_size=5), inner, max_size=9)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=200, suppress_health_check=list(HealthCheck), deadline=None)
@given(made_up=data, choice=st.data())
def test_nothing_made_up_is_right_or_stops_a_conclusion(name, made_up, choice):
    real = seen_of(name)
    assert right_cases(name, dict.fromkeys(real, made_up)) == set()
    label = choice.draw(st.sampled_from(sorted(real)))
    part = choice.draw(st.sampled_from(sorted(real[label])))
    found = right_cases(name, {label: {**real[label], part: made_up}})
    if name not in DRAWN and part != "next numbers":  # any others than those of the untouched generator are right
        assert found == set()
    if name in BATCHES:
        position = choice.draw(st.integers(0, 10))

        def with_made_up(epoch):
            return [made_up if place == position % len(epoch) else batch for place, batch in enumerate(epoch)]

        assert right_cases(name, {label: changed(name, real[label], with_made_up)}) == set()


@pytest.mark.parametrize("name", BATCHES)
def test_too_many_batches_are_not_looked_at(name):
    def endless(*arguments):
        network, X, Y = arguments[:3]
        for _ in range(200):
            network.gradients(X, Y)

    def many(X, Y, batch_size, rng):
        while True:
            yield X, Y

    for one in look(exercise(name), many if name == "minibatches" else endless):
        assert "When does your loop end?" in one.value.message


def test_only_a_refusal_is_one():
    for label in REFUSALS:
        assert is_refusal(properties_of("split_by_writer", label))
        others = None, "IndexError", (np.arange(3), np.arange(2))
        assert not any(right_cases("split_by_writer", {label: other}) for other in others)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (None, "It must return two arrays of indices"),
        ((1, 2, 3), "It must return two arrays of indices"),
        ((np.ones(4, dtype=bool), np.arange(3)), "a row of indices, .* `np.flatnonzero` gives the indices"),
        ((np.ones((4, 3)), np.arange(3)), r"a row of indices, whole numbers, and is an array of shape \(4, 3\)"),
        (("ab", np.arange(3)), "One side must be an array of indices, and is something of type str"),
    ],
)
def test_other_results_are_said(given, message):
    for value in seen_of("split_by_writer", lambda *arguments: given).values():
        assert value.kind == "Misfit"
        assert re.search(message, value.message)
