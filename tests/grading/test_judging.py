"""Verdicts at a distance: grading judges what a kernel displayed as notebooks judge the answer itself."""

import builtins
import os
import re
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_output

from mlp_helpers.checking import wire
from mlp_helpers.checking.observations import PARTLY, RIGHT, WRONG, Observation, canonical, look
from mlp_helpers.checking.questions import CLASS, FUNCTION, parameters
from mlp_helpers.diagnosis import Attempt, attempt, judge
from mlp_helpers.diagnosis.attempt import diagnose
from mlp_helpers.exercises import exercise, names
from mlp_helpers.grading import judging
from mlp_helpers.services.files import REPOSITORY

sys.path.append(str(REPOSITORY / "tests" / "exercises"))
import wrong_answers

# .ci/run asks about all wrong answers under three seeds, `make test` about every tenth under one.
SEEDS, STEP = (range(3), 1) if "MLP_SEEDS" in os.environ else (range(1), 10)
FUNCTIONS = [name for name in names() if exercise(name).kind in (FUNCTION, CLASS)]
MISTAKES = [(name, mistake.answer) for name in FUNCTIONS for mistake in exercise(name).key.mistakes]
CORPUS = [(wrong.exercise, wrong.answer) for wrong in wrong_answers.ANSWERS]
OF_OBSERVATIONS = ("bank", "relation", "exception")


def fresh(answer):
    """Empty the default lists and sets of an answer, which remember earlier calls; return the answer."""
    for default in getattr(answer, "__defaults__", None) or ():
        if type(default) in (list, set):
            default.clear()
    return answer


def at_a_distance(name, answer):
    """Return the verdict of grading, and the text of the results."""
    expected = wire.encoded(look(exercise(name), exercise(name).key.reference), None)
    return judging.judge(name, expected, wire.encoded(look(exercise(name), answer), parameters(answer)))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "answer"), [*MISTAKES, *CORPUS][::STEP])
def test_notebook_and_grading_agree(monkeypatch, seed, name, answer):
    monkeypatch.setenv("MLP_COURSE_SEED", str(seed))
    made = Attempt.at(exercise(name), fresh(answer))
    here, (there, text) = judge(made), at_a_distance(name, fresh(answer))
    assert (there.state, there.points_share, text) == (here.state, here.points_share, canonical(made.observations))
    way = here.state != RIGHT and diagnose(made)[0]
    if way in OF_OBSERVATIONS:
        assert there.remark == here.remark
    if way == "case":  # in the feedback, right numbers are left out
        has_numbers = re.search(r"instead of|others are not|the right result is|they should differ", here.remark)
        alone = re.sub(r" There, .* ask too much\?", "", here.remark)  # the answer runs again for these numbers
        assert there.remark == alone or (there.remark == "" and has_numbers)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_right_answers_are_right_and_each_mistake_is_named(name):
    assert at_a_distance(name, exercise(name).key.reference)[0].state == RIGHT
    mistake = exercise(name).key.mistakes[0]
    verdict, _ = at_a_distance(name, mistake.answer)
    assert verdict.state in (WRONG, PARTLY)
    assert verdict.remark == mistake.hint


def test_what_comes_of_the_wrong_kind_is_said_without_a_right_number():
    rows = "It should have one number for each row of `one_hot_labels`."
    assert at_a_distance("unhot", str)[0].remark == f"It gives a str instead of an array (case: one-hot rows). {rows}"
    shape = f"has shape (5,) instead of (4,). {rows}".replace("one_hot_labels", "x")
    assert at_a_distance("unhot", lambda x: x[0])[0].remark.endswith(shape)
    assert at_a_distance("unhot", lambda x: {}["a"])[0].remark.startswith("It raised KeyError: 'a'. Look at line 1")
    assert at_a_distance("unhot", lambda x: np.arange(len(x)) + 0.123)[0].remark == ""


def test_a_text_that_looks_like_an_array_is_wrong_here_and_there():
    right = exercise("unhot").expected
    texts = iter([canonical([Observation("", one.value)]).removeprefix(": ") for one in right])

    def unhot(one_hot_labels):
        return next(texts)

    seen = look(exercise("unhot"), unhot)
    assert canonical(seen) == canonical(right)  # which a comparison of texts would take for right
    data = wire.encoded(seen, None)
    assert judging.judge("unhot", wire.encoded(right, None), data)[0].state == WRONG
    assert judge(Attempt.at(exercise("unhot"), unhot)).state == WRONG


def test_nothing_is_compiled_run_or_changed_to_judge(monkeypatch):
    displayed = {name: wire.encoded(look(exercise(name), answer), parameters(answer)) for name, answer in CORPUS[::7]}
    expected = {name: wire.encoded(look(exercise(name), exercise(name).key.reference), None) for name in displayed}
    for name in displayed:  # known mistakes are run once
        assert exercise(name).expected
        assert exercise(name).mistaken

    def refuse(*arguments, **named):
        raise AssertionError("code was compiled or run")

    monkeypatch.setattr(builtins, "exec", refuse)
    monkeypatch.setattr(builtins, "eval", refuse)
    monkeypatch.setitem(attempt.WAYS, "place", refuse)
    for name, data in displayed.items():
        assert judging.judge(name, expected[name], data)[0].state in (WRONG, PARTLY)


def test_the_last_display_counts():
    first, second = (new_output("display_data", {wire.MIME: text}) for text in ("1", "2"))
    assert judging.displayed([first, new_output("stream", text="a"), second]) == "2"
    assert judging.displayed([new_output("stream", text="a")]) is None


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.sampled_from(FUNCTIONS), st.lists(PLAIN, min_size=9, max_size=9))
def test_any_values_are_judged(name, values):
    seen = look(exercise(name), exercise(name).key.reference)
    expected = wire.encoded(seen, None)
    data = wire.encoded([replace(one, value=value) for one, value in zip(seen, values, strict=False)], None)
    verdict, text = judging.judge(name, expected, data)
    assert verdict.state == WRONG or (verdict.state == PARTLY and 0 < verdict.points_share < 1)
    assert isinstance(text, str)
