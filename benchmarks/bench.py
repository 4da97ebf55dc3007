"""Time the course against other libraries and against the machine's limits: `python benchmarks/bench.py`.

Prints tables and goals, and writes every measurement (--json) and a figure (--figure). The full run takes some
fifteen minutes; name parts to run fewer: `python benchmarks/bench.py epochs race`. Environment variables that select an
OpenBLAS kernel are unset, since they slow NumPy.
"""

import argparse
import json
import os
import sys
from pathlib import Path

import curves
import epochs
import figure
import race

from mlp_helpers.services.files import replacing, write_file
from mlp_helpers.services.machine import machine

UNSET = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
LIBRARIES = ("numpy", "torch", "jax", "scikit-learn")
# name: module, rounds
PARTS = {"epochs": (epochs, 9), "race": (race, 3), "curves": (curves, 5)}


def main():
    """Measure the chosen parts, print their reports and write the files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; by default all")
    parser.add_argument("--rounds", type=int, help="instead of each part's own number")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--figure", type=Path, metavar="FILE", help="needs all parts")
    arguments = parser.parse_args()
    parts = arguments.parts or list(PARTS)
    if unknown := set(parts) - set(PARTS):
        parser.error(f"a part must be one of {', '.join(PARTS)}, got {', '.join(unknown)}")
    if arguments.figure and set(parts) != set(PARTS):
        parser.error("--figure needs all parts")

    results = {"machine": machine(LIBRARIES)}
    for name, value in results["machine"].items():
        print(f"{name:14} {value}")
    for name in parts:
        module, rounds = PARTS[name]
        results[name] = module.measure(arguments.rounds or rounds)
        print()
        module.report(results[name])
    if arguments.json:
        write_file(arguments.json, json.dumps(results, indent=1) + "\n")
    if arguments.figure:
        with replacing(arguments.figure) as temporary:
            figure.draw(results).savefig(temporary, format="png", dpi=110, metadata={"Software": None})


if __name__ == "__main__":
    if unset := [name for name in UNSET if name in os.environ]:
        print("left out of the environment, since they slow NumPy:", ", ".join(unset), flush=True)
        kept = {name: value for name, value in os.environ.items() if name not in unset}
        os.execve(sys.executable, [sys.executable, *sys.argv], kept)
    main()
