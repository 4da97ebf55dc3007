"""Cells of a course notebook: their roles, and the placeholders of released answer cells.

An automatic exercise is an answer cell directly followed by a check cell. An open one is a single answer cell, a figure
or a text, which a person grades. The `grade_id` identifies an exercise across all notebooks.
"""

import ast
import copy
import hashlib
import inspect
import itertools
import json
import re
from dataclasses import dataclass
from types import CodeType

import nbformat

from mlp_helpers.course.renamed import current, in_source

ROLES = ("set-up", "answer", "check", "demonstration", "guess")
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
HINT = "# Your answer: put your own lines in the place of the next one."
LETTERS_HINT = "# Your answer: a letter for each question between the quotes, such as {}."
FIGURE_HERE = "# Your figure goes here."
FILE_HERE = "# Save your network as {} here. It may come from the cells above."
MAX_LITERAL_CELL_CHARACTERS, MAX_LITERAL_CHARACTERS = 2000, 200
TEXT_HERE = "*Your answer goes here.*"


@dataclass(frozen=True)
class Exercise:
    """An exercise of the course.

    Attributes
    ----------
    name : str
        Its grade_id.
    points : float
    notebook : str
        Its file name.
    is_open : bool
        Whether a person grades it.
    rubric : tuple of (str, float)
        What the points of an open exercise are given for.
    file : str
        Name of the file, beside the notebook, that is graded in the place of the cell; "" for most exercises.
    """

    name: str
    points: float
    notebook: str
    is_open: bool
    rubric: tuple = ()
    file: str = ""


def _metadata(cell, key):
    """Return a part of a cell's metadata, {} if it is missing or no dict: a student's notebook may hold anything."""
    part = cell.metadata.get(key, {})
    return part if isinstance(part, dict) else {}


def role(cell):
    """Return the role of a cell, or None."""
    return _metadata(cell, "course").get("role")


def is_kept(cell):
    """Return whether a cell's recorded output is released to students."""
    return _metadata(cell, "course").get("keep", False) is True


def allowed_lines(cell):
    """Return the lines of an answer that its author allows to appear elsewhere."""
    return _metadata(cell, "course").get("shown", [])


def rubric(cell):
    """Return what the points of an open answer are given for, a tuple of (str, float)."""
    return tuple(map(tuple, _metadata(cell, "course").get("rubric", ())))


def file_of(cell):
    """Return the name of the file that is graded in the place of an answer cell, "" for most cells."""
    return _metadata(cell, "course").get("file", "")


def nbgrader(cell):
    """Return nbgrader's metadata of a cell, {} if it has none."""
    return _metadata(cell, "nbgrader")


def is_answer(cell):
    """Return whether a cell is an answer cell with a grade_id."""
    return role(cell) == "answer" and isinstance(nbgrader(cell).get("grade_id"), str)


def is_open(cell):
    """Return whether an answer cell is graded by a person."""
    return nbgrader(cell).get("grade") is True


def answer_name(cell):
    """Return the name of an answer cell's exercise."""
    return nbgrader(cell)["grade_id"]


def checked_name(cell):
    """Return the name of a check cell's exercise; None if the cell is no check cell or names none."""
    grade_id = nbgrader(cell).get("grade_id")
    return grade_id.removesuffix("-check") if isinstance(grade_id, str) and role(cell) == "check" else None


def up_to_date(cell):
    """Return a cell of an older edition with the current names of exercises, in its grade_id and in its code."""
    grade_id = nbgrader(cell).get("grade_id")
    name = grade_id.removesuffix("-check") if isinstance(grade_id, str) else None
    source = in_source(cell.source) if cell.cell_type == "code" else cell.source
    if current(name) == name and source == cell.source:
        return cell
    cell = copy.deepcopy(cell)
    cell.source = source
    if name is not None:
        cell.metadata["nbgrader"]["grade_id"] = current(name) + grade_id[len(name) :]
    return cell


def is_graded(cell):
    """Return whether grading runs a cell: set-up, automatic answers and checks."""
    return role(cell) in ("set-up", "check") or (is_answer(cell) and not is_open(cell))


