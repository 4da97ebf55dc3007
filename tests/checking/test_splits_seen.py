"""What is seen of splits by writer: forgeries are wrong, and right answers right under each seed."""

import os
import re

import numpy as np
import pytest

from mlp_helpers.checking.batches import next_numbers
from mlp_helpers.checking.observations import agree, exercise_rng, look, observe, snapshot, wrong_cases
from mlp_helpers.exercises import exercise
from mlp_helpers.exercises.split_by_writer.cases import N_SPLITS, QUESTIONS, REFUSALS

SPLIT = exercise("split_by_writer")
N_SEEDS = int(os.environ.get("MLP_RIGHT_SEEDS", 20))
ORDINARY = [label for label in SPLIT.cases() if label not in REFUSALS]
UNEVEN = ORDINARY[0]


def seen_of(answer=SPLIT.key.reference):
    return {one.label: one.value for one in look(SPLIT, answer)}


def is_right(label, seen):
    """Return whether the conclusion from what is seen is that of a right answer; an exception counts as wrong."""
    right = {one.label: one.value for one in SPLIT.expected}
    try:
        return agree(
            right[label], snapshot(QUESTIONS.conclude(seen, *QUESTIONS.cases(exercise_rng(SPLIT.name))[label]))
        )
    except Exception:
        return False


CHANGES = {
    "the first split, always": lambda splits: splits[:1] * N_SPLITS,
    "fewer splits": lambda splits: splits[1:],
    "one image twice": lambda splits: [(np.r_[train[1:], train[1]], valid) for train, valid in splits],
    "both sides alike": lambda splits: [(valid, valid) for _, valid in splits],
    "sides exchanged": lambda splits: [(valid, train) for train, valid in splits],
    "an image less": lambda splits: [(train[1:], valid) for train, valid in splits],
    "other images": lambda splits: [(train + 1, valid + 1) for train, valid in splits],
    "negative indices": lambda splits: [(train - 100, valid) for train, valid in splits],
    "texts": lambda splits: [("train", "valid")] * N_SPLITS,
    "three sides": lambda splits: [(*split, split[0]) for split in splits],
    "nothing": lambda splits: [],
    "None": lambda splits: None,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_other_splits_are_not_right(change):
    for label, seen in seen_of().items():
        if label in ORDINARY:
            assert is_right(label, seen)
            assert not is_right(label, seen | {"splits": change(seen["splits"])}), label


def test_no_property_is_taken_over():
    for label, value in ((one.label, one.value) for one in SPLIT.expected if one.label in ORDINARY):
        for forged in (value, {"splits": [], "next numbers": np.zeros(3)} | value, str(value), None, "ValueError"):
            assert not is_right(label, forged), label


def test_an_untouched_generator_is_not_right():
    for label in ORDINARY:
        numbers = next_numbers(SPLIT.cases()[label][-1])
        assert not is_right(label, seen_of()[label] | {"next numbers": numbers})


def test_only_a_refusal_is_one():
    for label in REFUSALS:
        assert is_right(label, "ValueError")
        assert not any(is_right(label, other) for other in (None, "IndexError", (np.arange(3), np.arange(2))))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (None, "It must return two arrays of indices"),
        ((1, 2, 3), "It must return two arrays of indices"),
        ((np.ones(4, dtype=bool), np.arange(3)), "a row of indices, .* `np.flatnonzero` gives the indices"),
        ((np.ones((4, 3)), np.arange(3)), r"a row of indices, whole numbers, and is an array of shape \(4, 3\)"),
        (("ab", np.arange(3)), "One side must be an array of indices, and is something of type str"),
    ],
)
def test_other_results_are_said(given, message):
    value = {one.label: one.value for one in look(SPLIT, lambda *arguments: given)}[UNEVEN]
    assert value.kind == "Misfit"
    assert re.search(message, value.message)


@pytest.mark.no_cover
@pytest.mark.parametrize("answer", SPLIT.variants)
def test_right_answers_are_right_under_each_seed(answer, monkeypatch):
    refused = []
    for seed in range(N_SEEDS):
        monkeypatch.setenv("MLP_COURSE_SEED", str(1000 + seed))
        if wrong_cases(SPLIT.expected, observe(SPLIT, answer)):
            refused.append(seed)
    assert refused == []
