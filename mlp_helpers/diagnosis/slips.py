"""Slips in the code of an answer, which is read and not run: lines without an effect, or with an unexpected one."""

import ast
from types import ModuleType

import numpy as np

from mlp_helpers.checking.observations import agree
from mlp_helpers.checking.questions import Raised
from mlp_helpers.diagnosis import unread
from mlp_helpers.diagnosis.syntax import codes, name_of, names, parameters

UNKNOWN_NAMES = "NameError", "UnboundLocalError"  # a name that is misspelt leaves another one unread
IDENTITIES = ast.Is | ast.IsNot | ast.In | ast.NotIn


def slip(attempt):
    """Return a hint on a slip in an answer's code, or None: none if it lacks a name, or changed its input alone."""
    results = [one.value for one in attempt.observations]
    if any(map(_lacks_a_name, results)) or all(agree(wanted.value, got.value) for wanted, got in attempt.pairs):
        return None
    read = codes(attempt.answer)
    return next((hint for way in SLIPS for code in read if (hint := way(attempt, code))), None)


def _lacks_a_name(value):
    parts = value.values() if isinstance(value, dict) else [value]
    return any(isinstance(part, Raised) and part.kind in UNKNOWN_NAMES for part in parts)


def _always_true(_attempt, code):
    """Return a hint on a condition such as `name == "a" or "b"`, or None."""
    for node in ast.walk(code.tree):
        tests = [node.test] if isinstance(node, ast.If | ast.While | ast.IfExp) else getattr(node, "ifs", [])
        for part in (inner for test in tests for inner in _conditions(test)):
            if isinstance(part, ast.BoolOp) and isinstance(part.op, ast.Or) and any(map(_is_true, part.values[1:])):
                constant = code.written(next(filter(_is_true, part.values)))
                return (
                    f"Look at {code.line(part)}. Each side of `or` counts for itself, and `{constant}` alone counts "
                    f"as true. When would `{code.written(part)}` be false?"
                )
    return None


def _conditions(test):
    """Yield a condition and those that it is made of by `and`, `or` and `not`."""
    yield test
    parts = test.values if isinstance(test, ast.BoolOp) else [test.operand] if isinstance(test, ast.UnaryOp) else []
    for part in parts:
        yield from _conditions(part)


def _is_true(node):
    return isinstance(node, ast.Constant) and type(node.value) in (str, int, float) and bool(node.value)


