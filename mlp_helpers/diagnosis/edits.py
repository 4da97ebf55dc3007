"""Edits of a function's syntax tree: single changes of the kinds in which students' answers go wrong."""

import ast
import copy
import itertools
import math
from functools import cache
from typing import NamedTuple

from mlp_helpers.diagnosis.searches import START_QUESTION, UPDATE_QUESTION, searches

# What stands in an answer, and what may have been meant. A letter is any expression, the same on both sides.
BRACKETS = """
a + b * c -> (a + b) * c
a * b + c -> a * (b + c)
a - b * c -> (a - b) * c
a * b - c -> a * (b - c)
a + b / c -> (a + b) / c
a / b + c -> a / (b + c)
a - b / c -> (a - b) / c
a / b * c -> a / (b * c)
f(a / b) -> f(a) / b
f(a - b) -> f(a) - b
f(a + b) -> f(a) + b
f(a, axis=b) ** 2 -> f(a ** 2, axis=b)
"""
REWRITES = """
a * b -> a / b | a + b | b
a / b -> a
a // b -> a / b
a - b -> b - a | a + b | a
a + b -> a - b | a
a < b -> a <= b
a <= b -> a < b
a > b -> a >= b
a >= b -> a > b
a == b -> a != b
f(a) -> a
f(a, b) -> f(b, a) | f(a)
f(a ** 2) -> f(a) ** 2
a.copy() -> a
range(a) -> range(1, a) | range(a + 1)
np.random.permutation(a) -> rng.permutation(a)
a[b] -> a | a[:, b]
a[b:c] -> a[b:b + c]
(a, b) -> (b, a)
a += b -> a -= b | a = b | a = a + b
a *= b -> a = a * b | a += b
a = b -> a[...] = b | a += b
"""
WRAPS = """
n -> -n | 1 - n | n / 2 | n * 2 | n.T | n[::-1] | n[:-1] | n[-1] | n.copy()
n -> np.abs(n) | np.square(n) | np.sqrt(n) | np.mean(n) | np.sum(n, axis=1) | np.argmax(n, axis=1)
"""
AXES = "f(axis=0) | f(axis=1) | f(axis=-1) | f(axis=0, keepdims=True) | f(axis=1, keepdims=True)"
REDUCTIONS = {"sum", "mean", "max", "min", "argmax", "argmin", "argsort", "norm", "ptp", "sort"}
# fmt: off
PLACES = {"argmax", "argmin"}
CONFUSED = (
    {"sum", "mean", "max"}, {"mean", "any", "all"}, {"argmax", "argmin", "argsort", "max", "min"},
    {"maximum", "minimum", "max", "min"}, {"log", "log2", "log10"}, {"square", "abs", "sqrt"},
    {"permutation", "shuffle"},
)
# fmt: on
SIZED = {"zeros", "ones", "empty", "full", "eye", "identity", "arange", "linspace", "tile", "repeat"}
GROWING = {"append", "extend", "insert"}
WRAPPED = ast.Call | ast.BinOp | ast.Subscript | ast.Attribute | ast.Name | ast.Compare
TICK = "_tick"  # the counter of passes, which is no part of the answer
BRACKETS_QUESTION, ORDER_QUESTION = "are the brackets in the right place?", "is it in the right place?"
SIZE_QUESTION = "is a number in it right for other data as well?"
LEADING = {START_QUESTION, UPDATE_QUESTION, SIZE_QUESTION}  # said even if another change in the line is right, too


class Edit(NamedTuple):
    """The nodes to look at, the changes, and what to ask about them.

    A change is (container, key, new). A container is a list or the attributes of a node; the key may be a slice.
    """

    nodes: list
    changes: list
    question: str = ""


def make(changes):
    """Make changes; return those that take them back."""
    back = []
    for container, key, new in changes:
        whole = slice(None) if isinstance(key, slice) else key
        back.insert(0, (container, whole, container[whole]))
        container[key] = new
    return back


def edits(function):
    """Return the edits of a function, an ast.FunctionDef: three generators, that of the likeliest kinds first."""
    spots = list(_spots(ast.Module(function.body, [])))
    wrapped = _rewritten(WRAPS, [spot for spot in spots if isinstance(spot[-1], WRAPPED) and not _is_module(spot[-1])])
    return _likely(function, spots), _renamed(function, spots), itertools.chain.from_iterable(wrapped)


