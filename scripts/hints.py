"""Share of wrong answers whose mistake a check names, by each way to a diagnosis: `make hints`, a minute.

The answers are those of tests/exercises/natural.py, to which no hint was fitted, and the bank's own mistakes, each with
its entry and those with the same hint removed. ARGS=-v prints each hint beside what a good assistant would say.
"""

import argparse
import ast
import collections
import dataclasses
import inspect
import linecache
import statistics
import sys
import textwrap
import time

from mlp_helpers.diagnosis import Attempt, diagnose
from mlp_helpers.exercises import exercise, names
from mlp_helpers.files import REPOSITORY

sys.path.append(str(REPOSITORY / "tests" / "exercises"))
WAYS = ("bank", "relation", "exception", "place")


def diagnosed(name, answer):
    """Return the way to the diagnosis of a wrong answer, its hint, and the seconds that it took."""
    started = time.perf_counter()
    way, hint = diagnose(Attempt.at(exercise(name), answer))
    return way, hint, time.perf_counter() - started


def without_entry(name, mistake):
    """Diagnose a known mistake as if it, and those with the same hint, were not in the bank."""
    key = exercise(name).key
    others = [other for other in key.mistakes if other.hint != mistake.hint]
    first = key.mistakes[:1] if not others else []  # the exercise's parameters are read from one
    exercise(name).key = dataclasses.replace(key, mistakes=others or first)
    try:
        return diagnosed(name, undecorated(mistake.answer))
    finally:
        exercise(name).key = key


def undecorated(function):
    """Return a copy of a function whose source, as `inspect` finds it, has no decorator; a class as it is.

    No place is looked for in the source of a class.
    """
    if isinstance(function, type):
        return function
    source = textwrap.dedent(inspect.getsource(function))
    lines = source.splitlines(keepends=True)[ast.parse(source).body[0].lineno - 1 :]
    file_name = f"<{function.__name__}>"
    linecache.cache[file_name] = len(source), None, lines, file_name
    scope = dict(function.__globals__)
    exec(compile("".join(lines), file_name, "exec"), scope)
    return scope[function.__name__]


def table(title, found):
    """Print how many of the answers each way has named."""
    counts, seconds = collections.Counter(way for way, _, _ in found), sorted(second for *_, second in found)
    print(f"{title}: {len(found)} answers")
    named = 0
    for way in WAYS:
        named += counts[way]
        print(f"  {'+ ' if way != WAYS[0] else '  '}{way:10} {counts[way]:4}   {100 * named / len(found):5.1f} %")
    p90 = statistics.quantiles(seconds, n=10)[-1]
    print(f"  seconds: median {statistics.median(seconds):.2f}, 90th percentile {p90:.2f}, worst {seconds[-1]:.2f}")


def main():
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-v", "--verbose", action="store_true", help="print each hint")
    verbose = parser.parse_args().verbose
    import natural

    found = [diagnosed(name, answer) for name, answer, _ in natural.ANSWERS]
    for (_, answer, should), (way, hint, _) in zip(natural.ANSWERS, found, strict=True) if verbose else ():
        print(f"{answer.__name__} ({way})\n  {hint}\n  ({should})")
    table("natural wrong answers", found)
    functions = [name for name in names() if exercise(name).key.judge_value is None]
    mistakes = [(name, mistake) for name in functions for mistake in exercise(name).key.mistakes]
    table("the bank's mistakes, each without its entry", [without_entry(*one) for one in mistakes])


if __name__ == "__main__":
    main()
