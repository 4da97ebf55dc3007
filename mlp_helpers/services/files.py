"""Files and folders written atomically."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
# The folder of the course's notebooks and data: around the package or, in a wheel, inside it. There is none if the
# package alone was installed.
REPOSITORY = next(folder for folder in (_PACKAGE / "edition", _PACKAGE.parent) if folder.is_dir())


@contextmanager
def _naming(path: Path | str, failed: str = "cannot be written") -> Iterator[None]:
    """Let errors of the system say which file or folder failed, in words, and not the name of a temporary one."""
    try:
        yield
    except OSError as error:
        raise type(error)(f"{path} {failed}: {error.strerror or error}") from error


def make_folder(path: Path | str) -> None:
    """Make a folder, and those around it, unless it is there."""
    with _naming(path, "cannot be made a folder"):
        Path(path).mkdir(parents=True, exist_ok=True)


@contextmanager
def replacing(path: Path | str) -> Iterator[Path]:
    """Context manager for a temporary file that replaces `path` on success and is deleted on failure.

    The temporary file is in the same folder, so that the renaming is atomic: a reader of `path` sees the old content
    or the new, never a part of it. Processes that write at the same time do not interfere.
    """
    path = Path(path)
    with _naming(path):
        temporary = _part_of(path, lambda part: part.touch(exist_ok=False))
    try:
        yield temporary
        with _naming(path):
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_file(path: Path | str, content: str | bytes) -> None:
    """Write a file atomically: bytes, or a text in UTF-8 with line ends as they are."""
    with replacing(path) as temporary:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)


def _part_of(path: Path, make: Callable[[Path], None]) -> Path:
    """Make a new file or folder beside a path, with the usual permissions, which those of `tempfile` lack."""
    while True:
        part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        with suppress(FileExistsError):
            make(part)
            return part


@contextmanager
def new_folder(folder: Path | str) -> Iterator[Path]:
    """Context manager for a temporary folder that becomes `folder` on success and is deleted on failure.

    Parameters
    ----------
    folder : path
        Must not exist, or must be empty.
    """
    folder = Path(folder)
    make_folder(folder.parent)
    with _naming(folder):
        part = _part_of(folder, Path.mkdir)
        try:
            yield part
            if folder.exists():
                folder.rmdir()
            part.rename(folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)


def write_folder(files: dict[str, bytes], folder: Path | str) -> None:
    """Write files into a new folder, which appears once it is complete.

    Parameters
    ----------
    files : dict from str to bytes
        Contents by path relative to the folder, with slashes.
    folder : path
        Must not exist, or must be empty.
    """
    with new_folder(folder) as part:
        for name, content in files.items():
            path = part / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
