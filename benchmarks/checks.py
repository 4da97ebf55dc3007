"""Time the exercises' checks and the import of `check`: `make bench-checks`."""

import argparse
import contextlib
import io
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from goals import Goal, report

from mlp_helpers.checking.questions import FUNCTION
from mlp_helpers.checks import check
from mlp_helpers.exercises import exercise, names

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "exercises"))
from wrong_answers import ANSWERS

IMPORTS = {"NumPy alone": "import numpy", "check": "from mlp_helpers import check; import mlp_helpers.diagnosis"}


def main():
    """Measure and print the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    goals = [*dearest_checks(options.rounds), *slowest_searches(options.rounds), *imports(options.rounds)]
    report(goals, options.json)


def milliseconds(act, *arguments):
    """Return how many milliseconds a call takes."""
    started = time.perf_counter()
    act(*arguments)
    return 1000 * (time.perf_counter() - started)


def quietly(name, answer):
    """Check an answer without printing."""
    with contextlib.redirect_stdout(io.StringIO()):
        check(name, answer)


def no_known_mistake(*arguments):
    """Return a wrong answer that matches no known mistake, so that a check tries all of them."""
    return np.array([0.123])


def dearest_checks(rounds):
    """Return the goals for the slowest check, when it runs the known mistakes and later."""
    functions = [name for name in names() if exercise(name).kind == FUNCTION]
    first, again = {name: [] for name in functions}, {name: [] for name in functions}
    for seed in range(rounds + 1):
        os.environ["MLP_COURSE_SEED"] = str(seed)  # under which the mistakes have not been run yet
        for times in (first, again):
            for name in functions:
                times[name].append(milliseconds(quietly, name, no_known_mistake))
    name = max(functions, key=lambda name: np.median(first[name]))
    return [
        Goal(f"the dearest check of {len(functions)}, {name}, ms", 50, False, first[name][1:]),
        Goal("the same check of the next answer, ms", 50, False, again[name][1:]),
    ]


def slowest_searches(rounds):
    """Return the goals for the ten slowest checks of wrong answers, most of which are searched for a place."""
    taken = {wrong: milliseconds(quietly, wrong.exercise, wrong.answer) for wrong in ANSWERS}
    slowest = sorted(taken, key=taken.get, reverse=True)[:10]
    return [
        Goal(
            f"the check of {wrong.answer.__name__}, ms",
            1000,
            False,
            [milliseconds(quietly, wrong.exercise, wrong.answer) for _ in range(rounds)],
        )
        for wrong in slowest
    ]


def imports(rounds):
    """Return the goal for the time that importing `check` adds to importing NumPy."""
    taken = {name: [] for name in IMPORTS}
    for _ in range(rounds):
        for name, code in IMPORTS.items():
            taken[name].append(milliseconds(subprocess.run, [sys.executable, "-c", code]))
    added = [a - b for a, b in zip(taken["check"], taken["NumPy alone"], strict=True)]
    return [Goal("importing check and verdict, beside NumPy, ms", 300, False, added)]


if __name__ == "__main__":
    main()
