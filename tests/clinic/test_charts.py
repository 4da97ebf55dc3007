"""Stored charts of the exercise `clinic`: all can be told, and they are what the script draws."""

import json
import runpy

import numpy as np
import pytest

from mlp_helpers.clinic.patients import FAULTS, ward
from mlp_helpers.clinic.vitals import chart
from mlp_helpers.exercises import exercise
from mlp_helpers.services.files import REPOSITORY

SCRIPT = runpy.run_path(str(REPOSITORY / "scripts" / "clinic.py"))
STORED = json.loads(SCRIPT["PATH"].read_text(encoding="utf-8"))
CLINIC = exercise("clinic").key.reference


def test_each_stored_chart_is_told():
    assert [[CLINIC(one) for one in group] for group in STORED] == [[letter] * 6 for letter in "abcdefgh"]


def test_so_is_each_patient_of_the_notebook(sets):
    """Of three wards; each fault but that of the evaluation does harm."""
    for seed in range(3):
        patients = ward(np.random.default_rng(seed), sets)
        assert sorted(patient.fault for patient in patients) == sorted(FAULTS)
        assert all(patient.is_what_it_seems() for patient in patients)
        assert [CLINIC(chart(patient.run)) for patient in patients] == [
            "abcdefgh"[FAULTS.index(patient.fault)] for patient in patients
        ]


@pytest.mark.thorough
def test_the_script_draws_the_stored_charts(sets):
    """As far as rounding leaves them alike: at the start."""
    drawn = SCRIPT["charts"](sets)
    for group, stored in zip(drawn, STORED, strict=True):
        for one, other in zip(group, stored, strict=True):
            rows = [[row[key] for key in ("low", "high", "spread", "gradient") if row[key]] for row in one["start"]]
            wanted = [[row[key] for key in ("low", "high", "spread", "gradient") if row[key]] for row in other["start"]]
            for row, wanted_row in zip(rows, wanted, strict=True):
                np.testing.assert_allclose(row, wanted_row, rtol=2e-3)
