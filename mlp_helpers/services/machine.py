"""Hardware and library versions, stored beside benchmark results."""

import importlib.metadata
import platform
from pathlib import Path

from mlp_helpers.services.threads import blas_libraries, n_cores


def machine(libraries=("numpy",)):
    """Return processor, cores, system, BLAS with its kernel, and versions, a dict from str to str or int.

    Parameters
    ----------
    libraries : sequence of str, optional
        Packages whose versions are included.
    """
    try:
        names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
        processor = names[0].split(":")[1].strip()
    except (OSError, IndexError):
        processor = platform.processor() or platform.machine()
    return {
        "processor": processor,
        "cores": n_cores(),
        "system": f"{platform.system()} {platform.machine()}",
        "BLAS": "; ".join(blas_libraries()),
        "Python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in libraries},
    }
