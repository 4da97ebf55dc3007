"""Results of grading a submission, and the file that keeps them."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import quote

from mlp_helpers.checking.observations import RIGHT, UNANSWERED, WRONG
from mlp_helpers.course.cells import digest
from mlp_helpers.files import replacing

STOPPED = "stopped"  # the answer or its check raised, took too long, or lost its kernel
STATES = (RIGHT, WRONG, UNANSWERED, STOPPED)
MAX_NAME_CHARACTERS = 150  # of a file, of which systems allow 255 characters
FOLDER = "students"  # of the result files, in the folder of results


@dataclass(frozen=True)
class ExerciseResult:
    """What a student gets for an exercise that is graded automatically.

    Attributes
    ----------
    name, notebook : str
        Of the exercise, and the file that it is in.
    points, possible : float
    state : {"right", "not right", "not answered yet", "stopped"}
    answer : str
        The student's cell, "" where there is none.
    output : str
        What the check printed: what the answer made of the check's inputs.
    error : str
        What stopped the answer or its check, "" where nothing did.
    hint : str
        Of the known mistake that gives just this output, "" where there is none.
    seconds : float
        That answer and check took.
    earlier : list of dict
        Marks that were replaced since: `points`, `date` (ISO 8601) and `reason` of the replacement, oldest first.
    """

    name: str
    notebook: str
    points: float
    possible: float
    state: str
    answer: str = ""
    output: str = ""
    error: str = ""
    hint: str = ""
    seconds: float = 0.0
    earlier: list = field(default_factory=list)


@dataclass
class Result:
    """What a submission is worth.

    Attributes
    ----------
    student : str
    key : str
        Of the source, the seed and the submission: a result with another key is out of date. "" where it was refused.
    items : list of ExerciseResult
        In the order of the course.
    open_answers : dict from str to dict
        What a person has to mark, by exercise: `source` of the cell, and `figures`, a list of PNG files in base64.
    flags : list of str
        What a person should know.
    refused : str
        Why it was not graded, "" where it was.
    received : str
        The date of the submission's receipt, ISO 8601, "" where it has none.
    isolated : bool
        Whether it was run in a sandbox.
    """

    student: str
    key: str = ""
    items: list = field(default_factory=list)
    open_answers: dict = field(default_factory=dict)
    flags: list = field(default_factory=list)
    refused: str = ""
    received: str = ""
    isolated: bool = True

    @property
    def total(self):
        """Return the points of the automatic exercises."""
        return sum(item.points for item in self.items)


def file_name(student):
    """Return a name for a student's files, without suffix: safe, another one for each student, not too long."""
    name = quote(student, safe=" ", errors="backslashreplace")
    return name if len(name) <= MAX_NAME_CHARACTERS else f"{name[:MAX_NAME_CHARACTERS]}-{digest(student)[:16]}"


def result_file(out, student):
    """Return the path of a student's result."""
    return Path(out) / FOLDER / f"{file_name(student)}.json"


def store(result, out):
    """Write a result to its file; the file is complete, or as it was before."""
    path = result_file(out, result.student)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(asdict(result), indent=1) + "\n", encoding="utf-8")


def load(out, student):
    """Return a stored result, or None where there is none that can be read."""
    try:
        fields = json.loads(result_file(out, student).read_text(encoding="utf-8"))
        return Result(**fields | {"items": [ExerciseResult(**item) for item in fields["items"]]})
    except (OSError, ValueError, TypeError, KeyError):
        return None
