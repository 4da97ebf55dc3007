"""Submissions out of a platform's download, one folder a student: who handed in what, who is late or missing.

A file goes to a student only if the list of students says beyond doubt whose it is. Others are named, with a reason.
"""

import json
import shutil
import tempfile
import zipfile
import zlib
from collections import defaultdict
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from mlp_helpers.grading.platforms.downloads import handed_in, opened
from mlp_helpers.grading.reports.gradebook import csv_text
from mlp_helpers.grading.reports.people import Class, Unplaced, read_people, spellings, squeezed
from mlp_helpers.grading.reports.policy import Policy, read_policy
from mlp_helpers.grading.results import first
from mlp_helpers.grading.submissions import Refused, received, take
from mlp_helpers.services.files import new_folder

COLLECTED, ROSTER, TABLE = ".collected.json", "roster.csv", "collected.csv"  # in the folder of submissions
MAX_COPIED_BYTES = 1 << 28  # of a file
MAX_SHOWN = 40  # of a list on the terminal


@dataclass
class Work:
    """What a student or a group handed in, if anything: files, the newest date of a receipt, if known, and remarks."""

    people: list = field(default_factory=list)
    files: list = field(default_factory=list)
    received: str = ""
    late: str = ""
    remarks: list = field(default_factory=list)


def collect(download, students, out=None, id_heading="", policy=None, assignment=""):
    """Sort a download into a folder for each student; return a report, as text.

    Parameters
    ----------
    download : path
        A zip file or a folder: of Moodle, of Canvas, nbgrader's `submitted`, or a folder for each student.
    students : path
        As in `read_people`.
    out : path, optional
        A new folder for the submissions. Without it, the report says what would be done, and nothing stays.
    policy : path, optional
        As in `read_policy`: the report says who is late by it.
    id_heading, assignment : str, optional
        The heading of the ids; nbgrader's assignment.

    Raises
    ------
    ValueError
        An argument is not as it must be, or no file could be placed. Nothing was written.
    """
    people = read_people(students, id_heading)
    policy = read_policy(policy, {person.submission for person in people}) if policy else Policy()
    if out is not None and Path(out).exists() and (not Path(out).is_dir() or any(Path(out).iterdir())):
        raise ValueError(f"--out must be a folder that is new or empty, got {out}; a later download goes into another")
    with opened(download) as files, tempfile.TemporaryDirectory() if out is None else new_folder(out) as made:
        folder = Path(made)
        form, found, unknown = handed_in(files, assignment)
        if form == "Moodle" and _is_blind(found, people):
            people, found = ([replace(one, name="") for one in several] for several in (people, found))
        works, unplaced = _placed(found, people, files)
        unplaced |= dict.fromkeys(unknown, f"its name is none that {form} gives")
        if not any(work.files for work in works.values()):
            why = first([f"{path}: {reason}" for path, reason in sorted(unplaced.items())], 3)
            raise ValueError("; ".join([f"no file in {download} is one of a student in {students}", *why]))
        for submission, work in works.items():
            if work.files:
                unplaced |= _copied(work, files, folder / submission)
                _examine(submission, work, folder, policy)
        for name, text in _tables(form, people, works, unplaced).items():
            (folder / name).write_text(text, encoding="utf-8", newline="")
    return "\n".join(_report(form, works, unplaced, out))


def _is_blind(found, people):
    """Return whether Moodle hides the names: all are the same one, and it is nobody's."""
    names, numbers = {squeezed(handed.name) for handed in found}, {handed.number for handed in found}
    return len(names) == 1 < len(numbers) and not any(names & spellings(person.name) for person in people)


