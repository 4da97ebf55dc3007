"""Surfaces: bands lie between their levels, and paths where they should."""

import numpy as np
import pytest

from mlp_helpers import plots
from mlp_helpers.plots.surfaces import band_colors, band_outlines
from mlp_helpers.services import figure_data

X, Y = np.linspace(-2, 2, 21), np.linspace(-1, 1, 11)
HEIGHTS = X + 0 * Y[:, np.newaxis]  # a slope to the left
LEVELS = [-2, 0, 1.5, 2]


def test_bands_lie_between_their_levels():
    outlines = band_outlines(X, Y, HEIGHTS, LEVELS)
    assert len(outlines) == 3
    for (polygon,), low, high in zip(outlines, LEVELS, LEVELS[1:], strict=False):
        assert polygon.min(axis=0) == pytest.approx([low, -1])
        assert polygon.max(axis=0) == pytest.approx([high, 1])


def test_higher_bands_are_darker():
    colors = band_colors(LEVELS)
    brightness = [sum(bytes.fromhex(color[1:])) for color in colors]
    assert brightness == sorted(brightness, reverse=True)
    assert len(set(colors)) == 3


def test_paths_are_drawn_over_the_surface():
    paths = {"down": np.array([[1.0, 0.5], [0.0, 0.5]]), "out": np.array([[0.0, 0.0], [9.0, 0.0]])}
    fig = plots.surface(X, Y, HEIGHTS, LEVELS, paths)
    ax, scale = fig.axes
    lines = {line.get_label(): np.transpose(line.get_data()) for line in ax.lines if line.get_label() in paths}
    assert all(np.array_equal(lines[label], paths[label]) for label in paths)
    assert (ax.get_xlim(), ax.get_ylim()) == ((-2, 2), (-1, 1))
    assert [text.get_text() for text in fig.legends[0].get_texts()] == ["down", "out"]
    assert scale.get_title() == "loss"


def test_a_surface_drawn_twice_is_the_same_to_the_comparison():
    first, again, other = (
        figure_data.describe(plots.surface(X, Y, heights, LEVELS)) for heights in (HEIGHTS, HEIGHTS, HEIGHTS + 0.1)
    )
    assert figure_data.differences(first, again) == []
    assert figure_data.differences(first, other) != []
