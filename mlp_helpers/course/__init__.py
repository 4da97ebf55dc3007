"""Students' commands (check, submit, update, doctor), and the format of notebooks and releases.

The command line, `authoring` and `grading` import it. Read `cells` first.
"""
