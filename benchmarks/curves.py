"""How time and memory of an epoch grow: `python benchmarks/curves.py [--rounds 5] [--figure FILE] [--json FILE]`.

Seconds and bytes over the number of samples, width, batch size and depth, in float32, beside the bare matrix
products of the same epoch on one thread, in turn with it.
"""

import argparse
import json
import statistics
import time
import tracemalloc
from pathlib import Path

from contenders import load_data
from products import Products

from mlp_helpers import MLPConfig
from mlp_helpers.plots import new_figure
from mlp_helpers.threads import limited_blas

BASE = {"samples": 50_000, "width": 80, "batch size": 64, "hidden layers": 2}
AXES = {
    "samples": (5_000, 10_000, 20_000, 30_000, 40_000, 50_000),
    "width": (64, 128, 256, 512, 1024),
    "batch size": (16, 32, 64, 128, 256, 512, 1024),
    "hidden layers": (1, 2, 3, 4, 5),
}


class Epoch:
    """The course's epoch and the products in it, for one setting."""

    def __init__(self, data, setting):
        (X, y), (X_valid, y_valid) = data
        self.n_samples = setting["samples"]
        hidden = (setting["width"],) * setting["hidden layers"]
        config = MLPConfig(
            hidden=hidden, batch_size=setting["batch size"], epochs=1000, learning_rate=0.01, dtype="float32"
        )
        self.run = config.run(config.build(), X[: self.n_samples], y[: self.n_samples], X_valid, y_valid)
        self.n_evaluated = self.n_samples + len(X_valid)
        self.floor = Products((784, *hidden, 10), config.batch_size, config.dtype)

    def course(self):
        """Return the seconds of an epoch."""
        started = time.perf_counter()
        next(self.run)
        return time.perf_counter() - started

    def bytes(self):
        """Return the most memory that an epoch holds besides data and network."""
        tracemalloc.start()
        next(self.run)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    def products(self):
        """Return the seconds of an epoch's matrix products."""
        started = time.perf_counter()
        with limited_blas(1):
            self.floor.epoch(self.n_samples, self.n_evaluated)
        return time.perf_counter() - started


def measure(data, axis, rounds):
    """Return a row for each value on an axis: the value, seconds of the course and of its products, bytes."""
    rows = []
    for value in AXES[axis]:
        epoch = Epoch(data, {**BASE, axis: value})
        epoch.course()
        times = [(epoch.course(), epoch.products()) for _ in range(rounds)]
        rows.append((value, *(statistics.median(column) for column in zip(*times, strict=True)), epoch.bytes()))
    return rows


def figure(curves):
    """Return the Figure of all curves: seconds above, memory below."""
    fig, axes = new_figure(2, len(curves), size=(3 * len(curves), 5), squeeze=False)
    for (axis, rows), seconds, memory in zip(curves.items(), *axes, strict=True):
        values, course, products, peaks = zip(*rows, strict=True)
        seconds.plot(values, course, marker="o", label="course")
        seconds.plot(values, products, marker="s", label="bare products")
        memory.plot(values, [peak / 2**20 for peak in peaks], marker="o")
        for ax in (seconds, memory):
            ax.set(xlabel=axis, xscale="log" if axis in ("width", "batch size") else "linear", ylim=(0, None))
        if axis == "width":  # two orders of magnitude
            seconds.autoscale(axis="y")
            seconds.set_yscale("log")
    axes[0, 0].set_ylabel("seconds an epoch")
    axes[0, 0].legend()
    axes[1, 0].set_ylabel("memory of its own, MiB")
    return fig


def main():
    """Measure, print a table an axis, write figure and JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--figure", type=Path)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    data = load_data()
    curves = {}
    for axis in AXES:
        curves[axis] = measure(data, axis, arguments.rounds)
        print(f"{axis:>14} {'s an epoch':>11} {'s products':>11} {'ratio':>6} {'MiB':>7}")
        for value, course, products, peak in curves[axis]:
            print(
                f"{value:14,} {course:11.3f} {products:11.3f} {course / products:6.2f} {peak / 2**20:7.1f}", flush=True
            )
    if arguments.figure:
        figure(curves).savefig(arguments.figure, format="png", dpi=110, metadata={"Software": None})
    if arguments.json:
        arguments.json.write_text(json.dumps(curves, indent=1) + "\n")


if __name__ == "__main__":
    main()
