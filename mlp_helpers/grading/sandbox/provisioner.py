"""Jupyter provisioner whose kernels are forked by a fork server inside bubblewrap.

Inside there is no network, no other process and no variable of the outside; the only files are the kernel's own,
Python's and the course's data. Messages go through sockets in a folder that both sides see.
"""

import itertools
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Any, Dict

from mlp_helpers.grading.sandbox.client import Limits, remove_folder
from mlp_helpers.grading.sandbox.forkserver import CONNECTION, INSIDE
from mlp_helpers.grading.sandbox.watch import Watch
from mlp_helpers.nbcheck.kernels import ARGV


class SandboxProvisioner(LocalProvisioner):
    """Has a kernel forked in a `NotebookServer`.

    Jupyter finds it by the name mlp-sandbox, which a kernel's specification gives.

    Attributes
    ----------
    server : NotebookServer
    limits : dict
        Arguments of `Limits`.
    ended_because : str or None
        Why it was ended, if it took too much.
    """

    server = Any()
    limits = Dict()
    ended_because = None
    _folder = None
    _watch = Watch()
    _names = itertools.count()

    async def pre_launch(self, **kwargs):
        """Let the kernel talk through sockets in a folder of its own, and give it a connection file of its own."""
        self._folder = self.server.fork_server.folder / f"{next(self._names)}"
        self._folder.mkdir()
        manager = self.parent
        manager.transport, manager.ip = "ipc", str(self._folder / "kernel")
        manager.connection_file = str(self._folder / "connection.json")
        kwargs = await super().pre_launch(**kwargs)
        outside = Path(manager.connection_file).read_text()
        (self._folder / CONNECTION).write_text(outside.replace(str(self._folder), INSIDE))
        return kwargs

    async def launch_kernel(self, cmd, **kwargs):
        """Have it forked, and keep an eye on what it takes."""
        limits = Limits(**self.limits)
        self.process = self.server.fork(self._folder.name, limits)
        self.pid = self.process.pid
        self._watch.add(self, self.pid, self._folder, limits)
        return self.connection_info

    def end(self, reason):
        """Kill it, for a reason."""
        self.ended_because = reason
        self.process.kill()

    async def wait(self):
        """Return when it has ended, which after a kill is at once: no need to ask now and then."""
        process, self.process = self.process, None
        return process.wait() if process else 0

    async def cleanup(self, restart=False):
        """Remove the kernel's folder."""
        await super().cleanup(restart)
        self._watch.remove(self)
        if self._folder is not None:
            remove_folder(self._folder)


class SandboxSpecs(KernelSpecManager):
    """Knows one kernel, of this Python, in a sandbox.

    Parameters
    ----------
    server : NotebookServer
        That forks it.
    limits : dict, optional
        Arguments of `Limits`.
    """

    def __init__(self, server, limits=None):
        super().__init__()
        self._provisioner = {
            "provisioner_name": "mlp-sandbox",
            "config": {"server": server, "limits": limits or {}},
        }

    def get_kernel_spec(self, kernel_name):
        """Return the specification of the kernel, whatever name is asked for."""
        return KernelSpec(
            argv=ARGV,  # not used: the fork server knows
            display_name="Python, in a sandbox",
            language="python",
            interrupt_mode="message",  # a signal would not get inside
            metadata={"kernel_provisioner": self._provisioner},
        )