def _placed(found, people, files):
    """Return the `Work` by submission, and why files could not be placed, by path."""
    students, works, unplaced = Class(people), defaultdict(Work), {}
    for person in people:
        works[person.submission].people.append(person)
    for handed in found:
        try:
            if files[handed.path][0] > MAX_COPIED_BYTES:
                raise Unplaced(f"it has more than {MAX_COPIED_BYTES >> 20} MiB")
            works[students.owner(handed.number, handed.name)].files.append(handed)
        except Unplaced as reason:
            unplaced[handed.path] = str(reason)
    for owner in works.keys() - students.groups.values():
        several = sorted({handed.number or handed.name for handed in works[owner].files})
        if len(several) > 1:  # two people of one name, and one of them on the list
            why = f"{' and '.join(several)} have one name, and the list has only {owner} of it"
            unplaced |= {handed.path: why for handed in works[owner].files}
            works[owner].files = []
    return dict(sorted(works.items())), unplaced


def _copied(work, files, folder):
    """Copy a student's files into a folder; return why some could not be read, by path. No name replaces another."""
    damaged = {}
    for number, handed in enumerate(work.files):
        target = folder / handed.own
        target = folder / str(number) / handed.own if target.exists() else target
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with files[handed.path][1]() as source, open(target, "xb") as copy:
                shutil.copyfileobj(source, copy)
        except (EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, Refused) as error:
            target.unlink(missing_ok=True)
            damaged[handed.path] = f"it cannot be read: {error}"
    return damaged


def _examine(submission, work, folder, policy):
    """Read a submission as grading will, and note its date, whether it is late, and what is odd."""
    try:
        raw = take(submission, [folder / submission])
        work.received = received(raw.contents)
        work.remarks += [flag for flag in raw.flags if " versions: " in flag]
    except Refused as error:
        work.remarks.append(f"refused: {error}")
    late = policy.lateness(submission, work.received)
    work.late = "late, as Canvas says" if any(handed.is_late for handed in work.files) else ""
    work.late = late.why if late.days else work.late


def _tables(form, people, works, unplaced):
    """Return the files beside the submissions: for grading, for a person, and for the way back."""
    roster, lines = [["id", "name", "pseudonym"]], [["student", "name", "files", "received", "remarks"]]
    for submission, work in works.items():
        name = " and ".join(person.name for person in work.people if person.name)
        roster.append([submission, name, next((person.pseudonym for person in work.people), "")])
        said = "; ".join(filter(None, ["" if work.files else "missing", work.late, *work.remarks]))
        lines.append([submission, name, _paths(work), work.received, said])
    lines += [["", "", path, "", f"not placed: {reason}"] for path, reason in sorted(unplaced.items())]
    files = {one: [asdict(handed) for handed in work.files] for one, work in works.items() if work.files}
    known = {"form": form, "people": [asdict(person) for person in people], "files": files}
    return {ROSTER: csv_text(roster), TABLE: csv_text(lines), COLLECTED: json.dumps(known, indent=1)}


def _paths(work):
    return "; ".join(handed.path for handed in work.files)


def _report(form, works, unplaced, out):
    """Yield the lines of the report."""
    there = {one: work for one, work in works.items() if work.files}
    yield f"{len(there)} of {len(works)} handed in, by a download of the form {form!r}"
    for title, lines in [
        ("who is who", [f"{one}: {_paths(work)}" for one, work in there.items()]),
        ("late", [f"{one}: {work.late}" for one, work in there.items() if work.late]),
        ("look at", [f"{one}: {remark}" for one, work in there.items() for remark in work.remarks]),
        ("nobody knows when", [one for one, work in there.items() if not work.received]),
        ("missing", [one for one in works if one not in there]),
        ("could not be placed", [f"{path}: {reason}" for path, reason in sorted(unplaced.items())]),
    ]:
        if lines:
            yield f"{title}:"
            yield from (f"  {line}" for line in first(lines, MAX_SHOWN, f", in {TABLE}" if out else ""))
    if any(one.startswith("anon_") for one in there):
        yield "anonymous: feedback can go back, but no marks, until Canvas shows the names and you collect again"
    yield f"{out}: {len(there)} submissions, {ROSTER}, {TABLE}" if out else "nothing was written; --out FOLDER does"
