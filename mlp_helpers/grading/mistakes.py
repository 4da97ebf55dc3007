"""The bank's known mistakes as students would submit them: answer cells, and whole submissions made of them.

A grading kernel has neither the bank nor the modules that a notebook conceals. Functions and constants that a mistake
needs from them are therefore written into its answer, before its own lines.
"""

import ast
import copy
import inspect
import sys
from functools import cache

from mlp_helpers.checking.questions import CLASS, LITERAL
from mlp_helpers.course.cells import answer_name, answered_by, answers, defined_function, pieces, role
from mlp_helpers.diagnosis import Attempt
from mlp_helpers.exercises import exercise, names


class Inexpressible(ValueError):
    """A mistake that cannot be written as an answer cell; the message states why."""


def mistake_cells(source):
    """Return the known mistakes as source texts of answer cells.

    Parameters
    ----------
    source : dict from str to NotebookNode
        The solved notebooks, without faults, by file name.

    Returns
    -------
    dict from str to list of (str, str)
        Name and cell of each mistake, in the bank's order, by exercise. In one of a step, the other steps are solved.

    Raises
    ------
    Inexpressible
        A mistake's parameters differ from the exercise's, or its dependencies cannot be written into one function.
    """
    cells = {}
    for file_name, cell in answers(source):
        name = answer_name(cell)
        if name in names():
            kernel = _Kernel(source[file_name])
            cells[name] = [(_mistake_name(*made), _answer_cell(cell, *made, kernel)) for made in _mistakes(name)]
    return cells


def _mistakes(name):
    """Return the known mistakes of an exercise, a list of (step, number in its bank, mistake)."""
    steps = exercise(name).parts
    return [(step, number, mistake) for step in steps for number, mistake in enumerate(step.key.mistakes, start=1)]


def mistaken_submissions(source):
    """Return the fewest submissions that hold all known mistakes, each with at most one per exercise.

    Parameters
    ----------
    source : dict from str to NotebookNode
        The solved notebooks, without faults, by file name. They are copied.

    Returns
    -------
    list of (dict from str to NotebookNode, dict from str to (str, float))
        The notebooks by file name; and by exercise the mistake's name, and the share of the points that it earns. An
        exercise without a mistake has the solution.
    """
    cells = mistake_cells(source)
    submissions = []
    for number in range(max(map(len, cells.values()), default=0)):
        notebooks = copy.deepcopy(source)
        made = {name: mistakes[number] for name, mistakes in cells.items() if number < len(mistakes)}
        for _, cell in answers(notebooks):
            if answer_name(cell) in made:
                _, cell.source = made[answer_name(cell)]
        shares = {name: (called, _earned(name, *_mistakes(name)[number])) for name, (called, _) in made.items()}
        submissions.append((notebooks, shares))
    return submissions


def _earned(name, step, _number, mistake):
    """Return the share of the points of an exercise, from 0 to 1, that a mistake in one of its steps earns."""
    judge_value = step.key.judge_value
    earned = Attempt.at(step, mistake.answer).share if judge_value is None else judge_value(mistake.answer).earned
    return exercise(name).share({step.name: earned})


def _mistake_name(step, number, mistake):
    """Return the name of a mistake: its function's, or its exercise's with a number."""
    return f"{step.name}_{number}" if step.kind == LITERAL else mistake.answer.__name__


def _answer_cell(cell, step, _number, mistake, kernel):
    """Return the source of an answer cell with a mistake in one of its steps."""
    solved = dict(zip(exercise(answer_name(cell)).shares, pieces(cell.source), strict=True))
    return "\n".join((solved | {step.name: _answer(solved[step.name], step, mistake, kernel)}).values())


def _answer(source, step, mistake, kernel):
    """Return the source of an answer to a step with a mistake between its markers."""
    name = step.name
    if step.kind == LITERAL:
        return answered_by(source, [f"{name} = {mistake.answer!r}"])
    module = sys.modules[mistake.answer.__module__]
    function = _statement(module, mistake.answer.__name__)
    if step.kind == CLASS:
        return answered_by(source, _class_lines(name, module, function, kernel))
    wanted = _parameters(defined_function(source))
    if _parameters(function) != wanted:
        raise Inexpressible(f"{function.name} must have the parameters {wanted}, got {_parameters(function)}")
    needed = {}
    body = _Rewriter(module, function, kernel, needed).body()
    _refuse_mixing(function, needed)
    statements = [*(statement for _, statement in needed.values()), *body]
    lines = "\n".join(ast.unparse(ast.fix_missing_locations(statement)) for statement in statements)
    return answered_by(source, lines.splitlines())


