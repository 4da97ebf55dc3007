"""Downloads of learning platforms: a zip file or a folder, and whose its files are by the platform's own names.

The forms are those of Moodle (mod/assign/classes/downloader.php), Canvas (lib/content_zipper.rb) and nbgrader's folder
`submitted`. Nothing is run in a download, Git neither, and no link is followed.
"""

import re
import zipfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from mlp_helpers.course.archive import DAMAGED, leads_out, path_of
from mlp_helpers.grading.handed_in import MAX_NAMES, TIMESTAMP, is_skipped, of_folder

WANTED = (".ipynb", ".npz", ".zip", ".txt")  # of a folder that may be a whole course
# NAME_NUMBER_assignsubmission_file, of folders, or of files with a name behind it; before 4.1 folders end in "_".
MOODLE = re.compile(r"(?P<name>[^_]*)_(?P<number>\d+)_assignsubmission_[a-z]+(?:_(?P<file>.*))?", re.DOTALL)
# NAME[_LATE]_USER_ATTACHMENT_FILE, or without a name and "anon_" before the user. A text has no attachment.
CANVAS = re.compile(
    r"(?:(?P<name>.*?)_)??(?P<late>LATE_)?(?P<number>\d+|anon_[^_]+)_(?:\d+_(?P<file>.+)|(?P<text>text\.html|link\.html))",
    re.DOTALL,
)


@dataclass(frozen=True)
class Handed:
    """A file of a download.

    Attributes
    ----------
    path, own : str
        In the download, and in the student's folder.
    number, name : str
        Of the student, as the platform has them. Folders have a name alone; Canvas's anonymous numbers begin with
        "anon_".
    sent : str
        Canvas's name of the file, under which feedback goes back.
    is_late : bool
        As Canvas says.
    """

    path: str
    own: str
    number: str = ""
    name: str = ""
    sent: str = ""
    is_late: bool = False


@contextmanager
def opened(path):
    """Yield the files of a download: {path in it: (size in bytes, function that opens the file)}.

    Raises
    ------
    ValueError
        It cannot be read, holds too much, or a path that leads out of it or comes twice.
    """
    if Path(path).is_dir():
        found = [*islice(of_folder(path), MAX_NAMES + 1)]
        if len(found) > MAX_NAMES:
            raise ValueError(f"{path} holds more than {MAX_NAMES} files")
        yield {file.path.relative_to(path).as_posix(): (file.size, file.open) for file in found if not file.flaw}
        return
    try:
        archive = zipfile.ZipFile(path)
    except DAMAGED as error:
        raise ValueError(f"{path} must be a folder or a zip file, and cannot be read as one: {error}") from error
    with archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        (name, times), *_ = Counter(map(path_of, entries)).most_common(1) or [("", 0)]
        odd = [f"{entry.filename!r}, which leads out of it" for entry in entries if leads_out(entry)]
        odd += [f"{name!r} {times} times"] * (times > 1) + [f"more than {MAX_NAMES} files"] * (len(entries) > MAX_NAMES)
        if odd:
            raise ValueError(f"{path} holds {odd[0]}: no platform makes such a file")
        yield {path_of(entry): (entry.file_size, partial(archive.open, entry)) for entry in entries}


def handed_in(names, assignment=""):
    """Return what students handed in, by the names in a download.

    Parameters
    ----------
    names : iterable of str
    assignment : str
        For nbgrader: which one, if there are several.

    Returns
    -------
    form : {"Moodle", "Canvas", "nbgrader", "folders"}
    found : list of Handed
    unknown : list of str
        Names of another form than the rest.

    Raises
    ------
    ValueError
        There are several downloads or assignments in it.
    """
    paths = [name for name in sorted(names) if not any(map(is_skipped, name.split("/")))]
    for form, known in (("Moodle", _moodle), ("Canvas", _canvas)):
        placed = {path: found for path in paths if (found := known(path)) is not None}
        if 2 * len(placed) > len(paths):  # not a notebook in a clone that happens to be called so
            _only("downloads", {around for around, _ in placed.values()}, "collect each by itself")
            return form, [handed for _, handed in placed.values()], [path for path in paths if path not in placed]
    parts = {path: path.split("/") for path in paths}
    if {own[0] for own in parts.values()} == {"submitted"}:
        parts = {path: own[1:] for path, own in parts.items()}
    timed = {tuple(own[:2]) for own in parts.values() if len(own) == 3 and own[2] == TIMESTAMP}
    is_nbgrader = {student for student, _ in timed} == {own[0] for own in parts.values()}  # or somebody has a file so
    wanted = {assignment} if assignment else {one for _, one in timed} if is_nbgrader else set()
    _only("assignments", wanted, "name one by --assignment")
    found = [
        Handed(path, "/".join(own[1:]), name=own[0])
        for path, own in parts.items()
        if len(own) > 1 and path.lower().endswith(WANTED) and (not wanted or own[1] in wanted)
    ]
    return "nbgrader" if wanted else "folders", found, [path for path, own in parts.items() if len(own) == 1]


def _only(what, found, remedy):
    if len(found) > 1:
        raise ValueError(f"DOWNLOAD holds several {what}, {', '.join(map(repr, sorted(found)))}: {remedy}")


def _moodle(path):
    """Return the folder around a download of Moodle and the `Handed` of a path, None if the path has another form."""
    parts = path.split("/")
    for depth, match in enumerate(map(MOODLE.fullmatch, parts[:2])):
        own = "/".join(filter(None, [match["file"], *parts[depth + 1 :]])) if match else ""
        if own:
            return "/".join(parts[:depth]), Handed(path, own, match["number"], match["name"])
    return None


def _canvas(path):
    """Return the same for Canvas."""
    around, _, name = path.rpartition("/")
    match = CANVAS.fullmatch(name)
    if match is None or "/" in around:
        return None
    own, sent = match["file"] or match["text"], name if match["file"] else ""
    return around, Handed(path, own, match["number"], match["name"] or "", sent, bool(match["late"]))
