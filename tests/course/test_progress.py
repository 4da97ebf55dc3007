"""Progress report: one line per check; an answer that harms its kernel affects only its own exercise."""

import json
import re
import shutil
from contextlib import nullcontext
from pathlib import Path

import nbformat
import pytest
import small_course
from nbformat.v4 import new_output
from typer.testing import CliRunner

from mlp_helpers import DataError, MLPConfig
from mlp_helpers.cli import app
from mlp_helpers.course import progress
from mlp_helpers.course.progress import (
    DONE,
    ERROR,
    HANDED_IN,
    OPEN,
    PARTLY,
    UNANSWERED,
    WITHOUT_POINTS,
    WRONG,
    Outcome,
    Report,
)
from mlp_helpers.nbcheck import kernels
from mlp_helpers.nbcheck.kernels import CellResult, NoKernel, in_words, session_in
from mlp_helpers.services.files import REPOSITORY


@pytest.mark.parametrize(
    ("displays", "expected"),
    [
        (["✓ right\n\nYour results:\na: 1"], (DONE, "", 1)),
        (["✓ right: in float32"], (DONE, "in float32", 1)),
        (["◐ partly right, 2/3 of the points: Not for large ones."], (PARTLY, "Not for large ones.", 2 / 3)),
        (["✗ not right: Off by 2: look there.\n\nYour answer printed:\n✓ right"], (WRONG, "Off by 2: look there.", 0)),
        (["Figure of an answer", "✓ right"], (DONE, "", 1)),
        (["✗ not right: No `x`.\n\na: raised NameError: x"], (WRONG, f"No `x`. {progress.OTHER_CELLS_NOT_RUN}", 0)),
        (["– not answered yet"], (UNANSWERED, "", 0)),
        (["a: 1\n✓ right"], (ERROR, "its check came to no verdict", 0)),
        ([], (ERROR, "its check came to no verdict", 0)),
    ],
    ids=str,
)
def test_verdict(displays, expected):
    assert progress.verdict_in(displays) == expected


def displayed(text):
    """Return the CellResult of a cell that displayed a text."""
    return CellResult([new_output("display_data", {"text/plain": text})])


def test_guesses_are_counted():
    made, others = (
        ["guess_b = 0.5", "guess_c = 'b a'"],
        ["guess_a = None  # a number", "guess_d = [", "guess_e = f()", "x = 1"],
    )
    found = [small_course.code(f"c{i}", "guess", source) for i, source in enumerate(made + others)]
    found.append(small_course.code("d", "demonstration", "guess_f = 1"))
    assert progress.guesses_in(found) == (2, 5)
    assert progress.lines(Report(Path("none.ipynb"), [], [], (2, 5))) == ["none.ipynb, 2 of 5 guesses made"]


def test_what_goes_on_with_the_references_answer_is_said():
    report = Report(Path("none.ipynb"), [Outcome("flatten", 2, WRONG, "a sign")], [], borrowed=frozenset({"flatten"}))
    assert progress.lines(report)[1:] == ["  not right               2  flatten, the reference's is used: a sign"]
    cells = "mlp.use_reference('flatten')\n  x = use_reference(\"fprop\")\n# mlp.use_reference('tanh')\n"
    assert progress.BORROWS.findall(cells) == ["flatten", "fprop"]


class FakeSession:
    """Session that executes nothing: returns canned results by source and records the sources."""

    def __init__(self, answers):
        self.answers, self.ran = answers, []

    def run(self, source, remember=False):
        self.ran.append(source)
        return self.answers.get(source, displayed("✓ right"))


def run(notebook, answers, folder=Path()):
    session = FakeSession(answers)
    return *progress.run_cells(notebook.cells, session, folder), session.ran


