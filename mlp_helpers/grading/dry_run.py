"""Dry run of the grader: the solution must get all points, a blank none, and each mistake must lose its own."""

import shutil
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

import nbformat

from mlp_helpers.authoring.release import read_notebooks, student_notebook
from mlp_helpers.course.cells import exercises
from mlp_helpers.grading.batch import grade
from mlp_helpers.grading.mistakes import mistaken_submissions
from mlp_helpers.grading.reference_course import course_seed_set

SOLUTION, BLANK = "solution", "blank"
FILES = "scripts/project"  # the solution's files of trained networks


@dataclass
class Findings:
    """Findings of a dry run.

    Attributes
    ----------
    possible, solution, blank : float
        Points possible, and those that the solution and a blank got.
    mistakes : int
        Number of known mistakes graded.
    faults : list of str
        Reasons why the course is unfit.
    """

    possible: float
    solution: float
    blank: float
    mistakes: int
    faults: list = field(default_factory=list)

    @property
    def is_fit(self):
        """Return whether the course is fit to grade with."""
        return not self.faults

    def as_dict(self):
        """Return the findings and `is_fit` as a dict."""
        return asdict(self) | {"is_fit": self.is_fit}

    def __str__(self):
        counts = (
            f"solution {self.solution:g} of {self.possible:g} points, blank {self.blank:g}, {self.mistakes} mistakes, "
            f"{len(self.faults)} faults"
        )
        verdict = "The course is fit to grade with." if self.is_fit else "The course is NOT fit to grade with:"
        return "\n".join([counts, verdict, *(f"  {fault}" for fault in self.faults)])


def findings(plan, executor, width, tell):
    """Return the `Findings` of a dry run.

    Parameters
    ----------
    plan, executor, width, tell
        As in `batch.grade`.
    """
    source = read_notebooks(plan.root)
    with course_seed_set(plan.seed):
        mistaken = {f"mistakes-{number:02}": pair for number, pair in enumerate(mistaken_submissions(source), start=1)}
    submissions = {
        SOLUTION: source,
        BLANK: {name: student_notebook(notebook) for name, notebook in source.items()},
        **{student: notebooks for student, (notebooks, _) in mistaken.items()},
    }
    with tempfile.TemporaryDirectory() as folder:
        files = {item: Path(plan.root, FILES, item.file) for item in exercises(source) if item.file}
        for student, notebooks in submissions.items():
            _write(notebooks, Path(folder, "submissions", student))
            for item, path in files.items():
                if student != BLANK:
                    shutil.copy(path, Path(folder, "submissions", student, item.notebook).parent)
        out = Path(folder, "results")
        out.mkdir()
        results = {
            result.student: result
            for result in grade(Path(folder, "submissions"), out, plan, executor, width, tell=tell)
        }
    automatic = [item for item in exercises(source) if not item.is_open]
    found = Findings(
        possible=sum(item.points for item in automatic),
        solution=results[SOLUTION].total,
        blank=results[BLANK].total,
        mistakes=sum(len(made) for _, made in mistaken.values()),
    )
    found.faults += _faults(results.pop(SOLUTION), {}, automatic)
    found.faults += _faults(results.pop(BLANK), {item.name: ("", 0.0) for item in automatic}, automatic)
    for student, result in results.items():
        found.faults += _faults(result, mistaken[student][1], automatic)
    return found


def _write(notebooks, folder):
    for name, notebook in notebooks.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)


def _faults(result, made, automatic):
    """Yield a fault if the submission was refused, else one for each exercise with unexpected points.

    `made` holds, by exercise, the name of a mistake in it and the share of the points that it earns.
    """
    if result.refused:
        yield f"{result.student}: refused: {result.refused}"
        return
    points = {item.name: item.points for item in result.items}
    for item in automatic:
        mistake, share = made.get(item.name, ("", 1.0))
        got, should = points.get(item.name), round(item.points * share, 2)
        if got != should:
            name = f"{item.name} ({mistake})" if mistake else item.name
            yield f"{result.student}: {name} got {got} points, where {should:g} are right"
