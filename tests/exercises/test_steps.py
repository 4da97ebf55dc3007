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
from steps_course import CALL, LAYERS, RIGHT, derivatives

import mlp_helpers as mlp
from mlp_helpers.authoring.lint import faults, secret_lines
from mlp_helpers.authoring.release import edition
from mlp_helpers.checks import WrongAnswer, check, todo
from mlp_helpers.course.cells import answer_name, answers, blank
from mlp_helpers.course.progress import BORROWS, DONE, ERROR, PARTLY, UNANSWERED, WRONG, Report, lines, run_cells
from mlp_helpers.course.update import update
from mlp_helpers.exercises import exercise, names
from mlp_helpers.files import write_folder
from mlp_helpers.grading.explain import explanation
from mlp_helpers.grading.graft import graft
from mlp_helpers.grading.mistakes import mistake_cells, mistaken_submissions
from mlp_helpers.grading.reports.report import seed_of
from mlp_helpers.grading.reports.similarity import similar
from mlp_helpers.grading.results import ExerciseResult, Result, store
from mlp_helpers.nbcheck.kernels import session_in

BLANK = '''def sigmoid(x):
    """Return 1 / (1 + exp(-x))."""
    # Your answer: put your own lines in the place of the next one.
    return mlp.todo("sigmoid", x)


def sigmoid_d(x):
    """Return the derivative of sigmoid."""
    # Your answer: put your own lines in the place of the next one.
    return mlp.todo("sigmoid_d", x)'''
EXERCISES = dict.fromkeys(names(), ()) | {"derivatives": ("sigmoid", "sigmoid_d")}
pytestmark = pytest.mark.usefixtures("root")
root = steps_course.root


def sigmoid(x):
    return 0.5 * (1 + np.tanh(0.5 * x))


def sigmoid_d(x):
    return sigmoid(x) * (1 - sigmoid(x))


def falling(x):
    return sigmoid(-x)


def no_sigmoid(x):
    return todo("sigmoid", x)


def no_sigmoid_d(x):
    return todo("sigmoid_d", x)


class TestCheck:
    @pytest.fixture
    def said(self, capsys):
        def said(*answers, **help):
            check("derivatives", *answers, **help)
            return capsys.readouterr().out

        return said

    def test_all_are_right(self, said):
        head, *values = said(sigmoid, sigmoid_d).split("\n\n")
        assert head.splitlines() == ["✓ right", "`sigmoid`: ✓ right", "`sigmoid_d`: ✓ right"]
        assert [text.partition("\n")[0] for text in values] == ["sigmoid: Your results:", "sigmoid_d: Your results:"]

    def test_each_has_its_own_verdict_and_hint(self, said):
        assert said(falling, sigmoid_d).splitlines()[:5] == [
            "◐ partly right, 3/5 of the points: 1 of 2 steps right",
            f"`sigmoid`: ✗ not right: {exercise('sigmoid').key.mistakes[0].hint}",
            "`sigmoid_d`: ✓ right",
            f"For more help, `{CALL[:-1]}, help=2)` shows a small case with its right result.",
            'To go on with a right answer for now, run `mlp.use_reference("derivatives")`.',
        ]

    def test_a_part_of_a_step_is_a_part_of_its_share(self, said):
        overflows = exercise("sigmoid").key.mistakes[1].answer
        assert said(overflows, falling).startswith("◐ partly right, 1/5 of the points: 0 of 2 steps right\n")

    def test_what_is_not_answered_earns_nothing(self, said):
        assert said(no_sigmoid, sigmoid_d).startswith("◐ partly right, 3/5 of the points: 1 of 2 steps right\n")
        assert said(no_sigmoid, falling).startswith("✗ not right: 0 of 2 steps right\n`sigmoid`: – not answered yet\n")
        assert said(no_sigmoid, no_sigmoid_d).startswith("– not answered yet\n")

    def test_more_help_is_for_the_first_step_that_is_not_right(self, said):
        assert said(sigmoid, falling, help=2).split("\n\n")[1].startswith("sigmoid_d: A small case, 'ordinary':\nx: ")
        assert said(falling, falling, help=2).split("\n\n")[1].startswith("sigmoid: A small case, 'ordinary':\nx: ")

    def test_an_interrupted_step_leaves_the_others_alone(self, said):
        def stopped(x):
            raise KeyboardInterrupt

        text = said(stopped, sigmoid_d)
        assert "`sigmoid`: ✗ not right: You stopped it in the case 'ordinary'" in text
        assert "`sigmoid_d`: ✓ right" in text

    def test_another_number_of_answers_is_refused(self):
        for given in ((), (sigmoid,), (sigmoid, sigmoid_d, 2)):
            with pytest.raises(ValueError, match=f"must be {re.escape(CALL)}, with 2 after the name, got {len(given)}"):
                check("derivatives", *given)

    def test_nbgrader_gives_no_part_of_the_points(self, monkeypatch):
        monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
        check("derivatives", sigmoid, sigmoid_d)
        with pytest.raises(WrongAnswer, match="derivatives: ◐ partly right, 2/5 of the points: 1 of 2 steps right"):
            check("derivatives", sigmoid, falling)

    def test_right_answers_may_stand_in_for_all_steps_or_one(self, root):
        with session_in(root / "notebooks", 20) as session:
            session.run("import numpy as np\nimport mlp_helpers as mlp\nfrom mlp_helpers import check")
            session.run("def sigmoid(x):\n    return x\n\ndef sigmoid_d(x):\n    return x")
            count = "print(mlp.own_answers('derivatives', 'relu'))"
            assert session.run(count).text == "2 of 3 answers are yours\n"
            session.run("mlp.use_reference('sigmoid')")
            assert session.run(count).text == "1 of 3 answers are yours\n"
            assert session.run("mlp.use_reference('derivatives')").text.startswith("From here on, derivatives is a")
            assert session.run("print(sigmoid(0.0), sigmoid_d(0.0))").text == "0.5 0.25\n"
            assert "This `sigmoid` is the package's" in session.run(CALL).displays[0]
            assert session.run(count).text == "0 of 3 answers are yours\n"


