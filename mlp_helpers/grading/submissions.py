"""Submissions, one per student: found, and read safely, whatever they contain.

A submission is a notebook, a zip file or a folder. An unusable one is refused with a reason; grading continues. Where a
student handed in several versions, that with the newest receipt counts.
"""

import contextlib
import os
import re
import stat
import warnings
import zipfile
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import nbformat

from mlp_helpers.course.archive import DAMAGED, leads_out
from mlp_helpers.course.cells import notebook_of, raw_notebook
from mlp_helpers.course.networks import MAX_BYTES
from mlp_helpers.course.submission import RECEIPT
from mlp_helpers.grading.results import clipped, first_flags

MAX_FILES = 500  # in a submission
MAX_NOTEBOOK_BYTES = 20 << 20  # of all its notebooks
MAX_NETWORK_BYTES = MAX_BYTES + 1  # that are read of a trained network: one more is too many
MAX_NETWORKS = 5
MAX_VERSIONS = 20  # of a submission
MAX_OUTPUTS = 100  # of a cell
NEVER = datetime.min.replace(tzinfo=UTC)  # the date of a version without a receipt
MAX_REASON_CHARACTERS = 10_000  # of a refusal, which may name files
SUFFIX, NETWORK_SUFFIX = ".ipynb", ".npz"
TIMESTAMP = "timestamp.txt"  # nbgrader's, which counts where there is no receipt


class Refused(ValueError):
    """Refusal of a submission, or of a file in one; the message states why."""

    def __init__(self, reason):
        super().__init__(clipped(_text(reason), MAX_REASON_CHARACTERS))


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
    file : path or None
        A file with the rest of them.
    flags : list of str
        Remarks on its files.
    """

    name: str
    contents: dict = field(default_factory=dict)
    file: Path | None = None
    flags: list = field(default_factory=list)

    def read(self):
        """Return the version with all its contents; raise Refused if it cannot be read, or holds no notebook."""
        contents = dict(self.contents)
        if self.file is not None:
            with _refusing(self.file):
                contents |= _of_file(self.file, self.flags)
        if not any(map(_is_notebook, contents)):
            raise Refused(f"no notebook is in {self.name}")
        return replace(self, contents=contents, file=None)

    @property
    def date(self):
        """Return the date of its newest receipt."""
        date = datetime.fromisoformat(received(self.contents) or NEVER.isoformat())
        return date if date.tzinfo else date.replace(tzinfo=UTC)


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
        Each file and folder in it counts, except hidden ones and tables (.csv).

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
        if not path.name.startswith(".") and path.suffix.lower() != ".csv":
            name = path.name if path.is_dir() else path.stem
            found.setdefault(_text(name), []).append(path)
    if not found:
        raise Refused(f"SUBMISSIONS must hold notebooks, zip files or folders, and {folder} holds none")
    return found


def _text(name):
    """Return a file's name as printable text; other characters are escaped as in Python."""
    return "".join(character if character.isprintable() else _escaped(character) for character in os.fsdecode(name))


def _escaped(character):
    number = ord(character)
    byte = number - 0xDC00 if 0xDC80 <= number <= 0xDCFF else number  # surrogateescape of an undecodable byte
    return chr(byte).encode("unicode_escape").decode()


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
        with _refusing(path):
            is_folder = path.is_dir() and not path.is_symlink()
            versions += _of_folder(path, flags) if is_folder else [_Version(path.name, file=path)]
    newest = _newest(versions, flags)
    return RawSubmission(student, dict(sorted(newest.contents.items())), (*flags, *newest.flags))


@contextlib.contextmanager
def _refusing(path):
    """Refuse the submission if reading a file of it raises: any error affects this submission alone."""
    try:
        yield
    except Refused:
        raise
    except Exception as error:
        raise Refused(f"{path.name} cannot be read: {getattr(error, 'strerror', None) or error}") from error


