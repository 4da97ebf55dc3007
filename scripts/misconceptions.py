"""The page of misconceptions: `python scripts/misconceptions.py build/misconceptions.md`.

It is made of the bank's known mistakes with their hints, and of the quizzes' wrong options with the replies to them.
"""

import ast
import inspect
import re
import sys
import textwrap
from pathlib import Path

from mlp_helpers.authoring.release import read_notebooks
from mlp_helpers.course.cells import answer_name, answers
from mlp_helpers.exercises import exercise, names
from mlp_helpers.services.files import REPOSITORY, write_file

MAX_CODE_CHARACTERS = 90
HEAD = """\
# Misconceptions

For teachers: this page has answers.

What students may do or believe, notebook by notebook, and what the course replies. How often they do was not counted. A
check recognises a mistake by its values, so mistakes with the same values share a reply. Short code is shown. Of each
quiz question you see the wrong options, each of which stands for a belief. The page for teachers says how to use this
one in class.
"""
TABLE = "| where | what the student does or believes | what the course replies |\n|---|---|---|"


def page(notebooks, keys=None):
    """Return the page as Markdown, of solved notebooks by file name and, by default, all of the course's keys."""
    keys = keys or {name: exercise(name).key for name in names()}
    sections = [HEAD]
    for file_name, notebook in notebooks.items():
        texts = {cell.id: cell.source for cell in notebook.cells if cell.cell_type == "markdown"}
        answered = [step for _, cell in answers({file_name: notebook}) for step in steps_of(answer_name(cell))]
        rows = [row for name in answered if name in keys for row in rows_of(name, keys[name], texts)]
        if rows:
            title = notebook.cells[0].source.splitlines()[0].removeprefix("# ")
            lines = [" | ".join(["", *map(in_table, row), ""]).strip() for row in rows]
            sections.append("\n".join([f"## {title}", "", TABLE, *lines]) + "\n")
    return "\n".join(sections)


def steps_of(name):
    """Return the names of an exercise's steps; without steps, its own."""
    return exercise(name).points_shares if name in names() else [name]


def rows_of(name, key, texts):
    """Return the rows of an exercise, a list of (where, what a student does, reply); where is "" after the first."""
    if isinstance(key.reference, str):
        return quiz_rows(name, key, texts)
    by_reply = {}
    for mistake in key.mistakes:
        by_reply.setdefault(mistake.hint, []).append(described(name, key, mistake.answer))
    return headed(f"`{name}`", [("; or ".join(done), hint) for hint, done in by_reply.items()])


def headed(where, rows):
    """Return rows with a place in front of the first."""
    return [(where if number == 0 else "", *row) for number, row in enumerate(rows)]


def described(name, key, answer):
    """Return a known mistake in words: its name, and its code if that is short."""
    if isinstance(answer, dict):
        return ", ".join(f"`{part} = {value}`" for part, value in answer.items() if value != key.reference[part])
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", answer.__name__.removeprefix(name))
    words = words.strip("_").replace("_", " ")
    words = words.lower() if inspect.isclass(answer) else words
    code = short_code(answer)
    return f"{words}: `{code}`" if code else words


def short_code(answer):
    """Return a function's statements on one line, "" for what is long, has a block, or is a class."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(answer))).body
    if not isinstance(definition, ast.FunctionDef) or any(hasattr(line, "body") for line in definition.body):
        return ""
    code = "; ".join(map(ast.unparse, definition.body))
    return code if len(code) <= MAX_CODE_CHARACTERS else ""


def quiz_rows(name, key, texts):
    """Return the rows of a quiz, or of faults to diagnose: for each question its wrong options."""
    rows = []
    for number, right in enumerate(key.reference.split(), start=1):
        question, options = question_of(name, number, texts)
        replies = [(mistake.answer.split()[number - 1], mistake.hint) for mistake in key.mistakes]
        wrong = [(f"*{options[letter]}*", reply) for letter, reply in replies if letter != right]
        rows += headed(f"`{name}`, {number}: {question}", wrong)
    return rows


def question_of(name, number, texts):
    """Return the text of a question, and of its options by letter."""
    if name.startswith("faults_"):
        return "which fault is it?", dict(re.findall(r"^- (\w): (.+)$", texts["faults-options"], re.MULTILINE))
    question, _, options = texts[f"quiz-{number}"].partition("\n\n")
    return question.removeprefix(f"**{number}.** "), dict(re.findall(r"^- \*\*(\w)\*\* (.+)$", options, re.MULTILINE))


def in_table(text):
    """Return a text as a cell of a table: on one line, its bars escaped."""
    return " ".join(text.split()).replace("|", r"\|")


def main(path):
    """Write the page."""
    path.parent.mkdir(exist_ok=True)
    write_file(path, page(read_notebooks(REPOSITORY)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
