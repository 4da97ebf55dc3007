"""The pages that grading gives: feedback for each student, and one page on which a person marks the open answers.

Each page is one file that asks nothing of any other. What a student wrote is shown and never obeyed: every value goes
through `shown` and is escaped, and the page's own policy forbids scripts but the one that its hash names.
"""

import base64
import hashlib
import io
import json
import re
from collections import namedtuple
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from PIL import Image

from mlp_helpers.checks import MARKS, RIGHT, UNANSWERED, WRONG
from mlp_helpers.exercise_cells import Item, digest
from mlp_helpers.files import replacing
from mlp_helpers.grading.results import STOPPED, Marked, file_name

WAITING, BY_HAND = "read by your instructor", "marked by your instructor"  # states of an open answer
SIGNS = MARKS | {STOPPED: "■", WAITING: "…", BY_HAND: "✎"}
KINDS = {RIGHT: "right", WRONG: "wrong", UNANSWERED: "none", STOPPED: "stopped", WAITING: "none", BY_HAND: "right"}
WITHHELD = "This text is left out, because a line of a solution is in it. Your instructor can read it."
LONGEST = 6_000  # characters of a text that is shown
LARGEST = 4_000_000  # pixels of a figure
MOST_FIGURES = 8  # of an answer
# Colours and links of a terminal. What has no end is no sequence: else one character could hide all that follows.
SEQUENCE = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\\\)|\x1b[ -/]*[0-~]",
)
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# Characters without a picture of their own, such as those that turn the direction of reading, and halves of characters.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\U000e0000-\U000e0fff\ud800-\udfff]"
)
# Marks above and below a character: many of them would cover what others wrote.
MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
PILE = re.compile(f"({MARK}{{4}}){MARK}+")
# What graft and submissions flag of a student's own files. Other flags are for the instructor alone.
FOR_STUDENTS = re.compile(
    r": (its cell is missing|found by its function's name|found in .+, not in .+)$"
    r"|: (the check cell was changed, to no effect|there are \d+ cells; the last that is answered counts)$"
    r"| (is a symbolic link|is no notebook|is in an old format), and was (left out|converted)$"
    r"| is not UTF-8$| is no valid notebook: ",
    re.DOTALL,
)


@dataclass(frozen=True)
class Entry:
    """An exercise in a student's feedback.

    Attributes
    ----------
    item : Item
    state : str
        A state of `Marked`, `WAITING` or `BY_HAND`.
    points : float or None
        None as long as nobody has marked it.
    marked : Marked or None
        None for an open exercise.
    source, remark : str
        Of an open answer, and of who marked it.
    """

    item: Item
    state: str
    points: float | None
    marked: Marked | None = None
    source: str = ""
    remark: str = ""


Answer = namedtuple("Answer", "student source figures n_hidden mark key")  # on the page for marking
Group = namedtuple("Group", "item answers missing")


def shown(value):
    """Return a value as text without terminal sequences and control characters, with invisible ones made visible."""
    if isinstance(value, Markup):  # is made of what was shown
        return value
    text = SEQUENCE.sub("", str(value).replace("\r\n", "\n")).replace("\r", "\n")
    text = PILE.sub(r"\1…", CONTROL.sub("", text))
    return INVISIBLE.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def cut(value, most=LONGEST):
    """Return a text as it is shown, its middle left out where it is longer than `most` characters."""
    text = shown(value)
    if len(text) <= most:
        return text
    return f"{text[: most // 2]}\n[… {len(text) - most} characters left out …]\n{text[-(most // 2) :]}"


def withheld(text, secret_lines):
    """Return a text, or `WITHHELD` in its place if it holds a line of a solution, whatever the white space.

    Parameters
    ----------
    text : str
        That students are to read.
    secret_lines : iterable of str
        Such as the lines of `source_faults.secret_lines`.
    """
    squeezed = _squeezed(text)
    return WITHHELD if any(line and line in squeezed for line in map(_squeezed, secret_lines)) else text


def _squeezed(text):
    """Return a text without white space, and without all that cannot be seen."""
    return "".join(CONTROL.sub("", INVISIBLE.sub("", SEQUENCE.sub("", text.replace("\r", "\n")))).split())


