"""Grafting: only the answers of a submission enter the graded notebooks, whatever else it contains."""

import copy

import pytest
import small_course
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook

from mlp_helpers.authoring.release import student_notebook
from mlp_helpers.course.cells import answer_name, blank, is_answer, role
from mlp_helpers.course.renamed import RENAMED
from mlp_helpers.grading.graft import _together, graft

FIRST = "notebooks/03_layers.ipynb"
SECOND = "notebooks/05_training.ipynb"
MINE = 'def flatten(x):\n    """Return a row for each image."""\n    return x.reshape(len(x), x[0].size)'
BLANK = blank(small_course.cell_of(small_course.layers(), "flatten"))


def released():
    """Return the students' edition of the small course."""
    return {name: student_notebook(notebook) for name, notebook in small_course.notebooks().items()}


def cell_with(notebooks, name):
    (found,) = [c for nb in notebooks.values() for c in nb.cells if is_answer(c) and answer_name(c) == name]
    return found


def answered(**answers):
    """Return a submission: the students' edition with some answers."""
    notebooks = released()
    for name, source in answers.items():
        cell_with(notebooks, name).source = source
    return notebooks


def sources(grafted):
    return {answer_name(c): c.source for nb in grafted.notebooks.values() for c in nb.cells if is_answer(c)}


def test_answers_alone_are_taken():
    submission = answered(flatten=MINE, report="Since it fell.")
    submission[FIRST].cells.insert(1, new_code_cell("check = print", id="mine"))
    submission[FIRST].metadata["kernelspec"] = {"name": "forged"}
    small_course.cell_of(submission[FIRST], "flatten").outputs.append(small_course.printed("right"))
    grafted = graft(small_course.notebooks(), submission)
    assert [role(cell) for cell in grafted.notebooks[FIRST].cells] == ["set-up", "answer", "check"]
    assert sources(grafted)["flatten"] == MINE
    assert "kernelspec" not in grafted.notebooks[FIRST].metadata
    assert all(not cell.outputs for notebook in grafted.notebooks.values() for cell in notebook.cells)
    assert grafted.open_answers["report"].source == "Since it fell."
    assert grafted.unanswered == {"figure", "minibatches", "graph_gradients"}
    assert grafted.flags == []


def test_a_blank_submission_holds_no_answer_and_the_source_holds_all():
    source = small_course.notebooks()
    assert graft(source, released()).unanswered == {"flatten", "figure", "minibatches", "graph_gradients", "report"}
    assert sources(graft(source, released()))["flatten"] == BLANK
    assert graft(source, source).unanswered == set()
    assert sources(graft(source, source))["flatten"] == small_course.flatten()


def without_flatten(submission):
    submission[FIRST].cells = [cell for cell in submission[FIRST].cells if cell.id != "flatten"]


def twice(submission):
    cell = small_course.cell_of(submission[FIRST], "flatten")
    for source in ("def flatten(x):\n    return 2", BLANK):
        submission[FIRST].cells.append(copy.deepcopy(cell))
        submission[FIRST].cells[-1].source = source


def moved(submission):
    cell = small_course.cell_of(submission[FIRST], "flatten")
    without_flatten(submission)
    submission[SECOND].cells.append(cell)


def merged(submission):
    """Merge two answers into one cell as JupyterLab does, which keeps the metadata of the first."""
    cell = small_course.cell_of(submission[SECOND], "minibatches")
    cell.source += "\n\n" + small_course.cell_of(submission[FIRST], "flatten").source
    without_flatten(submission)


def split(submission, first="SIZE = 2", second=MINE):
    """Split the cell as JupyterLab does, which gives both parts its metadata."""
    cell = small_course.cell_of(submission[FIRST], "flatten")
    place = submission[FIRST].cells.index(cell)
    submission[FIRST].cells.insert(place, copy.deepcopy(cell))
    submission[FIRST].cells[place].source, cell.source = first, second


def flatten_with(name="flatten", **changes):
    """Return a function that changes a cell of a submission."""
    return lambda submission: small_course.cell_of(submission[FIRST], name).update(changes)


