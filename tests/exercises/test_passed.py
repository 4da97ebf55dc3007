"""Calls of a check with something else than its answer: each gets a sentence that is true, and none a traceback."""

import functools
import sys
from types import ModuleType

import numpy as np
import pytest

import mlp_helpers as mlp
from mlp_helpers.checking.observations import RIGHT, UNANSWERED
from mlp_helpers.checks import WrongAnswer, check, todo
from mlp_helpers.diagnosis import Attempt, judge, passed
from mlp_helpers.exercises import exercise


def said(name, answer):
    return judge(Attempt.at(exercise(name), answer)).remark


def unhot(one_hot_labels):
    return one_hot_labels


def layer(n_inputs, n_units, rng):
    return n_inputs


class OwnSoftmax:
    def __init__(self, logits):
        self.logits = logits


@pytest.mark.parametrize(
    ("name", "answer", "remark"),
    [
        ("softmax", unhot, "This check is for `softmax`, and got `unhot`. Which of the two did you mean?"),
        ("softmax", mlp.sigmoid, "This check is for `softmax`, and got `sigmoid`. Which of the two did you mean?"),
        ("softmax", OwnSoftmax, "`softmax` must be a function, and this is a class."),
        ("softmax", np.zeros(3), "`softmax` must be a function itself, and this is a value of type ndarray. Was it"),
        ("softmax", None, "`softmax` must be a function itself, and this is None."),
        ("Dense", layer, "`Dense` must be a class, and this is a function."),
        ("Dense", np.add, "`Dense` must be a class, and this is of type ufunc."),
        ("Dense", 3.0, "`Dense` must be a class itself, and this is a value of type float. Was it called, or did"),
        (
            "quiz_neuron",
            " quiz_neuron",
            'This is the text "quiz_neuron", and not what you typed in. Are there quotation',
        ),
        ("one_sample", "one_sample", 'This is the text "one_sample", and not what you typed in.'),
        ("clinic", lambda chart: unhot, "A diagnosis must be a letter, such as 'a', and is of type function."),
    ],
)
def test_what_is_no_answer_is_said(name, answer, remark):
    assert said(name, answer).startswith(remark)


def test_without_the_rule_it_is_not(monkeypatch):
    monkeypatch.setattr("mlp_helpers.diagnosis.attempt.WAYS", {})
    monkeypatch.setattr(passed, "name_in_quotes", lambda *_: None)
    assert said("softmax", unhot) == ""
    assert "10 letters" not in said("quiz_neuron", "quiz_neuron")
    assert "letters" in said("quiz_neuron", "quiz_neuron")


def renamed(function, name):
    function.__name__ = name
    return function


@pytest.mark.parametrize(
    "answer",
    [
        *(np.abs, len, functools.partial(np.add, 1), functools.cache(abs), lambda x: x + 0.3, np.vectorize(abs)),
        renamed(lambda x: x, "my_own"),
        renamed(lambda x: x, "softplus_d"),
    ],
)
def test_nothing_is_said_of_other_functions(answer):
    assert passed.other(Attempt.at(exercise("softplus_d"), answer)) is None


def test_a_right_answer_may_be_of_any_kind():
    assert judge(Attempt.at(exercise("inverted_dropout"), exercise("inverted_dropout").key.reference)).state == RIGHT
    (variant, *_) = exercise("softplus_d").variants
    for answer in (functools.partial(variant), renamed(lambda x: variant(x), "unhot")):
        assert judge(Attempt.at(exercise("softplus_d"), answer)).state == RIGHT


@pytest.mark.parametrize(
    ("first", "call"), [(unhot, "unhot"), (mlp.softmax, "softmax"), (np.zeros(3), "unhot"), ([], "unhot")]
)
def test_a_check_without_a_name_says_what_a_check_looks_like(first, call, capsys, monkeypatch):
    check(first)
    check(first, first)
    line = (
        "A check first gets the name of its exercise, in quotation marks, and then the answer, such as "
        f'check("{call}", {call}).\n'
    )
    assert capsys.readouterr().out == 2 * line
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with pytest.raises(WrongAnswer, match="in quotation marks"):
        check(first)


@pytest.fixture
def main(monkeypatch):
    """The notebook's name space, empty."""
    monkeypatch.setitem(sys.modules, "__main__", module := ModuleType("__main__"))
    return module


def define(main, *lines):
    exec("\n".join(lines), vars(main))


def notes(name, answer):
    verdict = judge(Attempt.at(exercise(name), answer))
    assert verdict.state == UNANSWERED
    return verdict.notes


def blank(x):
    return todo("softplus_d", x)


@pytest.mark.parametrize("name", ["Softplus_d", "softplusd", "softplus_D", "sofplus_d"])
def test_an_answer_under_nearly_its_name_is_mentioned(name, main):
    assert notes("softplus_d", blank) == ()
    define(main, f"def {name}(x):", "    return x")
    assert notes("softplus_d", blank) == (
        f"The check looks at `softplus_d`, and there is a `{name}`, too. Is that your answer?",
    )


def test_names_of_their_own_are_not_mentioned(main):
    define(
        main, *(f"def {name}(x):\n    return x" for name in ("softplus", "softplus_d_2", "my_softplus_d", "softmax"))
    )
    define(main, "Softplus_d = 3", "class softplusD: pass")
    main.SoftplusD = np.sum
    main.Softplus_D = mlp.sigmoid
    assert notes("softplus_d", blank) == ()


def test_so_are_classes_and_letters(main):
    define(main, "class dense: pass", "quiz_Neuron = 'abc'", "Quiz_neuron = ' '")
    assert "`dense`" in notes("Dense", todo("Dense"))[0]
    assert "`quiz_Neuron`" in notes("quiz_neuron", "")[0]
