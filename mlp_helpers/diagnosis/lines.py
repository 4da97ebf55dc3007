"""Quoted lines of a student's code, and what they hold: a sentence about code must be true of the line beside it."""

import ast
from functools import cached_property

import numpy as np

BUILDERS = {"enumerate", "len", "list", "range", "zip"}  # built-in functions around the call that matters
CLOSING = {"(": ")", "[": "]", "{": "}"}
OF_ARRAYS = {*dir(np.ndarray), *dir(np.random.Generator)}  # methods of arrays and of generators


class Line:
    """A line of an answer as `line_of` quotes it, such as "line 3, `return X @ W`"; "" for one that is not known."""

    def __init__(self, quoted):
        code = quoted.partition("`")[2].removesuffix("`")
        opening, closing = _missing_brackets(code)
        self._is_whole = not opening + closing
        self._text, self._nodes = _parsed(f"{opening}{code}\n{closing}")

    @cached_property
    def holds(self):
        """What is in it, a set of str.

        Nodes and operators of the syntax tree by their type, such as "Subscript" or "MatMult", functions and methods
        that are called, such as "zip()", names, such as "`zip`", and "a call of NumPy", "several values", which are
        looped over or unpacked, and "a truth value", which Python asks for; "no line" if it is not known.
        """
        found = {type(node).__name__ for node in self._nodes} or {"no line"}
        found |= {f"`{name}`" for node in self._nodes for name in (_name(node), getattr(node, "arg", None)) if name}
        found |= {f"{_name(call.func)}()" for call in self._calls}
        found |= {"a call of NumPy" for call in self._calls if _is_of_numpy(call.func)}
        found |= {"several values" for node in self._nodes if _is_several(node)}
        found |= {"a truth value" for node in self._nodes if _is_truth(node)}
        return found

    def owner(self, attribute):
        """Return the code before the dot and an attribute; "Something" if that is not in it, or more than once."""
        found = [node for node in self._nodes if isinstance(node, ast.Attribute) and node.attr == attribute]
        text = self._segment(found[0].value) if len(found) == 1 else None
        return f"`{text}`" if text else "Something"

    def of_a_call(self, sentence):
        """Return what happens, a sentence, as the failure of what is called in it, None if nothing is."""
        calls = self._calls
        if not calls:
            return None
        only = self._segment(calls[0]) if len(calls) == 1 else None
        main = [call for call in calls if (call.args or call.keywords) and _name(call.func) not in BUILDERS]
        asked = self._segment(main[0]) if len(main) == 1 and isinstance(main[0].func, ast.Attribute) else None
        what = f"The call `{only}` fails" if only else "A call in this line fails"
        call = "it" if only else f"`{asked}`"
        return f"{what}: {sentence[0].lower()}{sentence[1:]}" + (f" Does {call} get what it expects?" if asked else "")

    @cached_property
    def _calls(self):
        return [node for node in self._nodes if isinstance(node, ast.Call)]

    def _segment(self, node):
        return ast.get_source_segment(self._text, node) if self._is_whole else None


def _parsed(text):
    """Return the text of a line, with what makes it a statement, and the nodes of its syntax tree; [] if none is."""
    text = text.removeprefix("el")  # an `elif` without its `if`
    for start in ("", "_ "):  # for an operator at its beginning
        for end in ("", "\n    pass", ":\n    pass"):
            try:
                return start + text + end, list(ast.walk(ast.parse(start + text + end)))[1:]
            except (SyntaxError, ValueError, MemoryError, RecursionError):
                continue
    return "", []


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
