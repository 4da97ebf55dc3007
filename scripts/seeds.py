"""Exercise checks under many course seeds: `python scripts/seeds.py N` prints which of them pass, as JSON.

The set-up and answer cells of each notebook are run in a kernel, then the check cells once per seed.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat

from mlp_helpers.course.cells import checked_name, is_graded
from mlp_helpers.course.progress import DONE, verdict_in
from mlp_helpers.nbcheck.kernels import session_in

NOTEBOOKS = sorted((Path(__file__).resolve().parent.parent / "notebooks").glob("*.ipynb"))
DEADLINE = 60.0  # seconds for a cell


def outcomes(path, n_seeds):
    """Return {"relu_d, seed 0": "passed" or "failed", …} for the checks of a notebook."""
    cells = list(filter(is_graded, nbformat.read(path, as_version=4).cells))
    found = {}
    with session_in(path.parent, DEADLINE) as session:
        for cell in cells:
            if not checked_name(cell):
                session.run(cell.source)
        for seed in range(n_seeds):
            session.run(f"import os\nos.environ['MLP_COURSE_SEED'] = '{seed}'")
            for cell in cells:
                if checked_name(cell):
                    state, *_ = verdict_in(session.run(cell.source).displays)
                    found[f"{checked_name(cell)}, seed {seed}"] = "passed" if state == DONE else "failed"
    return found


def main(n_seeds):
    """Return {notebook: outcomes} for all notebooks."""
    with ThreadPoolExecutor(len(NOTEBOOKS)) as pool:
        results = pool.map(lambda path: outcomes(path, n_seeds), NOTEBOOKS)
        return {path.stem: found for path, found in zip(NOTEBOOKS, results, strict=True)}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
