"""Time grading by the course and by nbgrader on the same submissions, and a large batch: `make bench-grading`.

Both graders execute the same cells, the course in its sandbox, and must award the expected marks. Needs Linux,
bubblewrap, and nbgrader in an environment of its own: `make .venv-nbgrader/installed`. Takes the better part of an
hour. Run it on an idle machine.
"""

import argparse
import copy
import csv
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from functools import cached_property, partial
from pathlib import Path

import nbformat
import psutil
from goals import HEAD, Goal

from mlp_helpers.authoring.release import read_notebooks
from mlp_helpers.course.cells import answer_name, answered_by, answers, exercises
from mlp_helpers.grading.graft import graft
from mlp_helpers.grading.mistakes import mistake_cells, mistaken_submissions
from mlp_helpers.services.files import write_file

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("sequential", "scaling", "batch")
SEED = 1
ASSIGNMENT = "mlp-course"  # nbgrader's name for all notebooks together
# A wrong line in place of an answer, and the exercises that depend on that answer: in nbgrader they lose points, too.
MISTAKES = {
    "softplus_d": ("return x", set()),
    "slope": ("return x", set()),
    "sgd_step": ("params -= learning_rate * grads", {"sgd_epoch"}),
    "momentum_step": ("return None", set()),
}
COURSE, NBGRADER, ALL_CORES = "course, one core", "nbgrader, one core", "nbgrader, all cores"
ONE, TWO = "course, one worker", "course, two workers"
SMALLEST = 60  # submissions of a batch
SCORES = """
import json, sys
from nbgrader.api import Gradebook
with Gradebook(sys.argv[1]) as gradebook:
    print(json.dumps({
        submission.student.id: {grade.name: grade.auto_score for nb in submission.notebooks for grade in nb.grades}
        for submission in gradebook.assignment_submissions(sys.argv[2])
    }))
"""


class WrongMarks(RuntimeError):
    """Raised if a grader awards unexpected marks, so that times cannot be compared."""


def main():
    """Measure the chosen parts and print the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; by default all")
    parser.add_argument("--rounds", type=int, default=3, help="of the first two parts")
    parser.add_argument(
        "--submissions", type=int, default=20, help="of the first part; the second has five times as many"
    )
    parser.add_argument("--size", type=int, default=300, help=f"submissions of the batch, at least {SMALLEST}")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    parts = options.parts or PARTS
    if unknown := set(parts) - set(PARTS):
        parser.error(f"a part must be one of {', '.join(PARTS)}, got {', '.join(unknown)}")
    if options.size < SMALLEST:
        parser.error(f"--size must be at least {SMALLEST}, got {options.size}")
    results, goals = {}, []
    with tempfile.TemporaryDirectory() as folder:
        material = Material(Path(folder))
        if "sequential" in parts:
            seconds = in_turns((COURSE, NBGRADER, ALL_CORES), material, options.submissions, options.rounds)
            results["seconds a submission"] = seconds
            text = "seconds a submission, course by nbgrader, both on one core"
            goals.append(Goal(text, 0.5, False, by(seconds, COURSE, NBGRADER)))
            goals.append(Goal("the same, where nbgrader has all cores", 0.5, False, by(seconds, COURSE, ALL_CORES)))
        if "scaling" in parts:
            seconds = in_turns((ONE, TWO), material, 5 * options.submissions, options.rounds)
            results["seconds a submission, by workers"] = seconds
            goals.append(Goal("submissions an hour, two workers by one", 1.7, True, by(seconds, ONE, TWO)))
        if "batch" in parts:
            results["batch"] = batch(material, options.size)
            goals += flatness(results["batch"])
    report(results, goals, options.json)


class Material:
    """Solved notebooks, reduced to the cells that grading runs, and the files of both graders below a folder."""

    def __init__(self, folder):
        self.folder = folder
        source = read_notebooks(ROOT)
        self.solved = graft(source, source).notebooks
        self.points = {item.name: item.points for item in exercises(source) if not (item.is_open or item.file)}
        self.sources = {answer_name(cell): cell.source for _, cell in answers(self.solved)}

    @cached_property
    def nbgrader(self):
        """`Nbgrader`, created on first use: a batch needs none."""
        return Nbgrader(self.folder / "nbgrader", self.solved)

    def hand_in(self, submissions):
        """Write submissions, {student: {exercise: source of a wrong answer}}, into a new folder; return the folder."""
        given = Path(tempfile.mkdtemp(dir=self.folder))
        for student, wrong in submissions.items():
            notebooks = copy.deepcopy(self.solved)
            for _, cell in answers(notebooks):
                cell.source = wrong.get(answer_name(cell), cell.source)
            write(given / student, notebooks)
        return given

    def marks(self, lost):
        """Return the points of each exercise, 0 for those in `lost`."""
        return {name: 0 if name in lost else points for name, points in self.points.items()}


class Nbgrader:
    """nbgrader in a course folder that holds the release; the home directory is not used."""

    def __init__(self, folder, notebooks):
        self.folder = folder / "course"
        binaries = ROOT / ".venv-nbgrader" / "bin"
        self.python = str(binaries / "python")
        places = ("HOME", "IPYTHONDIR", "MPLCONFIGDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
        self.environment = {  # no variables of this shell, as in the sandbox
            **{place: str(folder / place) for place in places},
            "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",  # nbgrader calls alembic
            "LANG": "C.UTF-8",
        }
        write(self.folder / "source" / ASSIGNMENT, notebooks)
        (folder / "HOME").mkdir()
        self.run(self.folder, "-m", "nbgrader", "generate_assignment", ASSIGNMENT)

    def run(self, folder, *arguments):
        """Run nbgrader's Python in a folder; return its standard output."""
        return call([self.python, *arguments], folder, self.environment)

    def grade(self, given, folder):
        """Grade a folder of submissions in a new copy of the course folder; return seconds and {student: marks}."""
        shutil.copytree(self.folder, folder)
        for submission in given.iterdir():
            shutil.copytree(submission, folder / "submitted" / submission.name / ASSIGNMENT)
        started = time.perf_counter()
        self.run(folder, "-m", "nbgrader", "autograde", ASSIGNMENT)
        taken = time.perf_counter() - started
        found = json.loads(self.run(folder, "-c", SCORES, f"sqlite:///{folder / 'gradebook.db'}", ASSIGNMENT))
        return taken, {
            student: {name.removesuffix("-check"): score for name, score in scores.items()}
            for student, scores in found.items()
        }


