"""Grading of submissions, for instructors; the students' edition does not contain it.

Only the command line imports it. Read `reference_course` first, then `exercise_tests`; `sandbox` runs answers, and
`reports` shows results.
"""