def _likely(function, spots):
    for nodes, changes, _ in itertools.chain.from_iterable(_rewritten(BRACKETS, spots)):
        inner = nodes[0].args if isinstance(nodes[0], ast.Call) else [nodes[0].left]
        yield Edit(inner[:1], changes, BRACKETS_QUESTION)
    for found in _rewritten(REWRITES, spots):
        yield from found
        yield from _together(found)
    for container, key, node in spots:
        yield from (Edit([node], [(container, key, new)]) for new in (*_other_calls(node), *_other_numbers(node)))
    yield from _together_called(spots)
    yield from _other_sizes(function, spots)
    yield from (Edit(*one) for one in searches(function))
    yield from _moves(function)


def _spots(node):
    """Yield (container, key, node) for all nodes but those that are assigned to or called.

    The size of a new array is left alone, so that no variant takes much memory.
    """
    for field, value in ast.iter_fields(node):
        container, items = (value, enumerate(value)) if isinstance(value, list) else (vars(node), [(field, value)])
        for key, item in items if field != "args" or _called(node) not in SIZED else ():
            if isinstance(item, ast.AST) and not is_tick(item):
                if field != "func" and isinstance(getattr(item, "ctx", None), ast.Load | None):
                    yield container, key, item
                yield from _spots(item)


def _called(node):
    """Return the name of the function or method that is called, "" if the node is no such call."""
    function = getattr(node, "func", None)
    return getattr(function, "attr", getattr(function, "id", ""))


def is_tick(node):
    """Return whether a node is a call of the counter of passes."""
    return _called(getattr(node, "value", node)) == TICK


def _is_module(node):
    return isinstance(node, ast.Name) and node.id in ("np", "math", "mlp", "numpy")


@cache
def _templates(text):
    nodes = [ast.parse(one).body[0] for one in text.split(" | ")]
    return [node.value if isinstance(node, ast.Expr) else node for node in nodes]


def _rewritten(table, spots):
    """Yield, for each rewrite of a table, a list of edits: one in each place that is of its form."""
    for line in table.strip().splitlines():
        left, right = map(_templates, line.split(" -> "))
        for template in right:
            matches = ((*spot, parts) for spot in spots if _match(left[0], spot[-1], parts := {}))
            yield [Edit([node], [(owner, key, _filled(template, parts))]) for owner, key, node, parts in matches]


def _match(pattern, node, parts):
    """Return whether a node is of the form of a pattern; add what its letters stand for to the dict `parts`."""
    if isinstance(pattern, ast.Name) and len(pattern.id) == 1:
        parts[pattern.id] = node
        return node is not None  # as b is in a[:2], for a[b:c]
    if isinstance(pattern, list):
        return len(pattern) == len(node) and all(_match(*pair, parts) for pair in zip(pattern, node, strict=True))
    if not isinstance(pattern, ast.AST):
        return pattern == node
    fields = [field for field in pattern._fields if field != "ctx"]
    return type(pattern) is type(node) and all(_match(getattr(pattern, f), getattr(node, f), parts) for f in fields)


def _filled(template, parts):
    """Return a copy of a template with nodes in place of its letters."""
    if isinstance(template, list):
        return [_filled(item, parts) for item in template]
    if not isinstance(template, ast.AST):
        return template
    if isinstance(template, ast.Name) and template.id in parts:
        part = copy.copy(parts[template.id])
        if hasattr(part, "ctx"):
            part.ctx = template.ctx  # what is assigned to on one side may be read on the other
        return part
    return type(template)(**{field: _filled(value, parts) for field, value in ast.iter_fields(template)})


def _together(found):
    """Yield an edit of all subscripts that differ in the array alone, such as X[i:j] and Y[i:j]."""
    alike = {}
    for (node,), (change,), _ in found:
        if isinstance(node, ast.Subscript):
            nodes, changes = alike.setdefault(ast.dump(node.slice), ([], []))
            nodes.append(node)
            changes.append(change)
    yield from (Edit(*one) for one in alike.values() if len(one[0]) > 1)


def _other_calls(node):
    """Yield a call with another axis, and of functions that are taken for this one."""
    name, owner = _called(node), ast.Name("np", ast.Load())
    if name and isinstance(node.func, ast.Attribute):
        owner = node.func.value
    if name in REDUCTIONS:
        yield from _with_axes(node)
    for other in sorted(set().union(*(group for group in CONFUSED if name in group)) - {name}):
        yield ast.Call(ast.Attribute(owner, other, ast.Load()), node.args, node.keywords)


