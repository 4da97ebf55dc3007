"""Lines of code and of data, by room: `make lines`; ARGS="HEAD~5 HEAD" compares two commits.

Code is Python, JavaScript, CSS and HTML. Data is students' answers, right and wrong, and the texts of quizzes, in any
format. Only files that git tracks are counted, with their blank lines and comments. Notebooks, other texts, recorded
numbers and lock files are neither code nor data.
"""

import argparse
import subprocess
from fnmatch import fnmatchcase

from mlp_helpers.services.files import REPOSITORY

CODE = (".py", ".js", ".css", ".html")
# Each of these matches a file, which a test verifies. Any suffix will do: data may move from Python to another format.
DATA = (
    "mlp_helpers/exercises/*.toml",
    "mlp_helpers/exercises/*/answers.*",
    "mlp_helpers/exercises/*/variants.*",
    "tests/exercises/blind/*.jsonl",
    "mlp_helpers/exercises/spoilers.*",
    "tests/exercises/wrong_answers/[!_]*.*",
)


def counted(root, revision=""):
    """Return {path: number of lines} for all text files that git tracks, in a commit or, by default, as they are."""
    command = ["git", "-C", str(root), "grep", "-I", "--count", "--null", "--no-color", "-e", ""]
    command += [revision, "--"] if revision else ["--"]
    printed = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
    pairs = (line.split("\0") for line in printed.split("\n") if line)
    return {path.removeprefix(f"{revision}:"): int(number) for path, number in pairs}


def is_data(path):
    """Whether a file is data."""
    return any(fnmatchcase(path, pattern) for pattern in DATA)


def room(path):
    """Return the room of a file: a folder of the package, or else a folder of the repository."""
    folder, *others = path.split("/")
    if folder != "mlp_helpers":
        return folder
    return f"{folder}/{others[0]}" if len(others) > 1 else f"{folder}, flat"


def by_room(lines):
    """Return {room: [lines of code, lines of data]} for {path: number of lines}."""
    rooms = {}
    for path, number in lines.items():
        if is_data(path) or path.endswith(CODE):
            rooms.setdefault(room(path), [0, 0])[is_data(path)] += number
    return rooms


def table(root, revisions):
    """Return a table as text: a line for each room and one for their sum, two columns for each revision."""
    counts = [by_room(counted(root, revision)) for revision in revisions]
    rooms = sorted(set().union(*counts))
    numbers = [[number for one in counts for number in one.get(name, (0, 0))] for name in rooms]
    numbers.append([sum(column) for column in zip(*numbers, strict=True)])
    rows = [["room", *(f"{revision} {kind}".strip() for revision in revisions for kind in ("code", "data"))]]
    for name, row in zip([*rooms, "total"], numbers, strict=True):
        rows.append([name, *(f"{number:,}" for number in row)])
    first, *others = (max(map(len, column)) for column in zip(*rows, strict=True))
    lines = (
        "  ".join([name.ljust(first), *(cell.rjust(width) for cell, width in zip(cells, others, strict=True))])
        for name, *cells in rows
    )
    return "\n".join(lines)


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("revisions", nargs="*", metavar="REV", help="commits; by default the files as they are now")
    try:
        print(table(REPOSITORY, parser.parse_args().revisions or [""]))
    except subprocess.CalledProcessError as error:
        parser.error(error.stderr.strip())


if __name__ == "__main__":
    main()
