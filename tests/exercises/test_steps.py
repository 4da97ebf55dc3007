"""Steps of an exercise: each tool knows them, with a verdict, a hint and a share of the points for each."""

import re
from datetime import datetime

import misconceptions
import nbformat
import numpy as np
import pytest
import small_course
import steps_course
from nbformat.v4 import new_code_cell, new_notebook
from steps_course import CALL, LAYERS, RIGHT, classifier

import mlp_helpers as mlp
from mlp_helpers.authoring.lint import faults, secret_lines
from mlp_helpers.authoring.release import edition
from mlp_helpers.checks import WrongAnswer, check, todo
from mlp_helpers.course.cells import answer_name, answers, blank
from mlp_helpers.course.progress import BORROWS, DONE, ERROR, PARTLY, UNANSWERED, WRONG, Report, lines, run_cells
from mlp_helpers.course.update import update
from mlp_helpers.exercises import exercise, names
from mlp_helpers.grading.explain import explanation
from mlp_helpers.grading.graft import graft
from mlp_helpers.grading.mistakes import mistake_cells, mistaken_submissions
from mlp_helpers.grading.reports.report import seed_of
from mlp_helpers.grading.reports.similarity import similar
from mlp_helpers.grading.results import ExerciseResult, Result, store
from mlp_helpers.nbcheck.kernels import session_in
from mlp_helpers.services.files import write_folder

BLANK = '''def softmax(logits):
    """Return the probabilities of each row."""
    # Your answer: put your own lines in the place of the next one.
    return mlp.todo("softmax", logits)


def cross_entropy_from_logits(Y, logits):
    """Return the mean loss."""
    # Your answer: put your own lines in the place of the next one.
    return mlp.todo("cross_entropy_from_logits", Y, logits)'''
EXERCISES = dict.fromkeys(names(), ()) | {"classifier": ("softmax", "cross_entropy_from_logits")}
pytestmark = pytest.mark.usefixtures("root")
root = steps_course.root


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def cross_entropy_from_logits(Y, logits):
    log_sums = logits.max(axis=1) - np.log(softmax(logits).max(axis=1))
    return np.mean(log_sums - np.sum(Y * logits, axis=1))


def by_columns(logits):
    return softmax(logits.T).T


