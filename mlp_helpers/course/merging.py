"""Plan of an update: which files of a student's folder change, and where each answer goes."""

from collections import defaultdict
from dataclasses import dataclass, field

import nbformat

from mlp_helpers.course.cells import answer_name, answers, digest, is_answer, notebook_bytes
from mlp_helpers.course.manifest import MANIFEST, readable_notebooks

# What this command needs to run is replaced last, so that after an interruption it most likely still runs.
LAST = ("mlp_helpers/__init__.py", "mlp_helpers/cli.py", "mlp_helpers/course/", "mlp_helpers/files.py")


@dataclass
class UpdatePlan:
    """What an update is going to do.

    Attributes
    ----------
    writes : dict from str to bytes
        New content by path, in the order of writing.
    removals : list of str
        Paths of the old release that the new one does without.
    changed : list of str
        Paths of files that the student changed and that are replaced.
    kept : list of str
        Exercises whose answers are kept.
    reworded : list of str
        Those of them whose text changed.
    vanished : list of str
        Exercises that the new release does without, answered.
    own_cells : dict from str to int
        Cells of the student's own that only the backup holds, by notebook.
    unreadable : list of str
        Notebooks that were damaged.
    """

    writes: dict = field(default_factory=dict)
    removals: list = field(default_factory=list)
    changed: list = field(default_factory=list)
    kept: list = field(default_factory=list)
    reworded: list = field(default_factory=list)
    vanished: list = field(default_factory=list)
    own_cells: dict = field(default_factory=dict)
    unreadable: list = field(default_factory=list)


class StudentFolder:
    """What is in a student's folder, and what of it is the student's.

    Parameters
    ----------
    folder : path
    old, new : dict
        Manifests.
    unfinished : list of str
        Folders of backups to look for answers in.
    """

    def __init__(self, folder, old, new, unfinished):
        self.folder, self.old, self.new = folder, old, new
        manifests = (old, new)
        self.names = sorted({name for manifest in manifests for name in manifest["cells"]})
        self.blanks = {entry["blank"] for manifest in manifests for entry in manifest["exercises"].values()}
        self.known = {
            (cell_id, text)
            for manifest in manifests
            for cells in manifest["cells"].values()
            for cell_id, text in cells.items()
        }
        self.notebooks = readable_notebooks(folder, self.names)
        self.answers = self._answers(self.notebooks)
        for backup in reversed(unfinished):
            for name, found in self._answers(readable_notebooks(folder / backup, self.names)).items():
                self.answers.setdefault(name, found)

    def _answers(self, notebooks):
        """Return for each answered exercise the cells with its answer, with their notebooks."""
        found = defaultdict(list)
        for file_name, cell in answers(notebooks):
            if cell.source.strip() and digest(cell.source) not in self.blanks:
                found[answer_name(cell)].append((file_name, cell))
        return dict(found)

    def plan(self, files):
        """Return the `UpdatePlan` that brings in the files of the new release."""
        plan = UpdatePlan()
        old, new = self.old["files"], self.new["files"]
        plan.removals = [name for name in old if name not in new and self._is_there(name)]
        lost = {name for name in plan.removals if name in self.old["cells"]}
        for name in sorted(files, key=_order):
            content = files[name]
            if name in self.new["cells"]:
                if name in self.notebooks and old.get(name) == new[name]:
                    continue  # the same as before: it stays as the student has it
                content = self._with_answers(name, content, plan)
                lost.add(name)
            if not self._is_there(name) or (self.folder / name).read_bytes() != content:
                plan.writes[name] = content
        touched = [*plan.writes, *plan.removals]
        plan.changed = [name for name in touched if self._is_changed(name) and name not in self.names]
        plan.unreadable = [name for name in touched if name in self.names and self._is_damaged(name)]
        plan.vanished = [name for name, found in self.answers.items() if self._vanishes(name, found, lost)]
        plan.own_cells = {name: n for name in lost if (n := self._n_own_cells(name)) and name in touched}
        return plan

    def _is_there(self, name):
        return (self.folder / name).is_file()

    def _is_damaged(self, name):
        return self._is_there(name) and name not in self.notebooks

    def _is_changed(self, name):
        """Return whether a file that is there is another than was released."""
        if name == MANIFEST or not self._is_there(name):
            return False
        return digest((self.folder / name).read_bytes()) not in (
            self.old["files"].get(name),
            self.new["files"].get(name),
        )

    def _vanishes(self, name, found, lost):
        return name not in self.new["exercises"] and any(file_name in lost for file_name, _ in found)

    def _with_answers(self, name, content, plan):
        """Return the content of a released notebook with the student's answers in it."""
        notebook = nbformat.reads(content.decode(), as_version=4)
        for cell in notebook.cells:
            if is_answer(cell) and answer_name(cell) in self.answers:
                exercise = answer_name(cell)
                found = self.answers[exercise]
                # The student may have split a cell, or moved an exercise by an earlier, unfinished update.
                cells = [answer for file_name, answer in found if file_name == name] or [answer for _, answer in found]
                before, after = (
                    manifest["exercises"].get(exercise, {}).get("blank") for manifest in (self.old, self.new)
                )
                cell.source = "\n\n".join(answer.source for answer in cells)
                attachments = {key: image for answer in cells for key, image in answer.get("attachments", {}).items()}
                if attachments and cell.cell_type == "markdown":
                    cell.attachments = attachments
                plan.kept.append(exercise)
                plan.reworded += [exercise] if before != after else []
        return notebook_bytes(notebook)

    def _n_own_cells(self, name):
        """Return how many cells of a notebook, answers left out, the student wrote or changed."""
        cells = self.notebooks[name].cells if name in self.notebooks else []
        own = [cell for cell in cells if cell.source.strip() and (cell.id, digest(cell.source)) not in self.known]
        return sum(not (is_answer(cell) and answer_name(cell) in self.answers) for cell in own)


def _order(name):
    """Return what the writing of files is sorted by."""
    return (name == MANIFEST, name.startswith(LAST), name)
