"""Nothing missed: for each property that an exercise asks for, a mistake without it fails, in a case that is named."""

import os
import tomllib
from pathlib import Path

import numpy as np
import pytest
from wrong_answers import ANSWERS

from mlp_helpers.checking.observations import RIGHT, Raised
from mlp_helpers.checking.questions import STEPS
from mlp_helpers.diagnosis import Attempt, judge
from mlp_helpers.exercises import exercise, names

ASKED = tomllib.loads(Path(__file__).with_name("asked.toml").read_text(encoding="utf-8"))
ROWS = [(name, *row) for name, rows in ASKED.items() for row in rows.items()]
SEEDS = range(int(os.environ.get("MLP_SEEDS", 3)))  # course seeds; .ci/run uses 20
CORPUS = {wrong.answer.__name__: wrong.answer for wrong in ANSWERS}


def mistake(name, called):
    """Return the mistake in an exercise that a row of the table calls so."""
    bank = [mistake.answer for mistake in exercise(name).key.mistakes]
    if isinstance(called, int):
        return bank[called]
    if called.startswith("lambda"):
        return eval(called, {"np": np, "right": exercise(name).key.reference})
    found = CORPUS | {answer.__name__: answer for answer in bank}
    return next(found[whole] for whole in (f"{name}_{called}", f"{name}{called}") if whole in found)


@pytest.mark.no_cover
@pytest.mark.parametrize(("name", "asks", "row"), ROWS)
def test_an_answer_without_it_is_wrong_in_the_case(monkeypatch, name, asks, row):
    case, called = row
    for seed in SEEDS:
        monkeypatch.setenv("MLP_COURSE_SEED", str(seed))
        attempt = Attempt.at(exercise(name), mistake(name, called))
        if exercise(name).key.judge_value is not None:
            assert judge(attempt).state != RIGHT
            continue
        assert case in attempt.wrong
        assert "NameError" not in [one.value.kind for one in attempt.observations if isinstance(one.value, Raised)]


def test_each_exercise_is_in_the_table():
    assert sorted(ASKED) == [name for name in names() if exercise(name).kind != STEPS]
