"""Sandboxed kernels: forked inside bubblewrap, each with resource limits and a watchdog.

`grading` imports it, and Jupyter, by an entry point. Read `provisioner` first, then `client` and `forkserver`.
"""

from mlp_helpers.grading.sandbox.provisioner import SandboxProvisioner

__all__ = ["SandboxProvisioner"]
