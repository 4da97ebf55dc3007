"""Cells, their roles and placeholders, and each fault that a source must not have, with a broken variant for each."""

import re
from types import SimpleNamespace

import nbformat
import pytest
import small_course
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from mlp_helpers.authoring.lint import faults
from mlp_helpers.course.cells import (
    Exercise,
    blank,
    checked_name,
    exercises,
    notebook_bytes,
    notebook_from,
    role,
    set_count,
    stand_in,
)
from mlp_helpers.exercises import names

FIRST, SECOND = small_course.notebooks()


@pytest.mark.parametrize(
    "saved",
    [
        lambda text: text,
        lambda text: "\ufeff" + text,
        lambda text: text.replace('"nbformat": 4', '"nbformat": 4.0'),
    ],
    ids=["as JupyterLab does", "with a byte order mark", "with a fraction"],
)
def test_a_notebook_is_read_as_any_editor_saves_it(saved):
    notebook = small_course.layers()
    assert notebook_from(saved(notebook_bytes(notebook).decode()).encode()) == notebook


@pytest.mark.parametrize("text", ["", "[]", "{}", "<<<<<<< HEAD\n{}", '{"nbformat": 4, "cells": ['])
def test_what_is_none_raises(text):
    with pytest.raises(Exception, match=r"."):
        notebook_from(text.encode())


def test_items():
    assert exercises(small_course.notebooks()) == [
        Exercise("flatten", 40, FIRST, False),
        Exercise("figure", 5, FIRST, True),
        Exercise("minibatches", 30, SECOND, False),
        Exercise("graph_gradients", 20, SECOND, False),
        Exercise("report", 5, SECOND, True),
    ]


def test_metadata_of_any_kind_are_survived():
    cell = nbformat.v4.new_code_cell("1", metadata={"course": "nonsense", "nbgrader": ["a list"]})
    assert role(cell) is None
    assert checked_name(cell) is None


def test_a_result_has_the_count_of_its_cell():
    result = new_output("execute_result", {"text/plain": "3"}, execution_count=7)
    cell = new_code_cell("print(2)\n3", execution_count=7, outputs=[small_course.printed("2\n"), result])
    set_count(cell, 4)
    assert (cell.execution_count, cell.outputs[1].execution_count) == (4, 4)
    assert "execution_count" not in cell.outputs[0]


class TestBlank:
    def test_a_function(self):
        assert blank(small_course.cell_of(small_course.layers(), "flatten")) == (
            'def flatten(x):\n    """Return a row for each image."""\n'
            "    # Your answer: put your own lines in the place of the next one.\n"
            '    return mlp.todo("flatten", x)'
        )

    def test_a_generator_a_value_a_figure_a_text(self):
        notebook = small_course.training()
        assert blank(small_course.cell_of(notebook, "minibatches")).splitlines()[-1] == (
            '    yield from mlp.todo("minibatches", X, Y, batch_size, rng)'
        )
        value = blank(small_course.cell_of(notebook, "graph-gradients")).splitlines()[-1]
        assert value == 'graph_gradients = mlp.todo("graph_gradients")'
        assert blank(small_course.cell_of(notebook, "report")) == "*Your answer goes here.*"
        assert blank(small_course.cell_of(small_course.layers(), "figure")) == "# Your figure goes here."

    @pytest.mark.parametrize(
        ("signature", "passed"),
        [("a, /, b=1", "a, b"), ("*rest", "*rest"), ("a: int, b=(1, 2)", "a, b"), ("", "")],
        ids=str,
    )
    def test_all_arguments_are_handed_on(self, signature, passed):
        line = stand_in(f"def f({signature}):\n    return 1", "f")
        assert line == f'return mlp.todo("f"{", " * bool(passed)}{passed})'

    def test_a_function_within_that_yields_makes_no_generator(self):
        assert stand_in("def f(x):\n    def g():\n        yield x\n    return g()", "f").startswith("return ")

    def test_it_runs(self):
        space = {"mlp": SimpleNamespace(todo=lambda name, x: (name, x))}
        exec(blank(small_course.cell_of(small_course.layers(), "flatten")), space)
        assert space["flatten"](3) == ("flatten", 3)


