"""Students as a platform lists them, and what finds them: numbers, names, ids and groups."""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field

from mlp_helpers.grading.reports.gradebook import harmless
from mlp_helpers.grading.reports.tables import read_table

IDS = ("id", "username", "login id", "id number", "email address", "email")  # the first that all students have
CANVAS = ("sis login id", "sis user id", "id")  # likewise, in an export of Canvas's gradebook
NAMES, GROUPS = ("name", "full name", "fullname", "student"), ("group", "team")
FIRST, LAST = ("first name", "firstname", "first_name"), ("last name", "lastname", "last_name", "surname")
PARTICIPANT = re.compile(r"(\D*[^\W\d_]\D*)(\d+)\s*")


class Unplaced(ValueError):
    """Refusal to say whose a file is; the message states why."""


@dataclass(frozen=True)
class Person:
    """A student on the list; `number` is that of the participant in Moodle's assignment, or the ID in Canvas.

    `cells` has the student's row, by heading in lower case. What the list does not have is "".
    """

    id: str
    name: str = ""
    number: str = ""
    group: str = ""
    cells: dict = field(default_factory=dict)

    @property
    def submission(self):
        """Return the id under which the student's work is graded."""
        return self.group or self.id

    @property
    def pseudonym(self):
        """Return the name on the board of networks."""
        return self.cells.get("pseudonym", "")


def squeezed(text):
    """Return the letters, marks and digits of a name without case: what platforms keep of it in a file's name."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(character for character in text if unicodedata.category(character)[0] in "LMN")


def spellings(name):
    """Return the ways to write a name, squeezed: first or last name first."""
    words = [word for word in re.split(r"[\s,]+", name) if word]
    return {squeezed("".join(words[turn:] + words[:turn])) for turn in range(len(words))} - {""}


def read_people(path, id_heading=""):
    """Return the students in a file, a list of `Person` in its order.

    Parameters
    ----------
    path : path
        Moodle's grading worksheet or list of participants, an export of Canvas's gradebook, or a table with a column
        `id`, `username` or the like. Columns such as `name` and `group` count, too.
    id_heading : str, optional
        The heading of the ids, by default the first of `IDS` in which no cell is empty. Of the roster it is "id".

    Raises
    ------
    BadTable
        It names no students or deadlines, or one id, number or group cannot be told from another.
    """
    table = read_table(path)
    headings, needed = [heading.lower() for heading in table.headings], [id_heading.lower()] if id_heading else []
    for heading in ("due", "extension"):
        if heading in headings:
            raise table.bad(f"no column {heading!r}, since deadlines stand in the file of --policy")
    numbers = participants(table)
    if numbers and headings[0] in IDS and " " not in table.rows[0][1][0]:
        numbers = None  # ids such as s001; German worksheets call the column with participants ID
    is_canvas = headings[:2] == ["student", "id"] or headings[:3] == ["lastname", "firstname", "id"]
    rows = [{name: cell.strip() for name, cell in cells.items()} for _, cells in table.by_heading(*needed)]
    kept = [at for at, row in enumerate(rows) if not is_canvas or row["id"]]  # without "Points Possible"
    there = headings[1:] if numbers else headings
    whole = [one for one in (CANVAS if is_canvas else IDS) if one in there and all(rows[at][one] for at in kept)]
    heading = next(iter(needed or whole), "")
    if not kept or not (heading or numbers):
        raise table.bad(f"students, and a column {', '.join(IDS)} without empty cells; --id names another")
    found = []
    for at in kept:
        row, number = rows[at], numbers[at] if numbers else rows[at]["id"] if is_canvas else ""
        name = f"{_cell(row, FIRST)} {_cell(row, LAST)}".strip() or _cell(row, NAMES)
        name = name or (row[headings[1]] if numbers else "")  # of a worksheet in another language
        found.append(Person(row[heading] if heading else number, name, number, _cell(row, GROUPS), row))
    _check(table, [table.rows[at][0] for at in kept], found)
    return found


def participants(table):
    """Return the number in each row of Moodle's grading worksheet, None if the table is another.

    Its first column has the word for a participant, in the site's language, and a number that stands for the student
    in this assignment alone (col_recordid in mod/assign/gradingtable.php).
    """
    found = [PARTICIPANT.fullmatch(cells[0]) for _, cells, _ in table.rows]
    is_one = found and all(found) and len(table.headings) > 2 and len({match[1] for match in found}) == 1
    return [match[2] for match in found] if is_one else None


def _cell(row, headings):
    return next((row[heading] for heading in headings if row.get(heading)), "")


def _check(table, lines, people):
    """Raise BadTable unless ids are folders' names, and these, numbers and groups cannot be mistaken for others."""
    owner = {}
    for line, person in zip(lines, people, strict=True):
        for name in {person.id, person.submission}:
            is_odd = re.search(r"[/\\:]|^\.|[. ]$|\.csv$", name, re.IGNORECASE) or harmless(name) != name
            if is_odd or not name.isprintable() or not 0 < len(name.encode()) <= 150:
                raise table.bad("an id that can be a folder's name; --id names another column", line, name)
        for key in {("id", person.id.casefold()), ("number", person.number)} - {("number", "")}:
            if owner.setdefault(key, line) != line:
                raise table.bad(f"each {key[0]} once, and it is in line {owner[key]}, too", line, key[1])
    taken = {spelling for one in people for spelling in (*spellings(one.name), squeezed(one.id), "")}
    for group in sorted({person.group for person in people} - {""}):
        if squeezed(group) in taken:
            raise table.bad("groups whose letters tell them from each other and from students", 1, group)
        taken.add(squeezed(group))


class Class:
    """The students of a list, to be looked up."""

    def __init__(self, people):
        self.numbers = {person.number: person for person in people if person.number}
        self.groups = {squeezed(person.group): person.group for person in people if person.group}
        self.names, self.keys = defaultdict(list), defaultdict(list)
        for person in people:
            for spelling in spellings(person.name):
                self.names[spelling].append(person)
            for key in {person.id, *(person.cells.get(heading, "") for heading in (*IDS, *CANVAS))} - {""}:
                self.keys[key.casefold()].append(person)

    def owner(self, number, name):
        """Return the id under which something with a platform's number and name is graded; raise Unplaced if unsure.

        Number and name must agree, unless the platform hides names: a number could be that of another course or
        assignment. A folder has a name alone, that of a student's id or of a group. An anonymous number is its own id.
        """
        person, spelled = self.numbers.get(number), squeezed(name)
        if number.startswith("anon_") or (person and (spelled in spellings(person.name) or not (name or person.name))):
            return person.submission if person else number
        if spelled in self.groups:
            return self.groups[spelled]
        if person:
            raise Unplaced(f"its number {number} is that of {person.name or person.id}, and it names {name!r}")
        if number and self.numbers:
            raise Unplaced(f"no student has the number {number}: is the list of this course, and of this assignment?")
        found = self.names.get(spelled, []) if number else self.keys.get(name.casefold(), [])
        if len(found) == 1:
            return found[0].submission
        who = " or ".join(person.id for person in found)
        which = f"may be {who}: a list with numbers tells them apart" if who else "is not on the list of students"
        raise Unplaced(f"{name!r} {which}")
