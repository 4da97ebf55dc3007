"""What the copies of the package for kernels that grade hold: no part of an answer, in any file, by any name.

A part of an answer is a line of its source, one of its functions when compiled, or a sentence on it. A module of the
library may hold parts of the answers to another notebook's exercises, which earn nothing in this one.
"""

import ast
import dis
import inspect
import marshal
import py_compile
import re
import shutil
from collections import defaultdict
from functools import cache
from importlib.util import MAGIC_NUMBER
from types import CodeType

import pytest

from mlp_helpers.authoring.lint import MIN_SECRET_CHARACTERS, TELLS_NOTHING, normalised, secret_lines
from mlp_helpers.authoring.release import read_notebooks
from mlp_helpers.course.cells import answer_name, answers
from mlp_helpers.exercises import FOLDER, exercise, names
from mlp_helpers.grading.sandbox import package
from mlp_helpers.services.files import REPOSITORY as ROOT

SOURCE = read_notebooks(ROOT)
NOTEBOOK_OF = {answer_name(cell): name for name, cell in answers(SOURCE)}
NOTEBOOK_OF |= {step: NOTEBOOK_OF[name] for name in names() for step in exercise(name).steps}
LIBRARY = {f"mlp_helpers/{name}.py" for name in package.LIBRARY}
LIBRARY |= {f"mlp_helpers/__pycache__/{name}" for name in package.LIBRARY}
# Lines that begin a block or an expression, and functions without statements, are in answers and elsewhere.
BEGINS = re.compile(r"@.*|.*[:\[({]")
MIN_INSTRUCTIONS = 6
# What a right answer to `train` and the library's `check_gradients` have in common.
SHARED = {"return network.layers[-1].loss(Y, network.predict(X))"}


def lines_of(text):
    """Return the lines of a text that would give an answer away, a set."""
    lines = {line for line in map(normalised, text.splitlines()) if len(line) >= MIN_SECRET_CHARACTERS}
    return {line for line in lines - SHARED if not (TELLS_NOTHING.fullmatch(line) or BEGINS.fullmatch(line))}


def code_lines(source):
    """Return those of Python code, without its docstrings."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            source = source.replace(ast.get_source_segment(source, node.body[0]), "")
    return lines_of(source)


@cache  # equal code of two copies is the same key
def functions_of(code):
    """Return the functions of compiled code, a set; names of functions and variables make no difference."""
    inner = [one for one in code.co_consts if isinstance(one, CodeType)]
    found = {instructions(one) for one in inner if not one.co_name.startswith("<listcomp>")}
    return {one for one in found if len(one) >= MIN_INSTRUCTIONS}.union(*map(functions_of, inner))


def instructions(code):
    """Return the instructions of a function; a method of an imported module is an attribute in other files."""
    return tuple((one.opname.replace("METHOD", "ATTR"), operand(one)) for one in dis.get_instructions(code))


def operand(one):
    if isinstance(one.argval, CodeType):
        return instructions(one.argval)
    return one.arg if one.opcode in dis.haslocal + dis.hasfree else repr(one.argval)


@cache
def parts():
    """Return the lines, functions and sentences of all answers: three dicts from part to names of exercises."""
    lines, functions, sentences = defaultdict(set), defaultdict(set), defaultdict(set)
    for _, cell, line in secret_lines(SOURCE):
        if not BEGINS.fullmatch(line):
            lines[line].add(answer_name(cell))
    for name in names():
        key = exercise(name).key
        sources = [path.read_text() for path in (FOLDER / name).glob("*.py") if path.stem in ("answers", "variants")]
        sources += [inspect.getsource(key.reference)] if callable(key.reference) else []  # it may be the library's
        for source in sources:
            for line in code_lines(source):
                lines[line].add(name)
            for function in functions_of(compile(source, name, "exec")):
                functions[function].add(name)
        for line in lines_of((FOLDER / f"{name}.toml").read_text()) if (FOLDER / f"{name}.toml").exists() else ():
            lines[line].add(name)
        for mistake in key.mistakes:
            sentences[mistake.hint].add(name)
    return lines, functions, sentences


def answers_in(copied, notebook):
    """Return the parts of answers that must not be in a notebook's copy, a set of (file, part, exercises)."""
    lines, functions, sentences = parts()
    found = set()
    for path in filter(lambda path: path.is_file(), copied.rglob("*")):
        file, content = path.relative_to(copied).as_posix(), path.read_bytes()
        text = normalised(content.decode(errors="replace"))
        held = [(one, functions[one]) for one in functions.keys() & compiled(content)]
        held += [(line, lines[line]) for line in lines.keys() & lines_of(content.decode(errors="replace"))]
        held += [(one, sentences[one]) for one in sentences if one in text]
        for part, of in held:
            if file.split(".cpython")[0] not in LIBRARY or notebook in {NOTEBOOK_OF[name] for name in of}:
                found.add((file, part, ", ".join(sorted(of))))
    return found


def compiled(content):
    """Return the functions of a file, a set; it is empty if the file is not compiled."""
    return functions_of(marshal.loads(content[16:])) if content.startswith(MAGIC_NUMBER) else set()


@pytest.mark.parametrize("notebook", SOURCE)
def test_no_part_of_an_answer_is_in_a_copy(copied, notebook):
    assert answers_in(copied[notebook], notebook) == set()


def compiled_to(path, place):
    py_compile.compile(path, place, dfile="x.py", doraise=True)


@pytest.mark.parametrize(
    ("path", "put", "place", "name"),
    [
        ("exercises/Dense/answers.py", shutil.copy, "checking/numbers.py", "Dense"),
        ("exercises/Dense/answers.py", shutil.copy, "notes.txt", "Dense"),
        ("exercises/Dense/answers.py", compiled_to, "exercises/Dense/__pycache__/answers.cpython-311.pyc", "Dense"),
        ("exercises/slope/answers.py", compiled_to, "plots/numbers", "slope"),
        ("exercises/train/variants.py", shutil.copy, "exercises/train/variants.py", "train"),  # of another notebook
        ("exercises/train/variants.py", compiled_to, "plots/numbers", "train"),
        ("exercises/one_sample/answers.py", compiled_to, "plots/numbers", "one_sample"),
        ("exercises/quiz_layers.toml", shutil.copy, "checking/numbers", "quiz_layers"),
        ("activations.py", shutil.copy, "activations.py", "softplus_d"),
        ("activations.py", compiled_to, "history.pyc", "softplus_d"),
    ],
)
def test_it_would_be_found(copied, tmp_path, path, put, place, name):
    notebook = "notebooks/03_layers.ipynb"
    folder = shutil.copytree(copied[notebook], tmp_path / "copy")
    put(ROOT / "mlp_helpers" / path, folder / "mlp_helpers" / place)
    assert name in {one for *_, of in answers_in(folder, notebook) for one in of.split(", ")}


@pytest.mark.parametrize("renamed", [{}, {"labels": "a", "rows": "b", "one_hot_with_swapped_indices": "c"}], ids=str)
def test_a_compiled_function_is_found_by_any_name(renamed):
    source = (FOLDER / "one_hot" / "answers.py").read_text()
    source = source[source.index("def one_hot_with_swapped_indices") :].partition("\n\n\n")[0]
    for old, new in renamed.items():
        source = re.sub(rf"\b{old}\b", new, source)
    found = functions_of(compile(source, "x", "exec"))
    assert [parts()[1][one] for one in found] == [{"one_hot"}]
