"""Page of misconceptions: up to date, complete, and changed when a hint, a reply or an option changes."""

import dataclasses

import misconceptions
import nbformat
import pytest

from mlp_helpers.authoring.release import read_notebooks
from mlp_helpers.exercises import exercise, names
from mlp_helpers.exercises.answer_keys import AnswerKey
from mlp_helpers.exercises.quiz import quiz
from mlp_helpers.files import REPOSITORY

ALL = {name: exercise(name).key for name in names()}
double = AnswerKey(reference=lambda x: 2 * x)


@double.mistake("Did you square it?")
def double_a_square(x):
    return x**2


@double.mistake("Did you square it?")
def double_in_a_loop(x):
    for _ in range(2):
        x = x * x
    return x


def answer(name):
    metadata = {"course": {"role": "answer"}, "nbgrader": {"grade_id": name}}
    return nbformat.v4.new_code_cell("", metadata=metadata)


QUIZ = quiz([{"right": "b", "replies": {"a": "Is $|x|$ never below 0?", "b": "Right."}}])
KEYS = {"double": double, "quiz_09": QUIZ}
TITLE = nbformat.v4.new_markdown_cell("# 09 · Small")
QUESTION = "**1.** What is $|x|$?\n\n- **a** It is x.\n- **b** It is the size of x."
CELLS = [TITLE, answer("double"), nbformat.v4.new_markdown_cell(QUESTION, id="quiz-1"), answer("quiz_09")]
NOTEBOOKS = {"notebooks/09_small.ipynb": nbformat.v4.new_notebook(cells=CELLS)}
ROWS = r"""
| `double` | a square: `return x ** 2`; or in a loop | Did you square it? |
| `quiz_09`, 1: What is $\|x\|$? | *It is x.* | Is $\|x\|$ never below 0? |
"""


def test_a_small_course():
    text = misconceptions.page(NOTEBOOKS, KEYS)
    assert "\n## 09 · Small\n" in text
    assert text.endswith(f"|---|---|---|{ROWS}")


class DenseWithoutBias:
    """A wrong answer that is a class."""


def test_a_class_and_a_dictionary():
    assert misconceptions.described("Dense", exercise("Dense").key, DenseWithoutBias) == "without bias"
    key = AnswerKey({"Z": 1, "dW": 2})
    assert misconceptions.described("one_sample", key, {"Z": 1, "dW": 3}) == "`dW = 3`"


@pytest.fixture
def notebooks():
    return read_notebooks(REPOSITORY)


def test_the_page_is_up_to_date(notebooks):
    page = (REPOSITORY / "docs" / "misconceptions.md").read_text(encoding="utf-8")
    assert page == misconceptions.page(notebooks, ALL), "make misconceptions"


def test_every_hint_and_reply_is_on_it(notebooks):
    page = misconceptions.page(notebooks, ALL)
    hints = [misconceptions.in_table(mistake.hint) for name in names() for mistake in exercise(name).key.mistakes]
    assert len(hints) > 300
    assert [hint for hint in hints if f"| {hint} |" not in page] == []
    assert "Right:" not in page  # the replies to right options


def test_a_changed_hint_or_option_makes_it_stale(notebooks):
    page = misconceptions.page(notebooks, ALL)
    first, *others = ALL["relu"].mistakes
    changed = [dataclasses.replace(first, hint="Another hint."), *others]
    keys = ALL | {"relu": dataclasses.replace(ALL["relu"], mistakes=changed)}
    assert misconceptions.page(notebooks, keys) != page
    for cell in notebooks["notebooks/01_data_loading.ipynb"].cells:
        cell.source = cell.source.replace("It may have learned nothing.", "It has learned nothing.")  # right, not shown
    assert misconceptions.page(notebooks, ALL) == page
    for cell in notebooks["notebooks/01_data_loading.ipynb"].cells:
        cell.source = cell.source.replace("It is good: an error", "Another error")
    assert misconceptions.page(notebooks, ALL) != page
