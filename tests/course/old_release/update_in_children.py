"""Update of a student's folder by its own code, in child processes: `update_in_children.py FOLDER RELEASE SNAPSHOTS`.

One child updates FOLDER. After each change on disk, a copy of the folder is saved to SNAPSHOTS: the state
that an interruption at that moment would leave. For each line on standard input, the path of such a copy, another child
runs the same command there. The children are forked, so third-party modules are loaded once; the course's modules are
imported from their folder as it is at that moment.
"""

import itertools
import os
import shutil
import sys
import traceback
from pathlib import Path

import nbformat  # noqa: F401
import typer  # noqa: F401

sys.dont_write_bytecode = True


def update(folder, release, after_each=None):
    """Run the update command in a child process; return its exit code."""
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    try:
        os.chdir(folder)
        sys.path.insert(0, str(folder))
        os.dup2(2, 1)
        if after_each is not None:
            for name in ("replace", "rename", "unlink"):
                setattr(Path, name, followed(getattr(Path, name), after_each))
        from mlp_helpers.cli import app

        assert Path(sys.modules["mlp_helpers"].__file__).is_relative_to(folder)
        app(["update", str(release)])
    except SystemExit as ended:
        os._exit(ended.code or 0)
    except BaseException:
        traceback.print_exc()
    os._exit(1)


def followed(change, after_each):
    """Wrap a method of Path so that it then calls `after_each`."""

    def changed(path, *arguments, **options):
        result = change(path, *arguments, **options)
        after_each()
        return result

    return changed


if __name__ == "__main__":
    folder, release, snapshots = map(Path, sys.argv[1:])
    numbers = itertools.count()

    def save():
        shutil.copytree(folder, snapshots / f"{next(numbers):03}")

    print(update(folder, release, save), flush=True)
    for line in sys.stdin:
        print(update(Path(line.strip()), release), flush=True)