def _newest(versions, flags):
    """Return the version with the newest receipt, read; flag that there are others, and those that cannot be read."""
    names = ", ".join(version.name for version in versions)
    if len(versions) > MAX_VERSIONS:
        raise Refused(f"there are {len(versions)} versions, at most {MAX_VERSIONS} are taken")
    newest, unusable = None, []
    for version in versions:
        try:
            read_whole = version.read()
            newest = max(newest or read_whole, read_whole, key=lambda one: one.date)
        except Refused as error:
            unusable.append(str(error))
    if newest is None:
        raise Refused("; ".join(unusable))
    is_only = len(versions) - len(unusable) == 1
    if newest.date == NEVER and not is_only:
        raise Refused(f"there are {len(versions)} versions, and none with a receipt: {names}")
    if len(versions) > 1:
        why = "no other can be read" if is_only else "its receipt is the newest"
        flags += [f"there are {len(versions)} versions: {names}; {newest.name} counts, since {why}", *unusable]
    return newest


def read(raw):
    """Parse a `RawSubmission`; return a `Submission`.

    Raises
    ------
    Refused
        It contains no readable notebook.
    """
    submission = Submission(raw.student, flags=list(raw.flags), received=received(raw.contents))
    for name, content in raw.contents.items():
        if _is_receipt(name):
            continue
        if _is_network(name):
            submission.networks[name] = content
            continue
        try:
            submission.notebooks[name] = parsed(content, name, submission.flags)
        except Refused as error:
            submission.flags.append(str(error))
    if not submission.notebooks:
        raise Refused("; ".join(["no notebook that can be read", *first_flags(submission.flags)]))
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
        if _is_receipt(name) and (date := _date(content)):
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


def _of_file(path, flags):
    """Return {name: bytes} of a notebook file, or of the files in a zip file that are wanted."""
    if path.is_symlink():
        raise Refused(f"{path.name} is a symbolic link")
    if path.suffix.lower() == SUFFIX:
        return {_text(path.name): _content(path)}
    if path.suffix.lower() != ".zip" or not path.is_file():
        raise Refused(f"{path.name} is neither a notebook (.ipynb) nor a zip file nor a folder")
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MAX_FILES:
                raise Refused(f"{path.name} holds {len(entries)} files, at most {MAX_FILES} are taken")
            for entry in entries:
                if leads_out(entry):
                    raise Refused(f"{path.name} holds {entry.filename!r}, which leads out of it")
            wanted = [entry for entry in entries if _is_wanted(entry.filename)]
            networks = [entry for entry in wanted if _is_network(entry.filename)]
            others = [entry for entry in wanted if not _is_network(entry.filename)]
            _check_size(path.name, sum(entry.file_size for entry in others))
            flags += [f"{_text(entry.filename)}: one network too many, left out" for entry in networks[MAX_NETWORKS:]]
            found = {_text(entry.filename): _unpacked(archive, entry) for entry in others}
            return found | {_text(entry.filename): _start_of(archive, entry) for entry in networks[:MAX_NETWORKS]}
    except DAMAGED as error:
        raise Refused(f"{path.name} cannot be read as a zip file: {error}") from error


def _unpacked(archive, entry):
    """Return the content of a file in an archive; refuse one larger than its declared size."""
    with archive.open(entry) as file:
        content = file.read(entry.file_size + 1)
    if len(content) > entry.file_size:
        raise Refused(f"{entry.filename} is larger than its archive says")
    return content


def _start_of(archive, entry):
    """Return a trained network in an archive, or its start if it is too large; b"" if it is damaged."""
    try:
        with archive.open(entry) as file:
            return file.read(MAX_NETWORK_BYTES)
    except (*DAMAGED, RuntimeError):  # this file alone is lost
        return b""


