"""Kernels of fork servers with a defence disabled, for tests in which an attack must then succeed."""

from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from mlp_helpers.grading.sandbox import forkserver, system_calls
from mlp_helpers.grading.sandbox.client import ForkServer
from mlp_helpers.grading.sandbox.provisioner import SandboxSpecs
from mlp_helpers.nbcheck.kernels import Kernel, Session

PATIENCE = 20  # seconds for a cell that ends, on a busy machine
# Texts of the two files, and what replaces them to disable a defence.
UNFILTERED = {"        system_calls.deny()\n": ""}
KEPT = {"        os.dup2(null, handle)\n": "        handle < 2 and os.dup2(null, handle)\n"}  # not standard error
TAKEABLE = {
    "_check(_libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))": "_libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)\n"
    "    _libc.prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)",  # PR_SET_PTRACER, for systems with Yama
}
ON_DISK = {"    _hide(KERNELS)\n": "    _mount(SOCKETS.encode(), INSIDE, None, MS_BIND)\n    _hide(KERNELS)\n"}


def allowed(*names):
    """Return the change that lets kernels use some system calls."""
    return {"    lines = program(machine)\n": _WITHOUT.format(names=names)}


_WITHOUT = """    for name in {names}:
        DENIED.pop(name, None) or RESTRICTED.pop(name)
    lines = program(machine)
"""


@contextmanager
def weakened(folder, changes):
    """Let fork servers run copies of their files with some texts replaced."""
    with pytest.MonkeyPatch.context() as patch:
        left = dict(changes)
        for module in (forkserver, system_calls):
            text = Path(module.__file__).read_text()
            for old in [old for old in left if old in text]:
                assert text.count(old) == 1
                text = text.replace(old, left.pop(old))
            copy = Path(folder, Path(module.__file__).name)
            copy.write_text(text)
            patch.setattr(module, "__file__", str(copy))
        assert not left
        yield


@contextmanager
def sandbox(folder, changes, limits):
    """Yield specs of kernels with some limits, in a sandbox with some texts replaced."""
    with weakened(folder, changes), closing(ForkServer()) as fork_server:
        yield SandboxSpecs(fork_server.notebook_server(), limits)


@contextmanager
def session(specs, folder, deadline=PATIENCE):
    """Yield the session of a kernel."""
    with Session(lambda: Kernel(folder, specs).wait(), deadline) as live:
        yield live


def in_turn(specs, folder, *sources, deadline=PATIENCE):
    """Run cells in one kernel; return the result of the last."""
    with session(specs, folder, deadline) as live:
        return [live.run(source) for source in sources][-1]
