"""Edits of a function's syntax tree: single changes of the kinds in which students' answers go wrong.

An edit is (rank, node, changes): how likely its kind is, 0 the likeliest; the node to look at; and a list of changes,
(container, key, new). A container is a node or a list, its key an attribute, an index or a slice.
"""

import ast
import contextlib
import copy
import math
from functools import cache

# What stands in an answer, and what may have been meant. A letter is any expression, the same on both sides; f is any
# function, p the first parameter. No rewrite makes a size grow by more than a little.
BRACKETS = """
a + b * c -> (a + b) * c
a * b + c -> a * (b + c)
a - b * c -> (a - b) * c
a * b - c -> a * (b - c)
a + b / c -> (a + b) / c
a - b / c -> (a - b) / c
a / b + c -> a / (b + c)
a / b * c -> a / (b * c)
a * (b + c) -> a * b + c
(a + b) * c -> a + b * c
(a + b) / c -> a + b / c
a / (b * c) -> a / b * c
a @ (b + c) -> a @ b + c
(a + b) @ c -> a @ c + b
f(a / b) -> f(a) / b
f(a) / b -> f(a / b)
f(a * b) -> f(a) * b
f(a - b) -> f(a) - b
f(a) - b -> f(a - b)
f(a + b) -> f(a) + b
f(a, axis=b) ** 2 -> f(a ** 2, axis=b)
a.sum(axis=b) ** 2 -> (a ** 2).sum(axis=b)
"""
REWRITES = """
a @ b -> b @ a | a.T @ b | a @ b.T | b.T @ a | b @ a.T | b.T @ a.T | a * b | a | b
a * b -> a @ b | a + b | a - b | a / b | a | b
a / b -> b / a | a // b | a * b | a - b | a | b
a // b -> a / b | a % b
a - b -> b - a | a + b | a * b | a / b | a | b
a + b -> a - b | a * b | a / b | a | b
a ** b -> a * b | a
a * 2 -> a ** 2
a ^ b -> a ** b
-a -> a
a < b -> a <= b | a > b | a >= b
a > b -> a >= b | a < b | a <= b
a <= b -> a < b | a >= b
a >= b -> a > b | a <= b
a == b -> a != b
a != b -> a == b
a and b -> a or b
a or b -> a and b
a if b else c -> c if b else a
f(a) -> a
f(a, b) -> f(b, a) | f(a) | f(b) | a
f(a, b, c) -> f(b, a, c) | f(a, c, b) | f(c, b, a) | f(a, b)
f(a, b, c, d) -> f(b, a, c, d) | f(a, b, d, c)
f(a ** 2) -> f(a) ** 2
f(a) ** 2 -> f(a ** 2)
a.copy() -> a
a.T -> a
a.T @ b -> a @ b | b.T @ a
range(a) -> range(1, a) | range(a + 1) | range(a - 1)
range(a, b) -> range(b) | range(a, b + 1) | range(a + 1, b)
np.max(a, b) -> np.maximum(a, b)
np.min(a, b) -> np.minimum(a, b)
max(a, b) -> np.maximum(a, b)
np.mean(a) -> a / len(p)
np.random.permutation(a) -> rng.permutation(a)
np.random.shuffle(a) -> rng.shuffle(a)
a[b, c] -> a[c, b] | a[b]
a[:, b] -> a[np.arange(len(p)), b] | a[b]
a[b] -> a
a[b:c] -> a[b:b + c] | a[b:c + 1] | a[b:c - 1] | a[b:] | a[:c]
a[b:] -> a | a[b + 1:] | a[:b]
a[:c] -> a | a[:c + 1] | a[:c - 1] | a[c:]
a[::-1] -> a
(a, b) -> (b, a)
"""
# A step that is missing around an expression n.
WRAPS = (
    "-n | n.T | n[::-1] | n[:-1] | n[-1] | n[0] | np.exp(n) | np.log(n) | np.square(n) | np.abs(n) | np.sqrt(n) | 1 - n"
    " | 1 / n | n / len(p) | n * len(p) | n / 2 | n * 2 | n + 1 | n - 1 | n.copy() | np.array(n) | np.argmax(n, axis=1)"
    " | np.sum(n) | np.mean(n) | np.max(n) | np.sum(n, axis=0) | np.sum(n, axis=1) | np.sum(n, axis=1, keepdims=True)"
)
# fmt: off
REDUCTIONS = {"sum", "mean", "max", "min", "argmax", "argmin", "prod", "any", "all", "std", "norm", "argsort"}
CONFUSED = (
    {"sum", "mean", "max", "min", "any", "all"}, {"argmax", "argmin", "max", "min"}, {"log", "log2", "log10"},
    {"exp", "square", "abs", "sqrt"}, {"maximum", "minimum", "max", "min"}, {"zeros", "ones", "empty"},
    {"zeros_like", "ones_like", "empty_like"}, {"dot", "multiply", "outer", "matmul"}, {"permutation", "shuffle"},
    {"stack", "concatenate", "vstack", "hstack", "column_stack"}, {"tanh", "sinh", "cosh"}, {"fprop", "bprop"},
)
SIZED = {"zeros", "ones", "empty", "full", "eye", "identity", "arange", "linspace", "tile", "repeat", "reshape"}
GROWING = ("append", "extend", "insert")
# fmt: on
WRAPPED = (ast.Call, ast.BinOp, ast.Subscript, ast.Attribute, ast.Name, ast.Compare)
TICK = "_tick"  # the counter of passes, which is no part of the answer