def _not_called(attempt, code):
    """Return a hint on a method without its brackets, which stands where its result should, or None."""
    parents = {child: node for node in ast.walk(code.tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(code.tree):
        if isinstance(node, ast.Attribute) and _is_method(node, attempt, code) and _is_value(node, parents):
            written, line = code.written(node), code.line(node)
            return f"`{written}` is a method that is not called: no round brackets follow it. Look at {line}."
    return None


def _is_method(node, attempt, code):
    """Return whether an attribute is a method: of what is passed in each case, or else of arrays."""
    owner, passed = name_of(node.value), parameters(code.tree)
    is_module = isinstance(code.function.__globals__.get(owner), ModuleType)
    if owner in (None, "self") or is_module or not isinstance(node.ctx, ast.Load) or node.attr.startswith("_"):
        return False
    if owner in passed and not code.method and owner not in names(code.tree, ast.Store):
        i, as_called = passed.index(owner), attempt.exercise.questions.as_called
        cases = [as_called(*given) if as_called else given for given in attempt.cases.values()]
        return all(i < len(given) and callable(getattr(given[i], node.attr, None)) for given in cases)
    return callable(getattr(np.ndarray, node.attr, None))


def _is_value(node, parents):
    """Return whether an expression stands where a function makes no sense, or is given a name that does."""
    match parents[node]:
        case ast.BinOp() | ast.UnaryOp() | ast.AugAssign() | ast.Starred() | ast.Return() | ast.Expr():
            return True
        case ast.Compare(ops=operations):
            return not any(isinstance(one, IDENTITIES) for one in operations)
        case ast.Subscript(value=part) | ast.For(iter=part) | ast.comprehension(iter=part):
            return part is node
        case ast.Call(func=ast.Name(id=function)):
            return function in unread.BUILTINS
        case ast.Assign(targets=[ast.Name(id=name)]) if isinstance(node, ast.Attribute):
            uses = [one for one in parents if name_of(one) == name and isinstance(one.ctx, ast.Load)]
            is_called = any(isinstance(parents[one], ast.Call) and parents[one].func is one for one in uses)
            return not is_called and any(_is_value(one, parents) for one in uses)
    return False


def _without_order(_attempt, code):
    """Return a hint on a result that comes from a set, as in `return list(seen)`, or None."""
    given = {}
    for node in ast.walk(code.tree):
        for name in names(node, ast.Store) if isinstance(node, ast.Assign | ast.AugAssign | ast.For) else ():
            given.setdefault(name, []).append(_value_of(name, node))
    for node in ast.walk(code.tree):
        if isinstance(node, ast.Return) and (found := _set_of(node.value, given)):
            return f"{found} is a set, which has no order. Look at {code.line(node)}. What would keep the right order?"
    return None


def _value_of(name, node):
    """Return what a statement gives to a name, its node; the statement itself if that is not written there."""
    match node:
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
            return dict(zip(map(name_of, targets), values, strict=False)).get(name, node)
        case ast.Assign():
            return node.value
    return node


def _set_of(node, given):
    """Return in words which set the items of a result are taken from, as they come; None if it is no set."""
    while True:
        match node:
            case ast.Subscript(value=inner, slice=ast.Slice()) | ast.List(elts=[ast.Starred(value=inner)]):
                node = inner
            case ast.Call(func=ast.Name(id="list" | "tuple" | "reversed"), args=[inner]):
                node = inner
            case _:
                break
    if _is_set(node):
        return f"`{ast.unparse(node)}`"
    values = given.get(name_of(node), [])
    return f"`{node.id}`" if values and all(map(_is_set, values)) else None


def _is_set(node):
    return isinstance(node, ast.Set | ast.SetComp) or (
        isinstance(node, ast.Call) and name_of(node.func) in ("set", "frozenset")
    )


def _ends_at_once(_attempt, code):
    """Return a hint on a `for` loop that returns in its first pass, whatever happens there, or None."""
    for loop in ast.walk(code.tree):
        is_plain = isinstance(loop, ast.For) and not any(isinstance(node, ast.Continue) for node in ast.walk(loop))
        if is_plain and (last := _last_return(loop.body)):
            return f"The loop always ends in its first pass. Look at {code.line(last)}. When should it end?"
    return None


def _last_return(block):
    """Return the last `return` of a block that always returns, None if it may come to its end."""
    for statement in block:
        if isinstance(statement, ast.Return):
            return statement
        if isinstance(statement, ast.If) and _last_return(statement.body) and (last := _last_return(statement.orelse)):
            return last
    return None


def _input_changed(attempt, code):
    """Return a hint on a line that changes an array in place that is passed, and should stay as it is, or None."""
    passed, questions = parameters(code.tree), attempt.exercise.questions
    if code.method or questions.as_called or not any(got.changed and not right.changed for right, got in attempt.pairs):
        return None
    given = list(zip(*attempt.cases.values(), strict=False))
    arrays = {
        name
        for i, (name, values) in enumerate(zip(passed, given, strict=False))
        if i not in questions.changes and all(isinstance(value, np.ndarray) for value in values)
    }
    bound = {name_of(target) for node in ast.walk(code.tree) if isinstance(node, ast.Assign) for target in node.targets}
    for node in ast.walk(code.tree):
        if isinstance(node, ast.AugAssign) and (name := name_of(node.target)) in arrays - bound:
            return f"The `{name}` that is passed has changed, in {code.line(node)}. What still needs its old values?"
    return None


def _shared(_attempt, code):
    """Return a hint on a list or dict that belongs to a class, so that its objects share it, and is filled, or None."""
    for node in ast.walk(code.tree) if code.method else ():
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Attribute(ast.Name("self"), name), attr="append" | "extend")):
                pass
            case ast.AugAssign(target=ast.Attribute(ast.Name("self"), name)):
                pass
            case ast.Assign(targets=[ast.Subscript(value=ast.Attribute(ast.Name("self"), name))]):
                pass
            case _:
                continue
        if name in code.shared:
            return (
                f"`{name}` is made once, in the class, so all its objects share it. They all change it in "
                f"{code.line(node)}. Where is each object given one of its own?"
            )
    return None


SLIPS = (
    *(_always_true, _not_called, _without_order, _shared, _input_changed, _ends_at_once),
    *(unread.parameter, unread.rebound),
)
