"""Gradebook of a list of results, with a short remark on each total for a learning platform.

Points are summed as decimals and rounded half up to two digits at the end. So the table depends on the results alone,
byte for byte, and not on their order.
"""

import csv
import io
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from mlp_helpers.grading.reports.manual import waiting_of
from mlp_helpers.grading.reports.policy import Lateness, Policy
from mlp_helpers.grading.results import Result, clipped

MAX_CELL_CHARACTERS = 16_000  # of a text before it is made harmless, which doubles it at most; spreadsheets take 32,767
MAX_REMARK_CHARACTERS = 299  # for a platform
ON_PAGE = "…; the rest is on your page"
MISSING, NOT_LISTED = "missing", "not on the roster"
INVISIBLE = "\\s\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
# The prefixes that OWASP lists, their full-width and small forms, the minus sign, and | and % for old spreadsheets. A
# semicolon starts a cell, too, in spreadsheets that use it as the separator.
FORMULA = re.compile(f'((?:^|;)[{INVISIBLE}"]*)(?=[-=+@|%＝＋－＠｜％﹦﹢﹣﹫−])')


@dataclass(frozen=True)
class Row:
    """A student in the gradebook.

    Attributes
    ----------
    student : str
    name : str
        "" if the roster has none, or there is no roster.
    points : dict from str to float or None
        By exercise, in the order of the course; None for an open one without a mark.
    remarks : dict from str to str
        For the student, by exercise.
    waiting : list of str
        Open exercises with an unmarked answer.
    total, after_policy : float
        Points before and after the deduction for lateness.
    late : Lateness
    flags : list of str
        For the instructor, not for the student: those of the result, and findings that may name other students.
    for_upload : bool
        Whether the total may be uploaded: the work was graded, and the student is on the roster if there is one.
    """

    student: str
    name: str
    points: dict
    remarks: dict
    waiting: list
    total: float
    after_policy: float
    late: Lateness
    flags: list
    for_upload: bool


def rows(results, exercises, roster=None, manual=None, policy=None, findings=None):
    """Return a `Row` for each student with a result or on the roster, sorted by student.

    Parameters
    ----------
    results : list of Result
        One per student, in any order.
    exercises : list of Exercise
    roster : dict from str to Person, optional
    manual : dict from str to dict from str to ManualMark, optional
        By student and exercise.
    policy : Policy, optional
        For late work; by default it costs nothing.
    findings : dict from str to list of str, optional
        Further flags, by student.
    """
    handed_in = {result.student for result in results}
    absent = [Result(student, refused=MISSING) for student in roster or {} if student not in handed_in]
    everyone = sorted([*results, *absent], key=lambda result: result.student)
    marks, found, policy = manual or {}, findings or {}, policy or Policy()
    return [
        _row(result, exercises, roster, marks.get(result.student, {}), policy, found.get(result.student, []))
        for result in everyone
    ]


def _row(result, exercises, roster, marks, policy, findings):
    listed = (roster or {}).get(result.student)
    possible = sum(_decimal(item.points) for item in exercises)
    late = Lateness() if result.refused else policy.lateness(result.student, result.received)
    points = _points(result, exercises, marks)
    total = sum((_decimal(value) for value in points.values() if value is not None), Decimal(0))
    flags = _flags(result, roster is not None and listed is None, findings)
    return Row(
        student=result.student,
        name=listed.name if listed else "",
        points=points,
        remarks={item: marks[item].remark for item in points if item in marks and marks[item].remark},
        waiting=waiting_of(result, exercises, marks),
        total=_rounded(total),
        after_policy=_rounded(policy.after(total, late.days, possible)),
        late=late,
        flags=[*flags, late.flag] if late.flag else flags,
        for_upload=not result.refused and (roster is None or listed is not None),
    )


def _points(result, exercises, marks):
    """Return the points of each exercise, None for open ones without a mark."""
    automatic = {marked.name: marked.points for marked in result.items}
    given = {name: mark.points for name, mark in marks.items()}
    return {item.name: given.get(item.name) if item.is_open else automatic.get(item.name, 0) for item in exercises}


def _flags(result, is_unlisted, findings):
    refusal = MISSING if result.refused == MISSING else f"refused: {result.refused}"
    return [*([refusal] if result.refused else []), *([NOT_LISTED] if is_unlisted else []), *findings, *result.flags]


def gradebook_csv(rows, exercises):
    """Return the gradebook as CSV: a row per student, a column per exercise; an open one without a mark is empty.

    The remark is empty in the rows of students whose totals must not be uploaded.

    Parameters
    ----------
    rows : list of Row
    exercises : list of Exercise
    """
    names = [item.name for item in exercises]
    lines = [["student", "name", *names, "total", "days_late", "total_after_policy", "flags", "waiting", "remark"]]
    for row in rows:
        points = [row.points[name] for name in names]
        numbers = [number(value) for value in (*points, row.total, row.late.days, row.after_policy)]
        remark = remark_on(row, exercises) if row.for_upload else ""
        lines.append([row.student, row.name, *numbers, "; ".join(row.flags), "; ".join(row.waiting), remark])
    return csv_text(lines)


def remark_on(row, exercises):
    """Return a remark on a student's total for a platform, below 300 characters: what counts most comes first.

    These are the total, any deduction for lateness, what waits for a mark, remarks, and the other exercises without
    full points, but for those for practice. All of it is on the student's page.
    """
    possible = {item.name: item.points for item in exercises if item.points}
    waiting = [name for name in row.waiting if name in possible]
    given = {name: row.points[name] or 0 for name in possible if name not in waiting}
    lines = {name: f"{name} {number(points)} of {number(possible[name])}" for name, points in given.items()}
    late = ""
    if row.after_policy != row.total:
        days = f"{row.late.days} day{'s' * (row.late.days > 1)} late"
        late = f"{days}: {number(row.total)} points became {number(row.after_policy)}"
    parts = [
        f"{number(sum(given.values()))} of {number(sum(possible[name] for name in given))} points",
        late,
        f"not marked yet: {', '.join(waiting)}" if waiting else "",
        *(f"{lines[name]}: {text}" for name, text in row.remarks.items() if name in lines),
        *(lines[name] for name in given if name not in row.remarks and given[name] < possible[name]),
    ]
    text = "; ".join(map(harmless, filter(None, parts)))
    return text if len(text) <= MAX_REMARK_CHARACTERS else text[: MAX_REMARK_CHARACTERS - len(ON_PAGE)] + ON_PAGE


def harmless(text):
    """Return a text as one line that no spreadsheet takes for a formula, or splits, or finds too long."""
    text = text.encode("utf-8", "backslashreplace").decode()  # file names may hold surrogates
    lines = clipped(text, MAX_CELL_CHARACTERS).splitlines()
    return FORMULA.sub(r"\1'", CONTROL.sub(" ", "; ".join(lines)))


def csv_text(lines):
    """Return rows of cells as CSV in which no spreadsheet finds a formula."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([harmless(cell) for cell in line] for line in lines)
    return text.getvalue()


def _decimal(value):
    return Decimal(str(value))


def _rounded(value):
    return float(_decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP))


def number(value):
    """Return a number with at most two digits after the point, "" for None."""
    return "" if value is None else f"{_decimal(_rounded(value)).normalize():f}"
