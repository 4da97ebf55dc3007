"""Hints that once led away from the fault: what is said of these answers, and of answers like them, is true now."""

import numpy as np
import pytest
from test_exceptions import answer_of

from mlp_helpers.diagnosis.attempt import Attempt
from mlp_helpers.diagnosis.attempt import judge as verdict_on
from mlp_helpers.exercises import exercise


def hint(name, answer):
    return verdict_on(Attempt.at(exercise(name), answer)).remark


def slope(x, name):
    return exercise("slope").key.reference(name, x)


def slope_with_another_fault(x, name):
    if name == "relu":
        return np.where(x > 0, 1.0, 0.5)
    return slope(x, name)


def relative_error_of_the_mean(numeric, analytic):
    return np.mean(np.abs(analytic - numeric) / np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), 1e-8))


def scalar_mask(A, keep_probability, rng):
    mask = (rng.random() < keep_probability) / keep_probability
    return A * mask, mask


def swapped_in_the_call(network, X, Y, learning_rate, batch_size, rng):
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        batch = order[start : start + batch_size]
        for param, grad in zip(network.params(), network.gradients(Y[batch], X[batch]), strict=True):
            param -= learning_rate * grad


IN_ORDER = ", in this order. In which order does your `def` line take them?"
TWO = "Two arrays are wanted, the activations that are left and the mask"
NO_BATCH = "Your function returns None, so no batch comes out of it. Where is its `yield`?"


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("slope", slope, f"The task passes `name, x`{IN_ORDER}"),
        ("slope", slope_with_another_fault, f"The task passes `name, x`{IN_ORDER}"),
        ("row_products", lambda M, X: X @ M.T, f"The task passes `X, M`{IN_ORDER}"),
        ("relative_error", relative_error_of_the_mean, "`relative_error_of_the_mean` takes 2 arguments"),
        ("flatten", answer_of("rows = X.copy(); return rows.resize(len(X), X[0].size)", "X"),
            "It returned None, though it has a `return`."),
        ("flatten", answer_of("X.reshape(len(X), -1)", "X"), "It returned None. Is the `return` missing?"),
        ("flatten", answer_of("return None", "X"), "It returned None. Is the `return` missing?"),
        ("inverted_dropout", scalar_mask, f"{TWO}. A single number came in place of the mask. Where is it drawn?"),
        ("inverted_dropout", lambda A, keep_probability, rng: A, f"{TWO}. Which of them does your `return` name?"),
        ("batches_of", answer_of("for start in range(size): print(x[start])", "x, size"), NO_BATCH),
        ("minibatches", answer_of("pass", "X, Y, batch_size, rng"), NO_BATCH),
        ("batches_of", answer_of("return len(x) / size", "x, size"), "Your function returns one value of type float."),
        ("sgd_epoch", swapped_in_the_call, "A batch must hold rows of X, and it holds an array of"),
        ("softmax", lambda logits: logits, "It returns `logits` unchanged."),
    ],
)  # fmt: skip
def test_what_is_said_is_true(name, answer, said):
    assert hint(name, answer).startswith(said)


def test_results_show_no_internal_names(capsys):
    from mlp_helpers.checks import check

    for help in (1, 2):
        check("inverted_dropout", scalar_mask, help=help)
        check("sgd_epoch", answer_of("return x.sgd_step()", head="x, *others"), help=help)
    shown = capsys.readouterr().out
    assert "raised AttributeError: 'network' object has no attribute 'sgd_step'" in shown
    assert "Misfit" not in shown
    assert "Toy" not in shown
