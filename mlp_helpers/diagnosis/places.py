"""Place of a fault in a student's own code: the one change of it after which every case comes out right.

The syntax tree of the answer is changed in one place at a time, by `edits`. Each variant is run on the cases. If all
that come out right were changed in one place, the hint names that place. It never names the change, which may be
right by accident. A variant can only compute: it knows few names, its inputs are copies, and its loops are counted,
so that the same answer always gets the same hint.
"""

import ast
import builtins
import contextlib
import copy
import inspect
import io
import math
import textwrap
from types import FunctionType, ModuleType, SimpleNamespace

import numpy as np

from mlp_helpers import exercises
from mlp_helpers.checking.observations import agree, conclusion, is_changed, look_once, quiet
from mlp_helpers.checking.questions import CLASS, FUNCTION, is_refusal
from mlp_helpers.data import minibatches
from mlp_helpers.diagnosis.edits import TICK, changed, edits, is_growing, is_tick

# fmt: off
BUILTINS = (
    "abs", "all", "any", "bool", "dict", "enumerate", "float", "int", "isinstance", "iter", "len", "list", "map", "max",
    "min", "next", "pow", "print", "range", "reversed", "round", "set", "slice", "sorted", "sum", "tuple", "type",
    "zip", "Exception", "TypeError", "ValueError", "__import__",  # for the methods of arrays
)
FORBIDDEN = {  # attributes that reach files, settings and shared state
    "ctypeslib", "dump", "f2py", "fromfile", "genfromtxt", "lib", "load", "loadtxt", "memmap", "random", "resize",
    "save", "savetxt", "savez", "savez_compressed", "set_printoptions", "setbufsize", "seterr", "seterrcall",
    "setflags", "testing", "tofile",
}
STATEMENTS_NOT_RUN = (ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.With, ast.ClassDef, ast.NamedExpr)
# fmt: on
MAX_VARIANTS, MAX_RUNS = 1500, 6000  # a run is that of a variant in one case
MAX_TICKS = 2000  # passes through loops, comprehensions and lambdas in a run; right answers need a dozen
OTHER_SEEDS = (101, 102)  # of further cases, in which an accidental change seldom comes out right
MIN_PART_CHARACTERS = 4  # of a line, for a part that is worth looking at
MIN_STATEMENTS = 3  # of a function in which one line alone does not give the answer away
LIKELY = 1  # the last rank of the edits that are what a student may have meant
BRACKETS, ORDER = "are the brackets in the right place?", "is it in the right place?"


class _TooLong(BaseException):
    """End of a variant that loops too often, which no `except Exception` of a student's stops."""


def place(attempt):
    """Return a hint on the place of the fault in an answer, or None if it is not found in one place."""
    answer = attempt.answer
    tree, source = _parsed(answer)
    helpers = {}
    namespace = tree and _namespace(answer, tree.body[0], attempt.exercise.name, helpers)
    if not namespace:
        return None
    function, trial, found = tree.body[0], _Trial(attempt, namespace, helpers.values()), []
    _count_passes(function)
    if _only_computes(function) and trial.leave_refusals(ast.fix_missing_locations(tree), function.name):
        return None
    for number, (rank, node, changes) in enumerate(edits(function)):
        if number == MAX_VARIANTS or trial.runs > MAX_RUNS:
            break
        with changed(changes):
            comes_out = _only_computes(function) and trial.comes_out_right(
                ast.fix_missing_locations(tree), function.name
            )
        if comes_out:
            found.append((rank, _spots(node, changes), _question(rank, node, changes)))
    right = "it right" if trial.refuses else "its results right"
    single = [(rank, nodes[0], question) for rank, nodes, question in found if len(nodes) == 1]
    if found and not single:
        return _hint_of_many(found[0][1], source, right)
    best = min((rank for rank, *_ in single), default=0)
    lines = {node.lineno for rank, node, _ in single if rank == best}
    likely = [(node, question) for rank, node, question in single if rank <= max(best, LIKELY)]
    questions = {question for _, question in likely}
    question = questions.pop() if len(questions) == 1 else ""
    return _hint([node for node, _ in likely if node.lineno in lines], question, source, function, right)


def _spots(node, changes):
    """Return the nodes that an edit is about: `node`, or, of the same change in several places, one for each."""
    if isinstance(node, ast.stmt) or len(changes) == 1:
        return [node]
    return [getattr(owner, key) if isinstance(key, str) else owner[key] for owner, key, _ in changes]


