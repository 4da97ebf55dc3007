"""The students' commands (check, submit, update, doctor), and what a course's notebooks and releases are made of.

The command line, `authoring` and `grading` import it. Read `cells` first.
"""
