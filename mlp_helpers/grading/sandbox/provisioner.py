"""Jupyter provisioner whose kernels are forked by a fork server inside bubblewrap.

The sandbox has no network, no other processes and no environment variables from outside. Its only files are the
kernel's own, Python's and the course's data. Messages pass through sockets in a shared folder.
"""

import itertools
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Any, Dict

from mlp_helpers.grading.sandbox.client import Limits, remove_folder
from mlp_helpers.grading.sandbox.forkserver import CONNECTION, SOCKETS
from mlp_helpers.grading.sandbox.watch import Watch
from mlp_helpers.nbcheck.kernels import ARGV


class SandboxProvisioner(LocalProvisioner):
    """Provisioner whose kernel a `NotebookServer` forks.

    Jupyter finds it by the name mlp-sandbox in a kernel's specification.

    Attributes
    ----------
    server : NotebookServer
    limits : dict
        Arguments of `Limits`.
    ended_because : str or None
        Why the kernel was killed, if it exceeded a limit.
    """

    server = Any()
    limits = Dict()
    ended_because = None
    _folder = None
    _watch = Watch()
    _names = itertools.count()

    async def pre_launch(self, **kwargs):
        """Place the kernel's sockets in a folder of its own, with a connection file that is valid inside."""
        self._folder = self.server.fork_server.folder / f"{next(self._names)}"
        self._folder.mkdir()
        manager = self.parent
        manager.transport, manager.ip = "ipc", str(self._folder / "kernel")
        manager.connection_file = str(self._folder / "connection.json")
        kwargs = await super().pre_launch(**kwargs)
        outside = Path(manager.connection_file).read_text()
        (self._folder / CONNECTION).write_text(outside.replace(str(self._folder), SOCKETS))
        return kwargs

    async def launch_kernel(self, cmd, **kwargs):
        """Fork the kernel, and watch its resource usage."""
        limits = Limits(**self.limits)
        self.process = self.server.fork(self._folder.name, limits)
        self.pid = self.process.pid
        self._watch.add(self, self.pid, limits)
        return self.connection_info

    def end(self, reason):
        """Kill the kernel, and store the reason."""
        self.ended_because = reason
        self.process.kill()

    async def wait(self):
        """Wait for the kernel to exit, without polling: after a kill, it exits at once."""
        process, self.process = self.process, None
        return process.wait() if process else 0

    async def cleanup(self, restart=False):
        """Remove the kernel's folder."""
        await super().cleanup(restart)
        self._watch.remove(self)
        if self._folder is not None:
            remove_folder(self._folder)


class SandboxSpecs(KernelSpecManager):
    """Kernel spec manager with a single kernel: this Python, in a sandbox.

    Parameters
    ----------
    server : NotebookServer
        Forks the kernel.
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
        """Return the specification of the kernel, whatever name is requested."""
        return KernelSpec(
            argv=ARGV,  # not used: the fork server starts the kernel
            display_name="Python, in a sandbox",
            language="python",
            interrupt_mode="message",  # a signal would not reach it in the sandbox
            metadata={"kernel_provisioner": self._provisioner},
        )
