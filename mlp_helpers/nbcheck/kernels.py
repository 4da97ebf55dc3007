"""A kernel to run cells in, one after the other, with a limit to what a cell may take, that outlives what a cell does.

It stands on nbval's, and closes its gaps: a kernel that dies is noticed, and a cell has a deadline and a limit to what
it may print. Whatever a kernel sends, nothing but the cell that ran is lost.
"""

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from functools import cache
from queue import Empty

import nbformat
import zmq
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import KernelManager
from nbval.kernel import RunningKernel
from traitlets.config import Config

POLL_SECONDS = 0.2  # seconds between two looks at a silent kernel
INTERRUPT_GRACE_SECONDS = 2.0  # seconds that a cell has to end in after it was interrupted
START_SECONDS = 60.0  # seconds that a kernel may take to start
ARGV = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--HistoryManager.enabled=False"]
MIB = 2**20
MAX_OUTPUT_BYTES = 1 * MIB  # bytes that a cell may send
MAX_MESSAGE_BYTES = 4 * MIB  # bytes of a message: to take more would cost this process its memory
OUTPUTS = ("stream", "display_data", "execute_result", "error")


class NoKernel(Exception):
    """A kernel did not start."""


class CellAborted(Exception):
    """A cell did not come to its end; the text says why.

    Attributes
    ----------
    goes_on : bool
        Whether the kernel obeyed, and can run the next cell.
    outputs : list of NotebookNode
        Until then.
    """

    def __init__(self, reason, goes_on, outputs):
        super().__init__(reason)
        self.goes_on, self.outputs = goes_on, outputs


@dataclass(frozen=True)
class CellResult:
    """What became of a cell.

    Attributes
    ----------
    outputs : list of NotebookNode
    ended : str or None
        Why it did not come to its end, None where it did.
    """

    outputs: list = field(default_factory=list)
    ended: str | None = None

    @property
    def text(self):
        """Return what it printed."""
        return "".join(
            output.text for output in self.outputs if output.output_type == "stream" and output.name == "stdout"
        )

    @property
    def error(self):
        """Return why it failed, None where it did not."""
        raised = [output for output in self.outputs if output.output_type == "error"]
        return self.ended or (in_words(raised[0].ename, raised[0].evalue) if raised else None)


class ThisPython(KernelSpecManager):
    """Knows one kernel, that of the running Python, whatever others the user has."""

    def get_kernel_spec(self, kernel_name):
        return KernelSpec(argv=ARGV, display_name="Python", language="python")


class Kernel(RunningKernel):
    """A kernel. It is being started; `wait` returns when it can run cells.

    Parameters
    ----------
    folder : path
        Its working directory.
    specs : KernelSpecManager
        Knows the kernel that is started.
    name : str, optional
        By which `specs` knows it.
    environment : dict from str to str, optional
        Its variables, by default those of this process.
    ahead : iterable of str, optional
        Cells that it runs before all others.

    Raises
    ------
    NoKernel
        It cannot be started.
    """

    def __init__(self, folder, specs, name="python3", environment=None, ahead=()):
        self.kc = None
        self._sockets = tempfile.TemporaryDirectory(prefix="kernel-")
        self.km = KernelManager(
            kernel_name=name,
            kernel_spec_manager=specs,
            context=_context(),
            config=Config(KernelManager=_transport(self._sockets.name)),
        )
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        try:
            self.km.start_kernel(cwd=str(folder), env=environment or dict(os.environ), **silent)
            self.kc = self.km.client(context=_context())  # else it would make one of its own, without limits
            self.kc.start_channels()
        except Exception as error:
            self.stop()
            if isinstance(error, OSError):
                raise NoKernel(f"no kernel started: {error}") from error
            raise
        for source in ahead:
            self.execute_cell_input(source, allow_stdin=False)

    def wait(self, timeout=START_SECONDS):
        """Return when it is ready; raise NoKernel if it does not get so within `timeout` seconds."""
        ends, asked = time.monotonic() + timeout, self.kc.kernel_info()
        while True:
            try:
                self.await_idle(asked, POLL_SECONDS)  # what it publishes arrives, too
                return self
            except Empty:
                pass
            if not self.is_alive() or time.monotonic() > ends:
                self.stop()
                raise NoKernel("no kernel started: " + ("it took too long" if time.monotonic() > ends else "it died"))
            asked = self.kc.kernel_info()  # the answer to the last one may have been published before we listened

    def run(self, source, deadline, most=MAX_OUTPUT_BYTES):
        """Run a cell; return its outputs, a list of NotebookNode.

        Parameters
        ----------
        source : str
        deadline : float
            Seconds that it may take.
        most : int
            Bytes that it may send.

        Raises
        ------
        CellAborted
            It took longer, or sent more, or its kernel is dead.
        """
        ends, size, outputs, why = time.monotonic() + deadline, 0, [], None
        try:
            message_id = self.execute_cell_input(source, allow_stdin=False)
        except zmq.Again:
            raise CellAborted("an earlier cell broke the connection", False, outputs) from None
        while True:
            self._drop_replies()
            try:
                message = self.kc.get_iopub_msg(timeout=POLL_SECONDS)
                kind, content = message["msg_type"], message["content"]
                is_ours = message["parent_header"].get("msg_id") == message_id
                if is_ours and kind in OUTPUTS and (why is None or kind == "error"):
                    size += len(repr(content))
                    outputs.append(nbformat.v4.output_from_msg(message))
                is_idle = is_ours and kind == "status" and content["execution_state"] == "idle"
            except Empty:
                is_idle = False
                if not self.is_alive():
                    raise CellAborted(self._death(), False, outputs) from None
            except Exception as error:  # the cell may send in its kernel's name whatever it likes
                raise CellAborted(f"what it sent cannot be read ({type(error).__name__})", False, outputs) from error
            if is_idle and why is None:
                return outputs
            if is_idle:
                raise CellAborted(why, True, outputs)
            if why is None and (time.monotonic() > ends or size > most):
                why = f"it took longer than {deadline:g} s" if size <= most else f"its output passed {most / MIB:g} MiB"
                ends = time.monotonic() + INTERRUPT_GRACE_SECONDS
                self.interrupt()
            elif why is not None and time.monotonic() > ends:
                raise CellAborted(f"{why}, and it ignored the interrupt", False, outputs)

    def _drop_replies(self):
        """Drop what comes on channels that nobody listens to: there is no end to it, if the cell sends it."""
        for channel in (self.kc.shell_channel, self.kc.stdin_channel, self.kc.control_channel):
            with contextlib.suppress(zmq.Again):
                while True:
                    channel.socket.recv_multipart(zmq.NOBLOCK)

    def _death(self):
        """Say why it is dead: what started it may have ended it, for a reason."""
        return getattr(self.km.provisioner, "ended_because", None) or "the kernel died"

    def stop(self):
        """End it, if nothing has ended it before."""
        if self.kc is not None:
            self.kc.stop_channels()
        if self.km.has_kernel:
            process = self.km.provisioner.process
            process.kill()
            process.wait()  # Jupyter would look again after a tenth of a second
            self.km.shutdown_kernel(now=True)  # ends what it began
        else:
            self.km.cleanup_resources()
        self._sockets.cleanup()


