"""Malformed submissions, by accident or on purpose: odd names, broken files, rearranged notebooks."""

import io
import json
import os
import stat
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import nbformat

from mlp_helpers.course.cells import answer_name, checked_name, is_answer

CHECKING = "notebooks/04_gradient_checking.ipynb"
ANSWERS = ("central_difference", "relative_error", "numerical_gradient", "check_network")


@dataclass(frozen=True)
class Malformed:
    """Malformed submission and its expected result."""

    student: str  # to whom it is attributed
    make: Callable  # writes the submission, given the folder of submissions and a copy of notebook 04's solution
    refused: str = ""  # part of the reason for refusal; "" if it is graded
    lost: frozenset = frozenset()  # exercises of notebook 04 that get no points
    flag: str = ""  # part of one of the flags


def content_of(solution):
    return nbformat.writes(solution).encode()


def raw(path, content=content_of):
    """Return a `make` that writes bytes, by default the solution's, to a path, a str or bytes."""

    def make(folder, solution):
        place = os.path.join(os.fsencode(folder), os.fsencode(path))
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "wb") as file:
            file.write(content(solution) if callable(content) else content)

    return make


def zipped(student, refused, *entries, method=zipfile.ZIP_STORED, spoil=lambda content: content):
    """Return a student's zip file of (name or ZipInfo, content) pairs, a `Malformed`; None stands for the solution."""

    def make(folder, solution):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", method) as archive:
            for entry, text in entries:
                archive.writestr(entry, content_of(solution) if text is None else text)
        (folder / f"{student}.zip").write_bytes(spoil(content.getvalue()))

    return Malformed(student, make, refused)


def cells(student, change, **expected):
    """Return the solution with cells changed by `change(cells, {exercise: answer cell})`, a `Malformed`."""

    def make(folder, solution):
        own = {answer_name(cell): cell for cell in solution.cells if is_answer(cell)}
        solution.cells = change(solution.cells, own) or solution.cells
        (folder / f"{student}.ipynb").write_text(json.dumps(solution), encoding="utf-8")

    return Malformed(student, make, **expected)


def two_of_a_name(folder, solution):
    nbformat.write(solution, folder / "twin.ipynb")
    zipped("twin", "", ("01.ipynb", None)).make(folder, solution)


def link(folder, solution):
    """Write a symbolic link to a file outside the folder."""
    outside = folder.parent / "of-another.ipynb"
    nbformat.write(solution, outside)
    (folder / "link.ipynb").symlink_to(outside)


def pipe(name):
    return lambda folder, solution: os.mkfifo(folder / name)


def linked_entry():
    entry = zipfile.ZipInfo("01.ipynb")
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return entry


def says_less(content):
    """Return a one-file zip archive whose headers understate the file's size."""
    (size,) = struct.unpack_from("<I", content, 22)
    return content.replace(struct.pack("<II", size, size), struct.pack("<II", size, size - 9))


def old_format(solution):
    return nbformat.writes(nbformat.convert(solution, 3), version=3).encode()


def without(*names):
    return lambda all_cells, own: [cell for cell in all_cells if cell not in [own[name] for name in names]]


def renamed(all_cells, own):
    own["relative_error"].metadata.nbgrader.grade_id = "central_difference-2"


def merged_into_one_with_a_name(all_cells, own):
    own["central_difference"].source = "\n\n".join(cell.source for cell in own.values())
    return without("relative_error", "numerical_gradient")(all_cells, own)


def merged(all_cells, own):
    own["central_difference"].metadata.clear()
    return merged_into_one_with_a_name(all_cells, own)


def changed_check(all_cells, own):
    own["relative_error"].source = "def relative_error(analytic, numeric, floor=1e-8):\n    return 0.0"
    for cell in all_cells:
        if checked_name(cell) == "relative_error":
            cell.source, cell.metadata.tags = "print('✓ right')", ["nbval-skip"]


def of_an_old_release(all_cells, own):
    """Change cells to what an older release could have contained."""
    for cell in all_cells:
        if checked_name(cell) == "relative_error":
            cell.source = "mlp.check_answer(relative_error)"
            cell.metadata.nbgrader.points = 400
    return without("numerical_gradient")(all_cells, own)


def odd_metadata(all_cells, own):
    all_cells[0].metadata["nbgrader"] = {"grade_id": ["a"]}
    all_cells[1].metadata["nbgrader"] = {"grade_id": {"a": 1}, "points": -5}
    all_cells[2].metadata["course"] = 3


def more_points(all_cells, own):
    for cell in all_cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader["points"] = 1e9


def another_kernel(folder, solution):
    solution.metadata["kernelspec"] = {"name": "forged", "display_name": "Mine", "language": "perl"}
    nbformat.write(solution, folder / "kernel.ipynb")


