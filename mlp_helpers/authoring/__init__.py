"""Tools of the course's author: validation of the source, and the release for students.

The command line and `grading` import it. Read `release` first.
"""
