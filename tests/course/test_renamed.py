"""Former names of exercises: where a source and a cell get the present ones, and where not."""

import nbformat
import pytest
import small_course
from nbformat.v4 import new_code_cell, new_markdown_cell

from mlp_helpers.course.cells import guess_name, up_to_date
from mlp_helpers.course.renamed import RENAMED, RETIRED, current, in_source
from mlp_helpers.services.files import REPOSITORY

NAMES = {"old": "longer", "f": "g"}
HANDED_IN = """
import os
def f(x, old=2):  # old, f
    "old is an old one"
    é = "é"; return old * f(x.old, old=old) + é.f
"""
TAKEN = """
import os
def g(x, longer=2):  # old, f
    "old is an old one"
    é = "é"; return longer * g(x.old, longer=longer) + é.f
"""


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ('old = "a b"', 'longer = "a b"'),
        ("older = bold = 1", "older = bold = 1"),
        ("old = 1\n\n\n\nold += old\n", "longer = 1\n\n\n\nlonger += longer\n"),
        ('check("old", old)', 'check("longer", longer)'),
        ("mlp.todo('f', old)", "mlp.todo('g', longer)"),
        ('"""old"""', '"""longer"""'),
        (HANDED_IN, TAKEN),
        ('old = "a b', 'longer = "a b'),
        ("old = [  # old", "longer = [  # longer"),
        ("!pip install old\nold = 1", "!pip install longer\nlonger = 1"),
        ("old = 1\0", "longer = 1\0"),
        ("old = " + "(" * 5000, "longer = " + "(" * 5000),
        ("old = 1\r\nold\r\n", "longer = 1\r\nlonger\r\n"),
        ("old = 1\rold\x0c\n\x0cold", "longer = 1\rlonger\x0c\n\x0clonger"),
        ("", ""),
    ],
)
def test_a_source(source, wanted):
    assert in_source(source, NAMES) == wanted


def test_no_name_is_used_twice():
    assert RENAMED.keys().isdisjoint({*RENAMED.values(), *RETIRED})
    assert len(set(RENAMED.values())) == len(RENAMED)
    assert (current("quiz_01"), current("flatten")) == ("quiz_data", "flatten")
    notebooks = [nbformat.read(path, as_version=4) for path in (REPOSITORY / "notebooks").glob("*.ipynb")]
    assert RETIRED.isdisjoint(guess_name(cell) for notebook in notebooks for cell in notebook.cells)


class TestCell:
    def test_an_answer(self):
        cell = small_course.answer("quiz_01", 'quiz_01 = "a b"  # quiz_01')
        new = up_to_date(cell)
        assert new.source == 'quiz_data = "a b"  # quiz_01'
        assert new.metadata["nbgrader"] == {**cell.metadata["nbgrader"], "grade_id": "quiz_data"}
        assert cell.source.startswith("quiz_01")
        assert up_to_date(new) is new

    def test_a_check(self):
        new = up_to_date(small_course.check("quiz_01", 1))
        assert (new.source, new.metadata["nbgrader"]["grade_id"]) == (
            'check("quiz_data", quiz_data)',
            "quiz_data-check",
        )

    def test_words_stay(self):
        cell = new_markdown_cell("My quiz_01.", metadata={"nbgrader": {"grade_id": "quiz_01"}})
        assert up_to_date(cell).source == cell.source
        assert up_to_date(cell).metadata["nbgrader"]["grade_id"] == "quiz_data"

    @pytest.mark.parametrize("metadata", [{}, {"nbgrader": {"grade_id": 3}}, {"nbgrader": "quiz_01"}])
    def test_a_cell_without_a_name(self, metadata):
        assert up_to_date(new_code_cell("x = quiz_01", metadata=metadata)).source == "x = quiz_data"
        plain = new_code_cell("x = 1", metadata=metadata)
        assert up_to_date(plain) is plain