def _policy_hash(script):
    """Return how a policy names the one script that may run."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


PAGES = Environment(
    autoescape=True,
    finalize=shown,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
)
PAGES.filters |= {"cut": cut, "policy_hash": _policy_hash}


def feedback_page(result, course_items, manual=None, secret_lines=()):
    """Return a student's feedback, a page of HTML. It holds no output that was expected.

    Parameters
    ----------
    result : Result
    course_items : list of Item
    manual : dict from str to object or dict, optional
        By exercise, this student's marks for open answers: `points` and `remark`.
    secret_lines : iterable of str, optional
        Lines of the solutions: a text of the check, an error or a flag that holds one is `withheld`.
    """
    entries, secret = _entries(result, course_items, manual or {}), tuple(secret_lines)
    by_notebook = {}
    for entry in entries:
        by_notebook.setdefault(entry.item.notebook, []).append(entry)
    return PAGES.get_template("feedback.html").render(
        result=result,
        flags=list(filter(FOR_STUDENTS.search, result.flags)),
        total=_tally(entries),
        notebooks=[(name, _tally(own), own) for name, own in by_notebook.items()],
        states=[(state, n) for state in SIGNS if (n := sum(entry.state == state for entry in entries))],
        safe=lambda text: withheld(text, secret),
        signs=SIGNS,
        kinds=KINDS,
    )


def _entries(result, course_items, marks):
    """Return an `Entry` for each exercise of the course."""
    marked = automatic(result, course_items)
    entries = []
    for item in course_items:
        if not item.is_open:
            entries.append(Entry(item, marked[item.name].state, marked[item.name].points, marked[item.name]))
            continue
        answer = result.open_answers.get(item.name)
        source = answer["source"] if answer else ""
        if item.name in marks:
            mark = _as_dict(marks[item.name])
            entries.append(Entry(item, BY_HAND, mark["points"], source=source, remark=mark["remark"]))
        else:
            entries.append(Entry(item, WAITING, None, source=source) if answer else Entry(item, UNANSWERED, 0))
    return entries


def automatic(result, course_items):
    """Return the `Marked` of each automatic exercise by name; one that the result does not know is unanswered."""
    known = {marked.name: marked for marked in result.items}
    return {
        item.name: known.get(item.name) or Marked(item.name, item.notebook, 0, item.points, UNANSWERED)
        for item in course_items
        if not item.is_open
    }


def _as_dict(mark):
    return mark if isinstance(mark, dict) else {"points": mark.points, "remark": mark.remark}


def _tally(entries):
    """Return points, points that were to be had, and points that wait for a person."""
    waiting = sum(entry.item.points for entry in entries if entry.points is None)
    reached = sum(entry.points for entry in entries if entry.points is not None)
    return reached, sum(entry.item.points for entry in entries) - waiting, waiting


def manual_page(results, course_items, manual=None):
    """Return the page on which a person marks all open answers. It works without a server, and makes marks.csv.

    Parameters
    ----------
    results : list of Result
        In any order.
    course_items : list of Item
    manual : dict from str to dict from str to object or dict, optional
        Marks that were given before, by student and exercise: `points` and `remark`.
    """
    course = [[item.name, item.notebook, item.points] for item in course_items]
    graded = [result for result in results if not result.refused]
    groups = [_group(item, graded, manual or {}, course) for item in course_items if item.is_open]
    return PAGES.get_template("manual.html").render(groups=groups)


def _group(item, results, manual, course):
    """Return the answers to an open exercise. Their order is always the same, but not that of the names: else it would
    always be the same students who are read first.
    """
    answers, missing = [], []
    for result in sorted(results, key=lambda result: digest(json.dumps([item.name, result.student]))):
        answer = result.open_answers.get(item.name)
        if answer is None:
            missing.append(result.student)
            continue
        mark = _as_dict(manual.get(result.student, {}).get(item.name, {"points": None, "remark": ""}))
        figures = [figure for text in answer["figures"][:MOST_FIGURES] if (figure := _figure(text))]
        # What the browser keeps belongs to this answer and this mark: when one of them changes, it is out of date.
        key = digest(json.dumps([course, item.name, result.student, answer, mark["points"], mark["remark"]]))
        n_hidden = len(answer["figures"]) - len(figures)
        answers.append(Answer(result.student, answer["source"], figures, n_hidden, mark, f"mlp-marks-{key}"))
    return Group(item, answers, sorted(missing))


def _figure(text):
    """Return a PNG in base64 as an address with its pixels and nothing else, or None if it is none, or too large."""
    try:
        with Image.open(io.BytesIO(base64.b64decode("".join(text.split()), validate=True)), formats=["PNG"]) as image:
            if image.width * image.height > LARGEST:
                return None
            pixels = image.convert("RGBA")
    except Exception:  # whatever is wrong with it, it is no figure
        return None
    pixels.info.clear()
    picture = io.BytesIO()
    pixels.save(picture, "PNG")
    return Markup("data:image/png;base64,{}").format(base64.b64encode(picture.getvalue()).decode())


def write_pages(results, course_items, out, manual=None, secret_lines=(), similar=()):
    """Write feedback/NAME.html for each student, manual.html if there are open exercises, and analytics.html.

    Parameters
    ----------
    results : list of Result
    course_items : list of Item
    out : path
        The folder of results.
    manual : dict from str to dict from str to object or dict, optional
        As in `manual_page`.
    secret_lines : iterable of str, optional
        As in `feedback_page`.
    similar : iterable of Pair, optional
        As in `analytics.analytics_page`.
    """
    from mlp_helpers.grading.analytics import analytics_page  # builds on this module

    out, marks, secret = Path(out), manual or {}, tuple(secret_lines)
    (out / "feedback").mkdir(parents=True, exist_ok=True)
    for result in results:
        page = feedback_page(result, course_items, marks.get(result.student), secret)
        _write(out / "feedback" / f"{file_name(result.student)}.html", page)
    if any(item.is_open for item in course_items):
        _write(out / "manual.html", manual_page(results, course_items, manual))
    _write(out / "analytics.html", analytics_page(results, course_items, similar))


def _write(path, page):
    with replacing(path) as temporary:
        temporary.write_text(page, encoding="utf-8", newline="\n")
