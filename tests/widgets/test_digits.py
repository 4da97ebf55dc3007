"""Rasterisation of strokes into images like MNIST's."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlp_helpers import MLPConfig
from mlp_helpers.widgets.digits import centre_of_mass, rasterise

POINT = st.tuples(st.floats(0, 1), st.floats(0, 1))
STROKES = st.lists(st.lists(POINT, min_size=1, max_size=6), min_size=1, max_size=3)


def test_a_line_by_hand():
    image = rasterise([[(0.5, 0.0), (0.5, 1.0)]])
    assert image.shape == (28, 28)
    assert image.dtype == np.float32
    rows = np.flatnonzero(image[:, 13])
    assert (rows[0], rows[-1]) == (4, 23)  # 20 pixels, centred
    assert image[14, 13] == image[14, 14] == 1
    assert image[14, 11] == image[14, 16] == 0
    np.testing.assert_allclose(image, image[:, ::-1], atol=1e-6)


def test_no_stroke_is_no_ink():
    assert not rasterise([]).any()
    assert not rasterise([[]]).any()


@given(STROKES)
def test_ink_is_centred_and_keeps_to_its_box(strokes):
    image = rasterise(strokes)
    assert image.min() >= 0
    assert image.max() <= 1
    assert image.any()
    # Centring by mass pushes ink over the border only if the drawing is very lopsided.
    if image[[0, -1]].max() == image[:, [0, -1]].max() == 0:
        assert centre_of_mass(image) == pytest.approx([14, 14], abs=0.25)


@given(STROKES, st.floats(0.1, 50), POINT)
def test_neither_size_nor_place_of_a_drawing_matters(strokes, scale, shift):
    points = np.concatenate([np.asarray(stroke) for stroke in strokes])
    if np.ptp(points, axis=0).max() < 1e-3:
        return  # a dot has no scale
    moved = [[(x * scale + shift[0], y * scale + shift[1]) for x, y in stroke] for stroke in strokes]
    np.testing.assert_allclose(rasterise(moved), rasterise(strokes), atol=1e-4)


@pytest.mark.thorough
def test_a_network_that_knows_mnist_reads_drawings(digits):
    (X, y), _, _ = digits
    config = MLPConfig(epochs=3)
    network = config.build()
    list(config.run(network, X[:20_000], y[:20_000], evaluate=False))
    drawings = json.loads(Path(__file__).with_name("strokes.json").read_text())  # two of each digit
    images = np.stack([rasterise(drawn["strokes"]) for drawn in drawings]).reshape(20, -1)
    right = network.predict(images).argmax(axis=1) == [drawn["digit"] for drawn in drawings]
    assert right.sum() >= 18
