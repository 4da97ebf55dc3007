"""Reproducible zip files, and safe reading of untrusted folders and zip files."""

import re
import stat
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

from mlp_helpers.services.files import replacing

DATE = (2026, 1, 1, 0, 0, 0)  # real dates would make files of equal contents differ
MODE = stat.S_IFREG | 0o644
UNIX = 3
UTF_8 = 0x800  # flag of an entry
DAMAGED = (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)  # RuntimeError: a password is required
MAX_UNPACKED_BYTES = 1 << 30  # a release takes a fiftieth


class ArchiveError(ValueError):
    """An invalid folder or zip file; the message gives the reason."""


def write_zip(files, path, folder="", is_private=False):
    """Write a zip file atomically. Its bytes depend only on the arguments.

    Parameters
    ----------
    files : dict from str to bytes
        Contents by path, with forward slashes.
    path : path
    folder : str
        Folder of the zip file that contains all files.
    is_private : bool
        Whether other users may not read it. A folder that gives files its group gives that group the right to read.
    """
    prefix = f"{folder}/" if folder else ""
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
        if is_private:
            of_group = stat.S_IRGRP if temporary.parent.stat().st_mode & stat.S_ISGID else 0
            temporary.chmod(temporary.stat().st_mode & 0o770 | of_group)
        for name in sorted(files):
            entry = zipfile.ZipInfo(prefix + name, DATE)
            entry.create_system, entry.external_attr = UNIX, MODE << 16
            archive.writestr(entry, files[name])


def is_inside(name):
    """Return whether a relative path with forward slashes stays inside its starting folder."""
    parts = name.split("/")
    return not re.search(r"[\\:\0]", name) and not {"", ".", ".."} & set(parts)


def path_of(entry):
    """Return the path of an entry of a zip file with forward slashes: Windows' own tools write backslashes.

    Canvas and macOS write UTF-8 without the mark for it, which zipfile takes for the code page of DOS.
    """
    name = entry.filename
    if not entry.flag_bits & UTF_8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode()
    return name.replace("\\", "/")


def leads_out(entry):
    """Return whether an entry of a zip file is a link, or would be unpacked outside the folder."""
    return not is_inside(path_of(entry).removesuffix("/")) or stat.S_ISLNK(entry.external_attr >> 16)


class Reader:
    """The files of a folder or a zip file, by path relative to the folder of `anchor`.

    Parameters
    ----------
    path : path
    anchor : str
        Name of a file that must be present. In a zip file it may lie in a folder.

    Raises
    ------
    ArchiveError
        `path` is neither, has no such file, or is a zip file that is too large or holds a path that leads out of it.
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
        """Return {path relative to the anchor's folder: name in the zip file}; raise ArchiveError if it is unsafe."""
        for entry in entries:
            if leads_out(entry):
                raise ArchiveError(f"{self.path} holds {entry.filename!r}, which leads out of it")
        if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
            raise ArchiveError(f"{self.path} must hold less than {MAX_UNPACKED_BYTES} bytes, unpacked")
        names = {path_of(entry): entry.filename for entry in entries}
        anchors = [name for name in names if name == anchor or name.endswith(f"/{anchor}")]
        if not anchors:
            raise ArchiveError(f"{self.path} must hold a file {anchor}, and holds none")
        prefix = min(anchors, key=len).removesuffix(anchor)
        return {name.removeprefix(prefix): inside for name, inside in names.items() if name.startswith(prefix)}

    def read(self, names):
        """Return {name: bytes} of the named files.

        Raises
        ------
        ArchiveError
            A file is missing, damaged, or outside the folder.
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
