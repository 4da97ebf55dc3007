"""Manifests of releases, read so that nothing in them can do harm."""

import json

import nbformat

from mlp_helpers.course.archive import ArchiveError, Reader
from mlp_helpers.course.cells import digest

MANIFEST = "release.json"  # of what was released; update and submit go by it
FORMAT = 1  # of the manifest
FOLDER = "mlp-course"  # in the zip file, whatever the release's own folder is called
NOTE = ".update-unfinished.json"  # while a release is being brought in
BACKUPS = "backups"
KEPT_OUT = (".venv", BACKUPS, NOTE)  # a release has no business there


def read_release(path):
    """Return the manifest of a release, a dict, and its files, a dict from path to bytes.

    Raises
    ------
    ArchiveError
        It is none, is damaged, or reaches out of its folder.
    """
    reader = Reader(path, MANIFEST)
    raw = reader.read([MANIFEST])
    try:
        manifest = json.loads(raw[MANIFEST])
        names, cells, exercises = manifest["files"], manifest["cells"], manifest["exercises"]
        is_too_new = manifest["format"] > FORMAT
        is_release = manifest["course"] == FOLDER and all(isinstance(part, dict) for part in (names, cells, exercises))
    except (ValueError, KeyError, TypeError):
        is_release = False
    if not is_release:
        raise ArchiveError(f"{path} must be a release of the course, and its {MANIFEST} is not that of one")
    if is_too_new:
        raise ArchiveError(f"{path} is too new for this course to update itself: ask your instructor how to go on")
    intruders = [name for name in names if name.split("/")[0] in KEPT_OUT]
    if intruders:
        raise ArchiveError(f"{path} must leave {intruders[0]} alone")
    files = reader.read(list(names))
    damaged = [name for name, content in files.items() if digest(content) != names[name]]
    if damaged:
        raise ArchiveError(f"{path} must be as it was released, and {', '.join(damaged[:3])} is not")
    return manifest, files | raw


def manifest_of(folder):
    """Return the manifest of the student's folder; where it was damaged, one that knows nothing."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        return {key: dict(manifest[key]) for key in ("files", "cells", "exercises")}
    except (ValueError, KeyError, TypeError):
        return {"files": {}, "cells": {}, "exercises": {}}


def readable_notebooks(folder, names):
    """Return the notebooks of a folder that are there and can be read, a dict from path to NotebookNode."""
    found = {}
    for name in names:
        try:
            found[name] = nbformat.read(folder / name, as_version=4)
        except Exception:  # damaged in whatever way: it goes into the backup as it is
            continue
    return found
