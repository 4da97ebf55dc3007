"""Properties of grading: no change to cells gains undeserved points or stops the run."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from mlp_helpers.authoring import release
from mlp_helpers.course.cells import (
    answer_name,
    answered_by,
    answers,
    blank,
    is_answer,
    is_graded,
    is_open,
    nbgrader,
    role,
    strip_outputs,
)
from mlp_helpers.grading.graft import graft
from mlp_helpers.grading.reference_course import GradingPlan, ReferenceCourse
from mlp_helpers.services.files import REPOSITORY as ROOT

CHECKING = "notebooks/04_gradient_checking.ipynb"
WRONG = "relative_error"  # answered wrongly in the submission that is really graded


ROLES = ("set-up", "answer", "check")
SOURCE = release.read_notebooks(ROOT)
for notebook in SOURCE.values():
    notebook.cells = [cell for cell in notebook.cells if role(cell) in ROLES]
    strip_outputs(notebook.cells)  # makes copies cheap
BLANKS = {answer_name(cell): blank(cell) for _, cell in answers(SOURCE) if not is_open(cell)}
NAMES = [*BLANKS, *(f"{name}-check" for name in BLANKS), "mine"]
SPOILING = ["no", "no", "no", "rename", "points", "role", "bare", "type", "tags", "blank"]


def submitted(*wrong):
    """Return the solution with wrong answers to some exercises."""
    changed = copy.deepcopy(SOURCE)
    for _, cell in answers(changed):
        if answer_name(cell) in wrong:
            cell.source = answered_by(cell.source, ["return 0.0"])
    return changed


SUBMITTED = {"right": submitted(), "wrong": submitted(*BLANKS), "third": {CHECKING: submitted(WRONG)[CHECKING]}}


@st.composite
def shuffled(draw, which, most=20):
    """Draw notebooks with cells dropped, duplicated, moved, renamed, retyped and with other metadata."""
    pool = [cell for notebook in SUBMITTED[which].values() for cell in notebook.cells]
    changed = {}
    for name in [*SUBMITTED[which], "mine.ipynb"][:: draw(st.sampled_from([1, -1]))]:
        places = draw(st.lists(st.integers(0, len(pool) - 1), max_size=most))
        cells = [copy.deepcopy(pool[place]) for place in places]
        for cell in cells:
            spoil(draw, cell)
        changed[name] = NotebookNode(cells=cells, metadata=NotebookNode(), nbformat=4, nbformat_minor=5)
    return changed


def spoil(draw, cell):
    """Change a cell in one of many ways, or not at all."""
    own = nbgrader(cell)
    match draw(st.sampled_from(SPOILING)):
        case "rename" if own:
            own["grade_id"] = draw(st.sampled_from(NAMES))
        case "points" if own:
            own["points"] = draw(st.sampled_from([-1, 10**6, "many", None]))
        case "role":
            cell.metadata["course"] = {"role": draw(st.sampled_from(["answer", "check", "set-up", "odd", 3]))}
        case "bare":
            cell.metadata.clear()
        case "type":
            cell.cell_type = draw(st.sampled_from(["code", "markdown", "raw"]))
        case "tags":
            cell.metadata["tags"] = draw(st.sampled_from([["nbval-skip"], ["raises-exception"], []]))
        case "blank":
            cell.source = draw(st.sampled_from(["", " ", "def slope(:", "slope = check = None"]))


def kept(cell):
    """Return a cell without its source, if students may change it."""
    return {**cell, "source": None} if is_answer(cell) else cell


@settings(max_examples=300)
@given(shuffled("right"))
def test_only_answers_are_taken_and_all_else_is_the_sources(submission):
    grafted = graft(SOURCE, submission)
    written = {cell.source for notebook in submission.values() for cell in notebook.cells}
    assert grafted.notebooks.keys() == SOURCE.keys()
    for name, notebook in grafted.notebooks.items():
        assert list(map(kept, notebook.cells)) == list(map(kept, filter(is_graded, SOURCE[name].cells)))
        for cell in filter(is_answer, notebook.cells):
            is_blank = cell.source == BLANKS[answer_name(cell)]
            parts = cell.source.split("\n\n\n")  # of a cell that was split
            assert is_blank or cell.source in written or all(any(part in text for text in written) for part in parts)
            assert is_blank or answer_name(cell) not in grafted.unanswered


@settings(max_examples=200)
@given(shuffled("wrong"))
def test_a_right_answer_comes_from_nowhere(submission):
    solutions = {cell.source for _, cell in answers(SOURCE) if not is_open(cell)}
    for notebook in graft(SOURCE, submission).notebooks.values():
        assert not solutions & {cell.source for cell in filter(is_answer, notebook.cells)}


@given(st.data())
def test_what_is_changed_in_no_cell_changes_nothing(data):
    submission = copy.deepcopy(SOURCE)
    for notebook in submission.values():
        order = data.draw(st.permutations(range(len(notebook.cells))))
        notebook.cells = [notebook.cells[place] for place in order]
        notebook.cells.insert(data.draw(st.integers(0, 5)), new_code_cell("check = print", id="mine"))
    assert graft(SOURCE, submission).notebooks == graft(SOURCE, SOURCE).notebooks


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=200)
@given(st.lists(st.tuples(st.sampled_from(["grade_id", "points", "grade"]), values), max_size=4), values)
def test_metadata_of_any_kind_stops_nothing(pairs, course):
    cell = new_code_cell("x = 1", id="a", metadata={"nbgrader": dict(pairs), "course": course})
    other = new_code_cell("x = 1", id="b", metadata={"nbgrader": course})
    grafted = graft(SOURCE, {CHECKING: NotebookNode(cells=[cell, other])})
    assert grafted.notebooks == graft(SOURCE, {}).notebooks


@pytest.fixture(scope="module")
def course():
    with ReferenceCourse(GradingPlan(str(ROOT), 31, deadline=10)) as course:
        yield course


def graded(course, submission):
    """Grade notebook 04; return its points by exercise."""
    grafted = graft(SOURCE, submission)
    marks = course.mark({CHECKING: grafted.notebooks[CHECKING]}, grafted.unanswered)
    return {marked.name: marked.points for marked in marks}


def test_no_shuffling_of_cells_raises_a_mark(course):
    honest = graded(course, submitted(WRONG))
    assert honest[WRONG] == 0
    assert sum(honest.values()) == 11

    @settings(max_examples=8)
    @given(shuffled("third"))
    def check(submission):
        marks = graded(course, submission)
        assert marks.keys() == honest.keys()
        assert all(marks[name] <= honest[name] for name in honest)

    check()
