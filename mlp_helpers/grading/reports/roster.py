"""Roster of students: their ids, names and pseudonyms."""

from dataclasses import dataclass

from mlp_helpers.grading.reports.tables import BadTable, read_table


@dataclass(frozen=True)
class Student:
    """A student on the roster.

    Attributes
    ----------
    id : str
        The name of the submission, without its suffix.
    name : str
        "" if the roster has none.
    pseudonym : str
        Name on the board of networks, "" if the roster has none.
    """

    id: str
    name: str = ""
    pseudonym: str = ""


def read_roster(path):
    """Return the students of a roster, a dict from id to `Student` in its order.

    Parameters
    ----------
    path : path
        As in `read_table`. Columns: `id`, and optionally `name` and `pseudonym`. Others are ignored, but for deadlines.

    Raises
    ------
    BadTable
        It cannot be read, an id is missing or duplicated, or there is a column of deadlines.
    """
    roster, lines, table = {}, {}, read_table(path)
    table.refuse_deadlines()
    for line, cells in table.by_heading("id"):
        student = cells["id"].strip()
        if not student:
            raise BadTable(path, line, "id", "an id", "an empty cell")
        if student in roster:
            raise BadTable(path, line, "id", "each id once", f"{student!r}, which line {lines[student]} has too")
        lines[student] = line
        roster[student] = Student(student, *(cells.get(column, "").strip() for column in ("name", "pseudonym")))
    return roster
