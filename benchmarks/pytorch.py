"""Run the programs of the boxes "The same in PyTorch", and record what they print: `make pytorch`.

Each program in `pytorch/` stands in the box of the notebook of its name, and what it printed beside it. Tests compare
the boxes with these files, and the numbers with the course's own.
"""

import subprocess
import sys
from pathlib import Path

from mlp_helpers.services.files import write_file

PROGRAMS = sorted(Path(__file__).with_name("pytorch").glob("*.py"))

if __name__ == "__main__":
    for program in PROGRAMS:
        printed = subprocess.run([sys.executable, program], check=True, capture_output=True, text=True).stdout
        write_file(program.with_suffix(".txt"), printed)
        print(f"{program.name}\n{printed}")
