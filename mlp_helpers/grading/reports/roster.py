"""Roster of students, the due dates of their work, and the lateness of submissions.

A receipt's date comes from the student's own machine. Where a day matters, compare it with the learning platform's.
"""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

SEPARATORS = ",;\t"  # a German or French Excel writes semicolons
FIRST_YEAR = 2026  # of a receipt
DAY = timedelta(days=1)
NO_RECEIPT = "no receipt, so nobody knows when it was handed in"
A_DATE = "a date such as 2026-12-01 or 2026-12-01T18:00+01:00"


class BadTable(ValueError):
    """Error in a table that a person wrote; the message states where and why."""

    def __init__(self, path, line, column, expected, came):
        where = f"{path}, line {line}" + (f", column {column}" if column else "")
        super().__init__(f"{where}: expected {expected}, got {came}")


class BadRoster(BadTable):
    """Error in the roster."""


@dataclass(frozen=True)
class Student:
    """A student on the roster.

    Attributes
    ----------
    id : str
        The name of the submission, without its suffix.
    name : str
        "" if the roster has none.
    due : datetime or None
        The deadline, with an offset and including any extension. None if there is none.
    pseudonym : str
        Name on the board of networks, "" if the roster has none.
    """

    id: str
    name: str = ""
    due: datetime | None = None
    pseudonym: str = ""


@dataclass(frozen=True)
class Lateness:
    """Lateness of a submission.

    Attributes
    ----------
    days : int or None
        Days begun after the due date, 0 if in time. None if there is no due date, or the lateness is unknown.
    flag : str
        Why the lateness is unknown, "" otherwise.
    """

    days: int | None
    flag: str = ""


def read_roster(path):
    """Return the students of a roster, a dict from id to `Student` in its order.

    Parameters
    ----------
    path : path
        CSV in UTF-8, separated by commas, semicolons or tabs. Columns: `id`, and optionally `name`,
        `pseudonym`, `due` and `extension`, a later date that replaces `due`. Others are ignored. A date without a time
        means the end of that day; one without an offset is in the time zone of this machine.

    Raises
    ------
    BadRoster
        It cannot be read, an id is missing or duplicated, or a date is invalid.
    """
    roster, lines = {}, {}
    for line, cells in table(path, ["id"], BadRoster):
        student = cells["id"].strip()
        if not student:
            raise BadRoster(path, line, "id", "an id", "an empty cell")
        if student in roster:
            raise BadRoster(path, line, "id", "each id once", f"{student!r}, which line {lines[student]} has too")
        lines[student] = line
        name, pseudonym = (cells.get(column, "").strip() for column in ("name", "pseudonym"))
        roster[student] = Student(student, name, _due(path, line, cells), pseudonym)
    return roster


def _due(path, line, cells):
    """Return the due date in a row of the roster, None if it has none."""
    due, extension = (_date(path, line, column, cells.get(column, "").strip()) for column in ("due", "extension"))
    if due and extension and extension < due:
        raise BadRoster(path, line, "extension", f"a date after {cells['due'].strip()}", cells["extension"].strip())
    return extension or due


def _date(path, line, column, text):
    try:
        return moment(text) if text else None
    except ValueError:
        raise BadRoster(path, line, column, A_DATE, repr(text)) from None


def moment(text):
    """Return the datetime, with an offset, for an ISO 8601 text.

    Parameters
    ----------
    text : str
        A date without a time means the end of that day; one without an offset is in the time zone of this machine.

    Raises
    ------
    ValueError
        The text is not a valid date.
    """
    try:
        found = datetime.combine(date.fromisoformat(text), time.max)
    except ValueError:
        found = datetime.fromisoformat(text)
    try:
        return found.astimezone()
    except (OverflowError, OSError) as error:
        raise ValueError(f"text must be a date of our times, got {text!r}") from error


def days_late(received, due):
    """Return the `Lateness` of a submission.

    Days end at the due date's time of day on this machine's clock. When the clocks change, a day has 23 or 25 hours.

    Parameters
    ----------
    received : str
        The date of the receipt, ISO 8601, "" if there is none.
    due : datetime or None
    """
    if due is None:
        return Lateness(None)
    if not received:
        return Lateness(None, NO_RECEIPT)
    try:
        came = moment(received)
    except ValueError:
        return Lateness(None, f"the receipt's date {received!r} is none, so nobody knows when it was handed in")
    if came.year < FIRST_YEAR:  # a later date than today's costs days, and so it is its own flag
        return Lateness(None, f"the receipt's date {received!r} is before the course was, so nobody knows the real one")
    if came <= due:
        return Lateness(0)
    after = came.replace(tzinfo=None) - due.astimezone().replace(tzinfo=None)
    return Lateness(max(1, -(-after // DAY)))


def table(path, needed, error):
    """Yield the line number and the cells, a dict by column, of each non-empty row of a CSV file.

    Parameters
    ----------
    path : path
        Column names are converted to lower case.
    needed : list of str
        Required columns, by which the separator is recognised, too.
    error : type
        Subclass of `BadTable` to raise.
    """
    text = _text(path, error)
    header = (io.StringIO(text, newline="").readline()).strip()
    separator = max(SEPARATORS, key=lambda separator: len(set(needed) & set(_columns(header, separator))))
    columns = _columns(header, separator)
    for column in needed:
        if columns.count(column) != 1:
            raise error(path, 1, "", f"one column {column!r}", repr(header))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for row in rows:
            if line > 1 and any(map(str.strip, row)):
                if any(map(str.strip, row[len(columns) :])):
                    raise error(path, line, "", f"at most {len(columns)} cells, as in line 1", f"{len(row)} cells")
                yield line, dict.fromkeys(columns, "") | dict(zip(columns, row, strict=False))
            line = rows.line_num + 1
    except csv.Error as reason:
        raise error(path, line, "", "CSV in which each quotation mark has its partner", f"an error: {reason}") from None


def _columns(header, separator):
    return [name.strip().lower() for name in next(csv.reader([header], delimiter=separator), [])]


def _text(path, error):
    """Return the text of a file in UTF-8, with or without a byte order mark."""
    try:
        content = Path(path).read_bytes()
    except OSError as reason:
        raise error(path, 1, "", "a file", f"an error: {reason.strerror}") from reason
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        line = content[: reason.start].count(b"\n") + 1
        raise error(
            path, line, "", 'UTF-8, as Excel saves it by "CSV UTF-8"', f"the byte 0x{content[reason.start]:02x}"
        ) from None