NONE_LEFT = frozenset(ANSWERS) | {"faults_layers", "quiz_gradients"}
LONG = "x" * 249
MALFORMED = {
    "two of one name": Malformed("twin", two_of_a_name, "none with a receipt: twin.ipynb, twin.zip"),
    "a line break in the name": Malformed("new\\nline", raw("new\nline.ipynb")),
    "quotes in the name": Malformed("a\"b'c", raw("a\"b'c.ipynb")),
    "a path in disguise": Malformed("%2E%2E%2Fb\u2215c", raw("%2E%2E%2Fb\u2215c.ipynb")),
    "a terminal's sequence in the name": Malformed("\\x1b[2Ja", raw("\x1b[2Ja.ipynb")),
    "a formula for a name": Malformed("=1+1", raw("=1+1.ipynb")),
    "a name of 255 bytes": Malformed(LONG, raw(f"{LONG}.ipynb")),
    "a name that is not UTF-8": Malformed("\\xff\\xfe", raw(b"\xff\xfe.ipynb")),
    "a text under a name that is not UTF-8": Malformed("\\xfd", raw(b"\xfd.txt", b""), "is neither a notebook"),
    "a notebook in a folder under such a name": Malformed("folder", raw(b"folder/\xff.ipynb")),
    "a pipe": Malformed("pipe", pipe("pipe.ipynb"), "pipe.ipynb is no file"),
    "a pipe that is called a zip file": Malformed("pipe2", pipe("pipe2.zip"), "is neither a notebook"),
    "a symbolic link": Malformed("link", link, "link.ipynb is a symbolic link"),
    "a program": Malformed("program", raw("program.py", b"print(1)"), "program.py is neither a notebook"),
    "a path that leads out": zipped("out", "which leads out of it", ("../out.ipynb", None)),
    "a zip file with a link": zipped("linked", "leads out of it", (linked_entry(), "/etc/passwd")),
    "many notebooks": zipped("many", "holds 501 notebooks", *((f"{n}.ipynb", None) for n in range(501))),
    "a zip file that is larger unpacked": zipped(
        "bomb", "has more than 20 MiB", ("01.ipynb", bytes(21 << 20)), method=zipfile.ZIP_DEFLATED
    ),
    "a zip file that lies about a size": zipped("lies", "cannot be read", ("01.ipynb", None), spoil=says_less),
    "a zip file with damaged LZMA": zipped(
        "lzma",
        "cannot be read",
        ("01.ipynb", None),
        method=zipfile.ZIP_LZMA,
        spoil=lambda content: content[:60] + bytes(60) + content[120:],
    ),
    "a zip file with a name that is not UTF-8": zipped(
        "zipname", "cannot be read", ("é.ipynb", None), spoil=lambda content: content.replace("é".encode(), b"\xff\xff")
    ),
    "no zip file": Malformed("nozip", raw("nozip.zip", b"PK"), "cannot be read"),
    "an empty file": Malformed("empty", raw("empty.ipynb", b""), "empty.ipynb is empty, 0 bytes"),
    "JSON without end": Malformed("deep", raw("deep.ipynb", b"[" * 100_000), "RecursionError"),
    "a giant integer": Malformed("giant", raw("giant.ipynb", b'{"nbformat": ' + b"9" * 5000 + b"}"), "ValueError"),
    "no list of cells": Malformed("cells", raw("cells.ipynb", b'{"nbformat": 4, "cells": 3}'), "no valid notebook"),
    "not UTF-8": Malformed(
        "latin", raw("latin.ipynb", lambda solution: b"\xe9" + content_of(solution)), "is not UTF-8"
    ),
    "an old format": Malformed("old", raw("old.ipynb", old_format), flag="is in an old format, and was converted"),
    "another kernel": Malformed("kernel", another_kernel),
    "a changed check": cells(
        "check", changed_check, lost=frozenset({"relative_error"}), flag="the check cell was changed"
    ),
    "an old release": cells(
        "release",
        of_an_old_release,
        lost=frozenset({"numerical_gradient"}),
        flag="numerical_gradient: its cell is missing",
    ),
    "a cell renamed": cells("renamed", renamed, flag="relative_error: found by its"),
    "cells in another order": cells("order", lambda all_cells, own: all_cells[::-1]),
    "cells merged": cells("merged", merged, flag="found by its"),
    "cells merged into one with a name": cells(
        "merged2", merged_into_one_with_a_name, flag="relative_error: found by its"
    ),
    "odd metadata": cells("odd", odd_metadata),
    "other points": cells("points", more_points),
    "no cells": cells("none", lambda all_cells, own: all_cells[:1], lost=NONE_LEFT),
}
