"""Answers that are in a backup alone, since the package that made an update did not know an exercise's new name."""

from collections import defaultdict

from mlp_helpers.course.cells import answer_name, answers, digest, is_answer, notebook_bytes, up_to_date
from mlp_helpers.course.manifest import BACKUPS, MANIFEST, manifest_of, readable_notebooks
from mlp_helpers.course.renamed import RENAMED
from mlp_helpers.services.files import write_file


def regain(folder):
    """Put the answers that backups hold under former names into the cells that are still blank; return their names.

    Parameters
    ----------
    folder : path
        The student's folder.

    Returns
    -------
    list of str
        Exercises that have an answer now.
    """
    found = {}
    for path in sorted((folder / BACKUPS).glob(f"*/{MANIFEST}")):  # the newest one counts
        found |= _under_former_names(path.parent)
    manifest, regained = manifest_of(folder), []
    for name, notebook in readable_notebooks(folder, manifest["cells"]).items():
        cells = [cell for cell in notebook.cells if is_answer(cell) and answer_name(cell) in found]
        blank_ones = [cell for cell in cells if _is_blank(cell, manifest)]
        for cell in blank_ones:
            cell.source = found[answer_name(cell)]
            regained.append(answer_name(cell))
        if blank_ones:
            write_file(folder / name, notebook_bytes(notebook))
    return regained


def _under_former_names(backup):
    """Return the sources of the answers that a backup holds under former names, a dict by current name."""
    manifest, found = manifest_of(backup), defaultdict(list)
    for _, cell in answers(readable_notebooks(backup, manifest["cells"])):
        if answer_name(cell) in RENAMED and not _is_blank(cell, manifest):
            found[RENAMED[answer_name(cell)]].append(up_to_date(cell).source)
    return {name: "\n\n".join(sources) for name, sources in found.items()}


def _is_blank(cell, manifest):
    entry = manifest["exercises"].get(answer_name(cell), {})
    return not cell.source.strip() or digest(cell.source) == entry.get("blank")
