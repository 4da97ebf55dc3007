"""Submission of a student: checked answers and a receipt in one zip file."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from mlp_helpers.course import progress
from mlp_helpers.course.archive import ArchiveError, write_zip
from mlp_helpers.course.cells import answers, digest, is_answer, is_open, notebook_bytes, notebook_from, strip_outputs
from mlp_helpers.course.manifest import MANIFEST, manifest_of
from mlp_helpers.course.networks import MAX_BYTES, BadNetwork, read_file
from mlp_helpers.course.progress import MEND, Outcome, total
from mlp_helpers.course.renamed import current
from mlp_helpers.services.files import make_folder

RECEIPT = "receipt.txt"
MISSING, NOT_CHECKED = "missing", "not checked"
DAMAGED = f"it cannot be read as a notebook, so none of its answers counts. {MEND}, and submit again"


@dataclass(frozen=True)
class PackedSubmission:
    """A zip file to hand in, and its receipt.

    Attributes
    ----------
    path : path
    receipt : str
        The text of the receipt in the file, and as a last line the hash of the file.
    damaged : list of str
        A line for each notebook that cannot be read.
    problems : list of str
        A line for each trained network that is missing or will not be read.
    """

    path: Path
    receipt: str
    damaged: list
    problems: list


def submit(folder, out=None, now=None, check_notebooks=progress.check_notebooks):
    """Check the answers in a student's folder, pack them into one zip file, and return a `PackedSubmission`.

    The file holds the notebooks without outputs, except those of open answers, the trained networks that exercises ask
    for, the manifest of their release, and the receipt. Its bytes depend only on these, on the checks' verdicts and on
    the date.

    Parameters
    ----------
    folder : path
        The student's folder.
    out : path, optional
        By default submission-DATE.zip in `folder`.
    now : datetime, optional
        Date of the submission, by default the current one.
    check_notebooks : callable, optional
        Replacement for `progress.check_notebooks`.

    Raises
    ------
    ArchiveError
        `folder` is not a student's folder.
    """
    folder = Path(folder)
    manifest = manifest_of(folder) if (folder / MANIFEST).is_file() else {}
    if not manifest.get("exercises"):
        raise ArchiveError(
            f"the current folder must be that of your course, with a file {MANIFEST}, and {folder.resolve()} has none"
        )
    now = (now or datetime.now()).astimezone()
    path = Path(out) if out is not None else folder / f"submission-{now:%Y-%m-%d-%H%M%S}.zip"
    make_folder(path.parent)
    there = [name for name in sorted(manifest["cells"]) if (folder / name).is_file()]
    stripped = {name: _stripped(folder / name) for name in there}
    damaged = [f"{name}: {DAMAGED}" for name, content in stripped.items() if content is None]
    # A person may be able to recover something of a damaged one.
    files = {name: content or (folder / name).read_bytes() for name, content in stripped.items()}
    networks = _networks(folder, manifest)
    files |= {name: path.read_bytes() for name, path in networks.items() if _fits(path)}
    files[MANIFEST] = (folder / MANIFEST).read_bytes()
    reports = list(check_notebooks([folder / name for name in there])) if there else []
    problems = _problems(networks)
    text = "\n".join(
        [
            *_heading(now, files[MANIFEST]),
            *_exercises(manifest, reports),
            *_contents(folder, manifest, files),
            *damaged,
            *problems,
        ]
    )
    write_zip(files | {RECEIPT: f"{text}\n".encode()}, path, is_private=True)
    return PackedSubmission(path, f"{text}\n{path.name}: sha256 {digest(path.read_bytes())}", damaged, problems)


def _networks(folder, manifest):
    """Return the files of trained networks that exercises ask for, a dict from the name in the zip file to the path."""
    asked = [(entry["notebook"], entry["file"]) for entry in manifest["exercises"].values() if entry.get("file")]
    names = [f"{notebook.rpartition('/')[0]}/{file}".lstrip("/") for notebook, file in asked]
    return {name: folder / name for name in names}


def _fits(path):
    return path.is_file() and path.stat().st_size <= MAX_BYTES


def _problems(networks):
    """Return a line for each network's file that is missing, too large, or no network."""
    lines = []
    for name, path in sorted(networks.items(), key=lambda one: one[1].is_file()):
        try:
            if path.is_file():
                read_file(path)
            else:
                lines.append(f"{path.name}: missing; train your network, save it beside the notebook, and submit again")
        except BadNetwork as error:
            lines.append(f"{name}{'' if _fits(path) else ': left out'}: {error}")
    return lines


def _stripped(path):
    """Return the content of a notebook without outputs, except those that a person marks, such as figures.

    None stands for a damaged notebook.
    """
    try:
        notebook = notebook_from(path.read_bytes())
        strip_outputs([cell for cell in notebook.cells if not (is_answer(cell) and is_open(cell))])
        return notebook_bytes(notebook)
    except Exception:
        return None


def _heading(now, manifest_content):
    date, released = now.isoformat(sep=" ", timespec="seconds"), digest(manifest_content)[:12]
    return [
        f"Receipt of {date}, for answers to release {released}",
        "The verdicts are those of the checks on your machine; what counts is what your instructor finds.",
        "",
    ]


def _exercises(manifest, reports):
    """Return a line for each exercise of the release and each trouble, and one for the points."""
    outcomes = {outcome.name: outcome for report in reports for outcome in report.outcomes}
    borrowed = {name for report in reports for name in report.borrowed}
    troubles = [f"{report.path.name}: {text}" for report in reports for text in report.troubles]
    failed = {report.path.name for report in reports if report.troubles and not report.outcomes}
    counted, lines = [], []
    for name, entry in manifest["exercises"].items():
        file_name = entry["notebook"].rpartition("/")[2]
        state = NOT_CHECKED if file_name in failed else MISSING
        outcome = replace(outcomes.get(current(name), Outcome(name, 0, state)), points=entry["points"])
        lines.append(f"{outcome.state:19}  {outcome.points:4g}  {name} ({file_name}){outcome.aside(borrowed)}")
        counted.append(outcome)
    return [*lines, *troubles, total(counted), ""]


def _contents(folder, manifest, files):
    """Return a line with the hash of each file, and one for each notebook missing or left out with its answers."""
    lines = [f"{name}: sha256 {digest(content)}" for name, content in files.items()]
    lines += [f"{name}: missing" for name in sorted(manifest["cells"]) if name not in files]
    for path in sorted((folder / "notebooks").glob("*.ipynb")):
        name = path.relative_to(folder).as_posix()
        if name not in manifest["cells"] and _has_answers(path):
            lines.append(
                f"{name}: not in it, though it has answer cells; only the course's own notebooks are handed in"
            )
    return lines


def _has_answers(path):
    try:
        return any(answers({path.name: notebook_from(path.read_bytes())}))
    except Exception:
        return False