class TestCells:
    def test_the_released_cell_has_a_line_for_each_step_and_runs(self):
        (source,) = [blank(cell) for _, cell in answers({LAYERS: steps_course.notebook()}) if "deriv" in cell.id]
        assert source == BLANK
        exec(source, space := {"mlp": mlp})
        assert (space["sigmoid"](0.0), space["sigmoid_d"](0.0)) == (0.5, 0.25)

    def test_lines_of_each_solution_are_secret(self):
        found = {line for _, cell, line in secret_lines(steps_course.course()) if cell.id == "derivatives"}
        assert found == {RIGHT[0], RIGHT[2], "s = sigmoid(x)"}


class TestFaults:
    def of(self, source=None, **cells):
        notebooks = steps_course.course()
        if source is not None:
            small_course.cell_of(notebooks[LAYERS], "derivatives").source = source
        for id_, change in cells.items():
            small_course.cell_of(notebooks[LAYERS], id_.replace("_", "-")).update(change)
        return [text.partition(": ")[2] for text in faults(notebooks, EXERCISES)]

    def test_as_it_is_there_are_none(self):
        assert self.of() == []

    @pytest.mark.parametrize(
        ("source", "message"),
        [
            (derivatives().replace("sigmoid_d", "sigmoid_e"), "it must define sigmoid_d, got sigmoid_e"),
            (
                "\n".join([*derivatives().splitlines()[7:], *derivatives().splitlines()[:6]]),
                "it must define sigmoid, got",
            ),
            (
                derivatives().partition("\n\n\n")[0],
                "### END SOLUTION for each of its steps sigmoid, sigmoid_d, got ### B",
            ),
            (derivatives().replace("    ### BEGIN SOLUTION\n", "", 1), "for each of its steps sigmoid, sigmoid_d, got"),
            (derivatives().replace("\n\n\n", "\n\nx = 1\n\n"), "outside its markers there must be one function's"),
            (
                small_course.between("sigmoid = 1", indent="") + "\n" + derivatives().partition("\n\n\n")[2],
                "its step sigmoid must be a function",
            ),
        ],
    )
    def test_a_step_that_is_missing_unknown_or_unmarked(self, source, message):
        found = self.of(source)
        assert any(message in text for text in found), found

    def test_a_check_of_other_answers(self):
        (found,) = self.of(derivatives_check={"source": 'check("derivatives", sigmoid)'})
        assert found == f'it must hold {CALL}, got check("derivatives", sigmoid)'

    def test_a_step_that_has_a_check_of_its_own(self):
        notebooks = steps_course.course()
        notebooks[LAYERS].cells += steps_course.earlier()[LAYERS].cells[1:3]
        assert f"{LAYERS}, cell derivatives: its step sigmoid must not have cells of its own" in faults(
            notebooks, EXERCISES
        )


