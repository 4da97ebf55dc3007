"""Execute notebooks as the tests do and store their outputs: `python scripts/record.py notebooks/*.ipynb`.

Each runs from top to bottom in a fresh kernel, in the notebook's own folder. A notebook whose cell raises is
left as it was. Nothing that changes from run to run (times, versions) is stored.
"""

import os
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from traitlets.config import Config

from mlp_helpers.files import replacing

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def execute(path):
    """Return the notebook at `path` with fresh outputs."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        timeout=600,
        record_timing=False,
        config=Config(KernelManager={"transport_encryption": "auto"}),  # else the kernel warns on the terminal
        coalesce_streams=True,  # how prints fall into messages depends on timing
    )
    client.execute()
    notebook.metadata = nbformat.from_dict(METADATA)
    return notebook


def main(paths):
    """Record each notebook; return how many could not be."""
    failures = 0
    for path in map(Path, paths):
        started = time.perf_counter()
        try:
            notebook = execute(path)
        except CellExecutionError as error:
            failures += 1
            print(f"{path}: not recorded\n{error}", file=sys.stderr)
            continue
        with replacing(path) as temporary:
            nbformat.write(notebook, temporary)
        print(f"{path}: recorded in {time.perf_counter() - started:.1f} s")
    return failures


if __name__ == "__main__":
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    sys.exit(main(sys.argv[1:]))