def _class_lines(name, module, statement, kernel):
    """Return the lines that define a class under the name of an exercise, after all that it needs."""
    needed = {}
    written = _Rewriter(module, statement, kernel, needed)
    written.generic_visit(written.statement)
    renamed = ast.Assign([ast.Name(name, ast.Store())], ast.Name(statement.name, ast.Load()))
    statements = [*(definition for _, definition in needed.values()), written.statement, renamed]
    return "\n".join(ast.unparse(ast.fix_missing_locations(one)) for one in statements).splitlines()


def _parameters(function):
    return [argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)]


class _Kernel:
    """Grading kernel of a notebook: the imports of its set-up cells, and the modules that it lacks."""

    def __init__(self, notebook):
        self.conceals = set(notebook.metadata.course.conceals)
        set_up = "\n".join(cell.source for cell in notebook.cells if role(cell) == "set-up")
        self.imports = {ast.unparse(single) for node in ast.parse(set_up).body for single in _imports(node).values()}

    def lacks(self, module_name):
        """Return whether a module cannot be imported."""
        return module_name in self.conceals or f"{module_name}.".startswith("mlp_helpers.exercises.")


class _Rewriter(ast.NodeTransformer):
    """Rewriter of a module's statement for a kernel that lacks some modules.

    Parameters
    ----------
    module : module
        Module of the statement.
    statement : ast.stmt
    kernel : _Kernel
    needed : dict from str to (module, ast.stmt)
        Filled in-place with the definitions that must come first, in that order, and their modules.
    """

    def __init__(self, module, statement, kernel, needed):
        self.module, self.kernel, self.needed = module, kernel, needed
        self.statement, self.own = copy.deepcopy(statement), _bound(statement)

    def body(self):
        """Return the statements of a function, without its docstring."""
        statements = self.statement.body[1:] if ast.get_docstring(self.statement) else self.statement.body
        return [self.visit(node) for node in statements]

    def visit_Attribute(self, node):
        """Replace an attribute of a missing module by a name, and define it."""
        owner = self._of_module(node.value.id) if isinstance(node.value, ast.Name) else None
        if not inspect.ismodule(owner) or not self.kernel.lacks(owner.__name__):
            return self.generic_visit(node)
        return ast.Name(self._define(owner, node.attr), node.ctx)

    def visit_Name(self, node):
        """Define a name of the module where it is used."""
        return node if self._of_module(node.id) is None else ast.Name(self._define(self.module, node.id), node.ctx)

    def _of_module(self, name):
        """Return the value of a name in the module, None if the statement binds the name itself."""
        return None if name in self.own else vars(self.module).get(name)

    def _define(self, module, name):
        """Add the definition of a module's name to `needed`, after its own dependencies; return the defined name."""
        statement = _statement(module, name)
        if isinstance(statement, ast.ImportFrom) and self.kernel.lacks(statement.module):
            return self._define(sys.modules[statement.module], statement.names[0].name)
        if ast.unparse(statement) in self.kernel.imports:
            return name
        home, _ = self.needed.get(name, (module, None))
        if home is not module:
            raise Inexpressible(f"there is a {name} in {home.__name__} and another in {module.__name__}")
        if name not in self.needed:
            self._write(module, name, statement)
        return name

    def _write(self, module, name, statement):
        """Add a statement to `needed`, written for the kernel."""
        written = _Rewriter(module, statement, self.kernel, self.needed)
        if isinstance(statement, ast.FunctionDef):
            written.visit(written.statement.args)  # defaults are evaluated at definition, all else at the call
            self.needed[name] = module, written.statement  # before its body: it may be recursive
            written.statement.body, written.statement.decorator_list = written.body(), []
        else:
            written.generic_visit(written.statement)
            self.needed[name] = module, written.statement


def _refuse_mixing(function, needed):
    """Raise Inexpressible if names in the needed definitions would clash with the function's local names."""
    for name, (_, statement) in needed.items():
        used = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)} - _bound(statement)
        mixed = (used | {name}) & _bound(function)
        if mixed:
            raise Inexpressible(f"{function.name} needs {name}, in which its own {', '.join(sorted(mixed))} would mix")


def _bound(statement):
    """Return the names that are bound within a function, or by an assignment."""
    found = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef) and node is not statement:
            found.add(node.name)
    return found


def _statement(module, name):
    """Return a module's top-level statement that defines a name; of an import, only the part for this name."""
    try:
        return _statements(module)[name]
    except KeyError:
        raise Inexpressible(f"{name} must be imported, assigned or defined at the top of {module.__name__}") from None


@cache
def _statements(module):
    """Return a module's top-level statements, by the names that they define."""
    found = {}
    for node in ast.parse(inspect.getsource(module)).body:
        found |= _imports(node)
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = node
    return found


def _imports(node):
    """Return an import split into imports of one name each, by name; {} for any other statement."""
    if isinstance(node, ast.Import):
        return {alias.asname or alias.name.split(".")[0]: ast.Import([alias]) for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return {alias.asname or alias.name: ast.ImportFrom(node.module, [alias], node.level) for alias in node.names}
    return {}
