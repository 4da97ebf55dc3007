"""Clinic: trainings with a known fault, what a practitioner watches while a network trains, and what it tells.

Notebook 05 imports it. Read `patients` first: the trainings on which the others are tried out.
"""
