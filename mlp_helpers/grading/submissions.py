"""Submissions, one per student: found, and read safely, whatever they contain.

A submission is a notebook, a zip file or a folder. An unusable one is refused with a reason; grading continues. Where a
student handed in several versions, that with the newest receipt counts.
"""

import contextlib
import io
import re
import zipfile
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from mlp_helpers.course.archive import DAMAGED
from mlp_helpers.course.cells import digest
from mlp_helpers.course.submission import RECEIPT
from mlp_helpers.grading import handed_in
from mlp_helpers.grading.handed_in import INSTEAD, SAVED_AS, TIMESTAMP, Refused, choose, content_of, kind_of, printable
from mlp_helpers.grading.results import first_flags
from mlp_helpers.grading.submitted_notebook import parsed

MAX_VERSIONS = 20  # of a submission
NEVER = datetime.min.replace(tzinfo=UTC)  # the date of a version without a receipt


@dataclass(frozen=True)
class RawSubmission:
    """A submission as raw bytes.

    Attributes
    ----------
    student : str
        The name of the file or folder, without its suffix.
    contents : dict from str to bytes
        Notebooks, trained networks and the receipt, by path.
    flags : tuple of str
        Remarks on files that were left out.
    """

    student: str
    contents: dict
    flags: tuple = ()


@dataclass(frozen=True)
class _Version:
    """A version of a submission: the notebooks of a folder, a notebook file, or a zip file.

    Attributes
    ----------
    name : str
    contents : dict from str to bytes
        As in `RawSubmission`, as far as they are read.
    file : path, File or None
        A file with the rest of them, or a zip file in another.
    others : list of str
        Files beside them that are not wanted.
    flags : list of str
        Remarks on its files.
    """

    name: str
    contents: dict = field(default_factory=dict)
    file: object = None
    others: list = field(default_factory=list)
    flags: list = field(default_factory=list)

    def read(self):
        """Return the version with all its contents; raise Refused if it cannot be read, or holds no notebook."""
        whole = self
        if self.file is not None:
            with _refusing(self.name):
                whole = _of_file(self)
        if not _has_notebooks(whole.contents):
            beside = f", but {handed_in.listed(whole.others)}" if whole.others else ""
            raise Refused(f"no notebook is in {self.name}{beside}: {INSTEAD}")
        return whole

    @property
    def date(self):
        """Return the date of its newest receipt."""
        date = datetime.fromisoformat(received(self.contents) or NEVER.isoformat())
        return date if date.tzinfo else date.replace(tzinfo=UTC)

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
        is_ignored = (
            path.name in handed_in.SKIPPED or path.name.lower() in handed_in.OF_SYSTEMS or path.suffix.lower() == ".csv"
        )
        if not path.name.startswith(".") and not is_ignored:
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
    versions, flags = [], []
    for path in paths:
        with _refusing(path.name):
            is_folder = path.is_dir() and not path.is_symlink()
            versions += _of_folder(path, flags) if is_folder else [_Version(printable(path.name), file=path)]
    newest = _newest(versions, flags)
    return RawSubmission(student, newest.contents, (*flags, *newest.flags))


def _has_notebooks(names):
    return any(kind_of(name) == "notebook" for name in names)


@contextlib.contextmanager
def _refusing(name):
    """Refuse the submission if reading a file of it raises: any error affects this submission alone."""
    try:
        yield
    except Refused:
        raise
    except Exception as error:
        raise Refused(f"{name} cannot be read: {getattr(error, 'strerror', None) or error}") from error


