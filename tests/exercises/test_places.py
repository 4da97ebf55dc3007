"""Places of faults in students' code: found where they are, never where they are not, and nothing else happens."""

import ast
import random
import re
import tracemalloc
from types import SimpleNamespace

import numpy as np
import pytest
from test_exceptions import answer_of
from wrong_answers import ANSWERS

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


def of_two_classes(Y, logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    log_p = np.minimum(log_p, -1e-16)
    loss = Y * log_p + (1 - Y) * np.log(1 - np.exp(log_p))  # other brackets come out right, too, by accident
    return -np.mean(loss.sum(axis=1))


def short(X, means):
    d = ((X[:, None] - means) ** 2).sum(axis=1)
    return d.argmin(axis=1)


def columns_in_two_lines(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        chosen = order[start : start + batch_size]
        x_batch = X[chosen][1:]
        y_batch = Y[chosen][1:]
        yield x_batch, y_batch


def shifted_above(logits):
    return np.exp(logits - logits.max(axis=1, keepdims=True)) / np.exp(logits).sum(axis=1, keepdims=True)


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


CORPUS = {wrong.answer.__name__: wrong.answer for wrong in ANSWERS}
SEARCHES = "`largest = 0` and `smallest = 0`: with which number should a search begin?"
LATE = "`np.sum(X - m, axis=1)`: are the brackets in the right place?"


# Exercise, answer, or its name in `wrong_answers`; where its places are, and what to look at.
@pytest.mark.parametrize(
    ("name", "answer", "where", "look"),
    [
        ("unhot", last_row, "line 3", "`order[-1]`."),
        ("column_ranges", from_0, "Changes in lines 4 and 5", SEARCHES),
        ("nearest_mean", "nearest_mean_never_updated", "line 7", "`distance < smallest`: with which number is the"),
        ("nearest_mean", of_ten, "line 2", "`np.zeros((len(X), 10))`: is a number"),
        ("column_ranges", of_places, "The same change in lines 2 and 3", "`X.arg"),
        ("column_ranges", of_rows, "The same change in lines 2 and 3", "`np.max(X"),
        ("softmax", "softmax_running_total", "line 3, or else in line 6,", "`total = 0` and `total += e.sum()`."),
        ("softmax", brackets, "line 3", "`shifted / np.exp(shifted).sum("),
        ("nearest_mean", axis, "line 2", "`((X[:, np.newaxis] - means)"),
        ("nearest_mean", short, "line 2", "`((X[:, None] - means) ** 2).sum(axis=1)"),
        ("softmax", softmax_by_helper, "line 3", "`e.sum(axis=0, keepdims=True)`."),
        ("classification_error", "classification_error_returned_in_loop", "line 6", "`return wrong / len(y)`: is it"),
        ("nearest_mean", "nearest_mean_best_never_reset", "line 3", "`best = np.inf`: is it in the right"),
        ("minibatches", "minibatches_end_stays", "The same change in two places of line 5",
            "`X[i:batch_size]` and `Y[i:batch_size]`."),
        ("minibatches", columns_in_two_lines, "The same change in lines 5 and 6",
            "`X[chosen][1:]` and `Y[chosen][1:]`."),
        ("softmax", shifted_above, "line 2", "`np.exp(logits)`."),
        ("nearest_mean", "nearest_mean_squared_late", "line 2", LATE),
        ("minibatches", other_randomness, "line 2", "`np.random.permutation("),
        ("softplus_d", answer_of("return 1 / 1 + np.exp(-x)"), "line 2", "`1 / 1`: are the brackets in the right"),
        ("cross_entropy_from_logits", of_two_classes, "line 5", "`Y * log_p + (1 - Y) * np.log(1 -"),
    ],
)  # fmt: skip
def test_the_place_is_found(name, answer, where, look):
    hint = find(name, CORPUS.get(answer, answer))
    assert hint.startswith(f"One change in {where}" if where.startswith("line ") else where)
    assert " of your function make" in hint
    assert f"right. Look at {look}" in hint


@pytest.mark.parametrize("name", ["softmax", "nearest_mean", "minibatches", "sgd_epoch"])
def test_nothing_is_said_of_two_faults_or_of_another_exercise(name):
    def two(*arguments):
        return np.sum(arguments[0]) + 3

    assert find(name, two) is None


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
        *(by_saving_helper, endless),
        answer_of("print(x, file=open('/tmp/never', 'w')); return x"),
        answer_of("import os; return os and x"),
        answer_of("np.save('/tmp/never', x); return x"),
        answer_of("return x.__class__(x)"),
        answer_of("def inner(x): return x\n    return inner(x)"),
        answer_of("return 0.5 * (1 - np.tanh(np.multiply(0.5, *x)))", "*x"),
        answer_of("return (y := x) and y"),
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
    assert find("train", CORPUS["train_returns_nothing"]) is None
    assert places.MAX_STEPS < trials[0].steps < 1.01 * places.MAX_STEPS


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
