"""Files and folders written atomically."""

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
# The folder of the course's notebooks and data: around the package or, in a wheel, inside it. There is none if the
# package alone was installed.
REPOSITORY = next(folder for folder in (_PACKAGE / "edition", _PACKAGE.parent) if folder.is_dir())


@contextmanager
def replacing(path):
    """Context manager for a temporary file that replaces `path` on success and is deleted on failure.

    The temporary file is in the same folder, so that the renaming is atomic: a reader of `path` sees the old content
    or the new, never a part of it. Processes that write at the same time do not interfere.
    """
    path = Path(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        open_to_others(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def open_to_others(path):
    """Give a private file or folder made by `tempfile` the usual permissions."""
    umask = os.umask(0)
    os.umask(umask)
    path.chmod((0o777 if path.is_dir() else 0o666) & ~umask)


def write_folder(files, folder):
    """Write files into a new folder, which appears once it is complete.

    Parameters
    ----------
    files : dict from str to bytes
        Contents by path relative to the folder, with slashes.
    folder : path
        Must not exist, or must be empty.
    """
    folder = Path(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}.", suffix=".part"))
    try:
        for name, content in files.items():
            path = part / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        open_to_others(part)
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