class TestRunCells:
    def test_all_is_well(self):
        outcomes, troubles, ran = run(small_course.layers(), {})
        assert outcomes == [Outcome("flatten", 40, DONE, points_share=1.0), Outcome("figure", 5, OPEN)]
        assert troubles == []
        assert len(ran) == 3  # set-up, answer, check: no demonstration, no figure

    def test_an_answer_that_is_not_right_is_replaced_for_those_that_call_it(self):
        outcomes, _, ran = run(small_course.layers(), {'check("flatten", flatten)': displayed("✗ not right: a sign")})
        assert outcomes[0] == Outcome("flatten", 40, WRONG, "a sign")
        assert 'flatten = lambda *arguments: _todo("flatten", *arguments)' in ran[-1]

    def test_an_answer_fails(self):
        notebook = small_course.layers()
        outcomes, _, ran = run(notebook, {small_course.flatten(): CellResult(ended="SyntaxError: (line 1)")})
        assert outcomes[0] == Outcome("flatten", 40, ERROR, "SyntaxError: (line 1)")
        assert 'flatten = lambda *arguments: _todo("flatten", *arguments)' in ran[-1]
        assert 'check("flatten", flatten)' not in ran

    def test_a_check_fails(self):
        notebook = small_course.training()
        failed = CellResult(ended="it took longer than 20 s")
        outcomes, _, ran = run(notebook, {'check("graph_gradients", graph_gradients)': failed})
        assert outcomes[1] == Outcome("graph_gradients", 20, ERROR, failed.error)
        assert 'graph_gradients = _todo("graph_gradients")' in ran[-1]
        assert outcomes[2].state == OPEN

    def test_set_up_fails(self):
        _, troubles, _ = run(
            small_course.layers(), {small_course.set_up().source: CellResult(ended="ImportError: numpy")}
        )
        assert troubles == ["the set-up cell set-up failed: ImportError: numpy"]

    def test_an_open_one_is_blank(self):
        notebook = small_course.training()
        small_course.cell_of(notebook, "report").source = "*Your answer goes here.*\n"
        assert run(notebook, {})[0][-1].state == UNANSWERED

    def test_the_file_of_a_network_is_looked_at(self, tmp_path):
        notebook = small_course.training()
        small_course.cell_of(notebook, "report").metadata["course"]["file"] = "my_network.npz"
        missing = run(notebook, {}, tmp_path)[0][-1]
        assert missing.state == UNANSWERED
        assert missing.remark.startswith("there is no my_network.npz in the folder ")
        path = tmp_path / "my_network.npz"
        MLPConfig(hidden=(5,), dtype="float32").build().save(path)
        untrained = run(notebook, {}, tmp_path)[0][-1]
        assert untrained.state == WITHOUT_POINTS
        assert untrained.remark.startswith("my_network.npz: 3,985 parameters, validation error 89")
        assert untrained.remark.endswith("; above 20.7% on the test images it earns no points")
        assert progress.total([untrained]) == "0 points so far, of 5 in all."
        shutil.copy(REPOSITORY / "scripts/project/my_network.npz", path)
        there = run(notebook, {}, tmp_path)[0][-1]
        assert there.state == HANDED_IN
        assert "no points" not in there.remark
        assert "report (5) is graded on images that you do not have" in progress.total([there])
        MLPConfig(hidden=(5,), n_classes=11).build().save(path)
        wrong = run(notebook, {}, tmp_path)[0][-1]
        assert (wrong.state, wrong.points_share) == (WRONG, 0)
        assert "11" in wrong.remark

    def test_data_that_are_missing_are_no_fault_of_the_network(self, tmp_path, monkeypatch):
        def missing(path):
            raise DataError("no images")

        (tmp_path / "my_network.npz").touch()
        monkeypatch.setattr(progress, "look_at", missing)
        assert progress._network(tmp_path / "my_network.npz") == (ERROR, "no images")


class TestSession:
    @pytest.mark.thorough
    def test_whatever_a_cell_does_the_next_ones_run(self, tmp_path, monkeypatch):
        # With a real kernel and its replacements; tests/nbcheck has most of these cells in each run.
        monkeypatch.setattr(kernels, "INTERRUPT_GRACE_SECONDS", 0.5)
        monkeypatch.setenv("NBGRADER_EXECUTION", "1")
        with session_in(tmp_path, 1.0) as live:
            live.run("import os, time\na = 1", remember=True)
            first = live.run("print(a, os.getcwd(), os.environ.get('NBGRADER_EXECUTION'))")
            assert (first.text, first.error) == (f"1 {tmp_path} None\n", None)
            assert live.run("a = 2; 1 / 0", remember=True).error == "ZeroDivisionError: division by zero"
            assert live.run("def f(x)").error == "SyntaxError: expected ':' (line 1)"
            assert live.run("while True: pass").error == "it took longer than 1 s"
            assert live.run("print(a)").text == "2\n"  # the same kernel
            assert live.run("os._exit(1)").error == "the kernel died"
            assert live.run("print(a)").text == "1\n"  # cells that did not fail are replayed
            assert live.run("input()").error.startswith("StdinNotImplementedError")
            stubborn = live.run("while True:\n    try:\n        time.sleep(1)\n    except BaseException: pass")
            assert stubborn.error == "it took longer than 1 s, and it ignored the interrupt"
            assert live.run("print('x' * 2_000_000)").error == "its output passed 1 MiB"
            assert live.run("print(a)").text == "1\n"

    def test_what_it_sends_cannot_be_read(self, tmp_path):
        forged = """
socket, session = get_ipython().kernel.iopub_socket, get_ipython().kernel.session
parent = get_ipython().kernel.get_parent()
session.send(socket, "stream", content={"name": "stdout"}, parent=parent)
"""
        with session_in(tmp_path, 5.0) as live:
            assert live.run(forged).error == "what it sent cannot be read (KeyError)"
            assert live.run("print(1)").text == "1\n"

    def test_no_kernel(self, tmp_path):
        with pytest.raises(NoKernel, match="no kernel started"), session_in(tmp_path / "absent", 1.0):
            pass


def test_in_words():
    assert in_words("SyntaxError", "invalid syntax (123.py, line 3)") == "SyntaxError: invalid syntax (line 3)"
    assert in_words("ValueError", "a\n  b") == "ValueError: a b"