def _of_folder(folder, flags):
    """Return the versions in a folder: its notebooks, and each zip file. Flag the links and files left out.

    A network beside the notebooks belongs to them; where there are none, it belongs to the zip file.
    """
    paths = sorted(folder.rglob("*"))
    if len(paths) > MAX_FILES:
        raise Refused(f"{folder.name} holds {len(paths)} files, at most {MAX_FILES} are taken")
    found, networks = {}, {}
    for path in paths:
        name = _text(path.relative_to(folder).as_posix())
        if path.is_symlink():
            flags.append(f"{name} is a symbolic link, and was left out")
        elif path.is_file() and _is_network(name) and _is_wanted(name):
            if len(networks) == MAX_NETWORKS:
                flags.append(f"{name}: one network too many, left out")
            else:
                networks[name] = _content(path, MAX_NETWORK_BYTES)
        elif path.is_file() and _is_wanted(name):
            found[name] = _content(path)
            _check_size(folder.name, sum(map(len, found.values())))
        elif path.suffix == ".py" or not (path.is_file() or path.is_dir()):
            flags.append(f"{name} is no notebook, and was left out")
    loose = found | networks
    zipped = [path for path in paths if path.suffix.lower() == ".zip" and not path.is_symlink()]
    if not zipped or any(map(_is_notebook, found)):
        archives = [_Version(_text(path.relative_to(folder).as_posix()), file=path) for path in zipped]
        return [_Version(_text(folder.name), loose), *archives]
    return [_Version(_text(path.relative_to(folder).as_posix()), loose, path) for path in zipped]


def _content(path, size=None):
    """Return the content of a file, or its first `size` bytes; type and size are checked on the open file."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    with open(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Refused(f"{path.name} is no file")
        if size is not None:
            return file.read(size)
        content = file.read(MAX_NOTEBOOK_BYTES + 1)
    _check_size(path.name, len(content))
    return content


def _check_size(name, size):
    if size > MAX_NOTEBOOK_BYTES:
        raise Refused(f"{name} has more than {MAX_NOTEBOOK_BYTES >> 20} MiB")


def _is_wanted(name):
    """Return whether a file is a notebook, a network or the receipt, and neither hidden nor macOS metadata."""
    parts = name.split("/")
    is_named_so = _is_notebook(name) or _is_network(name) or _is_receipt(name)
    return is_named_so and not any(part.startswith((".", "__MACOSX")) for part in parts)


def _is_notebook(name):
    return name.lower().endswith(SUFFIX)


def _is_network(name):
    return name.lower().endswith(NETWORK_SUFFIX)


def _is_receipt(name):
    return name.rpartition("/")[2] in (RECEIPT, TIMESTAMP)


def parsed(content, name, flags):
    """Return a notebook, converted to the current format; flag a conversion.

    Parameters
    ----------
    content : bytes
    name : str
        Name of the file.
    flags : list of str
        Extended in-place.

    Raises
    ------
    Refused
        It is not a valid notebook.
    """
    try:
        raw = raw_notebook(content)
        is_old = raw["nbformat"] < nbformat.current_nbformat
        _lighten(raw)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # nbformat's, one for each cell whose id comes twice
            notebook = notebook_of(raw)
            nbformat.validate(notebook)
    except UnicodeDecodeError:
        raise Refused(f"{name} is not UTF-8") from None
    except Exception as error:  # any error affects this file alone
        reason = " ".join(str(error).split())[:200]
        raise Refused(f"{name} is no valid notebook: {type(error).__name__}: {reason}") from error
    if is_old:
        flags.append(f"{name} is in an old format, and was converted")
    return notebook


def _lighten(raw):
    """Remove what has no effect from a notebook of any content: to validate thousands of wrong tags takes hours."""
    for part in (raw, *raw.get("worksheets", ())):
        for cell in filter(lambda one: isinstance(one, dict), part.get("cells", ())):
            if isinstance(cell.get("metadata"), dict):
                cell["metadata"].pop("tags", None)
            if isinstance(cell.get("outputs"), list):
                del cell["outputs"][MAX_OUTPUTS:]
