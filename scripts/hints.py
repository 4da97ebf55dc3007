"""Share of wrong answers whose fault a check names, by each way to a diagnosis: `make hints`, a minute.

The answers are those of tests/exercises/wrong_answers, to which hints are fitted, those of tests/exercises/blind, and
the bank's own mistakes, each with its entry and those with the same hint removed. ARGS=-v prints each hint.
"""

import argparse
import collections
import dataclasses
import statistics
import sys
import time

from scipy.stats import binomtest

from mlp_helpers.diagnosis.attempt import diagnose
from mlp_helpers.exercises import exercise, names
from mlp_helpers.services.files import REPOSITORY

sys.path.append(str(REPOSITORY / "tests" / "exercises"))
import blind
import wrong_answers

WAYS = ("bank", "slip", "relation", "exception", "place", "calls")
ROWS = ("", *WAYS, "any of these", "fault named", "median second", "90th percentile", "worst")


def timed(diagnosed, *arguments):
    """Return the way to the diagnosis of a wrong answer, its hint, and the seconds that it took."""
    started = time.perf_counter()
    way, hint = diagnosed(*arguments)
    return way, hint, time.perf_counter() - started


def without_entry(name, mistake):
    """Diagnose a known mistake as if it, and those with the same hint, were not in the bank."""
    key = exercise(name).key
    others = [other for other in key.mistakes if other.hint != mistake.hint]
    first = key.mistakes[:1] if not others else []  # the exercise's parameters are read from one
    exercise(name).key = dataclasses.replace(key, mistakes=others or first)
    try:
        return timed(wrong_answers.diagnosed, name, wrong_answers.without_decorator(mistake.answer))
    finally:
        exercise(name).key = key


def points(count, n):
    """Return a share as points of 100, with its 95 % interval."""
    low, high = binomtest(count, n).proportion_ci(method="wilson")
    return f"{100 * count / n:.1f} ({100 * low:.1f} to {100 * high:.1f})"


def column(title, found, n_named=None):
    """Return the cells of a column, for a list of (way, hint, seconds); `n_named` of the hints name the fault."""
    ways, seconds = collections.Counter(way for way, *_ in found), [second for *_, second in found]
    counts = [ways[way] for way in WAYS]
    shares = [points(count, len(found)) for count in (*counts, sum(counts))]
    named = "" if n_named is None else points(n_named, len(found))
    times = statistics.median(seconds), statistics.quantiles(seconds, n=10)[-1], max(seconds)
    return [f"{len(found)} {title}", *shares, named, *(f"{time:.2f}" for time in times)]


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-v", "--verbose", action="store_true", help="print each hint")
    verbose = parser.parse_args().verbose
    found = [timed(wrong_answers.diagnosed, wrong.exercise, wrong.answer) for wrong in wrong_answers.ANSWERS]
    pairs = list(zip(wrong_answers.ANSWERS, found, strict=True))
    columns = [column("tuned", found, sum(wrong.is_named_by(hint) for wrong, (_, hint, _) in pairs))]
    said = [(wrong.answer.__name__, wrong.why, *hint) for wrong, hint in pairs]
    for title, rows in blind.ROWS.items():
        wrong = [row for row in rows if row["kind"] == "wrong" and exercise(row["exercise"]).key.judge_value is None]
        hints = [timed(lambda row: diagnose(blind.attempt(row)), row) for row in wrong]
        columns.append(column(f"blind, {title}", hints))
        said += [(row["id"], row["fault"], *hint) for row, hint in zip(wrong, hints, strict=True)]
    for name, why, way, hint, _ in said if verbose else ():
        print(f"{name} ({way}): {why}\n  {hint}")
    functions = [name for name in names() if exercise(name).key.judge_value is None]
    mistakes = [(name, mistake) for name in functions for mistake in exercise(name).key.mistakes]
    columns.append(column("of the bank, without entry", [without_entry(*one) for one in mistakes]))
    for name, *cells in zip(ROWS, *columns, strict=True):
        print(f"{name:17}{''.join(f'{cell:24}' for cell in cells)}".rstrip())


if __name__ == "__main__":
    main()
