"""Answers that were written blind: wrong ones are wrong, right ones are right, and nearly all faults are placed."""

import os

import pytest
from blind import ROWS, attempt

from mlp_helpers.checking.observations import RIGHT
from mlp_helpers.diagnosis.attempt import judge

# .ci/run looks at all of them, `make test` at every eighth.
CHOSEN = [
    pytest.param(row, id=f"{name}-{row['id']}")
    for name, rows in ROWS.items()
    for row in rows[:: 1 if "MLP_SEEDS" in os.environ else 8]
]


@pytest.mark.parametrize("row", CHOSEN)
def test_right_answers_pass_and_wrong_ones_do_not(row):
    verdict = judge(attempt(row))
    assert (verdict.state == RIGHT) == (row["kind"] != "wrong"), str(verdict)


def test_each_exercise_has_six_mistakes_or_more_in_each_list():
    for rows in ROWS.values():
        wrong = [row["exercise"] for row in rows if row["kind"] == "wrong"]
        assert len(wrong) >= 300
        assert min(map(wrong.count, wrong)) >= 6
        assert sum(row["kind"] == "right" for row in rows) >= 100
