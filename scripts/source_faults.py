"""Print the faults of the notebooks and exercises that would prevent a release: `python scripts/source_faults.py`."""

import sys

from mlp_helpers.authoring.release import read_notebooks, source_faults
from mlp_helpers.services.files import REPOSITORY

if __name__ == "__main__":
    sys.exit("\n".join(source_faults(REPOSITORY, read_notebooks(REPOSITORY))) or 0)
