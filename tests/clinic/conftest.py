"""Patients: one with each fault, drawn once."""

import numpy as np
import pytest

from mlp_helpers import mnist
from mlp_helpers.clinic.patients import FAULTS, HEALTHY, drawn


@pytest.fixture(scope="session")
def sets():
    return mnist(test=False)


@pytest.fixture(scope="session")
def patients(sets):
    return {fault: drawn(fault, np.random.default_rng(0), sets) for fault in (*FAULTS, HEALTHY)}


@pytest.fixture(params=[*FAULTS, HEALTHY])
def patient(request, patients):
    return patients[request.param]
