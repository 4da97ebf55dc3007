"""Clinic: trainings with a known fault, what a practitioner watches while a network trains, and what it tells.

Notebook 05 imports it. Read `patients` first: the trainings on which the others are tried out.
"""

from mlp_helpers.clinic.findings import diagnose
from mlp_helpers.clinic.patients import ward
from mlp_helpers.clinic.vitals import chart, vitals

__all__ = ["chart", "diagnose", "vitals", "ward"]
