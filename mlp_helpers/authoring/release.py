"""The students' edition: the course with placeholders for the answers, and all that a student needs to run it."""

import copy
import json
import subprocess
import tomllib
from pathlib import Path

import nbformat

from mlp_helpers.course import cells
from mlp_helpers.course.archive import write_zip
from mlp_helpers.course.manifest import FOLDER, FORMAT, MANIFEST
from mlp_helpers.files import write_folder

# What goes along: single files, files of a folder by their suffix, and those that students have instead of ours.
FILES = ("LICENSE", "environment.yml", "pyproject.toml", "requirements.txt", "scripts/install.py", "scripts/lab.py")
FOLDERS = {
    "data": {"", ".db", ".gz", ".json", ".md", ".npz"},
    "mlp_helpers": {".css", ".js", ".py"},
    "scripts/jupyter": {".json"},
}
WITHHELD = "mlp_helpers/grading"  # the instructor's side
INSTEAD = {"Makefile": "scripts/student/Makefile", "README.md": "scripts/student/README.md"}


class InvalidSource(ValueError):
    """A source that cannot be released.

    Attributes
    ----------
    faults : list of str
        Everything that is wrong with it.
    """

    def __init__(self, faults):
        super().__init__("\n".join(faults))
        self.faults = faults


def release(source, destination, zip_file=None):
    """Write the students' edition into a new folder and, if wanted, into a zip file.

    Parameters
    ----------
    source : path
        The course's folder.
    destination : path
        Must not exist, or be an empty folder.
    zip_file : path, optional
        An earlier one is replaced. From the same source it comes out the same to the byte.

    Returns
    -------
    files : dict from str to bytes

    Raises
    ------
    InvalidSource
        A fault of the source, such as an answer that students could read.
    FileExistsError
        There is something at the destination.
    FileNotFoundError
        The source lacks a file.
    """
    destination = Path(destination)
    if destination.exists() and (not destination.is_dir() or any(destination.iterdir())):
        raise FileExistsError(f"DEST must be a folder that is new or empty, got {destination}")
    files = edition(source)
    if zip_file is not None:
        Path(zip_file).parent.mkdir(parents=True, exist_ok=True)
        write_zip(files, zip_file, FOLDER)
    write_folder(files, destination)
    return files


def edition(source):
    """Return the files of the students' edition, a dict from path to bytes; raise what `release` raises."""
    from mlp_helpers.authoring.lint import faults
    from mlp_helpers.checking.cases import QUESTIONS

    source = Path(source)
    notebooks = read_notebooks(source)
    found = faults(notebooks, QUESTIONS)
    if found:
        raise InvalidSource(found)
    files = {name: (source / name).read_bytes() for name in FILES}
    files |= {name: (source / template).read_bytes() for name, template in INSTEAD.items()}
    for folder, suffixes in FOLDERS.items():
        files |= {path: (source / path).read_bytes() for path in _paths(source, folder, suffixes)}
    released = {name: student_notebook(notebook) for name, notebook in notebooks.items()}
    files |= {name: cells.notebook_bytes(notebook) for name, notebook in released.items()}
    files[MANIFEST] = json.dumps(_manifest(source, released, files), indent=1).encode() + b"\n"
    return files


def read_notebooks(source):
    """Return the notebooks of a course, a dict from path, such as notebooks/02_layers.ipynb, to NotebookNode.

    Raises
    ------
    FileNotFoundError
        There are none.
    """
    paths = sorted(Path(source, "notebooks").glob("*.ipynb"))
    if not paths:
        raise FileNotFoundError(f"the course's folder must hold notebooks/*.ipynb, and {source} holds none")
    return {f"notebooks/{path.name}": nbformat.read(path, as_version=4) for path in paths}


def student_notebook(notebook):
    """Return a notebook as students get it: placeholders, locked checks, and only the outputs to keep."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if cells.is_answer(cell):
            cell.source = cells.blank(cell)
            cell.pop("attachments", None)
            cell.metadata["course"].pop("shown", None)  # lines of the solution
            cell.metadata["deletable"] = False
        elif cells.role(cell) == "check":
            cell.metadata.update(editable=False, deletable=False)
    cells.strip_outputs(cell for cell in notebook.cells if not cells.is_kept(cell))
    return notebook


def _paths(source, folder, suffixes):
    """Return the paths of a folder's files with these suffixes, sorted; hidden ones and caches are left out."""
    found = []
    for path in sorted((source / folder).rglob("*")):
        relative = path.relative_to(source)
        hidden = any(part.startswith((".", "__pycache__")) for part in relative.parts)
        if path.is_file() and path.suffix in suffixes and not hidden and not relative.as_posix().startswith(WITHHELD):
            found.append(relative.as_posix())
    return found


def _manifest(source, notebooks, files):
    """Return what update and submit need to know of a release."""
    blanks = {cells.answer_name(cell): cells.digest(cell.source) for _, cell in cells.answers(notebooks)}
    return {
        "course": FOLDER,
        "format": FORMAT,
        "version": tomllib.loads((source / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"],
        "commit": commit(source),
        "exercises": {
            item.name: {
                "notebook": item.notebook,
                "points": item.points,
                "open": item.is_open,
                "blank": blanks[item.name],
            }
            for item in cells.exercises(notebooks)
        },
        "cells": {
            name: {cell.id: cells.digest(cell.source) for cell in notebook.cells}
            for name, notebook in notebooks.items()
        },
        "files": {name: cells.digest(files[name]) for name in sorted(files)},
    }


def commit(source):
    """Return the commit of a folder, with a + where files were changed since; None where it is no git repository."""
    try:
        top, head = _git(source, "rev-parse", "--show-cdup", "HEAD").split("\n")[:2]
        changed = _git(source, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return None
    return None if top else head + ("+" if changed else "")  # a folder deep in a repository is not that repository


def _git(folder, *arguments):
    return subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, encoding="utf-8"
    ).stdout
