"""Faults in the course's source that prevent a release or grading, each as one line with file and cell."""

import ast
import re
from collections import Counter

from mlp_helpers.course import cells
from mlp_helpers.course.networks import DATASETS

MIN_SECRET_CHARACTERS = 12  # shorter lines do not give an answer away
TELLS_NOTHING = re.compile(r"(return|yield)\s+\w+|import .*|from .* import .*|\w+, \w+ = new_figure\(.*\)")
PLACEHOLDER_NEEDS = re.compile(r"^import mlp_helpers as mlp$", re.MULTILINE)
OWN_ANSWERS = re.compile(r"\bmlp_helpers\.yours\b|from mlp_helpers import .*\byours\b")
TOTAL_POINTS = 100
# nbgrader's metadata for each kind of cell.
SCHEMA = {"schema_version": 3, "task": False}
ANSWER = {"grade": False, "solution": True, "locked": False, **SCHEMA}
OPEN_ANSWER = {"grade": True, "solution": True, "locked": False, **SCHEMA}
CHECK = {"grade": True, "solution": False, "locked": True, **SCHEMA}


def faults(notebooks, exercises):
    """Return the faults of the course's source, a list of str.

    Parameters
    ----------
    notebooks : dict from str to NotebookNode
        The course's notebooks, by file name.
    exercises : dict from str to collection of str
        Names of the exercises that `check` knows, and of the steps of each.
    """
    found = []
    for file_name, notebook in notebooks.items():
        found += [f"{file_name}: {text}" for text in _of_notebook(notebook)]
        neighbours = zip([None, *notebook.cells], notebook.cells, [*notebook.cells[1:], None], strict=False)
        for before, cell, after in neighbours:
            found += [f"{file_name}, cell {cell.id}: {text}" for text in _of_cell(before, cell, after, exercises)]
    found += _of_course(notebooks) + _divided(notebooks, exercises)
    return found or _leaks(notebooks)  # solution lines are defined only for valid cells


def _of_notebook(notebook):
    """Return the faults of a notebook's metadata and imports."""
    conceals = notebook.metadata.get("course", {}).get("conceals")
    found = []
    if not isinstance(conceals, list) or not all(isinstance(name, str) for name in conceals):
        found.append(f"metadata course.conceals must be a list of modules that hold its answers, got {conceals!r}")
    set_up = [cell.source for cell in notebook.cells if cells.role(cell) == "set-up"]
    if any(map(cells.is_answer, notebook.cells)) and not any(map(PLACEHOLDER_NEEDS.search, set_up)):
        found.append("no set-up cell has the line `import mlp_helpers as mlp`, which the placeholders need")
    return found


def _of_course(notebooks):
    """Return the faults across all notebooks: duplicate grade_ids, and a wrong total of points."""
    ids = Counter()
    where = {}
    for file_name, notebook in notebooks.items():
        for cell in notebook.cells:
            if "grade_id" in cells.nbgrader(cell):
                grade_id = str(cells.nbgrader(cell)["grade_id"])
                ids[grade_id] += 1
                where.setdefault(grade_id, []).append(f"{file_name}, cell {cell.id}")
    found = [f"{' and '.join(where[name])}: the grade_id {name} is there {n} times" for name, n in ids.items() if n > 1]
    total = sum(item.points for item in cells.exercises(notebooks) if _are_points(item.points))
    wrong = [] if total == TOTAL_POINTS else [f"the points of all exercises must sum to {TOTAL_POINTS}, got {total:g}"]
    return found + wrong


def _divided(notebooks, exercises):
    """Return the faults of steps that are exercises of their own, too."""
    graded = [cells.answer_name(cell) for _, cell in cells.answers(notebooks)]
    graded += [cells.checked_name(cell) for notebook in notebooks.values() for cell in notebook.cells]
    return [
        f"{file_name}, cell {cell.id}: its step {step} must not have cells of its own"
        for file_name, cell in cells.answers(notebooks)
        for step in exercises.get(cells.answer_name(cell), ())
        if step in graded
    ]


