"""Charts of the exercise `clinic`: sick trainings, drawn and measured, without their diagnoses (`make clinic`)."""

import json

import numpy as np

from mlp_helpers import mnist
from mlp_helpers.clinic.patients import FAULTS, drawn
from mlp_helpers.clinic.vitals import chart
from mlp_helpers.exercises import FOLDER
from mlp_helpers.services.files import write_file

PATH = FOLDER / "clinic" / "charts.json"
SEED = 2026
N_OF_EACH = 6
DIGITS = 4


def charts(sets):
    """Return lists of charts, one list for each fault, in the order of `FAULTS`."""
    rng = np.random.default_rng(SEED)
    return [[plain(chart(drawn(fault, rng, sets).run)) for _ in range(N_OF_EACH)] for fault in FAULTS]


def plain(value):
    """Return a chart as plain lists, its numbers with few digits."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list | np.ndarray):
        return [plain(part) for part in value]
    return None if value is None else float(f"{value:.{DIGITS}g}")


if __name__ == "__main__":
    write_file(PATH, json.dumps(charts(mnist(test=False)), separators=(",", ":")) + "\n")
    print(f"{PATH.name}: {PATH.stat().st_size:,} bytes")