def guess_name(cell):
    """Return the name that a guess cell assigns, such as guess_loss; None if it is no guess cell or assigns none."""
    found = re.match(r"(guess_\w+)\s*=", cell.source)
    return found[1] if found and role(cell) == "guess" else None


def answers(notebooks):
    """Yield file name and cell of each answer.

    Parameters
    ----------
    notebooks : dict from str to NotebookNode
        By file name.
    """
    for file_name, notebook in notebooks.items():
        for cell in notebook.cells:
            if is_answer(cell):
                yield file_name, cell


def exercises(notebooks):
    """Return the exercises of valid notebooks, a list of `Exercise` in order.

    Parameters
    ----------
    notebooks : dict from str to NotebookNode
        By file name.
    """
    found = []
    for file_name, notebook in notebooks.items():
        for cell in notebook.cells:
            name = answer_name(cell) if is_answer(cell) and is_open(cell) else checked_name(cell)
            if name is not None:
                needs_person = role(cell) == "answer" and not file_of(cell)
                points = nbgrader(cell).get("points", 0)
                found.append(Exercise(name, points, file_name, needs_person, rubric(cell), file_of(cell)))
    return found


def is_marker(line):
    """Return whether nbgrader treats a line as the begin or end of a solution."""
    return "BEGIN SOLUTION" in line or "END SOLUTION" in line


def pieces(source):
    """Return the sources of an answer's steps, each with one pair of markers, a list; without steps, all of it."""
    lines = source.splitlines()
    ends = [number for number, line in enumerate(lines, start=1) if line.strip() == END]
    cuts = [0, *ends[:-1], len(lines)]
    return ["\n".join(lines[start:end]) for start, end in itertools.pairwise(cuts)]


def parts(source):
    """Return the lines before, between and after the markers of a source, which must contain each marker once."""
    lines = source.splitlines()
    stripped = [line.strip() for line in lines]
    begin, end = stripped.index(BEGIN), stripped.index(END)
    return lines[:begin], lines[begin + 1 : end], lines[end + 1 :]


def solution(cell):
    """Return the solution of an answer cell, a list of lines."""
    if cell.cell_type == "markdown":
        return cell.source.splitlines()
    return [line for piece in pieces(cell.source) for line in parts(piece)[1]]


def blank(cell):
    """Return the source of a released answer cell: the lines outside the markers, and a placeholder that runs.

    Parameters
    ----------
    cell : NotebookNode
        An answer cell without faults.
    """
    if cell.cell_type == "markdown":
        return TEXT_HERE
    if is_open(cell):
        name = file_of(cell)
        return answered_by(cell.source, [FILE_HERE.format(name) if name else FIGURE_HERE])
    return placeholder(cell.source, answer_name(cell))


def placeholder(source, name):
    """Return the source of an automatic answer as it is released: in each step, a line that stands in for it."""
    steps = pieces(source)
    if len(steps) > 1:
        return "\n".join(placeholder(step, defined_function(step).name) for step in steps)
    hint = HINT
    if is_text(source, name):
        n_letters = len(literal(source, name).split())
        hint = LETTERS_HINT.format(" ".join("dabcc"[:n_letters]))
    return answered_by(source, [hint, stand_in(source, name)])


def answered_by(source, lines):
    """Return an answer cell's source with markers and solution replaced by `lines`, indented like the first marker."""
    before, _, after = parts(source)
    indent = marker_indent(source)
    return "\n".join([*before, *(indent + line for line in lines), *after])


def marker_indent(source):
    """Return the indentation of the first marker of a source."""
    (line, *_) = filter(is_marker, source.splitlines())
    return line[: len(line) - len(line.lstrip())]


def defined_function(source):
    """Return the first top-level function of a source, an ast.FunctionDef, or None."""
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    return functions[0] if functions else None


def functions(source):
    """Return the source of each top-level function, with what stands above it, a dict by name."""
    nodes = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    ends = [0, *(node.end_lineno for node in nodes)]
    lines = source.splitlines()
    return {node.name: "\n".join(lines[start : node.end_lineno]) for node, start in zip(nodes, ends, strict=False)}


