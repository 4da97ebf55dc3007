"""The exercises' checks under many course seeds: `python scripts/seeds.py N` says which come out right, as JSON.

Set-up and answer cells of each notebook are run in a kernel, then the check cells once for each seed.
"""

import asyncio
import json
import sys
from pathlib import Path

import nbformat

from mlp_helpers.exercise_cells import checked_name, is_graded
from mlp_helpers.kernels import Session
from mlp_helpers.progress import DONE, verdict

NOTEBOOKS = sorted((Path(__file__).resolve().parent.parent / "notebooks").glob("*.ipynb"))
DEADLINE = 60.0  # seconds for a cell


async def outcomes(path, n_seeds):
    """Return {"relu_d, seed 0": "passed" or "failed", …} for the checks of a notebook."""
    cells = list(filter(is_graded, nbformat.read(path, as_version=4).cells))
    found = {}
    async with Session(path.parent, DEADLINE) as session:
        for cell in cells:
            if not checked_name(cell):
                await session.run(cell.source)
        for seed in range(n_seeds):
            await session.run(f"import os\nos.environ['MLP_COURSE_SEED'] = '{seed}'")
            for cell in cells:
                if checked_name(cell):
                    state, _ = verdict((await session.run(cell.source)).text)
                    found[f"{checked_name(cell)}, seed {seed}"] = "passed" if state == DONE else "failed"
    return found


async def main(n_seeds):
    """Return the outcomes of all notebooks, by name."""
    results = await asyncio.gather(*(outcomes(path, n_seeds) for path in NOTEBOOKS))
    return {path.stem: found for path, found in zip(NOTEBOOKS, results, strict=True)}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(int(sys.argv[1])))))
