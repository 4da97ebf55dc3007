"""Stroke directions compared with hand-worked examples and SciPy's derivatives, and their properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from mlp_helpers.beyond.directions import contrast_normalized, directions, even_strokes, stroke_directions, strokes
from mlp_helpers.data import training_data

DIGITS = training_data(150)[0].reshape(-1, 28, 28)


def test_an_edge_by_hand():
    image = np.zeros((1, 6, 6))
    image[:, :, 2:] = 1  # horizontal gradient at columns 1 and 2, in two different pooling squares
    across, up, down, falling = stroke_directions(image)[0]
    np.testing.assert_allclose(across, [[0.5, 0.5, 0]] * 3)
    np.testing.assert_allclose(up, np.sqrt(0.5) * across)
    assert not down.any()
    np.testing.assert_allclose(falling, up)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_derivatives_and_means_are_scipys(dtype):
    images = DIGITS.astype(dtype)
    across, down = (
        ndimage.correlate1d(images.astype(float), [-1, 0, 1], axis=axis, mode="constant") for axis in (2, 1)
    )
    across[:, :, [0, -1]] = 0
    down[:, [0, -1]] = 0
    found = stroke_directions(images)
    assert found.dtype == dtype
    assert found.shape == (150, 4, 14, 14)
    for direction, angle in enumerate(np.deg2rad([0, 45, 90, 135])):
        change = np.abs(np.cos(angle) * across + np.sin(angle) * down)
        means = ndimage.uniform_filter(change, size=(1, 2, 2), origin=(0, -1, -1))[:, ::2, ::2]
        np.testing.assert_allclose(found[:, direction], means, atol=1e-12 if dtype == np.float64 else 1e-6)


@given(st.integers(0, 149), st.floats(0, 3))
def test_they_turn_with_the_image_and_grow_with_its_contrast(number, contrast):
    image = DIGITS[number : number + 1].astype(np.float64)
    found = stroke_directions(image)
    turned = stroke_directions(image.transpose(0, 2, 1)).transpose(0, 1, 3, 2)
    np.testing.assert_allclose(turned, found[:, [2, 1, 0, 3]], atol=1e-12)
    np.testing.assert_allclose(stroke_directions(contrast * image), contrast * found, atol=1e-12)


def test_an_image_does_not_depend_on_its_neighbours():
    together = stroke_directions(DIGITS)
    np.testing.assert_array_equal(np.concatenate([stroke_directions(DIGITS[i : i + 1]) for i in range(150)]), together)


def test_rows_of_directions():
    np.testing.assert_array_equal(directions(DIGITS), stroke_directions(DIGITS).reshape(150, -1))


def test_a_contrast_by_hand():
    maps = np.zeros((1, 4, 3, 3))
    maps[0, :, 1, 1] = [3, 0, 4, 0]  # e = 25; smoothing weighs the square itself 4/16, its neighbours 2/16 or 1/16
    found = contrast_normalized(maps)
    np.testing.assert_allclose(found[0, :, 1, 1], np.array([3, 0, 4, 0]) / (2.5 + 0.1))
    assert np.count_nonzero(found) == 2
    maps[0, 1, 1, 2], maps[0, 1, 0, 0] = 1, 2  # to the right, and in a corner, with zero padding
    found = contrast_normalized(maps)
    np.testing.assert_allclose(found[0, 1, 1, 2], 1 / (np.sqrt((2 * 25 + 4 * 1) / 16) + 0.1))
    np.testing.assert_allclose(found[0, 1, 0, 0], 2 / (np.sqrt((25 + 4 * 4) / 16) + 0.1))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_contrasts_are_scipys(dtype):
    maps = stroke_directions(DIGITS.astype(dtype))
    energy = np.sum(maps.astype(float) ** 2, axis=1)
    for axis in (1, 2):
        energy = ndimage.correlate1d(energy, [0.25, 0.5, 0.25], axis=axis, mode="constant")
    found = contrast_normalized(maps)
    assert found.dtype == dtype
    np.testing.assert_allclose(
        found, maps / (np.sqrt(energy)[:, np.newaxis] + 0.1), atol=1e-12 if dtype == np.float64 else 1e-6
    )


@given(st.integers(0, 149), st.floats(0.3, 3))
def test_directions_remain_and_contrast_goes(number, contrast):
    maps = stroke_directions(DIGITS[number : number + 1].astype(np.float64))
    found = contrast_normalized(maps)
    assert np.all(found <= 2)  # the smoothed e is at least a quarter of the square's own
    np.testing.assert_allclose(found[:, :1] * maps, found * maps[:, :1], atol=1e-12)  # proportions are kept
    change = np.abs(contrast_normalized(contrast * maps) - found).max()
    assert change <= 0.5 * abs(np.log(contrast)) + 1e-12  # x = c d / (c √e + 0.1): dx / d log c is at most d / (4 √e)


@pytest.mark.parametrize("view", [strokes, even_strokes])
def test_strokes_are_the_image_its_directions_and_theirs(view):
    rows = view(DIGITS)
    assert rows.shape == (150, 9 * 28 * 28 // 4)
    small, maps, bends = np.split(rows, [14 * 14, 14 * 14 + 28 * 28], axis=1)
    wanted = ndimage.uniform_filter(DIGITS.astype(float), size=(1, 2, 2), origin=(0, -1, -1))[:, ::2, ::2]
    np.testing.assert_allclose(small.reshape(150, 14, 14), wanted, atol=1e-6)
    first = stroke_directions(DIGITS)
    first = contrast_normalized(first) if view is even_strokes else first
    np.testing.assert_array_equal(maps.reshape(first.shape), first)
    for number in (0, 149):
        each = [stroke_directions(first[number : number + 1, k]) for k in range(4)]
        np.testing.assert_array_equal(bends[number], np.concatenate(each).reshape(-1))


@pytest.mark.parametrize("shape", [(1, 5, 6), (1, 6, 5)])
def test_odd_sizes_are_refused(shape):
    with pytest.raises(ValueError, match="images must have an even height and width, got "):
        stroke_directions(np.zeros(shape))
