"""Grading of submissions, for instructors; the students' edition does not contain it.

Only the command line imports it. Read `course` first, then `plugin`; `sandbox` runs answers, `reports` shows results.
"""
