"""Execute notebooks as the tests do and store their outputs: `python scripts/record.py notebooks/*.ipynb`.

Each runs from top to bottom in a fresh kernel, in the notebook's own folder. Changed outputs are printed, old above
new. A notebook is left unchanged if a cell raises, warns, or shows something specific to this machine. Metadata that
varies between runs (times, versions) is not stored. The execution count of each cell that ran is stored as 1.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from traitlets.config import Config

from mlp_helpers.course.cells import set_count, strip_outputs
from mlp_helpers.nbcheck import nbdiff
from mlp_helpers.nbcheck.recorded import problems
from mlp_helpers.services.files import replacing

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def execute(path):
    """Execute the notebook at `path` and return it with fresh outputs."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        timeout=600,
        record_timing=False,
        config=Config(KernelManager={"transport_encryption": "auto"}),  # else the kernel warns on the terminal
        coalesce_streams=True,  # how output is split into messages depends on timing
        on_notebook_start=interruptible,
        shutdown_kernel="immediate",  # else Ctrl-C makes the kernel print messages
    )
    strip_outputs(notebook.cells)  # the client skips empty cells, which must not look recorded
    client.execute()
    for cell in code_cells(notebook).values():
        for output in cell.outputs:
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)  # the kernel has its model
            if output.get("metadata", {}).get("remark"):
                output.data.clear()  # it says the time of day
        cell.outputs = [output for output in cell.outputs if output.get("data", True)]  # one that was a widget alone
        if cell.execution_count:
            set_count(cell, 1)  # with the kernel's counts, a new cell would change all those below it
    course = {"course": notebook.metadata["course"]} if "course" in notebook.metadata else {}
    notebook.metadata = nbformat.from_dict(course | METADATA)
    return notebook


def interruptible(notebook):
    """Restore KeyboardInterrupt on Ctrl-C: nbclient's handler kills the kernel and then fails because it is dead."""
    with contextlib.suppress(NotImplementedError):  # on Windows
        asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)


def code_cells(notebook):
    """Return the code cells, keyed by cell id."""
    return {cell.id: cell for cell in notebook.cells if cell.cell_type == "code"}


def changes(old, new):
    """Return the lines of a report on changed outputs."""
    before, lines = code_cells(old), []
    for name, cell in code_cells(new).items():
        outputs = before[name].outputs
        found = nbdiff.text_differences(outputs, cell.outputs, ("old", "new"))
        for wanted, got in zip(nbdiff.figures(outputs), nbdiff.figures(cell.outputs), strict=False):
            found += nbdiff.figure_differences(wanted, got)
        lines += [f"  cell {name}", *(f"    {line}" for line in found)] if found else []
    return lines


def record(path):
    """Execute a notebook and store it; return whether it was stored."""
    started = time.perf_counter()
    try:
        notebook = execute(path)
        trouble = [
            f"  cell {name} has {fault}"
            for name, cell in code_cells(notebook).items()
            for output in cell.outputs
            for fault in problems(output)
        ]
    except CellExecutionError as error:
        trouble = [str(error)]
    if trouble:
        print(f"{path}: not recorded", *trouble, sep="\n", file=sys.stderr)
        return False
    changed = changes(nbformat.read(path, as_version=4), notebook)
    with replacing(path) as temporary:
        nbformat.write(notebook, temporary)
    print(f"{path}: recorded in {time.perf_counter() - started:.1f} s{'' if changed else ', no change'}")
    print(*changed, sep="\n", end="\n" if changed else "")
    return True


def main(paths):
    """Record each notebook; return the number of failures."""
    return sum(not record(Path(path)) for path in paths)


if __name__ == "__main__":
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("Interrupted: the notebook that was running is as it was.")
