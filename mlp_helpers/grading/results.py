"""Results of grading a submission, and the file that keeps them."""

import itertools
import json
from collections import defaultdict
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from mlp_helpers.course.cells import digest
from mlp_helpers.course.renamed import current
from mlp_helpers.services.files import replacing

STOPPED = "stopped"  # the answer or its check raised, took too long, or lost its kernel
MAX_NAME_CHARACTERS = 150  # of a file; file systems allow 255
MAX_FLAGS, MAX_FLAG_CHARACTERS = 20, 400  # of a submission: a cell of a spreadsheet holds 32,767 characters
MAX_OUTPUT_CHARACTERS = 20_000  # kept of what a check printed, of an error and of a hint
MAX_NAMES = 20  # of students in a sentence
FOLDER = "students"  # for the result files, in the folder of results
KEPT = ".kept-"  # before the number of a file that was set aside
REFUSED_SINCE = "a later file was refused, and the marks of the one before it stay: "
VERSION = 1  # of these files; those before the first number have none, and are of the same form


class Unreadable(ValueError):
    """A stored result is damaged, or of a later version than this one."""


@dataclass(frozen=True)
class ExerciseResult:
    """Result of an automatically graded exercise.

    Attributes
    ----------
    name, notebook : str
        Name of the exercise, and its file.
    points, possible : float
    state : {"right", "partly right", "not right", "not answered yet", "stopped"}
    answer : str
        The student's cell, "" if there is none.
    output : str
        Output of the check: the results of the answer for the check's inputs.
    error : str
        Error that stopped the answer or its check, "" if none did.
    hint : str
        Hint of the known mistake with this output, "" if there is none.
    seconds : float
        Run time of answer and check.
    earlier : list of dict
        Replaced marks: `points`, `date` (ISO 8601) and `reason` of the replacement, oldest first.
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
    """Result of a submission.

    Attributes
    ----------
    student : str
    key : str
        Digests of the submission's files and, by exercise, of the source and the seed, as `name=digest`, with spaces
        between them. What has another one is out of date. "" if it was refused.
    items : list of ExerciseResult
        In the order of the course.
    open_answers : dict from str to dict
        Answers that a person marks, by exercise: `source` of the cell, and `figures`, a list of PNG files in base64.
    networks : dict from str to dict
        Fields of the `NetworkResult` of each trained network, by exercise.
    flags : list of str
        Remarks on the files, for the student and the instructor; see `first_flags`.
    refused : str
        Why it was not graded, "" if it was.
    received : str
        The date of the submission's receipt, ISO 8601, "" if it has none.
    isolated : bool
        Whether it was run in a sandbox.
    out_of_time : bool
        Whether cells were not run because its time was up.
    held : dict
        The fields of a `Result` with new marks for the same files, which do not count before they are accepted.
    gone : bool
        Whether it is of an earlier run, and the submission is in the folder no more.
    """

    student: str
    key: str = ""
    items: list = field(default_factory=list)
    open_answers: dict = field(default_factory=dict)
    networks: dict = field(default_factory=dict)
    flags: list = field(default_factory=list)
    refused: str = ""
    received: str = ""
    isolated: bool = True
    out_of_time: bool = False
    held: dict = field(default_factory=dict)
    gone: bool = False

    @property
    def total(self):
        """Return the points of the automatic exercises."""
        return sum(item.points for item in self.items)


def clipped(text, most):
    """Return a text without its middle if it is longer than `most` characters; `most` is at least 100."""
    if len(text) <= most:
        return text
    half = (most - 50) // 2  # the mark needs less than 50 characters
    return f"{text[:half]}\n[… {len(text) - 2 * half:,} characters left out …]\n{text[-half:]}"


def first(texts, most, elsewhere=""):
    """Return the first `most` of a list of texts, and how many more there are `elsewhere`."""
    more = [f"and {len(texts) - most:,} more{elsewhere}"] if len(texts) > most else []
    return [*texts[:most], *more]


def first_flags(flags, most=MAX_FLAGS):
    """Return the first flags of a submission, clipped, and how many more there are; `MAX_FLAGS` are kept."""
    return [clipped(flag, MAX_FLAG_CHARACTERS) for flag in first(flags, most)]


def file_name(student):
    """Return a safe and unique name for a student's files, without suffix and not too long."""
    name = quote(student, safe=" ", errors="backslashreplace")
    return name if len(name) <= MAX_NAME_CHARACTERS else f"{name[:MAX_NAME_CHARACTERS]}-{digest(student)[:16]}"


