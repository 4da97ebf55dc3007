"""Updates keep every answer, whatever the student did to the folder and whenever they are interrupted."""

import contextlib
import itertools
import json
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import hypothesis
import hypothesis.strategies as st
import nbformat
import pytest
import small_course
from nbformat.v4 import new_code_cell, new_markdown_cell
from small_course import answers_in, content, edited

from mlp_helpers.authoring import release
from mlp_helpers.course.archive import ArchiveError, write_zip
from mlp_helpers.course.merging import LAST
from mlp_helpers.course.renamed import RENAMED
from mlp_helpers.course.update import update

LAYERS, TRAINING, TUNING = (f"notebooks/{name}.ipynb" for name in ("03_layers", "05_training", "06_tuning"))
DROPPED = [f"mlp_helpers/exercises/minibatches/{name}.py" for name in ("__init__", "answers", "cases")]
NOW = datetime(2026, 11, 26, 9, 15)
ANSWERS = {
    "flatten": 'def flatten(x):\n    """Mine."""\n    return x.reshape(len(x), x[0].size)',
    "figure": "plot_it_my_way()",
    "minibatches": "def minibatches(X, Y, batch_size, rng):\n    yield X, Y  # mine",
    "graph_gradients": "graph_gradients = dict(p=33)",
    "report": "My own words, with Greek: λ.",
}


def newer_notebooks():
    """Return the next release's notebooks: flatten, report in a new one, no minibatches, a figure's text changed."""
    layers, training = small_course.layers(), small_course.training()
    tuning = small_course.training()
    flatten = [cell for cell in layers.cells if cell.id in ("flatten", "flatten-check")]
    flatten[1].metadata["nbgrader"]["points"] = 70
    layers.cells = [cell for cell in layers.cells if cell not in flatten]
    layers.cells[0].source = "# Layers, corrected"
    small_course.cell_of(layers, "figure").source = "# In colour.\n" + small_course.cell_of(layers, "figure").source
    tuning.metadata = layers.metadata  # what flatten conceals
    tuning.cells = [*tuning.cells[:2], *flatten, small_course.cell_of(tuning, "report")]
    training.cells = [cell for cell in training.cells if not cell.id.startswith(("minibatches", "report"))]
    return {LAYERS: layers, TRAINING: training, TUNING: tuning}


@pytest.fixture(scope="module")
def releases(tmp_path_factory):
    """Return a folder with two releases, "first" and "second", and the latter as a zip file."""
    folder = tmp_path_factory.mktemp("releases")
    source = small_course.write_source(folder / "source")
    (source / "mlp_helpers" / "old.py").write_text("old = True")
    release.release(source, folder / "first")
    (source / "mlp_helpers" / "old.py").unlink()
    small_course.write_source(source, newer_notebooks())
    shutil.rmtree(source / "mlp_helpers" / "exercises" / "minibatches")
    (source / "mlp_helpers" / "new.py").write_text("new = True")
    (source / "mlp_helpers" / "cli.py").write_text("corrected = True")
    release.release(source, folder / "second", folder / "second.zip")
    return folder


def answer(folder, names=tuple(ANSWERS)):
    """Write answers into the notebooks of a folder, as JupyterLab would."""
    for path in (folder / "notebooks").glob("*.ipynb"):
        with edited(path) as notebook:
            for cell in notebook.cells:
                name = cell.metadata.get("nbgrader", {}).get("grade_id")
                cell.source = ANSWERS[name] if name in names else cell.source


def without_ids(notebook):
    """Return a notebook as Colab saves it, in format 4.4, whose cells have no ids."""
    cells = [{key: value for key, value in cell.items() if key != "id"} for cell in notebook.cells]
    return json.dumps({**notebook, "cells": cells, "nbformat_minor": 4})


def everywhere(folder):
    """Return the joined sources of all cells in a folder's notebooks and backups."""
    notebooks = [nbformat.read(path, as_version=4) for path in folder.rglob("*.ipynb")]
    return "\n\n".join(cell.source for notebook in notebooks for cell in notebook.cells)


