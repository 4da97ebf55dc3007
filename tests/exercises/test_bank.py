"""Bank of mistakes: each is recognised and not confused with another or with right; no right answer is rejected."""

import itertools
import json
import os
import re
from pathlib import Path

import pytest
import unseen
import variants_layers
import variants_new
import variants_numpy
import variants_others

from mlp_helpers.checking.cases import QUESTIONS
from mlp_helpers.checking.observations import PARTLY, RIGHT, WRONG, observe, same, wrong_cases
from mlp_helpers.checking.questions import CLASS, FUNCTION
from mlp_helpers.exercises import ANSWER_KEYS, judge

SEEDS = range(int(os.environ.get("MLP_SEEDS", 3)))  # course seeds; .ci/run uses 20
VARIANTS = {
    name: variants
    for module in (variants_numpy, variants_layers, variants_others, variants_new)
    for name, variants in module.VARIANTS.items()
}
REVIEWED = json.loads((Path(__file__).parent / "reviewed.json").read_text(encoding="utf-8"))
FUNCTIONS = [name for name in QUESTIONS if QUESTIONS[name].kind in (FUNCTION, CLASS)]
MISTAKES = [(name, mistake) for name in FUNCTIONS for mistake in ANSWER_KEYS[name].mistakes]


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
    mistakes = ANSWER_KEYS[name].mistakes
    for _ in seeds:
        expected = observe(name, ANSWER_KEYS[name].reference)
        made = [observe(name, mistake.answer) for mistake in mistakes]
        for mistake, observations in zip(mistakes, made, strict=True):
            assert not same(expected, observations), mistake.answer.__name__
            verdict = judge(name, mistake.answer, observations)
            assert verdict.state in (WRONG, PARTLY), mistake.answer.__name__
            assert verdict.remark == mistake.hint, mistake.answer.__name__
        for (one, a), (other, b) in itertools.combinations(zip(mistakes, made, strict=True), 2):
            if one.hint != other.hint:
                assert not same(a, b), (one.answer.__name__, other.answer.__name__)


@pytest.mark.no_cover
@pytest.mark.parametrize("name", FUNCTIONS)
def test_right_answers_written_differently_are_right(name, seeds):
    assert len(VARIANTS[name]) >= 2
    for _ in seeds:
        for variant in VARIANTS[name]:
            verdict = judge(name, variant, observe(name, variant))
            assert verdict.state == RIGHT, (variant.__name__, verdict)


# A wrong training loop is diagnosed by running it with many changes: one of them is enough for every day.
@pytest.mark.parametrize(
    ("name", "answer", "what"),
    [
        pytest.param(
            name,
            answer,
            what,
            marks=[pytest.mark.thorough] if name == "train" and answer != unseen.train_shallow_copy else [],
        )
        for name, answer, what in unseen.UNSEEN
    ],
)
def test_wrong_answers_outside_the_bank_get_hints_that_a_person_found_true(name, answer, what):
    """A changed hint must be reviewed against the answer, and recorded in reviewed.json as true or false."""
    verdict = judge(name, answer, observe(name, answer))
    assert verdict.state in (WRONG, PARTLY), what
    assert verdict.remark == REVIEWED[answer.__name__]["hint"], what
    assert REVIEWED[answer.__name__]["true"], what


@pytest.mark.parametrize(("name", "mistake"), MISTAKES, ids=name_of)
def test_a_hint_about_ordinary_cases_belongs_to_a_mistake_in_them(name, mistake):
    if mistake.of_ordinary:
        wrong = wrong_cases(observe(name, ANSWER_KEYS[name].reference), observe(name, mistake.answer))
        assert wrong - set(QUESTIONS[name].awkward)
        assert not re.search(r"-?1000|NaN", mistake.hint)


def test_the_bank_is_large_enough():
    factors = sum(mistake.is_factor for _, mistake in MISTAKES)
    assert len(MISTAKES) >= 60
    assert 3 * factors <= len(MISTAKES)
    assert all(len(ANSWER_KEYS[name].mistakes) >= 3 for name in FUNCTIONS)


@pytest.mark.parametrize(("name", "mistake"), MISTAKES, ids=name_of)
def test_hints_are_sentences_that_do_not_give_the_answer_away(name, mistake):
    assert mistake.hint[0].isupper()
    assert mistake.hint[-1] in ".?!"
    assert 20 <= len(mistake.hint) <= 300
    assert len(re.findall(r"[.?!](?=\s|$)", mistake.hint)) <= 2
    assert mistake.source.startswith("https://") or mistake.source == "experience"
