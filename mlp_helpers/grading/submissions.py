"""Finds submissions, one a student, and reads their notebooks so that nothing in them can do harm.

A submission is a notebook, a zip file or a folder. What cannot be taken is refused with a reason and stops nothing.
"""

import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from mlp_helpers.archive import DAMAGED, leads_out

MOST_FILES = 500  # in a submission
LARGEST = 20 << 20  # bytes of a notebook
SUFFIX = ".ipynb"


class Refused(ValueError):
    """A submission, or a file of one, cannot be taken; the text says why."""


@dataclass
class Submission:
    """What a student handed in.

    Attributes
    ----------
    student : str
        The name of the file or folder, without its suffix.
    notebooks : dict from str to NotebookNode
        By path.
    flags : list of str
        What was left out, and what a person should know.
    """

    student: str
    notebooks: dict = field(default_factory=dict)
    flags: list = field(default_factory=list)


def find(folder):
    """Return the submissions in a folder: a dict from student to the paths with that name, sorted.

    Parameters
    ----------
    folder : path
        Hidden files, and files that are neither notebook nor zip, are passed over.

    Raises
    ------
    Refused
        It is no folder, or holds none.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise Refused(f"SUBMISSIONS must be a folder, got {folder}")
    found = {}
    for path in sorted(folder.iterdir()):
        is_one = path.is_dir() or path.suffix.lower() in (SUFFIX, ".zip")
        if is_one and not path.name.startswith("."):
            found.setdefault(path.name if path.is_dir() else path.stem, []).append(path)
    if not found:
        raise Refused(f"SUBMISSIONS must hold notebooks, zip files or folders, and {folder} holds none")
    return found


def read(student, paths):
    """Return a student's `Submission`.

    Parameters
    ----------
    student : str
    paths : list of path
        As from `find`.

    Raises
    ------
    Refused
        There are several of this name, it leads out of itself, is too large, or has no notebook that can be read.
    """
    if len(paths) > 1:
        raise Refused(f"there are {len(paths)} of this name: {', '.join(path.name for path in paths)}")
    (path,) = paths
    if path.is_symlink():
        raise Refused(f"{path.name} is a symbolic link")
    submission = Submission(student)
    contents = _of_folder(path, submission.flags) if path.is_dir() else _of_file(path)
    for name, content in sorted(contents.items()):
        try:
            submission.notebooks[name] = parsed(content, name, submission.flags)
        except Refused as error:
            submission.flags.append(str(error))
    if not submission.notebooks:
        raise Refused("; ".join(["no notebook that can be read", *submission.flags]))
    return submission


def _of_file(path):
    """Return {name: bytes} of the notebooks in a file."""
    if path.suffix.lower() == SUFFIX:
        return {path.name: _content(path)}
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_FILES:
                raise Refused(f"{path.name} holds {len(entries)} files, at most {MOST_FILES} are taken")
            for entry in entries:
                if leads_out(entry):
                    raise Refused(f"{path.name} holds {entry.filename!r}, which leads out of it")
            wanted = [entry for entry in entries if _is_notebook(entry.filename)]
            for entry in wanted:
                _check_size(entry.filename, entry.file_size)
            return {entry.filename: _unpacked(archive, entry) for entry in wanted}
    except DAMAGED as error:
        raise Refused(f"{path.name} cannot be read as a zip file: {error}") from error


def _unpacked(archive, entry):
    """Return the content of a file in an archive; it may be larger than it says."""
    with archive.open(entry) as file:
        content = file.read(LARGEST + 1)
    _check_size(entry.filename, len(content))
    return content


def _of_folder(folder, flags):
    """Return {path: bytes} of the notebooks in a folder; links are left out, and flagged."""
    paths = sorted(folder.rglob("*"))
    if len(paths) > MOST_FILES:
        raise Refused(f"{folder.name} holds {len(paths)} files, at most {MOST_FILES} are taken")
    found = {}
    for path in paths:
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            flags.append(f"{name} is a symbolic link, and was left out")
        elif path.is_file() and _is_notebook(name):
            found[name] = _content(path)
        elif path.suffix == ".py":
            flags.append(f"{name} is no notebook, and was left out")
    return found


def _content(path):
    _check_size(path.name, path.stat().st_size)
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"{path.name} cannot be read: {error.strerror}") from error


def _check_size(name, size):
    if size > LARGEST:
        raise Refused(f"{name} has more than {LARGEST >> 20} MiB")


def _is_notebook(name):
    parts = name.split("/")
    return name.lower().endswith(SUFFIX) and not any(part.startswith((".", "__MACOSX")) for part in parts)


def parsed(content, name, flags):
    """Return a notebook of today's format; flag an older one.

    Parameters
    ----------
    content : bytes
    name : str
        Of the file.
    flags : list of str
        Is added to.

    Raises
    ------
    Refused
        It is no notebook.
    """
    try:
        raw = json.loads(content.decode("utf-8-sig"))
        is_old = raw["nbformat"] < nbformat.current_nbformat
        notebook = nbformat.reads(json.dumps(raw), as_version=4)
        nbformat.validate(notebook)
    except UnicodeDecodeError:
        raise Refused(f"{name} is not UTF-8") from None
    except Exception as error:  # whatever is wrong with it, it is this file's fault alone
        reason = " ".join(str(error).split())[:200]
        raise Refused(f"{name} is no valid notebook: {type(error).__name__}: {reason}") from error
    if is_old:
        flags.append(f"{name} is in an old format, and was converted")
    return notebook
