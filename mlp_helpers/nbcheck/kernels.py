"""Kernels that run cells one after the other, with limits of time and output, and are replaced when a cell kills them.

`Kernel` extends nbval's: it detects that a kernel has died, and limits the time and the output of each cell. Whatever a
kernel sends, only the cell that ran is lost.
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

POLL_SECONDS = 0.2  # between polls of a silent kernel
INTERRUPT_GRACE_SECONDS = 2.0  # for a cell to end after it was interrupted
START_SECONDS = 60.0  # for a kernel to start
ARGV = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--HistoryManager.enabled=False"]
MIB = 2**20
MAX_OUTPUT_BYTES = 1 * MIB  # of a cell
MAX_MESSAGE_BYTES = 4 * MIB  # of a message: a larger one could exhaust this process's memory
MAX_DROPPED = 1000  # messages of a channel at a time: a cell may send faster than they are dropped
OUTPUTS = ("stream", "display_data", "execute_result", "error")


class NoKernel(Exception):
    """Failure of a kernel to start."""


class CellAborted(Exception):
    """Abort of a cell before its end; the message says why.

    Attributes
    ----------
    goes_on : bool
        Whether the kernel stopped the cell, and can run the next one.
    outputs : list of NotebookNode
        Outputs up to the abort.
    """

    def __init__(self, reason, goes_on, outputs):
        super().__init__(reason)
        self.goes_on, self.outputs = goes_on, outputs


@dataclass(frozen=True)
class CellResult:
    """Result of a cell.

    Attributes
    ----------
    outputs : list of NotebookNode
    ended : str or None
        Why the cell was aborted, or None.
    """

    outputs: list = field(default_factory=list)
    ended: str | None = None

    @property
    def text(self):
        """Text on standard output."""
        return "".join(
            output.text for output in self.outputs if output.output_type == "stream" and output.name == "stdout"
        )

    @property
    def displays(self):
        """What was displayed, in its form as plain text, a list of str."""
        return [output.data.get("text/plain", "") for output in self.outputs if output.output_type == "display_data"]

    @property
    def error(self):
        """Reason why the cell failed, or None."""
        raised = [output for output in self.outputs if output.output_type == "error"]
        return self.ended or (in_words(raised[0].ename, raised[0].evalue) if raised else None)


class ThisPython(KernelSpecManager):
    """Kernel specs that hold only the running Python, whatever kernels the user has installed."""

    def get_kernel_spec(self, kernel_name):
        return KernelSpec(argv=ARGV, display_name="Python", language="python")


class Kernel(RunningKernel):
    """A kernel that is being started; `wait` returns when it can run cells.

    Parameters
    ----------
    folder : path
        Working directory.
    specs : KernelSpecManager
        Specs that include this kernel.
    name : str, optional
        Name of the kernel in `specs`.
    environment : dict from str to str, optional
        Environment variables, by default those of this process.
    setup_cells : iterable of str, optional
        Cells to run before all others.

    Raises
    ------
    NoKernel
        The kernel cannot be started.
    """

    def __init__(self, folder, specs, name="python3", environment=None, setup_cells=()):
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
            self.kc = self.km.client(context=_context())  # else it would create one of its own, without limits
            self.kc.start_channels(hb=False)  # whether it lives, its process tells
        except Exception as error:
            self.stop()
            if isinstance(error, OSError):
                raise NoKernel(f"no kernel started: {error}") from error
            raise
        for source in setup_cells:
            self.execute_cell_input(source, allow_stdin=False)

    def wait(self, timeout=START_SECONDS):
        """Return the kernel when it is ready; raise NoKernel if it is not within `timeout` seconds."""
        ends, asked = time.monotonic() + timeout, self.kc.kernel_info()
        while True:
            try:
                self.await_idle(asked, POLL_SECONDS)  # on IOPub: published messages arrive, too
                return self
            except Empty:
                pass
            if not self.is_alive() or time.monotonic() > ends:
                self.stop()
                raise NoKernel("no kernel started: " + ("it took too long" if time.monotonic() > ends else "it died"))
            asked = self.kc.kernel_info()  # the last status may have been published before we subscribed

    def run(self, source, deadline, max_bytes=MAX_OUTPUT_BYTES):
        """Run a cell; return its outputs, a list of NotebookNode.

        Parameters
        ----------
        source : str
        deadline : float
            Time limit in seconds.
        max_bytes : int
            Output limit in bytes.

        Raises
        ------
        CellAborted
            The cell exceeded a limit or sent an unreadable message, or its kernel is dead or disconnected.
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
                    raise CellAborted(self._cause_of_death(), False, outputs) from None
            except Exception as error:  # the cell may send anything in its kernel's name
                raise CellAborted(f"what it sent cannot be read ({type(error).__name__})", False, outputs) from error
            if is_idle and why is None:
                return outputs
            if is_idle:
                raise CellAborted(why, True, outputs)
            if why is None and (time.monotonic() > ends or size > max_bytes):
                why = (
                    f"it took longer than {deadline:g} s"
                    if size <= max_bytes
                    else f"its output passed {max_bytes / MIB:g} MiB"
                )
                ends = time.monotonic() + INTERRUPT_GRACE_SECONDS
                try:
                    self.interrupt()
                except zmq.Again:
                    raise CellAborted(f"{why}, and it broke the connection", False, outputs) from None
            elif why is not None and time.monotonic() > ends:
                raise CellAborted(f"{why}, and it ignored the interrupt", False, outputs)

    def _drop_replies(self):
        """Drop messages on the channels that are not read, where those of a malicious cell would pile up."""
        for channel in (self.kc.shell_channel, self.kc.stdin_channel, self.kc.control_channel):
            with contextlib.suppress(zmq.Again):
                for _ in range(MAX_DROPPED):
                    channel.socket.recv_multipart(zmq.NOBLOCK)

    def _cause_of_death(self):
        """Return why the kernel is dead: its provisioner may have killed it for a reason."""
        return getattr(self.km.provisioner, "ended_because", None) or "the kernel died"

    def stop(self):
        """Kill the kernel, unless it has been killed before."""
        if self.kc is not None:
            self.kc.stop_channels()
        if self.km.has_kernel:
            process = self.km.provisioner.process
            process.kill()
            process.wait()  # Jupyter would poll again only after 0.1 s
            try:
                self.km.shutdown_kernel(now=True)  # kills the processes that the kernel started
            except zmq.Again:  # it would interrupt the kernel first, and a cell has broken the connection
                self.km.cleanup_resources()
        else:
            self.km.cleanup_resources()
        self._sockets.cleanup()