def _transport(folder):
    """Return how to talk to a kernel: through sockets in a folder, where there are such.

    Ports are chosen before the kernel opens them: of many kernels that start at the same time, two may choose the same.
    """
    if os.name == "posix":
        return {"transport": "ipc", "ip": f"{folder}/kernel"}
    return {"transport_encryption": "auto"}  # else the kernel warns on the terminal


@cache
def _context():
    """Return the context of all sockets to kernels: to end one takes a tenth of a second."""
    context = zmq.Context()
    context.MAXMSGSIZE = MAX_MESSAGE_BYTES  # who sends more is disconnected
    context.SNDTIMEO = 1000  # milliseconds; to who is disconnected it would send for ever
    return context


class Session:
    """A kernel for many cells. Where a cell kills it, or cannot be stopped, a new one takes its place.

    Parameters
    ----------
    start : callable
        Returns a `Kernel` that is ready.
    deadline : float
        Seconds that a cell may take.

    Raises
    ------
    NoKernel
        On entering: it did not start.
    """

    def __init__(self, start, deadline):
        self.start, self.deadline = start, deadline
        self._kernel, self._remembered, self._is_new = None, [], True

    def __enter__(self):
        self._kernel = self.start()
        return self

    def __exit__(self, *exception):
        self._kernel.stop()

    def run(self, source, remember=False):
        """Run a cell; return a `CellResult`.

        Parameters
        ----------
        source : str
        remember : bool
            Whether a new kernel is to run it, too, before it goes on; a cell that fails is not remembered.
        """
        self._is_new = remember and self._is_new
        try:
            ran = CellResult(self._kernel.run(source, self.deadline))
        except CellAborted as ended:
            ran = CellResult(ended.outputs, str(ended))
            if not ended.goes_on:
                self._replace()
        if remember and ran.error is None:
            self._remembered.append(source)
        return ran

    def renew(self):
        """Go on in a new kernel, if this one has run a cell that is not remembered."""
        if not self._is_new:
            self._replace()

    def _replace(self):
        self._kernel.stop()
        self._kernel, self._is_new = self.start(), True
        for earlier in self._remembered:
            self._kernel.run(earlier, self.deadline)


def session_in(folder, deadline):
    """Return a `Session` in a folder, with kernels of this Python."""
    # Kernels run side by side; an exception for each wrong answer is nbgrader's way alone.
    environment = {"OPENBLAS_NUM_THREADS": "1", **os.environ}
    environment.pop("NBGRADER_EXECUTION", None)
    return Session(lambda: Kernel(folder, ThisPython(), environment=environment).wait(), deadline)


def in_words(kind, text):
    """Return an exception as one line; the kernel's names for cells tell a student nothing."""
    line = " ".join(f"{kind}: {text}".split())
    return re.sub(r"\(\d+\.py, line (\d+)\)", r"(line \1)", line)