def write(folder, notebooks):
    """Write notebooks into a new folder."""
    folder.mkdir(parents=True)
    for name, notebook in notebooks.items():
        nbformat.write(notebook, folder / Path(name).name)


def call(command, folder, environment=None):
    """Run a command in a folder; return its standard output, or raise RuntimeError with all of its output."""
    ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if ended.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{ended.stdout}{ended.stderr}")
    return ended.stdout


def course_command(given, out, jobs):
    """Return the course's command line that grades a folder of submissions."""
    program = str(Path(sys.executable).with_name("mlp-course"))
    return [program, "grade", str(given), "--out", str(out), "--seed", str(SEED), "--jobs", str(jobs)]


def course_marks(out, exercises):
    """Return {student: {exercise: points}} from a gradebook of the course."""
    with (out / "gradebook.csv").open(newline="", encoding="utf-8") as file:
        return {row["student"]: {name: float(row[name]) for name in exercises} for row in csv.DictReader(file)}


def compare(grader, expected, found):
    """Raise `WrongMarks` if the marks found, {student: {exercise: points}}, are not the expected ones."""
    wrong = [
        f"{student}: {name} must get {points:g}, got {found.get(student, {}).get(name)}"
        for student, marks in expected.items()
        for name, points in marks.items()
        if found.get(student, {}).get(name) != points
    ]
    if wrong:
        raise WrongMarks("\n".join([f"{grader} gave other marks than it should:", *wrong]))


def on_one_core(grade, *arguments):
    """Call a function while this process, and those that it starts, are pinned to one core."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        return grade(*arguments)
    finally:
        os.sched_setaffinity(0, cores)


def with_mistakes(material, n):
    """Hand in `n` submissions, most with a mistake; return their folder and {student: mistake or None}."""
    wrong = {name: answered_by(material.sources[name], [line]) for name, (line, _) in MISTAKES.items()}
    mistakes = [None, *MISTAKES]
    mistake_of = {f"s{i:03}": mistakes[i % len(mistakes)] for i in range(n)}
    return material.hand_in({student: {name: wrong.get(name)} for student, name in mistake_of.items()}), mistake_of


def by_course(jobs, material, given, mistake_of, folder):
    """Return the course's seconds per submission, start-up and shutdown included."""
    started = time.perf_counter()
    call(course_command(given, folder, jobs), ROOT)
    taken = time.perf_counter() - started
    expected = {student: material.marks({name}) for student, name in mistake_of.items()}
    compare("the course", expected, course_marks(folder, material.points))
    return taken / len(mistake_of)


