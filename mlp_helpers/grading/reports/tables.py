"""Tables as platforms and spreadsheets write them, and the place of each cell in their text."""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

SEPARATORS = ",;\t"  # a German or French Excel writes semicolons


class BadTable(ValueError):
    """Error in a table that a person wrote; the message states where and why."""

    def __init__(self, path, line, column, expected, came):
        where = f"{path}, line {line}" + (f", column {column}" if column else "")
        super().__init__(f"{where}: expected {expected}, got {came}")


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
        return BadTable(self.path, line, "", expected, repr(came or ",".join(self.headings)))

    def by_heading(self, *needed):
        """Yield each row's line number and its cells, a dict by heading in lower case, among them those needed."""
        headings = [heading.lower() for heading in self.headings]
        for heading in needed:
            if headings.count(heading) != 1:
                raise self.bad(f"one column {heading!r}")
        for line, cells, _ in self.rows:
            yield line, dict.fromkeys(headings, "") | dict(zip(headings, cells, strict=False))

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
    BadTable
        It cannot be read, a quotation mark has no partner, or a row has more cells than there are headings.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as reason:
        raise BadTable(path, 1, "", "a file", f"an error: {reason.strerror}") from reason
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise BadTable(path, 1, "", 'UTF-8, as Excel saves it by "CSV UTF-8"', "UTF-16")
    try:
        text, codec = content.decode(), "utf-8"
    except UnicodeDecodeError:
        text, codec = content.decode("cp1252", "replace"), "cp1252"
    (_, headings, _), *rows = [*_rows(path, text)] or [(1, [""], [])]
    for line, cells, _ in rows:
        if any(map(str.strip, cells[len(headings) :])):
            raise BadTable(path, line, "", f"at most {len(headings)} cells, as in line 1", f"{len(cells)} cells")
    return Table(Path(path), text, codec, [cell.strip() for cell in headings], rows)


def _rows(path, text):
    """Yield the rows of a text, the headings first."""
    header = text.partition("\n")[0]
    separator = max(SEPARATORS, key=lambda one: (header.count(one), -header.find(one)))  # of two, the first
    cell = re.compile(rf'(?:"((?:[^"]|"")*)"|([^"{separator}\r\n][^{separator}\r\n]*)?)({separator}|\r\n|\r|\n|\Z)')
    at = begin = len(text) - len(text.lstrip("\ufeff"))
    line, cells, spans = 1, [], []
    while at < len(text) or cells:
        match = cell.match(text, at)
        if match is None:
            raise BadTable(path, line, "", "CSV in which each quotation mark has its partner", "one without")
        cells.append((match[1] or "").replace('""', '"') or match[2] or "")
        spans.append((match.start(), match.start(3)))
        at = match.end()
        if match[3] != separator:
            if any(map(str.strip, cells)):
                yield line, cells, spans
            line, begin, cells, spans = line + len(text[begin:at].splitlines()), at, [], []
