"""Zip files that are the same from the same content, and reading of folders and zip files that others made."""

import re
import stat
import zipfile
import zlib
from pathlib import Path

from mlp_helpers.files import replacing

DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can hold: dates would make equal contents differ
MODE = stat.S_IFREG | 0o644
UNIX = 3
DAMAGED = (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)  # RuntimeError: a password is needed
MAX_UNPACKED_BYTES = 1 << 30  # bytes, unpacked; a release takes a fiftieth


class ArchiveError(ValueError):
    """A folder or zip file cannot be taken; the text says why."""


def write_zip(files, path, folder=""):
    """Write files into a zip file, whole or not at all, its bytes a function of the arguments alone.

    Parameters
    ----------
    files : dict from str to bytes
        By path, with slashes.
    path : path
    folder : str
        Of the zip file, that all are put into.
    """
    prefix = f"{folder}/" if folder else ""
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(prefix + name, DATE)
            entry.create_system, entry.external_attr = UNIX, MODE << 16
            archive.writestr(entry, files[name])


def is_inside(name):
    """Return whether a path with slashes leads to a place inside of the folder that it starts from."""
    parts = name.split("/")
    return not re.search(r"[\\:\0]", name) and not {"", ".", ".."} & set(parts)


def leads_out(entry):
    """Return whether an entry of a zip file would be unpacked outside of its folder, or is a link."""
    return not is_inside(entry.filename.removesuffix("/")) or stat.S_ISLNK(entry.external_attr >> 16)


class Reader:
    """The files of a folder or a zip file, by path from the place where `anchor` lies.

    Parameters
    ----------
    path : path
    anchor : str
        The name of a file that must be there, in a zip file perhaps inside of a folder.

    Raises
    ------
    ArchiveError
        It is neither, it has no such file, or it is a zip file with a path that leads out of it, or too large.
    """

    def __init__(self, path, anchor):
        self.path = Path(path)
        if self.path.is_dir():
            if not (self.path / anchor).is_file():
                raise ArchiveError(f"{path} must hold a file {anchor}, and holds none")
            self.names = None
            return
        try:
            with zipfile.ZipFile(self.path) as archive:
                self.names = self._checked(archive.infolist(), anchor)
        except DAMAGED as error:
            raise ArchiveError(f"{path} must be a folder or a zip file, and cannot be read as one: {error}") from error

    def _checked(self, entries, anchor):
        """Return {path from the anchor: name in the zip file}."""
        for entry in entries:
            if leads_out(entry):
                raise ArchiveError(f"{self.path} holds {entry.filename!r}, which leads out of it")
        if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
            raise ArchiveError(f"{self.path} must hold less than {MAX_UNPACKED_BYTES} bytes, unpacked")
        names = [entry.filename for entry in entries]
        anchors = [name for name in names if name == anchor or name.endswith(f"/{anchor}")]
        if not anchors:
            raise ArchiveError(f"{self.path} must hold a file {anchor}, and holds none")
        prefix = min(anchors, key=len).removesuffix(anchor)
        return {name.removeprefix(prefix): name for name in names if name.startswith(prefix)}

    def read(self, names):
        """Return {name: bytes} of files.

        Raises
        ------
        ArchiveError
            One is missing, damaged, or lies outside.
        """
        outside = [name for name in names if not is_inside(name)]
        if outside:
            raise ArchiveError(f"{self.path} names {outside[0]!r}, which leads out of it")
        try:
            if self.names is None:
                return {name: (self.path / name).read_bytes() for name in names}
            with zipfile.ZipFile(self.path) as archive:
                return {name: archive.read(self.names[name]) for name in names}
        except KeyError as error:
            raise ArchiveError(f"{self.path} is not complete: {error.args[0]} is missing") from error
        except DAMAGED as error:
            raise ArchiveError(f"{self.path} cannot be read: {error}") from error
