"""Students' edition of the course: notebooks with placeholders for the answers, and all files needed to run them."""

import copy
import json
import re
import subprocess
from pathlib import Path

import nbformat

from mlp_helpers.course import cells
from mlp_helpers.course.archive import write_zip
from mlp_helpers.course.manifest import FOLDER, FORMAT, MANIFEST
from mlp_helpers.services.files import make_folder, write_folder

# Contents of a release: single files, files of a folder by suffix, and students' versions of files.
FILES = (
    *("CHANGELOG.md", "LICENSE", "docs/notation.md", "environment.yml", "pyproject.toml", "requirements.txt"),
    *("scripts/install.py", "scripts/uv.txt"),
)
FOLDERS = {
    "data": {"", ".db", ".gz", ".json", ".md", ".npz"},
    "mlp_helpers": {".css", ".js", ".json", ".py", ".toml", ".typed"},
    "scripts/jupyter": {".js", ".json"},
}
# For authors and instructors, or for the site.
WITHHELD = ("mlp_helpers/authoring", "mlp_helpers/grading", "data/fashion-mnist/t10k", "data/explorable")
FOR_TESTS = "variants.py"  # in the folder of an exercise
# Excursions, and what only they read: a smaller release leaves them out.
EXCURSIONS = (
    *("notebooks/08_", "notebooks/09_", "data/best.npz", "data/beyond."),
    *("data/studies/mnist.db", "data/studies/race.json"),
)
LINK_TO_EXCURSION = re.compile(r"\[([^\]]*)\]\(0[89]_\w+\.ipynb[^)]*\)")
INSTEAD = {
    ".github/workflows/check.yml": "scripts/student/check.yml",
    ".gitignore": "scripts/student/gitignore",
    "Makefile": "scripts/student/Makefile",
    "README.md": "scripts/student/README.md",
}


class InvalidSource(ValueError):
    """A source that cannot be released.

    Attributes
    ----------
    faults : list of str
        All faults found.
    """

    def __init__(self, faults):
        super().__init__("\n".join(faults))
        self.faults = faults


def release(source, destination, zip_file=None, excursions=True):
    """Write the students' edition to a new folder and, optionally, to a zip file.

    Parameters
    ----------
    source : path
        The course's folder.
    destination : path
        Must not exist, or be an empty folder.
    zip_file : path, optional
        An existing file is replaced. The same source gives the same bytes.
    excursions : bool, optional
        Whether the optional notebooks and their data belong to it.

    Returns
    -------
    files : dict from str to bytes

    Raises
    ------
    InvalidSource
        The source has faults, such as an answer that students could read.
    FileExistsError
        The destination exists and is not an empty folder.
    FileNotFoundError
        A file of the source is missing.
    """
    destination = Path(destination)
    if destination.exists() and (not destination.is_dir() or any(destination.iterdir())):
        raise FileExistsError(f"DEST must be a folder that is new or empty, got {destination}")
    files = edition(source, excursions)
    if zip_file is not None:
        make_folder(Path(zip_file).parent)
        write_zip(files, zip_file, FOLDER)
    write_folder(files, destination)
    return files


def edition(source, excursions=True):
    """Return the files of a release, a dict from path to bytes; raise InvalidSource or FileNotFoundError."""
    source = Path(source)
    notebooks = read_notebooks(source)
    if found := source_faults(source, notebooks):
        raise InvalidSource(found)
    files = {name: (source / name).read_bytes() for name in FILES}
    files |= {name: (source / template).read_bytes() for name, template in INSTEAD.items()}
    for folder, suffixes in FOLDERS.items():
        files |= {path: (source / path).read_bytes() for path in _paths(source, folder, suffixes)}
    released = {name: student_notebook(notebook) for name, notebook in notebooks.items()}
    if not excursions:
        files = {name: content for name, content in files.items() if not name.startswith(EXCURSIONS)}
        released = {name: _unlinked(notebook) for name, notebook in released.items() if not name.startswith(EXCURSIONS)}
    for notebook in released.values():
        cells.stamp(notebook)
    files |= {name: cells.notebook_bytes(notebook) for name, notebook in released.items()}
    files[MANIFEST] = json.dumps(_manifest(source, released, files), indent=1).encode() + b"\n"
    return files


