"""Time the way from a clone to an open course, by uv and by pip in turn: `make bench-installing`.

Each round clones the repository, installs with an empty home folder, and opens the course until its server answers;
then it opens it again, and once more where no registry can be reached. Nothing is deleted between the rounds: for half
a minute after files were deleted, ext4 makes new ones ten times more slowly.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from goals import Goal, report

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))
from lab_in_browser import free_ports, running

ROOT = Path(__file__).resolve().parent.parent
NOWHERE = "http://127.0.0.1:9/simple"  # nobody listens there
OFFLINE = {"PIP_INDEX_URL": NOWHERE, "UV_DEFAULT_INDEX": NOWHERE}
# Of a Python that bundles no pip, uv is not fetched.
BY = {"uv": "", "pip": "install.bundled_pip = lambda: None; "}
STEPS = ("first start", "second start", "second start, offline")


def seconds_until_open(folder, home, by, **variables):
    """Do what `make lab` does in a folder; return the seconds until the server answers."""
    (port,) = free_ports(1)
    others = ("PIP_CACHE", "PYTHON", "UV_", "XDG_")  # settings that a student's machine hardly has
    kept = {name: value for name, value in os.environ.items() if not name.startswith(others)}
    environment = {**kept, "HOME": str(home), "JUPYTER_PREFER_ENV_PATH": "1", **variables}
    started = time.perf_counter()
    code = f"import sys; sys.path.insert(0, 'scripts'); import install; {BY[by]}install.main('student')"
    subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    command = [".venv/bin/mlp-course", "lab", f"--port={port}", "--no-browser", "--IdentityProvider.token=t"]
    address = f"http://127.0.0.1:{port}/api?token=t"
    with running(command, address, home / "log", cwd=folder, env=environment):
        return time.perf_counter() - started


def one_round(folder, by):
    """Return the seconds of each step in a clone of its own."""
    clone, home = folder / by / "course", folder / by / "home"
    home.mkdir(parents=True)
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    found = [seconds_until_open(clone, home, by, **variables) for variables in ({}, {}, OFFLINE)]
    return dict(zip(STEPS, found, strict=True))


def main():
    """Measure and print the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    found = {by: [] for by in BY}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.rounds):
            for by in BY:
                found[by].append(one_round(Path(folder, str(number)), by))
                print(by, {step: round(seconds, 1) for step, seconds in found[by][-1].items()}, flush=True)
    (first, *others), (first_by_pip, *_) = ([[one[step] for one in found[by]] for step in STEPS] for by in BY)
    shares = [uv / pip for uv, pip in zip(first, first_by_pip, strict=True)]
    goals = [
        Goal("first start, seconds", 15, False, first),
        Goal("first start by pip, seconds", float("inf"), False, first_by_pip),
        Goal("uv's share of pip's time", 1 / 3, False, shares),
        *(Goal(f"{step}, seconds", 3, False, rounds) for step, rounds in zip(STEPS[1:], others, strict=True)),
    ]
    report(goals, options.json)


if __name__ == "__main__":
    main()
