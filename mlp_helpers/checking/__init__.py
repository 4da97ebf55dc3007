"""Questions to an answer, and observations of it. The package holds no answers, and knows no exercise.

`checks`, `exercises`, `diagnosis`, `course` and `grading` import it. It imports nothing else of `mlp_helpers`, because
it is copied into the grading sandbox. Read `questions` first.
"""
