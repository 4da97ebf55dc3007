"""Manual marks for open answers: read from the marking page's file, and stored with the results."""

import json
import re
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from mlp_helpers.course.cells import digest
from mlp_helpers.grading.reports.tables import BadTable, read_table
from mlp_helpers.services.files import replacing

MANUAL = "manual.json"  # in the folder of results


@dataclass(frozen=True)
class ManualMark:
    """A person's mark for an open exercise.

    Attributes
    ----------
    points : float
    remark : str
        For the student.
    answer : str
        `digest_of` the answer that was marked: the student may submit another one later.
    """

    points: float
    remark: str = ""
    answer: str = field(default="", compare=False)


def digest_of(result, item):
    """Return the digest of a student's answer to an open exercise, "" if there is none."""
    answer = result.open_answers.get(item)
    return digest(json.dumps(answer, sort_keys=True)) if answer else ""


def holding(manual, results):
    """Return those of some students' marks, as of `read_manual`, whose answers have not changed since."""
    return {
        result.student: {
            item: mark
            for item, mark in manual.get(result.student, {}).items()
            if mark.answer == digest_of(result, item)
        }
        for result in results
    }


def waiting_of(result, exercises, marks):
    """Return the open exercises that a student answered and that have no mark."""
    names = [item.name for item in exercises if item.is_open]
    return [name for name in names if name in result.open_answers and name not in marks]


def read_manual(path, students, exercises):
    """Return the marks in a file of the marking page, a dict from student to dict from exercise to `ManualMark`.

    Parameters
    ----------
    path : path
        As in `read_table`, with the columns student, item, points and, optionally, remark. A row without points is not
        marked yet. Decimal commas are accepted.
    students : container of str
        Those who handed in something.
    exercises : list of Exercise

    Raises
    ------
    BadTable
        The file cannot be read; a student or exercise is unknown, an exercise is not open, points are not a number
        from 0 to the exercise's maximum, or an answer has two different marks.
    """
    possible = {item.name: item.points for item in exercises if item.is_open}
    manual = {}
    for line, cells in read_table(path).by_heading("student", "item", "points"):
        student, item = cells["student"], cells["item"]
        if student not in students:
            raise BadTable(path, line, "student", "a student who handed in something", repr(student))
        if item not in possible:
            raise BadTable(path, line, "item", f"an open exercise ({', '.join(possible) or 'none'})", repr(item))
        if cells["points"].strip():
            points = _given(path, line, cells["points"], possible[item])
            mark = ManualMark(points, cells.get("remark", ""))
            before = manual.setdefault(student, {}).setdefault(item, mark)
            if before != mark:
                then, now = (f"{one.points:g} points and the remark {one.remark!r}" for one in (before, mark))
                came = f"{then} before, and {now} now"
                raise BadTable(path, line, "points", f"one mark of {student!r} for {item}", came)
    return manual


def _given(path, line, text, possible):
    """Return the points in a cell."""
    is_number = re.fullmatch(r"\s*[0-9]+([.,][0-9]*)?\s*", text)
    points = float(text.replace(",", ".")) if is_number else -1.0
    if not 0 <= points <= possible:
        raise BadTable(path, line, "points", f"a number from 0 to {possible:g}", repr(text))
    return points


def bound(manual, results):
    """Return marks of students with a result, each bound to the answer that the student has given."""
    return {
        result.student: {
            item: replace(mark, answer=digest_of(result, item)) for item, mark in manual[result.student].items()
        }
        for result in results
        if result.student in manual
    }


def merged(old, new):
    """Return the union of old and new marks; new ones take precedence."""
    students = old.keys() | new.keys()
    return {student: old.get(student, {}) | new.get(student, {}) for student in students}


def store_manual(manual, out):
    """Write marks to the folder of results atomically."""
    kept = {student: {item: asdict(mark) for item, mark in marks.items()} for student, marks in manual.items()}
    path = Path(out) / MANUAL
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def load_manual(out):
    """Return the marks in a folder of results, {} if there are none.

    Raises
    ------
    BadTable
        The file is damaged: manual marks must not be lost silently.
    """
    path = Path(out) / MANUAL
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return {student: {item: ManualMark(**mark) for item, mark in marks.items()} for student, marks in kept.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError) as error:
        line = getattr(error, "lineno", 1)
        raise BadTable(path, line, "", "marks as grading stores them", f"an error: {error}") from error
