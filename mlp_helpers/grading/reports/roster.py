"""Roster of students, the due dates of their work, and the lateness of submissions.

A receipt's date comes from the student's own machine. Where a day matters, compare it with the learning platform's.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from mlp_helpers.grading.reports.tables import BadTable, read_table

FIRST_YEAR = 2026  # of a receipt
DAY = timedelta(days=1)
NO_RECEIPT = "no receipt, so nobody knows when it was handed in"
A_DATE = "a date such as 2026-12-01 or 2026-12-01T18:00+01:00"


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
        As in `read_table`. Columns: `id`, and optionally `name`,
        `pseudonym`, `due` and `extension`, a later date that replaces `due`. Others are ignored. A date without a time
        means the end of that day; one without an offset is in the time zone of this machine.

    Raises
    ------
    BadRoster
        It cannot be read, an id is missing or duplicated, or a date is invalid.
    """
    roster, lines = {}, {}
    for line, cells in read_table(path, BadRoster).by_heading("id"):
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
