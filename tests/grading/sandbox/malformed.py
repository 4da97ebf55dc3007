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
    """Malformed submission and its expected result.

    Attributes
    ----------
    student : str
        The student to whom it is attributed.
    make : callable
        Writes the submission, given the folder of submissions and a copy of notebook 04's solution.
    refused : str
        Part of the reason for refusal; "" if it is graded.
    lost : frozenset of str
        Exercises of notebook 04 that get no points.
    flag : str
        Part of one of the flags.
    """

    student: str
    make: Callable
    refused: str = ""
    lost: frozenset = frozenset()
    flag: str = ""


def notebook(name):
    """Return a `make` that writes the solution under a name."""
    return lambda folder, solution: nbformat.write(solution, os.path.join(os.fsencode(folder).decode(), name))


def raw(name, content):
    """Return a `make` that writes bytes under a name, a str or bytes."""

    def make(folder, solution):
        with open(os.path.join(os.fsencode(folder), os.fsencode(name)), "wb") as file:
            file.write(content(solution) if callable(content) else content)

    return make


def content_of(solution):
    return nbformat.writes(solution).encode()


def zipped(name, *entries, method=zipfile.ZIP_STORED, spoil=lambda content: content):
    """Return a `make` that writes a zip file of (name or ZipInfo, content) pairs; None stands for the solution."""

    def make(folder, solution):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", method) as archive:
            for entry, text in entries:
                archive.writestr(entry, content_of(solution) if text is None else text)
        (folder / name).write_bytes(spoil(content.getvalue()))

    return make


def cells(student, change):
    """Return a `make` that writes the solution with cells changed by `change(cells, {exercise: answer cell})`."""

    def make(folder, solution):
        own = {answer_name(cell): cell for cell in solution.cells if is_answer(cell)}
        solution.cells = change(solution.cells, own) or solution.cells
        (folder / f"{student}.ipynb").write_text(json.dumps(solution), encoding="utf-8")

    return make


def in_a_folder(name, file_name):
    def make(folder, solution):
        (folder / name).mkdir()
        raw(os.path.join(os.fsencode(name), file_name), content_of)(folder, solution)

    return make


def two_of_a_name(folder, solution):
    nbformat.write(solution, folder / "twin.ipynb")
    zipped("twin.zip", ("01.ipynb", None))(folder, solution)


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


def merged(all_cells, own):
    own["central_difference"].source = "\n\n".join(cell.source for cell in own.values())
    own["central_difference"].metadata.clear()
    return without("relative_error", "numerical_gradient")(all_cells, own)


def merged_into_one_with_a_name(all_cells, own):
    own["central_difference"].source = "\n\n".join(cell.source for cell in own.values())
    return without("relative_error", "numerical_gradient")(all_cells, own)


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
    "a line break in the name": Malformed("new\\nline", notebook("new\nline.ipynb")),
    "quotes in the name": Malformed("a\"b'c", notebook("a\"b'c.ipynb")),
    "a path in disguise": Malformed("%2E%2E%2Fb\u2215c", notebook("%2E%2E%2Fb\u2215c.ipynb")),
    "a terminal's sequence in the name": Malformed("\\x1b[2Ja", notebook("\x1b[2Ja.ipynb")),
    "a formula for a name": Malformed("=1+1", notebook("=1+1.ipynb")),
    "a name of 255 bytes": Malformed(LONG, notebook(f"{LONG}.ipynb")),
    "a name that is not UTF-8": Malformed("\\xff\\xfe", raw(b"\xff\xfe.ipynb", content_of)),
    "a text under a name that is not UTF-8": Malformed("\\xfd", raw(b"\xfd.txt", b""), "is neither a notebook"),
    "a notebook in a folder under such a name": Malformed("folder", in_a_folder("folder", b"\xff.ipynb")),
    "a pipe": Malformed("pipe", pipe("pipe.ipynb"), "pipe.ipynb is no file"),
    "a pipe that is called a zip file": Malformed("pipe2", pipe("pipe2.zip"), "is neither a notebook"),
    "a symbolic link": Malformed("link", link, "link.ipynb is a symbolic link"),
    "a program": Malformed("program", raw("program.py", b"print(1)"), "program.py is neither a notebook"),
    "a path that leads out": Malformed("out", zipped("out.zip", ("../out.ipynb", None)), "which leads out of it"),
    "a zip file with a link": Malformed(
        "linked", zipped("linked.zip", (linked_entry(), "/etc/passwd")), "leads out of it"
    ),
    "many notebooks": Malformed(
        "many", zipped("many.zip", *((f"{n}.ipynb", None) for n in range(501))), "holds 501 notebooks"
    ),
    "a zip file that is larger unpacked": Malformed(
        "bomb",
        zipped("bomb.zip", ("01.ipynb", bytes(21 << 20)), method=zipfile.ZIP_DEFLATED),
        "has more than 20 MiB",
    ),
    "a zip file that lies about a size": Malformed(
        "lies", zipped("lies.zip", ("01.ipynb", None), spoil=says_less), "cannot be read"
    ),
    "a zip file with damaged LZMA": Malformed(
        "lzma",
        zipped(
            "lzma.zip",
            ("01.ipynb", None),
            method=zipfile.ZIP_LZMA,
            spoil=lambda content: content[:60] + bytes(60) + content[120:],
        ),
        "cannot be read",
    ),
    "a zip file with a name that is not UTF-8": Malformed(
        "zipname",
        zipped("zipname.zip", ("é.ipynb", None), spoil=lambda content: content.replace("é".encode(), b"\xff\xff")),
        "cannot be read",
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
    "a changed check": Malformed(
        "check", cells("check", changed_check), lost=frozenset({"relative_error"}), flag="the check cell was changed"
    ),
    "an old release": Malformed(
        "release",
        cells("release", of_an_old_release),
        lost=frozenset({"numerical_gradient"}),
        flag="numerical_gradient: its cell is missing",
    ),
    "a cell renamed": Malformed("renamed", cells("renamed", renamed), flag="relative_error: found by its"),
    "cells in another order": Malformed("order", cells("order", lambda all_cells, own: all_cells[::-1])),
    "cells merged": Malformed("merged", cells("merged", merged), flag="found by its"),
    "cells merged into one with a name": Malformed(
        "merged2", cells("merged2", merged_into_one_with_a_name), flag="relative_error: found by its"
    ),
    "odd metadata": Malformed("odd", cells("odd", odd_metadata)),
    "other points": Malformed("points", cells("points", more_points)),
    "no cells": Malformed("none", cells("none", lambda all_cells, own: all_cells[:1]), lost=NONE_LEFT),
}
