"""Ctrl-C, deferred to a moment at which it does no harm."""

import signal
import threading


class DeferredInterrupt:
    """Inside its block Ctrl-C is only noted, until `raise_if_asked` is called where it does no harm.

    A request that comes too late for the block is kept for the next `raise_if_asked`. The block does nothing outside
    the main thread, which alone receives Ctrl-C, and where the program handles Ctrl-C in its own way.
    """

    def __init__(self):
        self.asked = False
        self._active = False

    def __enter__(self):
        self._active = (
            threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        )
        if self._active:
            signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *exception):
        if self._active:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _note(self, signum, frame):
        self.asked = True

    def raise_if_asked(self):
        """Raise KeyboardInterrupt if Ctrl-C was noted."""
        if self.asked:
            self.asked = False
            raise KeyboardInterrupt
