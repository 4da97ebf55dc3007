"""Kernels started ahead of time: while a notebook is graded, the next one's kernel starts. Each is used once."""

from mlp_helpers.nbcheck.kernels import NoKernel


class Pool:
    """Pool of kernels for a course's notebooks, which are requested in order, cyclically.

    Parameters
    ----------
    start : callable
        Accepts a notebook's name; returns a `Kernel` that is still starting.
    names : list of str
        Names of the notebooks, in order.
    """

    def __init__(self, start, names):
        self.start = start
        self._next = dict(zip(names, [*names[1:], *names[:1]], strict=True))
        self._waiting = {}

    def take(self, name):
        """Return a ready, unused kernel for a notebook, and start one for the next notebook."""
        kernel = self._waiting.pop(name, None) or self.start(name)
        following = self._next[name]
        if following not in self._waiting:
            self._waiting[following] = self.start(following)
        try:
            return kernel.wait()
        except NoKernel:  # it may have been ended while it waited, for what another one sent
            return self.start(name).wait()

    def close(self):
        """Stop the kernels that were not taken."""
        while self._waiting:
            self._waiting.popitem()[1].stop()