def source_faults(source, notebooks):
    """Return the faults of a course's notebooks and exercises, a list of str."""
    from mlp_helpers.authoring.exercise_faults import exercise_faults, exercise_paths, steps_in
    from mlp_helpers.authoring.lint import faults

    exercises = {name: steps_in(path) for name, path in exercise_paths(source)}
    return exercise_faults(source, notebooks) + faults(notebooks, exercises)


def read_notebooks(source):
    """Return the notebooks of a course, a dict from path, such as notebooks/03_layers.ipynb, to NotebookNode.

    Raises
    ------
    FileNotFoundError
        The folder has no notebooks, or a students' edition of them.
    """
    paths = sorted(Path(source, "notebooks").glob("*.ipynb"))
    if not paths or Path(source, MANIFEST).exists():
        found = "is a students' edition" if paths else "holds none"
        raise FileNotFoundError(
            f"this needs a clone of the course, whose notebooks hold the answers, and {source} {found}"
        )
    return {f"notebooks/{path.name}": nbformat.read(path, as_version=4) for path in paths}


def student_notebook(notebook):
    """Return a notebook as released to students: with placeholders, locked checks, and only kept outputs."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        cell.metadata.get("course", {}).pop("claims", None)  # of use to those alone who change the notebooks
        if cells.is_answer(cell):
            cell.source = cells.blank(cell)
            cell.pop("attachments", None)
            cell.metadata["course"].pop("shown", None)  # lines of the solution
            cell.metadata["deletable"] = False
        elif cells.role(cell) == "check":
            cell.metadata.update(editable=False, deletable=False)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        cells.set_count(cell, number)  # what JupyterLab shows beside a kept output after running all cells
    cells.strip_outputs(cell for cell in code if not cells.is_kept(cell))
    return notebook


def _unlinked(notebook):
    """Return a notebook with the mere text of its links to the excursions, in place."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = LINK_TO_EXCURSION.sub(r"\1", cell.source)
    return notebook


def _paths(source, folder, suffixes):
    """Return the sorted paths of a folder's files with these suffixes, without hidden files, caches and `WITHHELD`."""
    found = []
    for path in sorted((source / folder).rglob("*")):
        relative = path.relative_to(source)
        hidden = any(part.startswith((".", "__pycache__")) for part in relative.parts)
        withheld = relative.as_posix().startswith(WITHHELD) or path.name == FOR_TESTS
        if path.is_file() and path.suffix in suffixes and not hidden and not withheld:
            found.append(relative.as_posix())
    return found


def _manifest(source, notebooks, files):
    """Return the manifest of a release, a dict."""
    blanks = {cells.answer_name(cell): cells.digest(cell.source) for _, cell in cells.answers(notebooks)}
    return {
        "course": FOLDER,
        "format": FORMAT,
        "version": version_of(source),
        "commit": commit(source),
        "exercises": {
            item.name: {
                "notebook": item.notebook,
                "points": item.points,
                "open": item.is_open,
                **({"file": item.file} if item.file else {}),
                "blank": blanks[item.name],
            }
            for item in cells.exercises(notebooks)
        },
        "cells": {name: cells.digests(notebook) for name, notebook in notebooks.items()},
        "files": {name: cells.digest(files[name]) for name in sorted(files)},
    }


def version_of(source):
    """Return the version of a course's package, which is `mlp_helpers.__version__`."""
    text = (source / "mlp_helpers" / "__init__.py").read_text(encoding="utf-8")
    return re.search(r'^__version__ = "(.+)"$', text, re.MULTILINE)[1]


def commit(source):
    """Return the commit of a repository, with a + if tracked files have changed; None if it is no git repository."""
    try:
        top, head = _git(source, "rev-parse", "--show-cdup", "HEAD").split("\n")[:2]
        changed = _git(source, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return None
    return None if top else head + ("+" if changed else "")  # a subfolder of a repository is not that repository


def _git(folder, *arguments):
    return subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, encoding="utf-8"
    ).stdout
