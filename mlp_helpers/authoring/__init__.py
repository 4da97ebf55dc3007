"""The author's side: what makes a source unfit for students, and the release that they get.

The command line and `grading` import it. Read `release` first.
"""
