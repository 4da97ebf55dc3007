"""The students' edition that a wheel carries, and versions: of the package, of a student's folder, of a release."""

import re
from pathlib import Path

from mlp_helpers import __version__ as VERSION  # noqa: N812  nobody else imports the package bare
from mlp_helpers.course.archive import ArchiveError
from mlp_helpers.course.manifest import MANIFEST, read_release, version_of
from mlp_helpers.services.files import write_folder

EDITION = Path(__file__).resolve().parents[1] / "edition"  # only in a wheel: notebooks, data and manifest of a release
CHANGELOG = "CHANGELOG.md"
FOR_STUDENTS = "For students"  # heading in the change log


def start(folder):
    """Unpack the edition into a new folder; return what to do next, a list of lines.

    Parameters
    ----------
    folder : path
        Must not exist, or be an empty folder.

    Raises
    ------
    ArchiveError
        This installation carries no edition, or there is something in the folder or a course around it.
    OSError
        The folder cannot be written; nothing is left of it.
    """
    folder = Path(folder)
    if not EDITION.is_dir():
        raise ArchiveError(
            f"there is nothing to unpack: the course is in {EDITION.parents[1]}. Open it there, by `make lab`"
        )
    if (folder / MANIFEST).exists():
        raise ArchiveError(
            f"a course is in {folder} already, and nothing was changed. Open it by `mlp-course lab`, there; "
            "`mlp-course update` brings a newer one in and keeps your answers"
        )
    course = next((above for above in folder.resolve().parents if (above / MANIFEST).exists()), None)
    if course is not None:
        raise ArchiveError(f"DIR must not lie inside of a course, and {folder} lies in {course}; nothing was changed")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ArchiveError(f"DIR must be a folder that is new or empty, got {folder}; nothing was changed")
    _, files = read_release(EDITION)
    write_folder(files, folder)
    quoted = f'"{folder}"' if " " in str(folder) else folder
    return [f"The course, version {VERSION}, is in {folder}. Open it by:", f"    cd {quoted}", "    mlp-course lab"]


def is_older(version, other):
    """Return whether a version is older than another; False if one of them is None or no version."""
    from packaging.version import InvalidVersion, Version

    try:
        return Version(version) < Version(other)
    except (InvalidVersion, TypeError):
        return False


def age(folder):
    """Return a sentence if a student's folder is older or newer than the package, else None."""
    version = version_of(folder)
    here = f"This folder is of version {version}, and the installed course is {VERSION}"
    if is_older(version, VERSION):
        return f"{here}: `mlp-course update` brings the newer notebooks in and keeps your answers."
    if is_older(VERSION, version):
        return f'{here}: install the newer wheel, too, by `pip install --upgrade "FILE.whl[lab]"`.'
    return None


def news(changelog, old, new):
    """Return what a change log tells students about the versions after `old`, up to `new`, a list of lines.

    Parameters
    ----------
    changelog : str
        With a heading `## VERSION, DATE` for each version, and a heading `### For students` in it.
    old, new : str or None
        Versions; nothing is told if one of them is None or no version.
    """
    found = []
    for section in re.split(r"^## ", changelog, flags=re.MULTILINE)[1:]:
        title, _, text = section.partition("\n")
        version = re.split(r"[ ,]", title)[0]
        told = re.search(rf"^### {FOR_STUDENTS}\n+(.*?)\s*(?=^#|\Z)", text, re.MULTILINE | re.DOTALL)
        if told and is_older(old, version) and (version == new or is_older(version, new)):
            found += [f"New in {version}:", *told[1].splitlines()]
    return found
