"""Code of an answer as syntax trees, one for each function, and the names in them."""

import ast
import inspect
import textwrap
from types import FunctionType
from typing import NamedTuple


class Code(NamedTuple):
    """Code of one function of an answer.

    Attributes
    ----------
    function : FunctionType
    tree : ast.FunctionDef
    text : str
    method : str
        Its name if the answer is a class, else "".
    shared : frozenset of str
        Lists and dicts of that class for which no method puts one of an object's own.
    """

    function: FunctionType
    tree: ast.FunctionDef
    text: str
    method: str = ""
    shared: frozenset = frozenset()

    def written(self, node):
        """Return a node as it is written, in one line."""
        return " ".join(ast.get_source_segment(self.text, node).split())

    def line(self, node):
        """Return in words in which line a node begins, with that line."""
        of = f" of `{self.method}`" if self.method else ""
        return f"line {node.lineno}{of}, `{self.text.splitlines()[node.lineno - 1].split('#')[0].strip()}`"


def codes(answer):
    """Return the codes that can be read, a list: of a function, or of the methods of a class. Others have none.

    Functions without any lines of their own yet are left out.
    """
    is_class = issubclass(type(answer), type)
    found = []
    for function in vars(answer).values() if is_class else [answer]:
        if type(function) is not FunctionType:
            continue
        try:
            text = textwrap.dedent(inspect.getsource(function.__code__))  # of a decorated one, what stands in its place
            tree = ast.parse(text).body[0]
        except (OSError, TypeError, ValueError, SyntaxError, IndexError):
            continue
        is_same = isinstance(tree, ast.FunctionDef) and tree.name == function.__code__.co_name
        if is_same and not all(map(_is_filler, tree.body)):
            found.append(Code(function, tree, text, tree.name if is_class else ""))
    if not is_class:
        return found
    nodes = [node for code in found for node in ast.walk(code.tree)]
    filled = [node.target for node in nodes if isinstance(node, ast.AugAssign)]
    stored = [node for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)]
    own = {node.attr for node in stored if node not in filled}
    shared = frozenset(name for name, value in vars(answer).items() if type(value) in (list, dict)) - own
    return [code._replace(shared=shared) for code in found]


def _is_filler(statement):
    """Return whether a statement stands where an answer is still to be written, such as `pass` or a call of `todo`."""
    if isinstance(statement, ast.Expr | ast.Return):
        value = statement.value
        return value is None or isinstance(value, ast.Constant) or ast.unparse(value).startswith(("mlp.todo(", "todo("))
    return isinstance(statement, ast.Pass | ast.Raise)


def parameters(tree):
    """Return the names of a function's parameters, a list, without those with a star."""
    return [one.arg for one in (*tree.args.posonlyargs, *tree.args.args, *tree.args.kwonlyargs)]


def name_of(node):
    """Return the name that a node is, or None."""
    return node.id if isinstance(node, ast.Name) else None


def names(node, *contexts):
    """Return the names inside a node, a set: those in one of the contexts, such as ast.Load, or all."""
    found = (one for one in ast.walk(node) if isinstance(one, ast.Name))
    return {one.id for one in found if not contexts or isinstance(one.ctx, contexts)}
