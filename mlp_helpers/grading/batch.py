"""Grades a folder of submissions: one result file a student, and a gradebook made of them.

A result is written when it is complete. So a run that was killed goes on where it was, and grades each submission once.
"""

import asyncio
import csv
import io
import json
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import quote

from mlp_helpers.exercise_cells import answer_name, answers, digest, is_open, items
from mlp_helpers.files import replacing
from mlp_helpers.grading.graft import graft
from mlp_helpers.grading.run import expected_outputs, mark, without_answers
from mlp_helpers.grading.sandbox import SandboxSpecs
from mlp_helpers.grading.submissions import Refused, find, read
from mlp_helpers.kernels import Session
from mlp_helpers.release import notebook_bytes, read_notebooks

DEADLINE = 30.0  # seconds for a cell
GRADEBOOK = "gradebook.csv"
FOLDER = "students"  # of the result files


@dataclass
class Result:
    """What a submission is worth.

    Attributes
    ----------
    student : str
    key : str
        Of the source, the seed and the submission: a result with another key is out of date. "" where it was refused.
    items : list of dict
        A `run.Marked` each, as a dict.
    open_answers : dict from str to str
        What a person has to mark.
    flags : list of str
    refused : str
        Why it was not graded, "" where it was.
    """

    student: str
    key: str
    items: list = field(default_factory=list)
    open_answers: dict = field(default_factory=dict)
    flags: list = field(default_factory=list)
    refused: str = ""

    @property
    def total(self):
        return sum(item["points"] for item in self.items)


class Course:
    """The source that submissions are graded with.

    Parameters
    ----------
    root : path
        Its folder.
    seed : int
        Of this grading run.
    folder : path
        For the packages without answers.
    deadline : float, optional
        Seconds for a cell.
    """

    def __init__(self, root, seed, folder, deadline=DEADLINE):
        self.root, self.seed, self.deadline = Path(root), seed, deadline
        self.source = read_notebooks(root)
        self.items = items(self.source)
        self.reference = {answer_name(cell): cell.source for _, cell in answers(self.source) if not is_open(cell)}
        self._sound = graft(self.source, self.source).notebooks
        self._packages = {
            name: without_answers(
                self.root / "mlp_helpers", notebook.metadata.course.conceals, folder / Path(name).stem
            )
            for name, notebook in self.source.items()
        }
        self._expected = {}
        self.key = digest(f"{seed} " + " ".join(digest(notebook_bytes(notebook)) for notebook in self._sound.values()))

    def session(self, name):
        """Return a `Session` for a notebook, in a sandbox."""
        specs = SandboxSpecs(package=str(self._packages[name]), data=str(self.root / "data"))
        return Session(self.root, self.deadline, specs)

    async def mark(self, name, notebook):
        """Return what a grafted notebook gets, a list of `run.Marked`."""
        if name not in self._expected:
            async with self.session(name) as session:
                self._expected[name] = await expected_outputs(self._sound[name], session, self.seed)
        async with self.session(name) as session:
            return await mark(notebook, self.reference, self._expected[name], session, self.seed)

    def key_of(self, submission):
        """Return what the result of a submission depends on, as a text."""
        contents = [name + digest(notebook_bytes(notebook)) for name, notebook in submission.notebooks.items()]
        return digest(" ".join([self.key, *contents, *submission.flags]))

    async def grade(self, submission):
        """Return the `Result` of a submission."""
        grafted = graft(self.source, submission.notebooks)
        flags = [*submission.flags, *grafted.flags]
        result = Result(submission.student, self.key_of(submission), flags=flags)
        result.open_answers = {name: cell.source for name, cell in grafted.open_answers.items()}
        for name, notebook in grafted.notebooks.items():
            result.items += [asdict(marked) for marked in await self.mark(name, notebook)]
        return result


def grade(submissions, out, root, seed, tell):
    """Grade a folder of submissions; return the list of `Result`, by student.

    Parameters
    ----------
    submissions, out : path
        Of the submissions, and for the results.
    root : path
        The course's folder.
    seed : int
        Of this grading run. The same seed gives the same gradebook.
    tell : callable
        Is told a line for each submission.

    Raises
    ------
    Refused
        There are no submissions.
    """
    found = find(submissions)
    out = Path(out)
    (out / FOLDER).mkdir(parents=True, exist_ok=True)
    results = []
    with tempfile.TemporaryDirectory() as folder:
        course = Course(root, seed, Path(folder))
        for number, (student, paths) in enumerate(found.items(), start=1):
            result = _graded(course, out, student, paths)
            results.append(result)
            tell(f"{number} of {len(found)}  {student}: {result.refused or f'{result.total:g}'}")
        with replacing(out / GRADEBOOK) as temporary:
            temporary.write_text(gradebook(results, course.items), encoding="utf-8")
    return results


def _graded(course, out, student, paths):
    """Return the result of a submission, from an earlier run if that still holds; store it."""
    try:
        submission = read(student, paths)
    except Refused as error:
        result = Result(student, "", refused=str(error))
    else:
        result = _kept(out, student, course.key_of(submission))
        if result is not None:
            return result
        result = asyncio.run(course.grade(submission))
    with replacing(_file(out, student)) as temporary:
        temporary.write_text(json.dumps(asdict(result), indent=1) + "\n", encoding="utf-8")
    return result


def _file(out, student):
    return out / FOLDER / f"{quote(student, safe='')}.json"


def _kept(out, student, key):
    """Return the result of an earlier run that still holds, or None."""
    try:
        result = Result(**json.loads(_file(out, student).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return result if result.key == key else None


def gradebook(results, course_items):
    """Return the gradebook as CSV: a row a student, a column an item; open items are empty, for a person to fill."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["student", *(item.name for item in course_items), "total", "flags"])
    for result in sorted(results, key=lambda result: result.student):
        points = {item["name"]: item["points"] for item in result.items}
        row = [points.get(item.name, "" if item.is_open else 0) for item in course_items]
        flags = [f"refused: {result.refused}"] if result.refused else result.flags
        writer.writerow([harmless(result.student), *row, result.total, harmless("; ".join(flags))])
    return text.getvalue()


def harmless(text):
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
