"""Course as the reference for grading: its kernels, the expected outputs of its checks, the results of submissions."""

import ast
import os
import tempfile
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from unittest.mock import patch

from nbformat.v4 import new_output

from mlp_helpers.authoring.release import read_notebooks
from mlp_helpers.checking import wire
from mlp_helpers.checking.questions import LITERAL
from mlp_helpers.course import cells
from mlp_helpers.exercises import exercise
from mlp_helpers.grading import judging
from mlp_helpers.grading.budget import Budget, Clock
from mlp_helpers.grading.exercise_tests import Grading, checks, run
from mlp_helpers.grading.graft import graft
from mlp_helpers.grading.project import TASKS, Exam, graded_network
from mlp_helpers.grading.results import Result, first_flags
from mlp_helpers.grading.sandbox import package
from mlp_helpers.grading.sandbox.bubblewrap import revealed
from mlp_helpers.grading.sandbox.client import ForkServer, NoSandbox
from mlp_helpers.grading.sandbox.pool import Pool
from mlp_helpers.grading.sandbox.provisioner import SandboxSpecs
from mlp_helpers.nbcheck.kernels import Kernel, Session, ThisPython

DEADLINE_SECONDS = 30.0  # per cell


@dataclass(frozen=True)
class GradingPlan:
    """Settings of a grading run; picklable.

    Attributes
    ----------
    root : str
        The course's folder.
    seed : int
        Course seed of this grading run.
    deadline : float
        Seconds per cell.
    isolated : bool
        Whether kernels run in a sandbox.
    expected : dict from str to str, or None
        What each check displays as data with the reference's answer, by exercise or step; None if not known yet.
    budget : Budget
        Of time, for each submission.
    """

    root: str
    seed: int
    deadline: float = DEADLINE_SECONDS
    isolated: bool = True
    expected: dict = None
    budget: Budget = field(default_factory=Budget)


