"""The questions of the checks: what each exercise's answer is asked, and what it did. No answers are in here.

`checks`, `exercises`, `course`, `authoring` and `grading` import it; it imports nothing of the package, for it goes
into the sandbox of grading. Read `cases` first.
"""
