"""Natural wrong answers, collected without sight of the bank: most get a cause or a place, and none stops a check."""

import inspect
import os

import natural
import pytest

from mlp_helpers.authoring.lint import normalised, secret_lines
from mlp_helpers.authoring.release import read_notebooks
from mlp_helpers.checking.observations import RIGHT
from mlp_helpers.diagnosis import Attempt, diagnose, judge
from mlp_helpers.exercises import exercise
from mlp_helpers.files import REPOSITORY

# .ci/run diagnoses them all, `make test` every fourth.
ANSWERS = natural.ANSWERS[:: 1 if "MLP_SEEDS" in os.environ else 4]


@pytest.fixture(scope="module")
def found():
    """The diagnosis of each answer, (way, hint)."""
    return [diagnose(Attempt.at(exercise(name), answer)) for name, answer, _ in ANSWERS]


def test_there_are_enough_for_each_exercise():
    names = [name for name, _, _ in natural.ANSWERS]
    assert len(names) >= 150
    assert all(names.count(name) >= 4 for name in names)


def test_three_quarters_are_named(found):
    assert sum(way != "case" for way, _ in found) >= 0.75 * len(found)


def test_hints_are_short_sentences(found):
    for _, hint in found:
        assert hint[0].isupper() or hint[0] in "`0123456789"
        assert hint[-1] in ".?!)"
        assert len(hint) < 400


def test_no_hint_holds_a_line_of_a_solution(found):
    secrets = {line for *_, line in secret_lines(read_notebooks(REPOSITORY))}
    assert len(secrets) > 30
    for (name, answer, _), (_, hint) in zip(ANSWERS, found, strict=True):
        parts = [one for one in answer.__mro__ if one is not object] if isinstance(answer, type) else [answer]
        own = normalised("".join(map(inspect.getsource, parts)))
        assert [line for line in secrets if line in normalised(hint) and line not in own] == [], name


@pytest.mark.parametrize(("name", "answer"), [(name, answer) for name, answer, _ in ANSWERS[::10]])
def test_none_is_taken_for_right(name, answer):
    assert judge(Attempt.at(exercise(name), answer)).state != RIGHT
