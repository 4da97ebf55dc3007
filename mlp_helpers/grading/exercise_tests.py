"""Pytest plugin that grades: nbval reads a grafted notebook, runs the answers, and judges what their checks display.

It builds on `nbcheck.plugin`. Each exercise is a test, and a passed test earns its points; where only awkward cases are
wrong, it fails and earns the share for the ordinary ones. Each check gets the
reference's inputs. After it, the reference's answer replaces the student's, so an early fault is penalised once. If a
cell damages its kernel, only its exercise suffers: the rest runs in a fresh kernel.
"""

import os
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from unittest.mock import patch

import pytest

from mlp_helpers.checking.observations import PARTLY, RIGHT, UNANSWERED, WRONG, Verdict
from mlp_helpers.checking.questions import LITERAL
from mlp_helpers.course.cells import answer_name, checked_name, is_answer, literal, nbgrader, notebook_bytes
from mlp_helpers.diagnosis import whole
from mlp_helpers.exercises import exercise
from mlp_helpers.grading.budget import TimedSession
from mlp_helpers.grading.judging import displayed
from mlp_helpers.grading.results import MAX_OUTPUT_CHARACTERS, STOPPED, ExerciseResult, clipped
from mlp_helpers.nbcheck import plugin as nbcheck

# pytest's own plugins that grading does not need; installed ones are not loaded at all.
NOT_NEEDED = (
    "terminal",
    "cacheprovider",
    "faulthandler",
    "logging",
    "unraisableexception",
    "threadexception",
    "warnings",
)
ARGUMENTS = [f"-pno:{name}" for name in NOT_NEEDED]
ARGUMENTS += ["-pnbval.plugin", "-pmlp_helpers.pytest_plugin", "--capture=no"]


class Stopped(nbcheck.CellFailure):
    """Failure of an answer or its check to run to completion."""


class Wrong(nbcheck.CellFailure):
    """Failure of an answer that is not right; the message is a hint, or empty."""


def run(notebooks, grading):
    """Grade grafted notebooks; return a list of `ExerciseResult`.

    Parameters
    ----------
    notebooks : dict from str to NotebookNode
        By file name; each check cell holds what it displays with the reference's answer.
    grading : Grading
        A new one; it cannot be reused.

    Raises
    ------
    RuntimeError
        pytest itself failed.
    """
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"):
        ini = Path(folder, "pytest.ini")  # otherwise pytest searches the parent folders for one
        ini.write_text("[pytest]\n")
        for name, notebook in notebooks.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(notebook_bytes(notebook))
        code = pytest.main([*ARGUMENTS, f"-c{ini}", f"--rootdir={folder}", folder], plugins=[grading])
    if grading.trouble or code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise RuntimeError(f"pytest ended with {code!r}: {grading.trouble}")
    return grading.marks


def checks(cell):
    """Return the source of the check of each step of a check cell's exercise, a dict by step.

    Without steps, the exercise is its own only step, and the source is the cell's.
    """
    call = cell.source.strip().partition("(")[0]
    return {step: f'{call}("{step}", {step})' for step in exercise(checked_name(cell)).points_shares}


class Grading:
    """Plugin with the inputs and the results of a submission's tests.

    Parameters
    ----------
    start : callable
        Accepts a notebook's name; returns a ready `Kernel` in which the set-up cells have run.
    clock : Clock
        The submission's.
    references : dict from str to str
        The source's answer cells, by exercise.
    unanswered : set of str
        Exercises that need not be run.
    judge : callable
        Accepts what `judging.judge` does, and returns the same.
    """

    def __init__(self, start, clock, references, unanswered, judge):
        self.start, self.clock, self.references = start, clock, references
        self.unanswered, self.judge = unanswered, judge
        self.marks, self.trouble = [], ""

    def pytest_configure(self, config):
        """Set the option that nbval expects from the terminal plugin."""
        config.option.color = "no"

    def pytest_collect_file(self, file_path, parent):
        """Collect a notebook."""
        if file_path.suffix != ".ipynb":
            return None
        return GradedNotebook.from_parent(parent, path=file_path, grading=self)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        """Record the result of a test; it gets the points if pytest reports that it passed."""
        report = yield
        if report.when == "call":
            self.marks.append(item.marked(report.passed, call.excinfo))
        elif report.failed:  # our fault, not the student's
            self.trouble = report.longreprtext
        return report

    def pytest_collectreport(self, report):
        """Store an error of the collection."""
        if report.failed:
            self.trouble = report.longreprtext

    def pytest_internalerror(self, excrepr):
        """Store an internal error of pytest."""
        self.trouble = str(excrepr)


class GradedNotebook(nbcheck.Notebook):
    """A notebook with a student's answers, and a kernel for it; `names` are its exercises that need the kernel."""

    def __init__(self, grading, **kwargs):
        super().__init__(**kwargs)
        self.grading, self.live, self.names = grading, None, []
        self.name_in_course = self.path.relative_to(self.config.rootpath).as_posix()

    def collect(self):
        """Yield a test for each exercise."""
        answers = {}
        for test in super().collect():
            if is_answer(test.cell):
                answers[answer_name(test.cell)] = test.cell.source
            elif checked_name(test.cell):
                name = checked_name(test.cell)
                if exercise(name).kind == LITERAL:
                    kind = QuizTest
                else:
                    kind = StepsTest if exercise(name).steps else ExerciseTest
                    self.names.append(name)
                yield kind.from_parent(
                    self, name=name, cell_num=test.cell_num, cell=test.cell, options=test.options, answer=answers[name]
                )

    def options(self, cell):
        """Return a check cell's own options, the defaults for others: in an answer, the comments are a student's."""
        return super().options(cell) if checked_name(cell) else defaultdict(bool, check=True)

    def setup(self):
        """Start a session if there is anything to run."""
        if self.grading.unanswered.issuperset(self.names):
            return
        self.live = TimedSession(lambda: self.grading.start(self.name_in_course), self.grading.clock).__enter__()

    def teardown(self):
        """End the session."""
        if self.live is not None:
            self.live.__exit__()


