"""Tables and pages for instructors, students and learning platforms, made from results.

`grading` imports it. Read `report` first.
"""
