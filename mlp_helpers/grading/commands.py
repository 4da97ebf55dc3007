"""Command `mlp-course grade`: grades a folder of submissions, explains a mark, and makes a dry run of the grader."""

import json
import os
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from typing import Annotated, Literal

import typer
from typer.core import TyperGroup

from mlp_helpers.services.console import Command, group, in_words, whole
from mlp_helpers.services.files import REPOSITORY, make_folder

HELP = """Grade submissions, each in a sandbox: mlp-course grade SUBMISSIONS --out RESULTS.

The options of that are in mlp-course grade folder --help.
"""
EPILOG = "docs/instructors.md leads from a release to the feedback."
SUBMISSIONS = "folder"  # the default command


def _file(help_text):
    return typer.Option(metavar="FILE", exists=True, dir_okay=False, help=help_text)


Out = Annotated[Path, typer.Option(metavar="RESULTS", file_okay=False, help="Folder for the results.")]
Seed = Annotated[
    int | None, typer.Option(metavar="N", parser=whole(0), help="Of the checks' inputs; by default as before, or new.")
]
Jobs = Annotated[
    int | None,
    typer.Option(metavar="N", parser=whole(1), help="Processes, each on a core of its own; by default one a core."),
]
Results = Annotated[
    Path, typer.Option(metavar="RESULTS", exists=True, file_okay=False, help="Folder with the results.")
]
CanvasId = Literal["ID", "SIS User ID", "SIS Login ID"]
PolicyFile = Annotated[Path | None, _file("TOML with the deadline, what late work costs, and extensions.")]
Unsafe = Annotated[bool, typer.Option("--no-sandbox", help="Let answers do to this machine what they like.")]


class WithDefault(TyperGroup):
    """Command group with a default command: `grade FOLDER` means `grade folder FOLDER`, if there is such a folder."""

    def parse_args(self, ctx, args):
        from mlp_helpers.services.validation import one_of

        first = args[0] if args else "-h"
        if first not in (*self.commands, "-h", "--help"):
            if not first.startswith("-") and not os.path.lexists(first):
                try:
                    one_of(first, self.commands, "SUBMISSIONS", f"a folder, or one of {', '.join(self.commands)}")
                except ValueError as error:
                    ctx.fail(str(error))
            args = [SUBMISSIONS, *args]
        return super().parse_args(ctx, args)


app = group(WithDefault, no_args_is_help=True, help=HELP, epilog=EPILOG)


def _say(text, err=False):
    """Print a text without terminal control sequences, which a student's part of it may contain."""
    from mlp_helpers.grading.reports.sanitize import sanitized

    typer.echo(sanitized(text), err=err)


@contextmanager
def _refusing():
    """Report expected errors on standard error and exit with code 1."""
    from mlp_helpers.grading.sandbox.client import NoSandbox
    from mlp_helpers.nbcheck.kernels import NoKernel

    try:
        yield
    except (NoSandbox, NoKernel, ValueError, OSError, RuntimeError) as error:
        remedy = " (--no-sandbox grades without, at your own risk)" if isinstance(error, NoSandbox) else ""
        _say(f"mlp-course grade: {in_words(error)}{remedy}", err=True)
        raise typer.Exit(1) from error


@app.command(cls=Command, epilog=EPILOG)
def collect(
    download: Annotated[
        Path,
        typer.Argument(metavar="DOWNLOAD", exists=True, help="A platform's zip file, or the folder it unpacks to."),
    ],
    students: Annotated[Path, _file("The platform's list of students, CSV.")],
    out: Annotated[
        Path | None, typer.Option(metavar="SUBMISSIONS", help="A new folder; without it, nothing is written.")
    ] = None,
    id_heading: Annotated[str, typer.Option("--id", metavar="HEADING", help="Of the ids in FILE.")] = "",
    policy: PolicyFile = None,
    assignment: Annotated[str, typer.Option(metavar="NAME", help="Of nbgrader, if there are several.")] = "",
):
    """Make the folder of submissions from a download of Moodle, Canvas or nbgrader, or from clones.

    First say what would be done: who handed in what, who is late or missing, and what cannot be placed. No file goes to
    a student unless FILE says without doubt that it is theirs.
    """
    from mlp_helpers.grading.platforms.collecting import collect as sort

    with _refusing():
        _say(sort(download, students, out, id_heading, policy, assignment))


