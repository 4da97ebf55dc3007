"""Questions and predictions on the site's pages: their places in a notebook, and the replies of the checks as a script.

`site/_static/answers.js` fills the places. Nothing here is secret: the replies are in the package, which students have.
"""

import html
import itertools
import json
import re

from nbformat.v4 import new_output
from site_markdown import NotAPage

from mlp_helpers.checking.observations import RIGHT, WRONG, Verdict
from mlp_helpers.course import cells
from mlp_helpers.diagnosis.display import marked_up
from mlp_helpers.exercises import exercise, names
from mlp_helpers.exercises.quiz import labels, reply

NUMBER = re.compile(r"\*\*(\d+)\.\*\* ")  # at the head of a question's cell
MATH = re.compile(r"\$([^$]+)\$")
UNGUESSED = re.compile(r"no guess yet; the result is (.*)")  # what a notebook has recorded
FOLDED = "Show the code and the result without a guess"


def place(page, recorded):
    """Put the places of questions and predictions into the cells of a page, given those of its notebook.

    A question gets one under its options; where several questions have the same options, they get theirs under the
    check. A prediction gets one under its guess. The cell with the result is folded, and so are the texts after it, up
    to the next code, heading, exercise or details: they name the result.
    """
    for i, cell in enumerate(recorded):
        if cells.is_answer(cell) and not cells.is_open(cell):
            _place_questions(page, i, cells.answer_name(cell))
        elif cells.guess_name(cell):
            _place_guess(page, i, recorded)


def _place_questions(page, i, name):
    """Put places for the questions of an exercise above its answer, cell i, or below its check."""
    questions = exercise(name).quiz
    if not questions:
        return
    places = [_tag("question", exercise=name, number=number) for number in range(1, len(questions) + 1)]
    above = i
    while page[above - 1].cell_type == "markdown":
        above -= 1
    own = {int(found[1]): cell for cell in page[above:i] if (found := NUMBER.match(cell.source))}
    if own and sorted(own) != list(range(1, len(questions) + 1)):
        raise NotAPage(f"{name}: there must be one cell for each of its {len(questions)} questions, or none")
    for number, cell in own.items():
        cell.source += f"\n\n{places[number - 1]}"
    below = [*([] if own else places), _tag("score", exercise=name)]
    page[i + 1].outputs = [_shown("".join(below))]


def _place_guess(page, i, recorded):
    """Put a place below a guess, cell i, and fold the cell with its result and the texts after it."""
    name, wanted = cells.guess_name(page[i]), page[i].source.partition("#")[2].strip()
    printed = "".join(output.get("text", "") for output in recorded[i + 1].outputs)
    result = UNGUESSED.search(printed)
    if result is None:
        raise NotAPage(f"cell {recorded[i + 1].id}: it must have printed what {name} is compared with")
    page[i].outputs = [_shown(_tag("guess", guess=name, wanted=wanted, result=result[1]))]
    cell = page[i + 1]
    cell.metadata["tags"] = [*cell.metadata.get("tags", []), "hide-cell", name]
    cell.metadata.setdefault("mystnb", {})["code_prompt_show"] = FOLDED
    after = zip(page[i + 2 :], recorded[i + 2 :], strict=True)
    for note, _ in itertools.takewhile(lambda pair: _is_prose(pair[1]), after):
        note.source = f":::::{{container}} about-{name}\n{note.source}\n:::::"


def _is_prose(cell):
    return cell.cell_type == "markdown" and not re.match(r"#|\*\*Exercise|.*<details", cell.source, re.DOTALL)


def _tag(kind, **data):
    """Return the HTML of a place."""
    attributes = "".join(f' data-{key}="{html.escape(str(value))}"' for key, value in data.items())
    return f'<div class="course-{kind}"{attributes}></div>'


def _shown(text):
    return new_output("display_data", {"text/html": text})


def script():
    """Return the text of replies.js: of each question its label, the right letter, and the reply to each letter."""
    replies = {name: _replies(exercise(name).quiz) for name in names() if exercise(name).quiz}
    return f"mlp.replies = {json.dumps(replies)};\n"


def _replies(questions):
    return [
        {
            "label": marked_up(label),
            "right": question["right"],
            "replies": {letter: _reply(label, question, letter) for letter in question["replies"]},
        }
        for label, question in zip(labels(questions), questions, strict=True)
    ]


def _reply(label, question, letter):
    """Return the HTML of the verdict on a letter and the reply to it, with formulas as MathJax finds them on a page."""
    verdict = Verdict(RIGHT if letter == question["right"] else WRONG)
    said = MATH.sub(r"\(\1\)", marked_up(reply(label, question, letter)))
    return f"<strong>{verdict}</strong> {said}"


def write(folder):
    """Write replies.js into a folder."""
    (folder / "replies.js").write_text(script(), encoding="utf-8")
