"""Submissions, one per student: found, and read safely, whatever they contain.

A submission is a notebook, a zip file or a folder. An unusable one is refused with a reason; grading continues. Where a
student handed in several versions, that with the newest receipt counts.
"""

import contextlib
import io
import re
import zipfile
from collections import namedtuple
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from mlp_helpers.course.cells import digest
from mlp_helpers.course.submission import RECEIPT
from mlp_helpers.grading import handed_in
from mlp_helpers.grading.handed_in import INSTEAD, SAVED_AS, TIMESTAMP, Refused, choose, kind_of, printable
from mlp_helpers.grading.results import first_flags
from mlp_helpers.grading.submitted_notebook import parsed

MAX_VERSIONS = 20  # of a submission
MAX_ZIP_BYTES = 128 << 20  # of a zip file in another
NEVER = datetime.min.replace(tzinfo=UTC)  # the date of a version without a receipt
# A student's name, the bytes of notebooks, trained networks and receipt by path, and remarks on files left out.
RawSubmission = namedtuple("RawSubmission", "student contents flags", defaults=((),))


@dataclass(frozen=True)
class _Version:
    """A version of a submission: what a folder, a zip file or a notebook file holds, as in `RawSubmission`."""

    name: str = ""  # of the file or folder
    contents: dict = field(default_factory=dict)
    flags: tuple = ()
    refused: str = ""  # why it cannot be graded, "" if it can

    @property
    def date(self):
        """Return the date of its newest receipt."""
        return _with_offset(received(self.contents))

    @property
    def works(self):
        """Return what would be graded, whatever folder it is in: names and digests."""
        return sorted(
            (name.rpartition("/")[2], digest(one)) for name, one in self.contents.items() if kind_of(name) != "receipt"
        )


@dataclass
class Submission:
    """A parsed submission.

    Attributes
    ----------
    student : str
    notebooks : dict from str to NotebookNode
        By path.
    networks : dict from str to bytes
        Files of trained networks, by path; not more of each than `MAX_NETWORK_BYTES`.
    flags : list of str
        Remarks on files that were left out, and findings for a person to review.
    received : str
        The date of the receipt, ISO 8601, "" if there is none.
    """

    student: str
    notebooks: dict = field(default_factory=dict)
    networks: dict = field(default_factory=dict)
    flags: list = field(default_factory=list)
    received: str = ""