@app.command(SUBMISSIONS, cls=Command, epilog=EPILOG)
def grade_folder(
    submissions: Annotated[
        Path,
        typer.Argument(
            metavar="SUBMISSIONS", help="A folder with a notebook, a zip file or a folder for each student."
        ),
    ],
    out: Out,
    seed: Seed = None,
    jobs: Jobs = None,
    dask: Annotated[str, typer.Option(metavar="ADDRESS", help="Of a Dask scheduler that is to grade.")] = "",
    roster: Annotated[Path | None, _file("CSV with id, name, pseudonym.")] = None,
    policy: PolicyFile = None,
    manual: Annotated[
        list[Path] | None, _file("CSV with marks of open answers, from manual.html; as often as there are files.")
    ] = None,
    only: Annotated[str, typer.Option(metavar="STUDENT|ITEM", help="Grade this again, and keep the old marks.")] = "",
    accept: Annotated[
        bool, typer.Option("--accept", help="Write the marks of a regrade, after you have seen who gains or loses.")
    ] = False,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Of grading again.")] = "",
    ids_on_board: Annotated[
        bool, typer.Option("--ids-on-board", help="Show ids on the leaderboard, not only pseudonyms.")
    ] = False,
    no_sandbox: Unsafe = False,
):
    """Grade a folder of submissions, each in a sandbox.

    Writes gradebook.csv, feedback for each student, a page for marking what a person has to mark, and an overview of
    the class. The same command goes on where it was interrupted.
    """
    from mlp_helpers.authoring.release import read_notebooks
    from mlp_helpers.course.cells import exercises
    from mlp_helpers.grading import regrade
    from mlp_helpers.grading.batch import alone_in, grade
    from mlp_helpers.grading.reference_course import GradingPlan
    from mlp_helpers.grading.reports import report
    from mlp_helpers.grading.reports.manual import merged, read_manual
    from mlp_helpers.grading.submissions import find
    from mlp_helpers.grading.worker import worker_pool

    with _refusing():
        students = find(submissions)
        if out.resolve().is_relative_to(submissions.resolve()):
            raise ValueError(f"--out must lie outside of SUBMISSIONS, got {out}")
        options = report.ReportOptions.read(roster, policy, ids_on_board)
        course = exercises(read_notebooks(REPOSITORY)) if manual else []
        marks = reduce(merged, [read_manual(path, students, course) for path in manual]) if manual else None
        make_folder(out)
        with alone_in(out):
            plan = GradingPlan(str(REPOSITORY), report.seed_of(out, seed), isolated=not no_sandbox)
            if accept:
                regrade.accept(out, reason or "graded again", only)
            _say(f"seed {plan.seed}" + (", WITHOUT a sandbox" if no_sandbox else ""))
            with worker_pool(jobs, dask) as (executor, width):
                try:
                    results = grade(submissions, out, plan, executor, width, "" if accept else only, reason, _say)
                except KeyboardInterrupt:
                    _say("Stopped. What has been graded is kept, and the same command goes on.")
                    raise
            _say(report.write(results, plan, out, options, marks))
            if found := regrade.changes(results):
                _say(regrade.in_words(found))


@app.command("return", cls=Command, epilog=EPILOG)
def give_back(
    submissions: Annotated[Path, typer.Argument(metavar="SUBMISSIONS", help="As made by grade collect.")],
    out: Results,
    worksheet: Annotated[Path | None, _file("Moodle's grading worksheet, to be filled in.")] = None,
    grade_column: Annotated[
        str, typer.Option(metavar="HEADING", help="Of the grades in it; with Canvas, the title of the assignment.")
    ] = "",
    remark_column: Annotated[str, typer.Option(metavar="HEADING", help="Of the remarks in it; by default none.")] = "",
    canvas_id: Annotated[CanvasId, typer.Option(help="What tells students apart in Canvas's table.")] = "ID",
    policy: Annotated[bool, typer.Option(help="Deduct points for lateness.")] = True,
):
    """Make the files that Moodle or Canvas takes: a table with the marks, and a zip file with the feedback."""
    from mlp_helpers.grading.platforms.returning import give_back as make

    with _refusing():
        _say(make(submissions, out, worksheet, (grade_column, remark_column), canvas_id, policy))


@app.command(cls=Command, epilog=EPILOG)
def explain(
    student: Annotated[str, typer.Argument(metavar="STUDENT", help="As in the gradebook.")],
    item: Annotated[str, typer.Argument(metavar="ITEM", help="An exercise.")],
    out: Results,
):
    """Show how a mark came about.

    Prints the answer, the check's inputs, what came out and what should have come out.
    """
    from mlp_helpers.grading.explain import explanation

    with _refusing():
        _say(explanation(out, student, item, REPOSITORY))


@app.command(cls=Command, epilog=EPILOG)
def forget(
    student: Annotated[str, typer.Argument(metavar="STUDENT", help="As in the gradebook.")],
    out: Out,
):
    """Remove all that is stored of a student: result, earlier marks, a person's marks and the feedback page.

    The class's tables and pages follow with the next run, which grades anew what is still in the folder.
    """
    from mlp_helpers.grading.batch import alone_in
    from mlp_helpers.grading.reports.report import forget

    with _refusing(), alone_in(out):
        _say("\n".join(f"removed {name}" for name in forget(out, student)))


@app.command(cls=Command, epilog=EPILOG)
def dry_run(
    seed: Seed = None,
    jobs: Jobs = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON, for a program.")] = False,
    no_sandbox: Unsafe = False,
):
    """Say whether the course is fit to grade with.

    Grades the solution, which must get all points, a blank, which must get none, and the known mistakes, each of which
    must lose its own exercise and no other.
    """
    from mlp_helpers.grading.dry_run import findings
    from mlp_helpers.grading.reference_course import GradingPlan
    from mlp_helpers.grading.reports.report import new_seed
    from mlp_helpers.grading.worker import worker_pool

    with _refusing():
        plan = GradingPlan(str(REPOSITORY), new_seed() if seed is None else seed, isolated=not no_sandbox)
        if not as_json:
            _say(f"seed {plan.seed}")
        with worker_pool(jobs) as (executor, width):
            found = findings(plan, executor, width, lambda line: None if as_json else _say(line))
    _say(json.dumps(found.as_dict(), indent=1) if as_json else str(found))
    raise typer.Exit(int(not found.is_fit))
