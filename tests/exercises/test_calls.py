"""Calls of what an answer is given: those that are missing, too many, or with other numbers; silence otherwise."""

import pytest
from test_exceptions import answer_of
from wrong_answers.Network import Elementwise, Plain

from mlp_helpers.diagnosis.attempt import Attempt, diagnose
from mlp_helpers.diagnosis.calls import other_calls
from mlp_helpers.exercises import exercise, names


def found(name, code, head):
    return other_calls(Attempt.at(exercise(name), answer_of(code, head)))


SLOPE = "central_difference", "function, x, epsilon"
NUMBERS = "With `x` 1.15 and `epsilon` 0.5 it calls `function` with "
BACK = "backpropagate", "layers, Y, Y_pred"
DESCENT = "gd_epoch", "network, X, Y, rate"
STEP = "for param, grad in zip(network.params(), network.gradients(X, Y)): param -= rate * grad"


@pytest.mark.parametrize(
    ("name", "head", "code", "said"),
    [
        # Numbers for which a function is asked
        (*SLOPE, "return (function(x + epsilon) - function(x)) / 2", f"{NUMBERS}1.65 and 1.15. At which is it needed?"),
        (*SLOPE, "return function(x) / function(x)", f"{NUMBERS}1.15. At which"),
        (*SLOPE, "return x / epsilon", "Your function never calls `function`. What does the task need it for?"),
        (*SLOPE, "return function(x - epsilon) - 3 * function(x + epsilon)", None),
        # Methods
        (*BACK, "return Y_pred - Y", "Your function never calls `input_grad`. What does the task need"),
        (*BACK, "return layers[-1].input_grad(Y, Y_pred) + 1", "Your function never calls `bprop`."),
        (*BACK, "grad = layers[-1].input_grad(Y, Y_pred); return layers[0].bprop(layers[1].bprop(grad)) * 1.5", None),
        (
            *DESCENT,
            f"for _ in X:\n        {STEP}",
            "Your function calls `gradients` 12 times. How often does the task need it, and where? (Case: 12 samples.)",
        ),
        (*DESCENT, STEP.replace("rate", "rate / 2"), None),
        (*DESCENT, "yield network", None),
    ],
)
def test_calls_that_differ_are_named(name, head, code, said, monkeypatch):
    monkeypatch.setenv("MLP_COURSE_SEED", "28")
    hint = found(name, code, head)
    assert hint is None if said is None else hint.startswith(said)


@pytest.mark.parametrize("name", [name for name in names() if exercise(name).kind == "function"])
def test_nothing_is_said_of_an_answer_that_calls_what_a_right_one_calls(name, monkeypatch):
    """Its results are taken for wrong in the first case."""
    right = Attempt.at(exercise(name), exercise(name).key.reference)
    wanted, got = right.pairs[0]
    right.pairs[0] = wanted, type(got)(got.label, "something else")
    assert other_calls(right) is None


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("softmax", "return logits.sum(axis=0)", "Where does an axis go: is something added up, picked"),
        ("softmax", "return logits[:, None]", "Where does one more axis come from, and what should become of it?"),
        ("softmax", "return np.ones(logits.shape[::-1])", "Are rows and columns exchanged somewhere?"),
        ("softmax", "return logits[:0]", "It is empty. What should put something into it?"),
        ("softmax", "return logits[1:]", "instead of (4, 3)."),
    ],
)  # fmt: skip
def test_a_shape_is_asked_about(name, code, said):
    way, hint = diagnose(Attempt.at(exercise(name), answer_of(code, "logits")))
    assert way == "case"
    assert said in hint
    assert hint.endswith("?") == said.endswith(("?", "picked"))


CENTRED = "x - x.mean(1, keepdims=True)"


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("softplus_d", "return np.cos(x)", "It gives numbers below 0, such as -"),
        ("softplus_d", "return np.logaddexp(0, x) ** 2 + 3", "It gives numbers above 1, such as 1"),
        ("softplus_d", "return 0 * x + 0.3", "It gives 0.3 everywhere, whatever it gets."),
        ("softplus_d", "return np.tanh(x) ** 2", None),
        ("centre_rows", "return x ** 2 + 1", "It gives no number below 0, and some right ones are. Which of them"),
        ("centre_rows", "return np.cos(x) - 3 * x", None),
        ("centre_rows", f"return ({CENTRED}) / x.std(1, keepdims=True)", "Each row is the right one times a number"),
        ("centre_rows", f"return ({CENTRED}) * np.arange(1, x.shape[1] + 1)", "Each column is the right one times"),
        ("centre_rows", f"return ({CENTRED}) ** 3", None),
    ],
)
def test_what_right_numbers_have_in_common_with_each_other_or_with_these_is_told(name, code, said):
    way, hint = diagnose(Attempt.at(exercise(name), answer_of(code)))
    assert way == "case"
    assert hint.startswith(said or "In the case")


class ReversedActivations(Plain):
    def __init__(self, sizes, activations, rng):
        super().__init__(sizes, activations, rng)
        self.layers[1::2] = map(Elementwise, activations[::-1])


def test_cases_that_are_right_are_named():
    hint = diagnose(Attempt.at(exercise("Network"), ReversedActivations))[1]
    assert hint.endswith("A case that is right: 'one layer'.")