def changed(id_, source=None, **metadata):
    """Return a function that changes the source of a cell, or metadata, of which those set to None are removed."""

    def change(notebook):
        cell = small_course.cell_of(notebook, id_)
        cell.source = cell.source if source is None else source
        for part, items in metadata.items():
            merged = {**cell.metadata.get(part, {}), **items}
            cell.metadata[part] = {key: item for key, item in merged.items() if item is not None}

    return change


def without(*ids):
    def change(notebook):
        notebook.cells = [cell for cell in notebook.cells if cell.id not in ids]

    return change


def inserted(position, cell):
    return lambda notebook: notebook.cells.insert(position, cell)


def answered(source):
    return changed("flatten", source=source)


EXERCISES = dict.fromkeys(names(), ())
SIGNATURE = 'def flatten(x):\n    """Return a row for each image."""\n'
SOLUTION = small_course.between(f"return {small_course.FLATTEN}")
BEGIN, END = "    ### BEGIN SOLUTION\n", "    ### END SOLUTION"
BROKEN = {
    "role missing": (changed("try", course={"role": None}), "cell try: it has no role"),
    "role unknown": (changed("try", course={"role": "demo"}), "cell try: its role must be .*, got demo"),
    "keep": (changed("flatten-check", course={"keep": True}), "flatten-check: only a demonstration may keep"),
    "no markers": (answered(f"{SIGNATURE}    return {small_course.FLATTEN}"), "cell flatten: it has no markers"),
    "no end": (answered(SIGNATURE + BEGIN + "    return x"), "its markers must be one"),
    "end first": (answered(SIGNATURE + END + "\n    return x\n" + BEGIN), "its markers must be one"),
    "nested": (answered(SIGNATURE + BEGIN + BEGIN + "    return x\n" + END + "\n" + END), "its markers must be one"),
    "marker in other words": (
        answered(SIGNATURE + "    # BEGIN SOLUTION\n    return x\n" + END),
        "its markers must be",
    ),
    "code before": (
        answered('def flatten(x):\n    """."""\n    y = x\n' + SOLUTION),
        "there must be a docstring, and no",
    ),
    "code after": (answered(SIGNATURE + SOLUTION + "\n\n\nflatten(1)"), "one function's signature and docstring"),
    "code above": (answered("import scipy\n" + SIGNATURE + SOLUTION), "one function's signature and docstring"),
    "no docstring": (answered("def flatten(x):\n" + SOLUTION), "there must be a docstring"),
    "no Python": (answered("def flatten(x:\n" + SOLUTION), "no valid Python"),
    "another function": (
        answered(SIGNATURE.replace("flatten", "flattem") + SOLUTION),
        "it must define flatten, got flattem",
    ),
    "keyword-only": (answered(SIGNATURE.replace("x)", "x, *, y)") + SOLUTION), "keyword-only"),
    "a rubric of other points": (
        changed("figure", course={"rubric": [["axes", 2], ["labels", 2]]}),
        "figure: its rubric, course.rubric in the metadata, must be pairs of a text and points that sum to its own",
    ),
    "a guess that was made": (
        changed("try", source="guess_a = 1", course={"role": "guess"}),
        "try: a guess must be one line, such as `guess_loss = None",
    ),
    "own answers in a check": (
        changed("flatten-check", source="from mlp_helpers.yours import flatten"),
        "flatten-check: only a demonstration may import from mlp_helpers.yours",
    ),
    "own answers in set-up": (
        changed("try", source="from mlp_helpers import plots, yours", course={"role": "set-up"}),
        "try: only a demonstration may import from mlp_helpers.yours",
    ),
    "a value of another name": (answered(small_course.between("flat = 1", indent="")), "must define flatten"),
    "code beside a value": (
        answered("a = 1\n" + small_course.between("flatten = 1", indent="")),
        "code outside its markers",
    ),
    "code beside a figure": (
        changed("figure", source="a = 1\n### BEGIN SOLUTION\nb\n### END SOLUTION"),
        "figure: there is",
    ),
    "marker elsewhere": (changed("try", source="### BEGIN SOLUTION\n1"), "cell try: a solution marker"),
    "marker in words": (changed("title", source="# A\n### END SOLUTION"), "cell title: a solution marker"),
    "two of one id": (
        changed("figure", nbgrader={"grade_id": "report"}),
        "cell report: the grade_id report is there 2",
    ),
    "points missing": (
        changed("flatten-check", nbgrader={"points": None}),
        "flatten-check: points must be .*, got None",
    ),
    "no points": (
        changed("flatten-check", nbgrader={"points": -1}),
        "flatten-check: points must be a number of at least 0, got -1",
    ),
    "points of an open one": (changed("figure", nbgrader={"points": "5"}), "figure: points must be"),
    "sum": (changed("flatten-check", nbgrader={"points": 39}), "must sum to 100, got 99"),
    "no check": (without("flatten-check"), "cell flatten: the next cell must be its check"),
    "a cell before the check": (inserted(3, new_markdown_cell("So?", id="so")), "cell flatten: the next cell must be"),
    "no answer": (without("flatten"), "flatten-check: the cell before it must be its answer"),
    "checks another": (
        changed("flatten-check", source='check("flatten", tanh)'),
        r'it must hold check\("flatten", flatten\), got',
    ),
    "unknown exercise": (changed("flatten", nbgrader={"grade_id": "flat"}), "no exercise is called flat"),
    "unlocked": (changed("flatten-check", nbgrader={"locked": False}), "locked must be True, got False"),
    "schema": (changed("flatten", nbgrader={"schema_version": 1}), "schema_version must be 3, got 1"),
    "no grade_id": (changed("flatten", nbgrader={"grade_id": None}), "grade_id must be a name, got None"),
    "nbgrader elsewhere": (changed("try", nbgrader={"grade_id": "a"}), "cell try: nbgrader's metadata"),
    "nothing concealed": (lambda notebook: notebook.metadata.pop("course"), "course.conceals must be a list"),
    "no import": (changed("set-up", source="import numpy as np"), "no set-up cell has the line"),
    "leak in code": (
        changed("try", source=f"def f(x):\n    return {small_course.FLATTEN}"),
        "cell try: gives away .* flatten",
    ),
    "leak in words": (
        changed("title", source=f"# Do\n\nDo `return  {small_course.FLATTEN}`"),
        "cell title: gives away",
    ),
    "leak in an output": (
        lambda notebook: small_course.cell_of(notebook, "shown").outputs.append(
            small_course.printed(f"return {small_course.FLATTEN}")
        ),
        "cell shown: gives away",
    ),
    "leak of another's": (changed("try", source="order = rng.permutation(len(X))"), "gives away a line of minibatches"),
    "leak in a docstring": (
        answered(SIGNATURE.replace("Return a row", f"return {small_course.FLATTEN}") + SOLUTION),
        "flatten: gives",
    ),
}
SOUND = {
    "as it is": lambda notebook: None,
    "a comment outside": answered("# Short.\n" + SIGNATURE + SOLUTION),
    "a decorator": answered("@np.vectorize\n" + SIGNATURE + SOLUTION),
    "a call after a value": answered(small_course.between("flatten = 1", indent="") + "\n\nprint(flatten)"),
    "points as float": changed("flatten-check", nbgrader={"points": 40.0}),
    "a short line elsewhere": (lambda notebook: answered(SIGNATURE + small_course.between("return x + 0"))(notebook)),
    "a longer word": changed("try", source=f"return {small_course.FLATTEN}_squared"),
    "an allowed line": lambda notebook: (
        changed("flatten", course={"shown": [f"return {small_course.FLATTEN}"]})(notebook),
        changed("try", source=f"def f(x):\n    return {small_course.FLATTEN}")(notebook),
    ),
    "a leak that nobody gets": lambda notebook: small_course.cell_of(notebook, "try").outputs.append(
        small_course.printed(f"return {small_course.FLATTEN}")
    ),
}


@pytest.mark.parametrize("change", SOUND.values(), ids=SOUND)
def test_a_sound_source_has_no_faults(change):
    notebooks = small_course.notebooks()
    change(notebooks[FIRST])
    assert faults(notebooks, EXERCISES) == []


@pytest.mark.parametrize(("change", "message"), BROKEN.values(), ids=BROKEN)
def test_a_fault_is_found(change, message):
    notebooks = small_course.notebooks()
    change(notebooks[FIRST])
    found = faults(notebooks, EXERCISES)
    assert any(re.search(message, text) for text in found), found
    assert all(text.startswith("notebooks/") or "sum to 100" in text for text in found)


def test_an_answer_in_words_needs_a_person():
    notebooks = small_course.notebooks()
    changed("report", nbgrader={"grade": False, "points": None})(notebooks[SECOND])
    assert any("grade must be true" in text for text in faults(notebooks, EXERCISES))
