"""Drawn trainings: what is wrong with them, and that it does harm."""

import numpy as np
import pytest

from mlp_helpers.clinic.patients import BYTES, HEALTHY, LEAST_HARM, N_SAMPLES, drawn


def test_a_fault_does_harm_and_its_twin_is_healthy(patient):
    error, healthy_error = patient.errors
    assert healthy_error < 0.3
    if patient.fault in (HEALTHY, "evaluated on the training set"):
        assert error == healthy_error
    else:
        assert error >= LEAST_HARM * healthy_error


def test_a_fault_is_what_it_is_called(patient):
    (X, _), (X_twin, _) = patient.run.train_data, patient.twin.train_data
    assert N_SAMPLES[0] <= len(X) <= N_SAMPLES[1]
    assert X.max() == pytest.approx((BYTES if patient.fault == "inputs left as bytes" else 1) * X_twin.max())
    assert (patient.run.valid_data[0] is X) == (patient.fault == "evaluated on the training set")
    last = patient.run.network.layers[-2].activation_fun
    assert (last is not None and last.name == "relu") == (patient.fault == "relu before the softmax")
    if patient.fault == "rate too low":
        assert patient.run.optimizer.learning_rate <= patient.twin.optimizer.learning_rate / 100
    if patient.fault == "labels shuffled":
        (_, y), (_, y_twin) = patient.run.train_data, patient.twin.train_data
        assert not np.array_equal(y, y_twin)
        assert np.array_equal(np.sort(y, axis=0), np.sort(y_twin, axis=0))


def test_the_same_seed_draws_the_same(sets):
    one, other = (drawn("rate too low", np.random.default_rng(3), sets) for _ in range(2))
    assert one.setting == other.setting
    assert one.errors == other.errors


def test_an_unknown_fault(sets):
    with pytest.raises(ValueError, match=r"fault must be one of rate too high, .* or healthy, got 'tired'"):
        drawn("tired", np.random.default_rng(0), sets)