def _question(rank, node, changes):
    """Return what to ask about an edit that sets other brackets or moves a statement, "" for any other."""
    if isinstance(node, ast.stmt):
        return ORDER if len(changes) > 1 else ""
    return BRACKETS if rank == 0 else ""


def _parsed(answer):
    """Return the syntax tree and the source of a plain function, or (None, "")."""
    if type(answer) is FunctionType and not answer.__code__.co_freevars:
        with contextlib.suppress(OSError, TypeError, SyntaxError, ValueError, RecursionError):
            source = textwrap.dedent(inspect.getsource(answer))
            tree = ast.parse(source)
            function = tree.body[0]
            is_plain = type(function) is ast.FunctionDef and len(tree.body) == 1 and not function.decorator_list
            if is_plain and not (function.args.vararg or function.args.kwarg):
                return tree, source
    return None, ""


def _namespace(answer, function, name, helpers):
    """Return the global names of an answer; None if one of them is more than a number or another right answer.

    The trees of the student's own functions that it calls are added to `helpers`, by name.
    """
    known = {"__builtins__": {word: getattr(builtins, word) for word in BUILTINS}, "np": np}
    names = [node for node in ast.walk(function) if type(node) is ast.Name]
    local = {node.id for node in names if type(node.ctx) is not ast.Load} | set(answer.__code__.co_varnames)
    for word in {node.id for node in names} - local - {"np"}:
        value = answer.__globals__.get(word)
        if value is np or value is math or type(value) in (int, float, str, bool):
            known[word] = value
        elif word != name and (other := _right_answer(word)):
            known[word] = other
        elif type(value) is ModuleType and value.__name__ == "mlp_helpers":
            known[word] = SimpleNamespace(minibatches=minibatches)
        elif type(value) is FunctionType and value.__globals__ is answer.__globals__ and value.__name__ == word:
            if value is answer or word in helpers:
                continue
            helpers[word], _ = _parsed(value)
            if helpers[word] is None or not _only_computes(helpers[word].body[0]):
                return None
            inner = _namespace(value, helpers[word].body[0], name, helpers)
            if inner is None:
                return None
            known |= inner
        elif word not in BUILTINS:
            return None
    return known


def _right_answer(name):
    """Return a right answer to the exercise of this name, which stands in for the student's own; None if none is."""
    if name not in exercises.names() or exercises.exercise(name).kind not in (FUNCTION, CLASS):
        return None
    return exercises.exercise(name).key.reference


def _only_computes(function):
    """Return whether a variant has no import, no access to files or settings, and no list that holds itself."""
    for node in ast.walk(function):
        if isinstance(node, STATEMENTS_NOT_RUN) or (isinstance(node, ast.FunctionDef) and node is not function):
            return False
        if isinstance(node, ast.Attribute) and (node.attr.startswith("_") or node.attr in FORBIDDEN):
            return False
        if isinstance(node, ast.Name) and node.id.startswith("__"):
            return False
        if isinstance(node, ast.AugAssign) and ast.unparse(node.target) == ast.unparse(node.value):
            return False
        if is_growing(node):
            owner, parts = node.func.value, node.args
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            owner, parts = node.targets[0].value, [node.value]
        else:
            continue
        # NumPy takes for ever to make an array of a list that holds itself.
        if any(ast.unparse(owner) == ast.unparse(inner) for part in parts for inner in _outermost(part)):
            return False
    return True


def _outermost(node):
    """Yield a node and those inside it, but not what calls and indices are made of."""
    yield node
    if not isinstance(node, ast.Call | ast.Subscript | ast.BinOp):
        for inner in ast.iter_child_nodes(node):
            yield from _outermost(inner)


def _count_passes(function):
    """Put a call of the counter into the function, and into each loop, comprehension and lambda."""

    def tick():
        return ast.Call(ast.Name(TICK, ast.Load()), [], [])

    for node in list(ast.walk(function)):
        if isinstance(node, ast.For | ast.While | ast.FunctionDef):
            node.body.insert(0, ast.Expr(tick()))
        elif isinstance(node, ast.comprehension):
            node.ifs.insert(0, tick())
        elif isinstance(node, ast.Lambda):
            node.body = ast.BoolOp(ast.And(), [tick(), node.body])