def _newest(versions, flags):
    """Return the version with the newest receipt, read; flag that there are others, and those that cannot be read."""
    names = ", ".join(version.name for version in versions)
    if len(versions) > MAX_VERSIONS:
        raise Refused(f"there are {len(versions)} versions, at most {MAX_VERSIONS} are taken")
    newest, rival, unusable = None, None, []
    for version in versions:
        try:
            whole = version.read()
        except Refused as error:
            unusable.append(str(error))
            continue
        if newest is None or whole.date > newest.date:
            newest, rival = whole, None
        elif whole.date == newest.date and whole.works != newest.works:
            rival = whole
    if newest is None:
        raise Refused("; ".join(unusable))
    if rival is not None and newest.date == NEVER:
        raise Refused(f"there are {len(versions)} versions, and none with a receipt: {names}; {INSTEAD}")
    if rival is not None:
        raise Refused(f"{newest.name} and {rival.name} differ, and their receipts are of the same time; {INSTEAD}")
    if len(versions) > 1:
        is_only = len(versions) - len(unusable) == 1
        why = "no other can be read" if is_only else "all are the same"
        why = why if newest.date == NEVER or is_only else "its receipt is the newest"
        flags += [f"there are {len(versions)} versions: {names}; {newest.name} counts, since {why}", *unusable]
    return newest


def read(raw):
    """Parse a `RawSubmission`; return a `Submission`.

    Raises
    ------
    Refused
        It contains no readable notebook.
    """
    submission, old = Submission(raw.student, flags=list(raw.flags), received=received(raw.contents)), []
    for name, content in raw.contents.items():
        if kind_of(name) == "receipt":
            continue
        if kind_of(name) == "network":
            submission.networks[name] = content
            continue
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
            dates[name.rpartition("/")[2]].append(datetime.fromisoformat(date))
    found = dates[RECEIPT] or dates[TIMESTAMP]
    return max(found, key=lambda date: date if date.tzinfo else date.replace(tzinfo=UTC)).isoformat() if found else ""


def _date(content):
    """Return the date in a receipt or a timestamp, ISO 8601, "" if it has no valid one."""
    text = content[:200].decode(errors="replace").strip()
    found = re.match(r"Receipt of (.{10,40}?), for answers", text) or re.fullmatch(r"(\d{4}-\S+[ T].{5,30})", text)
    with contextlib.suppress(ValueError):
        return datetime.fromisoformat(found[1].replace(" UTC", "+00:00")).isoformat() if found else ""
    return ""


def _of_file(version):
    """Return a version with the contents of its file: a notebook, a zip file, or the newest zip file in one."""
    file, name = version.file, version.name
    if isinstance(file, Path):
        if file.is_symlink():
            raise Refused(f"{name} is a symbolic link")
        if kind_of(name) == "notebook":
            content = content_of(file)
            handed_in.check_size(name, len(content))
            return replace(version, contents={SAVED_AS.sub("", name): content}, file=None)
        if kind_of(name) != "zip" or not file.is_file():
            raise Refused(f"{name} is neither a notebook (.ipynb) nor a zip file nor a folder: {INSTEAD}")
    try:
        with zipfile.ZipFile(file if isinstance(file, Path) else io.BytesIO(handed_in.whole_zip(file))) as archive:
            chosen = choose(handed_in.of_zip(archive), name, version.flags)
            loose = replace(version, contents=version.contents | chosen.contents, file=None, others=chosen.others)
            if not isinstance(file, Path):  # what is in a zip file in another is not opened
                return replace(loose, others=[*chosen.others, *(one.name for one in chosen.zips)])
            return _newest(_with_zips(loose, chosen.zips), version.flags) if chosen.zips else loose
    except DAMAGED as error:
        raise Refused(f"{name} cannot be read as a zip file: {error}") from error


def _of_folder(folder, flags):
    """Return the versions in a folder: its notebooks, and each zip file. Flag the links and programs left out."""
    name = printable(folder.name)
    chosen = choose(handed_in.of_folder(folder), name, flags)
    return _with_zips(_Version(name, chosen.contents, others=chosen.others), chosen.zips)


def _with_zips(loose, zips):
    """Return the versions of a folder or zip file: its own notebooks, if there are any, and each zip file in it.

    A network beside the notebooks belongs to them; where there are none, it belongs to the zip file.
    """
    if _has_notebooks(loose.contents) or not zips:
        return [loose, *(_Version(one.name, file=one.path or one) for one in zips)]
    return [_Version(one.name, loose.contents, one.path or one) for one in zips]
