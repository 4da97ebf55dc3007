"""Ctrl-C, deferred until it does no harm."""

import signal
import threading


class DeferredInterrupt:
    """Context manager that records Ctrl-C until `raise_if_asked` is called at a safe point.

    A late Ctrl-C is kept for the next `raise_if_asked`. The block has no effect outside the main thread, which alone
    receives Ctrl-C, or if the program handles Ctrl-C itself.
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
        """Raise KeyboardInterrupt if Ctrl-C was pressed."""
        if self.asked:
            self.asked = False
            raise KeyboardInterrupt
