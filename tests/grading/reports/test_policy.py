"""Policy for late work: days, what a total comes to, beside Canvas's rule; the phrase on it; files that are refused."""

import math
import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlp_helpers.course.cells import Exercise
from mlp_helpers.grading.reports.gradebook import rows
from mlp_helpers.grading.reports.policy import NO_RECEIPT, Lateness, Policy, moment, read_policy
from mlp_helpers.grading.results import ExerciseResult, Result

DUE = datetime(2026, 12, 1, 18, tzinfo=UTC)
POLICY = Policy(DUE, grace_hours=2, percent_a_day=10, cap_percent=25, extensions={"lea": DUE + timedelta(days=2)})


@pytest.fixture(autouse=True, scope="module")
def _in_berlin():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    ("due", "received", "days"),
    [
        ("2026-12-01", "2026-11-01T09:00:00+01:00", 0),
        ("2026-12-01", "2026-12-01 23:59:59", 0),  # as in a receipt, without the UTC offset
        ("2026-12-01", "2026-12-02 00:00:00+01:00", 1),
        ("2026-12-01", "2026-12-01T23:00:00+00:00", 1),  # the same moment in another time zone
        ("2026-12-01", "2026-12-02T23:59:59+01:00", 1),
        ("2026-12-01", "2026-12-03T00:00:00+01:00", 2),
        ("2026-12-01", "2027-01-01T12:00:00+01:00", 31),
        ("2026-03-28", "2026-03-30T00:30", 2),  # the day in between has 23 hours
        ("2026-10-24", "2026-10-25T23:30", 1),  # this day has 25 hours
        ("2026-10-25T02:30+02:00", "2026-10-25T02:15+01:00", 1),  # 45 minutes later, after the clock was set back
        ("2026-12-01", "yesterday", None),
        ("2026-12-01", "0001-01-01", None),  # there is no earlier moment, as another time zone would need
        ("2026-12-01", "0001-01-02T00:00+00:00", None),
    ],
)
def test_days_late(due, received, days):
    found = Policy(moment(due)).lateness("ada", received)
    odd = f"the receipt's date {received!r} cannot be, so nobody knows when it was handed in"
    assert (found.days, found.flag) == (days, odd if days is None else "")


def row(student, hours, points, policy=POLICY):
    """Return the row of a student who handed in so many hours after the deadline, and has so many of 100 points."""
    received = (DUE + timedelta(hours=hours)).isoformat()
    result = Result(student, items=[ExerciseResult("all", "01.ipynb", points, 100, "right")], received=received)
    (found,) = rows([result], [Exercise("all", 100, "01.ipynb", False)], policy=policy)
    return found


@pytest.mark.parametrize(
    ("student", "hours", "days", "left"),
    [
        ("ada", -1, 0, 90),
        ("ada", 2, 0, 90),  # the end of the grace
        ("ada", 2.1, 1, 80),  # days begin after it
        ("ada", 26, 1, 80),
        ("ada", 26.1, 2, 70),
        ("ada", 60, 3, 65),  # the cap
        ("ada", 9999, 417, 65),
        ("lea", 50, 0, 90),  # her extension, and the grace
        ("lea", 51, 1, 80),
    ],
)
def test_what_is_left(student, hours, days, left):
    found = row(student, hours, 90)
    assert (found.total, found.late.days, found.after_policy) == (90, days, left)


def canvas(score, possible, hours, percent):
    """Return what Canvas deducts, by `points_deducted` in its late_policy.rb: a day is the interval, 0 the minimum."""
    return possible * min(percent * math.ceil(hours / 24), score * 100 / possible) / 100 if hours > 0 else 0


@given(st.integers(0, 100), st.integers(-50, 500), st.integers(0, 100))
def test_without_grace_and_cap_it_is_the_policy_of_canvas(points, hours, percent):
    found = row("ada", hours, points, Policy(DUE, percent_a_day=percent))
    assert found.after_policy == pytest.approx(points - canvas(points, 100, hours, percent))


def test_the_phrase():
    said = "(the deadline was 2026-12-01 18:00, with 2 hours of grace)"
    assert row("ada", 1, 90).late.why == f"in time {said}"
    assert row("ada", 3, 90).late.why == f"1 day late {said}; 10 % of the possible points for each day, at most 25 %"
    assert row("lea", 1, 90).late.why == "in time (your extension was until 2026-12-03 18:00, with 2 hours of grace)"
    assert POLICY.lateness("ada", "") == Lateness(None, f"{NO_RECEIPT} {said}", NO_RECEIPT)
    assert row("ada", 30, 90, Policy(DUE)).late.why == "2 days late (the deadline was 2026-12-01 18:00)"
    assert Policy().lateness("ada", "") == Lateness()


@pytest.fixture
def read(tmp_path):
    def read(text):
        (tmp_path / "policy.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_policy(tmp_path / "policy.toml", ["ada", "lea", "l.w"])

    return read


def test_a_file(read):
    policy = read(
        "due = 2026-12-01T18:00:00+01:00\ngrace_hours = 2\npercent_a_day = 12.5\ncap_percent = 50\n"
        '[extensions]\nlea = 2026-12-05\n"l.w" = "2026-12-06T12:00+01:00"\n'
    )
    extensions = {"lea": moment("2026-12-05"), "l.w": moment("2026-12-06T12:00+01:00")}
    assert policy == Policy(moment("2026-12-01T18:00+01:00"), 2, 12.5, 50, extensions)
    assert moment("2026-12-05") == datetime.fromisoformat("2026-12-05T23:59:59.999999+01:00")
    assert read("") == Policy()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("grace = 2", "policy.toml: each key must be one of 'due', 'grace_hours', 'percent_a_day', 'cap_percent', "),
        ("percent_a_day = 110", "policy.toml, percent_a_day: expected a number from 0 to 100, got 110"),
        ("percent_a_day = nan", "policy.toml, percent_a_day: expected a number from 0 to 100, got nan"),
        ("grace_hours = true", "policy.toml, grace_hours: expected a number from 0 to 1000, got True"),
        ("due = 20", "policy.toml, due: expected a date such as 2026-12-01 or 2026-12-01T18:00+01:00, got 20"),
        ("extensions = 3", "policy.toml, extensions: expected lines such as ada = 2026-12-01 below [extensions]"),
        ("[extensions]\nlee = 2026-12-05", "extensions: each id must be one on the list, in quotation marks if it"),
        ("[extensions]\nl.w = 2026-12-05", "one on the list, in quotation marks if it has dots, got 'l'"),
        ("[extensions]\nlea = 5", "policy.toml, extensions, lea: expected a date such as"),
        ("due = 2026-12-05\n[extensions]\n'l.w' = 2026-12-04", "extensions, l.w: expected a date after 2026-12-05"),
        ("due = 01.12.2026", "policy.toml must be a TOML file in UTF-8, and cannot be read as one: "),
        (b"# \xe4", "policy.toml must be a TOML file in UTF-8, and cannot be read as one: "),
    ],
)
def test_a_file_that_is_refused(read, text, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        read(text)