class TestMistakes:
    def test_each_is_made_in_one_step_and_costs_a_part_of_its_share(self):
        made = dict(mistake_cells(steps_course.course())["derivatives"])
        banks = [exercise(step).key.mistakes for step in ("sigmoid", "sigmoid_d")]
        assert list(made) == [mistake.answer.__name__ for bank in banks for mistake in bank]
        assert made["sigmoid_falls"] == derivatives().replace(
            small_course.between(RIGHT[0]), "    return 1 / (1 + np.exp(x))"
        )
        named = [about for _, about in mistaken_submissions(steps_course.course())]
        shares = dict(about["derivatives"] for about in named if "derivatives" in about)
        assert shares.keys() == made.keys()
        assert (shares["sigmoid_falls"], shares["sigmoid_other_form"]) == (0.6, 0.8)
        assert (shares["sigmoid_d_mixed"], shares["sigmoid_d_quotient"]) == (0.4, pytest.approx(0.7))

    def test_the_page_of_misconceptions_has_rows_for_each_step(self):
        keys = {name: exercise(name).key for name in names()}
        notebook = new_notebook(cells=[nbformat.v4.new_markdown_cell("# A"), *steps_course.notebook().cells])
        page = misconceptions.page({LAYERS: notebook}, keys)
        assert re.findall(r"^\| `(\w+)`", page, re.MULTILINE) == ["sigmoid", "sigmoid_d", "softplus_d"]


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
            assert after.share == 1  # it calls a step
            return first.state, first.reached, line.partition("derivatives")[2]

        assert state(derivatives()) == (DONE, 40, "")
        assert state(derivatives(["return x"])) == (WRONG, 0, ": 0 of 2 steps right")  # the second calls the first
        part = ", 16 of 40 points: 1 of 2 steps right"
        assert state(derivatives(sigmoid_d=["return x"])) == (PARTLY, 16, part)
        assert state(BLANK) == (UNANSWERED, 0, "")
        borrowed = "\n\nmlp.use_reference('sigmoid')"
        assert state(BLANK + borrowed) == (UNANSWERED, 0, ", the reference's is used")
        assert state(derivatives() + "\n1 / 0") == (ERROR, 0, ": ZeroDivisionError: division by zero")


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
        cell = small_course.cell_of(notebooks[LAYERS], "derivatives")
        cell.source = cell.source.replace("the derivative", "the slope")
        return notebooks

    MINE = "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))  # mine"
    MINE_D = "def own(x):\n    return x\n\ndef sigmoid_d(x):\n    return own(x)"

    @staticmethod
    def answer(notebook):
        return small_course.cell_of(notebook, "derivatives").source

    def test_old_answers_go_into_the_steps_in_order(self, update_to, reworded):
        update_to(steps_course.earlier(), {"sigmoid-d": self.MINE_D, "sigmoid": self.MINE})
        notebook, said = update_to(steps_course.course())
        assert self.answer(notebook) == f"{self.MINE}\n\n{self.MINE_D}"
        assert "Answers kept: derivatives" in said
        assert not any("No longer part" in line for line in said)
        notebook, said = update_to(reworded)
        assert self.answer(notebook) == f"{self.MINE}\n\n{self.MINE_D}"
        assert "Asked in other words now; see whether your answers still fit: derivatives" in said

    @pytest.mark.parametrize("answered", ["sigmoid", "sigmoid_d"])
    def test_a_step_without_an_old_answer_is_blank(self, update_to, answered):
        update_to(steps_course.earlier(), {answered.replace("_", "-"): f"{answered} = np.tanh"})
        notebook, _ = update_to(steps_course.course())
        steps = dict(zip(("sigmoid", "sigmoid_d"), BLANK.split("\n\n\n"), strict=True))
        assert self.answer(notebook) == "\n\n".join((steps | {answered: f"{answered} = np.tanh"}).values())

    def test_without_answers_it_is_blank(self, update_to):
        update_to(steps_course.earlier(), {})
        notebook, said = update_to(steps_course.course())
        assert self.answer(notebook) == BLANK
        assert "Answers kept: none had to be touched" in said

    def test_a_new_step_is_added_to_an_answer_and_what_has_no_place_is_kept_beside(self, update_to):
        update_to(steps_course.earlier(), {"sigmoid-d": self.MINE_D})
        shorter, longer = steps_course.earlier(), steps_course.earlier()
        del shorter[LAYERS].cells[3:5]
        small_course.cell_of(shorter[LAYERS], "sigmoid-check").metadata["nbgrader"]["points"] = 40
        _, said = update_to(shorter)
        assert "No longer part of the course; your answers are in the backup: sigmoid_d" in said
        update_to(steps_course.course(), {"derivatives": self.MINE})
        longer = steps_course.course()
        longer[LAYERS].cells[0].source += "\n# Newer."
        notebook, _ = update_to(longer)
        assert self.answer(notebook) == self.MINE + "\n\n" + BLANK.split("\n\n\n")[1]


