"""Quoted lines of a student's code, and what they hold: a sentence about code must be true of the line beside it."""

import ast
import re
from functools import cached_property

import numpy as np

CLOSING = {"(": ")", "[": "]", "{": "}"}
OF_ARRAYS = {*dir(np.ndarray), *dir(np.random.Generator)}  # methods of arrays and of generators


class Line:
    """A line of an answer, and what failed in it.

    Parameters
    ----------
    quoted : str
        As `where` quotes it, such as "line 3, `return X @ W`"; "" for one that is not known.
    call : str
        The call that failed, such as "layer.fprop(X)": then the line is read as if it held nothing else, not even the
        arguments. Or the operation that failed: then no call did. "" if it was something else, or is not known.
    """

    def __init__(self, quoted, call=""):
        code = quoted.partition("`")[2].removesuffix("`")
        opening, closing = _missing_brackets(code)
        self._is_whole = not opening + closing
        self._text, self._nodes = _parsed(f"{opening}{code}\n{closing}")
        self._divides = any(isinstance(node, ast.Div) for node in self._nodes)
        failed = _parsed(call)[1][1:2]  # after the expression that it is
        if failed and isinstance(failed[0], ast.Call):
            self._called, self._call, self._nodes = failed, call, _without_arguments(failed[0])
        else:
            self._called = [node for node in self._nodes if isinstance(node, ast.Call)]
            self._call = self._segment(self._called[0]) if len(self._called) == 1 else None
        self._may_be_a_call = not call or bool(failed and isinstance(failed[0], ast.Call))

    @cached_property
    def holds(self):
        """What is in it, a set of str.

        Nodes and operators of the syntax tree by their type, such as "Subscript" or "MatMult", functions and methods
        that are called, such as "sum()" and "np.sum()", names, such as "`sum`", and "a call of NumPy", "several
        values", which are looped over or unpacked, "+=", "a truth value", which Python asks for, and "a quotient", also
        in an argument; "no line" if it is not known.
        """
        found = {type(node).__name__ for node in self._nodes} or {"no line"}
        found |= {f"`{name}`" for node in self._nodes for name in (_name(node), getattr(node, "arg", None)) if name}
        found |= {f"{name}()" for call in self._called for name in (_name(call.func), ast.unparse(call.func))}
        found |= {"a call of NumPy" for call in self._called if _is_of_numpy(call.func)}
        found |= {"a quotient"} if self._divides else set()
        found |= {"several values" for node in self._nodes if _is_several(node)}
        found |= {"+=" for node in self._nodes if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add)}
        found |= {"a truth value" for node in self._nodes if _is_truth(node)}
        return found

    def owner(self, attribute):
        """Return the code before the dot and an attribute; "Something" if that is not in it, or more than once."""
        found = [node for node in self._nodes if isinstance(node, ast.Attribute) and node.attr == attribute]
        text = self._segment(found[0].value) if len(found) == 1 else None
        return f"`{text}`" if text else "Something"

    def of_a_call(self, sentence):
        """Return what happens, a sentence, as the failure of what is called in it, None if nothing is."""
        if not self._called or not self._may_be_a_call:
            return None
        is_method = self._call and isinstance(self._called[0].func, ast.Attribute)
        what = f"The call `{self._call}` fails" if self._call else "A call in this line fails"
        question = " Does it get what it expects?" if is_method else ""
        return f"{what}: {sentence[0].lower()}{sentence[1:]}{question}"

    def _segment(self, node):
        return ast.get_source_segment(self._text, node) if self._is_whole else None


def _parsed(text):
    """Return the text of a line, with what makes it a statement, and the nodes of its syntax tree; [] if none is."""
    text = re.sub("^elif ", "if ", text)  # an `elif` without its `if`
    for start in ("", "_ "):  # for an operator at its beginning
        for end in ("", "\n    pass", ":\n    pass"):
            try:
                return start + text + end, list(ast.walk(ast.parse(start + text + end)))[1:]
            except (SyntaxError, ValueError, MemoryError, RecursionError):
                continue
    return "", []


def _without_arguments(call):
    """Return the nodes of a call, but of its arguments only their names."""
    found, function = [call, *call.keywords], call.func
    while isinstance(function, ast.Attribute):
        found.append(function)
        function = function.value
    return [*found, function]


def _missing_brackets(code):
    """Return the brackets that are closed in a line, but not opened, and those that are opened, but not closed."""
    opening_of = {last: first for first, last in CLOSING.items()}
    opening, waiting = "", []
    for character in code:
        if character in CLOSING:
            waiting.append(character)
        elif character in opening_of and waiting:
            waiting.pop()
        elif character in opening_of:
            opening = opening_of[character] + opening
    return opening, "".join(CLOSING[character] for character in reversed(waiting))


def _name(node):
    """Return the last name of a node: `fprop` of `layer.fprop`; "" if it has none."""
    return getattr(node, "attr", None) or getattr(node, "id", None) or ""


def _is_of_numpy(function):
    """Return whether a function in a call is one of NumPy, a built-in one such as `sum`, or a method of arrays."""
    if isinstance(function, ast.Name):
        return hasattr(np, function.id)
    root = function
    while isinstance(root, ast.Attribute):
        root = root.value
    return _name(function) in OF_ARRAYS or _name(root) in ("np", "numpy")


def _is_several(node):
    match node:
        case ast.For() | ast.comprehension() | ast.Starred() | ast.YieldFrom():
            return True
        case ast.Tuple(ctx=ast.Store()) | ast.List(ctx=ast.Store()):
            return True
        case ast.Call(func=ast.Name(id="dict" | "enumerate" | "list" | "set" | "sorted" | "sum" | "tuple" | "zip")):
            return True
    return False


def _is_truth(node):
    match node:
        case ast.If() | ast.IfExp() | ast.While() | ast.BoolOp() | ast.Assert() | ast.Not():
            return True
        case ast.comprehension(ifs=[_, *_]) | ast.Compare(ops=[_, _, *_]) | ast.Compare(ops=[ast.In() | ast.NotIn()]):
            return True
        case ast.Call(func=ast.Name(id="all" | "any" | "bool" | "max" | "min" | "sorted")):
            return True
    return False
