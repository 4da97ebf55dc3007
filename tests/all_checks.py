"""Checks of all exercises by a package in a folder, with a right answer and, where one is known, a mistake."""

import json
import subprocess
from pathlib import Path

from mlp_helpers.authoring.release import read_notebooks
from mlp_helpers.course.cells import answer_name, answers
from mlp_helpers.services.files import REPOSITORY

RUN = """
import contextlib, io, json, sys
import numpy as np
from mlp_helpers import check, exercises

def printed(name, *answers):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        check(name, *answers)
    return " ".join(out.getvalue().split())

solutions, said = json.load(sys.stdin), {}
scope = {"np": np, "sigmoid": lambda x: 0.5 * (1 + np.tanh(0.5 * x))}
whole = {step: name for name in exercises.names() for step in exercises.exercise(name).steps}

def right_answer(exercise):
    right = exercise.key.reference
    if getattr(right, "__module__", "").count(".") == 1 and callable(right):  # the library's: no answer may call it
        exec(solutions[whole.get(exercise.name, exercise.name)], scope)
        right = scope[exercise.name]
    return right

for name in exercises.names():
    first, *others = exercises.exercise(name).parts
    others = [right_answer(step) for step in others]
    mistaken = [(printed(name, mistake.answer, *others), mistake.hint) for mistake in first.key.mistakes[:1]]
    said[name] = printed(name, right_answer(first), *others), mistaken
print(json.dumps([exercises.__file__, said]))
"""


def faults(python, package, **variables):
    """Return the exercises whose check is wrong about one of the two answers, or says it without the mistake's hint.

    Parameters
    ----------
    python : path
    package : path
        The folder mlp_helpers that this Python must import.
    variables : dict from str to str
        Environment variables.
    """
    solutions = {answer_name(cell): cell.source for _, cell in answers(read_notebooks(REPOSITORY))}
    ran = subprocess.run(
        [python, "-P", "-c", RUN], input=json.dumps(solutions), env=variables, cwd="/", capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    file, said = json.loads(ran.stdout)
    assert Path(file) == package / "exercises" / "__init__.py"
    assert {"flatten", "Dense", "misclassified", "graph_gradients", "quiz_data"} < said.keys()
    return [
        name
        for name, (right, mistaken) in said.items()
        if not right.startswith("✓ right") or not all(map(_is_named, mistaken))
    ]


def _is_named(mistaken):
    wrong, hint = mistaken
    return wrong[0] in "✗◐" and " ".join(hint.split()) in wrong
