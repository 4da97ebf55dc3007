"""Pages that grading writes: feedback for each student, and a page on which a person marks the open answers.

Each page is a self-contained file. Every value on it is passed through `sanitized` and escaped, and its content
security policy allows no script except the one with the given hash.
"""

import base64
import io
import json
from collections import namedtuple

from markupsafe import escape
from PIL import Image

from mlp_helpers.checking.observations import PARTLY, RIGHT, SYMBOLS, UNANSWERED, WRONG
from mlp_helpers.course.cells import digest
from mlp_helpers.grading.reports.manual import ManualMark
from mlp_helpers.grading.reports.sanitize import PAGES, cut, png, withheld
from mlp_helpers.grading.results import STOPPED, ExerciseResult

WAITING, BY_HAND = "read by your instructor", "marked by your instructor"  # states of an open answer
UNMARKED = ManualMark(None)
SIGNS = SYMBOLS | {STOPPED: "■", WAITING: "…", BY_HAND: "✎"}
KINDS = {
    RIGHT: "right", PARTLY: "wrong", WRONG: "wrong", UNANSWERED: "none", STOPPED: "stopped", WAITING: "none",
    BY_HAND: "right",
}  # fmt: skip
MAX_SOURCE_CHARACTERS = 20_000  # of an answer on a page for marking
MAX_FIGURE_PIXELS = 4_000_000  # per figure
MAX_FIGURES = 8  # per answer
MAX_ANSWER_CHARACTERS = 2_000_000  # of the figures of an answer, in base64; the largest of the course's has 400,000
MAX_ANSWERS, MAX_PAGE_CHARACTERS = 50, 4_500_000  # on a page for marking; a page with them has less than 5 MB


# An `Exercise` in a student's feedback: its state, one of `SIGNS`; the points, None until it is marked; the
# `ExerciseResult`, None for an open one; the student's cell; and the marker's remark.
ExerciseFeedback = namedtuple("ExerciseFeedback", "item state points marked source remark", defaults=(None, "", ""))
Answer = namedtuple("Answer", "student source figures n_hidden mark key")  # on the marking page
Group = namedtuple("Group", "item answers missing")


def feedback_page(result, exercises, manual=None, secret_lines=(), row=None, networks=None):
    """Return a student's feedback page, as HTML. It contains no expected output.

    Parameters
    ----------
    result : Result
    exercises : list of Exercise
    manual : dict from str to ManualMark, optional
        By exercise, this student's marks for open answers.
    secret_lines : iterable of str, optional
        Lines of the solutions: an output of a check, an error or a flag that contains one is `withheld`.
    row : Row, optional
        The student's in the gradebook: the page says how the total came about.
    networks : dict from str to NetworkFeedback, optional
        By exercise, what is told about a network.
    """
    entries, secret = _entries(result, exercises, manual or {}), tuple(secret_lines)
    by_notebook = {}
    for entry in entries:
        by_notebook.setdefault(entry.item.notebook, []).append(entry)
    return PAGES.get_template("feedback.html").render(
        result=result,
        row=row,
        networks=networks or {},
        total=_tally(entries),
        notebooks=[(name, _tally(own), *_apart(own)) for name, own in by_notebook.items()],
        states=[(state, n) for state in SIGNS if (n := sum(entry.state == state for entry in _apart(entries)[0]))],
        safe=lambda text: withheld(text, secret),
        signs=SIGNS,
        kinds=KINDS,
    )


def _apart(entries):
    """Return the entries with points, and those for practice."""
    return [one for one in entries if one.item.points], [one for one in entries if not one.item.points]


def _entries(result, exercises, marks):
    """Return an `ExerciseFeedback` for each exercise of the course."""
    marked, entries = automatic(result, exercises), []
    for item in exercises:
        own, answer, mark = marked.get(item.name), result.open_answers.get(item.name), marks.get(item.name)
        source = answer["source"] if answer else ""
        if own:
            entries.append(ExerciseFeedback(item, own.state, own.points, own, own.answer))
        elif mark:
            entries.append(ExerciseFeedback(item, BY_HAND, mark.points, None, source, mark.remark))
        elif answer:
            entries.append(ExerciseFeedback(item, WAITING, None, None, source))
        else:
            entries.append(ExerciseFeedback(item, UNANSWERED, 0))
    return entries