class ReferenceCourse:
    """Course to grade with: a context manager that stops its kernels and removes its copies of the package on exit.

    Parameters
    ----------
    plan : GradingPlan
    """

    def __init__(self, plan):
        self.plan, self.root = plan, Path(plan.root)
        self.source = read_notebooks(plan.root)
        self.items = cells.exercises(self.source)
        self.references = {
            name: source
            for _, cell in cells.answers(self.source)
            if not cells.is_open(cell)
            for name, source in _with_steps(cell).items()
        }
        self._sound = graft(self.source, self.source).notebooks
        self._run = [name for name, notebook in self.source.items() if any(map(_is_run, notebook.cells))]
        self.keys = self._keys()
        self.exams = {name: Exam(task, plan.seed, self.root / "data") for name, task in TASKS.items()}

    def _keys(self):
        """Return a digest of what marks depend on beside the submission, by exercise: seed, notebook and files.

        Files are those of the exercise and its steps, and those that belong to no exercise.
        """
        folder, files, keys = self.root / "mlp_helpers", defaultdict(list), {}
        for path in package.listed(folder, (*package.IN_KERNELS, *package.OUTSIDE)):
            room, *inside = path.relative_to(folder).with_suffix("").parts
            is_owned = room == "exercises" and (len(inside) > 1 or path.suffix == ".toml")
            files[inside[0] if is_owned else ""].append(cells.digest(path.read_bytes()))
        for item in self.items:
            notebook = cells.notebook_bytes(self._sound[item.notebook])
            owners = ["", item.name, *(exercise(item.name).steps if item.name in self.references else ())]
            parts = [str(self.plan.seed), cells.digest(notebook), *(part for owner in owners for part in files[owner])]
            keys[item.name] = cells.digest(" ".join(parts))[:16]
        return keys

    def __enter__(self):
        if self.plan.isolated and (copy := revealed(self.root / "mlp_helpers")):
            raise NoSandbox(f"{copy}, with its answers, would be seen inside: keep the course in a folder of its own")
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mlp-course-")))
            folder.chmod(0o755)  # kernels may run as other users
            conceals = {name: self.source[name].metadata.course.conceals for name in self._run}
            self._packages = package.copies(self.root / "mlp_helpers", conceals, folder)
            self._specs = self._specs_by_notebook(stack)
            self._pool = Pool(self._start, self._run)
            stack.callback(self._pool.close)
            self._stack = stack.pop_all()  # on success, `__exit__` closes it
        return self

    def __exit__(self, *exception):
        self._stack.close()

    def _start(self, name):
        """Start a `Kernel` for a notebook, which runs the set-up cells first; return it without waiting."""
        seed = f'import os\nos.environ["MLP_COURSE_SEED"] = "{self.plan.seed}"'
        setup_cells = [seed, *self._set_up(name)]
        folder = self._packages[name]
        environment = os.environ | {
            "PYTHONPATH": str(folder),
            "MLP_COURSE_DATA": str(self.root / "data"),
            "OPENBLAS_NUM_THREADS": "1",
        }  # used only without a sandbox
        return Kernel(folder, self._specs[name], environment=environment, setup_cells=setup_cells)

    def _specs_by_notebook(self, stack):
        """Return the kernel spec manager of each notebook; the ExitStack closes the fork servers behind them."""
        if not self.plan.isolated:
            return dict.fromkeys(self._run, ThisPython())
        specs = {}
        # Without root, all kernels of a fork server run as one user and share its process limit: one per notebook.
        for names in [self._run] if os.geteuid() == 0 else [[name] for name in self._run]:
            fork_server = ForkServer({Path(name).stem: self._packages[name] for name in names}, self.root / "data")
            stack.callback(fork_server.close)
            for name in names:
                modules = imported("\n".join(self._set_up(name)))
                specs[name] = SandboxSpecs(fork_server.notebook_server(Path(name).stem, modules))
        return specs

    def _set_up(self, name):
        return [cell.source for cell in self._sound[name].cells if cells.role(cell) == "set-up"]

    @property
    def automatic(self):
        """Return the names of the exercises that no person marks."""
        return [item.name for item in self.items if not item.is_open]

    @cached_property
    def expected(self):
        """Return what the source's checks display, a dict by exercise or step; raises as `expected_of` does."""
        if self.plan.expected is not None:
            return self.plan.expected
        return {item: text for name in self.source for item, text in self.expected_of(name).items()}

    def expected_of(self, name):
        """Return what the checks in one notebook of the source display as data, a dict by exercise or step.

        Raises
        ------
        RuntimeError
            A cell of the source failed, so the source is not fit to grade with.
        """
        found = {step: "" for cell in filter(cells.checked_name, self._sound[name].cells) for step in checks(cell)}
        if name not in self._run:
            return found
        with Session(lambda: self._pool.take(name), self.plan.deadline) as session:
            for cell in self._sound[name].cells:
                item = cells.answer_name(cell) if cells.is_answer(cell) else cells.checked_name(cell)
                if item and exercise(item).kind == LITERAL:
                    continue  # it is judged, not compared
                for step, source in (checks(cell) if cells.checked_name(cell) else {item: cell.source}).items():
                    ran = session.run(source)
                    if ran.error:
                        raise RuntimeError(f"a cell of the source failed, {ran.error}:\n{source}")
                    if cells.checked_name(cell):
                        found[step] = judging.displayed(ran.outputs)
        return found

    def mark(self, notebooks, unanswered=frozenset(), clock=None):
        """Grade grafted notebooks; return a list of `ExerciseResult`.

        Parameters
        ----------
        notebooks : dict from str to NotebookNode
            All or some of the course's, by file name.
        unanswered : set of str, optional
            Exercises that need not be run.
        clock : Clock, optional
            The submission's, by default a new one.
        """
        notebooks = {name: one for name, one in notebooks.items() if any(map(cells.checked_name, one.cells))}
        if not notebooks:
            return []
        for notebook in notebooks.values():
            for cell in filter(cells.checked_name, notebook.cells):
                cell.outputs = [new_output("display_data", {wire.MIME: self.expected[step]}) for step in checks(cell)]
                cell.execution_count = 1
        clock = clock or self.clock()
        return run(notebooks, Grading(self._pool.take, clock, self.references, unanswered, self.judge))

    def clock(self):
        """Return a new `Clock` for a submission."""
        return Clock(self.plan.budget, self.plan.deadline)

    def judge(self, name, expected, data):
        """Return what `judging.judge` does under the course seed of this grading run."""
        with course_seed_set(self.plan.seed):
            return judging.judge(name, expected, data)

    def grade(self, submission, items=()):
        """Return the `Result` of a `Submission`.

        Parameters
        ----------
        submission : Submission
        items : container of str, optional
            Exercises to grade; by default all.
        """
        items = items or self.keys
        grafted = graft(self.source, submission.notebooks)
        notebooks, unanswered = grafted.notebooks, grafted.unanswered
        wanted = {entry.notebook for entry in self.items if entry.name in items and not entry.file}
        notebooks = {name: notebook for name, notebook in notebooks.items() if name in wanted}
        unanswered = unanswered | (self.references.keys() - set(items))
        clock = self.clock()
        marks = {one.name: one for one in self.mark(notebooks, unanswered, clock)}
        flags = [*clock.flags, *submission.flags, *grafted.flags]
        with_file = [entry for entry in self.items if entry.file]
        contents, networks = _by_file([entry.file for entry in with_file], submission.networks, flags), {}
        for entry in with_file:
            if entry.name in items:
                marks[entry.name], found = graded_network(entry, contents[entry.file], self.exams[entry.name])
                if found is not None:
                    networks[entry.name] = asdict(found)
        names = [entry.name for entry in self.items if entry.name in marks and entry.name in items]
        return Result(
            submission.student,
            items=[marks[name] for name in names],
            open_answers={name: _as_handed_in(cell) for name, cell in grafted.open_answers.items()},
            networks=networks,
            flags=first_flags(flags),
            received=submission.received,
            isolated=self.plan.isolated,
            out_of_time=clock.is_over,
        )


