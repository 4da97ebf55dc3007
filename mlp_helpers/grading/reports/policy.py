"""Policy for late work: hours of grace, a deduction for each day, its cap, and extensions by person."""

import tomllib
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from mlp_helpers.grading.reports.roster import A_DATE, Lateness, days_late, moment
from mlp_helpers.validation import one_of

LARGEST_NUMBERS = {"grace_hours": 1000, "percent_a_day": 100, "cap_percent": 100}


@dataclass(frozen=True)
class Policy:
    """Policy for late work. By default lateness is counted, and costs nothing.

    Attributes
    ----------
    due : datetime or None
        Deadline of the students to whom the roster gives none.
    grace_hours : float
        Hours after the deadline that cost nothing. The days of lateness begin when they are over.
    percent_a_day, cap_percent : float
        What each day begun costs, and all days at most, in percent of the possible points.
    extensions : dict from str to datetime
        Deadlines by id of a student, in the place of all others.
    """

    due: datetime | None = None
    grace_hours: float = 0
    percent_a_day: float = 0
    cap_percent: float = 100
    extensions: dict = field(default_factory=dict)

    def lateness(self, student, received, possible):
        """Return the `Lateness` of a `Student` for the date of a receipt, and a phrase on it and on what it costs."""
        due = self.extensions.get(student.id) or student.due or self.due
        if due is None:
            return Lateness(None), ""
        late = days_late(received, due + timedelta(hours=self.grace_hours))
        how_late = f"{late.days} day{'s' * (late.days > 1)} late" if late.days else late.flag or "in time"
        deadline = "your extension was until" if student.id in self.extensions else "the deadline was"
        grace = f", with {self.grace_hours:g} hours of grace" if self.grace_hours else ""
        a_day = f"; {self.percent_a_day:g} % of {possible:g} points for each day, at most {self.cap_percent:g} %"
        price = a_day if self.percent_a_day and late.days else ""
        return late, f"{how_late} ({deadline} {due:%Y-%m-%d %H:%M}{grace}){price}"

    def after(self, total, days, possible):
        """Return what days late leave of a total; an unknown number, None, costs nothing. Points are Decimal."""
        percent = min(Decimal(str(self.percent_a_day)) * (days or 0), Decimal(str(self.cap_percent)))
        return max(total - percent * possible / 100, Decimal(0))


def read_policy(path, roster):
    """Return the `Policy` in a TOML file, whose keys are the fields of one, and whose dates are as in the roster.

    Raises ValueError if there is no roster; or if the file cannot be read, or has an unknown key, a number out of
    range, something else for a date, or an extension for a person who is not on the roster, or has a later deadline.
    """
    if roster is None:
        raise ValueError("--policy must come with --roster, which says whose work may be late")
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
        one_of(who, roster, f"{path}, extensions: each id", "one on the roster, in quotation marks if it has dots")
        extensions[who] = _date(path, f"extensions, {who}", came)
        if (before := roster[who].due or due) and extensions[who] < before:
            raise ValueError(f"{path}, extensions, {who}: expected a date after {before:%Y-%m-%d %H:%M}, got {came}")
    return Policy(**given | {"due": due})


def _date(path, key, came):
    """Return the datetime for a date or time in TOML, or for a text."""
    try:
        return moment(str(came))
    except ValueError:
        raise ValueError(f"{path}, {key}: expected {A_DATE}, got {came!r}") from None
