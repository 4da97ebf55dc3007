"""Seconds per epoch of the sheet's recipe, for every contender.

They take turns, epoch by epoch, each in its own process with one and with two threads (the course chooses for itself).
Results are ratios within a round, each contender at its better number of threads: absolute times drift on a shared
machine.
"""

import contextlib
import statistics

from goals import HEAD, Goal
from process import Contender

NAMES = (
    "course",
    "course, float64",
    "sheet's loop",
    "bare products",
    "bare products, float64",
    "PyTorch",
    "JAX",
    "scikit-learn",
)
ITS_OWN_THREADS = ("course", "course, float64")


def thread_counts(name):
    """Return the thread counts to measure a contender with."""
    return (2,) if name in ITS_OWN_THREADS else (1, 2)


def shown_threads(name, threads):
    """Return the text for a thread count in a table."""
    return "its own" if name in ITS_OWN_THREADS else str(threads)


def measure(rounds):
    """Return {contender: {threads: seconds of each round}}; each one's first epoch, which may compile, is left out."""
    seconds = {name: {threads: [] for threads in thread_counts(name)} for name in NAMES}
    with contextlib.ExitStack() as stack:
        contenders = [
            (name, threads, stack.enter_context(Contender(name, "sheet", threads)))
            for name in NAMES
            for threads in thread_counts(name)
        ]
        for *_, contender in contenders:
            contender.epoch()
        for _ in range(rounds):
            for name, threads, contender in contenders:
                seconds[name][threads].append(contender.epoch()["seconds"])
    return seconds


def better(seconds_by_threads):
    """Return the number of threads with the lower median."""
    return min(seconds_by_threads, key=lambda threads: statistics.median(seconds_by_threads[threads]))


def report(seconds):
    """Print a line per contender and thread count, and the goals."""
    print("An epoch of the sheet's recipe, evaluation included (* the better number of threads)")
    print(f"{'contender':24} {'threads':>7} {'median s':>9} {'least':>7} {'most':>7}")
    for name, by_threads in seconds.items():
        for threads, times in by_threads.items():
            star = "*" if threads == better(by_threads) else " "
            figures = f"{statistics.median(times):9.3f} {min(times):7.3f} {max(times):7.3f}"
            print(f"{name:24} {shown_threads(name, threads):>7}{star}{figures}")
    print(f"\n{HEAD}", *goals(seconds), sep="\n")


def goals(seconds):
    """Return the goals for the sheet's recipe."""
    times = {name: by_threads[better(by_threads)] for name, by_threads in seconds.items()}

    def ratios(a, b):
        return [x / y for x, y in zip(times[a], times[b], strict=True)]

    return [
        Goal("times as fast as the sheet's plain loop", 8.0, True, ratios("sheet's loop", "course")),
        Goal("share of PyTorch's time", 0.55, False, ratios("course", "PyTorch")),
        Goal("share of JAX's time, compiling left out", 0.95, False, ratios("course", "JAX")),
        Goal("share of scikit-learn's time, which only trains", 0.75, False, ratios("course", "scikit-learn")),
        Goal("times the bare matrix products", 1.35, False, ratios("course", "bare products")),
        Goal("float64: times as fast as the sheet's plain loop", 3.3, True, ratios("sheet's loop", "course, float64")),
    ]
