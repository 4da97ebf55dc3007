"""Parameters of an answer, and variables of its loops, that nothing reads.

Names are looked at in a whole function, with all that is inside it. One that is read, deleted or changed in place
anywhere counts as read everywhere: `param -= step` is an effect, and `param = param - step` alone is none.
"""

import ast

import numpy as np

from mlp_helpers.checking.observations import observe, wrong_cases
from mlp_helpers.diagnosis.syntax import name_of, names, parameters

READ_ALL = {"locals", "vars", "eval", "exec", "globals", "dir", "super"}  # functions that may read any name
# fmt: off
BUILTINS = {  # functions that give a result, and do nothing else
    "abs", "enumerate", "float", "int", "len", "list", "max", "min", "range", "reversed", "round", "sorted", "sum",
    "tuple", "zip",
}
WORKING = {  # methods that do something, whatever becomes of their results
    "append", "bprop", "clear", "copyto", "extend", "fill", "fit", "fprop", "insert", "partition", "pop", "print",
    "put", "remove", "resize", "seed", "shuffle", "sort", "step", "update",
}
# fmt: on


def parameter(attempt, code):
    """Return a hint on parameters that are never read, or None."""
    tree, passed = code.tree, parameters(code.tree)
    if READ_ALL & names(tree):
        return None
    own = [name for name in passed[bool(code.method) :] if not name.startswith("_")]  # without `self`
    read = _read(tree)
    if unread := [name for name in own if name not in read | _needless(attempt, code, passed)]:
        named, are, them = " and ".join(f"`{name}`" for name in unread), "is", "it"
        if len(unread) > 1:
            named, are, them = f"{', '.join(f'`{name}`' for name in unread[:-1])} and `{unread[-1]}`", "are", "them"
        where = f" in `{code.method}`" if code.method else ""
        return f"{named} {are} never used{where}. What does the task need {them} for?"
    for name in own:
        first = next((statement for statement in tree.body if name in names(statement)), None)
        if _target(first) == name and name not in names(first.value):
            return f"The `{name}` that is passed is never used: {code.line(first)} puts something else in its place."
    return None


def _needless(attempt, code, passed):
    """Return the parameters with arrays whose numbers do not matter to a right answer, a set; none of a method's."""
    if code.method:
        return set()
    exercise, cases = attempt.exercise, attempt.cases
    found = set()
    for i, name in enumerate(passed):
        arguments = [given[i] if i < len(given) else None for given in cases.values()]
        if name in _read(code.tree) or not all(type(one) is np.ndarray for one in arguments):
            continue
        changed = {label: (*given[:i], np.zeros_like(given[i]), *given[i + 1 :]) for label, given in cases.items()}
        if not wrong_cases(exercise.expected, observe(exercise, exercise.key.reference, changed)):
            found.add(name)
    return found


def rebound(_attempt, code):
    """Return a hint on a loop whose own variable gets a value by `=` that only the next pass could read, or None."""
    for statement, loop in _assignments(code.tree) if not READ_ALL & names(code.tree) else ():
        if _is_lost(name := _target(statement), statement, loop, code.tree):
            return (
                f"Nothing uses the value that `{name}` gets in {code.line(statement)}. Does that line change an "
                f"array, or only what the name `{name}` stands for?"
            )
    return None


def _assignments(node, loop=None):
    """Yield all assignments of a function, each with the innermost loop around it, or None; those of classes not."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Assign | ast.AnnAssign):
            yield child, loop
        elif not isinstance(child, ast.ClassDef):
            yield from _assignments(child, child if isinstance(child, ast.For | ast.While) else loop)


def _target(statement):
    """Return the only name that a statement binds by `=`, or None."""
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
        return None
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return name_of(targets[0]) if len(targets) == 1 else None


def _is_lost(name, statement, loop, tree):
    """Return whether a loop's own variable gets a value that only the next pass could read, which replaces it first."""
    if not isinstance(loop, ast.For) or loop.orelse or name not in names(loop.target) or _may_work(statement.value):
        return False
    nodes = list(ast.walk(tree))
    if any(isinstance(node, ast.FunctionDef | ast.Lambda) and node is not tree for node in nodes):
        return False
    body = {inner for part in loop.body for inner in ast.walk(part)}
    end = statement.end_lineno, statement.end_col_offset
    reads = [node for node in nodes if name_of(node) == name and not isinstance(node.ctx, ast.Store)]
    return name not in _changed(tree) and all(node in body and (node.lineno, node.col_offset) < end for node in reads)


def _may_work(expression):
    """Return whether an expression may do more than give a result."""
    for node in ast.walk(expression):
        if isinstance(node, ast.Yield | ast.YieldFrom | ast.Await | ast.NamedExpr):
            return True
        if isinstance(node, ast.Call):
            owner, method = getattr(node.func, "value", None), getattr(node.func, "attr", None)
            writes = method in WORKING or name_of(owner) == "mlp" or any(word.arg == "out" for word in node.keywords)
            if writes or (method is None and name_of(node.func) not in BUILTINS):
                return True
    return False


def _changed(tree):
    """Return the names that are changed in place, such as by `+=`, a set."""
    return {name_of(node.target) for node in ast.walk(tree) if isinstance(node, ast.AugAssign)}


def _read(tree):
    """Return the names that are read, deleted or changed in place in the body of a function, a set."""
    return _changed(tree) | names(ast.Module(tree.body, []), ast.Load, ast.Del)
