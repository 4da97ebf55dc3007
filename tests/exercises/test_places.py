"""Places of faults in students' code: found where they are, never where they are not, and nothing else happens."""

import ast
import copy
import inspect
import random
import re
import tracemalloc
from types import SimpleNamespace

import numpy as np
import pytest
from wrong_answers.train import train_returns_nothing

import mlp_helpers as mlp
from mlp_helpers.diagnosis import Attempt, places
from mlp_helpers.exercises import exercise


def find(name, answer):
    return places.place(Attempt(exercise(name), exercise(name).cases(), None, answer))


def brackets(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.exp(shifted / np.exp(shifted).sum(axis=1, keepdims=True))


def axis(X, means):
    distances = ((X[:, np.newaxis] - means) ** 2).sum(axis=1)
    return distances.argmin(axis=1)


def last_row(one_hot_labels):
    order = np.argsort(one_hot_labels, axis=1)
    return order[-1].astype(int)


def exponentials(logits):
    return np.exp(logits - logits.max(axis=1, keepdims=True))


def softmax_by_helper(logits):
    e = exponentials(logits)
    return e / e.sum(axis=0, keepdims=True)


def endless(x):
    return endless(x) + 0.5 * (1 - np.tanh(0.5 * x))


def saving_helper(x):
    np.save("/tmp/never", x)
    return x


def by_saving_helper(x):
    return saving_helper(x) - 1


def brackets_lost(x):
    return 1 / 1 + np.exp(-x)


def of_two_classes(Y, logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    log_p = np.minimum(log_p, -1e-16)
    loss = Y * log_p + (1 - Y) * np.log(1 - np.exp(log_p))  # other brackets come out right, too, by accident
    return -np.mean(loss.sum(axis=1))


def short(X, means):
    d = ((X[:, None] - means) ** 2).sum(axis=1)
    return d.argmin(axis=1)


def early_return(y, y_pred):  # noqa: RET503
    wrong = 0
    for label, guess in zip(y, y_pred, strict=True):
        if label != guess:
            wrong += 1
        return wrong / len(y)


def begun_once(X, means):
    labels = []
    best = np.inf
    for x in X:
        for k, mean in enumerate(means):
            distance = ((x - mean) ** 2).sum()
            if distance < best:
                best, label = distance, k
        labels.append(label)
    return np.array(labels)


def slices(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    X, Y = X[order], Y[order]
    for start in range(0, len(X), batch_size):
        yield X[start:batch_size], Y[start:batch_size]


def columns_in_two_lines(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        chosen = order[start : start + batch_size]
        x_batch = X[chosen][1:]
        y_batch = Y[chosen][1:]
        yield x_batch, y_batch


SAME_SLICES = (
    "The same change in two places of line 5 of your function makes it right. Look at `X[start:batch_size]` and "
    "`Y[start:batch_size]`."
)
SAME_LINES = (
    "The same change in lines 5 and 6 of your function makes it right. Look at `X[chosen][1:]` and `Y[chosen][1:]`."
)


def shifted_above(logits):
    return np.exp(logits - logits.max(axis=1, keepdims=True)) / np.exp(logits).sum(axis=1, keepdims=True)


def squared_late(X, means):
    distances = [np.sum(X - m, axis=1) ** 2 for m in means]
    return np.argmin(distances, axis=0)


def other_randomness(X, Y, batch_size, rng):
    order = np.random.permutation(len(X))
    for start in range(0, len(X), batch_size):
        batch = order[start : start + batch_size]
        yield X[batch], Y[batch]


def from_0(X):
    ranges = np.zeros(X.shape[1])
    for j, column in enumerate(X.T):
        largest = 0
        smallest = 0
        for number in column:
            if number > largest:
                largest = number
            if smallest > number:
                smallest = number
        ranges[j] = largest - smallest
    return ranges


def kept_at_first(one_hot_labels):
    classes = []
    for row in one_hot_labels:
        best, place = row[0], 0
        for k, number in enumerate(row):
            if number > best:
                place = k
        classes.append(place)
    return np.array(classes)


def of_ten(X, means):
    distances = np.zeros((len(X), 10))
    for k in range(len(means)):
        distances[:, k] = np.sum((X - means[k]) ** 2, axis=1)
    return np.argmin(distances, axis=1)


def of_places(X):
    largest = X.argmax(axis=0)
    smallest = X.argmin(axis=0)
    return largest - smallest


def of_rows(X):
    largest = np.max(X, axis=1)
    return largest - np.min(X, axis=1, keepdims=True)


def in_either_line(logits):
    total = 0
    rows = []
    for row in np.exp(logits - logits.max(axis=1, keepdims=True)):
        total += row.sum()
        rows.append(row / total)
    return np.array(rows)


SEARCHES = (
    "Changes in lines 4 and 5 of your function make it right. Look at `largest = 0` and `smallest = 0`: with which "
    "number should a search begin?"
)
EITHER = (
    "One change in line 2, or else in line 5, of your function makes it right. Look at `total = 0` and "
    "`total += row.sum()`."
)


@pytest.mark.parametrize(
    ("name", "answer", "hint"),
    [
        ("unhot", last_row, "line 3 of your function makes it right. Look at `order[-1]`."),
        ("column_ranges", from_0, SEARCHES),
        ("unhot", kept_at_first, "line 6 of your function makes it right. Look at `number > best`: with which number"),
        (
            "nearest_mean",
            of_ten,
            "line 2 of your function makes it right. Look at `np.zeros((len(X), 10))`: is a number",
        ),
        (
            "column_ranges",
            of_places,
            "The same change in lines 2 and 3 of your function makes it right. Look at `X.arg",
        ),
        (
            "column_ranges",
            of_rows,
            "The same change in lines 2 and 3 of your function makes it right. Look at `np.max(X",
        ),
        ("softmax", in_either_line, EITHER),
        ("softmax", brackets, "line 3 of your function makes it right. Look at `shifted / np.exp(shifted).sum("),
        ("nearest_mean", axis, "line 2 of your function makes it right. Look at `((X[:, np.newaxis] - means)"),
        (
            "nearest_mean",
            short,
            "line 2 of your function makes it right. Look at `((X[:, None] - means) ** 2).sum(axis=1)",
        ),
        (
            "softmax",
            softmax_by_helper,
            "line 3 of your function makes it right. Look at `e.sum(axis=0, keepdims=True)`.",
        ),
        (
            "classification_error",
            early_return,
            "line 6 of your function makes its results right. Look at `return wrong / len(y)`: is it in",
        ),
        (
            "nearest_mean",
            begun_once,
            "line 3 of your function makes it right. Look at `best = np.inf`: is it in the right",
        ),
        ("minibatches", slices, SAME_SLICES),
        ("minibatches", columns_in_two_lines, SAME_LINES),
        ("softmax", shifted_above, "line 2 of your function makes it right. Look at `np.exp(logits)`."),
        ("nearest_mean", squared_late, "line 2 of your function makes it right. Look at `np.sum(X - m, axis=1)`: are"),
        ("minibatches", other_randomness, "line 2 of your function makes it right. Look at `np.random.permutation("),
        (
            "softplus_d",
            brackets_lost,
            "line 2 of your function makes it right. Look at `1 / 1`: are the brackets in the right place?",
        ),
        (
            "cross_entropy_from_logits",
            of_two_classes,
            "line 5 of your function makes it right. Look at `Y * log_p + (1 - Y) * np.log(1 -",
        ),
    ],
)
def test_the_place_is_found(name, answer, hint):
    assert (f"One change in {hint}" if hint.startswith("line ") else hint) in find(name, answer)


@pytest.mark.parametrize("name", ["softmax", "nearest_mean", "minibatches", "sgd_epoch"])
def test_nothing_is_said_of_two_faults_or_of_another_exercise(name):
    def two(*arguments):
        return np.sum(arguments[0]) + 3

    assert find(name, two) is None


def opens(x):
    print(x, file=open("/tmp/never", "w"))  # noqa: SIM115
    return x


def imports(x):
    import os

    return os and x


def saves(x):
    np.save("/tmp/never", x)
    return x


def underscored(x):
    return x.__class__(x)


def with_inner(x):
    def inner(x):
        return x

    return inner(x)


def starred(*x):
    return 0.5 * (1 - np.tanh(np.multiply(0.5, *x)))


def walrus(x):
    return (y := x) and y


half = 0.5


def defaults_to_itself(x, half=half):
    return half * (1 - np.tanh(half * x))


def helper_that_defaults_to_itself(x, half=half):
    return x - half


def by_helper_that_defaults_to_itself(x):
    return helper_that_defaults_to_itself(x) + 1


def says_it_wraps(x):
    return 0.5 * (1 - np.tanh(0.5 * x))


says_it_wraps.__wrapped__ = 5


@pytest.mark.parametrize("answer", [defaults_to_itself, by_helper_that_defaults_to_itself, says_it_wraps])
def test_no_place_is_found_in_a_function_that_cannot_be_copied(answer):
    assert find("softplus_d", answer) is None


@pytest.mark.parametrize(
    "answer",
    [
        *(by_saving_helper, endless, opens, imports, saves, underscored, with_inner, starred, walrus),
        *(lambda x: x, np.tanh, len, None, mlp.Activation("relu"), eval("lambda x: x")),
    ],
)
def test_no_variant_does_more_than_compute(answer, monkeypatch):
    run = []
    monkeypatch.setattr(places._Trial, "_is_right", lambda trial: run.append(ast.unparse(trial.tree)))
    assert find("softplus_d", answer) is None
    assert not re.search(r"import os|open|np\.save|__class__|def inner|\*x|:=", "".join(run))


def grows(labels, n_classes):
    rows = []
    for _label in labels:
        rows.append(rows)
        rows += rows
    return np.array(rows)


def loops(X, means):
    k = 0
    while k < len(X):
        k = k * 1
    return np.zeros(len(X))


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "answer"), [("one_hot", grows), ("nearest_mean", loops), ("softmax", brackets)])
def test_a_search_ends_and_takes_little_memory(name, answer):
    tracemalloc.start()
    try:
        find(name, answer)
        assert tracemalloc.get_traced_memory()[1] < 50 * 2**20
    finally:
        tracemalloc.stop()


def test_the_same_answer_gets_the_same_hint_and_the_session_stays_as_it_was():
    np.random.seed(3)
    random.seed(3)
    before = np.random.get_state()[1].tolist(), random.getstate(), np.geterr()
    hints = {find("minibatches", other_randomness) for _ in range(3)}
    assert len(hints) == 1
    assert (np.random.get_state()[1].tolist(), random.getstate(), np.geterr()) == before


@pytest.fixture
def trials(monkeypatch):
    """The trials of all searches; the clock stands still, so that nothing but the steps can end one."""
    made, found = [], places._found
    monkeypatch.setattr(places, "time", SimpleNamespace(thread_time=lambda: 0.0))
    monkeypatch.setattr(places, "_found", lambda function, trial: made.append(trial) or found(function, trial))
    return made


def test_the_steps_of_a_search_are_limited(trials):
    assert find("train", train_returns_nothing) is None
    assert places.MAX_STEPS < trials[0].steps < 1.01 * places.MAX_STEPS


def test_steps_count_nodes_copies_and_passes(trials):
    find("softmax", brackets)
    trial, before, arguments, copied = trials[0], trials[0].steps, (np.zeros((2, 3)),), {}
    copy.deepcopy(arguments, copied)
    n_nodes = sum(1 for _ in ast.walk(ast.parse(inspect.getsource(brackets))))
    trial._outcome(lambda x: trial._tick() and x, arguments)
    assert trial.steps - before == n_nodes + len(copied) * places.STEPS_OF_A_COPY + places.STEPS_OF_A_PASS


def test_no_place_is_named_before_all_edits_of_its_kinds_are_tried(trials, monkeypatch):
    assert find("softmax", brackets)
    monkeypatch.setattr(places, "MAX_STEPS", trials[0].steps - 1)
    assert find("softmax", brackets) is None


def test_a_run_of_many_passes_is_ended(trials):
    find("softmax", brackets)
    trial = trials[0]
    trial.steps = trial._passes = 0
    assert all(trial._tick() for _ in range(places.MAX_PASSES))
    with pytest.raises(places._TooLong):
        trial._tick()
