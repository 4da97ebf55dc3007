"""Place of a fault in a student's own code: the one change of it after which every case comes out right.

The syntax tree of the answer is changed in one place at a time, by `edits`. Each variant is run on the cases. If all
that come out right were changed in one place, the hint names that place. It never names the change, which may be
right by accident. A variant can only compute: it knows few names, and its inputs are copies. Its work is counted, so
that the same answer always gets the same hint.
"""

import ast
import builtins
import copy
import inspect
import io
import math
import textwrap
import time
from types import FunctionType, ModuleType, SimpleNamespace

import numpy as np

from mlp_helpers import activations, exercises
from mlp_helpers.checking.observations import agree, conclusion, is_changed, look_once, quiet
from mlp_helpers.checking.questions import CLASS, FUNCTION, is_refusal
from mlp_helpers.data import minibatches
from mlp_helpers.diagnosis.edits import BRACKETS_QUESTION, LEADING, TICK, edits, is_tick, make

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
NOT_RUN = (
    ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.With, ast.ClassDef, ast.NamedExpr, ast.AsyncFunctionDef,
)
# fmt: on
HOLDERS = ast.Assign | ast.AugAssign | ast.Call  # what may put a list into itself
MAX_STEPS = 160_000  # of a search, each of about two microseconds. A run has one for each node of the function, and
STEPS_OF_A_PASS = 3  # through a loop, a comprehension or a lambda, and
STEPS_OF_A_COPY = 12  # of an object in the arguments, most of which are asked or changed, too
MAX_PASSES = 500  # of a run; right answers need a dozen, and 244 if they loop over all entries
MAX_SECONDS = 0.7  # of a search, for what is not counted: processor time, so that a busy machine changes no hint
OTHER_SEEDS = (101, 102)  # of further cases, in which an accidental change seldom comes out right
MIN_PART_CHARACTERS = 4  # of a line, for a part that is worth looking at
MIN_STATEMENTS = 3  # of a function in which one line alone does not give the answer away


class _TooLong(BaseException):
    """End of a variant that loops too often, which no `except Exception` of a student's stops."""


def place(attempt):
    """Return a hint on the place of the fault in an answer, or None if it is not found in one place."""
    answer = attempt.answer
    try:
        tree, source = _parsed(answer)
        known = {"__builtins__": {word: getattr(builtins, word) for word in BUILTINS}, "np": np}
        _add_names(known, answer, tree.body[0], attempt.exercise.name)
        trial = _Trial(attempt, tree, known)
        if trial.leave_refusals() or not (found := _found(tree.body[0], trial)):
            return None
        right = "it right" if trial.refuses else "its results right"
        if len(found[0].nodes) > 1:
            return _hint_of_many(found[0], source, right)
        return _hint(found, source, tree.body[0], right)
    except Exception:  # an answer may be anything
        return None


def _parsed(answer):
    """Return the syntax tree and the source of a plain function; raise ValueError if it is none."""
    if type(answer) is not FunctionType or answer.__code__.co_freevars:
        raise ValueError("it is no function, or an inner one")
    source = textwrap.dedent(inspect.getsource(answer))
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    if tree.body != functions or functions[0].decorator_list or functions[0].args.vararg or functions[0].args.kwarg:
        raise ValueError("it is more than one function, or it has a decorator or starred arguments")
    return tree, source


def _add_names(known, answer, function, name):
    """Add the global names of an answer to `known`, its own functions as trees; raise ValueError for unknown ones."""
    names = [node for node in ast.walk(function) if type(node) is ast.Name]
    local = {node.id for node in names if type(node.ctx) is not ast.Load} | set(answer.__code__.co_varnames)
    for word in {node.id for node in names} - local - known.keys():
        value = answer.__globals__.get(word)
        if word in BUILTINS and word not in answer.__globals__:
            continue
        is_activation = type(value) is FunctionType and value.__globals__ is vars(activations)
        if value is np or value is math or is_activation or type(value) in (int, float, str, bool):
            known[word] = value
        elif word != name and (other := _right_answer(word)):
            known[word] = other
        elif type(value) is ModuleType and value.__name__ == "mlp_helpers":
            known[word] = SimpleNamespace(minibatches=minibatches)
        elif type(value) is FunctionType and value.__globals__ is answer.__globals__ and value.__name__ == word:
            known[word], _ = _parsed(value)
            _add_names(known, value, known[word].body[0], name)
        else:
            raise ValueError(f"{word} may do anything")