@pytest.mark.parametrize(
    ("change", "taken", "flag"),
    [
        (without_flatten, None, "flatten: its cell is missing"),
        (twice, "def flatten(x):\n    return 2", "flatten: there are 3 cells; the last that is answered counts"),
        (moved, MINE, f"flatten: found in {SECOND}, not in {FIRST}"),
        (merged, ..., "flatten: found by its name alone"),
        (flatten_with(metadata={}), MINE, "flatten: found by its name alone"),
        (flatten_with("flatten-check", source="1"), MINE, "flatten-check: the check cell was changed, to no effect"),
        (flatten_with(cell_type="markdown"), MINE, "flatten: its cell is none for code any more, and counts as one"),
        (split, f"SIZE = 2\n\n\n{MINE}", "flatten: its cell was split in 2, which count together"),
        (
            lambda submission: split(submission, "def flatten(x):", "    return x"),
            "    return x",
            "flatten: there are 2 cells; the last that is answered counts",
        ),
    ],
)
def test_what_was_done_to_a_cell_has_a_rule_and_a_flag(change, taken, flag):
    submission = answered(flatten=MINE)
    change(submission)
    grafted = graft(small_course.notebooks(), submission)
    assert flag in grafted.flags
    assert ("flatten" in grafted.unanswered) is (taken is None)
    if taken is ...:
        assert MINE in sources(grafted)["flatten"]
    elif taken is not None:
        assert sources(grafted)["flatten"] == taken
    checks = [cell.source for cell in grafted.notebooks[FIRST].cells if role(cell) == "check"]
    assert checks == ['check("flatten", flatten)']


def former(change=lambda cell: None):
    """Return a submission of an edition in which `flatten` was `rectify`, and the notebook had another number."""
    submission = answered(flatten=MINE.replace("flatten", "rectify") + "\n\nrectify(2)  # not flatten: rectify")
    cell = small_course.cell_of(submission[FIRST], "flatten")
    cell.metadata["nbgrader"]["grade_id"] = "rectify"
    check = small_course.cell_of(submission[FIRST], "flatten-check")
    check.metadata["nbgrader"]["grade_id"], check.source = "rectify-check", 'check("rectify", rectify)'
    change(cell)
    submission["notebooks/02_layers.ipynb"] = submission.pop(FIRST)
    return submission


@pytest.mark.parametrize(
    ("change", "is_answered", "flags"),
    [
        (lambda cell: None, True, []),
        (lambda cell: cell.metadata.clear(), True, ["flatten: found by its name alone"]),
        (lambda cell: cell.update(source=BLANK.replace("flatten", "rectify")), False, []),
    ],
)
def test_an_answer_under_a_former_name_is_taken_and_defines_the_present_one(change, is_answered, flags, monkeypatch):
    monkeypatch.setitem(RENAMED, "rectify", "flatten")
    grafted = graft(small_course.notebooks(), former(change))
    assert sources(grafted)["flatten"] == (f"{MINE}\n\nflatten(2)  # not flatten: rectify" if is_answered else BLANK)
    assert grafted.flags == flags


def test_a_cell_that_is_too_long_is_not_even_read(monkeypatch):
    monkeypatch.setattr(
        "mlp_helpers.course.cells.in_source", lambda source: pytest.fail("read") if "long" in source else source
    )
    submission = {FIRST: new_notebook(cells=[new_code_cell("quiz_01 = 'long'" + " " * 100_000)])}
    assert "characters was left out" in graft(small_course.notebooks(), submission).flags[0]


@settings(max_examples=30)
@given(st.data())
def test_cells_dropped_doubled_and_shuffled_never_add_anything(data):
    submission = answered(flatten=MINE)
    for notebook in submission.values():
        cells = data.draw(st.lists(st.sampled_from(notebook.cells), max_size=12))
        notebook.cells = [copy.deepcopy(cell) for cell in cells]
    grafted = graft(small_course.notebooks(), submission)
    expected = sources(graft(small_course.notebooks(), released()))
    expected |= {} if "flatten" in grafted.unanswered else {"flatten": MINE}
    assert sources(grafted) == expected


def test_copies_that_are_the_same_are_no_finding_and_the_one_with_a_figure_is_taken():
    submission = answered(figure="show(fig)")
    cell = cell_with(submission, "figure")
    again = copy.deepcopy(cell)
    cell.outputs.append(small_course.printed("a figure"))
    next(nb for nb in submission.values() if cell in nb.cells).cells.append(again)
    grafted = graft(small_course.notebooks(), submission)
    assert grafted.flags == []
    assert grafted.open_answers["figure"].outputs == cell.outputs


def test_many_flags_of_a_kind_are_told_as_one_and_few_are_not():
    odd = [f"e{number}: found by its name alone" for number in range(9)]
    missing = [f"notebooks/0{number}.ipynb: missing" for number in range(3)]
    found = [f"notebooks/0{number}.ipynb: found as {number}.ipynb" for number in range(4)]
    assert _together([odd[0], *missing, *odd[1:], *found]) == [
        "; ".join([*odd[:5], "and 4 more"]),
        *missing,
        "; ".join(found),
    ]


@pytest.mark.parametrize("text", ["def flatten(:", "\0", "(" * 5000, "x = 1"])
def test_cells_that_are_no_python_are_passed_over(text):
    submission = {FIRST: new_notebook(cells=[new_code_cell(text, id="a")])}
    assert "flatten" in graft(small_course.notebooks(), submission).unanswered
