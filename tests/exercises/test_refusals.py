"""Refusals of what is allowed: the line is quoted, and the numbers that its condition compared, if they are known."""

from dataclasses import replace

import numpy as np
import pytest
from test_exceptions import answer_of

from mlp_helpers.diagnosis.attempt import ABSENT, Attempt
from mlp_helpers.diagnosis.refusals import refused
from mlp_helpers.exercises import exercise

REFUSED = "It refuses an input that is allowed, by a ValueError. Look at line "


def one_hot_of_few(labels, n_classes):
    largest = labels.max()
    if len(labels) > 2 * n_classes or largest >= n_classes - 1:
        raise ValueError(
            "labels do not fit"
        )  # fmt: skip
    return np.eye(n_classes)[labels]


def refuse():
    raise ValueError("no")


def attempt_of(answer):
    return Attempt.at(exercise("one_hot"), answer)


def test_the_numbers_that_were_compared_are_named():
    hint = refused(attempt_of(one_hot_of_few))
    labels, n_classes = attempt_of(one_hot_of_few).cases[attempt_of(one_hot_of_few).raised.label]
    assert hint.startswith(
        f"{REFUSED}4, `raise ValueError(`. There, `len(labels)` is {len(labels)}, `2 * n_classes` is {2 * n_classes}, "
        f"`largest` is {labels.max()} and `n_classes - 1` is {n_classes - 1}. Is one of these numbers wrong"
    )


@pytest.mark.parametrize(
    "code",
    [
        "if (labels >= 1).any(): raise ValueError",
        "if n_classes > 2: refuse()",
        "n = len(labels)\n    if n > 0:\n        del n\n        raise ValueError",
    ],
    ids=["of truth values", "by a helper", "of what is gone"],
)
def test_without_such_numbers_the_line_is_quoted_alone(code):
    answer = answer_of(f"{code}\n    return np.eye(n_classes)[labels]", "labels, n_classes", refuse=refuse)
    hint = refused(attempt_of(answer))
    assert hint.startswith(REFUSED)
    assert "There, " not in hint


def test_grading_runs_nothing():
    attempt = attempt_of(one_hot_of_few)
    assert "There, " not in refused(replace(attempt, answer=ABSENT))