class _Trial:
    """The cases of an exercise, in which variants are run."""

    def __init__(self, attempt, namespace, helpers):
        self.questions, self.namespace = attempt.exercise.questions, namespace | {TICK: self._tick}
        for tree in helpers:
            _count_passes(tree.body[0])
            exec(compile(ast.fix_missing_locations(tree), "<helper>", "exec"), self.namespace)
        self.runs, self._ticks, self.refuses = 0, 0, True
        with quiet(io.StringIO(), []):
            cases = [attempt.cases, *(self.questions.cases(np.random.default_rng(seed)) for seed in OTHER_SEEDS)]
            given = [arguments for one in cases for arguments in one.values()]
            reference = attempt.exercise.key.reference
            self.cases = [(arguments, *self._outcome(reference, arguments)) for arguments in given]

    def _tick(self):
        self._ticks += 1
        if self._ticks > MAX_TICKS:
            raise _TooLong
        return True

    def _outcome(self, answer, arguments):
        """Return the result in a case, and whether an argument was changed that should not be."""
        given, self._ticks = copy.deepcopy(arguments), 0
        value = conclusion(self.questions, look_once(self.questions, answer, given), arguments)
        return value, is_changed(self.questions, arguments, given)

    def leave_refusals(self, tree, function_name):
        """Leave out the cases in which the function should refuse and does not; return whether the others are right.

        No change of a single place adds a refusal.
        """
        refusals = [case for case in self.cases if is_refusal(case[1])]
        others = [case for case in self.cases if not is_refusal(case[1])]
        self.cases = refusals
        self.refuses = self.comes_out_right(tree, function_name)
        self.cases = refusals + others if self.refuses else others
        return not self.refuses and self.comes_out_right(tree, function_name)

    def comes_out_right(self, tree, function_name):
        """Return whether the function of a tree gives the right result in every case."""
        scope = dict(self.namespace)
        with quiet(io.StringIO(), []):
            try:
                exec(compile(tree, "<variant>", "exec"), scope)
            except (SyntaxError, ValueError, TypeError, RecursionError):
                return False
            for number, (arguments, expected, spoils) in enumerate(self.cases):
                self.runs += 1
                try:
                    outcome = self._outcome(scope[function_name], arguments)
                except KeyboardInterrupt:
                    raise
                except BaseException:
                    outcome = None
                if outcome is None or outcome[1] != spoils or not agree(expected, outcome[0]):
                    self.cases.insert(0, self.cases.pop(number))  # a case that rejects one variant rejects most
                    return False
        return True


def _hint(found, question, source, function, right):
    """Return the hint for the nodes at which a change comes out right, None unless they lie in one place.

    A question that fits all of the changes is part of it; `right` says what they make right.
    """
    lines = {line for node in found for line in (node.lineno, node.end_lineno)}
    if len(lines) != 1:
        return None
    (number,) = lines
    code = source.splitlines()[number - 1].split("#")[0].strip()
    start, end = min(node.col_offset for node in found), max(node.end_col_offset for node in found)
    in_line = {
        (node.col_offset, node.end_col_offset): ast.get_source_segment(source, node)
        for node in ast.walk(function)
        if isinstance(node, ast.expr) and node.lineno == node.end_lineno == number
    }
    texts = list(in_line.values())
    around = [text for (first, last), text in in_line.items() if first <= start and end <= last]
    whole = len(code.removeprefix("return "))
    parts = sorted((text for text in around if MIN_PART_CHARACTERS <= len(text) < whole), key=len)
    parts = [text for text in parts if texts.count(text) == 1]  # what stands there twice is no place
    change = f"One change in line {number} of your function makes {right}"
    if parts:
        return f"{change}. Look at `{parts[0]}`" + (f": {question}" if question else ".")
    if sum(isinstance(node, ast.stmt) and not is_tick(node) for node in ast.walk(function)) > MIN_STATEMENTS:
        return f"{change}. It reads `{code}` now." + (f" {question.capitalize()}" if question else "")
    return f"{change}: {question}" if question == BRACKETS else None


def _hint_of_many(nodes, source, right):
    """Return the hint for nodes that all need the same change, None if one of them is more than a line long."""
    if any(node.lineno != node.end_lineno for node in nodes):
        return None
    lines = sorted({node.lineno for node in nodes})
    texts = dict.fromkeys(f"`{ast.get_source_segment(source, node)}`" for node in nodes)
    count = {2: "two", 3: "three"}.get(len(nodes), len(nodes))
    where = f"{count} places of line {lines[0]}" if len(lines) == 1 else f"lines {_listed(lines)}"
    return f"The same change in {where} of your function makes {right}. Look at {_listed(texts)}."


def _listed(words):
    """Return words as a list in a sentence."""
    *first, last = map(str, words)
    return f"{', '.join(first)} and {last}" if first else last
