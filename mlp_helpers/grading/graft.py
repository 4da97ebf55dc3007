"""Grafting: only the contents of a submission's answer cells are put into the instructor's notebooks.

Everything else in a submission (tags, outputs, metadata, kernels, other cells) is ignored. Misplaced or ambiguous
answers and changed check cells are flagged for a person to review.
"""

import ast
import copy
import re
from collections import defaultdict
from dataclasses import dataclass, field

from nbformat.v4 import new_code_cell, new_markdown_cell

from mlp_helpers.course import cells
from mlp_helpers.grading.results import first

MAX_CELL_CHARACTERS = 100_000
MAX_OF_A_KIND, MAX_TOGETHER = 3, 5  # flags that stand by themselves; those that are told of more
# What flags of one kind differ in: the exercise or file, and a number or another file.
OWN = re.compile(r"^[^:]*: |\d+|(?<=found as ).*|(?<=found in ).*")
DEFINITIONS = ast.FunctionDef | ast.ClassDef


@dataclass
class Grafted:
    """The instructor's notebooks with a student's answers.

    Attributes
    ----------
    notebooks : dict from str to NotebookNode
        By file name: set-up, automatic answer and check cells only, without outputs.
    open_answers : dict from str to NotebookNode
        The student's cell for each answered open exercise, by exercise.
    unanswered : set of str
        Exercises whose cell is missing, empty or still holds the placeholder.
    flags : list of str
        Findings for a person to review.
    """

    notebooks: dict
    open_answers: dict = field(default_factory=dict)
    unanswered: set = field(default_factory=set)
    flags: list = field(default_factory=list)


def graft(source, submission):
    """Return the `Grafted` notebooks of a submission.

    Answers are searched for in all notebooks of the submission: by grade_id or, if no cell has it, by the name of the
    function or value that a cell defines; either may be a former name. Of several cells, the last answered one counts.
    Steps may be in several cells, as in an older edition, in which they were exercises of their own.

    Parameters
    ----------
    source : dict from str to NotebookNode
        The instructor's notebooks, without faults, by file name.
    submission : dict from str to NotebookNode
        The student's, of any content.
    """
    grafted = Grafted({name: _graded(notebook) for name, notebook in source.items()})
    found = _Answers(submission, grafted.flags)
    for file_name, notebook in source.items():
        found_in, graded = {}, filter(cells.is_answer, grafted.notebooks[file_name].cells)
        own = {cells.answer_name(cell): cell for cell in graded}
        for cell in filter(cells.is_answer, notebook.cells):
            name = cells.answer_name(cell)
            found_in[name], chosen = found.choose(cell, grafted.flags)
            if chosen is None or _same_text(chosen.source, cells.blank(cell)) or not chosen.source.strip():
                grafted.unanswered.add(name)
                chosen = None
            if cells.is_open(cell):
                if chosen is not None and not cells.file_of(cell):
                    grafted.open_answers[name] = chosen
            else:
                own[name].source = cells.blank(cell) if chosen is None else chosen.source
        grafted.flags += _elsewhere(file_name, found_in)
    grafted.flags = _together(grafted.flags + _changed_checks(source, submission))
    return grafted


def _together(flags):
    """Return the flags, with those of a kind as one where there are many, so that no other is overlooked."""
    kinds = defaultdict(list)
    for flag in flags:
        kinds[OWN.sub("", flag)].append(flag)
    return [
        text
        for alike in kinds.values()
        for text in (["; ".join(first(alike, MAX_TOGETHER))] if len(alike) > MAX_OF_A_KIND else alike)
    ]


def _graded(notebook):
    """Return a copy of a notebook with only the cells that grading runs, without outputs."""
    copied = copy.deepcopy(notebook)
    copied.cells = list(filter(cells.is_graded, copied.cells))
    cells.strip_outputs(copied.cells)
    return copied


