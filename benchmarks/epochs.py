"""Time an epoch of the sheet's recipe by every contender: `python benchmarks/epochs.py [--rounds 9] [--json FILE]`.

The contenders take turns, epoch by epoch, each in its own process with one and with two threads. What counts is
the ratio within a round, of each contender at its better number of threads: absolute times wander on a shared
machine. Environment variables that choose OpenBLAS's kernel are left out, since they slow NumPy.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from contenders import CONTENDERS

HERE = Path(__file__).resolve().parent
UNSET = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
ONE_ROW = ("course", "course, float64")  # they choose their threads themselves
# What the course strives for: (contender, reference, at least this many times as fast).
GOALS = [
    ("course", "sheet's loop", 8.0),
    ("course, float64", "sheet's loop", 3.3),
    ("course", "PyTorch", 1 / 0.55),
    ("course", "JAX", 1 / 0.95),
    ("course", "scikit-learn", 1 / 0.75),
    ("course", "bare products", 1 / 1.35),
]


def start(name, threads):
    """Return a contender's process."""
    environment = {key: value for key, value in os.environ.items() if key not in UNSET}
    for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        environment[variable] = str(threads)
    if threads == 1:
        environment["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    command = [sys.executable, str(HERE / "contenders.py"), name, str(threads)]
    return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def ask(process):
    """Let a contender run an epoch; return its seconds."""
    process.stdin.write("epoch\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())["seconds"]


def measure(names, rounds):
    """Return {(contender, threads): seconds of each round}; the first epoch of each, which compiles, is left out."""
    keys = [(name, threads) for name in names for threads in ((2,) if name in ONE_ROW else (1, 2))]
    processes = {key: start(*key) for key in keys}
    try:
        for process in processes.values():
            ask(process)
        turns = [[ask(processes[key]) for key in keys] for _ in range(rounds)]
    finally:
        for process in processes.values():
            process.kill()
            process.communicate()
    return dict(zip(keys, zip(*turns, strict=True), strict=True))


def better(seconds):
    """Return {contender: (threads, seconds of each round)} at the number of threads with the lower median."""
    best = {}
    for (name, threads), times in seconds.items():
        if name not in best or statistics.median(times) < statistics.median(best[name][1]):
            best[name] = (threads, times)
    return best


def ratios(best, name, reference):
    """Return how many times as fast as the reference a contender was, round by round, in order of size."""
    return sorted(slow / fast for slow, fast in zip(best[reference][1], best[name][1], strict=True))


def main():
    """Measure, print the tables, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", nargs="*", default=list(CONTENDERS), choices=list(CONTENDERS))
    arguments = parser.parse_args()
    unset = [name for name in UNSET if name in os.environ]
    if unset:
        print("left out for the contenders:", ", ".join(unset))
    seconds = measure(arguments.only, arguments.rounds)
    best = better(seconds)

    print(f"{'contender':24} {'threads':>7} {'median s an epoch':>18}   (* the better number of threads)")
    for (name, threads), times in seconds.items():
        star = "*" if best[name][0] == threads else " "
        print(f"{name:24} {'its own' if name in ONE_ROW else threads:>7}{star}{statistics.median(times):18.3f}")
    print(f"\n{'':44} {'goal':>5}  median (least to most) of the rounds' ratios")
    for name, reference, goal in GOALS:
        if name in best and reference in best:
            found = ratios(best, name, reference)
            middle = statistics.median(found)
            verdict = "" if middle >= goal else "   not reached"
            line = f"{name}, times as fast as {reference}"
            print(f"{line:44} {goal:5.2f}  {middle:.2f} ({found[0]:.2f} to {found[-1]:.2f}){verdict}")
    if arguments.json:
        rows = [{"contender": n, "threads": t, "seconds": times} for (n, t), times in seconds.items()]
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
