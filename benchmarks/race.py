"""Time until the validation error is at most 2 %: the course, PyTorch and scikit-learn with the same recipe.

The recipe has 256 and 128 relu units and batches of 32, since the sheet's network stays above 2 %. Each seed is a
separate race. Start-up is not counted; the evaluation after each epoch is.
"""

import statistics

from epochs import better, shown_threads, thread_counts
from process import Contender

NAMES = ("course", "PyTorch", "scikit-learn, evaluated")
TARGET, MAX_EPOCHS = 0.02, 40


def run(contender):
    """Train to the target; return seconds and epochs."""
    seconds = 0.0
    for epoch in range(1, MAX_EPOCHS + 1):
        answer = contender.epoch()
        seconds += answer["seconds"]
        if answer["valid_error"] <= TARGET:
            return seconds, epoch
    raise RuntimeError(f"more than {TARGET:.0%} of the validation images were wrong after {MAX_EPOCHS} epochs")


def measure(n_seeds):
    """Return {contender: {threads: (seconds, epochs) for each seed}}."""
    results = {name: {threads: [] for threads in thread_counts(name)} for name in NAMES}
    for seed in range(n_seeds):
        for name, by_threads in results.items():
            for threads, runs in by_threads.items():
                with Contender(name, "two per cent", threads, seed) as contender:
                    runs.append(run(contender))
    return results


def better_runs(by_threads):
    """Return the better number of threads, and its seconds and epochs for each seed."""
    seconds = {threads: [found for found, _ in runs] for threads, runs in by_threads.items()}
    threads = better(seconds)
    return threads, seconds[threads], [n_epochs for _, n_epochs in by_threads[threads]]


def report(results):
    """Print a line per contender, at its better number of threads."""
    print("Until the validation error is at most 2 %: 784-256-128-10, batches of 32, learning rate 0.1")
    print(f"{'contender':24} {'threads':>7} {'median s':>9} {'least':>7} {'most':>7}   epochs")
    for name, by_threads in results.items():
        threads, seconds, n_epochs = better_runs(by_threads)
        figures = f"{statistics.median(seconds):9.1f} {min(seconds):7.1f} {max(seconds):7.1f}"
        print(f"{name:24} {shown_threads(name, threads):>7} {figures}   {', '.join(map(str, n_epochs))}")
