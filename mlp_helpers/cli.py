"""`mlp-course`, the command line of the course. What a command needs is imported when it runs."""

import dataclasses
import itertools
import json
import os
import sys
from pathlib import Path
from typing import Annotated


def missing_package_message(error):
    """Return what to do about a package that is missing."""
    name = error.name.partition(".")[0]
    return (
        f"mlp-course: {name} is missing. With the course's wheel for FILE.whl, this installs all that it needs: "
        'pip install "FILE.whl[lab]"'
    )


try:
    import typer
    from typer.core import TyperGroup

    from mlp_helpers.course.archive import ArchiveError
    from mlp_helpers.course.tune import app as tune_app
    from mlp_helpers.services.console import PASS_THROUGH_ARGUMENTS, Command, fail, group, whole
except ModuleNotFoundError as error:
    sys.exit(missing_package_message(error))

EXIT_CODES = """\b
Exit codes:
  0  all is well, perhaps with warnings
  1  something is wrong
  2  wrong usage
  3  a search was stopped before its end
"""
GROUPS = {
    "For students": ("start", "lab", "check", "submit", "export", "update", "test", "doctor", "tune"),
    "For instructors": ("grade",),
    "For authors": ("release",),
}
COLOURS = {"ok": typer.colors.GREEN, "warning": typer.colors.YELLOW, "wrong": typer.colors.RED}
STATES = {
    "done": typer.colors.GREEN,
    "partly right": typer.colors.YELLOW,
    "not right": typer.colors.YELLOW,
    "error": typer.colors.RED,
}
Json = Annotated[bool, typer.Option("--json", help="Print the findings as JSON, for a program.")]


class InGroups(TyperGroup):
    """Command group whose help lists the commands by their users."""

    def invoke(self, ctx):
        """Run a command; exit with one line if a file, a folder or a package is not as it must be."""
        if os.environ.get("NO_COLOR"):
            ctx.color = False
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = error.message.removeprefix("Value error, ")  # a library's words
            raise
        except BrokenPipeError:  # of a pager that was closed
            raise
        except (ArchiveError, OSError) as error:
            fail(ctx.invoked_subcommand, error)
        except ModuleNotFoundError as error:
            if error.name.startswith("mlp_helpers"):
                raise
            sys.exit(missing_package_message(error))

    def format_commands(self, ctx, formatter):
        """Write a section for each group of users."""
        width = max(map(len, self.commands))
        for heading, names in GROUPS.items():
            shown = [name for name in names if not self.commands[name].hidden]
            if shown:
                with formatter.section(heading):
                    formatter.write_dl(
                        [
                            (name.ljust(width), self.commands[name].get_short_help_str(formatter.width - width - 6))
                            for name in shown
                        ]
                    )


app = group(InGroups)


def _version(wanted):
    if wanted:
        from mlp_helpers.course.edition import VERSION

        typer.echo(f"mlp-course {VERSION}")
        raise typer.Exit


@app.callback(epilog=EXIT_CODES, no_args_is_help=True)
def course(
    version: Annotated[  # noqa: ARG001
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
):
    """Commands of the course "A first neural network, built by hand"."""
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")  # this environment's kernel, whatever else the user has


@app.command(cls=Command)
def start(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder, or an empty one.")] = Path("mlp-course"),
):
    """Unpack the course into a folder.

    Nothing is overwritten. Where the package was installed from a clone, there is nothing to unpack.
    """
    from mlp_helpers.course.edition import start as unpack

    typer.echo("\n".join(unpack(folder)))


@app.command(cls=Command, context_settings=PASS_THROUGH_ARGUMENTS)
def lab(
    context: typer.Context,
    port: Annotated[
        int | None, typer.Option(metavar="PORT", parser=whole(1, 65535), help="By default a free one.")
    ] = None,
):
    """Open the course in JupyterLab.

    Run it in the course's folder. Further options are those of jupyter lab.
    """
    from mlp_helpers.course.lab import open_lab

    _notebooks("lab")
    _print_age()
    open_lab([*([f"--port={port}"] if port else []), *context.args])


@app.command(cls=Command)
def doctor(as_json: Json = False):
    """Check that this machine runs the course and reproduces it.

    Looks at Python, the packages, the widgets, the data, NumPy's speed and digits, memory and disk, and at what
    grading needs. It changes nothing and downloads nothing. Each line ends with the command that mends what is
    wrong; run it in the course's folder.
    """
    from mlp_helpers.course.doctor import WRONG, examine, summary

    findings = examine()
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(finding) for finding in findings], indent=2))
    else:
        for finding in findings:
            state = typer.style(f"{finding.state:8}", fg=COLOURS[finding.state])
            remedy = f". To mend it: {finding.remedy}" if finding.remedy else ""
            typer.echo(f"{state} {finding.name:12} {finding.found}{remedy}")
        typer.echo(summary(findings))
    raise typer.Exit(int(any(finding.state == WRONG for finding in findings)))


