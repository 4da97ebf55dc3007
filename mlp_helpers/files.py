"""Files written so that no reader meets a half-written one."""

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent  # the course's folder, if the package lies in it


@contextmanager
def replacing(path):
    """Give the path of an empty temporary file that becomes `path` when the block ends well, and vanishes otherwise.

    The temporary file lies in the same folder, so that the renaming is atomic: who opens `path` finds the
    old content or the new one, never a part. Two processes that write at once do not disturb each other.
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
    """Give a file or folder that `tempfile` made, and made private, the permissions that any other has."""
    umask = os.umask(0)
    os.umask(umask)
    path.chmod((0o777 if path.is_dir() else 0o666) & ~umask)


def write_folder(files, folder):
    """Write files into a new folder, which appears when all of them are there.

    Parameters
    ----------
    files : dict from str to bytes
        By path from the folder, with slashes.
    folder : path
        Must not exist, or be an empty folder.
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
