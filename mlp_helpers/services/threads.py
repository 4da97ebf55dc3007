"""BLAS thread limits, and work distributed over the cores."""

from __future__ import annotations

import copy
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from multiprocessing.pool import Pool
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

# Splitting a product over threads costs some tens of microseconds, and much more if another program uses a core. It
# pays from 10⁸ floating-point operations on, about a millisecond of work.
LARGE_PRODUCT = 1e8

Result = TypeVar("Result")


def n_cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def take_core(number: int) -> None:
    """Pin this process to one of its cores, where the system allows it; BLAS then uses one thread, too.

    Processes that split products over the same cores mostly wait for one another's threads.
    """
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[number % len(cores)]})


@contextmanager
def process_for_each_core() -> Iterator[Pool]:
    """Context manager for a `multiprocessing.Pool` with one process pinned to each core."""
    numbers: multiprocessing.SimpleQueue[int] = multiprocessing.SimpleQueue()
    for number in range(n_cores()):
        numbers.put(number)
    with multiprocessing.Pool(n_cores(), _take_next_core, (numbers,)) as pool:
        yield pool


def _take_next_core(numbers: multiprocessing.SimpleQueue[int]) -> None:
    take_core(numbers.get())


def threads_for_product(n_operations: float) -> int:
    """Return the number of threads for a matrix product of `n_operations` floating-point operations."""
    return n_cores() if n_operations >= LARGE_PRODUCT else 1


def on_all_cores(
    function: Callable[..., Result], network: object, chunks: Sequence[tuple[object, ...]]
) -> list[Result]:
    """Return [function(network, *chunk) for chunk in chunks], computed by one thread per core.

    Layers hold state, so each thread works on a copy of the network. BLAS would split single products instead, which
    are too small for that.
    """
    n_threads = min(n_cores(), len(chunks))
    if n_threads == 1:
        return [function(network, *chunk) for chunk in chunks]

    results: dict[int, Result] = {}

    def work(thread: int) -> None:
        own = copy.deepcopy(network)
        with np.errstate(over="ignore", invalid="ignore"):  # not inherited by threads; the result shows an overflow
            for i in range(thread, len(chunks), n_threads):
                results[i] = function(own, *chunks[i])

    with limited_blas(1), ThreadPoolExecutor(n_threads) as pool:
        list(pool.map(work, range(n_threads)))
    return [results[i] for i in range(len(chunks))]


def blas_libraries() -> list[str]:
    """Return a line for each BLAS library in this process: name, version, kernel, threads."""
    from threadpoolctl import threadpool_info

    return [
        f"{library['internal_api']} {library['version']}, kernel {library.get('architecture', 'unknown')}, "
        f"threads: {library['num_threads']}"
        for library in threadpool_info()
        if library["user_api"] == "blas"
    ]


_lock = threading.Lock()
# As many as there are open contexts; the first one knows the limit from before them.
_limiters: list[AbstractContextManager[object]] = []


@contextmanager
def limited_blas(threads: int | None) -> Iterator[None]:
    """Context manager that limits BLAS to a number of threads, then restores the limit; None changes nothing.

    Contexts of several threads may overlap in any order. The last one to be left restores the limit from before them.
    """
    if threads is None:
        yield
        return
    with _lock:
        limiter = _controller().limit(limits=threads, user_api="blas")
        _limiters.append(limiter)
    try:
        with limiter:
            yield
    finally:
        with _lock:
            limiter = _limiters.pop()  # the first one stays until the last context is left
            if not _limiters:
                with limiter:  # restores on leaving
                    pass


@cache
def _controller() -> ThreadpoolController:
    """Return the cached controller: the search for libraries takes a millisecond, and NumPy's is already loaded."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
