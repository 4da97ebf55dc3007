"""What is seen of batches, epochs and trainings: forgeries are wrong, and right answers right, however they shuffle."""

import os

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mlp_helpers.checking.batches import has_drawn, next_numbers
from mlp_helpers.checking.observations import Opaque, agree, exercise_rng, look, observe, snapshot, wrong_cases
from mlp_helpers.exercises import exercise

N_SEEDS = int(os.environ.get("MLP_RIGHT_SEEDS", 20))  # 2,500 are 20,000 answers
SHARES = {"minibatches": 1, "sgd_epoch": 0.6, "train": 0.4}  # of the seeds
EXERCISES = list(SHARES)
MAX_BYTES = 8_000  # of what is seen of a right answer, in all cases


def looked_at(name):
    """Return what is seen of a right answer in each case, by label."""
    return {one.label: one.value for one in look(exercise(name), exercise(name).key.reference)}


def epochs_in(name, seen):
    """Return the lists of batches in what is seen."""
    return [seen["batches"]] if name == "train" else seen["batches"]


def changed(name, seen, change):
    """Return what is seen with the batches of each epoch changed."""
    epochs = [change(epoch) for epoch in epochs_in(name, seen)]
    return seen | {"batches": epochs[0] if name == "train" else epochs}


def is_right(name, label, seen):
    """Return whether the conclusion from what is seen is that of a right answer; an exception counts as wrong."""
    task = exercise(name).questions
    right = {one.label: one.value for one in exercise(name).expected}
    try:
        with np.errstate(all="ignore"):
            value = snapshot(task.conclude(seen, *task.cases(exercise_rng(name))[label]))
    except Exception:
        return False
    return agree(right[label], value)


@pytest.mark.parametrize("name", EXERCISES)
def test_what_is_seen_of_a_right_answer_is_right_and_small(name):
    seen = looked_at(name)
    assert all(is_right(name, label, value) for label, value in seen.items())
    assert n_bytes(seen) < MAX_BYTES


def n_bytes(value):
    if isinstance(value, dict):
        return n_bytes(list(value.values()))
    return sum(map(n_bytes, value)) if isinstance(value, list | tuple) else np.asarray(value).nbytes


CHANGES = {
    "Y is constant": lambda epoch: [(X, np.full_like(Y, Y[0])) for X, Y in epoch],
    "Y is that of the other samples": lambda epoch: [(X, Y[::-1]) for X, Y in epoch],
    "one sample of each batch": lambda epoch: [(X[:1].repeat(len(X), 0), Y[:1].repeat(len(X))) for X, Y in epoch],
    "the last batch is missing": lambda epoch: epoch[:-1],
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


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
@pytest.mark.parametrize("name", EXERCISES)
def test_other_batches_are_not_right(name, change):
    for label, seen in looked_at(name).items():
        assert not is_right(name, label, changed(name, seen, change)), label


@pytest.mark.parametrize("name", EXERCISES)
def test_batches_in_the_order_given_are_not_right(name):
    cases = exercise(name).cases()
    for label, seen in looked_at(name).items():
        X, Y = cases[label][:2] if name == "minibatches" else cases[label][1:3]

        def in_order(epoch, X=X, Y=Y):
            ends = np.cumsum([len(X_batch) for X_batch, _ in epoch])
            return [(X[rows], Y[rows]) for rows in np.split(np.arange(ends[-1]) % len(X), ends[:-1])]

        assert not is_right(name, label, changed(name, seen, in_order)), label
        if name != "train":
            first, second = seen["batches"]
            assert not is_right(name, label, seen | {"batches": [in_order(first), second]}), label


@pytest.mark.parametrize("name", EXERCISES)
def test_the_same_order_in_each_epoch_is_not_right(name):
    for label, seen in looked_at(name).items():
        if name == "train":
            n_steps = 3 if "3" in label else 2
            batches = seen["batches"][:n_steps] * (len(seen["batches"]) // n_steps)
        else:
            batches = [seen["batches"][0]] * 2
        assert not is_right(name, label, seen | {"batches": batches}), label


@pytest.mark.parametrize("name", EXERCISES)
def test_what_was_right_under_another_seed_is_not_right(name, monkeypatch):
    monkeypatch.setenv("MLP_COURSE_SEED", "1")
    elsewhere = looked_at(name)
    monkeypatch.setenv("MLP_COURSE_SEED", "2")
    assert not any(is_right(name, label, seen) for label, seen in elsewhere.items())


@pytest.mark.parametrize("name", EXERCISES)
def test_no_property_is_taken_over(name):
    concluded = {one.label: one.value for one in exercise(name).expected}
    for label, value in concluded.items():
        empty = {"batches": [] if name == "train" else [[], []], "next numbers": np.zeros(3)}
        claims = dict.fromkeys(value, True)
        half = changed(name, looked_at(name)[label], lambda epoch: epoch[: len(epoch) // 2])
        for forged in (claims, value, empty | claims, empty | value, half | value, {"batches": value}, str(value)):
            assert not is_right(name, label, forged), label


@pytest.mark.parametrize("name", EXERCISES)
def test_an_untouched_generator_is_not_right(name):
    for label, seen in looked_at(name).items():
        rng = exercise(name).cases()[label][-1]
        for numbers in (next_numbers(rng), None, "text", [1, 2, 3], np.zeros(2), np.float64(0.5)):
            assert not is_right(name, label, seen | {"next numbers": numbers}), label


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


numbers = st.integers() | st.floats() | st.booleans()
arrays = hnp.arrays(
    hnp.boolean_dtypes() | hnp.integer_dtypes() | hnp.floating_dtypes(), hnp.array_shapes(min_dims=0, min_side=0)
)
keys = st.sampled_from(["batches", "next numbers", "weights", "parameters", "training losses", "validation losses"])
data = st.recursive(
    numbers | arrays | st.none() | st.text(max_size=5) | st.builds(Opaque, st.text(max_size=5)),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(keys | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("name", EXERCISES)
@settings(max_examples=200, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=data)
def test_no_data_are_right_or_stop_a_conclusion(name, data):
    for label in exercise(name).cases():
        assert not is_right(name, label, data)


@pytest.mark.parametrize("name", EXERCISES)
@settings(max_examples=200, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=data, position=st.integers(0, 10))
def test_no_data_in_place_of_a_part_are_right_or_stop_a_conclusion(name, data, position):
    label, seen = next(iter(looked_at(name).items()))
    key = list(seen)[position % len(seen)]
    if key != "next numbers":  # any others than those of the untouched generator are right
        assert not is_right(name, label, seen | {key: data})
    batches = list(epochs_in(name, seen)[0])
    batches[position % len(batches)] = data
    assert not is_right(name, label, changed(name, seen, lambda _: batches))


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
    """Return a right answer to each exercise that shuffles in its own way."""

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


@pytest.mark.no_cover
@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS.keys())
@pytest.mark.parametrize("name", EXERCISES)
def test_right_answers_are_right_under_each_seed(name, order, monkeypatch):
    answer, refused = answers_by(order)[name], []
    for seed in range(round(SHARES[name] * N_SEEDS)):
        monkeypatch.setenv("MLP_COURSE_SEED", str(1000 + seed))
        if wrong_cases(exercise(name).expected, observe(exercise(name), answer)):
            refused.append(seed)
    assert refused == []


@pytest.mark.parametrize("name", EXERCISES)
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
