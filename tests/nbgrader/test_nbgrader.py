"""Compatibility with nbgrader: the real nbgrader validates, releases and grades the source notebooks.

`make test-nbgrader` runs this in an environment of its own. nbgrader executes all cells, demonstrations too, so a whole
submission takes minutes: one is whole, and the others leave demonstrations out.
"""

import copy
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from mlp_helpers.authoring.lint import normalised, secret_lines
from mlp_helpers.authoring.release import student_notebook
from mlp_helpers.course.cells import answer_name, answered_by, is_answer, role

api = pytest.importorskip("nbgrader.api", reason="nbgrader is not here: make test-nbgrader")

BIN = Path(sys.executable).parent
PATHS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
COURSE = "mlp-course"  # one assignment of all notebooks
# An instructor needs the first line. The second is for many kernels that start at once: two could get one TCP port.
CONFIG = """
c.Execute.timeout = 600
c.KernelManager.transport = "ipc"
"""
# Wrong lines in place of answers, and the exercises that lose points by them: "calls", an answer that three others
# call; "three", answers in three notebooks, one of them the first of two steps.
MISTAKES = {
    "calls": (
        {"sgd_step": "params -= learning_rate * grads"},
        {"sgd_step", "sgd_epoch", "gd_epoch", "train"},
    ),
    "three": (
        {"misclassified": "return None", "softplus_d": "return x", "momentum_step": "return None"},
        {"misclassified", "softplus_d", "momentum_step"},
    ),
}
DEMONSTRATED = "03_layers.ipynb"  # of a blank submission, whose demonstrations fail


def source():
    return {path.name: nbformat.read(path, as_version=4) for path in PATHS}


def without_demonstrations(notebook):
    """Return a notebook without its demonstrations, which answers and checks do not need."""
    notebook = copy.deepcopy(notebook)
    notebook.cells = [cell for cell in notebook.cells if role(cell) != "demonstration"]
    return notebook


def with_mistakes(notebook, wrong):
    """Return a notebook with wrong lines in place of answers, a dict by name; without demonstrations."""
    notebook = without_demonstrations(notebook)
    for cell in notebook.cells:
        if is_answer(cell) and answer_name(cell) in wrong:
            cell.source = answered_by(cell.source, [wrong[answer_name(cell)]])
    return notebook


def write(folder, notebooks):
    folder.mkdir(parents=True)
    for file_name, notebook in notebooks.items():
        nbformat.write(notebook, folder / file_name)


