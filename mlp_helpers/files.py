"""Writing files so that nobody ever meets a half-written one."""

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path


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
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)  # mkstemp's files are private; a saved file is as open as any other
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
