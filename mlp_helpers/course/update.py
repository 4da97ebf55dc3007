"""Update of a student's folder to a newer release, which keeps every answer.

An interrupted update loses nothing. The update first plans all changes. It copies the notebooks and all other files
that the student changed to a new backup folder, and writes a note that names this backup. It then replaces each file
atomically, the manifest last, and deletes the note. An update that finds such a note also searches its backups for
answers, so the same command, run again, has the same result. A folder whose own package is older is updated by that
one; run again, the command finds what it could not place, in the backups.
"""

import json
from datetime import datetime
from pathlib import Path

from mlp_helpers.course.archive import ArchiveError
from mlp_helpers.course.edition import CHANGELOG, EDITION, age, is_older, news
from mlp_helpers.course.manifest import (
    BACKUPS,
    MANIFEST,
    PACKAGE,
    UPDATE_IN_PROGRESS_FILE,
    manifest_of,
    read_release,
    version_of,
    without_package,
)
from mlp_helpers.course.merging import StudentFolder
from mlp_helpers.course.regained import regain
from mlp_helpers.services.files import write_file, write_folder

REOPEN = "Open the notebooks again; if the kernel was running, restart it."


def update(release, folder, now=None):
    """Update a student's folder to a newer release; return a report, a list of lines.

    Parameters
    ----------
    release : path or None
        A folder or a zip file; None for the edition that the installed package carries.
    folder : path
        The student's folder.
    now : datetime, optional
        Date in the backup's name, by default the current one.

    Raises
    ------
    ArchiveError
        `read_release` rejects the release, there is none, it is older, or `folder` is not a student's folder, or is
        one that brings its own package, which the release lacks.
    """
    folder = Path(folder)
    if not (folder / MANIFEST).is_file():
        raise ArchiveError(
            f"the current folder must be that of your course, with a file {MANIFEST}, and {folder.resolve()} has none"
        )
    version = version_of(folder)
    manifest, files = _fitting(release, folder, version)
    # Backups of interrupted updates, oldest first.
    in_progress = folder / UPDATE_IN_PROGRESS_FILE
    unfinished = json.loads(in_progress.read_bytes()) if in_progress.exists() else []
    regained = regain(folder)
    told = [f"Found in your backups under their former names: {', '.join(regained)}"] if regained else []
    old = manifest_of(folder)
    found = StudentFolder(folder, old, manifest, unfinished)
    plan = found.plan(files)
    if not plan.writes and not plan.removals and not unfinished:
        return [*told, REOPEN] if told else ["Your course is up to date: nothing was changed."]
    backup = _back_up(folder, plan, now or datetime.now())
    _write(in_progress, json.dumps([*unfinished, backup]).encode())
    manifest_content = plan.writes.pop(MANIFEST, None)
    for name, content in plan.writes.items():
        _write(folder / name, content)
    for name in plan.removals:
        (folder / name).unlink(missing_ok=True)
    if manifest_content is not None:
        _write(folder / MANIFEST, manifest_content)
    in_progress.unlink()
    told += news(files.get(CHANGELOG, b"").decode(), version, version_of(folder))
    behind = None if (folder / PACKAGE).is_dir() else age(folder)
    return [*_report(plan, backup), *told, *([behind] if behind else []), REOPEN]


def _fitting(release, folder, version):
    """Return manifest and files of a release that fits a folder of a version; raise ArchiveError as `update` does."""
    if release is None and not EDITION.is_dir():
        raise ArchiveError(
            "RELEASE must be named, the folder or zip file that you were given: `mlp-course update FILE.zip`, or "
            "`make update RELEASE=FILE.zip`"
        )
    if release is not None and Path(release).resolve() == folder.resolve():
        raise ArchiveError("RELEASE must be a newer one, a folder or a zip file, and it is the current folder itself")
    manifest, files = read_release(EDITION if release is None else release)
    if is_older(manifest.get("version"), version):
        raise ArchiveError(
            f"RELEASE must be newer than your folder, which is of version {version}, and it is {manifest['version']}"
        )
    if not (folder / PACKAGE).is_dir():
        return without_package(manifest, files)
    if not any(name.startswith(PACKAGE) for name in files):
        raise ArchiveError(
            f"RELEASE must be a whole one, a folder or a zip file: {folder.resolve()} brings its own package, and this "
            "release has none"
        )
    return manifest, files


def _back_up(folder, plan, now):
    """Copy the notebooks, the manifest and other changed files to a new backup folder; return its name."""
    names = {path.relative_to(folder).as_posix() for path in (folder / "notebooks").glob("*.ipynb")}
    names |= {MANIFEST, *plan.changed}
    stem = f"{BACKUPS}/{now:%Y-%m-%d-%H%M%S}"
    name, number = stem, 1
    while (folder / name).exists():
        number += 1
        name = f"{stem}-{number}"
    write_folder({path: (folder / path).read_bytes() for path in sorted(names)}, folder / name)
    return name


def _write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, content)


def _report(plan, backup):
    """Return the report of an update, a list of lines."""
    cells = "further cells that you wrote or changed, {} in number, are in the backup alone"
    told = {
        "Your notebooks as they were": [backup],
        "New or changed": plan.writes or ["nothing"],
        "Gone": plan.removals,
        "Answers kept": plan.kept or ["none had to be touched"],
        "Asked in other words now; see whether your answers still fit": plan.reworded,
        "No longer part of the course; your answers are in the backup": plan.vanished,
        **{name: [cells.format(n_cells)] for name, n_cells in plan.own_cells.items()},
        "Could not be read as notebooks; as they were they are in the backup": plan.unreadable,
        "You had changed these files; as you had them they are in the backup": plan.changed,
    }
    return [f"{heading}: {', '.join(names)}" for heading, names in told.items() if names]