class TestCommand:
    @pytest.fixture
    def check(self, monkeypatch, tmp_path):
        """Return a function that runs the command in a folder, with canned reports from `check_notebooks`."""

        def invoke(reports, *arguments, **options):
            asked = []
            monkeypatch.setattr(progress, "check_notebooks", lambda paths: asked.extend(paths) or reports)
            monkeypatch.chdir(tmp_path)
            Path("a.ipynb").touch()
            return CliRunner().invoke(app, ["check", *arguments], **options), asked

        return invoke

    def test_lines(self, check):
        outcomes = [
            Outcome("flatten", 2, DONE, points_share=1.0),
            Outcome("tanh_d", 1.5, WRONG, "a sign"),
            Outcome("softmax", 4, PARTLY, "not for large ones", 3 / 4),
            Outcome("report", 5, OPEN),
        ]
        result, asked = check([Report(Path("a.ipynb"), outcomes, ["no kernel started"])], "a.ipynb")
        assert [str(path) for path in asked] == ["a.ipynb"]
        assert result.exit_code == 1
        heading, *lines = result.output.splitlines()
        assert re.fullmatch(r"a.ipynb, as saved at \d\d:\d\d", heading)
        assert lines == [
            "  done                    2  flatten",
            "  not right             1.5  tanh_d: a sign",
            "  partly right            4  softmax, 3 of 4 points: not for large ones",
            "  for your instructor     5  report",
            "  could not be run: no kernel started",
            "5 points so far, of 12.5 in all; your instructor reads report (5).",
        ]

    def test_colours(self, check):
        states = {DONE: 32, PARTLY: 33, WRONG: 33, ERROR: 31, OPEN: 0}  # green, yellow, red
        outcomes = [Outcome(state, 2, state) for state in states]
        result, _ = check([Report(Path("a.ipynb"), outcomes, [])], "a.ipynb", color=True)
        lines = result.output.splitlines()[1:-1]
        assert [int((re.match(r"\x1b\[(\d+)m", line) or [0, 0])[1]) for line in lines] == list(states.values())
        assert [line.count("\x1b") for line in lines] == [2, 2, 2, 2, 0]

    @pytest.mark.parametrize(
        ("outcomes", "troubles", "exit_code"),
        [
            (
                [
                    Outcome("flatten", 2, DONE, points_share=1.0),
                    Outcome("report", 5, OPEN),
                    Outcome("net", 8, HANDED_IN),
                ],
                [],
                0,
            ),
            ([Outcome("flatten", 2, DONE, points_share=1.0), Outcome("tanh", 1, UNANSWERED)], [], 1),
            ([Outcome("flatten", 2, WRONG)], [], 1),
            ([Outcome("flatten", 2, PARTLY, points_share=0.5)], [], 1),
            ([Outcome("flatten", 2, ERROR)], [], 1),
            ([], ["no kernel started"], 1),
        ],
        ids=str,
    )
    def test_strict(self, check, outcomes, troubles, exit_code):
        reports = [Report(Path("a.ipynb"), [], []), Report(Path("b.ipynb"), outcomes, troubles)]
        assert check(reports, "--strict", "a.ipynb")[0].exit_code == exit_code
        assert check(reports, "a.ipynb")[0].exit_code == bool(troubles)

    def test_json(self, check):
        outcome = Outcome("softmax", 4, PARTLY, "not for large ones", 3 / 4)
        result, _ = check([Report(Path("a.ipynb"), [outcome], ["gone"], (1, 2))], "--json", "a.ipynb")
        exercise = {"name": "softmax", "state": PARTLY, "points": 4, "reached": 3.0, "remark": "not for large ones"}
        assert json.loads(result.output) == [
            {
                "notebook": "a.ipynb",
                "exercises": [exercise],
                "troubles": ["gone"],
                "guesses": {"made": 1, "possible": 2},
            }
        ]
        assert result.exit_code == 1

    def test_no_kernel(self, tmp_path, monkeypatch):
        def dead(folder, deadline):
            raise NoKernel("no kernel started: gone")

        monkeypatch.setattr(progress, "session_in", dead)
        nbformat.write(small_course.layers(), tmp_path / "a.ipynb")
        (report,) = progress.check_notebooks([tmp_path / "a.ipynb"])
        assert report.troubles == ["no kernel started: gone"]

    def test_a_notebook_of_an_older_edition(self, tmp_path, monkeypatch):
        session = FakeSession({})
        monkeypatch.setattr(progress, "session_in", lambda folder, deadline: nullcontext(session))
        notebook = small_course.layers()
        notebook.cells[2:] = [small_course.answer("quiz_01", "quiz_01 = 'a b'"), small_course.check("quiz_01", 1)]
        nbformat.write(notebook, tmp_path / "a.ipynb")
        (report,) = progress.check_notebooks([tmp_path / "a.ipynb"])
        assert report.outcomes == [Outcome("quiz_data", 1, DONE, points_share=1.0)]
        assert session.ran[1:] == ["quiz_data = 'a b'", 'check("quiz_data", quiz_data)']
