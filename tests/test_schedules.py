"""Schedules: hand-worked factors, and properties common to all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlp_helpers.schedules import SCHEDULES, make_schedule


@pytest.mark.parametrize(
    ("name", "warmup", "done", "factor"),
    [
        ("constant", 0.2, 0.5, 1),
        ("constant", 0.2, 0.05, 0.25),
        ("step", 0, 0.49, 1),
        ("step", 0, 0.5, 0.1),
        ("step", 0, 0.74, 0.1),
        ("step", 0, 0.75, 0.01),
        ("step", 0, 0.8, 0.01),
        ("cosine", 0, 0, 1),
        ("cosine", 0, 1 / 3, 0.75),
        ("cosine", 0, 0.5, 0.5),
        ("cosine", 0, 1, 0),
        ("cosine", 0.5, 0.25, 0.5),
        ("cosine", 0.5, 0.75, 0.5),
        ("cosine", 0.2, 0.6, 0.5),
    ],
)
def test_by_hand(name, warmup, done, factor):
    assert make_schedule(name, warmup)(done) == pytest.approx(factor, abs=1e-15)


@given(st.sampled_from(sorted(SCHEDULES)), st.floats(0.01, 0.9))
def test_it_rises_while_warming_up_and_never_after(name, warmup):
    schedule = make_schedule(name, warmup)
    rising, falling = (np.array([schedule(x) for x in np.linspace(*ends, 50)]) for ends in ((0, warmup), (warmup, 1)))
    assert (np.diff(rising) > 0).all()
    assert (np.diff(falling) <= 1e-15).all()
    assert rising[0] == 0
    assert falling[0] == pytest.approx(1)
    assert falling.min() >= 0


def test_no_schedule_for_a_rate_that_stays():
    assert make_schedule("constant") is None


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("linear",), ValueError, "schedule must be one of 'constant', 'step', 'cosine', got 'linear'"),
        (("cosine", 1), ValueError, "warmup must be"),
        (("cosine", "0.1"), TypeError, "warmup must be"),
    ],
)
def test_bad_arguments(arguments, error, message):
    with pytest.raises(error, match=message):
        make_schedule(*arguments)
