"""Answers of writers who saw the notebooks' text and no check: one a line, in the files beside this one.

`judged` is what two readers, who saw the answer and the hint of its first day, called that hint: N, it names the
fault; P, it points to the right place and leads there; G, it is true and leads nowhere; F, it is false; M, there was
none, since the check passed. What was G, F or M has been mended since, but for answers of the kind "accepted". No hint
is written to fit an answer of the latest file before it is judged.
"""

import ast
import builtins
import contextlib
import functools
import json
import linecache
from pathlib import Path

import nbformat

from mlp_helpers import exercises
from mlp_helpers.diagnosis.attempt import Attempt
from mlp_helpers.services.files import REPOSITORY

FILES = sorted(Path(__file__).parent.glob("*.jsonl"))
ROWS = {path.stem: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] for path in FILES}


def attempt(row):
    """Return the `Attempt` of a row, whose cell is run where the imports and definitions of its notebook are."""
    file, text = f"<cell {row['id']}>", row["cell"]
    linecache.cache[file] = len(text), None, text.splitlines(keepends=True), file
    space = dict(_defined(row["notebook"]))
    exec(compile(text, file, "exec"), space)
    return Attempt.at(exercises.exercise(row["exercise"]), space[row["exercise"]])


@functools.cache
def _defined(notebook):
    """Return what the cells of a notebook import and define, right answers and constants among it, a dict."""
    space = {"__name__": "__main__", "__builtins__": builtins}
    cells = nbformat.read(REPOSITORY / "notebooks" / f"{notebook}.ipynb", as_version=4).cells
    for line in (line for cell in cells if cell.cell_type == "code" for line in ast.parse(cell.source).body):
        is_constant = isinstance(line, ast.Assign) and ast.unparse(line.targets[0]).isupper()
        if is_constant or isinstance(line, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef):
            with contextlib.suppress(NameError, ImportError):  # what only a whole run of the notebook defines
                exec(compile(ast.Module([line], []), f"<{notebook}>", "exec"), space)
    return space
