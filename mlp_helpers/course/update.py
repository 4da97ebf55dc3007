"""Update of a student's folder to a newer release: everything new, and every answer as it was.

Nothing is lost when it is interrupted. First all of it is worked out; then the notebooks, and whatever else the student
changed, are copied into a new folder of backups; then a note is left that an update is on its way, and from which
backup; then each file is replaced as a whole, the manifest last. An update that finds such a note looks for answers in
its backups, too. So the same command, run again, comes to the same end.
"""

import json
from datetime import datetime
from pathlib import Path

from mlp_helpers.course.archive import ArchiveError
from mlp_helpers.course.manifest import BACKUPS, MANIFEST, NOTE, manifest_of, read_release
from mlp_helpers.course.merging import StudentFolder
from mlp_helpers.files import replacing, write_folder


def update(release, folder, now=None):
    """Bring a newer release into a student's folder; return what was done, a list of lines.

    Parameters
    ----------
    release : path
        Of the release, a folder or a zip file.
    folder : path
        The student's.
    now : datetime, optional
        Names the backup.

    Raises
    ------
    ArchiveError
        The release is none, is damaged, or reaches out of its folder; or `folder` is no student's folder.
    """
    folder = Path(folder)
    if not (folder / MANIFEST).is_file():
        raise ArchiveError(
            f"the current folder must be that of your course, with a file {MANIFEST}, and {folder} has none"
        )
    manifest, files = read_release(release)
    unfinished = _unfinished(folder)
    old = manifest_of(folder)
    found = StudentFolder(folder, old, manifest, unfinished)
    plan = found.plan(files)
    if not plan.writes and not plan.removals and not unfinished:
        return ["Your course is up to date: nothing was changed."]
    backup = _back_up(folder, plan, now or datetime.now())
    _write(folder / NOTE, json.dumps([*unfinished, backup]).encode())
    manifest_content = plan.writes.pop(MANIFEST, None)
    for name, content in plan.writes.items():
        _write(folder / name, content)
    for name in plan.removals:
        (folder / name).unlink(missing_ok=True)
    if manifest_content is not None:
        _write(folder / MANIFEST, manifest_content)
    (folder / NOTE).unlink()
    return _report(plan, backup)


def _unfinished(folder):
    """Return the backups of updates that were interrupted, names of folders from the oldest to the newest."""
    return json.loads((folder / NOTE).read_bytes()) if (folder / NOTE).exists() else []


def _back_up(folder, plan, now):
    """Copy the notebooks, and what else the student changed, into a new folder of backups; return its name."""
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
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def _report(plan, backup):
    """Return what was done as lines of text."""
    found = [f"Your notebooks as they were: {backup}"]
    found.append(f"New or changed: {', '.join(plan.writes) or 'nothing'}")
    found += [f"Gone: {', '.join(plan.removals)}"] if plan.removals else []
    found.append(f"Answers kept: {', '.join(plan.kept) or 'none had to be touched'}")
    if plan.reworded:
        found.append(f"Asked in other words now; see whether your answers still fit: {', '.join(plan.reworded)}")
    if plan.vanished:
        found.append(f"No longer part of the course; your answers are in the backup: {', '.join(plan.vanished)}")
    for name, n_cells in plan.own_cells.items():
        found.append(f"{name}: {n_cells} of the other cells you wrote or changed; they are in the backup")
    if plan.unreadable:
        found.append(
            f"Could not be read as notebooks; as they were they are in the backup: {', '.join(plan.unreadable)}"
        )
    if plan.changed:
        found.append(f"You had changed these files; as you had them they are in the backup: {', '.join(plan.changed)}")
    return [*found, "Open the notebooks again; if the kernel was running, restart it."]