def _with_axes(node):
    """Yield a reduction with other axes."""
    is_of_module = not isinstance(node.func, ast.Attribute) or _is_module(node.func.value)
    others = [word for word in node.keywords if word.arg not in ("axis", "keepdims")]
    for words in _templates(AXES):
        yield ast.Call(node.func, node.args[:is_of_module], others + words.keywords)


def _together_called(spots):
    """Yield edits of all calls that look for a place, to the numbers there, and of all reductions to another axis."""
    found = [spot for spot in spots if _called(spot[-1]) in REDUCTIONS and isinstance(spot[-1].func, ast.Attribute)]
    if len(found) < 2:
        return
    calls = [node for *_, node in found]
    if all(_called(node) in PLACES for node in calls):
        functions = [ast.Attribute(node.func.value, _called(node)[3:], ast.Load()) for node in calls]
        yield Edit(calls, [(vars(node), "func", new) for node, new in zip(calls, functions, strict=True)])
    for words in zip(*(list(_with_axes(node)) for node in calls), strict=True):
        yield Edit(calls, [(*spot[:2], word) for spot, word in zip(found, words, strict=True)])


def _other_sizes(function, spots):
    """Yield the sizes of arguments in place of numbers that stand for a size of a new array, or for a count."""
    for *_, call in spots:
        if _called(call) not in SIZED | {"range"}:
            continue
        for container, key, node in _children(call):
            if isinstance(node, ast.Constant) and type(node.value) is int and node.value > 1:
                for name in [one.arg for one in function.args.args]:
                    for new in _templates(f"len({name}) | {name}.shape[1]"):
                        yield Edit([call], [(container, key, new)], SIZE_QUESTION)


def _children(node):
    """Yield (container, key, node) for the arguments of a call, and for those in a tuple or list of sizes."""
    for i, item in enumerate(node.args):
        yield node.args, i, item
        if isinstance(item, ast.Tuple | ast.List):
            yield from ((item.elts, j, size) for j, size in enumerate(item.elts))


def _other_numbers(node):
    """Yield other numbers. Small ones, such as a floor, are left alone."""
    number = node.value if isinstance(node, ast.Constant) else None
    if type(number) in (int, float) and 0.01 <= abs(number or 1) < 1000:
        yield from map(ast.Constant, (number + 1, number - 1, None, math.inf))


def _moves(function):
    """Yield simple statements left out, exchanged with the next, and moved to the beginning or end of another block."""
    nodes = list(ast.walk(function))
    blocks = [getattr(node, field, None) for node in nodes for field in ("body", "orelse")]
    blocks = [block for block in blocks if block and isinstance(block, list)]
    for block in blocks:
        for i, statement in enumerate(block):
            if is_tick(statement) or hasattr(statement, "body"):
                continue
            out = (block, slice(i, i + 1), [])
            yield Edit([statement], [out])
            yield Edit([statement], [(block, slice(i, i + 2), [*block[i + 1 : i + 2], statement])])
            places = [(other, slice(j, j)) for other in blocks if other is not block for j in (1, len(other))]
            yield from (Edit([statement], [out, (*place, [statement])], ORDER_QUESTION) for place in places)


def _renamed(function, spots):
    """Yield edits of each name: to another name, and to an operation with this name in it.

    No other name becomes that of a list that grows, which might then hold itself.
    """
    nodes = list(ast.walk(function))
    grown = {ast.unparse(node.value) for node in nodes if isinstance(node, ast.Attribute) and node.attr in GROWING}
    stored = [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    names = dict.fromkeys(name for name in [arg.arg for arg in function.args.args] + stored if name not in grown)
    operations = [
        (spot[-1], {part.id for part in ast.walk(spot[-1]) if isinstance(part, ast.Name)})
        for spot in spots
        if isinstance(spot[-1], ast.BinOp)
    ]
    for container, key, node in spots:
        if isinstance(node, ast.Name) and node.id in names:
            others = [ast.Name(other, ast.Load()) for other in names if other != node.id]
            others += [copy.deepcopy(operation) for operation, inside in operations if node.id in inside]
            yield from (Edit([node], [(container, key, other)]) for other in others)
