"""Files of a folder or a zip file that a student handed in: which are wanted, and how they are read safely.

Students hand in whole folders, with thousands of files that have nothing to do with their answers. Only the wanted ones
are opened, and only these can be a reason for a refusal.
"""

import os
import re
import stat
from collections import defaultdict, namedtuple
from functools import partial
from pathlib import Path

from mlp_helpers.course.archive import DAMAGED, leads_out, path_of
from mlp_helpers.course.manifest import BACKUPS, PACKAGE
from mlp_helpers.course.networks import DATASETS, MAX_BYTES
from mlp_helpers.course.submission import RECEIPT
from mlp_helpers.grading.results import clipped, first

MAX_NAMES = 100_000  # of files in a submission; a virtual environment has 30,000
MAX_FILES = 500  # of them that are wanted
MAX_NOTEBOOK_BYTES = 20 << 20  # of all notebooks of a submission
MAX_NETWORK_BYTES = MAX_BYTES + 1  # that are read of a trained network: one more is too many
MAX_NETWORKS = 5
INSTEAD = "hand in the file that submit writes"  # what a refusal ends with
MAX_REASON_CHARACTERS = 10_000  # of a refusal, which may name files
MAX_LISTED = 3  # files in a sentence
TIMESTAMP = "timestamp.txt"  # nbgrader's, which counts where there is no receipt
KINDS = {".ipynb": "notebook", ".npz": "network", ".zip": "zip"}  # of files that are wanted, and RECEIPT
# Folders without answers, besides hidden ones: of systems and installations, and of the course itself.
SKIPPED = {"__MACOSX", "__pycache__", "site-packages", "node_modules", BACKUPS, PACKAGE.rstrip("/")}
OF_SYSTEMS = {"desktop.ini", "thumbs.db"}  # files that Windows adds, in lower case
SAVED_AS = re.compile(r"(?<=\.ipynb)\.(txt|json)$", re.IGNORECASE)  # what browsers append
COPY = re.compile(r"( ?\(\d+\)|-Copy\d+| - Copy)(?=\.\w+$)")  # what browsers, JupyterLab and Windows append
LINK, OUTSIDE = "is a symbolic link", "leads out of it"  # flaws
# What is wanted of a folder or zip file: contents by path, `File`s, names of all else, and remarks on what is left out.
Chosen = namedtuple("Chosen", "contents zips others flags")


class File(namedtuple("File", "name size open path flaw", defaults=(None, ""))):
    """A file of a folder or zip file; in a zip file it has no path.

    The name is a printable path with forward slashes; `size` is what the file system or archive says; `open` raises
    Refused if it is no file.
    """

    def read(self, most):
        """Return the first bytes."""
        with self.open() as file:
            return file.read(most)


class Refused(ValueError):
    """Refusal of a submission, or of a file in one; the message states why."""

    def __init__(self, reason):
        super().__init__(clipped(printable(reason), MAX_REASON_CHARACTERS))


def printable(name):
    """Return a file's name as printable text; other characters are escaped as in Python."""
    return "".join(character if character.isprintable() else _escaped(character) for character in os.fsdecode(name))


def _escaped(character):
    number = ord(character)
    byte = number - 0xDC00 if 0xDC80 <= number <= 0xDCFF else number  # surrogateescape of an undecodable byte
    return chr(byte).encode("unicode_escape").decode()


def listed(names):
    """Return the first names of a list as text, and how many more there are."""
    return ", ".join(first(names, MAX_LISTED))


def of_folder(folder):
    """Yield each `File` of a folder, sorted, without those in `SKIPPED` and hidden folders."""
    for place, folders, names in os.walk(folder):
        links = [name for name in folders if os.path.islink(os.path.join(place, name))]
        folders[:] = sorted(name for name in folders if not is_skipped(name))
        for name in sorted([*names, *links]):
            path = Path(place, name)
            yield of_path(path, path.relative_to(folder))


def of_path(path, inside):
    """Return the `File` of a path; `inside` is its path in the folder that was handed in."""
    flaw = LINK if path.is_symlink() else ""
    return File(printable(inside.as_posix()), os.lstat(path).st_size, partial(_opened, path), path, flaw)


def _opened(path):
    """Open a file to read it; its type is checked on the open file."""
    file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise Refused(f"{path.name} is no file")
    return file