def result_file(out, student):
    """Return the path of a student's result."""
    return Path(out) / FOLDER / f"{file_name(student)}.json"


def store(result, out):
    """Write a result to its file atomically."""
    path = result_file(out, result.student)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        temporary.write_text(json.dumps({"version": VERSION} | asdict(result), indent=1) + "\n", encoding="utf-8")


def load(out, student):
    """Return a student's stored result, None if there is none; raise `Unreadable` if it cannot be read."""
    path = result_file(out, student)
    return _read(path) if path.exists() else None


def stored(out, but=()):
    """Yield the stored results that can be read, but those of some students, in the order of their files."""
    others = {result_file(out, student) for student in but}
    for path in sorted({*Path(out, FOLDER).glob("*.json")} - others):
        with suppress(Unreadable):
            yield _read(path)


def _read(path):
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        version = fields.pop("version", VERSION)
        if version != VERSION:
            raise Unreadable(f"{path.name} is of version {version} of the results, and this course writes {VERSION}")
        result = result_of(fields)
        if result.held:
            result_of(result.held)
        if not all(isinstance(item.points, int | float) and isinstance(item.earlier, list) for item in result.items):
            raise TypeError("points or earlier marks")
    except (UnicodeError, json.JSONDecodeError, AttributeError, TypeError, KeyError) as error:
        raise Unreadable(f"{path.name} is damaged") from error
    return result


def result_of(fields):
    """Return a `Result` from its fields, a dict; raise TypeError or KeyError if it is of another form."""
    return Result(**fields | {"items": [ExerciseResult(**item) for item in fields["items"]]})


def set_aside(out, student):
    """Rename the file of a result that cannot be read, so that nothing replaces it; return its new name."""
    path = result_file(out, student)
    others = (path.with_name(f"{path.name}{KEPT}{number}") for number in itertools.count(1))
    return path.rename(next(other for other in others if not other.exists())).name


def kept_aside(out):
    """Return the names of the files that were set aside, oldest first: lists, by the name of the result's file."""
    found = defaultdict(list)
    for path in Path(out, FOLDER).glob(f"*{KEPT}*"):
        found[path.name.rpartition(KEPT)[0]].append(path.name)
    return {name: sorted(kept, key=lambda one: int(one.rpartition(KEPT)[2])) for name, kept in found.items()}


def succeeding(known, result, reason, is_asked=True, is_part=False):
    """Return a new result with the history of the earlier one, or the earlier one, flagged, if the new is a refusal.

    Exercises may have had other names in the earlier one.

    Parameters
    ----------
    known : Result or None
        The earlier one.
    result : Result
        The new one.
    reason : str
        Reason for the replacement.
    is_asked : bool
        Whether unchanged marks are recorded in the history, too.
    is_part : bool
        Whether the new one is for some exercises alone, so that the marks of the others stay.
    """
    if known is None or known.refused:
        return result
    if result.refused:
        flags = [flag for flag in known.flags if not flag.startswith(REFUSED_SINCE)]
        return replace(known, key="", held={}, flags=[*flags, REFUSED_SINCE + result.refused])
    date = datetime.now().astimezone().isoformat(timespec="seconds")
    before = {current(item.name): replace(item, name=current(item.name)) for item in known.items}
    new = {}
    for item in result.items:
        old = before.get(item.name)
        if old is not None:
            replaced = [{"points": old.points, "date": date, "reason": reason}]
            item = replace(item, earlier=old.earlier + (replaced if is_asked or old.points != item.points else []))
        new[item.name] = item
    if is_part:
        return replace(result, items=list((before | new).values()), networks=known.networks | result.networks)
    return replace(result, items=list(new.values()))
