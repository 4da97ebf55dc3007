"""Cases of the checks, and observations of answers in them. The package holds no answers.

`checks`, `exercises`, `course`, `authoring` and `grading` import it. It imports nothing else of `mlp_helpers`, because
it is copied into the grading sandbox. Read `cases` first.
"""