def find(folder):
    """Return the submissions in a folder: a dict from student to the paths with that name, sorted.

    Parameters
    ----------
    folder : path
        Each file and folder in it counts, except hidden ones, those of systems, and tables (.csv).

    Raises
    ------
    Refused
        It is not a folder, or contains no submissions.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise Refused(f"SUBMISSIONS must be a folder, got {folder}")
    found = {}
    for path in sorted(folder.iterdir()):
        if not (handed_in.is_skipped(path.name) or handed_in.is_of_system(path.name) or path.suffix.lower() == ".csv"):
            name = path.name if path.is_dir() else Path(SAVED_AS.sub("", path.name)).stem.removesuffix(".tar")
            found.setdefault(printable(name), []).append(path)
    if not found:
        raise Refused(f"SUBMISSIONS must hold notebooks, zip files or folders, and {folder} holds none")
    return found


def take(student, paths):
    """Read a student's files once into a `RawSubmission`, which is graded even if they change later.

    Parameters
    ----------
    student : str
    paths : list of path
        As returned by `find`.

    Raises
    ------
    Refused
        The submission has an unsupported type, leads out of itself, is too large, or holds no notebook; or it has
        several versions, and none of them a receipt.
    """
    newest = _newest(version for path in paths for version in _refusing(printable(path.name), _of_path(path)))
    return RawSubmission(student, newest.contents, newest.flags)


def _refusing(name, versions):
    """Yield versions, and one that is refused if reading raises: any error affects this file or folder alone."""
    try:
        yield from versions
    except Exception as error:
        as_what = " as a zip file" if kind_of(name) == "zip" else ""
        reason = f"{name} cannot be read{as_what}: {getattr(error, 'strerror', None) or error}"
        yield _Version(name, refused=str(error if isinstance(error, Refused) else Refused(reason)))


def _of_path(path):
    """Yield the versions in a folder, a zip file or a notebook."""
    file = handed_in.of_path(path, Path(path.name))
    name, kind = file.name, kind_of(file.name)
    if file.flaw:
        raise Refused(f"{name} {file.flaw}")
    if path.is_dir():
        yield from _inside(handed_in.of_folder(path), name)
    elif kind == "notebook":
        yield from _inside([file], name)
    elif kind == "zip" and path.is_file():
        yield from _of_zip(file)
    else:
        raise Refused(f"{name} is neither a notebook (.ipynb) nor a zip file nor a folder: {INSTEAD}")


def _of_zip(file, beside=_Version()):
    """Yield the versions in the `File` of a zip file; one in another is read into memory."""
    if file.path is None and file.size > MAX_ZIP_BYTES:
        raise Refused(f"{file.name} has more than {MAX_ZIP_BYTES >> 20} MiB: {INSTEAD}")
    with zipfile.ZipFile(file.path or io.BytesIO(file.read(MAX_ZIP_BYTES))) as archive:
        yield from _inside(handed_in.of_zip(archive), file.name, beside, is_packed=file.path is None)


def _inside(files, name, beside=_Version(), is_packed=False):
    """Yield the versions in a folder or zip file: its own notebooks, if there are any, and each zip file in it.

    A network beside the notebooks belongs to them; where there are none, it belongs to the zip files. What is in a zip
    file in another, which `is_packed`, is not opened.
    """
    chosen = choose(files, name)
    own = _Version(name, beside.contents | chosen.contents, (*beside.flags, *chosen.flags))
    zips = [] if is_packed else chosen.zips
    if any(kind_of(path) == "notebook" for path in own.contents):
        yield own
        own = _Version()
    elif not zips:
        others = [*chosen.others, *(one.name for one in chosen.zips)]
        but = f", but {handed_in.listed(others)}" if others else ""
        raise Refused(f"no notebook is in {name}{but}: {INSTEAD}")
    for one in zips:
        yield from _refusing(one.name, _of_zip(one, own))


def _newest(versions):
    """Return the version with the newest receipt; flag that there are others, and those that cannot be read."""
    names, refused, newest, rival = [], [], None, None
    for version in versions:
        names.append(version.name)
        if len(names) > MAX_VERSIONS:
            raise Refused(f"there are more than {MAX_VERSIONS} versions: {INSTEAD}")
        if version.refused:
            refused.append(version.refused)
        elif newest is None or version.date > newest.date:
            newest, rival = version, None
        elif version.date == newest.date and version.works != newest.works:
            rival = version
    if newest is None:
        raise Refused("; ".join(refused))
    several, has_receipt = f"there are {len(names)} versions", newest.date > NEVER
    if rival is not None and has_receipt:
        raise Refused(f"{newest.name} and {rival.name} differ, and their receipts are of the same time; {INSTEAD}")
    if rival is not None:
        raise Refused(f"{several}, and none with a receipt: {', '.join(names)}; {INSTEAD}")
    if len(names) == 1:
        return newest
    why = "its receipt is the newest" if has_receipt else "all are the same"
    why = "no other can be read" if len(refused) == len(names) - 1 else why
    flag = f"{several}: {', '.join(names)}; {newest.name} counts, since {why}"
    return replace(newest, flags=(flag, *refused, *newest.flags))


def read(raw):
    """Parse a `RawSubmission`; return a `Submission`.

    Raises
    ------
    Refused
        It contains no readable notebook.
    """
    submission, old = Submission(raw.student, flags=list(raw.flags), received=received(raw.contents)), []
    for name, content in raw.contents.items():
        if kind_of(name) == "network":
            submission.networks[name] = content
        elif kind_of(name) == "notebook":
            try:
                submission.notebooks[name] = parsed(content, name, old)
            except Refused as error:
                submission.flags.append(str(error))
    submission.flags += [f"{len(old)} notebooks are in an old format, and were converted"] if len(old) > 1 else old
    if not submission.notebooks:
        raise Refused(f"{'; '.join(['no notebook that can be read', *first_flags(submission.flags)])}: {INSTEAD}")
    return submission


def received(contents):
    """Return the newest date of the receipts, or else of nbgrader's timestamps, ISO 8601; "" if there is none.

    Parameters
    ----------
    contents : dict from str to bytes
        As in `RawSubmission`.
    """
    dates = {RECEIPT: [], TIMESTAMP: []}
    for name, content in contents.items():
        if kind_of(name) == "receipt" and (date := _date(content)):
            dates[name.rpartition("/")[2]].append(date)
    return max(dates[RECEIPT] or dates[TIMESTAMP], key=_with_offset, default="")


def _with_offset(date):
    """Return the datetime of an ISO 8601 text, by default in UTC; `NEVER` for ""."""
    found = datetime.fromisoformat(date) if date else NEVER
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _date(content):
    """Return the date in a receipt or a timestamp, ISO 8601, "" if it has no valid one."""
    text = content[:200].decode(errors="replace").strip()
    found = re.match(r"Receipt of (.{10,40}?), for answers", text) or re.fullmatch(r"(\d{4}-\S+[ T].{5,30})", text)
    with contextlib.suppress(ValueError):
        return datetime.fromisoformat(found[1].replace(" UTC", "+00:00")).isoformat() if found else ""
    return ""