class _Answers:
    """The cells of a submission that may be answers."""

    def __init__(self, submission, flags):
        self.by_id, self.by_name = {}, {}
        for file_name, notebook in submission.items():
            for submitted in notebook.cells:
                if len(submitted.source) > MAX_CELL_CHARACTERS:
                    flags.append(f"{file_name}: a cell of more than {MAX_CELL_CHARACTERS:,} characters was left out")
                    continue
                cell = cells.up_to_date(submitted)
                grade_id = cells.nbgrader(cell).get("grade_id")
                if isinstance(grade_id, str):
                    self.by_id.setdefault(grade_id, []).append((file_name, cell))
                if cell.cell_type == "code":
                    for name, is_function in _names(cell.source):
                        self.by_name.setdefault((name, is_function), []).append((file_name, cell))

    def choose(self, cell, flags):
        """Return file name and cell of the answer to the source's `cell`, or (None, None); flag irregularities."""
        name = cells.answer_name(cell)
        of_any_kind = self.by_id.get(name, [])
        candidates = [pair for pair in of_any_kind if pair[1].cell_type == cell.cell_type]
        if of_any_kind and not candidates:
            candidates = [(path, _of_kind(one, cell.cell_type)) for path, one in of_any_kind]
            flags.append(f"{name}: its cell is none for {cell.cell_type} any more, and counts as one")
        if not candidates and not cells.is_open(cell):
            candidates = self._named(cell)
            flags += [f"{name}: found by its name alone"] if candidates else []
        answered = [pair for pair in candidates if not _same_text(pair[1].source, cells.blank(cell))] or candidates
        if len({one.source.strip() for _, one in answered}) < 2:  # all the same, but for figures
            return max(answered, key=lambda pair: bool(pair[1].get("outputs")), default=(None, None))
        if whole := _joined(answered):
            flags.append(f"{name}: its cell was split in {len(answered)}, which count together")
            return whole
        flags.append(f"{name}: there are {len(candidates)} cells; the last that is answered counts")
        return answered[-1]

    def _named(self, cell):
        """Return (file name, cell) of what defines the name of the source's `cell`; of steps, one of all that do."""
        if len(cells.pieces(cell.source)) == 1:
            is_function = cells.defined_function(cell.source) is not None
            return self.by_name.get((cells.answer_name(cell), is_function), [])
        steps = cells.functions(cell.source)
        by_id = [[pair for pair in self.by_id.get(step, []) if pair[1].cell_type == "code"] for step in steps]
        found = [own or self.by_name.get((step, True)) for own, step in zip(by_id, steps, strict=True)]
        last = {id(pairs[-1][1]): pairs[-1] for pairs in found if pairs}
        files = [file_name for file_name, _ in last.values()]
        return [(files[-1], new_code_cell("\n\n\n".join(one.source for _, one in last.values())))] if files else []


def _of_kind(cell, kind):
    """Return a cell's text as a cell of another kind."""
    made = new_code_cell if kind == "code" else new_markdown_cell
    return made(cell.source, metadata=cell.metadata)


def _joined(pairs):
    """Return file name and cell of what was one cell of a notebook, None unless each part defines names of its own."""
    names = [[name for name, _ in _names(cell.source)] for _, cell in pairs if cell.cell_type == "code"]
    flat = [name for own in names for name in own]
    is_one = len(names) == len(pairs) and len({path for path, _ in pairs}) == 1
    if not (is_one and all(names) and len(set(flat)) == len(flat)):
        return None
    return pairs[-1][0], new_code_cell("\n\n\n".join(cell.source for _, cell in pairs))


def _elsewhere(file_name, found_in):
    """Return flags for answers of a notebook of the source that are missing, or in another one.

    `found_in` has the file in which each was found, or None, by exercise.
    """
    others = {path for path in found_in.values() if path is None or _base(path) != _base(file_name)}
    if len(others) == 1 and len(set(found_in.values())) == 1:
        (path,) = others
        return [f"{file_name}: missing" if path is None else f"{file_name}: found as {path}"]
    return [
        f"{name}: its cell is missing" if path is None else f"{name}: found in {path}, not in {file_name}"
        for name, path in found_in.items()
        if path in others
    ]


def _base(path):
    """Return the name of a notebook's file without its number, which another edition may have changed."""
    return re.sub(r"^\d\d_", "", path.rpartition("/")[2])


def _names(source):
    """Return (name, is_function) for each top-level definition in a cell, [] if it is not valid Python.

    A class counts as a value: its placeholder assigns one. For what is imported, None stands in place of the bool.
    """
    try:
        nodes = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # a student's cell may hold anything
        return []
    targets = [target for node in nodes if isinstance(node, ast.Assign) for target in node.targets]
    defined = [(node.name, isinstance(node, ast.FunctionDef)) for node in nodes if isinstance(node, DEFINITIONS)]
    imported = [alias for node in nodes if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names]
    defined += [(alias.asname or alias.name, None) for alias in imported]
    return defined + [(target.id, False) for target in targets if isinstance(target, ast.Name)]


def _same_text(text, other):
    """Return whether two sources are equal up to white space."""
    return text.split() == other.split()


def _changed_checks(source, submission):
    """Return a flag for each check cell that differs from the released one; grading runs the source's own."""
    released = {
        cells.nbgrader(cell)["grade_id"]: cell.source
        for notebook in source.values()
        for cell in notebook.cells
        if cells.role(cell) == "check"
    }
    return [
        f"{grade_id}: the check cell was changed, to no effect"
        for notebook in submission.values()
        for cell in notebook.cells
        if isinstance(grade_id := cells.nbgrader(cell).get("grade_id"), str)
        and not _same_text(cell.source, released.get(grade_id, cell.source))
    ]
