"""Command as an ordinary user, for tests that root runs: unshare --mount python as_user.py COMMAND...

Folders that are closed to others, such as root's home, hold the course or its Python on some machines. In this
process's namespace of mounts, open ones replace them, with no more in them than that.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

USER = 54_321  # of nobody else


def mount(*arguments):
    subprocess.run(["mount", *map(str, arguments)], check=True)


def open_up(places, folder):
    """Let all users reach some places."""
    closed = {}
    for place in places:
        parents = [parent for parent in reversed(place.parents) if not parent.stat().st_mode & 1]
        if parents:
            closed.setdefault(parents[0], []).append(place)
    for parent, inside in closed.items():
        for number, place in enumerate(inside):
            Path(folder, str(number)).mkdir()
            mount("--bind", place, f"{folder}/{number}")
        mount("-t", "tmpfs", "-o", "mode=755", "none", parent)
        for number, place in enumerate(inside):
            place.mkdir(parents=True)
            mount("--move", f"{folder}/{number}", place)


if __name__ == "__main__":
    mount("--make-rprivate", "/")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        home.mkdir()
        os.chmod(folder, 0o755)
        os.chown(home, USER, USER)
        places = {Path(__file__).resolve().parents[3], Path(sys.base_prefix), Path(sys.prefix).resolve()}
        open_up(sorted(places), folder)
        variables = os.environ | {"HOME": str(home), "TMPDIR": str(home)}
        sys.exit(subprocess.run(sys.argv[1:], user=USER, group=USER, extra_groups=[], env=variables).returncode)