def of_zip(archive):
    """Yield each `File` of an open zip file, without those in `SKIPPED` and hidden folders."""
    for entry in archive.infolist():
        name = path_of(entry)
        if not name.endswith("/") and not any(map(is_skipped, name.split("/")[:-1])):
            flaw = OUTSIDE if leads_out(entry) else ""
            yield File(printable(name), entry.file_size, partial(archive.open, entry), flaw=flaw)


def choose(files, where):
    """Return what is `Chosen` of the `File`s of a folder or zip file; flag what looks like an answer and is left out.

    Raises Refused if there are too many, if they are too large, or if a wanted one leads out of the folder.
    """
    kinds = _by_kind(files, where)
    networks, more = kinds["network"][:MAX_NETWORKS], kinds["network"][MAX_NETWORKS:]
    found = _texts(kinds["notebook"] + kinds["receipt"], where) | {file.name: _start_of(file) for file in networks}
    folders, others = {os.path.dirname(file.name) for file in kinds["notebook"]}, [file.name for file in kinds["other"]]
    left = {
        "they are symbolic links": [file.name for file in kinds["link"]],
        "only notebooks are graded": [one for one in others if one[-3:] == ".py" and os.path.dirname(one) in folders],
    }
    flags = [f"{file.name}: one network too many, left out" for file in more]
    flags += [f"left out, since {why}: {listed(names)}" for why, names in left.items() if names]
    return Chosen(_with_plain_names(found), kinds["zip"], others, flags)


def _by_kind(files, where):
    """Return the `File`s by kind, a dict of lists; refuse them if they are too many, or a wanted one leads out."""
    kinds = defaultdict(list)
    for number, file in enumerate(files, start=1):
        if number > MAX_NAMES:
            raise Refused(f"{where} holds more than {MAX_NAMES:,} files: {INSTEAD}")
        kinds["link" if file.flaw == LINK else kind_of(file.name)].append(file)
    wanted = [file for kind in ("notebook", "receipt", "network", "zip") for file in kinds[kind]]
    if len(wanted) > MAX_FILES:
        raise Refused(f"{where} holds {len(wanted)} notebooks, networks and zip files, at most {MAX_FILES} are taken")
    for file in wanted:
        if file.flaw:
            raise Refused(f"{where} holds {file.name!r}, which {file.flaw}")
    return kinds


def _texts(files, where):
    """Return {path: content} of notebooks and receipts; refuse them if together they are too large."""
    if sum(file.size for file in files) <= MAX_NOTEBOOK_BYTES:  # as declared, before any is read
        found = {file.name: file.read(MAX_NOTEBOOK_BYTES + 1) for file in files}
        if sum(map(len, found.values())) <= MAX_NOTEBOOK_BYTES:
            return found
    raise Refused(f"{where} has more than {MAX_NOTEBOOK_BYTES >> 20} MiB of notebooks")


def _start_of(file):
    """Return the content of a trained network, or its start if it is too large; b"" if it is damaged."""
    try:
        return file.read(MAX_NETWORK_BYTES)
    except DAMAGED:  # this file alone is lost
        return b""


def _with_plain_names(found):
    """Return files sorted by name, without what browsers and systems add to it, if nothing else is called so.

    A copy that keeps its name follows the file that it may be a copy of: of two answers, the last one counts.
    """
    short, plain = {name: COPY.sub("", SAVED_AS.sub("", name)) for name in found}, {}
    for name in sorted(found, key=lambda name: (short[name], len(name), name)):
        plain[name if short[name] in {*found, *plain} else short[name]] = found[name]
    return plain


def is_skipped(folder):
    """Return whether a folder of this name is hidden or in `SKIPPED`."""
    return (folder.startswith(".") and folder != "..") or folder in SKIPPED


def is_of_system(name):
    """Return whether the file of a path is hidden, or one that Windows adds."""
    base = name.rpartition("/")[2]
    return base.startswith(".") or base.lower() in OF_SYSTEMS


def kind_of(name):
    """Return "notebook", "network", "receipt", "zip" or "other", by a file's path; "" for what is hidden.

    Networks in a folder `data` are the course's own, but for those that exercises ask for.
    """
    *folders, base = name.split("/")
    if is_of_system(name):
        return ""
    if base in (RECEIPT, TIMESTAMP):
        return "receipt"
    kind = KINDS.get(os.path.splitext(SAVED_AS.sub("", base))[1].lower(), "other")
    return "other" if kind == "network" and "data" in folders and base not in DATASETS else kind