def overflowing(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def negative(Y, logits):
    return -cross_entropy_from_logits(Y, logits)


def no_softmax(logits):
    return todo("softmax", logits)


def no_loss(Y, logits):
    return todo("cross_entropy_from_logits", Y, logits)


class TestCheck:
    @pytest.fixture
    def said(self, capsys):
        def said(*answers, **help):
            check("classifier", *answers, **help)
            return capsys.readouterr().out

        return said

    def test_all_are_right(self, said):
        head, *values = said(softmax, cross_entropy_from_logits).split("\n\n")
        assert head.splitlines() == ["✓ right", "`softmax`: ✓ right", "`cross_entropy_from_logits`: ✓ right"]
        assert [text.partition("\n")[0] for text in values] == [
            "softmax: Your results:",
            "cross_entropy_from_logits: Your results:",
        ]

    def test_each_has_its_own_verdict_and_hint(self, said):
        assert said(by_columns, cross_entropy_from_logits).splitlines()[:5] == [
            "◐ partly right, 3/5 of the points: 1 of 2 steps right",
            f"`softmax`: ✗ not right: {exercise('softmax').key.mistakes[0].hint}",
            "`cross_entropy_from_logits`: ✓ right",
            f"For more help, `{CALL[:-1]}, help=2)` shows a small case with its right result.",
            'To go on with a right answer for now, run `mlp.use_reference("classifier")`.',
        ]

    def test_a_part_of_a_step_is_a_part_of_its_share(self, said):
        assert said(overflowing, negative).startswith("◐ partly right, 1/5 of the points: 0 of 2 steps right\n")

    def test_what_is_not_answered_earns_nothing(self, said):
        assert said(no_softmax, cross_entropy_from_logits).startswith(
            "◐ partly right, 3/5 of the points: 1 of 2 steps right\n"
        )
        assert said(no_softmax, negative).startswith("✗ not right: 0 of 2 steps right\n`softmax`: – not answered yet\n")
        assert said(no_softmax, no_loss).startswith("– not answered yet\n")

    def test_more_help_is_for_the_first_step_that_is_not_right(self, said):
        for first, small in (
            (softmax, "cross_entropy_from_logits: A small case, 'one sample':\nY: "),
            (by_columns, "softmax: A small case, 'one sample':\nlogits: "),
        ):
            assert said(first, negative, help=2).split("\n\n")[1].startswith(small)

    def test_an_interrupted_step_leaves_the_others_alone(self, said):
        def stopped(x):
            raise KeyboardInterrupt

        text = said(stopped, cross_entropy_from_logits)
        assert "`softmax`: ✗ not right: You stopped it in the case 'ordinary'" in text
        assert "`cross_entropy_from_logits`: ✓ right" in text

    def test_another_number_of_answers_is_refused(self):
        for given in ((), (softmax,), (softmax, cross_entropy_from_logits, 2)):
            with pytest.raises(ValueError, match=f"must be {re.escape(CALL)}, with 2 after the name, got {len(given)}"):
                check("classifier", *given)

    def test_nbgrader_gives_no_part_of_the_points(self, monkeypatch):
        monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
        check("classifier", softmax, cross_entropy_from_logits)
        with pytest.raises(WrongAnswer, match="classifier: ◐ partly right, 2/5 of the points: 1 of 2 steps right"):
            check("classifier", softmax, negative)

    def test_right_answers_may_stand_in_for_all_steps_or_one(self, root):
        with session_in(root / "notebooks", 20) as session:
            session.run("import numpy as np\nimport mlp_helpers as mlp\nfrom mlp_helpers import check")
            session.run("def softmax(x):\n    return x\n\ndef cross_entropy_from_logits(Y, x):\n    return 1")
            count = "print(mlp.own_answers('classifier', 'slope'))"
            assert session.run(count).text == "2 of 3 answers are yours\n"
            session.run("mlp.use_reference('softmax')")
            assert session.run(count).text == "1 of 3 answers are yours\n"
            said = session.run("mlp.use_reference('classifier')").text
            assert said.startswith("From here on, classifier is a right answer")
            assert session.run("print(softmax(np.ones((1, 2))))").text == "[[0.5 0.5]]\n"
            assert session.run("print(cross_entropy_from_logits(np.eye(2), 1000 * np.eye(2)))").text == "0.0\n"
            assert "This `softmax` is the package's" in session.run(CALL).displays[0]
            assert session.run(count).text == "0 of 3 answers are yours\n"


class TestCells:
    def test_the_released_cell_has_a_line_for_each_step_and_runs(self):
        (source,) = [blank(cell) for _, cell in answers({LAYERS: steps_course.notebook()}) if cell.id == "classifier"]
        assert source == BLANK
        exec(source, space := {"mlp": mlp})
        assert space["softmax"](np.ones((1, 2))).tolist() == [[0.5, 0.5]]
        assert space["cross_entropy_from_logits"](np.eye(2), 1000 * np.eye(2)) == 0

    def test_lines_of_each_solution_are_secret(self):
        found = {line for _, cell, line in secret_lines(steps_course.course()) if cell.id == "classifier"}
        assert found == set(RIGHT)


class TestFaults:
    def of(self, source=None, **cells):
        notebooks = steps_course.course()
        if source is not None:
            small_course.cell_of(notebooks[LAYERS], "classifier").source = source
        for id_, change in cells.items():
            small_course.cell_of(notebooks[LAYERS], id_.replace("_", "-")).update(change)
        return [text.partition(": ")[2] for text in faults(notebooks, EXERCISES)]

    def test_as_it_is_there_are_none(self):
        assert self.of() == []

    @pytest.mark.parametrize(
        ("source", "message"),
        [
            (
                classifier().replace("cross_entropy_from_logits", "cross_entropy"),
                "it must define cross_entropy_from_logits, got cross_entropy",
            ),
            (
                "\n".join([*classifier().splitlines()[8:], *classifier().splitlines()[:6]]),
                "it must define softmax, got",
            ),
            (
                classifier().partition("\n\n\n")[0],
                "### END SOLUTION for each of its steps softmax, cross_entropy_from_logits, got ### B",
            ),
            (
                classifier().replace("    ### BEGIN SOLUTION\n", "", 1),
                "for each of its steps softmax, cross_entropy_from_logits, got",
            ),
            (classifier().replace("\n\n\n", "\n\nx = 1\n\n"), "outside its markers there must be one function's"),
            (
                small_course.between("softmax = 1", indent="") + "\n" + classifier().partition("\n\n\n")[2],
                "its step softmax must be a function",
            ),
        ],
    )
    def test_a_step_that_is_missing_unknown_or_unmarked(self, source, message):
        found = self.of(source)
        assert any(message in text for text in found), found

    def test_a_check_of_other_answers(self):
        (found,) = self.of(classifier_check={"source": 'check("classifier", softmax)'})
        assert found == f'it must hold {CALL}, got check("classifier", softmax)'

    def test_a_step_that_has_a_check_of_its_own(self):
        notebooks = steps_course.course()
        notebooks[LAYERS].cells += steps_course.earlier()[LAYERS].cells[1:3]
        assert f"{LAYERS}, cell classifier: its step softmax must not have cells of its own" in faults(
            notebooks, EXERCISES
        )


class TestMistakes:
    def test_each_is_made_in_one_step_and_costs_a_part_of_its_share(self):
        made = dict(mistake_cells(steps_course.course())["classifier"])
        banks = [exercise(step).key.mistakes for step in ("softmax", "cross_entropy_from_logits")]
        assert list(made) == [mistake.answer.__name__ for bank in banks for mistake in bank]
        assert made["softmax_of_all"] == classifier().replace(
            small_course.between(*RIGHT[:2]), "    return np.exp(logits) / np.sum(np.exp(logits))"
        )
        named = [about for _, about in mistaken_submissions(steps_course.course())]
        shares = dict(about["classifier"] for about in named if "classifier" in about)
        assert shares.keys() == made.keys()
        assert (shares["softmax_of_all"], shares["softmax_overflows"]) == (0.6, 0.8)
        assert shares["cross_entropy_from_logits_minus"] == 0.4
        assert shares["cross_entropy_from_logits_plain"] == pytest.approx(0.7)

    def test_the_page_of_misconceptions_has_rows_for_each_step(self):
        keys = {name: exercise(name).key for name in names()}
        notebook = new_notebook(cells=[nbformat.v4.new_markdown_cell("# A"), *steps_course.notebook().cells])
        page = misconceptions.page({LAYERS: notebook}, keys)
        assert re.findall(r"^\| `(\w+)`", page, re.MULTILINE) == ["softmax", "cross_entropy_from_logits", "softplus_d"]


class TestProgress:
    @pytest.fixture
    def outcomes(self, root):
        """Return a function that runs the checks with an answer, and returns the outcomes and a line for the first."""
        with session_in(root / "notebooks", 20) as session:

            def run(answer):
                notebook = steps_course.notebook(answer)
                found, _ = run_cells(notebook.cells, session, root)
                borrowed = frozenset(BORROWS.findall(answer))
                return found, lines(Report(root / LAYERS, found, [], borrowed=borrowed))[1]

            yield run

    def test_each_step_counts_and_what_comes_after_goes_on(self, outcomes):
        def state(answer):
            (first, after), line = outcomes(answer)
            assert after.points_share == 1  # it calls a step
            return first.state, first.reached, line.partition("classifier")[2]

        assert state(classifier()) == (DONE, 40, "")
        first = classifier(["return logits"])
        assert state(first) == (WRONG, 0, ": 0 of 2 steps right")  # the second calls it
        part = ", 16 of 40 points: 1 of 2 steps right"
        assert state(classifier(loss=["return 0.0"])) == (PARTLY, 16, part)
        assert state(BLANK) == (UNANSWERED, 0, "")
        borrowed = "\n\nmlp.use_reference('softmax')"
        assert state(BLANK + borrowed) == (UNANSWERED, 0, ", the reference's is used")
        assert state(classifier() + "\n1 / 0") == (ERROR, 0, ": ZeroDivisionError: division by zero")


class TestUpdate:
    """From an edition in which the steps are exercises of their own."""

    @pytest.fixture
    def update_to(self, tmp_path):
        """Return a function that updates the folder of a student, with some answers, to an edition of notebooks."""
        folder, source = tmp_path / "course", tmp_path / "source"

        def install(notebooks, answered=None):
            files = edition(steps_course.write_source(source, notebooks))
            if not folder.exists():
                write_folder(files, folder)
            else:
                write_folder(files, newer := tmp_path / f"{len(list(tmp_path.iterdir()))}")
                said = update(newer, folder, datetime(2026, 12, 1))
            notebook = nbformat.read(folder / LAYERS, as_version=4)
            for id_, text in (answered or {}).items():
                small_course.cell_of(notebook, id_).source = text
            nbformat.write(notebook, folder / LAYERS)
            return notebook, said if answered is None else None

        return install

    @pytest.fixture
    def reworded(self):
        """Return a later edition with the steps, in which a docstring is another."""
        notebooks = steps_course.course()
        cell = small_course.cell_of(notebooks[LAYERS], "classifier")
        cell.source = cell.source.replace("the probabilities", "probabilities")
        return notebooks

    MINE = "def softmax(logits):\n    return np.exp(logits) / np.exp(logits).sum(axis=1)[:, None]  # mine"
    MINE_TOO = "def own(x):\n    return x\n\ndef cross_entropy_from_logits(Y, logits):\n    return own(logits)"

    @staticmethod
    def answer(notebook):
        return small_course.cell_of(notebook, "classifier").source

    def test_old_answers_go_into_the_steps_in_order(self, update_to, reworded):
        update_to(steps_course.earlier(), {"cross-entropy-from-logits": self.MINE_TOO, "softmax": self.MINE})
        notebook, said = update_to(steps_course.course())
        assert self.answer(notebook) == f"{self.MINE}\n\n{self.MINE_TOO}"
        assert "Answers kept: classifier" in said
        assert not any("No longer part" in line for line in said)
        notebook, said = update_to(reworded)
        assert self.answer(notebook) == f"{self.MINE}\n\n{self.MINE_TOO}"
        assert "Asked in other words now; see whether your answers still fit: classifier" in said

    @pytest.mark.parametrize("answered", ["softmax", "cross_entropy_from_logits"])
    def test_a_step_without_an_old_answer_is_blank(self, update_to, answered):
        update_to(steps_course.earlier(), {answered.replace("_", "-"): f"{answered} = np.tanh"})
        notebook, _ = update_to(steps_course.course())
        steps = dict(zip(("softmax", "cross_entropy_from_logits"), BLANK.split("\n\n\n"), strict=True))
        assert self.answer(notebook) == "\n\n".join((steps | {answered: f"{answered} = np.tanh"}).values())

    def test_without_answers_it_is_blank(self, update_to):
        update_to(steps_course.earlier(), {})
        notebook, said = update_to(steps_course.course())
        assert self.answer(notebook) == BLANK
        assert "Answers kept: none had to be touched" in said

    def test_a_new_step_is_added_to_an_answer_and_what_has_no_place_is_kept_beside(self, update_to):
        update_to(steps_course.earlier(), {"cross-entropy-from-logits": self.MINE_TOO})
        shorter, longer = steps_course.earlier(), steps_course.earlier()
        del shorter[LAYERS].cells[3:5]
        small_course.cell_of(shorter[LAYERS], "softmax-check").metadata["nbgrader"]["points"] = 40
        _, said = update_to(shorter)
        assert "No longer part of the course; your answers are in the backup: cross_entropy_from_logits" in said
        update_to(steps_course.course(), {"classifier": self.MINE})
        longer = steps_course.course()
        longer[LAYERS].cells[0].source += "\n# Newer."
        notebook, _ = update_to(longer)
        assert self.answer(notebook) == self.MINE + "\n\n" + BLANK.split("\n\n\n")[1]


class TestSubmissions:
    def test_a_cell_with_steps_is_taken_as_it_is(self):
        submission = {LAYERS: steps_course.notebook(BLANK.replace("mlp.todo", "own"))}
        grafted = graft(steps_course.course(), submission)
        given = BLANK.replace("mlp.todo", "own")
        assert small_course.cell_of(grafted.notebooks[LAYERS], "classifier").source == given
        assert graft(steps_course.course(), {LAYERS: steps_course.notebook(BLANK)}).unanswered >= {"classifier"}

    def test_answers_of_an_earlier_edition_are_steps(self):
        submission = steps_course.earlier()
        submission[LAYERS].cells.append(new_code_cell("def softmax(logits):\n    return 0  # tried"))
        grafted = graft(steps_course.course(), submission)
        one, other = (
            small_course.cell_of(steps_course.earlier()[LAYERS], id_)
            for id_ in ("softmax", "cross-entropy-from-logits")
        )
        assert small_course.cell_of(grafted.notebooks[LAYERS], "classifier").source == (
            f"{one.source}\n\n\n{other.source}"
        )
        assert "classifier: found by its name alone" in grafted.flags
        both = new_notebook(cells=[new_code_cell(classifier()), new_code_cell("softmax = 1")])
        grafted = graft(steps_course.course(), {"a.ipynb": both})
        assert small_course.cell_of(grafted.notebooks[LAYERS], "classifier").source == classifier()

    def test_a_mark_is_explained_by_step(self, root, tmp_path):
        result = ExerciseResult("classifier", LAYERS, 16, 40, "partly right")
        store(Result("ada", items=[result]), tmp_path)
        seed_of(tmp_path, 7)
        said = explanation(tmp_path, "ada", "classifier", root)
        assert "inputs, under seed 7:\nsoftmax\nordinary:\n  array([[" in said
        assert "\n\ncross_entropy_from_logits\n4 samples, 3 classes:\n  array([[" in said
        assert "with the solution:\nsoftmax\nordinary: array (" in said

    def test_the_solution_and_the_blank_are_not_similar(self):
        text = f"{classifier()}\n\ndef more(x):\n    return np.log(x) + np.exp(x) - np.sqrt(x) * np.cos(x) / 7"
        students = [f"s{number}" for number in range(40)]
        solutions = {answer_name(cell): cell.source for _, cell in answers(steps_course.course())}

        def listed(shared):
            given = {student: {f"classifier{k}": "x = 1" for k in range(20)} for student in students}
            for student in students[:2]:
                given[student] = dict.fromkeys(given[student], shared)
            return similar(given, {f"classifier{k}": solutions["classifier"] for k in range(20)})

        assert [pair.students for pair in listed(text)] == [("s0", "s1")]
        assert listed(BLANK) == listed(classifier()) == []
