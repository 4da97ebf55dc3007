"""Descent on the loss surface of one neuron: its numbers, and its panel."""

import json
import re

import numpy as np
import pytest
from shared_parts import whole

from mlp_helpers import sigmoid
from mlp_helpers.widgets.descent import LEARNING_RATES, LEVELS, N_STEPS, STARTS, descend, explore_descent

RNG = np.random.default_rng(3)
SEVENS = np.arange(60) % 2
INKS = RNG.normal(size=(60, 2)) + np.outer(2 * SEVENS - 1, [0.7, -1.0])


def loss(w):
    return np.mean(0.5 * (sigmoid(INKS @ w) - SEVENS) ** 2)


def end_of(path):
    """Return the last point of a path of a view, in the plane's units."""
    start, steps = re.fullmatch(r"M(\S+ \S+)l(.+)", path).groups()
    numbers = np.array([start.split(), *zip(*2 * [iter(steps.split())], strict=True)], float)
    return numbers.sum(axis=0)


@pytest.fixture(scope="module")
def explorer():
    return explore_descent(INKS, SEVENS)


def test_a_step_by_hand():
    inks, sevens = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([1, 0])
    path, losses, n_wrong = descend(inks, sevens, (0, 0), 8, n_steps=1)
    # σ(0) = ½ and its slope is ¼, so the slopes of the two losses at z are -⅛ and ⅛.
    assert np.allclose(path, [[0, 0], [0.5, -1.0]])
    assert losses == pytest.approx([0.125, ((sigmoid(np.array(0.5)) - 1) ** 2 + sigmoid(np.array(-2.0)) ** 2) / 4])
    assert n_wrong == 0


@pytest.mark.parametrize(("start", "rate"), [((-4, 4), 10), ((2, 8), 100), ((-2, 6), 1000), ((0, 0), 1)])
def test_it_is_gradient_descent(start, rate):
    path, losses, n_wrong = descend(INKS, SEVENS, start, rate)
    w = np.array(start, float)
    for place in path:
        assert np.allclose(place, w)
        a = sigmoid(INKS @ w)
        w = w - rate * INKS.T @ ((a - SEVENS) * a * (1 - a)) / len(INKS)
    assert losses == pytest.approx([loss(place) for place in path])
    assert n_wrong == np.sum((INKS @ path[-1] > 0) != SEVENS)


def test_its_steps_are_difference_quotients():
    (before, after), _, _ = descend(INKS, SEVENS, (0.5, -0.3), 1, n_steps=1)
    step = 1e-6
    slopes = [(loss(before + step * axis) - loss(before - step * axis)) / (2 * step) for axis in np.eye(2)]
    assert before - after == pytest.approx(slopes, abs=1e-9)


def test_the_panel_begins_on_the_plateau(explorer):
    panel = explorer.panel
    _, losses, n_wrong = descend(INKS, SEVENS, (-4, 4), 10)
    assert panel.values == {"w1": -4, "w2": 4, "rate": 10}
    assert panel.status["text"] == (
        f"The loss is {losses[0]:.4f} at the start and {losses[-1]:.4f} after 30 steps. "
        f"Then {n_wrong} of 60 images are wrong."
    )
    plane, curve = panel.views
    assert plane["path"].startswith("M200 200l")  # a third of the way from -12 to 12, and from 12 to -12
    assert curve["lines"][0]["y"] == pytest.approx(losses, abs=5e-4)
    assert [len(control["options"]) for control in panel.controls] == [len(STARTS), len(STARTS), len(LEARNING_RATES)]


def test_the_path_leads_to_where_the_descent_ends(explorer):
    for start, rate in (((8, -2), 30), ((0, 6), 1)):
        explorer.panel.values = {"w1": start[0], "w2": start[1], "rate": rate}
        path, _, _ = descend(INKS, SEVENS, start, rate)
        across, down = end_of(explorer.panel.views[0]["path"])
        assert [across / 25 - 12, 12 - down / 25] == pytest.approx(path[-1], abs=0.05)


def test_the_point_can_be_put_on_each_option(explorer):
    x, y = explorer.panel.views[0]["surface"]["axes"]
    assert (x["name"], y["name"]) == ("w1", "w2")
    assert [value for value, _ in x["options"]] == [value for value, _ in explorer.panel.controls[0]["options"]]
    assert x["options"][0] == [-10, 50]
    assert y["options"][0] == [-10, 550]  # downwards
    assert x["ticks"] == [[-10, 50], [-5, 175], [0, 300], [5, 425], [10, 550]]


def test_the_surface_is_stored_once(explorer):
    states = explorer.states()
    assert len(states["states"]) == len(STARTS) ** 2 * len(LEARNING_RATES)
    outlines = explorer.panel.views[0]["surface"]["outlines"]
    assert len(outlines) == len(LEVELS) - 1
    assert json.dumps(states).count(json.dumps(outlines[5])) == 1
    keys = RNG.choice(sorted(states["states"]), 20, replace=False)
    for key in [*keys, "10,10,7"]:
        picked = zip(states["controls"], map(int, key.split(",")), strict=True)
        explorer.panel.values = {control["name"]: control["options"][i][0] for control, i in picked}
        state = whole(states["states"][key], states["parts"])
        assert state["views"] == json.loads(json.dumps(explorer.panel.views))
        assert state["status"] == explorer.panel.status


@pytest.mark.parametrize(
    ("inks", "sevens", "message"),
    [
        (INKS[:, :1], SEVENS, r"inks must have shape \(n_samples, 2\), got \(60, 1\)"),
        (INKS * np.nan, SEVENS, "inks must hold finite numbers, got 120"),
        (INKS, SEVENS[:-1], r"sevens must have shape \(60,\), one for each row of inks, got \(59,\)"),
        (INKS, 3 + 4 * SEVENS, r"sevens must be 0 or 1, got \[3 7\]"),
    ],
)
def test_bad_input_is_named(inks, sevens, message):
    with pytest.raises(ValueError, match=message):
        explore_descent(inks, sevens)


def test_a_descent_has_as_many_steps_as_the_panel_says():
    assert len(descend(INKS, SEVENS, (0, 0), 1)[0]) == N_STEPS + 1