@contextlib.contextmanager
def changed(changes):
    """Context manager that makes the changes of an edit, and takes them back."""
    undone = []
    for container, key, new in changes:
        if isinstance(key, str):
            undone.append((container, key, getattr(container, key)))
            setattr(container, key, new)
        else:
            undone.append((container, slice(None), container[:]))
            container[key] = new
    try:
        yield
    finally:
        for container, key, old in reversed(undone):
            setattr(container, key, old) if isinstance(key, str) else container.__setitem__(key, old)


def edits(function):
    """Yield all edits of a function, an ast.FunctionDef, the likeliest kinds first."""
    grown = {
        ast.unparse(node.func.value) for node in ast.walk(function) if isinstance(node, ast.Call) and is_growing(node)
    }
    names = [name for name in dict.fromkeys(_names_in(function)) if name not in grown]
    spots = list(_spots(function))
    first = {"p": ast.Name(function.args.args[0].arg, ast.Load())} if function.args.args else {}
    for pattern, templates in _rules(BRACKETS):
        for container, key, node, _ in spots:
            parts = _match(pattern, node, {})
            inner = node.args[0] if isinstance(node, ast.Call) and node.args else getattr(node, "left", node)
            yield from ((0, inner, [(container, key, _filled(t, parts))]) for t in templates if parts is not None)
    for pattern, templates in _rules(REWRITES):
        alike = {}
        for container, key, node, in_size in spots:
            parts = _match(pattern, node, {})
            if parts is None or (in_size and isinstance(node, ast.BinOp)):
                continue
            for i, template in enumerate(templates):
                change = (container, key, _filled(template, parts | first))
                yield 1, node, [change]
                if isinstance(node, ast.Subscript):
                    alike.setdefault((i, ast.dump(node.slice)), []).append((node, change))
        for nodes in alike.values():  # the same slip in X[…] and Y[…]
            if len(nodes) > 1:
                yield 1, nodes[0][0], [change for _, change in nodes]
    for container, key, node, in_size in spots:
        yield from ((1, node, [(container, key, new)]) for new in (*_calls(node), *_constants(node, in_size)))
    yield from _statements(function.body, function)
    operations = [node for *_, node, in_size in spots if isinstance(node, ast.BinOp) and not in_size]
    for container, key, node, in_size in spots:
        if isinstance(node, ast.Name) and node.id in names:
            others = [ast.Name(other, ast.Load()) for other in names if other != node.id]
            others += [copy.deepcopy(other) for other in operations if not in_size and _has_name(other, node.id)]
            yield from ((2, node, [(container, key, other)]) for other in others)
        if not in_size and isinstance(node, WRAPPED):
            for template in _templates(WRAPS):
                yield 3, node, [(container, key, _filled(template, {"n": node} | first))]


