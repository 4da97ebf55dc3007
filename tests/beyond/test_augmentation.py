"""Distortions compared with SciPy and hand-worked examples, and their properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from mlp_helpers.beyond.augmentation import Distortion, centred_grid, displacement_fields, resample
from mlp_helpers.data import training_data

ALL = Distortion(shift=2, rotation=15, scale=0.15, shear=0.2, elastic=30, smoothness=4)
FAR = Distortion(shift=6, rotation=45, scale=0.45, shear=0.6, elastic=90, smoothness=4)
DIGITS = training_data()[0][:12].reshape(-1, 28, 28)


def identity(n, shape):
    return np.broadcast_to(centred_grid(shape) + (np.array(shape).reshape(2, 1, 1) - 1) / 2, (n, 2, *shape))


def test_resample_by_hand():
    image = np.array([[[0.0, 4.0], [8.0, 2.0]]])
    coordinates = np.array([[[[0.0, 0.0], [0.25, -1.0]], [[0.5, 1.0], [0.0, 0.0]]]])
    # Midway between 0 and 4; exactly at 4; three parts 0 and one part 8; outside.
    np.testing.assert_array_equal(resample(image, coordinates), [[[2, 4], [2, 0]]])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_resample_is_scipys(dtype):
    images = DIGITS.astype(dtype)
    coordinates = ALL.coordinates(len(images), (28, 28), np.random.default_rng(1), dtype)
    wanted = [
        ndimage.map_coordinates(image, place, order=1, mode="constant", cval=0)
        for image, place in zip(images.astype(float), coordinates.astype(float), strict=True)
    ]
    found = resample(images, coordinates)
    assert found.dtype == dtype
    np.testing.assert_allclose(found, wanted, atol=1e-12 if dtype == np.float64 else 1e-4)


def test_images_that_share_a_distortion_are_as_if_each_had_it():
    coordinates = ALL.coordinates(3, (28, 28), np.random.default_rng(2))
    np.testing.assert_array_equal(resample(DIGITS, coordinates), resample(DIGITS, np.repeat(coordinates, 4, axis=0)))


@pytest.mark.parametrize("smoothness", [0.8, 3.0, 9.0])
def test_fields_are_scipys(smoothness):
    found = displacement_fields(2, (20, 24), smoothness, np.random.default_rng(3))
    noise = 2 * np.random.default_rng(3).random((4, 20, 24)) - 1
    wanted = [ndimage.gaussian_filter(part, smoothness, mode="wrap") for part in noise]
    np.testing.assert_allclose(found.reshape(4, 20, 24), wanted, atol=1e-14)


@pytest.mark.parametrize("axis", [0, 1])
def test_a_shift_is_a_shift(axis):
    coordinates = identity(12, (28, 28)).copy()
    coordinates[:, axis] += 1
    wanted = np.zeros_like(DIGITS)
    if axis == 0:
        wanted[:, :-1] = DIGITS[:, 1:]
    else:
        wanted[:, :, :-1] = DIGITS[:, :, 1:]
    np.testing.assert_array_equal(resample(DIGITS, coordinates), wanted)


@pytest.mark.parametrize(
    ("field", "largest", "of"),
    [
        ("shift", 1.5, lambda linear, shift: np.abs(shift).max()),
        ("rotation", 12.0, lambda linear, shift: np.rad2deg(np.arctan2(linear[:, 1, 0], linear[:, 0, 0])).max()),
        ("scale", 0.2, lambda linear, shift: np.abs(np.linalg.norm(linear, axis=1) - 1).max()),
        ("shear", 0.3, lambda linear, shift: np.abs(linear[:, 1, 0]).max()),
    ],
)
def test_each_number_is_the_largest_that_is_drawn(field, largest, of):
    drawn = Distortion(**{field: largest})._affine(2000, np.random.default_rng(4))
    assert 0.95 * largest < of(*drawn) <= largest * (1 + 1e-12)
    assert of(*Distortion()._affine(10, np.random.default_rng(4))) == 0


def test_without_anything_nothing_changes():
    np.testing.assert_allclose(
        resample(DIGITS, Distortion().coordinates(12, (28, 28), np.random.default_rng(5))), DIGITS, atol=1e-12
    )


@given(seed=st.integers(0, 1000), n=st.sampled_from([1, 2, 3, 4, 6, 12]), wide=st.booleans())
def test_pixels_stay_between_those_that_were(seed, n, wide):
    images = DIGITS[:, :, 4:] if wide else DIGITS
    found = resample(images, FAR.coordinates(n, images.shape[1:], np.random.default_rng(seed)))
    assert found.shape == images.shape
    assert found.min() >= 0
    assert found.max() <= images.max() * (1 + 1e-12)


def test_the_same_generator_draws_the_same():
    first, second, other = (ALL.coordinates(5, (28, 28), np.random.default_rng(seed)) for seed in (6, 6, 7))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"shift": -1}, "shift"), ({"rotation": "much"}, "rotation"), ({"smoothness": 0}, "smoothness")],
)
def test_bad_numbers(arguments, message):
    with pytest.raises((TypeError, ValueError), match=message):
        Distortion(**arguments)


def test_places_that_do_not_fit():
    with pytest.raises(ValueError, match="coordinates must be as many as images, 12, or a divisor, got 5"):
        resample(DIGITS, identity(5, (28, 28)))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_distort_is_places_and_resample_and_takes_any_number(dtype):
    images = DIGITS[:11].astype(dtype)
    rng = np.random.default_rng(4)
    wanted = [
        resample(images[part], ALL.coordinates(n, (28, 28), rng, dtype))
        for part, n in ((slice(8), 2), (slice(8, 11), 1))
    ]
    found = ALL.distort(images, np.random.default_rng(4), images_per_distortion=4)
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, np.concatenate(wanted))
    assert ALL.distort(images[:3], rng, images_per_distortion=4).shape == (3, 28, 28)
    assert ALL.distort(images[:8], rng, images_per_distortion=4).shape == (8, 28, 28)


def test_rows_are_images_side_by_side():
    X = DIGITS.reshape(12, -1)
    found = ALL.distort_rows(X, np.random.default_rng(4), images_per_distortion=4)
    wanted = ALL.distort(DIGITS, np.random.default_rng(4), images_per_distortion=4)
    np.testing.assert_array_equal(found, wanted.reshape(12, 784))
