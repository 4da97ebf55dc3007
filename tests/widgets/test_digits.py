"""Strokes become images like MNIST's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlp_helpers.widgets import digits

POINT = st.tuples(st.floats(0, 1), st.floats(0, 1))
STROKES = st.lists(st.lists(POINT, min_size=1, max_size=6), min_size=1, max_size=3)


def test_a_line_by_hand():
    image = digits.rasterise([[(0.5, 0.0), (0.5, 1.0)]])
    assert image.shape == (28, 28)
    assert image.dtype == np.float32
    rows = np.flatnonzero(image[:, 13])
    assert (rows[0], rows[-1]) == (4, 23)  # 20 pixels, in the middle
    assert image[14, 13] == image[14, 14] == 1
    assert image[14, 11] == image[14, 16] == 0
    np.testing.assert_allclose(image, image[:, ::-1], atol=1e-6)


def test_no_stroke_is_no_ink():
    assert not digits.rasterise([]).any()
    assert not digits.rasterise([[]]).any()


@given(STROKES)
def test_ink_is_centred_and_keeps_to_its_box(strokes):
    image = digits.rasterise(strokes)
    assert image.min() >= 0
    assert image.max() <= 1
    assert image.any()
    # Ink that moves with its centre of mass may leave the picture only where it is very lopsided.
    if image[[0, -1]].max() == image[:, [0, -1]].max() == 0:
        assert digits.centre_of_mass(image) == pytest.approx([14, 14], abs=0.25)


@given(STROKES, st.floats(0.1, 50), POINT)
def test_neither_size_nor_place_of_a_drawing_matters(strokes, scale, shift):
    points = np.concatenate([np.asarray(stroke) for stroke in strokes])
    if np.ptp(points, axis=0).max() < 1e-3:
        return  # a dot is a dot, whatever the scale
    moved = [[(x * scale + shift[0], y * scale + shift[1]) for x, y in stroke] for stroke in strokes]
    np.testing.assert_allclose(digits.rasterise(moved), digits.rasterise(strokes), atol=1e-4)