def by_nbgrader(material, given, mistake_of, folder):
    """Return nbgrader's seconds per submission."""
    taken, found = material.nbgrader.grade(given, folder)
    lost = {student: {name} | MISTAKES[name][1] if name else set() for student, name in mistake_of.items()}
    compare("nbgrader", {student: material.marks(lost[student]) for student in lost}, found)
    return taken / len(mistake_of)


WAYS = {
    COURSE: partial(on_one_core, by_course, 1),
    NBGRADER: partial(on_one_core, by_nbgrader),
    ALL_CORES: by_nbgrader,
    ONE: partial(on_one_core, by_course, 1),
    TWO: partial(by_course, 2),
}


def in_turns(ways, material, n, rounds):
    """Return the seconds per submission of some of `WAYS` to grade, in each round; they take turns."""
    given, mistake_of = with_mistakes(material, n)
    seconds = {way: [] for way in ways}
    for _ in range(rounds):
        for way, found in seconds.items():
            with tempfile.TemporaryDirectory(dir=material.folder) as folder:
                found.append(WAYS[way](material, given, mistake_of, Path(folder, "graded")))
        print("; ".join(f"{way} {found[-1]:.2f} s" for way, found in seconds.items()), flush=True)
    return seconds


def by(seconds, way, other):
    """Return the time of one way divided by that of another, in each round."""
    return [a / b for a, b in zip(seconds[way], seconds[other], strict=True)]


def batch(material, size):
    """Grade a large batch; return the finishing time of each submission and the course's memory then, in MiB."""
    mistakes = mistake_cells(material.solved)
    shares = {called: share for _, made in mistaken_submissions(material.solved) for called, share in made.values()}
    rng = random.Random(SEED)
    made = {
        f"s{i:03}": {name: rng.choice(cells) for name, cells in mistakes.items() if cells and rng.random() < 0.5}
        for i in range(size)
    }
    wrong = {student: {name: cell for name, (_, cell) in cells.items()} for student, cells in made.items()}
    given, out = material.hand_in(wrong), material.folder / "batch"
    found = watched(course_command(given, out, jobs=2), size)
    expected = {
        student: material.points
        | {name: round(material.points[name] * shares[called], 2) for name, (called, _) in cells.items()}
        for student, cells in made.items()
    }
    compare("the course", expected, course_marks(out, material.points))
    return found


def watched(command, size):
    """Run a grading command; return {"graded": …, "seconds": …, "MiB": …}, a number per line of progress in each."""
    found, said, started = {"graded": [], "seconds": [], "MiB": []}, [], time.perf_counter()
    with psutil.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        for line in process.stdout:
            said.append(line)
            if progress := re.match(rf"(\d+) of {size}\b", line):
                found["graded"].append(int(progress[1]))
                found["seconds"].append(time.perf_counter() - started)
                found["MiB"].append(resident(process) / 2**20)
    if process.returncode or found["graded"][-1:] != [size]:
        raise RuntimeError(f"{' '.join(command)} failed, or did not tell of the last submission:\n{''.join(said)}")
    return found


def resident(process):
    """Return the resident memory of a process and its descendants in bytes, without sandboxes."""
    try:
        if process.name() == "bwrap":
            return 0
        return process.memory_info().rss + sum(map(resident, process.children()))
    except psutil.NoSuchProcess:
        return 0


def flatness(found):
    """Return the goals for a batch. Memory is a median of several samples, since processes come and go meanwhile."""
    graded, seconds, memory = found["graded"], found["seconds"], found["MiB"]
    third, tenth = len(graded) // 3, len(graded) // 10
    early, late = statistics.median(memory[:tenth]), statistics.median(memory[-tenth:])
    first = (seconds[third - 1] - seconds[0]) / (graded[third - 1] - graded[0])  # without start-up
    last = (seconds[-1] - seconds[-1 - third]) / (graded[-1] - graded[-1 - third])
    return [
        Goal(f"growth from submission {graded[tenth - 1]} to {graded[-1]}, MiB", 50, False, [late - early]),
        Goal("seconds a submission, the last third by the first", 1.1, False, [last / first]),
    ]


def report(results, goals, json_file):
    """Print the medians and the goals; if a file is given, write all measurements to it."""
    for part in [part for part in results if part != "batch"]:
        print(f"\n{part}, median (range) of the rounds")
        for way, found in results[part].items():
            print(f"{way:24}{statistics.median(found):8.2f} ({min(found):.2f} to {max(found):.2f})")
    print(f"\n{HEAD}", *goals, sep="\n")
    if json_file is not None:
        results["goals"] = {goal.text: goal.rounds for goal in goals}
        write_file(json_file, json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
