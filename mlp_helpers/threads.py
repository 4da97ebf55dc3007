"""BLAS thread limits, and work shared over the cores."""

import copy
import multiprocessing
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache

import numpy as np

# Sharing a product out costs some tens of microseconds, and much more where another program is using a core. From
# a tenth of a gigaflop on, about a millisecond of work, it pays.
LARGE_PRODUCT = 1e8


def n_cores():
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def take_core(place):
    """Keep this process on one of its cores, by number, where the system lets it; BLAS then has one thread, too.

    Processes that share out products over the same cores wait for one another's threads most of the time.
    """
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[place % len(cores)]})


@contextmanager
def process_for_each_core():
    """Give a `multiprocessing.Pool` inside the block, each of whose processes has a core of its own."""
    places = multiprocessing.SimpleQueue()
    for place in range(n_cores()):
        places.put(place)
    with multiprocessing.Pool(n_cores(), _take_next_core, (places,)) as pool:
        yield pool


def _take_next_core(places):
    take_core(places.get())


def threads_for_product(n_operations):
    """Return how many threads serve a matrix product of so many floating-point operations."""
    return n_cores() if n_operations >= LARGE_PRODUCT else 1


def on_all_cores(function, network, chunks):
    """Return [function(network, *chunk) for chunk in chunks], computed by one thread for each core.

    Layers remember what they saw last, so each thread works with a copy of the network. BLAS, left to itself, would
    share out single products, and these are too small for that.
    """
    n_threads = min(n_cores(), len(chunks))
    if n_threads == 1:
        return [function(network, *chunk) for chunk in chunks]

    results = [None] * len(chunks)

    def work(thread):
        own = copy.deepcopy(network)
        with np.errstate(over="ignore", invalid="ignore"):  # threads do not inherit it; an infinite result says enough
            for i in range(thread, len(chunks), n_threads):
                results[i] = function(own, *chunks[i])

    with limited_blas(1), ThreadPoolExecutor(n_threads) as pool:
        list(pool.map(work, range(n_threads)))
    return results


def blas_libraries():
    """Return a line about each BLAS library in this process: name, version, kernel, threads."""
    from threadpoolctl import threadpool_info

    return [
        f"{library['internal_api']} {library['version']}, kernel {library.get('architecture', 'unknown')}, "
        f"threads: {library['num_threads']}"
        for library in threadpool_info()
        if library["user_api"] == "blas"
    ]


@contextmanager
def limited_blas(threads):
    """Limit BLAS to a number of threads inside the block, and put it back after; None changes nothing."""
    if threads is None:
        yield
        return
    with _controller().limit(limits=threads, user_api="blas"):
        yield


@cache
def _controller():
    """Return what limits BLAS. To look for the libraries takes a millisecond, and NumPy's is there from the start."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