class Nbgrader:
    """Runner of nbgrader's commands in folders below `folder`; the home directory is not used.

    Each submission is graded in a copy of the released course with its own gradebook, so that several can be graded
    concurrently.
    """

    def __init__(self, folder, sockets):
        self.folder, self.sockets = folder / "course", sockets
        places = ("HOME", "IPYTHONDIR", "MPLCONFIGDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
        self.environment = {
            **os.environ,
            **{place: str(folder / place) for place in places},
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",  # nbgrader calls alembic
            "OPENBLAS_NUM_THREADS": "1",  # one command per core is running
        }
        (folder / "HOME").mkdir()
        write(self.folder / "source" / COURSE, source())
        (self.folder / "nbgrader_config.py").write_text(CONFIG)

    def run(self, folder, *arguments):
        """Run a command in a folder; return its standard output."""
        command = [sys.executable, "-m", "nbgrader", *arguments, f"--KernelManager.ip={self.sockets}/{folder.name}"]
        ended = subprocess.run(command, cwd=folder, env=self.environment, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def release(self):
        self.run(self.folder, "generate_assignment", COURSE)
        return {path.name: nbformat.read(path, as_version=4) for path in (self.folder / "release" / COURSE).iterdir()}

    def validate(self, name, notebook):
        folder = self.folder.with_name(f"validate-{name}")
        write(folder, {"notebook.ipynb": notebook})
        shutil.copy(self.folder / "nbgrader_config.py", folder)
        return self.run(folder, "validate", "notebook.ipynb")

    def autograde(self, student, notebooks):
        folder = self.folder.with_name(student)
        shutil.copytree(self.folder, folder)
        write(folder / "submitted" / student / COURSE, notebooks)
        self.run(folder, "autograde", COURSE, "--student", student)
        return Graded(folder, student)


class Graded:
    """Submission graded by nbgrader."""

    def __init__(self, folder, student):
        self.student = student
        self.gradebook = api.Gradebook(f"sqlite:///{folder}/gradebook.db")
        self.notebooks = {
            path.name: nbformat.read(path, as_version=4)
            for path in (folder / "autograded" / student / COURSE).glob("*.ipynb")
        }

    @property
    def submission(self):
        return self.gradebook.find_submission(COURSE, self.student)

    @property
    def grades(self):
        return [grade for notebook in self.submission.notebooks for grade in notebook.grades]

    def lost(self):
        """Return the automatic exercises that did not get all of their points."""
        graded = [grade for grade in self.grades if not grade.needs_manual_grade]
        return {grade.name.removesuffix("-check") for grade in graded if grade.auto_score < grade.max_score}

    def mark(self):
        """Give full marks to all manually graded answers; return their number."""
        waiting = [grade for grade in self.grades if grade.needs_manual_grade]
        for grade in waiting:
            grade.manual_score, grade.needs_manual_grade = grade.max_score, False
        self.gradebook.db.commit()
        return len(waiting)

    def errors(self, *roles):
        """Return {cell id: name of the exception} of the cells with one of these roles."""
        return {
            cell.id: output.ename
            for notebook in self.notebooks.values()
            for cell in notebook.cells
            if role(cell) in roles
            for output in cell.get("outputs", [])
            if output.output_type == "error"
        }


@pytest.fixture(scope="module")
def nbgrader(tmp_path_factory):
    with tempfile.TemporaryDirectory(dir="/tmp") as sockets:  # socket paths must be short
        yield Nbgrader(tmp_path_factory.mktemp("nbgrader"), sockets)


@pytest.fixture(scope="module")
def released(nbgrader):
    return nbgrader.release()


@pytest.fixture(scope="module")
def ran(nbgrader, released):
    """Start all slow commands, one per core at a time; return {name: Future}."""
    notebooks = source()
    plain = {name: without_demonstrations(notebook) for name, notebook in notebooks.items()}
    blank = {name: without_demonstrations(notebook) for name, notebook in released.items()}
    blank[DEMONSTRATED] = released[DEMONSTRATED]
    edition = {name: without_demonstrations(student_notebook(notebook)) for name, notebook in notebooks.items()}
    submissions = {"solved": notebooks, "blank": blank, "edition": edition}
    for title, (wrong, _) in MISTAKES.items():
        submissions[title] = {name: with_mistakes(notebook, wrong) for name, notebook in notebooks.items()}
    validated = {path.stem: plain[path.name] for path in PATHS}
    validated["mistaken"] = with_mistakes(notebooks[DEMONSTRATED], {"softplus_d": "return x"})
    pool = ThreadPoolExecutor(os.cpu_count())
    futures = {name: pool.submit(nbgrader.autograde, name, given) for name, given in submissions.items()}
    futures |= {name: pool.submit(nbgrader.validate, name, given) for name, given in validated.items()}
    yield futures
    pool.shutdown(cancel_futures=True)


def test_the_release_holds_no_line_of_a_solution(released):
    secrets = [line for _, _, line in secret_lines(source())]
    cells = [cell for notebook in released.values() for cell in notebook.cells]
    lines = {normalised(line) for cell in cells for line in cell.source.splitlines()}
    assert len(secrets) > 20
    assert sorted(released) == [path.name for path in PATHS]
    assert not lines.intersection(secrets)
    assert not any("SOLUTION" in line for line in lines)
    assert not any(cell.get("outputs") for cell in cells)


def test_the_blank_scores_nothing(ran):
    blank = ran["blank"].result()
    assert (blank.submission.score, blank.submission.max_score) == (0, 100)
    assert not any(grade.needs_manual_grade for grade in blank.grades)  # unchanged, so none is needed
    assert len(blank.lost()) == sum(grade.max_score > 0 for grade in blank.grades)
    assert set(blank.errors("check").values()) == {"WrongAnswer", "NameError"}
    assert "NotImplementedError" in blank.errors("demonstration").values()  # and grading continued


def test_the_blank_of_the_students_edition_scores_nothing(ran):
    edition = ran["edition"].result()
    assert (edition.submission.score, edition.submission.max_score) == (0, 100)
    assert set(edition.errors("check").values()) == {"WrongAnswer"}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_cost_their_own_points_and_those_of_what_calls_them(ran, name):
    assert ran[name].result().lost() == MISTAKES[name][1]


def test_the_source_gets_all_automatic_points_and_by_hand_the_others(ran):
    solved = ran["solved"].result()
    assert solved.lost() == set()
    assert solved.errors("set-up", "check", "answer", "demonstration") == {}
    by_hand = [grade.max_score for grade in solved.grades if grade.needs_manual_grade]
    assert solved.submission.score == 100 - sum(by_hand)
    assert solved.mark() == len(by_hand) == 5  # the trained networks are two of them
    assert (solved.submission.score, solved.submission.max_score) == (100, 100)


@pytest.mark.parametrize("name", [path.stem for path in PATHS])
def test_the_source_is_valid(ran, name):
    assert ran[name].result() == "Success! Your notebook passes all the tests.\n"


def test_validation_names_a_mistake(ran):
    said = ran["mistaken"].result()
    assert "softplus_d: ✗ not right" in said
    assert "Success" not in said
