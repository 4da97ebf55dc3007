"""The bank's known mistakes as students would submit them: answer cells, and whole submissions made of them.

A grading kernel has neither the bank nor the modules that a notebook conceals. Functions and constants that a mistake
needs from its file are therefore written into its answer, before its own lines. Tests execute each cell in a kernel
like that, and compare it with the bank's function.
"""

import ast
import copy
import inspect
import sys
from functools import cache

from mlp_helpers.checking.questions import CLASS, LITERAL
from mlp_helpers.course.cells import answer_name, answered_by, answers, pieces, role
from mlp_helpers.diagnosis import Attempt
from mlp_helpers.exercises import exercise, names


def mistake_cells(source):
    """Return the known mistakes as source texts of answer cells.

    Parameters
    ----------
    source : dict from str to NotebookNode
        The solved notebooks, without faults, by file name.

    Returns
    -------
    dict from str to list of (str, str)
        Name and cell of each mistake, in the bank's order, by exercise. In one of a step, the other steps are solved.
    """
    cells = {}
    for file_name, cell in answers(source):
        name = answer_name(cell)
        if name in names():
            set_up = "\n".join(cell.source for cell in source[file_name].cells if role(cell) == "set-up")
            cells[name] = [(_mistake_name(*made), _answer_cell(cell, *made, set_up)) for made in _mistakes(name)]
    return cells


def _mistakes(name):
    """Return the known mistakes of an exercise, a list of (step, number in its bank, mistake)."""
    steps = exercise(name).parts
    return [(step, number, mistake) for step in steps for number, mistake in enumerate(step.key.mistakes, start=1)]


def mistaken_submissions(source):
    """Return the fewest submissions that hold all known mistakes, each with at most one per exercise.

    Parameters
    ----------
    source : dict from str to NotebookNode
        The solved notebooks, without faults, by file name. They are copied.

    Returns
    -------
    list of (dict from str to NotebookNode, dict from str to (str, float))
        The notebooks by file name; and by exercise the mistake's name, and the share of the points that it earns. An
        exercise without a mistake has the solution.
    """
    cells = mistake_cells(source)
    submissions = []
    for number in range(max(map(len, cells.values()), default=0)):
        notebooks = copy.deepcopy(source)
        made = {name: mistakes[number] for name, mistakes in cells.items() if number < len(mistakes)}
        for _, cell in answers(notebooks):
            if answer_name(cell) in made:
                _, cell.source = made[answer_name(cell)]
        shares = {name: (called, _earned(name, *_mistakes(name)[number])) for name, (called, _) in made.items()}
        submissions.append((notebooks, shares))
    return submissions


def _earned(name, step, _number, mistake):
    """Return the share of the points of an exercise, from 0 to 1, that a mistake in one of its steps earns."""
    judge, answer = step.key.judge_value, mistake.answer
    earned = Attempt.at(step, answer).points_share if judge is None else judge(answer).earned
    return exercise(name).points_share({step.name: earned})


def _mistake_name(step, number, mistake):
    """Return the name of a mistake: its function's, or its exercise's with a number."""
    return f"{step.name}_{number}" if step.kind == LITERAL else mistake.answer.__name__


def _answer_cell(cell, step, _number, mistake, set_up):
    """Return the source of an answer cell with a mistake in one of its steps."""
    solved = dict(zip(exercise(answer_name(cell)).points_shares, pieces(cell.source), strict=True))
    return "\n".join((solved | {step.name: _answer(solved[step.name], step, mistake, set_up)}).values())


def _answer(source, step, mistake, set_up):
    """Return the source of an answer to a step with a mistake between its markers."""
    if step.kind == LITERAL:
        return answered_by(source, [f"{step.name} = {mistake.answer!r}"])
    defined = _definitions(sys.modules[mistake.answer.__module__])
    made = defined[mistake.answer.__name__]
    needed = _needed(made, defined)
    statements = [ast.unparse(statement) for name, statement in defined.items() if name in needed]
    statements = [statement for statement in statements if statement not in set_up]
    if step.kind == CLASS:
        statements += [ast.unparse(made), f"{step.name} = {made.name}"]
    else:
        statements += map(ast.unparse, made.body)
    return answered_by(source, "\n".join(statements).splitlines())


def _needed(statement, defined):
    """Return the names of definitions that a statement needs, directly or through others, a set."""
    others = {name: other for name, other in defined.items() if other is not statement}
    used = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}.intersection(others)
    return used.union(*(_needed(others[name], others) for name in used))


@cache
def _definitions(module):
    """Return a module's top-level statements, without decorators, by the names that they define, in order."""
    found = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name: node for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            node.decorator_list = []
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            found |= {target.id: node for target in node.targets if isinstance(target, ast.Name)}
    return found