def _notebook(text):
    """Return the path of a notebook, which may be named by its number, or by the beginning of its name."""
    from mlp_helpers.services.validation import one_of

    path = Path(text)
    if path.is_file() and path.suffix == ".ipynb":
        return path
    there = _notebooks("check")
    word = path.name if path.parent in (Path(), Path("notebooks")) else text
    start = word.zfill(2) if word.isdecimal() else word
    begun = [found for found in there if found.name.startswith(start)]
    if len(begun) == 1:
        return begun[0]
    try:
        one_of(
            word.removesuffix(".ipynb"), [found.stem for found in there], "it", "a notebook or its number, such as 03"
        )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _checked(paths):
    """Return the reports on notebooks; a bar on the terminal shows how far the checks are."""
    from mlp_helpers.course.progress import check_notebooks

    if not sys.stderr.isatty():
        return list(check_notebooks(paths))
    with typer.progressbar(check_notebooks(paths), length=len(paths), label="Checking", file=sys.stderr) as reports:
        return list(reports)


@app.command(cls=Command)
def check(
    notebooks: Annotated[
        list[Path] | None,
        typer.Argument(metavar="NOTEBOOK", parser=_notebook, help="A file or its number; by default all."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 unless everything is right.")] = False,
    as_json: Json = False,
):
    """Say which exercises are done, which are not right, and why.

    Runs only what leads to the checks, in kernels of its own, and changes nothing. A cell may take 20 seconds. An
    answer that cannot be run costs its own exercise, and none after it. Wrong answers are no error, unless --strict.
    """
    from mlp_helpers.course import progress

    paths = notebooks or _notebooks("check")
    reports = _checked(paths)
    if as_json:
        typer.echo(json.dumps([progress.as_dict(report) for report in reports], indent=2))
    else:
        _print_age()
        for report in reports:
            heading, *rest = progress.lines(report)
            typer.echo(heading)
            for outcome, line in zip([*report.outcomes, *report.troubles], rest, strict=True):
                colour = STATES.get(getattr(outcome, "state", "error"))
                typer.echo(typer.style(line, fg=colour) if colour else line)
        outcomes = [outcome for report in reports for outcome in report.outcomes]
        if outcomes:
            typer.echo(progress.total(outcomes))
    failed = not all(map(progress.is_right, reports)) if strict else any(report.troubles for report in reports)
    raise typer.Exit(int(failed))


@app.command(cls=Command, context_settings=PASS_THROUGH_ARGUMENTS)
def test(context: typer.Context):
    """Run the notebooks from top to bottom.

    It takes some minutes, in the course's folder. What the notebooks print and draw is compared with what is stored in
    them; in a students' edition, where it depends on the answers, they only have to run. Further arguments are
    notebooks or their numbers, and then options of pytest.
    """
    from mlp_helpers.course.lab import run, test_command

    paths = _notebooks("test")
    named = list(itertools.takewhile(lambda argument: not argument.startswith("-"), context.args))
    options = context.args[len(named) :]
    names_some = named or any(argument.endswith(".ipynb") for argument in options)
    run(test_command([*map(_notebook, named), *([] if names_some else paths), *options]))


@app.command(cls=Command)
def release(
    dest: Annotated[Path, typer.Argument(metavar="DEST", help="A new folder, or an empty one.")],
    zip_file: Annotated[
        Path | None,
        typer.Option("--zip", metavar="FILE", dir_okay=False, help="Also write one zip file, for a platform."),
    ] = None,
    excursions: Annotated[bool, typer.Option(help="Include the optional notebooks 08 and 09, and their data.")] = True,
    source: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="A clone of the course; by default the installed one.")
    ] = None,
):
    """Write the students' edition, with placeholders for the answers.

    A source that gives an answer away, or that cannot be graded, is refused; each fault is said, with its file and
    cell. From the same commit the zip file comes out the same to the byte.
    """
    from mlp_helpers.authoring.release import InvalidSource
    from mlp_helpers.authoring.release import release as write_release
    from mlp_helpers.services.files import REPOSITORY

    if sys.stderr.isatty():
        typer.echo("Looking for faults in the notebooks and exercises …", err=True)
    try:
        files = write_release(source or REPOSITORY, dest, zip_file, excursions)
    except InvalidSource as error:
        for fault in error.faults:
            typer.echo(fault, err=True)
        fail("release", f"nothing was written: the source has {len(error.faults)} faults, see above")
    typer.echo(f"{dest}: {len(files)} files" + (f"; {zip_file}" if zip_file else ""))


