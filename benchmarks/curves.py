"""Time and memory of an epoch as functions of samples, width, batch size, depth and threads.

All in float32, in turn with the bare matrix products of the same epoch at their better number of threads.
"""

import contextlib
import os
import statistics
import time
import tracemalloc

from contenders import load_data
from epochs import better
from process import REST
from products import Products

from mlp_helpers import MLPConfig
from mlp_helpers.services.threads import limited_blas, n_cores

BASE = {"samples": 50_000, "width": 80, "batch size": 64, "hidden layers": 2, "threads": n_cores()}
AXES = {
    "samples": (5_000, 10_000, 20_000, 30_000, 40_000, 50_000),
    "width": (64, 128, 256, 512, 1024),
    "batch size": (16, 32, 64, 128, 256, 512, 1024),
    "hidden layers": (1, 2, 3, 4, 5),
    "threads": tuple(range(1, n_cores() + 1)),
}
LARGE = {"width": 1024, "batch size": 256}  # for the threads axis: the sheet's network is too small for two


def timed(function):
    """Return the seconds that a call takes."""
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


@contextlib.contextmanager
def cores(number):
    """Restrict this thread, and those that it starts, to `number` cores inside the block."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:number])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class Epoch:
    """Epoch of the course, and its matrix products, for one setting."""

    def __init__(self, data, setting):
        (X, y), (X_valid, y_valid) = data
        self.n_samples = setting["samples"]
        self.threads = setting["threads"]
        hidden = (setting["width"],) * setting["hidden layers"]
        config = MLPConfig(
            hidden=hidden, batch_size=setting["batch size"], epochs=1000, learning_rate=0.01, dtype="float32"
        )
        self.run = config.run(config.build(), X[: self.n_samples], y[: self.n_samples], X_valid, y_valid)
        self.n_evaluated = self.n_samples + len(X_valid)
        self.floor = Products((784, *hidden, 10), config.batch_size, config.dtype)

    def course(self):
        """Return the seconds of an epoch."""
        time.sleep(REST)
        with cores(self.threads):
            return timed(lambda: next(self.run))

    def bytes(self):
        """Return the peak memory of an epoch in bytes, without data and network."""
        tracemalloc.start()
        next(self.run)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    def products(self, threads):
        """Return the seconds of an epoch's matrix products."""
        with limited_blas(threads):
            return timed(lambda: self.floor.epoch(self.n_samples, self.n_evaluated))


def measure(rounds):
    """Return {axis: a dictionary for each of its values}: seconds of each round, and bytes."""
    data = load_data()
    return {axis: measure_axis(data, axis, rounds) for axis in AXES}


def measure_axis(data, axis, rounds):
    """Measure all values of an axis in turn, so that a slowdown of the machine does not bend the curve."""
    base = BASE | (LARGE if axis == "threads" else {})
    epochs = [Epoch(data, base | {axis: value}) for value in AXES[axis]]
    points = [{"value": value, "course": [], "products": {}} for value in AXES[axis]]
    for epoch in epochs:
        epoch.course()
    for _ in range(rounds):
        for epoch, point in zip(epochs, points, strict=True):
            point["course"].append(epoch.course())
            for threads in sorted({1, epoch.threads}):
                point["products"].setdefault(threads, []).append(epoch.products(threads))
    for epoch, point in zip(epochs, points, strict=True):
        point["products"] = point["products"][better(point["products"])]
        point["bytes"] = epoch.bytes()
    return points


def report(curves):
    """Print a table for each axis."""
    for axis, rows in curves.items():
        at = ", ".join(f"{name} {value}" for name, value in LARGE.items()) if axis == "threads" else ""
        print(f"{axis:>14} {'s an epoch':>11} {'s products':>11} {'ratio':>6} {'MiB':>7}   {at}".rstrip())
        for point in rows:
            course, products = statistics.median(point["course"]), statistics.median(point["products"])
            ratio = statistics.median(a / b for a, b in zip(point["course"], point["products"], strict=True))
            print(f"{point['value']:14,} {course:11.3f} {products:11.3f} {ratio:6.2f} {point['bytes'] / 2**20:7.1f}")
