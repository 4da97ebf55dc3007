"""Plan of an update: which files of a student's folder change, and where each answer and guess goes."""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from nbformat.v4 import new_code_cell

from mlp_helpers.course.cells import (
    answer_name,
    answers,
    digest,
    functions,
    guess_name,
    is_answer,
    notebook_bytes,
    notebook_from,
    role,
    stamp_of,
    up_to_date,
)
from mlp_helpers.course.manifest import MANIFEST, readable_notebooks
from mlp_helpers.course.renamed import RENAMED, current, in_source

# Files that the update command imports are replaced last, those that others import first, so that it most likely still
# runs after an interruption.
LAST = tuple(f"mlp_helpers/{name}" for name in ("__init__.py", "services/", "course/", "cli.py"))


@dataclass
class UpdatePlan:
    """The changes of an update.

    Attributes
    ----------
    writes : dict from str to bytes
        New content by path, in the order of writing.
    removals : list of str
        Paths of the old release that are missing from the new one.
    changed : list of str
        Paths of the files, other than notebooks, that the student changed and that are replaced or removed.
    kept : list of str
        Exercises whose answers are kept.
    reworded : list of str
        Those of them whose text changed.
    vanished : list of str
        Answered exercises that are missing from the new release.
    own_cells : dict from str to int
        Number of the student's own cells that only the backup holds, by notebook.
    unreadable : list of str
        Paths of damaged notebooks.
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
    """Contents of a student's folder, with the student's answers.

    Parameters
    ----------
    folder : path
    old, new : dict
        Manifests of the installed and of the new release.
    unfinished : list of str
        Backups of interrupted updates, oldest first, which are searched for answers, too.
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
        self.known_texts = {text for _, text in self.known}
        self.notebooks = readable_notebooks(folder, self.names)
        self.answers, self.guesses, self.placed = {}, {}, set()
        for notebooks in (self.notebooks, *(readable_notebooks(folder / one, self.names) for one in unfinished[::-1])):
            self.answers = self._answers(notebooks) | self.answers
            self.guesses = self._guesses(notebooks) | self.guesses

    def _answers(self, notebooks):
        """Return {exercise: list of (file name, cell)} of the answered exercises, under their current names."""
        found = defaultdict(list)
        for file_name, cell in answers(notebooks):
            answer = up_to_date(cell)
            if cell.source.strip() and self.blanks.isdisjoint((digest(cell.source), digest(answer.source))):
                found[answer_name(answer)].append((file_name, answer))
        return dict(found)

    def _guesses(self, notebooks):
        """Return {cell id: source} of the guesses that were made, {name: source} of those in cells without an id."""
        found = (cell for notebook in notebooks.values() for cell in notebook.cells if role(cell) == "guess")
        return {cell.get("id", guess_name(cell)): cell.source for cell in found if not self._is_released(cell)}

    def _is_released(self, cell):
        """Return whether a cell is as it was released. Notebooks of older formats, as Colab's, have no cell ids."""
        if "id" in cell:
            return (cell.id, digest(cell.source)) in self.known
        return digest(cell.source) in self.known_texts

    def plan(self, files):
        """Return the `UpdatePlan` that installs the files of the new release, a dict from path to bytes."""
        plan = UpdatePlan()
        old, new = self.old["files"], self.new["files"]
        plan.removals = [name for name in old if name not in new and self._is_there(name)]
        lost = {name for name in plan.removals if name in self.old["cells"]}
        for name in sorted(files, key=_order):
            content = files[name]
            if name in self.new["cells"]:
                if name in self.notebooks and old.get(name) == new[name] and not self._is_stale(name):
                    continue  # unchanged between the releases: the student's file stays
                content = self._with_answers(name, content, plan)
                lost.add(name)
            if not self._is_there(name) or (self.folder / name).read_bytes() != content:
                plan.writes[name] = content
        touched = [*plan.writes, *plan.removals]
        plan.changed = [name for name in touched if self._is_changed(name) and name not in self.names]
        plan.unreadable = [
            name for name in touched if name in self.names and self._is_there(name) and name not in self.notebooks
        ]
        plan.vanished = [name for name, found in self.answers.items() if self._vanishes(name, found, lost)]
        plan.own_cells = {name: n for name in lost if (n := self._n_own_cells(name)) and name in touched}
        return plan

    def _is_stale(self, name):
        """Return whether an older text was saved over a notebook, as JupyterLab does if it was open in an update.

        Notebooks of older editions do not say what their text is.
        """
        own = self.notebooks[name].metadata.get("course", {}).get("text")
        return own not in (None, stamp_of(self.new["cells"][name]))

    def _is_there(self, name):
        return (self.folder / name).is_file()

    def _is_changed(self, name):
        """Return whether a file exists and differs from both releases."""
        if name == MANIFEST or not self._is_there(name):
            return False
        return digest((self.folder / name).read_bytes()) not in (
            self.old["files"].get(name),
            self.new["files"].get(name),
        )

    def _vanishes(self, name, found, lost):
        return name not in {*self.new["exercises"], *self.placed} and any(file_name in lost for file_name, _ in found)

    def _with_answers(self, name, content, plan):
        """Return the content of a released notebook with the student's answers; record them in `plan`."""
        notebook = notebook_from(content)
        for cell in notebook.cells:
            if is_answer(cell) and (cells := [*self._found(answer_name(cell), name), *self._steps(cell, name)]):
                exercise = answer_name(cell)
                plan.kept.append(exercise)
                plan.reworded += [exercise] if self._is_reworded(exercise, cell.source) else []
                cell.source = "\n\n".join(answer.source for answer in cells)
                attachments = {key: image for answer in cells for key, image in answer.get("attachments", {}).items()}
                if attachments and cell.cell_type == "markdown":
                    cell.attachments = attachments
            elif role(cell) == "guess":
                made = self.guesses.get(guess_name(cell), cell.source)
                cell.source = self.guesses.get(cell.id, made)
        return notebook_bytes(notebook)

    def _is_reworded(self, exercise, source):
        """Return whether the released source of an exercise differs from the old release's in more than its name."""
        names = [exercise, *(former for former, name in RENAMED.items() if name == exercise)]
        before = {name: self.old["exercises"].get(name, {}).get("blank") for name in names}
        return all(blank != digest(in_source(source, {exercise: name})) for name, blank in before.items())

    def _found(self, exercise, name):
        """Return the cells of the student with an answer to an exercise, those of a notebook if it has any.

        The student may have split a cell, or an interrupted update may have moved an exercise.
        """
        found = self.answers.get(exercise, [])
        return [answer for file_name, answer in found if file_name == name] or [answer for _, answer in found]

    def _steps(self, cell, name):
        """Return cells with the steps of a released answer that the student's lacks, [] if all of them would be blank.

        In an older edition a step may have been an exercise of its own, whose answer is its cell.
        """
        steps = functions(cell.source) if cell.cell_type == "code" else {}
        if len(steps) < 2:
            return []
        self.placed.update(steps)
        own = self._found(answer_name(cell), name)
        sources = "\n".join(answer.source for answer in own)  # which need not be valid Python
        lacking = [step for step in steps if not re.search(rf"^(def {step}\b|{step}\s*=)", sources, re.MULTILINE)]
        found = {step: self._found(step, name) for step in lacking}
        if not own and not any(found.values()):
            return []
        return [one for step in lacking for one in found[step] or [new_code_cell(steps[step].strip())]]

    def _n_own_cells(self, name):
        """Return the number of cells of a notebook, answers excluded, that the student wrote or changed."""
        cells = self.notebooks[name].cells if name in self.notebooks else []
        own = [cell for cell in cells if cell.source.strip() and not self._is_released(cell)]
        others = [cell for cell in own if role(cell) != "guess"]
        return sum(not is_answer(cell) or current(answer_name(cell)) not in self.answers for cell in others)


def _order(name):
    """Return the sort key of a file in the order of writing."""
    last = [number for number, start in enumerate(LAST, 1) if name.startswith(start)]
    return (name == MANIFEST, *(last or [0]), name)