def _right_answer(name):
    """Return a right answer to the exercise of this name, which stands in for the student's own; None if none is."""
    if name not in exercises.names() or exercises.exercise(name).kind not in (FUNCTION, CLASS):
        return None
    return exercises.exercise(name).key.reference


def _is_unsafe(node):
    """Return whether a node is an import, reaches files or settings, or puts a list into itself."""
    match node:
        case ast.Attribute(attr=word):
            return word.startswith("_") or word in FORBIDDEN
        case ast.Name(id=word):
            return word.startswith("__")
        case (
            ast.AugAssign(target=owner, value=part)
            | ast.Assign(targets=[ast.Subscript(value=owner), *_], value=part)
            | ast.Call(func=ast.Attribute(value=owner, attr="append" | "extend" | "insert"), args=[*_, part])
        ):
            return _is_part(ast.unparse(owner), part)
    return isinstance(node, NOT_RUN)


def _is_part(owner, node):
    """Return whether a list would hold itself, of which NumPy takes for ever to make an array."""
    is_new = isinstance(node, ast.Call | ast.Subscript | ast.BinOp)
    inside = () if is_new else ast.iter_child_nodes(node)
    return ast.unparse(node) == owner or any(_is_part(owner, inner) for inner in inside)


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
    """The cases of an exercise, in which the variants of a function are run: the tree as it is at the time.

    `refuses` says whether the function refuses what it should. If not, those cases are left out, since no change of a
    single place adds a refusal.
    """

    def __init__(self, attempt, tree, known):
        self.questions, self.tree, self.known = attempt.exercise.questions, tree, known | {TICK: self._tick}
        self.refuses, self.steps, self._passes, self._size = True, 0, 0, sum(1 for _ in ast.walk(tree))
        self.is_safe = not any(map(_is_unsafe, ast.walk(tree)))
        self.holders = [node for node in ast.walk(tree) if isinstance(node, HOLDERS)]
        self._end = time.thread_time() + MAX_SECONDS
        helpers = [value for value in known.values() if isinstance(value, ast.Module)]
        for one in (*helpers, tree):
            _count_passes(one.body[0])
            ast.fix_missing_locations(one)
        for helper in helpers:
            if any(map(_is_unsafe, ast.walk(helper))):
                raise ValueError("a helper may do more than compute")
            exec(compile(helper, "<helper>", "exec"), self.known)
        with quiet(io.StringIO(), []):
            cases = [attempt.cases, *(self.questions.cases(np.random.default_rng(seed)) for seed in OTHER_SEEDS)]
            given = [arguments for one in cases for arguments in one.values()]
            reference = attempt.exercise.key.reference
            self.cases = [(arguments, *self._outcome(reference, arguments)) for arguments in given]

    def is_over(self):
        """Return whether the steps or the time of the search are used up."""
        return self.steps > MAX_STEPS or time.thread_time() > self._end

    def _tick(self):
        self._passes += 1
        self.steps += STEPS_OF_A_PASS
        if self._passes > MAX_PASSES or self.is_over():
            raise _TooLong
        return True

    def _outcome(self, answer, arguments):
        """Return the result in a case, and whether an argument was changed that should not be."""
        self._passes, copied = 0, {}
        given = copy.deepcopy(arguments, copied)
        self.steps += self._size + STEPS_OF_A_COPY * len(copied)
        value = conclusion(self.questions, look_once(self.questions, answer, given), arguments)
        return value, is_changed(self.questions, arguments, given)

    def comes_out_right(self, changes):
        """Return whether the function gives the right result in every case after changes, which are taken back."""
        back = make(changes)
        new = [node for *_, new in changes for node in (new if isinstance(new, list) else [new])]
        inside = [inner for node in new for inner in ast.walk(ast.fix_missing_locations(node))]
        nodes = self.holders + inside if self.is_safe else ast.walk(self.tree)
        is_right = not any(map(_is_unsafe, nodes)) and self._is_right()
        make(back)
        return is_right

    def _is_right(self):
        scope = dict(self.known)
        with quiet(io.StringIO(), []):
            for number, (arguments, wanted, spoils) in enumerate(self.cases):
                try:
                    if not number:
                        exec(compile(self.tree, "<variant>", "exec"), scope)
                    value, is_spoilt = self._outcome(scope[self.tree.body[0].name], arguments)
                    is_right = is_spoilt == spoils and agree(wanted, value)
                except KeyboardInterrupt:
                    raise
                except BaseException:
                    is_right = False
                if not is_right:
                    self.cases.insert(0, self.cases.pop(number))  # a case that rejects one variant rejects most
                    return False
        return True

    def leave_refusals(self):
        """Leave out the cases to refuse if the function does not; return whether it is right in the others."""
        if not self.is_safe:
            return False
        every, others = self.cases, [case for case in self.cases if not is_refusal(case[1])]
        self.cases = [case for case in every if is_refusal(case[1])]
        self.refuses = self._is_right()
        self.cases = every if self.refuses else others
        return not self.refuses and self._is_right()


