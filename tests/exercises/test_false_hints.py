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


def row_products(M, X):
    return X @ M.T


@pytest.mark.parametrize(
    ("name", "answer", "order"),
    [
        ("slope", slope, "name, x"),
        ("slope", slope_with_another_fault, "name, x"),
        ("row_products", row_products, "X, M"),
    ],
)
def test_parameters_in_another_order_are_named_before_what_follows_from_them(name, answer, order):
    assert hint(name, answer) == (
        f"The task passes `{order}`, in this order. In which order does your `def` line take them?"
    )


def relative_error_of_the_mean(numeric, analytic):
    return np.mean(np.abs(analytic - numeric) / np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), 1e-8))


def test_the_order_is_not_blamed_where_it_changes_nothing():
    assert "order" not in hint("relative_error", relative_error_of_the_mean)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("rows = X.copy(); return rows.resize(len(X), X[0].size)", "It returned None, though it has a `return`."),
        ("X.reshape(len(X), -1)", "It returned None. Is the `return` missing?"),
        ("return None", "It returned None. Is the `return` missing?"),
    ],
)
def test_a_return_that_is_there_is_not_missed(code, said):
    assert hint("flatten", answer_of(code, "X")).startswith(said)


def scalar_mask(A, keep_probability, rng):
    mask = (rng.random() < keep_probability) / keep_probability
    return A * mask, mask


def no_mask(A, keep_probability, rng):
    return A


def test_a_number_in_place_of_an_array_is_said_to_be_one():
    assert "A single number came in place of the mask. Where is it drawn?" in hint("inverted_dropout", scalar_mask)
    assert "single number" not in hint("inverted_dropout", no_mask)


def batches_printed(x, size):
    for start in range(0, len(x), size):
        print(x[start : start + size])


def minibatches_of_nothing(X, Y, batch_size, rng):
    pass


def one_batch_returned(x, size):
    return len(x) / size


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("batches_of", batches_printed, "Your function returns None, so no batch comes out of it. Where is its"),
        ("minibatches", minibatches_of_nothing, "Your function returns None, so no batch comes out of it."),
        ("batches_of", one_batch_returned, "Your function returns one value of type float. Where is its `yield`?"),
    ],
)  # fmt: skip
def test_a_function_that_hands_out_nothing_is_asked_for_its_yield(name, answer, words):
    assert hint(name, answer).startswith(words)


def swapped_in_the_call(network, X, Y, learning_rate, batch_size, rng):
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        batch = order[start : start + batch_size]
        for param, grad in zip(network.params(), network.gradients(Y[batch], X[batch]), strict=True):
            param -= learning_rate * grad


def test_of_arguments_in_another_order_the_batch_is_named():
    assert hint("sgd_epoch", swapped_in_the_call).startswith("A batch must hold rows of X, and it holds an array of")


def test_results_show_no_internal_names(capsys):
    from mlp_helpers.checks import check

    for help in (1, 2):
        check("inverted_dropout", scalar_mask, help=help)
        check("sgd_epoch", answer_of("return x.sgd_step()", head="x, *others"), help=help)
    shown = capsys.readouterr().out
    assert "raised AttributeError: 'network' object has no attribute 'sgd_step'" in shown
    assert "Misfit" not in shown
    assert "Toy" not in shown


def test_a_case_of_which_a_part_is_looked_at_hides_no_relation():
    assert hint("softmax", lambda logits: logits) == "It returns `logits` unchanged."