@pytest.fixture
def student(releases, tmp_path):
    """Return a folder with the first release, fully answered."""
    shutil.copytree(releases / "first", tmp_path / "course")
    answer(tmp_path / "course")
    return tmp_path / "course"


class TestUpdate:
    @pytest.mark.parametrize("form", ["second", "second.zip"])
    def test_everything_new_and_every_answer(self, student, releases, form):
        before = content(student)
        (student / ".venv").mkdir()
        (student / ".venv" / "marker").touch()
        lines = update(releases / form, student, NOW)
        kept = {name: text for name, text in ANSWERS.items() if name != "minibatches"}
        assert answers_in(student) == kept
        released = content(releases / "second")
        assert content(student).keys() == released.keys() | {".venv/marker"}
        assert (student / "mlp_helpers/cli.py").read_text() == "corrected = True"
        assert not (student / "mlp_helpers/old.py").exists()
        backup = student / "backups" / "2026-11-26-091500"
        assert {name: (backup / name).read_bytes() for name in (LAYERS, TRAINING)} == {
            name: before[name] for name in (LAYERS, TRAINING)
        }
        assert lines == [
            "Your notebooks as they were: backups/2026-11-26-091500",
            f"New or changed: mlp_helpers/new.py, {LAYERS}, {TRAINING}, {TUNING}, mlp_helpers/cli.py",
            f"Gone: {', '.join([*DROPPED, 'mlp_helpers/old.py'])}",
            "Answers kept: figure, graph_gradients, flatten, report",
            "Asked in other words now; see whether your answers still fit: figure",
            "No longer part of the course; your answers are in the backup: minibatches",
            "Open the notebooks again; if the kernel was running, restart it.",
        ]

    def test_a_second_time_there_is_nothing_to_do(self, student, releases):
        update(releases / "second", student, NOW)
        before = content(student)
        answer(student)
        assert update(releases / "second", student, NOW) == ["Your course is up to date: nothing was changed."]
        assert content(student) == before
        assert len(list((student / "backups").iterdir())) == 1

    def test_an_older_text_saved_over_an_updated_notebook_is_noticed(self, student, releases):
        open_in_the_browser = (student / LAYERS).read_bytes()
        update(releases / "second", student, NOW)
        updated = content(student)
        (student / LAYERS).write_bytes(open_in_the_browser)
        lines = update(releases / "second", student, NOW)
        assert f"New or changed: {LAYERS}" in lines
        assert content(student) == updated
        assert update(releases / "second", student, NOW) == ["Your course is up to date: nothing was changed."]

    def test_an_unchanged_notebook_stays_as_the_student_has_it(self, releases, tmp_path):
        third = small_course.released(tmp_path, "third", LICENSE="Freer.")
        folder = shutil.copytree(releases / "first", tmp_path / "course")
        with edited(folder / LAYERS) as notebook:
            notebook.cells.append(new_markdown_cell("My own notes."))
        before = (folder / LAYERS).read_bytes()
        lines = update(third, folder, NOW)
        assert (folder / LAYERS).read_bytes() == before
        assert lines[1:3] == ["New or changed: LICENSE", "Gone: mlp_helpers/old.py"]

    def test_a_split_cell_is_joined_and_own_cells_are_in_the_backup(self, student, releases):
        with edited(student / TRAINING) as notebook:
            position = next(i for i, cell in enumerate(notebook.cells) if cell.id == "graph-gradients")
            half = new_code_cell("graph_gradients = half", metadata=notebook.cells[position].metadata)
            notebook.cells[position + 1 : position + 1] = [half, new_code_cell("print('tried')")]
            notebook.cells[0].source = "# My title"
        lines = update(releases / "second", student, NOW)
        assert answers_in(student)["graph_gradients"] == f"{ANSWERS['graph_gradients']}\n\ngraph_gradients = half"
        assert f"{TRAINING}: further cells that you wrote or changed, 2 in number, are in the backup alone" in lines
        assert "print('tried')" in everywhere(student)

    @pytest.mark.parametrize("has_ids", [True, False], ids=["as released", "without cell ids, as Colab saves"])
    def test_a_guess_is_kept_and_a_blank_one_is_the_new_releases(self, tmp_path, has_ids):
        guesses = {"made": "guess_made = None  # a number", "open": "guess_open = None  # a letter"}
        for name, blank in (("first", guesses), ("second", {**guesses, "open": "guess_open = None  # a or b"})):
            layers = small_course.layers()
            layers.cells[0].source = f"# {name}"
            layers.cells += [small_course.code(id_, "guess", text) for id_, text in blank.items()]
            small_course.released(tmp_path, name, {LAYERS: layers, TRAINING: small_course.training()})
        notebook = nbformat.read(tmp_path / "first" / LAYERS, as_version=4)
        small_course.cell_of(notebook, "made").source = "guess_made=0.5"
        (tmp_path / "first" / LAYERS).write_text(nbformat.writes(notebook) if has_ids else without_ids(notebook))
        lines = update(tmp_path / "second", tmp_path / "first", NOW)
        assert not [line for line in lines if "further cells" in line]
        notebook = nbformat.read(tmp_path / "first" / LAYERS, as_version=4)
        assert [cell.source for cell in notebook.cells[-2:]] == ["guess_made=0.5", "guess_open = None  # a or b"]

    def test_answers_in_notebooks_without_cell_ids_are_kept(self, student, releases):
        notebook = nbformat.read(student / LAYERS, as_version=4)
        notebook.cells.append(new_code_cell("print('tried')"))
        (student / LAYERS).write_text(without_ids(notebook))
        lines = update(releases / "second", student, NOW)
        assert answers_in(student) == {name: text for name, text in ANSWERS.items() if name != "minibatches"}
        assert f"{LAYERS}: further cells that you wrote or changed, 1 in number, are in the backup alone" in lines

    def test_pictures_in_a_text_are_kept(self, student, releases):
        picture = {"a.png": {"image/png": "AAAA"}}
        with edited(student / TRAINING) as notebook:
            small_course.cell_of(notebook, "report").attachments = picture
        update(releases / "second", student, NOW)
        notebook = nbformat.read(student / TUNING, as_version=4)
        assert small_course.cell_of(notebook, "report").attachments == picture

    def test_files_that_the_student_changed_or_damaged(self, student, releases):
        (student / "mlp_helpers" / "cli.py").write_text("mine = True")
        (student / "mlp_helpers" / "new.py").write_text("mine, too")
        (student / "mlp_helpers" / "own.py").write_text("untouched")
        (student / LAYERS).write_text("{ damaged")
        (student / "data" / "digits.gz").unlink()
        lines = update(releases / "second", student, NOW)
        backup = student / "backups" / "2026-11-26-091500"
        assert (backup / "mlp_helpers/cli.py").read_text() == "mine = True"
        assert (backup / "mlp_helpers/new.py").read_text() == "mine, too"
        assert (backup / LAYERS).read_text() == "{ damaged"
        assert (student / "mlp_helpers/own.py").read_text() == "untouched"
        assert (student / "data/digits.gz").exists()
        assert f"Could not be read as notebooks; as they were they are in the backup: {LAYERS}" in lines
        assert any("mlp_helpers/new.py, mlp_helpers/cli.py" in line for line in lines if "You had changed" in line)
        assert answers_in(student)["graph_gradients"] == ANSWERS["graph_gradients"]

    def test_a_damaged_manifest_costs_no_answer(self, student, releases):
        (student / release.MANIFEST).write_text("{")
        update(releases / "second", student, NOW)
        assert {**answers_in(student), "minibatches": 0} == {**ANSWERS, "minibatches": 0}

    def test_two_in_one_second(self, student, releases):
        update(releases / "second", student, NOW)
        update(releases / "first", student, NOW)
        names = sorted(path.name for path in (student / "backups").iterdir())
        assert names == ["2026-11-26-091500", "2026-11-26-091500-2"]