def _found(function, trial):
    """Return the likeliest edits after which every case comes out right: of one node each if possible."""
    found = []
    for kinds in edits(function):
        right = []
        for edit in kinds:
            if trial.comes_out_right(edit.changes):
                right.append(edit)
            if trial.is_over():
                return found  # not `right`, since there may be more of these kinds
        if single := [edit for edit in right if len(edit.nodes) == 1]:
            return single
        found += right
    return found


def _hint(found, source, function, right):
    """Return the hint on edits of one node each, None unless all are in one line or two; `right` is what they make."""
    by_line = {}
    for edit in found:
        by_line.setdefault((edit.nodes[0].lineno, edit.nodes[0].end_lineno), []).append(edit)
    if len(by_line) > 2 or any(first != last for first, last in by_line):
        return None
    if len(by_line) == 2:
        (one, at_one), (other, at_other) = sorted(by_line.items())
        looks = [_look(edits_there, source, function) for edits_there in (at_one, at_other)]
        where = f"line {one[0]}, or else in line {other[0]}, of your function"
        return None if None in looks else f"One change in {where} makes {right}. Look at {' and '.join(looks)}."
    change = f"One change in line {found[0].nodes[0].lineno} of your function makes {right}"
    questions = {edit.question for edit in found}
    questions = questions & LEADING or questions
    question = questions.pop() if len(questions) == 1 else ""
    if look := _look(found, source, function):
        return f"{change}. Look at {look}" + (f": {question}" if question else ".")
    return f"{change}: {question}" if question == BRACKETS_QUESTION else None


def _look(found, source, function):
    """Return the part of a line in which edits are, or the line; None if that would give the answer away."""
    nodes = [edit.nodes[0] for edit in found]
    code = source.splitlines()[nodes[0].lineno - 1].split("#")[0].strip()
    if part := _part(nodes, source, function, len(code.removeprefix("return "))):
        return f"`{part}`"
    n_statements = sum(isinstance(node, ast.stmt) and not is_tick(node) for node in ast.walk(function))
    return f"`{code}`" if n_statements > MIN_STATEMENTS else None


def _part(nodes, source, function, whole):
    """Return the shortest part of a line around nodes; None if it is as long as the whole, or there are two of it."""
    start, end = min(node.col_offset for node in nodes), max(node.end_col_offset for node in nodes)
    inside = {
        (node.col_offset, node.end_col_offset): ast.get_source_segment(source, node)
        for node in ast.walk(function)
        if isinstance(node, ast.expr) and node.lineno == node.end_lineno == nodes[0].lineno
    }
    texts = list(inside.values())
    around = [text for (first, last), text in inside.items() if first <= start and end <= last]
    parts = [text for text in around if MIN_PART_CHARACTERS <= len(text) < whole and texts.count(text) == 1]
    return min(parts, key=len, default=None)


def _hint_of_many(edit, source, right):
    """Return the hint for nodes that all need a change, None if one of them is more than a line long."""
    nodes = edit.nodes
    if any(node.lineno != node.end_lineno for node in nodes):
        return None
    lines = sorted({node.lineno for node in nodes})
    texts = dict.fromkeys(f"`{ast.get_source_segment(source, node)}`" for node in nodes)
    count = {2: "two", 3: "three"}.get(len(nodes), len(nodes))
    where = f"{count} places of line {lines[0]}" if len(lines) == 1 else f"lines {' and '.join(map(str, lines))}"
    look = f"Look at {' and '.join(texts)}"
    if edit.question:
        return f"Changes in {where} of your function make {right}. {look}: {edit.question}"
    return f"The same change in {where} of your function makes {right}. {look}."