def _is_run(cell):
    """Return whether a cell is a check that needs a kernel."""
    checked = cells.checked_name(cell)
    return checked is not None and exercise(checked).kind != LITERAL


def _with_steps(cell):
    """Return the sources of an answer cell and of each of its steps, a dict by exercise or step."""
    name = cells.answer_name(cell)
    steps = zip(exercise(name).points_shares, cells.pieces(cell.source), strict=True)
    return dict(steps) | {name: cell.source}


def _by_file(names, files, flags):
    """Return the content of each file asked for among those handed in, None if there is none; flag others."""
    found = {name: [path for path in files if path.rpartition("/")[2] == name] for name in names}
    others = [path for path in files if path.rpartition("/")[2] not in names]
    flags += [f"{path} was left out: a network's file is called {' or '.join(names)}" for path in others]
    flags += [f"{name}: there are {len(one)} files; the last counts" for name, one in found.items() if len(one) > 1]
    return {name: files[one[-1]] if one else None for name, one in found.items()}


def _as_handed_in(cell):
    """Return the source and the stored figures of an open answer."""
    data = [output.get("data", {}).get("image/png") for output in cell.get("outputs", ())]
    return {"source": cell.source, "figures": [image for image in data if isinstance(image, str)]}


def course_seed_set(seed):
    """Return a context manager that sets the course seed in this process."""
    return patch.dict(os.environ, MLP_COURSE_SEED=str(seed))


def imported(source):
    """Return the modules that a source imports at its top level."""
    nodes = ast.parse(source).body
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return sorted(names | {node.module for node in nodes if isinstance(node, ast.ImportFrom)})