def stand_in(source, name):
    """Return the line that stands in for an exercise's answer: it passes all positional arguments to `mlp.todo`.

    In place of a text it is an empty text.
    """
    if is_text(source, name):
        return f'{name} = ""'
    function = defined_function(source)
    if function is None:
        return f'{name} = mlp.todo("{name}")'
    taken = function.args
    arguments = [argument.arg for argument in (*taken.posonlyargs, *taken.args)]
    arguments += [f"*{taken.vararg.arg}"] if taken.vararg else []
    gives = "yield from" if _is_generator(source, function.name) else "return"
    passed = ", ".join([f'"{name}"', *arguments])
    return f"{gives} mlp.todo({passed})"


def is_text(source, name):
    """Return whether an answer is a text: its cell assigns a str literal to its name, and does nothing else."""
    return isinstance(literal(source, name), str) and len(ast.parse(source).body) == 1


class _WithoutArrays(ast.NodeTransformer):
    """Takes what stands in the brackets of `np.array` for the call."""

    def visit_Call(self, node):
        self.generic_visit(node)
        is_array = ast.unparse(node.func) in ("np.array", "np.asarray") and len(node.args) == 1 and not node.keywords
        return node.args[0] if is_array else node


def literal(source, name):
    """Return the value that a cell assigns to a name, without running it; None if it is no literal.

    Arrays that are typed in are read as lists.

    Parameters
    ----------
    source : str
        Any text.
    name : str
    """
    try:
        assigned = [
            node.value
            for node in ast.parse(source[:MAX_LITERAL_CELL_CHARACTERS]).body
            if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == [name]
        ]
        text = ast.unparse(_WithoutArrays().visit(assigned[-1])) if assigned else ""
        return ast.literal_eval(text) if 0 < len(text) <= MAX_LITERAL_CHARACTERS else None
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return None


def _is_generator(source, name):
    """Return whether the function of this name is a generator function."""
    constants = compile(source, name, "exec").co_consts
    code = next(constant for constant in constants if isinstance(constant, CodeType) and constant.co_name == name)
    return bool(code.co_flags & inspect.CO_GENERATOR)


def strip_outputs(cells):
    """Remove outputs and execution counts from code cells, in place."""
    for cell in cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None


def set_count(cell, count):
    """Set the execution count of a code cell, and of its result, in place."""
    for part in (cell, *cell.outputs):
        if "execution_count" in part:
            part.execution_count = count


def notebook_from(content):
    """Return a notebook from the bytes of its file, in the current format; raise what `json` and `nbformat` do."""
    return notebook_of(raw_notebook(content))


def raw_notebook(content):
    """Return the JSON of a notebook's file, as any editor saves it, in whatever format it is.

    Some begin with a byte order mark, and some write the number of the format as 4.0.
    """
    raw = json.loads(content.decode("utf-8-sig"))
    if isinstance(raw, dict) and isinstance(raw.get("nbformat"), float):
        raw["nbformat"] = int(raw["nbformat"])
    return raw


def notebook_of(raw):
    """Return a notebook from its JSON, in the current format."""
    text = json.dumps(raw, ensure_ascii=False).encode(errors="replace").decode()  # JSON may hold lone surrogates
    return nbformat.reads(text, as_version=4)


def notebook_bytes(notebook):
    """Return a notebook as the bytes of its file."""
    return (nbformat.writes(notebook).rstrip("\n") + "\n").encode()


def stamp(notebook):
    """Note in a released notebook what its cells hold, so that an older text that is saved over it can be told."""
    text = stamp_of(digests(notebook))
    notebook.metadata["course"] = {**notebook.metadata.get("course", {}), "text": text}


def stamp_of(cells):
    """Return what `stamp` notes in a notebook with these `digests` of cells."""
    return digest("".join(cells.values()))[:16]


def digests(notebook):
    """Return the digests of the cells' sources, a dict by id."""
    return {cell.id: digest(cell.source) for cell in notebook.cells}


def digest(text):
    """Return the SHA-256 hex digest of a str or of bytes."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()
