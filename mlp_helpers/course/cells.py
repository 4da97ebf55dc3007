"""Cells of a course notebook: their roles, and what a released answer cell holds in place of the answer.

An automatic exercise is an answer cell and, directly after it, a check cell. An open one is an answer cell alone, a
figure or a text, which a person grades. Each exercise is known by its `grade_id`, in all notebooks together.
"""

import ast
import hashlib
import inspect
from dataclasses import dataclass
from types import CodeType

import nbformat

ROLES = ("set-up", "answer", "check", "demonstration")
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
HINT = "# Your answer: put your own lines in the place of the next one."
FIGURE_HERE = "# Your figure goes here."
TEXT_HERE = "*Your answer goes here.*"


@dataclass(frozen=True)
class Exercise:
    """An exercise.

    Attributes
    ----------
    name : str
        Its grade_id.
    points : float
    notebook : str
        The file that it is in.
    is_open : bool
        Whether a person grades it.
    """

    name: str
    points: float
    notebook: str
    is_open: bool


def _metadata(cell, key):
    """Return a part of a cell's metadata, {} where there is none: a student's notebook may hold anything."""
    part = cell.metadata.get(key, {})
    return part if isinstance(part, dict) else {}


def role(cell):
    """Return the role of a cell, None where it has none."""
    return _metadata(cell, "course").get("role")


def is_kept(cell):
    """Return whether students are to see a cell's recorded output."""
    return _metadata(cell, "course").get("keep", False) is True


def allowed_lines(cell):
    """Return the lines of an answer that students may meet elsewhere, because its author says so."""
    return _metadata(cell, "course").get("shown", [])


def nbgrader(cell):
    """Return nbgrader's metadata of a cell, {} where it has none."""
    return _metadata(cell, "nbgrader")


def is_answer(cell):
    """Return whether a cell is an answer with a name."""
    return role(cell) == "answer" and isinstance(nbgrader(cell).get("grade_id"), str)


def is_open(cell):
    """Return whether an answer cell is graded by a person."""
    return nbgrader(cell).get("grade") is True


def answer_name(cell):
    """Return the exercise that an answer cell answers."""
    return nbgrader(cell)["grade_id"]


def checked_name(cell):
    """Return the exercise that a check cell checks, None where its metadata names none."""
    grade_id = nbgrader(cell).get("grade_id")
    return grade_id.removesuffix("-check") if isinstance(grade_id, str) and role(cell) == "check" else None


def is_graded(cell):
    """Return whether grading runs a cell: set-up, automatic answers and checks."""
    return role(cell) in ("set-up", "check") or (is_answer(cell) and not is_open(cell))


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
    """Return the exercises of notebooks without faults, a list of `Exercise` in their order.

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
                found.append(Exercise(name, nbgrader(cell).get("points", 0), file_name, role(cell) == "answer"))
    return found


def is_marker(line):
    """Return whether nbgrader would take a line for a solution's begin or end."""
    return "BEGIN SOLUTION" in line or "END SOLUTION" in line


def parts(source):
    """Return the lines before, between and after the markers of a source that has each of them once."""
    lines = source.splitlines()
    stripped = [line.strip() for line in lines]
    begin, end = stripped.index(BEGIN), stripped.index(END)
    return lines[:begin], lines[begin + 1 : end], lines[end + 1 :]


def solution(cell):
    """Return the lines of an answer cell that only its author may see."""
    return cell.source.splitlines() if cell.cell_type == "markdown" else parts(cell.source)[1]


def blank(cell):
    """Return what a released answer cell holds: all that stands outside the markers, and a placeholder that runs.

    Parameters
    ----------
    cell : NotebookNode
        An answer cell without faults.
    """
    if cell.cell_type == "markdown":
        return TEXT_HERE
    placeholder = [FIGURE_HERE] if is_open(cell) else [HINT, stand_in(cell.source, answer_name(cell))]
    return answered_by(cell.source, placeholder)


def answered_by(source, lines):
    """Return the source of an answer cell with other lines, indented as they were, in place of markers and solution."""
    before, _, after = parts(source)
    indent = marker_indent(source)
    return "\n".join([*before, *(indent + line for line in lines), *after])


def marker_indent(source):
    """Return the spaces before the first marker of a source."""
    (line, *_) = filter(is_marker, source.splitlines())
    return line[: len(line) - len(line.lstrip())]


def defined_function(source):
    """Return the function that a source defines at its top, an ast.FunctionDef; None where there is none."""
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    return functions[0] if functions else None


def stand_in(source, name):
    """Return the line that stands in for the answer to an exercise: it hands all arguments to `mlp.todo`."""
    function = defined_function(source)
    if function is None:
        return f'{name} = mlp.todo("{name}")'
    taken = function.args
    arguments = [argument.arg for argument in (*taken.posonlyargs, *taken.args)]
    arguments += [f"*{taken.vararg.arg}"] if taken.vararg else []
    gives = "yield from" if _is_generator(source, function.name) else "return"
    passed = ", ".join([f'"{name}"', *arguments])
    return f"{gives} mlp.todo({passed})"


def _is_generator(source, name):
    """Return whether the function of this name yields."""
    constants = compile(source, name, "exec").co_consts
    code = next(constant for constant in constants if isinstance(constant, CodeType) and constant.co_name == name)
    return bool(code.co_flags & inspect.CO_GENERATOR)


def strip_outputs(cells):
    """Take outputs and execution counts out of cells."""
    for cell in cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None


def notebook_bytes(notebook):
    """Return the content of a notebook's file."""
    return (nbformat.writes(notebook).rstrip("\n") + "\n").encode()


def digest(text):
    """Return the SHA-256 of a text or of bytes, in hexadecimal digits."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()
