"""Drawn cases: no half of an exercise has the same right results under each seed, so none can be typed in."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from mlp_helpers.checking.observations import concluded, look, observe, wrong_cases
from mlp_helpers.checking.questions import CLASS, FUNCTION, is_refusal
from mlp_helpers.exercises import exercise, names

NAMES = [name for name in names() if exercise(name).kind in (FUNCTION, CLASS)]
SEEDS = 0, 1, 2, 28

FAR_LOGITS = {
    "logits around 1000",
    "logits around -1000",
    "one row around 1000, one around -1000",
    "some logits 1000 above others",
}


@pytest.fixture
def seed(monkeypatch):
    """Return a function that sets the course seed."""
    return lambda number: monkeypatch.setenv("MLP_COURSE_SEED", str(number))


def constant_halves(name, seed, one, other):
    """Return the halves, a set, in which what is seen of a right answer under another course seed is right."""
    seed(other)
    typed_in = look(exercise(name), exercise(name).key.reference)
    seed(one)
    expected = observe(exercise(name), exercise(name).key.reference)
    wrong = wrong_cases(expected, concluded(exercise(name), typed_in))
    return {half for half, labels in halves(name, expected).items() if not wrong & labels}


def halves(name, expected):
    """Return the labels of the ordinary and of the awkward cases; awkward ones that are all refusals are left out."""
    awkward = set(exercise(name).questions.awkward)
    found = {"ordinary": {case.label for case in expected} - awkward}
    if not all(is_refusal(case.value) for case in expected if case.label in awkward):
        found["awkward"] = awkward
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_right_results_under_another_seed_earn_nothing(name, seed):
    for one, other in itertools.permutations(SEEDS, 2):
        assert constant_halves(name, seed, one, other) == set()


def with_constant_cases(name, *labels):
    """Return the questions of an exercise with some cases drawn from a seed of their own."""
    questions = exercise(name).questions

    def cases(rng):
        constant = questions.cases(np.random.default_rng(0))
        return questions.cases(rng) | {label: constant[label] for label in labels}

    return replace(questions, cases=cases)


@pytest.mark.parametrize(
    ("name", "half", "labels"),
    [
        ("softplus_d", "awkward", ["large", "far to the left", "whether it is below 1, from 10 on"]),
        ("cross_entropy_from_logits", "awkward", [*FAR_LOGITS]),
        ("relative_error", "awkward", ["both 0", "one exactly 0", "below the floor", "another floor"]),
        ("classification_error", "ordinary", ["some wrong", "all right", "all wrong"]),
        ("one_hot", "ordinary", ["a class absent", "a class twice", "one label"]),
    ],
)
def test_constant_cases_are_noticed(name, half, labels, seed, monkeypatch):
    monkeypatch.setattr(exercise(name), "questions", with_constant_cases(name, *labels))
    assert constant_halves(name, seed, 0, 1) == {half}


def of_entries_that_are_not_0(analytic, numeric, floor=1e-8):
    scale = np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), floor)
    return np.max(np.abs(analytic - numeric) / scale * (analytic != 0))


def nan_where_both_are_0(analytic, numeric, floor=1e-8):
    scale = np.maximum(np.abs(analytic), np.abs(numeric))
    return np.max(np.abs(analytic - numeric) / np.where(scale == 0, 0, np.maximum(scale, floor)))


@pytest.mark.parametrize(
    ("name", "answer", "labels"),
    [
        ("slope", "slope_tanh_overflows", {"tanh, large"}),
        ("slope", "slope_both_1_at_0", {"relu around 0", "leaky relu around 0"}),
        ("softplus_d", "softplus_d_overflows", {"large"}),
        ("softmax", "softmax_overflows", {"large"}),
        ("softmax", "softmax_one_shift_for_all", {"large"}),
        ("cross_entropy_from_logits", "cross_entropy_from_logits_plain", FAR_LOGITS),
        (
            "cross_entropy_from_logits",
            "cross_entropy_from_logits_one_maximum",
            {"one row around 1000, one around -1000"},
        ),
        ("cross_entropy_from_logits", "cross_entropy_from_logits_log_of_softmax", {"some logits 1000 above others"}),
        ("relative_error", "relative_error_with_its_own_floor", {"another floor"}),
        ("relative_error", "relative_error_floor_at_0_alone", {"below the floor", "another floor"}),
        ("relative_error", of_entries_that_are_not_0, {"one exactly 0"}),
        ("relative_error", nan_where_both_are_0, {"both 0"}),
        ("cross_entropy_gradient", lambda Y, Y_pred: Y_pred * (Y_pred - Y) / Y_pred, {"certain"}),
    ],
)
def test_awkward_cases_are_failed_by_the_answers_that_they_are_for(name, answer, labels, seed):
    for number in SEEDS:
        seed(number)
        known = [mistake.answer for mistake in exercise(name).key.mistakes if mistake.answer.__name__ == answer]
        made = observe(exercise(name), known[0] if known else answer)
        assert wrong_cases(exercise(name).expected, made) == labels
