"""Roster: its parsing, its error messages with positions, and the number of days a submission is late."""

import re
import time
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlp_helpers.grading.reports.roster import (
    NO_RECEIPT,
    BadRoster,
    Lateness,
    Student,
    days_late,
    moment,
    read_roster,
)

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31))


@pytest.fixture(autouse=True, scope="module")
def _in_berlin():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def read(tmp_path):
    def read(content):
        path = tmp_path / "roster.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_roster(path)

    return read


def test_a_roster(read):
    roster = read("id,name,due,extension\nada,Ada,2026-12-01,\nbea,,2026-12-01T18:00+01:00,2026-12-08\n\ncid,Cid,,\n")
    assert roster == {
        "ada": Student("ada", "Ada", datetime.fromisoformat("2026-12-01T23:59:59.999999+01:00")),
        "bea": Student("bea", "", datetime.fromisoformat("2026-12-08T23:59:59.999999+01:00")),
        "cid": Student("cid", "Cid", None),
    }
    assert list(roster) == ["ada", "bea", "cid"]


@pytest.mark.parametrize(
    "content",
    [
        "id\nada\n",
        "\ufeffid\nada\n",
        "ID \r\n ada \r\n",
        "id;name\nada;\n",
        '"id";"name"\r\n"ada";""\r\n;\r\n',
        "id\tname\nada\t\n",
        "id;group, term\nada;1, winter\n",
        "group;id\n;ada",
        "id,name\nada,,,\n",
        "id\rada\r",
    ],
)
def test_what_spreadsheets_write(read, content):
    assert read(content) == {"ada": Student("ada")}


def test_a_name_as_excel_saves_it(read, tmp_path):
    (tmp_path / "roster.csv").write_bytes("id,name\nzoe,Zoë\n".encode("cp1252"))
    assert read_roster(tmp_path / "roster.csv")["zoe"].name == "Zoë"


def test_a_name_with_a_comma_and_a_line_break(read):
    roster = read('id;name\nada;"Lovelace, ""Ada""\nCountess"\nbea;Bea\n')
    assert [student.name for student in roster.values()] == ['Lovelace, "Ada"\nCountess', "Bea"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "line 1: expected one column 'id', got ''"),
        ("name,due\nAda,\n", "line 1: expected one column 'id', got 'name,due'"),
        ("id,id\nada,bea\n", "line 1: expected one column 'id', got 'id,id'"),
        ("id\nada\n\nada\n", "line 4, column id: expected each id once, got 'ada', which line 2 has too"),
        ('id,name\nada,"A\nda"\n,Bea\n', "line 4, column id: expected an id, got an empty cell"),
        (
            "id,due\nada,01.12.2026\n",
            "line 2, column due: expected a date such as 2026-12-01 or 2026-12-01T18:00+01:00, got '01.12.2026'",
        ),
        ("id,extension\nada,soon\n", "line 2, column extension: expected a date such as"),
        ("id,due\nada,0001-01-01\n", "line 2, column due: expected a date such as"),
        (
            "id,due,extension\nada,2026-12-01,2026-11-30\n",
            "line 2, column extension: expected a date after 2026-12-01, got 2026-11-30",
        ),
        ("id,name,due\nada,Lovelace, Ada,2026-12-01\n", "line 2: expected at most 3 cells, as in line 1, got 4 cells"),
        ('id,name\nada,Ada\nbea,"Bea\ncid,Cid\n', "line 3: expected CSV in which each quotation mark has its partner"),
        ("id\nada\n".encode("utf-16"), 'line 1: expected UTF-8, as Excel saves it by "CSV UTF-8", got UTF-16'),
    ],
)
def test_what_is_refused(read, tmp_path, content, said):
    with pytest.raises(BadRoster, match=re.escape(f"{tmp_path / 'roster.csv'}, {said}")):
        read(content)


def test_no_file(tmp_path):
    with pytest.raises(BadRoster, match="expected a file, got an error: No such file"):
        read_roster(tmp_path / "roster.csv")


@pytest.mark.parametrize(
    ("received", "days"),
    [
        ("2026-11-01T09:00:00+01:00", 0),
        ("2026-12-01T23:59:59+01:00", 0),
        ("2026-12-01 23:59:59", 0),  # as in a receipt, without the UTC offset
        ("2026-12-02 00:00:00+01:00", 1),
        ("2026-12-01T23:00:00+00:00", 1),  # the same moment in another time zone
        ("2026-12-02T23:59:59+01:00", 1),
        ("2026-12-03T00:00:00+01:00", 2),
        ("2027-01-01T12:00:00+01:00", 31),
    ],
)
def test_days_late(received, days):
    assert days_late(received, moment("2026-12-01")) == Lateness(days)


@pytest.mark.parametrize(
    ("due", "received", "days"),
    [
        ("2026-03-28", "2026-03-30T00:30", 2),  # the day in between has 23 hours
        ("2026-10-24", "2026-10-25T23:30", 1),  # this day has 25 hours
        ("2026-10-25T02:30+02:00", "2026-10-25T02:15+01:00", 1),  # 45 minutes later, after the clock was set back
    ],
)
def test_days_when_the_clocks_change(due, received, days):
    assert days_late(received, moment(due)) == Lateness(days)


def test_nobody_knows():
    assert days_late("", moment("2026-12-01")) == Lateness(None, NO_RECEIPT)
    assert "'yesterday' is none" in days_late("yesterday", moment("2026-12-01")).flag
    assert "before the course was" in days_late("0001-01-02T00:00+00:00", moment("2026-12-01")).flag
    assert days_late("0001-01-01", moment("2026-12-01")).days is None
    assert days_late("", None) == days_late("2026-12-01", None) == Lateness(None)


@given(MOMENTS, st.integers(1, 400), st.integers(0, 86_399))
def test_a_day_more_is_a_day_later(due, days, seconds):
    due = due.replace(fold=1)  # the later of two equal wall-clock times in October
    late = due + timedelta(days=days - 1, seconds=seconds, microseconds=1)
    assert days_late(late.replace(fold=1).isoformat(), due.astimezone()) in (Lateness(days), Lateness(days + 1))
    assert days_late(due.astimezone().isoformat(), due.astimezone()) == Lateness(0)


@settings(max_examples=30)
@given(st.lists(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.timezones()), max_size=9))
def test_later_is_never_less_late(moments):
    due = moment("2026-10-24T12:00")
    days = [days_late(each.isoformat(), due).days for each in sorted(each.astimezone() for each in moments)]
    assert days == sorted(days)
