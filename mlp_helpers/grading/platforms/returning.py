"""The way back: Moodle's grading worksheet filled in, Canvas's table, and feedback under each platform's names.

The importers' rules are in mod/assign/feedback/offline and mod/assign/feedback/file of Moodle, and in Canvas in
lib/gradebook_importer.rb and where it infers the context of a comment from a file's name.
"""

import html
import io
import json
import re
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

from mlp_helpers.authoring.lint import TOTAL_POINTS
from mlp_helpers.grading.platforms.collecting import COLLECTED, MAX_SHOWN
from mlp_helpers.grading.platforms.downloads import Handed
from mlp_helpers.grading.reports.gradebook import csv_text
from mlp_helpers.grading.reports.people import Person, participants, spellings
from mlp_helpers.grading.reports.tables import read_table
from mlp_helpers.grading.results import file_name, first
from mlp_helpers.services.files import make_folder, replacing
from mlp_helpers.services.validation import one_of

FOLDER, PAGE = "return", "feedback.html"  # in the folder of results; in what a student gets
CANVAS_IDS = ("ID", "SIS User ID", "SIS Login ID")
CANVAS_OWN = re.compile(
    r"(Student|LastName|FirstName|ID|SIS User ID|SIS Login ID|Section|Integration ID|Root Account|)$"
    r"|.*((Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status))"
)
TITLE = "MLP course"  # of a new assignment in Canvas
MAXIMUM = re.compile(r"\d+(?:[.,]\d+)?")


def give_back(submissions, out, worksheet=None, columns=("", ""), canvas_id="ID", has_policy=True):
    """Write what a platform takes, into a folder of the results; return a report, as text.

    Parameters
    ----------
    submissions : path
        As `collect` made it.
    out : path
        The folder of results.
    worksheet : path, optional
        Moodle's, as downloaded for this assignment; without it, the files are for Canvas.
    columns : (str, str)
        Headings of the grades and of the remarks. Without them, the worksheet's grades are found and no remarks
        written, and Canvas's table has a new assignment.
    canvas_id : {"ID", "SIS User ID", "SIS Login ID"}
        What tells students apart in Canvas's table.
    has_policy : bool
        Whether totals are those after the deduction for lateness.

    Raises
    ------
    ValueError
        Something does not fit together. Nothing was written.
    """
    form, people, files = _collected(submissions)
    marks, n_waiting = _marks(out, has_policy)
    known = {person.number: person for person in people if person.submission in marks and person.number}
    if worksheet is not None:
        kind, content = "worksheet", _filled(worksheet, columns, known, marks)
        pages = {_moodle_name(person): person.submission for person in known.values()}
    elif form == "Canvas" or any("sis login id" in person.cells for person in people):
        kind, content = "canvas", _canvas_table(known, people, marks, canvas_id, columns[0] or TITLE)
        sent = {one: max((file.sent for file in own), key=_is_zip) for one, own in files.items() if one in marks}
        pages = {name: one for one, name in sent.items() if name}
    else:
        raise ValueError("--worksheet must name Moodle's grading worksheet, unless `collect` was given Canvas's export")
    ending = "-before-all-is-marked" * bool(n_waiting) + "-without-deductions" * (not has_policy)
    written = _write(Path(out), kind, content, pages, ending)
    said = f"{written[0]}: marks of {len(known)} of {len(people)} students\n"
    said += f"{written[1]}: feedback in {len(pages)} files"
    left = [person.id for person in people if person.number not in known]
    said += f"\nanswers that wait for a person's mark, and count as 0: {n_waiting}" * bool(n_waiting)
    return said + f"\nno grade (nothing to grade, or no number): {', '.join(first(left, MAX_SHOWN))}" * bool(left)


def _collected(folder):
    """Return the form of a download, the list of `Person`, and lists of `Handed` by submission.

    Where the list of students has no numbers, they are those of the files.
    """
    try:
        known = json.loads(Path(folder, COLLECTED).read_text(encoding="utf-8"))
        files = {one: [Handed(**handed) for handed in own] for one, own in known["files"].items()}
        people = [Person(**person) for person in known["people"]]
        own = {one: several[0].number for one, several in files.items() if several}
        return known["form"], [replace(one, number=one.number or own.get(one.id, "")) for one in people], files
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"SUBMISSIONS must be a folder that `grade collect` made, got {folder}") from error


def _marks(out, has_policy):
    """Return the total, as text, and the remark of each student to be uploaded, and how many answers wait for marks."""
    total, table = "total_after_policy" if has_policy else "total", read_table(Path(out, "gradebook.csv"))
    rows = [cells for _, cells in table.by_heading("student", total, "waiting", "remark")]
    n_waiting = sum(len(cells["waiting"].split("; ")) for cells in rows if cells["waiting"])
    return {cells["student"]: (cells[total], cells["remark"]) for cells in rows if cells["remark"]}, n_waiting


