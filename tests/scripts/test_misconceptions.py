"""Page of misconceptions: complete, with each hint, reply and wrong option."""

import misconceptions
import nbformat

from mlp_helpers.exercises import exercise, names
from mlp_helpers.exercises.answer_keys import AnswerKey
from mlp_helpers.exercises.quiz import quiz

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


def test_every_hint_and_reply_is_on_the_page_of_the_course(tmp_path):
    misconceptions.main(tmp_path / "build" / "page.md")
    page = (tmp_path / "build" / "page.md").read_text(encoding="utf-8")
    hints = [misconceptions.in_table(mistake.hint) for name in names() for mistake in exercise(name).key.mistakes]
    assert len(hints) > 300
    assert [hint for hint in hints if f"| {hint} |" not in page] == []
    assert "Right:" not in page  # the replies to right options