def automatic(result, exercises):
    """Return the `ExerciseResult` of each automatic exercise by name; one that is missing is unanswered."""
    known = {marked.name: marked for marked in result.items}
    return {
        item.name: known.get(item.name) or ExerciseResult(item.name, item.notebook, 0, item.points, UNANSWERED)
        for item in exercises
        if not item.is_open
    }


def _tally(entries):
    """Return the points reached, the points possible so far, and those that wait for a person."""
    waiting = sum(entry.item.points for entry in entries if entry.points is None)
    reached = sum(entry.points for entry in entries if entry.points is not None)
    return reached, sum(entry.item.points for entry in entries) - waiting, waiting


def manual_pages(results, exercises, manual=None):
    """Return the pages on which a person marks all open answers, a dict from file name to HTML.

    A page needs no server, and saves a file of marks. It has at most 50 answers; most classes need several.

    Parameters
    ----------
    results : list of Result
        In any order.
    exercises : list of Exercise
    manual : dict from str to dict from str to ManualMark, optional
        Earlier marks, by student and exercise.
    """
    course = [[item.name, item.notebook, item.points] for item in exercises]
    graded = [result for result in results if not result.refused]
    groups = [_group(item, graded, manual or {}, course) for item in exercises if item.is_open]
    pages = _paged(groups)
    names = ["manual.html", *(f"manual-{number}.html" for number in range(2, len(pages) + 1))]
    template = PAGES.get_template("manual.html")
    return {
        name: template.render(groups=page, names=names, number=number)
        for number, (name, page) in enumerate(zip(names, pages, strict=True), start=1)
    }


def _paged(groups):
    """Return lists of groups, one for each page, with the answers in their order."""
    pages, n, size = [[]], 0, 0
    for group in groups:
        pages[-1].append(group._replace(answers=[]))
        for answer in group.answers:
            own = sum(map(len, (escape(cut(answer.source, MAX_SOURCE_CHARACTERS)), *answer.figures)))
            n, size = n + 1, size + own
            if n > MAX_ANSWERS or (n > 1 and size > MAX_PAGE_CHARACTERS):
                pages.append([group._replace(answers=[], missing=[])])
                n, size = 1, own
            pages[-1][-1].answers.append(answer)
    return pages


def _group(item, results, manual, course):
    """Return the answers to an open exercise in a fixed pseudo-random order: no student is always read first."""
    answers, missing = [], []
    for result in sorted(results, key=lambda result: digest(json.dumps([item.name, result.student]))):
        answer = result.open_answers.get(item.name)
        if answer is None:
            missing.append(result.student)
            continue
        mark = manual.get(result.student, {}).get(item.name, UNMARKED)
        figures = _figures(answer["figures"])
        # The browser stores marks under this key. If the answer or the mark changes, the stored ones are out of date.
        key = digest(json.dumps([course, item.name, result.student, answer, mark.points, mark.remark]))
        n_hidden = len(answer["figures"]) - len(figures)
        answers.append(Answer(result.student, answer["source"], figures, n_hidden, mark, f"mlp-marks-{key}"))
    return Group(item, answers, sorted(missing))


def _figures(texts):
    """Return the first figures of an answer as data URLs, until the next one would be too much."""
    found, size = [], 0
    for figure in filter(None, map(_figure, texts[:MAX_FIGURES])):  # one at a time: drawing a large one takes 0.6 s
        size += len(figure)
        if size > MAX_ANSWER_CHARACTERS:
            break
        found.append(figure)
    return found


def _figure(text):
    """Return a PNG in base64 as a data URL with its pixels alone, None if it is invalid or too large."""
    if len(text) > MAX_ANSWER_CHARACTERS:
        return None
    try:
        with Image.open(io.BytesIO(base64.b64decode("".join(text.split()), validate=True)), formats=["PNG"]) as image:
            if image.width * image.height > MAX_FIGURE_PIXELS:
                return None
            pixels = image.convert("RGBA")
    except Exception:  # any error means that it is no figure
        return None
    pixels.info.clear()
    return png(pixels)