class TestNewNames:
    """An exercise that is called quiz_data and was called quiz_01, in a notebook of another number."""

    FORMER, NOW = "notebooks/02_layers.ipynb", LAYERS

    @staticmethod
    def write_release(folder, name, notebook, hint=""):
        """Write a release of a course with a quiz of this name; return its folder."""
        layers = small_course.layers()
        given = small_course.between(f'{name} = "a"', indent="")
        layers.cells += [small_course.answer(name, hint + given), small_course.check(name, 0)]
        layers.cells[-2].id = "quiz"  # as before
        question = '[[questions]]\nright = "a"\nreplies.a = "Yes."\nreplies.b = "Is it?"'
        texts = {f"mlp_helpers/exercises/{name}.toml": question}
        return small_course.released(folder, "release", {notebook: layers, TRAINING: small_course.training()}, **texts)

    @pytest.fixture(scope="class")
    @classmethod
    def older(cls, tmp_path_factory):
        return cls.write_release(tmp_path_factory.mktemp("older"), "quiz_01", cls.FORMER)

    @pytest.fixture(scope="class")
    @classmethod
    def newer(cls, tmp_path_factory):
        return cls.write_release(tmp_path_factory.mktemp("newer"), "quiz_data", cls.NOW)

    @pytest.fixture
    def answered(self, older, tmp_path):
        """Return a function that writes a student's folder with the cells of an answer, by default one."""

        def write(*sources):
            folder = shutil.copytree(older, tmp_path / "course")
            with edited(folder / self.FORMER) as notebook:
                position = next(i for i, cell in enumerate(notebook.cells) if cell.id == "quiz")
                metadata = notebook.cells[position].metadata
                given = [new_code_cell(source, metadata=metadata) for source in sources or ['quiz_01 = "b"']]
                notebook.cells[position : position + 1] = given
            return folder

        return write

    @pytest.mark.parametrize(
        ("given", "taken"),
        [
            (['quiz_01 = "b"'], 'quiz_data = "b"'),
            (['# quiz_01 = "a"\nquiz_01 = "b"  # mine'], '# quiz_01 = "a"\nquiz_data = "b"  # mine'),
            (["letter = 'b'", "quiz_01 = letter"], "letter = 'b'\n\nquiz_data = letter"),
            (['quiz_01 = "b'], 'quiz_data = "b'),
        ],
    )
    def test_an_answer_goes_to_the_present_name_and_works(self, answered, newer, given, taken):
        folder = answered(*given)
        lines = update(newer, folder, NOW)
        assert answers_in(folder)["quiz_data"] == taken
        assert "quiz_01" not in answers_in(folder)
        assert "Answers kept: quiz_data" in lines
        assert not [line for line in lines if line.startswith(("Asked in", "No longer", "Found", self.FORMER))]
        assert update(newer, folder, NOW) == ["Your course is up to date: nothing was changed."]

    def test_a_blank_one_is_the_new_releases(self, answered, newer):
        folder = answered('# Your answer: a letter for each question between the quotes, such as d.\nquiz_01 = ""')
        assert "Answers kept: none had to be touched" in update(newer, folder, NOW)
        assert answers_in(folder) == answers_in(newer)

    def test_other_words_are_reported(self, answered, tmp_path):
        reworded = self.write_release(tmp_path / "reworded", "quiz_data", self.NOW, "# In other words.\n")
        lines = update(reworded, answered(), NOW)
        assert "Asked in other words now; see whether your answers still fit: quiz_data" in lines

    @pytest.fixture
    def misplaced(self, answered, newer):
        """Return a folder that was updated by a package that did not know the new name."""
        folder = answered()
        with pytest.MonkeyPatch.context() as patch:
            patch.delitem(RENAMED, "quiz_01")
            lines = update(newer, folder, NOW)
        assert "No longer part of the course; your answers are in the backup: quiz_01" in lines
        assert answers_in(folder) == answers_in(newer)
        return folder

    def test_what_an_older_package_could_not_place_is_found_in_the_backup(self, misplaced, newer):
        with edited(misplaced / self.NOW) as notebook:
            notebook.cells.append(new_markdown_cell("My own notes."))
        lines = update(newer, misplaced, NOW)
        assert lines == [
            "Found in your backups under their former names: quiz_data",
            "Open the notebooks again; if the kernel was running, restart it.",
        ]
        assert answers_in(misplaced)["quiz_data"] == 'quiz_data = "b"'
        assert nbformat.read(misplaced / self.NOW, as_version=4).cells[-1].source == "My own notes."
        assert update(newer, misplaced, NOW) == ["Your course is up to date: nothing was changed."]

    def test_an_answer_that_was_given_since_stays(self, misplaced, newer):
        with edited(misplaced / self.NOW) as notebook:
            small_course.cell_of(notebook, "quiz").source = 'quiz_data = "a"'
        assert update(newer, misplaced, NOW) == ["Your course is up to date: nothing was changed."]

    def test_the_newest_backup_counts_and_damaged_ones_do_no_harm(self, misplaced, newer):
        backups = misplaced / "backups"
        (first,) = backups.iterdir()
        shutil.copytree(first, backups / "2026-12-24-000000")
        path = backups / "2026-12-24-000000" / self.FORMER
        path.write_text(path.read_text().replace('quiz_01 = \\"b\\"', 'quiz_01 = \\"c\\"'))
        shutil.copytree(first, backups / "2026-12-25-000000")
        (backups / "2026-12-25-000000" / self.FORMER).write_text("{")
        shutil.copytree(first, backups / "2026-12-26-000000")
        (backups / "2026-12-26-000000" / release.MANIFEST).write_text("{")
        (backups / "notes.txt").touch()
        update(newer, misplaced, NOW)
        assert answers_in(misplaced)["quiz_data"] == 'quiz_data = "c"'


