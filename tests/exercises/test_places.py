"""Places of faults in students' code: found where they are, never where they are not, and nothing else happens."""

import ast
import random
import re
import tracemalloc

import numpy as np
import pytest

import mlp_helpers as mlp
from mlp_helpers.diagnosis import Attempt, places
from mlp_helpers.exercises import exercise


def find(name, answer):
    return places.place(Attempt.at(exercise(name), answer))


def brackets(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.exp(shifted / np.exp(shifted).sum(axis=1, keepdims=True))


def axis(X, means):
    distances = ((X[:, np.newaxis] - means) ** 2).sum(axis=1)
    return distances.argmin(axis=1)


def exponentials(logits):
    return np.exp(logits - logits.max(axis=1, keepdims=True))


def softmax_by_helper(logits):
    e = exponentials(logits)
    return e / e.sum(axis=0, keepdims=True)


def endless(x):
    return endless(x) + np.minimum(x, 0)


def saving_helper(x):
    np.save("/tmp/never", x)
    return x


def by_saving_helper(x):
    return saving_helper(x) - 1


def brackets_lost(x):
    return 1 / 1 + np.exp(-x)


def times_epsilon(function, x, epsilon):
    return (function(x + epsilon) - function(x - epsilon)) / 2 * epsilon


def of_two_classes(Y, Y_pred):
    p = np.clip(Y_pred, np.finfo(float).tiny, 1 - 1e-16)
    loss = Y * np.log(p) + (1 - Y) * np.log(1 - p)  # other brackets come out right, too, by accident
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


def missing_return(images):
    n = len(images)
    rows = images.reshape(n, -1)  # noqa: F841
    n += 0


def other_randomness(X, Y, batch_size, rng):
    order = np.random.permutation(len(X))
    for start in range(0, len(X), batch_size):
        batch = order[start : start + batch_size]
        yield X[batch], Y[batch]


def product_of_sizes(images):
    n = images.shape[0]
    return images.reshape(n, images.shape[1] * images.shape[2])


@pytest.mark.parametrize(
    ("name", "answer", "hint"),
    [
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
            "line 6 of your function makes its results right. It reads `return wrong / len(y)` now. Is it in",
        ),
        (
            "nearest_mean",
            begun_once,
            "line 3 of your function makes it right. It reads `best = np.inf` now. Is it in the right",
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
        ("cross_entropy", of_two_classes, "line 3 of your function makes it right. Look at `Y * np.log(p) + (1 - Y) *"),
        ("flatten", missing_return, "line 4 of your function makes it right. It reads `n += 0` now."),
    ],
)
def test_the_place_is_found(name, answer, hint):
    assert (hint if hint.startswith("The same") else f"One change in {hint}") in find(name, answer)


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
    return np.minimum(*x, 0)


def walrus(x):
    return (y := x) and y


@pytest.mark.parametrize(
    "answer",
    [
        *(by_saving_helper, endless, opens, imports, saves, underscored, with_inner, starred, walrus),
        *(lambda x: x, np.tanh, len, None, mlp.Activation("relu"), eval("lambda x: x")),
    ],
)
def test_no_variant_does_more_than_compute(answer, monkeypatch):
    run = []
    monkeypatch.setattr(places._Trial, "comes_out_right", lambda trial, tree, name: run.append(ast.unparse(tree)))
    assert find("relu", answer) is None
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
    attempt = Attempt.at(exercise("minibatches"), other_randomness)  # which calls the answer itself
    np.random.seed(3)
    random.seed(3)
    before = np.random.get_state()[1].tolist(), random.getstate(), np.geterr()
    hints = {places.place(attempt) for _ in range(3)}
    assert len(hints) == 1
    assert (np.random.get_state()[1].tolist(), random.getstate(), np.geterr()) == before


def test_a_trial_of_many_passes_is_ended():
    trial = places._Trial(Attempt.at(exercise("relu"), None), {}, [])
    assert all(trial._tick() for _ in range(places.MAX_TICKS))
    with pytest.raises(places._TooLong):
        trial._tick()
