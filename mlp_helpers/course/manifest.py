"""Manifests of releases, and safe reading of untrusted ones."""

import json

from mlp_helpers.course.archive import ArchiveError, Reader
from mlp_helpers.course.cells import digest, notebook_from

MANIFEST = "release.json"  # file name of the manifest, which update and submit read
FORMAT = 1  # version of the manifest's format
FOLDER = "mlp-course"  # in the zip file, whatever the name of the release's own folder
UPDATE_IN_PROGRESS_FILE = ".update-unfinished.json"  # exists while an update is in progress
BACKUPS = "backups"
FORBIDDEN_PATHS = (".venv", BACKUPS, UPDATE_IN_PROGRESS_FILE)  # paths that a release must not contain
PACKAGE = "mlp_helpers/"
# What a student works with. The rest of a release is the package, and what installs it.
STUDENT_PATHS = ("notebooks/", "data/", "docs/", "CHANGELOG.md", "LICENSE", "README.md")


def read_release(path):
    """Return the manifest of a release, a dict, and its files, a dict from path to bytes.

    Raises
    ------
    ArchiveError
        `path` is no release, or is one that is damaged, too new, or holds an unsafe path or one of `FORBIDDEN_PATHS`.
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
    intruders = [name for name in names if name.split("/")[0] in FORBIDDEN_PATHS]
    if intruders:
        raise ArchiveError(f"{path} must leave {intruders[0]} alone")
    files = reader.read(list(names))
    damaged = [name for name, content in files.items() if digest(content) != names[name]]
    if damaged:
        raise ArchiveError(f"{path} must be as it was released, and {', '.join(damaged[:3])} is not")
    return manifest, files | raw


def without_package(manifest, files):
    """Return the manifest and the files of a release as a student has them whose package is installed by pip."""
    kept = {name: content for name, content in files.items() if name.startswith(STUDENT_PATHS)}
    manifest = {**manifest, "files": {name: manifest["files"][name] for name in sorted(kept)}}
    return manifest, kept | {MANIFEST: json.dumps(manifest, indent=1).encode() + b"\n"}


def version_of(folder):
    """Return the version of a student's folder, None if it is no such folder, or a damaged one."""
    try:
        version = json.loads((folder / MANIFEST).read_bytes())["version"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return version if isinstance(version, str) else None


def manifest_of(folder):
    """Return the manifest of a student's folder, or an empty one if it is damaged."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        return {key: dict(manifest[key]) for key in ("files", "cells", "exercises")}
    except (ValueError, KeyError, TypeError):
        return {"files": {}, "cells": {}, "exercises": {}}


def readable_notebooks(folder, names):
    """Return the named notebooks of a folder that exist and are readable, a dict from path to NotebookNode."""
    found = {}
    for name in names:
        try:
            found[name] = notebook_from((folder / name).read_bytes())
        except Exception:  # missing, or damaged and backed up unchanged
            continue
    return found