@app.command(cls=Command)
def update(
    release: Annotated[
        Path | None,
        typer.Argument(metavar="RELEASE", exists=True, help="A folder or a zip file; by default what pip installed."),
    ] = None,
):
    """Bring a newer release in, and keep every answer.

    Run it in the course's folder. It copies your notebooks into backups/ first, and says what is new. Where it was
    interrupted, the same command goes on, and nothing is lost.
    """
    from mlp_helpers.course.update import update as bring_in

    _notebooks("update")
    typer.echo("\n".join(bring_in(release, Path())))


@app.command(cls=Command)
def submit(
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", dir_okay=False, help="By default submission-DATE.zip.")
    ] = None,
):
    """Check your answers, pack them into one file, print a receipt.

    Run it in the course's folder, and hand the file in. What counts is what your instructor's grading finds.
    """
    from mlp_helpers.course.submission import submit as pack

    _notebooks("submit")
    submission = pack(Path(), out, check_notebooks=_checked)
    typer.echo(submission.receipt)
    typer.echo(f"{'Do not hand in this file yet' if submission.damaged else 'Hand in this file'}: {submission.path}")
    for problem in [*submission.damaged, *submission.problems]:
        typer.echo(f"{'Look' if submission.damaged else 'But look'} at this first: {problem}")
    raise typer.Exit(int(bool(submission.damaged)))


@app.command(cls=Command)
def export(
    out: Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False)] = Path("my_mlp.py"),
    replace: Annotated[bool, typer.Option("--replace", help="Write over a file that is there.")] = False,
):
    """Write your own network as one file that needs NumPy alone.

    Run it in the course's folder. The file has your answers from the saved notebooks, as far as the network needs
    them, and trains it on MNIST. Nothing is written while one of these is missing or not right.
    """
    import contextlib

    from mlp_helpers.yours.export import NotReady, write

    _notebooks("export")
    path = out.absolute()
    try:
        with contextlib.chdir("notebooks"):
            seconds, slow = write(path, replace)
    except NotReady as error:
        for reason in error.reasons:
            typer.echo(reason, err=True)
        fail("export", "nothing was written, see above")
    duration = f"{seconds:.0f} seconds" if seconds < 100 else f"{seconds / 60:.0f} minutes"
    why = f" Most of that is spent in your `{slow}`: ten seconds are usual." if slow else ""
    typer.echo(f"Written: {out}. `python {out} data` trains your network, in about {duration} here.{why}")


def _print_age():
    """Say whether the current folder is older or newer than the package."""
    from mlp_helpers.course.edition import age

    old_or_new = age(Path())
    if old_or_new:
        typer.echo(old_or_new)


def _notebooks(command):
    """Return the notebooks of the current folder; exit if there are none."""
    paths = sorted(Path("notebooks").glob("*.ipynb"))
    if not paths:
        fail(command, f"{Path.cwd()} holds no course: go to the folder of yours, or make one by `mlp-course start`")
    return paths


def _only_in_a_clone(context: typer.Context):
    """Say that it takes a clone of the course."""
    name = context.info_name
    fail(name, f"this is the students' edition, which cannot {name}; that needs a clone of the course")


try:
    from mlp_helpers.grading.commands import app as grade_app
except ModuleNotFoundError as error:
    if error.name != "mlp_helpers.grading":
        raise
    for name in ("grade", "release"):  # in place of `release`, too
        app.command(name, context_settings=PASS_THROUGH_ARGUMENTS, hidden=True)(_only_in_a_clone)
else:
    app.add_typer(grade_app, name="grade", short_help="Grade submissions, each in a sandbox.")

app.add_typer(tune_app, name="tune")

if __name__ == "__main__":
    app(prog_name="mlp-course")