def is_growing(node):
    """Return whether a node is a call that makes a list grow."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in GROWING


def _has_name(node, name):
    return any(isinstance(inner, ast.Name) and inner.id == name for inner in ast.walk(node))


def _names_in(function):
    """Return the names of a function's parameters and variables, some more than once."""
    stored = [node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return [argument.arg for argument in function.args.args] + stored


def _spots(node, in_size=False):
    """Yield (container, key, expression, whether it is part of a size) for each expression that is evaluated."""
    for field, value in ast.iter_fields(node):
        if isinstance(node, ast.FunctionDef) and field != "body":
            continue
        for key, item in enumerate(value) if isinstance(value, list) else [(field, value)]:
            if not isinstance(item, ast.AST) or is_tick(item):
                continue
            inside = in_size or (isinstance(node, ast.Call) and field == "args" and _called(node) in SIZED)
            is_read = isinstance(item, ast.expr) and isinstance(getattr(item, "ctx", None), ast.Load | None)
            if is_read and not (isinstance(node, ast.Call) and field == "func") and not _is_module(item):
                yield value if isinstance(value, list) else node, key, item, inside
            yield from _spots(item, inside)


def is_tick(node):
    """Return whether a node is a call of the counter of passes."""
    node = node.value if isinstance(node, ast.Expr) else node
    return isinstance(node, ast.Call) and _called(node) == TICK


def _is_module(node):
    return isinstance(node, ast.Name) and node.id in ("np", "math", "mlp", "numpy")


def _called(call):
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


@cache
def _rules(text):
    pairs = (line.split(" -> ") for line in text.strip().splitlines())
    return [(_templates(left)[0], _templates(right)) for left, right in pairs]


@cache
def _templates(text):
    return [ast.parse(one.strip(), mode="eval").body for one in text.split(" | ")]


def _match(pattern, node, parts):
    """Return what the letters of a pattern stand for in a node, a dict, or None if the node is not of this form."""
    if isinstance(pattern, ast.Name) and len(pattern.id) == 1:
        return parts | {pattern.id: node} if isinstance(node, ast.AST) else None  # of a[:2], b in a[b:c] is None
    if isinstance(pattern, list):
        if not isinstance(node, list) or len(pattern) != len(node):
            return None
        pairs = zip(pattern, node, strict=True)
    elif isinstance(pattern, ast.AST) and type(pattern) is type(node):
        pairs = [(value, getattr(node, field)) for field, value in ast.iter_fields(pattern) if field != "ctx"]
    else:
        return parts if not isinstance(pattern, ast.AST) and pattern == node else None
    for one, other in pairs:
        parts = _match(one, other, parts)
        if parts is None:
            return None
    return parts


def _filled(template, parts):
    """Return a copy of a template with nodes in place of its letters."""
    if isinstance(template, list):
        return [_filled(item, parts) for item in template]
    if isinstance(template, ast.Name) and template.id in parts:
        return parts[template.id]
    if not isinstance(template, ast.AST):
        return template
    return type(template)(**{field: _filled(value, parts) for field, value in ast.iter_fields(template)})


def _calls(node):
    """Yield a call with another axis, without a keyword, or of a function that is taken for this one."""
    if not isinstance(node, ast.Call):
        return
    name, of_module = _called(node), not isinstance(node.func, ast.Attribute) or _is_module(node.func.value)
    if name in REDUCTIONS:
        others = [word for word in node.keywords if word.arg not in ("axis", "keepdims")]
        for axis in (None, 0, 1):
            for kept in (None, True):
                words = [ast.keyword("axis", ast.Constant(axis))] if axis is not None else []
                words += [ast.keyword("keepdims", ast.Constant(True))] if kept else []
                yield ast.Call(node.func, node.args[:1] if of_module else [], others + words)
    for other in sorted(set().union(*(group for group in CONFUSED if name in group)) - {name}):
        owner = node.func.value if isinstance(node.func, ast.Attribute) else ast.Name("np", ast.Load())
        yield ast.Call(ast.Attribute(owner, other, ast.Load()), node.args, node.keywords)
    for i in range(len(node.keywords)):
        yield ast.Call(node.func, node.args, node.keywords[:i] + node.keywords[i + 1 :])


def _constants(node, in_size):
    """Yield other numbers. Small ones, such as a floor, are left alone."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float) and 0.01 <= abs(node.value or 1) < 1000:
        others = [0, 1, 2, -1, node.value + 1, node.value - 1, None, math.inf]
        if type(node.value) is float:
            others = [0.0, 1.0, 2.0, 0.5, -node.value, math.inf]
        yield from (
            ast.Constant(o) for o in dict.fromkeys(others) if o != node.value and not (in_size and o == math.inf)
        )


def _statements(body, holder):
    """Yield statements left out, exchanged, moved into or out of a loop, in place or not, and a missing return."""
    for i, statement in enumerate(body):
        if isinstance(statement, ast.Expr) and (is_tick(statement) or isinstance(statement.value, ast.Constant)):
            continue
        yield from ((1, statement, [(body, i, new)]) for new in _rewritten(statement))
        without = (body, slice(i, i + 1), [])
        if len(body) > 1:
            yield 1, statement, [without]
            yield 1, statement, [(body, slice(i, i + 2), [*body[i + 1 : i + 2], statement])]
        for j, loop in enumerate(body):
            if isinstance(loop, ast.For | ast.While):
                if i < j:  # it should begin anew in each pass
                    yield 1, statement, [(loop.body, slice(1, 1), [statement]), without]
                if i == j + 1:
                    yield 1, statement, [(loop.body, slice(len(loop.body), None), [statement]), without]
                if i == j and len(loop.body) > 2:
                    begin, end = loop.body[1], loop.body[-1]
                    yield 1, begin, [(loop.body, slice(1, 2), []), (body, slice(i, i), [begin])]
                    yield 1, end, [(loop.body, slice(-1, None), []), (body, slice(i + 1, i + 1), [end])]
        for field in ("body", "orelse"):
            if isinstance(getattr(statement, field, None), list):
                yield from _statements(getattr(statement, field), statement)
    if isinstance(holder, ast.FunctionDef):
        end = slice(len(body), None)
        for loop in (node for node in ast.walk(holder) if isinstance(node, ast.For | ast.While)):
            if isinstance(loop.body[-1], ast.Return):
                yield 0, loop.body[-1], [(body, end, [loop.body[-1]]), (loop.body, slice(-1, None), [])]
        for name in dict.fromkeys(_names_in(holder)) if not isinstance(body[-1], ast.Return) else ():
            yield 1, body[-1], [(body, end, [ast.Return(ast.Name(name, ast.Load()))])]


def _rewritten(statement):
    """Yield other forms of a statement."""
    if isinstance(statement, ast.AugAssign):
        target = statement.target
        yield from (ast.AugAssign(target, op(), statement.value) for op in (ast.Add, ast.Sub, ast.Mult, ast.Div))
        yield ast.Assign([target], statement.value)
        if isinstance(target, ast.Name):
            yield ast.Assign([target], ast.BinOp(ast.Name(target.id, ast.Load()), statement.op, statement.value))
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        if isinstance(target, ast.Name):
            whole = ast.Subscript(ast.Name(target.id, ast.Load()), ast.Constant(...), ast.Store())
            yield ast.Assign([whole], statement.value)
        if isinstance(target, ast.Name | ast.Subscript):
            yield ast.AugAssign(target, ast.Add(), statement.value)
        if isinstance(target, ast.Tuple):
            yield ast.Assign([ast.Tuple(target.elts[::-1], ast.Store())], statement.value)
        if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Tuple):
            turned = ast.Tuple(target.slice.elts[::-1], ast.Load())
            yield ast.Assign([ast.Subscript(target.value, turned, ast.Store())], statement.value)
    elif isinstance(statement, ast.For) and isinstance(statement.target, ast.Tuple):
        yield ast.For(ast.Tuple(statement.target.elts[::-1], ast.Store()), statement.iter, statement.body, [])
    elif isinstance(statement, ast.If):
        yield ast.If(ast.UnaryOp(ast.Not(), statement.test), statement.body, statement.orelse)
    elif isinstance(statement, ast.Return) and statement.value is not None:
        yield ast.Expr(ast.Yield(statement.value))
    elif isinstance(statement, ast.Expr):
        yield ast.Return(statement.value)
