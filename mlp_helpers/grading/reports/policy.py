"""Policy for late work: the deadline, hours of grace, a deduction for each day, its cap, and extensions by person.

A receipt's date comes from the student's own machine. Where a day matters, compare it with the learning platform's.
"""

import tomllib
from collections import namedtuple
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from mlp_helpers.services.validation import one_of

FIRST_YEAR = 2026  # of a receipt
DAY = timedelta(days=1)
NO_RECEIPT = "no receipt, so nobody knows when it was handed in"
A_DATE = "a date such as 2026-12-01 or 2026-12-01T18:00+01:00"
LARGEST_NUMBERS = {"grace_hours": 1000, "percent_a_day": 100, "cap_percent": 100}


# Of a submission: days begun after the deadline, 0 if in time, None if there is none or the lateness is unknown; a
# phrase on it and on what it costs, "" without a deadline; why it is unknown, "" otherwise.
Lateness = namedtuple("Lateness", "days why flag", defaults=(None, "", ""))


@dataclass(frozen=True)
class Policy:
    """Policy for late work. By default there is no deadline, and lateness costs nothing.

    Attributes
    ----------
    due : datetime or None
    grace_hours : float
        Hours after the deadline that cost nothing. The days of lateness begin when they are over.
    percent_a_day, cap_percent : float
        What each day begun costs, and all days at most, in percent of the possible points.
    extensions : dict from str to datetime
        Deadlines by id of a student, in the place of `due`.
    """

    due: datetime | None = None
    grace_hours: float = 0
    percent_a_day: float = 0
    cap_percent: float = 100
    extensions: dict = field(default_factory=dict)

    def lateness(self, student, received):
        """Return the `Lateness` of a student for the date of a receipt, ISO 8601, "" if there is none."""
        due = self.extensions.get(student, self.due)
        if due is None:
            return Lateness()
        days, flag = _days_late(received, due + timedelta(hours=self.grace_hours))
        how_late = f"{days} day{'s' * (days > 1)} late" if days else flag or "in time"
        deadline = "your extension was until" if student in self.extensions else "the deadline was"
        grace = f", with {self.grace_hours:g} hours of grace" if self.grace_hours else ""
        a_day = f"; {self.percent_a_day:g} % of the possible points for each day, at most {self.cap_percent:g} %"
        price = a_day if self.percent_a_day and days else ""
        return Lateness(days, f"{how_late} ({deadline} {due:%Y-%m-%d %H:%M}{grace}){price}", flag)

    def after(self, total, days, possible):
        """Return what days late leave of a total; an unknown number, None, costs nothing. Points are Decimal."""
        percent = min(Decimal(str(self.percent_a_day)) * (days or 0), Decimal(str(self.cap_percent)))
        return max(total - percent * possible / 100, Decimal(0))


def _days_late(received, due):
    """Return the days begun since a deadline, None if nobody knows, and why nobody does.

    Days end at the deadline's time of day on this machine's clock. When the clocks change, a day has 23 or 25 hours.
    """
    if not received:
        return None, NO_RECEIPT
    try:
        came = moment(received)
    except ValueError:
        came = None
    if came is None or came.year < FIRST_YEAR:  # a later date than today's costs days, and so it is its own flag
        return None, f"the receipt's date {received!r} cannot be, so nobody knows when it was handed in"
    if came <= due:
        return 0, ""
    after = came.replace(tzinfo=None) - due.astimezone().replace(tzinfo=None)
    return max(1, -(-after // DAY)), ""


def moment(text):
    """Return the datetime, with an offset, for an ISO 8601 text; raise ValueError if it is not a valid date.

    A date without a time means the end of that day; one without an offset is in the time zone of this machine.
    """
    try:
        found = datetime.combine(date.fromisoformat(text), time.max)
    except ValueError:
        found = datetime.fromisoformat(text)
    try:
        return found.astimezone()
    except (OverflowError, OSError) as error:
        raise ValueError(f"text must be a date of our times, got {text!r}") from error


def read_policy(path, students):
    """Return the `Policy` in a TOML file, whose keys are the fields of one, and whose dates are as in `moment`.

    Raises ValueError if the file cannot be read, or has an unknown key, a number out of range, something else for a
    date, or an extension that is before `due`, or for a person whose id is not among those of the students.
    """
    try:
        given = tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path} must be a TOML file in UTF-8, and cannot be read as one: {error}") from None
    for key, came in given.items():
        one_of(key, [one.name for one in fields(Policy)], f"{path}: each key")
        most = LARGEST_NUMBERS.get(key)
        if most and not (type(came) in (int, float) and 0 <= came <= most):
            raise ValueError(f"{path}, {key}: expected a number from 0 to {most}, got {came!r}")
    due = _date(path, "due", given["due"]) if "due" in given else None
    extensions = given.get("extensions", {})
    if not isinstance(extensions, dict):
        raise ValueError(f"{path}, extensions: expected lines such as ada = 2026-12-01 below [extensions]")
    for who, came in extensions.items():
        one_of(who, students, f"{path}, extensions: each id", "one on the list, in quotation marks if it has dots")
        extensions[who] = _date(path, f"extensions, {who}", came)
        if due and extensions[who] < due:
            raise ValueError(f"{path}, extensions, {who}: expected a date after {due:%Y-%m-%d %H:%M}, got {came}")
    return Policy(**given | {"due": due})


def _date(path, key, came):
    """Return the datetime for a date or time in TOML, or for a text."""
    try:
        return moment(str(came))
    except ValueError:
        raise ValueError(f"{path}, {key}: expected {A_DATE}, got {came!r}") from None
