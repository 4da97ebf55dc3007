"""JupyterLab, opened at the first notebook, and pytest, which runs the notebooks from top to bottom."""

import os
import subprocess
import sys
import webbrowser
from pathlib import Path

from mlp_helpers.course.manifest import MANIFEST

FIRST = "notebooks/01_one_neuron.ipynb"
# Settings by which JupyterLab neither looks for newer versions nor asks about news. The options of LabApp that should
# say so, news_url and check_for_updates_class, do not keep the question away (4.6.6).
SETTINGS = Path(__file__).parent / "jupyter"


def lab_command(arguments):
    """Return the command line that serves the current folder in JupyterLab.

    Parameters
    ----------
    arguments : list of str
        Further options of `jupyter lab`, such as --port=9000.
    """
    options = [
        f"--LabApp.default_url=/lab/tree/{FIRST}",
        "--ServerApp.answer_yes=True",  # Ctrl-C stops at once, without confirmation
        "--KernelManager.transport_encryption=auto",  # else each kernel warns about unencrypted transport
        "--LanguageServerManager.autodetect=False",  # else it lists the ones that are missing
    ]
    if any(argument.startswith("--port") for argument in arguments):
        options.append("--ServerApp.port_retries=0")  # fail rather than use another port
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
    try:
        webbrowser.get()
    except webbrowser.Error:
        options.append("--no-browser")
    return [sys.executable, "-m", "jupyterlab", *options, *arguments]


def test_command(paths):
    """Return the command line that re-executes notebooks and compares their outputs with the stored ones.

    In a students' edition, whose outputs depend on the answers, they are only run.
    """
    options = ["--nbcheck", *(["--nbcheck-run"] if Path(MANIFEST).exists() else [])]
    return [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options, *map(str, paths)]


def open_lab(arguments):
    """Replace this process by a server of JupyterLab."""
    paths = [str(SETTINGS), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(paths)
    run(lab_command(arguments))


def run(command):
    """Replace this process by a command, or where there is no such thing, on Windows, wait for its end."""
    if os.name == "nt":
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)