def _transport(folder):
    """Return the transport settings of a kernel: IPC sockets in a folder, if the system has them.

    TCP ports are chosen before the kernel binds them: of many kernels that start at once, two may get the same one.
    """
    if os.name == "posix":
        return {"transport": "ipc", "ip": f"{folder}/kernel"}
    return {"transport_encryption": "auto"}  # else the kernel prints a warning


@cache
def _context():
    """Return the ZeroMQ context that all kernels share: terminating one takes 0.1 s."""
    context = zmq.Context()
    context.MAXMSGSIZE = MAX_MESSAGE_BYTES  # a peer that sends more is disconnected
    context.SNDTIMEO = 1000  # milliseconds; sending to a disconnected peer would block for ever
    return context


class Session:
    """A kernel for many cells, which is replaced if a cell kills it or cannot be stopped.

    Parameters
    ----------
    start : callable
        Returns a `Kernel` that is ready.
    deadline : float
        Time limit of a cell in seconds.

    Raises
    ------
    NoKernel
        On entry: the kernel did not start.
    """

    def __init__(self, start, deadline):
        self.start, self.deadline = start, deadline
        self._kernel, self._remembered, self._is_new = None, [], True

    def __enter__(self):
        self._kernel = self.start()
        return self

    def __exit__(self, *exception):
        self._kernel.stop()

    def run(self, source, remember=False, deadline=None):
        """Run a cell; return a `CellResult`.

        Parameters
        ----------
        source : str
        remember : bool
            Whether to run the cell again first in each new kernel; a cell that fails is not remembered.
        deadline : float, optional
            Time limit of this cell in seconds, by default that of each.
        """
        self._is_new = remember and self._is_new
        try:
            ran = CellResult(self._kernel.run(source, deadline or self.deadline))
        except CellAborted as ended:
            ran = CellResult(ended.outputs, str(ended))
            if not ended.goes_on:
                self._replace()
        if remember and ran.error is None:
            self._remembered.append(source)
        return ran

    def renew(self):
        """Replace the kernel if it has run a cell without `remember`."""
        if not self._is_new:
            self._replace()

    def _replace(self):
        self._kernel.stop()
        self._kernel, self._is_new = self.start(), True
        for earlier in self._remembered:
            self._kernel.run(earlier, self.deadline)


def session_in(folder, deadline):
    """Return a `Session` in a folder, with kernels of this Python."""
    # Kernels run in parallel, each with one BLAS thread. Wrong answers raise an exception only under nbgrader.
    environment = {"OPENBLAS_NUM_THREADS": "1", **os.environ}
    environment.pop("NBGRADER_EXECUTION", None)
    return Session(lambda: Kernel(folder, ThisPython(), environment=environment).wait(), deadline)


def in_words(kind, text):
    """Return an exception as one line, without the kernel's name for the cell, which means nothing to a student."""
    line = " ".join(f"{kind}: {text}".split())
    return re.sub(r"\(\d+\.py, line (\d+)\)", r"(line \1)", line)