def _of_cell(before, cell, after, exercises):
    """Return the faults of a cell; the cells before and after it may be None."""
    found = []
    kind = cells.role(cell)
    allowed = cells.ROLES if cell.cell_type == "code" else (None, "answer")
    if kind not in allowed:
        expected = " or ".join(str(name) for name in allowed)
        found.append(f"its role must be {expected}, got {kind}" if kind else f"it has no role: {expected}")
    if cells.is_kept(cell) and kind != "demonstration":
        found.append("only a demonstration may keep its output")
    is_code_answer = kind == "answer" and cell.cell_type == "code"
    if not is_code_answer and any(map(cells.is_marker, cell.source.splitlines())):
        found.append("a solution marker, in a cell that is no answer in code")
    if cell.cell_type == "code" and kind != "demonstration" and OWN_ANSWERS.search(cell.source):
        found.append("only a demonstration may import from mlp_helpers.yours, which grading does not have")
    if kind == "guess" and not re.fullmatch(r"guess_\w+ = None(  # .*)?", cell.source):
        found.append("a guess must be one line, such as `guess_loss = None  # a number`")
    if kind == "answer":
        found += _of_answer(cell, after, exercises)
    elif kind == "check":
        found += _of_check(before, cell, exercises)
    elif cells.nbgrader(cell):
        found.append("nbgrader's metadata, in a cell that is neither answer nor check")
    return found


def _of_answer(cell, after, exercises):
    """Return the faults of an answer cell; the cell after it may be None."""
    needs_person = cells.is_open(cell)
    found = _metadata_faults(cell, OPEN_ANSWER if needs_person else ANSWER)
    if needs_person and not _are_points(cells.nbgrader(cell).get("points")):
        found.append(_points_text(cell))
    elif needs_person and not _is_rubric(cells.rubric(cell), cells.nbgrader(cell)["points"]):
        found.append(
            "its rubric, course.rubric in the metadata, must be pairs of a text and points that sum to its own"
        )
    if not needs_person and cell.cell_type == "markdown":
        found.append("an answer in words must be graded by a person: grade must be true")
    file = cells.file_of(cell)
    if file and not (needs_person and file in DATASETS):
        found.append(f"course.file must be {' or '.join(DATASETS)}, in an open answer, got {file!r}")
    if found:
        return found
    if cell.cell_type == "markdown":
        return [] if cell.source.strip() else ["it is empty"]
    name = cells.answer_name(cell)
    if not needs_person and name not in exercises:
        found.append(f"no exercise is called {name}")
    if not needs_person and (after is None or cells.nbgrader(after).get("grade_id") != f"{name}-check"):
        found.append(f"the next cell must be its check, with the grade_id {name}-check")
    return found + _of_solution(cell, exercises.get(name, ()))


def _of_solution(cell, steps):
    """Return the faults of the code of an answer, which may have steps, by name."""
    if found := _marker_faults(cell.source, steps):
        return found
    for step, piece in zip(steps or [cells.answer_name(cell)], cells.pieces(cell.source), strict=True):
        wrong = _outside_faults(piece, step, cells.is_open(cell))
        if steps and not wrong and cells.defined_function(piece) is None:
            wrong = [f"its step {step} must be a function"]
        found += wrong
    return found


def _of_check(before, cell, exercises):
    """Return the faults of a check cell; the cell before it may be None."""
    found = _metadata_faults(cell, CHECK)
    if not _are_points(cells.nbgrader(cell).get("points")):
        found.append(_points_text(cell))
    if before is None or not cells.is_answer(before) or cells.is_open(before):
        return [*found, "the cell before it must be its answer"]
    name = cells.answer_name(before)
    wanted = f'check("{name}", {", ".join(exercises.get(name) or [name])})'
    if cell.source.strip() not in (wanted, f"mlp.{wanted}"):
        found.append(f"it must hold {wanted}, got {cell.source.strip()}")
    return found


def _metadata_faults(cell, wanted):
    """Return the faults of a cell's nbgrader metadata: entries that differ from `wanted`, and an invalid grade_id."""
    metadata = cells.nbgrader(cell)
    wrong = [
        f"{key} must be {value}, got {metadata.get(key)}" for key, value in wanted.items() if metadata.get(key) != value
    ]
    if not isinstance(metadata.get("grade_id"), str) or not metadata["grade_id"].removesuffix("-check").isidentifier():
        wrong.append(f"grade_id must be a name, got {metadata.get('grade_id')!r}")
    return [f"nbgrader's metadata: {text}" for text in wrong]


def _are_points(points):
    return isinstance(points, int | float) and not isinstance(points, bool) and points >= 0