class Killed(BaseException):
    """Simulated death of the process: no later operation takes effect."""


@contextlib.contextmanager
def killed(moment):
    """Simulate a kill at a disk operation: before it or halfway through it or, at an odd moment, after it.

    At the end of the block, the list that it gives is true if the block came to its end before this moment.
    """
    count, survived = 0, []

    def mortal(change):
        def step(path, *arguments, **options):
            nonlocal count
            count += 2
            if count > moment + 1:
                if change is write_bytes and count <= moment + 2:
                    write_bytes(path, arguments[0][: len(arguments[0]) // 2])
                raise Killed
            result = change(path, *arguments, **options)
            if count > moment:
                raise Killed
            return result

        return step

    write_bytes = Path.write_bytes
    with pytest.MonkeyPatch.context() as patch:
        for name in ("replace", "rename", "unlink", "write_bytes"):
            patch.setattr(Path, name, mortal(getattr(Path, name)))
        with contextlib.suppress(Killed):
            yield survived
            survived.append(moment)


class TestInterruptions:
    @pytest.mark.thorough
    def test_at_every_moment(self, student, releases, tmp_path):
        finished = shutil.copytree(student, tmp_path / "finished")
        update(releases / "second", finished, NOW)
        for moment in itertools.count():
            folder = shutil.copytree(student, tmp_path / f"killed {moment}")
            with killed(moment) as survived:
                update(releases / "second", folder, NOW)
            assert all(text in everywhere(folder) for text in ANSWERS.values()), moment
            update(releases / "second", folder, NOW)
            assert content(folder) == content(finished), moment
            assert all(text in everywhere(folder) for text in ANSWERS.values()), moment
            if survived:
                break
        assert moment > 30

    @pytest.mark.thorough
    def test_twice_while_an_exercise_moves(self, student, releases, tmp_path):
        # Killed when flatten is gone from its old notebook but not yet in the new one; then again at every moment.
        for moment in itertools.count():
            half = shutil.copytree(student, tmp_path / f"half {moment}")
            with killed(moment):
                update(releases / "second", half, NOW)
            if "flatten" not in answers_in(half):
                break
        for moment in itertools.count():
            folder = shutil.copytree(half, tmp_path / f"killed {moment}")
            with killed(moment) as survived:
                update(releases / "second", folder, NOW)
            update(releases / "second", folder, NOW)
            assert answers_in(folder)["flatten"] == ANSWERS["flatten"], moment
            if survived:
                break
        assert moment > 20

    @hypothesis.given(
        names=st.sets(st.sampled_from(sorted(ANSWERS))),
        moments=st.lists(st.integers(0, 45), max_size=3),
        more=st.booleans(),
    )
    @hypothesis.settings(max_examples=25)
    def test_any_answers_and_any_number_of_times(self, releases, tmp_path_factory, names, moments, more):
        folder = tmp_path_factory.mktemp("some") / "course"
        shutil.copytree(releases / "first", folder)
        answer(folder, names)
        for moment in moments:
            with killed(moment):
                update(releases / "second", folder, NOW)
            if more:  # the student continues to work in between
                answer(folder, {"graph_gradients"})
                names = names | {"graph_gradients"}
        update(releases / "second", folder, NOW)
        expected = answers_in(releases / "second") | {name: ANSWERS[name] for name in names if name != "minibatches"}
        assert answers_in(folder) == expected
        assert "minibatches" not in names or ANSWERS["minibatches"] in everywhere(folder)
        shutil.rmtree(folder)


def test_what_an_update_needs_to_run_is_replaced_last():
    code = "import mlp_helpers.cli, mlp_helpers.course.update, sys; print(*sys.modules, sep='\\n')"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    ours = [f"{name.replace('.', '/')}.py" for name in loaded if name.startswith("mlp_helpers.")]
    needed = [name for name in ours if not name.startswith("mlp_helpers/grading")]  # not in the students' edition
    assert len(needed) > 6
    rooms = ["mlp_helpers/course.py", "mlp_helpers/services.py"]  # these are folders
    assert [name for name in needed if not name.startswith(LAST)] == rooms


def with_manifest(**changes):
    """Return a function that changes entries of the manifest among the files of a release."""

    def change(files):
        files[release.MANIFEST] = json.dumps(json.loads(files[release.MANIFEST]) | changes).encode()

    return change


REFUSED = {
    "a damaged file": (lambda files: files.update(LICENSE=b"?"), "must be as it was released, and LICENSE"),
    "a file missing": (lambda files: files.pop("LICENSE"), "is not complete: .*LICENSE.* is missing"),
    "a path above": (with_manifest(files={"../evil": ""}), "leads out of it"),
    "a path from the root": (with_manifest(files={"/evil": ""}), "leads out of it"),
    "a path into the environment": (with_manifest(files={".venv/x": ""}), r"must leave \.venv/x alone"),
    "another course": (with_manifest(course="chemistry"), "must be a release of the course"),
    "no manifest": (lambda files: files.update({release.MANIFEST: b"["}), "must be a release of the course"),
    "a later format": (with_manifest(format=2), "too new for this course"),
}


class TestRefusals:
    @pytest.mark.parametrize(("change", "message"), REFUSED.values(), ids=REFUSED)
    def test_the_folder_stays_as_it_was(self, student, releases, tmp_path, change, message):
        before, files = content(student), content(releases / "second")
        change(files)
        write_zip(files, tmp_path / "release.zip")
        with pytest.raises(ArchiveError, match=message):
            update(tmp_path / "release.zip", student, NOW)
        assert content(student) == before
        assert not (student / "backups").exists()

    def test_itself(self, student):
        with pytest.raises(ArchiveError, match="is the current folder itself"):
            update(student, student, NOW)
