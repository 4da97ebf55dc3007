"""Tables as platforms and spreadsheets write them, and the place of each cell in their text."""

import re
from dataclasses import dataclass
from pathlib import Path

from mlp_helpers.grading.reports.roster import SEPARATORS, BadTable

PARTICIPANT = re.compile(r"(\D*[^\W\d_]\D*)(\d+)\s*")


class BadStudents(BadTable):
    """Error in a list of students, or in a grading worksheet."""


@dataclass(frozen=True)
class Table:
    """A table of CSV.

    Attributes
    ----------
    path, text, codec
    headings : list of str
    rows : list of (int, list of str, list of (int, int))
        The line in the file, the cells, and the begin and end of each in the text; without rows that are empty.
    """

    path: Path
    text: str
    codec: str
    headings: list
    rows: list

    def bad(self, expected, line=1, came=None):
        """Return an error about a line, by default about the headings."""
        return BadStudents(self.path, line, "", expected, repr(came or ",".join(self.headings)))

    def with_cells(self, changes):
        """Return the file's bytes with some cells replaced, {(row, column): str}; all others are as they were."""
        text = self.text
        for (row, column), cell in sorted(changes.items(), reverse=True):
            begin, end = self.rows[row][2][column]
            quoted = '"' + cell.replace('"', '""') + '"' if re.search(f'["\r\n{SEPARATORS}]', cell) else cell
            text = text[:begin] + quoted + text[end:]
        return text.encode(self.codec, "xmlcharrefreplace")  # a remark is HTML; all else is plain


def read_table(path):
    """Return the `Table` of a CSV file, separated by commas, semicolons or tabs.

    It is in UTF-8, or in Windows' Western European code page, as Excel saves it.

    Raises
    ------
    BadStudents
        It cannot be read, a quotation mark has no partner, or a row has more cells than there are headings.
    """
    content = Path(path).read_bytes()
    try:
        text, codec = content.decode(), "utf-8"
    except UnicodeDecodeError:
        text, codec = content.decode("cp1252", "replace"), "cp1252"
    (_, headings, _), *rows = [*_rows(path, text)] or [(1, [""], [])]
    for line, cells, _ in rows:
        if any(map(str.strip, cells[len(headings) :])):
            raise BadStudents(path, line, "", f"at most {len(headings)} cells, as in line 1", f"{len(cells)} cells")
    return Table(Path(path), text, codec, [cell.strip() for cell in headings], rows)


def _rows(path, text):
    """Yield the rows of a text, the headings first."""
    separator = max(SEPARATORS, key=text.partition("\n")[0].count)
    cell = re.compile(rf'(?:"((?:[^"]|"")*)"|([^"{separator}\r\n][^{separator}\r\n]*)?)({separator}|\r\n|\r|\n|\Z)')
    at = begin = len(text) - len(text.lstrip("\ufeff"))
    line, cells, spans = 1, [], []
    while at < len(text) or cells:
        match = cell.match(text, at)
        if match is None:
            raise BadStudents(path, line, "", "CSV in which each quotation mark has its partner", "one without")
        cells.append((match[1] or "").replace('""', '"') or match[2] or "")
        spans.append((match.start(), match.start(3)))
        at = match.end()
        if match[3] != separator:
            if any(map(str.strip, cells)):
                yield line, cells, spans
            line, begin, cells, spans = line + len(text[begin:at].splitlines()), at, [], []


def participants(table):
    """Return the number in each row of Moodle's grading worksheet, None if the table is another.

    Its first column has the word for a participant, in the site's language, and a number that stands for the student
    in this assignment alone (col_recordid in mod/assign/gradingtable.php).
    """
    found = [PARTICIPANT.fullmatch(cells[0]) for _, cells, _ in table.rows]
    is_one = found and all(found) and len(table.headings) > 2 and len({match[1] for match in found}) == 1
    return [match[2] for match in found] if is_one else None
