"""Searches for the largest or smallest number in a loop: where they begin, and what is kept for the next number."""

import ast
import math

from mlp_helpers.diagnosis.syntax import names

START_QUESTION = "with which number should a search begin?"
UPDATE_QUESTION = "with which number is the next one compared?"


def searches(function):
    """Yield nodes, changes and a question, as an `Edit` has: other beginnings, and what was found kept for the next."""
    starts, changes = [], []
    for test, best, number, is_largest in _comparisons(function):
        if not any(best in names(statement, ast.Store) for statement in test.body):
            keep = ast.Assign([ast.Name(best, ast.Store())], number)
            yield [test.test], [(test.body, slice(0, 0), [keep])], UPDATE_QUESTION
            continue
        for statement, container, key in _constants_of(best, function):
            starts += [statement] if statement not in starts else []
            changes.append((container, key, ast.Constant(-math.inf if is_largest else math.inf)))
    if changes:
        yield starts, changes, START_QUESTION


def _comparisons(function):
    """Yield each `if` that compares a name with something, such as `number > best`, with both and what is kept."""
    for test in (node for node in ast.walk(function) if isinstance(node, ast.If)):
        match test.test:
            case ast.Compare(left=left, ops=[ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE() as sign], comparators=[right]):
                is_below = isinstance(sign, ast.Lt | ast.LtE)
                for best, number, is_largest in ((left, right, is_below), (right, left, not is_below)):
                    if isinstance(best, ast.Name):
                        yield test, best.id, number, is_largest


def _constants_of(name, function):
    """Yield the statements that give a number to a name, each with the container and the key of the number."""
    for statement in (node for node in ast.walk(function) if isinstance(node, ast.Assign)):
        if _is_number(statement.value) and name in names(statement, ast.Store):
            yield statement, vars(statement), "value"
        match statement:
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                for i, target in enumerate(targets[: len(values)]):
                    if isinstance(target, ast.Name) and target.id == name and _is_number(values[i]):
                        yield statement, values, i


def _is_number(node):
    return isinstance(node.operand if isinstance(node, ast.UnaryOp) else node, ast.Constant)
