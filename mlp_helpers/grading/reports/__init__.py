"""Tables and pages for instructors, students and learning platforms, made of results.

`grading` imports it. Read `report` first.
"""
