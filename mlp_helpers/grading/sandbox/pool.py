"""Kernels that are started ahead: while a notebook is graded, the next one's kernel gets ready. Each is used once."""


class Pool:
    """The kernels of a course's notebooks, which are asked for in their order, again and again.

    Parameters
    ----------
    start : callable
        Takes a notebook's name; returns a `Kernel` that is being started.
    names : list of str
        Of the notebooks, in order.
    """

    def __init__(self, start, names):
        self.start = start
        self._next = dict(zip(names, [*names[1:], *names[:1]], strict=True))
        self._waiting = {}

    def take(self, name):
        """Return a kernel for a notebook that is ready and was never used, and begin to start the one after it."""
        kernel = self._waiting.pop(name, None) or self.start(name)
        following = self._next[name]
        if following not in self._waiting:
            self._waiting[following] = self.start(following)
        return kernel.wait()

    def close(self):
        """End the kernels that nobody has taken."""
        while self._waiting:
            self._waiting.popitem()[1].stop()