def _filled(path, columns, students, marks):
    """Return Moodle's worksheet with the grades in it, otherwise byte for byte.

    Moodle finds a row by the number in its first column, and passes over a grade above the maximum without a word.
    """
    table = read_table(path)
    numbers = participants(table)
    if numbers is None:
        raise table.bad("Moodle's grading worksheet, with a participant's number in each cell of the first column")
    grade, most = _grade_column(table, columns[0])
    remark = table.headings.index(one_of(columns[1], table.headings, "--remark-column")) if columns[1] else None
    changes = {}
    for at, (line, cells, _) in enumerate(table.rows):
        person = students.get(numbers[at])
        if person is None:
            continue
        if person.name and not spellings(cells[1]) & spellings(person.name):
            raise table.bad(f"{person.name!r}, who has this number", line, cells[1])
        points, text = marks[person.submission]
        if most and float(points) > float(most.replace(",", ".")):
            remedy = f"set it to {TOTAL_POINTS} there, and download the worksheet again"
            raise ValueError(f"{person.id} has {points} points, above the maximum of {most} in {path}: {remedy}")
        changes[at, grade] = points.replace(".", ",") if "," in most else points
        if remark is not None:
            changes[at, remark] = html.escape(text, quote=False)  # Moodle takes it for HTML
    if not changes:
        raise ValueError(f"{path} has no student with a mark: is it of this course, and of this assignment?")
    return table.with_cells(changes)


def _grade_column(table, heading):
    """Return the place of the grades in a worksheet, and the maximum as it is written beside them."""
    short = [line for line, cells, _ in table.rows if len(cells) != len(table.headings)]
    if short:
        raise table.bad(f"{len(table.headings)} cells, as in line 1", short[0], "another number of them")
    columns = [{cells[at] for _, cells, _ in table.rows} for at in range(len(table.headings))]
    alike = {at: min(own) for at, own in enumerate(columns) if at > 1 and len(own) == 1 and MAXIMUM.fullmatch(min(own))}
    if heading:
        at = table.headings.index(one_of(heading, table.headings, "--grade-column"))
        return at, alike.get(at + 1, "")
    if len(alike) != 1:
        raise table.bad(f"one column with the same maximum in all rows, not {len(alike)}; --grade-column names it")
    ((at, most),) = alike.items()
    return at - 1, most


def _canvas_table(known, people, marks, kind, title):
    """Return totals for the import into Canvas's gradebook, as bytes.

    Canvas looks for a student by ID, SIS user id and login, and then takes the first with the name in the first cell:
    so that cell holds no name that two have. An empty mark would erase what Canvas has.
    """
    if CANVAS_OWN.match(title):
        raise ValueError(f"--grade-column must be one that Canvas does not use itself, got {title!r}")
    names = Counter(spelling for person in people for spelling in spellings(person.name))
    lines = [["Student", *CANVAS_IDS, "Section", title], ["    Points Possible", *[""] * 4, str(TOTAL_POINTS)]]
    for person in known.values():
        name = "" if any(names[spelling] > 1 for spelling in spellings(person.name)) else person.name
        own = person.number if kind == "ID" else person.cells.get(kind.lower(), person.id)
        lines.append([name, *(own if one == kind else "" for one in CANVAS_IDS), "", marks[person.submission][0]])
    return csv_text(lines).encode()


def _moodle_name(person):
    """Return the name of a page in Moodle's feedback zip: NAME_NUMBER_assignsubmission_file_feedback.html."""
    name = re.sub(r"[^\w .-]|_", " ", person.name).strip(" .") or "Participant"
    return f"{name}_{person.number}_assignsubmission_file_{PAGE}"


def _is_zip(name):
    return name.lower().endswith(".zip"), name


def _write(out, kind, content, pages, ending):
    """Write the table and a zip file with pages; return their paths. Earlier ones with other endings vanish."""
    make_folder(out / FOLDER)
    paths = [out / FOLDER / f"{kind}{ending}.csv", out / FOLDER / f"feedback{ending}.zip"]
    with replacing(paths[0]) as table, replacing(paths[1]) as feedback:
        table.write_bytes(content)
        with zipfile.ZipFile(feedback, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, one in sorted(pages.items()):
                archive.writestr(name, _page(name, (out / "feedback" / f"{file_name(one)}.html").read_bytes()))
    for path in {*paths[0].parent.glob(f"{kind}*.csv"), *paths[0].parent.glob("feedback*.zip")} - {*paths}:
        path.unlink()
    return paths


def _page(name, content):
    """Return a page, inside of a zip file if that is how Canvas will call it: it gives it the name of the student's."""
    if not _is_zip(name)[0]:
        return content
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(PAGE, content)
    return file.getvalue()
