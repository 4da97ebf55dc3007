"""Start-up time: from process start to the figures of the first epoch, in a new process each time."""

import statistics
import time

from process import Contender

NAMES = ("course", "sheet's loop", "PyTorch", "JAX", "scikit-learn")
PARTS = ("data", "library", "first epoch", "all")


def measure(rounds):
    """Return {contender: seconds of each part, for each round}; a discarded first round warms the file cache."""
    results = {name: [] for name in NAMES}
    for _ in range(rounds + 1):
        for name in NAMES:
            started = time.perf_counter()
            with Contender(name, "sheet", 2) as contender:
                first = contender.epoch(rest=0)["seconds"]
                whole = time.perf_counter() - started
            parts = (contender.readiness["load"], contender.readiness["set_up"], first, whole)
            results[name].append(dict(zip(PARTS, parts, strict=True)))
    return {name: found[1:] for name, found in results.items()}


def report(results):
    """Print the medians of the parts."""
    print("From the start of Python to the figures of the first epoch, median seconds")
    print(f"{'contender':24}" + "".join(f"{part:>13}" for part in PARTS))
    for name, rounds in results.items():
        medians = [statistics.median(found[part] for found in rounds) for part in PARTS]
        print(f"{name:24}" + "".join(f"{median:13.2f}" for median in medians))
