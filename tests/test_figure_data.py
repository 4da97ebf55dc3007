"""Figure data: visible changes are found, differences between machines are not."""

import json

import numpy as np
import pytest

from mlp_helpers.plots import image_grid, new_figure
from mlp_helpers.services.figure_data import describe, differences

X = np.linspace(0, 10, 11)
IMAGES = np.random.default_rng(0).random((4, 12, 12))


def draw(change=None, noise=0.0):
    """Return a Figure with all kinds of content and, optionally, one change."""
    fig, (curves, bars, pictures) = new_figure(1, 3)
    y = X**2 * (1 + noise)
    if change == "point":
        y[4] += 1
    curves.plot(X, y, label="training")
    if change != "line":
        curves.plot(X, 2 * X, label="validation")
    curves.scatter(X, y / 2 + (0.5 if change == "scatter" else 0))
    curves.text(2, 50 if change != "text" else 60, "here")
    curves.set(
        xlabel="epoch", ylabel="error" if change == "label" else "loss", xlim=(0, 9 if change == "limit" else 10)
    )
    curves.set_title("After" if change == "title" else "Before")
    curves.legend()
    bars.bar(range(3), [1, 2.5 if change == "bar" else 2, 3])
    images = IMAGES[[1, 0, 2, 3]] if change == "image" else IMAGES
    image_grid(images, n_columns=2, cmap="viridis" if change == "colour map" else "gray_r", ax=pictures)
    return describe(fig)


CHANGES = {
    "point": "axes 1: line 1: y[4] is 17.0, expected 16.0",
    "label": "axes 1: ylabel is 'error', expected 'loss'",
    "limit": "axes 1: xlim[1] is 9.0, expected 10.0",
    "colour map": "axes 3: image 1: cmap is 'viridis', expected 'gray_r'",
    "line": "axes 1: 1 lines, expected 2",
    "image": "axes 3: image 1: ",
    "title": "axes 1: title is 'After', expected 'Before'",
    "bar": "axes 2: bar 2: y[1] is 2.5, expected 2.0",
    "scatter": "axes 1: point 1: y[0] is 0.5, expected 0.0 (and 10 more)",
    "text": "axes 1: text 1: y[0] is 60.0, expected 50.0",
}


@pytest.fixture(scope="module")
def drawn():
    return draw()


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_by_hand_is_found(drawn, change):
    found = differences(drawn, draw(change))
    assert found
    assert any(line.startswith(CHANGES[change]) for line in found), found


def test_the_same_figure_is_the_same(drawn):
    again = draw()
    assert again == drawn
    assert differences(drawn, again) == []


def test_rounding_is_no_difference(drawn):
    assert differences(drawn, draw(noise=1e-6)) == []


def test_what_is_too_small_to_be_seen_is_no_difference_and_a_wider_tolerance_allows_more(drawn):
    assert differences(drawn, draw(noise=5e-4)) == []
    seen = draw(noise=5e-3)
    assert differences(drawn, seen)
    assert differences(drawn, seen, tolerance=0.01) == []


def test_another_number_of_axes(drawn):
    fig, _ = new_figure()
    assert differences(drawn, describe(fig)) == ["1 axes, expected 3"]


def test_a_logarithmic_axis_is_measured_in_its_own_way():
    def curve(factor, scale="log"):
        fig, ax = new_figure()
        ax.plot([1, 2, 3], [1e-9 * factor, 1e-3, 1])
        ax.set(yscale=scale, ylim=(1e-10, 10))
        return describe(fig)

    assert differences(curve(1), curve(2)) == ["line 1: y[0] is 2e-09, expected 1e-09"]
    assert differences(curve(1), curve(2), tolerance=0.05) == []
    assert differences(curve(1), curve(1, "linear"))[0] == "yscale is 'linear', expected 'log'"


def test_long_lines_and_gaps():
    fig, ax = new_figure()
    y = np.arange(5000.0)
    y[10] = np.nan
    ax.plot(y)
    line = json.loads(describe(fig)[0])["lines"][0]
    assert len(line["y"]) == 1000
    assert line["y"][2] is None
    assert differences(describe(fig), describe(fig)) == []
