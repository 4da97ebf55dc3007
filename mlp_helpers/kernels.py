"""A kernel to run cells in, one after the other, that outlives whatever a cell does."""

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from queue import Empty

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from traitlets.config import Config

POLL = 0.2  # seconds between two looks at a silent kernel
GRACE = 2.0  # seconds that a cell has to end in after it was interrupted
START = 60.0  # seconds that a kernel may take to start
ARGV = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--HistoryManager.enabled=False"]
KEPT = 100_000  # characters of what a cell prints


class NoKernel(Exception):
    """A kernel did not start."""


@dataclass(frozen=True)
class Ran:
    """What became of a cell: the end of what it printed, and why it failed, None where it did not."""

    text: str
    error: str | None


class ThisPython(KernelSpecManager):
    """Knows one kernel, that of the running Python, whatever others the user has."""

    def get_kernel_spec(self, kernel_name):
        return KernelSpec(argv=ARGV, display_name="Python", language="python")


class Session:
    """A kernel in a folder. Where a cell kills it, or cannot be stopped, a new one takes its place.

    Parameters
    ----------
    folder : path
        The working directory.
    deadline : float
        Seconds that a cell may take.
    specs : KernelSpecManager, optional
        Knows the kernel that is started; by default that of the running Python.

    Raises
    ------
    NoKernel
        It did not start.
    """

    def __init__(self, folder, deadline, specs=None):
        self.folder, self.deadline = folder, deadline
        self.specs = specs or ThisPython()
        self._remembered = []

    async def __aenter__(self):
        await self._start()
        return self

    async def __aexit__(self, *exception):
        await self._stop()

    async def run(self, source, remember=False):
        """Run a cell; return a `Ran`.

        Parameters
        ----------
        source : str
        remember : bool
            Whether a new kernel is to run it, too, before it goes on; a cell that fails is not remembered.
        """
        ran, lost = await self._run(source)
        if lost:
            await self._stop()
            await self._start()
            for earlier in self._remembered:
                await self._run(earlier)
        elif remember and ran.error is None:
            self._remembered.append(source)
        return ran

    async def _start(self):
        environment = {name: value for name, value in os.environ.items() if name != "NBGRADER_EXECUTION"}
        environment.setdefault("OPENBLAS_NUM_THREADS", "1")  # kernels run side by side
        self._manager = AsyncKernelManager(
            kernel_spec_manager=self.specs,
            config=Config(AsyncKernelManager={"transport_encryption": "auto"}),  # else the kernel warns on the terminal
        )
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._client = None
        try:
            await self._manager.start_kernel(cwd=str(self.folder), env=environment, **silent)
            self._client = self._manager.client()
            self._client.start_channels()
            await self._client.wait_for_ready(timeout=START)
        except (OSError, RuntimeError) as error:
            await self._stop()
            raise NoKernel(f"no kernel started: {error}") from error
        except BaseException:
            await self._stop()
            raise

    async def _stop(self):
        if self._client is not None:
            self._client.stop_channels()
        if self._manager.has_kernel:
            await self._manager.shutdown_kernel(now=True)

    async def _run(self, source):
        """Return a `Ran`, and whether the kernel is lost."""
        message_id = self._client.execute(source, allow_stdin=False, store_history=False)
        ends, late, text, error = time.monotonic() + self.deadline, None, "", None
        while True:
            message = await self._next_message()
            if message is None and not await self._manager.is_alive():
                return Ran(text, "its kernel died"), True
            if time.monotonic() > ends:
                if late:
                    return Ran(text, late), True  # it ignored the interrupt
                late, ends = f"it took longer than {self.deadline:g} s", time.monotonic() + GRACE
                await self._manager.interrupt_kernel()
            if message is None or message["parent_header"].get("msg_id") != message_id:
                continue
            content = message["content"]
            if message["msg_type"] == "stream" and content["name"] == "stdout":
                text = (text + content["text"])[-KEPT:]
            elif message["msg_type"] == "error":
                error = in_words(content["ename"], content["evalue"])
            elif content.get("execution_state") == "idle":
                return Ran(text, late or error), False

    async def _next_message(self):
        try:
            return await self._client.get_iopub_msg(timeout=POLL)
        except Empty:
            return None


def in_words(kind, text):
    """Return an exception as one line; the kernel's names for cells tell a student nothing."""
    line = " ".join(f"{kind}: {text}".split())
    return re.sub(r"\(\d+\.py, line (\d+)\)", r"(line \1)", line)