class TestSubmissions:
    def test_a_cell_with_steps_is_taken_as_it_is(self):
        submission = {LAYERS: steps_course.notebook(BLANK.replace("mlp.todo", "own"))}
        grafted = graft(steps_course.course(), submission)
        assert small_course.cell_of(grafted.notebooks[LAYERS], "derivatives").source == BLANK.replace("mlp.todo", "own")
        assert graft(steps_course.course(), {LAYERS: steps_course.notebook(BLANK)}).unanswered >= {"derivatives"}

    def test_answers_of_an_earlier_edition_are_steps(self):
        submission = steps_course.earlier()
        submission[LAYERS].cells.append(new_code_cell("def sigmoid(x):\n    return 0  # tried"))
        grafted = graft(steps_course.course(), submission)
        one, other = (small_course.cell_of(steps_course.earlier()[LAYERS], id_) for id_ in ("sigmoid", "sigmoid-d"))
        assert small_course.cell_of(grafted.notebooks[LAYERS], "derivatives").source == (
            f"{one.source}\n\n\n{other.source}"
        )
        assert "derivatives: found by its name alone" in grafted.flags
        both = new_notebook(cells=[new_code_cell(derivatives()), new_code_cell("sigmoid = 1")])
        grafted = graft(steps_course.course(), {"a.ipynb": both})
        assert small_course.cell_of(grafted.notebooks[LAYERS], "derivatives").source == derivatives()

    def test_a_mark_is_explained_by_step(self, root, tmp_path):
        result = ExerciseResult("derivatives", LAYERS, 16, 40, "partly right")
        store(Result("ada", items=[result]), tmp_path)
        seed_of(tmp_path, 7)
        said = explanation(tmp_path, "ada", "derivatives", root)
        assert "inputs, under seed 7:\nsigmoid\nordinary:\n  array([[" in said
        assert "\n\nsigmoid_d\nordinary:\n  array([[" in said
        assert "with the solution:\nsigmoid\nordinary: array (" in said

    def test_the_solution_and_the_blank_are_not_similar(self):
        text = f"{derivatives()}\n\ndef more(x):\n    return np.log(x) + np.exp(x) - np.sqrt(x) * np.cos(x) / 7"
        students = [f"s{number}" for number in range(40)]
        solutions = {answer_name(cell): cell.source for _, cell in answers(steps_course.course())}

        def listed(shared):
            given = {student: {f"derivatives{k}": "x = 1" for k in range(20)} for student in students}
            for student in students[:2]:
                given[student] = dict.fromkeys(given[student], shared)
            return similar(given, {f"derivatives{k}": solutions["derivatives"] for k in range(20)})

        assert [pair.students for pair in listed(text)] == [("s0", "s1")]
        assert listed(BLANK) == listed(derivatives()) == []
