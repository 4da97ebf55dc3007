"""Bank of mistakes: each is recognised and not confused with another or with right; no right answer is rejected."""

import itertools
import os
import re

import pytest

from mlp_helpers.checking.observations import PARTLY, RIGHT, WRONG, observe, wrong_cases
from mlp_helpers.checking.questions import CLASS, FUNCTION
from mlp_helpers.diagnosis import Attempt, judge
from mlp_helpers.exercises import exercise, names

SEEDS = range(int(os.environ.get("MLP_SEEDS", 3)))  # course seeds; .ci/run uses 20
FUNCTIONS = [name for name in names() if exercise(name).kind in (FUNCTION, CLASS)]
MISTAKES = [(name, mistake) for name in FUNCTIONS for mistake in exercise(name).key.mistakes]


def name_of(value):
    return getattr(getattr(value, "answer", None), "__name__", None)


@pytest.fixture
def seeds(monkeypatch):
    """Return an iterator over course seeds that sets each in the environment."""

    def each():
        for seed in SEEDS:
            monkeypatch.setenv("MLP_COURSE_SEED", str(seed))
            yield seed

    return each()


# Twenty seeds run the same lines twenty times; measuring coverage would double that.
@pytest.mark.no_cover
@pytest.mark.parametrize("name", FUNCTIONS)
def test_mistakes_are_recognised_and_never_taken_for_another_or_for_right(name, seeds):
    mistakes = exercise(name).key.mistakes
    for _ in seeds:
        expected = exercise(name).expected
        made = [observe(exercise(name), mistake.answer) for mistake in mistakes]
        for mistake, observations in zip(mistakes, made, strict=True):
            assert wrong_cases(expected, observations), mistake.answer.__name__
            verdict = judge(Attempt.at(exercise(name), mistake.answer))
            assert verdict.state in (WRONG, PARTLY), mistake.answer.__name__
            assert verdict.remark == mistake.hint, mistake.answer.__name__
        for (one, a), (other, b) in itertools.combinations(zip(mistakes, made, strict=True), 2):
            if one.hint != other.hint:
                assert wrong_cases(a, b), (one.answer.__name__, other.answer.__name__)


@pytest.mark.no_cover
@pytest.mark.parametrize("name", FUNCTIONS)
def test_right_answers_written_differently_are_right(name, seeds):
    for _ in seeds:
        for variant in exercise(name).variants:
            verdict = judge(Attempt.at(exercise(name), variant))
            assert verdict.state == RIGHT, (variant.__name__, verdict)


@pytest.mark.parametrize(("name", "mistake"), MISTAKES, ids=name_of)
def test_a_hint_about_ordinary_cases_belongs_to_a_mistake_in_them(name, mistake):
    if mistake.of_ordinary:
        wrong = wrong_cases(exercise(name).expected, observe(exercise(name), mistake.answer))
        assert wrong - set(exercise(name).questions.awkward)
        assert not re.search(r"-?1000|NaN", mistake.hint)


@pytest.mark.parametrize(("name", "mistake"), MISTAKES, ids=name_of)
def test_hints_are_sentences_that_do_not_give_the_answer_away(name, mistake):
    assert mistake.hint[0].isupper()
    assert mistake.hint[-1] in ".?!"
    assert 20 <= len(mistake.hint) <= 300
    assert len(re.findall(r"[.?!](?=\s|$)", mistake.hint)) <= 2
    assert mistake.source.startswith("https://") or mistake.source == "experience"