def _is_rubric(rubric, points):
    """Return whether a rubric is missing, or pairs of a text and points that sum to `points`."""
    are_pairs = all(len(line) == 2 and isinstance(line[0], str) and _are_points(line[1]) for line in rubric)
    return not rubric or (are_pairs and sum(share for _, share in rubric) == points)


def _points_text(cell):
    return f"points must be a number of at least 0, got {cells.nbgrader(cell).get('points')}"


def _marker_faults(source, steps):
    """Return the faults of the markers in a code answer: each step needs one of each, on lines of their own."""
    markers = [line.strip() for line in source.splitlines() if cells.is_marker(line)]
    if not markers:
        return [f"it has no markers, {cells.BEGIN} and {cells.END}, so all of it would be released"]
    if markers != [cells.BEGIN, cells.END] * (len(steps) or 1):
        each = f" for each of its steps {', '.join(steps)}" if steps else ""
        return [f"its markers must be one {cells.BEGIN} and after it one {cells.END}{each}, got {', '.join(markers)}"]
    return []


def _outside_faults(source, name, is_open):
    """Return the faults of an answer outside its markers: only a signature, a docstring and comments are allowed.

    An answer that is a value may be followed by expressions that show its effect, such as calls.
    """
    before, inside, after = cells.parts(source)
    try:
        function = cells.defined_function(source)
        outside = ast.parse("\n".join([*before, f"{cells.marker_indent(source)}pass", *after])).body
    except SyntaxError as error:
        return [f"it is no valid Python: {error}"]
    if function is None or is_open:
        is_bare = isinstance(outside[0], ast.Pass) and all(isinstance(node, ast.Expr) for node in outside[1:])
        found = [] if is_bare and not (is_open and outside[1:]) else ["there is code outside its markers"]
        return found if is_open else found + _value_faults(inside, name)
    if len(outside) != 1 or not isinstance(outside[0], ast.FunctionDef):
        return ["outside its markers there must be one function's signature and docstring, and no other code"]
    found = [] if function.name == name else [f"it must define {name}, got {function.name}"]
    if ast.get_docstring(outside[0]) is None or len(outside[0].body) != 2:
        found.append("outside its markers there must be a docstring, and no other code")
    if function.args.kwonlyargs or function.args.kwarg:
        found.append("its placeholder cannot hand on keyword-only arguments")
    return found


def _value_faults(inside, name):
    """Return the faults of a solution that is a value or a class: its last statement must assign or define it."""
    *_, last = ast.parse("\n".join(inside)).body or [None]
    assigned = [target.id for target in getattr(last, "targets", []) if isinstance(target, ast.Name)]
    is_its_class = isinstance(last, ast.ClassDef) and last.name == name
    return [] if assigned == [name] or is_its_class else [f"the last statement of its solution must define {name}"]


def secret_lines(notebooks):
    """Yield file name, cell and `normalised` line for each line of a solution that would give an answer away.

    Short lines, `TELLS_NOTHING` such as imports, and lines allowed by the cell's metadata, course.shown, are left out.
    """
    for file_name, cell in cells.answers(notebooks):
        shown = {normalised(line) for line in cells.allowed_lines(cell)}
        for line in map(normalised, cells.solution(cell)):
            if len(line) >= MIN_SECRET_CHARACTERS and not TELLS_NOTHING.fullmatch(line) and line not in shown:
                yield file_name, cell, line


def normalised(line):
    """Return a line with each run of whitespace reduced to one space, and none at its ends."""
    return " ".join(line.split())


def released_text(cell):
    """Return the source and any kept text output of a cell as students see them, with `normalised` lines."""
    texts = [cells.blank(cell) if cells.is_answer(cell) else cell.source]
    if cells.is_kept(cell):
        texts += [str(output.get("text", output.get("data", {}).get("text/plain", ""))) for output in cell.outputs]
    return "\n".join(normalised(line) for text in texts for line in text.splitlines())


def _leaks(notebooks):
    """Return the places where released text contains a line of a solution."""
    released = [
        (f"{file_name}, cell {cell.id}", released_text(cell))
        for file_name, notebook in notebooks.items()
        for cell in notebook.cells
    ]
    found = []
    for file_name, cell, line in secret_lines(notebooks):
        whole = re.compile(rf"(?<!\w){re.escape(line)}(?!\w)")
        for place, text in released:
            if line in text and whole.search(text):
                found.append(f"{place}: gives away a line of {cells.answer_name(cell)} ({file_name}): {line}")
    return found
