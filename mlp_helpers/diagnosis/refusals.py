"""Refusals of an input that is allowed: the line that raises, and the numbers that its condition compared there."""

import ast
import copy
import io
import re

import numpy as np

from mlp_helpers.checking.observations import look_once, quiet
from mlp_helpers.checking.questions import REFUSED, is_refusal
from mlp_helpers.diagnosis.syntax import codes

MAX_COMPARED = 6  # numbers that a hint names


def refused(attempt):
    """Return a hint if an answer refuses a case that it should not, where others are to be refused, or None."""
    raised = attempt.raised
    if raised.value.kind != REFUSED or not any(is_refusal(one.value) for one in attempt.expected):
        return None
    texts = [
        f", with {word} {value!r}"
        for word, value in zip(attempt.argument_names, attempt.cases[raised.label], strict=False)
        if isinstance(value, str)
    ]
    if not raised.value.line:
        return None
    numbers = ""
    if found := _compared(attempt, raised):
        *first, last = [f"`{code}` is {value}" for code, value in found.items()]
        named = f"{', '.join(first)} and {last}" if first else last
        numbers = f" There, {named}. Is one of these numbers wrong, or does the `if` ask too much?"
    what = "It refuses an input that is allowed, by a ValueError."
    return f"{what} Look at {raised.value.line}.{numbers} (Case: {raised.label}{''.join(texts)}.)"


def _compared(attempt, raised):
    """Return the numbers in the condition of the `raise` when it was reached, a dict by their code; {} if unknown."""
    found, line = codes(attempt.answer), re.match(r"line (\d+),", raised.value.line)
    if len(found) != 1 or line is None:
        return {}
    tests = [node for node in ast.walk(found[0].tree) if isinstance(node, ast.If)]
    inside = [node for node in tests if any(_is_raise(statement, int(line[1])) for statement in node.body)]
    operands = [part for node in inside for part in _operands(node.test)]
    space, values = _space(attempt, raised.label), {}
    for operand in operands[:MAX_COMPARED] if space else ():
        try:
            value = eval(compile(ast.Expression(operand), "<condition>", "eval"), space)
        except Exception:  # it may use what is no longer there
            return {}
        if not isinstance(value, int | float | np.number) or isinstance(value, bool):
            return {}
        values[found[0].written(operand)] = f"{value:.6g}"
    return values


def _is_raise(statement, line):
    return isinstance(statement, ast.Raise) and statement.lineno <= line <= statement.end_lineno


def _operands(test):
    """Return what the comparisons of a condition compare, without constants; of all sides of `and` and `or`."""
    parts = [node for node in ast.walk(test) if isinstance(node, ast.Compare)]
    operands = [operand for part in parts for operand in (part.left, *part.comparators)]
    return [operand for operand in operands if not isinstance(operand, ast.Constant)]


def _space(attempt, label):
    """Return the names of an answer and their values where it raises in a case, a dict; {} if it does not."""
    try:
        with quiet(io.StringIO(), []):
            look_once(attempt.exercise.questions, attempt.answer, copy.deepcopy(attempt.cases[label]))
    except ValueError as error:
        traceback, space = error.__traceback__, {}
        while traceback is not None:
            if traceback.tb_frame.f_code is attempt.answer.__code__:
                space = traceback.tb_frame.f_globals | traceback.tb_frame.f_locals
            traceback = traceback.tb_next
        return space
    return {}
