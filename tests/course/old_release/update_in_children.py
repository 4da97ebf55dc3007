"""Runs a students' folder's own update in child processes: `python update_in_children.py FOLDER RELEASE SNAPSHOTS`.

One child updates FOLDER, and after each change of the disk a copy of the folder goes into SNAPSHOTS: what an
interruption at that moment would leave. For each line on standard input, the path of such a copy, another child runs
the same command there. The children are forked, so that what they import of others is loaded once; what they import
of the course is what lies in their folder at that moment.
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
    """Run the command in a child process; return its exit code."""
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
    """Return a method of Path that calls `after_each` after it."""

    def changed(path, *arguments, **options):
        result = change(path, *arguments, **options)
        after_each()
        return result

    return changed


if __name__ == "__main__":
    folder, release, snapshots = map(Path, sys.argv[1:])
    numbers = itertools.count()
    print(update(folder, release, lambda: shutil.copytree(folder, snapshots / f"{next(numbers):03}")), flush=True)
    for line in sys.stdin:
        print(update(Path(line.strip()), release), flush=True)
