"""Open JupyterLab at the first notebook: `python scripts/lab.py [--port=N] [any option of jupyter lab]`."""

import os
import subprocess
import sys
import webbrowser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def command(arguments):
    """Return the server's command line with the given extra arguments."""
    options = [
        "--LabApp.default_url=/lab/tree/notebooks/01_data_loading.ipynb",
        "--ServerApp.answer_yes=True",  # Ctrl-C stops at once, without confirmation
        "--KernelManager.transport_encryption=auto",  # else each kernel warns about unencrypted transport
    ]
    if any(argument.startswith("--port=") for argument in arguments):
        options.append("--ServerApp.port_retries=0")  # fail rather than use another port
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
    try:
        webbrowser.get()
    except webbrowser.Error:
        options.append("--no-browser")
    return [sys.executable, "-m", "jupyterlab", *options, *arguments]


if __name__ == "__main__":
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # this environment's kernel, whatever else the user has
    os.chdir(ROOT)
    if os.name == "nt":
        sys.exit(subprocess.call(command(sys.argv[1:])))
    os.execv(sys.executable, command(sys.argv[1:]))