class ExerciseTest(nbcheck.Cell):
    """Test of an exercise: the student's answer, its check, then the reference's answer."""

    def __init__(self, answer, **kwargs):
        super().__init__(**kwargs)
        self.answer, self.output, self.seconds, self.points_share = answer, "", 0.0, 0.0

    @property
    def grading(self):
        """Return the plugin."""
        return self.parent.grading

    def runtest(self):
        """Run the student's answer, the check and the reference's answer."""
        started = time.monotonic()
        try:
            if self.name in self.grading.unanswered:
                raise Wrong(UNANSWERED)
            self._run(self.answer)
            super().runtest()
        except nbcheck.CellFailure:
            if self._has_followers() and self.name not in self.grading.unanswered:
                self.parent.live.renew()  # its kernel may be damaged: the rest gets a fresh one
            raise
        finally:
            self.seconds = round(time.monotonic() - started, 3)
            if self._has_followers():
                self.parent.live.run(self.grading.references[self.name], remember=True)

    def _has_followers(self):
        """Return whether a later exercise of the notebook is run."""
        later = self.parent.names[self.parent.names.index(self.name) + 1 :]
        return not self.grading.unanswered.issuperset(later)

    def execute(self):
        """Run the check; return its outputs."""
        ran = self._run(self.cell.source)
        self.output = ran.text
        return ran.outputs

    def _run(self, source):
        ran = self.parent.live.run(source)
        if ran.error:
            self.output = ran.text
            raise Stopped(ran.error)
        return ran

    def compare(self, outputs):
        """Raise Wrong if what the check displayed is not right."""
        verdict, self.output = self._judged(self.name, outputs, self.cell.outputs)
        self._conclude(verdict, verdict.remark)

    def _judged(self, name, outputs, expected):
        """Return the `Verdict` on what a check displayed, and what was observed, as text."""
        data = displayed(outputs)
        if data is None and self.output.strip() == str(Verdict(UNANSWERED)):
            return Verdict(UNANSWERED), self.output
        return self.grading.judge(name, displayed(expected), data)

    def _conclude(self, verdict, hint):
        """Store the share of the points of a `Verdict`; raise Wrong with a hint if it is not right."""
        self.points_share = verdict.points_share
        if verdict.state != RIGHT:
            raise Wrong(UNANSWERED if verdict.state == UNANSWERED else hint)

    def marked(self, passed, excinfo):
        """Return the `ExerciseResult` of this exercise."""
        possible, error, hint = nbgrader(self.cell)["points"], "", ""
        state = RIGHT if passed else PARTLY if self.points_share else WRONG
        if not passed and excinfo.errisinstance(Wrong):
            hint = str(excinfo.value)
            state, hint = (UNANSWERED, "") if hint == UNANSWERED else (state, hint)
        elif not passed:
            state, error = STOPPED, str(excinfo.value)
        return ExerciseResult(
            name=self.name,
            notebook=self.parent.name_in_course,
            points=possible if passed else round(possible * self.points_share, 2),
            possible=possible,
            state=state,
            answer="" if self.name in self.grading.unanswered else self.answer,
            output=clipped(self.output, MAX_OUTPUT_CHARACTERS),
            error=clipped(error, MAX_OUTPUT_CHARACTERS),
            hint=clipped(hint, MAX_OUTPUT_CHARACTERS),
            seconds=self.seconds,
        )


class StepsTest(ExerciseTest):
    """Test of an exercise with steps: each has a check of its own, after which the reference's answer replaces it."""

    def execute(self):
        """Check each step and store the verdicts; return no outputs. Other steps survive one that stops its check."""
        live, self.verdicts, texts, replaced = self.parent.live, {}, [], []
        for (step, check), expected in zip(checks(self.cell).items(), self.cell.outputs, strict=True):
            try:
                ran = self._run(check)
                self.output = ran.text
                self.verdicts[step], text = self._judged(step, ran.outputs, [expected])
            except Stopped as error:
                self.verdicts[step], text = Verdict(WRONG, "Its check was stopped."), f"{error}\n{self.output}"
                live.renew()
                for source in (self.answer, *replaced):
                    live.run(source)
            replaced.append(self.grading.references[step])
            live.run(replaced[-1])
            texts.append(f"{step}\n{text}")
        self.output = "\n\n".join(texts)
        return []

    def compare(self, outputs):
        """Raise Wrong, with a hint on each step that is not right, if there is one."""
        wrong = [f"`{step}`: {verdict}" for step, verdict in self.verdicts.items() if verdict.state != RIGHT]
        self._conclude(whole(exercise(self.name), list(self.verdicts.values())), " ".join(wrong))


class QuizTest(ExerciseTest):
    """Test of a quiz: its answer is read as a literal, and nothing is run."""

    def runtest(self):
        """Judge the letters."""
        if self.name in self.grading.unanswered:
            raise Wrong(UNANSWERED)
        letters = literal(self.answer, self.name)
        self.output = f"answer: {letters!r}"
        verdict = exercise(self.name).key.judge_value(letters)
        self.points_share = verdict.points_share
        if verdict.state != RIGHT:
            raise Wrong(" ".join([verdict.remark, *verdict.notes]))
