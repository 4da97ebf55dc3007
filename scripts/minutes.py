"""Working time of each notebook by a stated model: `make minutes`; ARGS=--write puts it into the notebooks' heads.

A student reads 130 words of prose and 10 lines of code a minute, takes a minute for a displayed formula and 3 for a
prediction, and for an exercise what its text announces, or 3.5 minutes if it is for practice. Boxes that are folded up
are not counted, nor is the time of a training.
"""

import argparse
import re

import nbformat

from mlp_helpers.course.cells import notebook_bytes, role
from mlp_helpers.services.files import REPOSITORY, write_file

WORDS, LINES = 130, 10  # read in a minute
FORMULA, PREDICTION, PRACTICE = 1, 3, 3.5  # minutes
FOLDED = re.compile(r"<details>.*?</details>", re.DOTALL)
DISPLAYED = re.compile(r"\$\$.*?\$\$", re.DOTALL)
ANNOUNCED = re.compile(r"\*\*Exercise `\w+`,[^*]*?(?:(\d+) minutes?|for practice)\b")
HEAD = re.compile(r"(?<=\*\*Working time:\*\* about )\d+ (?:h(?: \d+ min)?|min)")
SHOWN = ("set-up", "demonstration")  # cells of code that a student reads


def minutes(cells):
    """Return the working time of a notebook's cells in minutes, a float."""
    return sum(map(_minutes, cells))


def _minutes(cell):
    if role(cell) == "guess":
        return PREDICTION
    if cell.cell_type == "code":
        lines = [line for line in cell.source.splitlines() if line.strip()]
        return len(lines) / LINES if role(cell) in SHOWN else 0
    text, n_formulas = DISPLAYED.subn("", FOLDED.sub("", cell.source))
    exercises = sum(float(announced or PRACTICE) for announced in ANNOUNCED.findall(text))
    return exercises + n_formulas * FORMULA + len(re.findall(r"\S*\w\S*", text)) / WORDS


def rounded(n_minutes):
    """Return a time to five minutes, as an int."""
    return 5 * round(n_minutes / 5)


def words(n_minutes):
    """Return a time as the heads say it, such as "2 h 5 min"."""
    hours, rest = divmod(rounded(n_minutes), 60)
    return " ".join(f"{n} {unit}" for n, unit in ((hours, "h"), (rest, "min")) if n)


def main(write=False):
    """Print the minutes of all notebooks; if `write`, put them into their heads."""
    for path in sorted((REPOSITORY / "notebooks").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        found = minutes(notebook.cells)
        print(f"{path.stem:22}{found:5.0f} minutes, about {words(found)}")
        notebook.cells[0].source = HEAD.sub(words(found), notebook.cells[0].source)
        if write:
            write_file(path, notebook_bytes(notebook))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="change the heads of the notebooks")
    main(**vars(parser.parse_args()))
