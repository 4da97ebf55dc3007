"""`mlp-course`, the command line of the course. What a command needs is imported when it runs."""

import dataclasses
import json
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer


def _exit_codes(*meanings):
    """Return the end of a command's help; \\b keeps the lines."""
    return "\b\nExit codes:\n" + "".join(f"  {code}  {meaning}\n" for code, meaning in enumerate(meanings))


EPILOG = _exit_codes("all is well, perhaps with warnings", "something is wrong", "wrong usage")
TUNE_EPILOG = _exit_codes("the study is finished", "something is wrong", "wrong usage", "stopped before the end")
CHECK_EPILOG = _exit_codes("everything could be run, right or not", "something could not be run", "wrong usage")
COLOURS = {"ok": typer.colors.GREEN, "warning": typer.colors.YELLOW, "wrong": typer.colors.RED}

# Without markup the help is plain text, the same on each terminal and in a file.
app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
tune_app = typer.Typer(rich_markup_mode=None)
app.add_typer(tune_app, name="tune")
SECONDS = {"s": 1, "m": 60, "h": 3600}
STATES = {"done": typer.colors.GREEN, "not right": typer.colors.YELLOW, "error": typer.colors.RED}
STORAGE_HELP = "Address of the database; by default an SQLite file in your folder of settings."


@app.callback(epilog=EPILOG, no_args_is_help=True)
def course():
    """Commands of the course "A first neural network, built by hand"."""


@app.command(epilog=EPILOG)
def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON, for a program.")] = False):
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
            _print_finding(finding)
        typer.echo(summary(findings))
    raise typer.Exit(int(any(finding.state == WRONG for finding in findings)))


def _print_finding(finding):
    """Print a finding as one line, its state coloured where the output is a terminal."""
    state = typer.style(f"{finding.state:8}", fg=COLOURS[finding.state])
    remedy = f". To mend it: {finding.remedy}" if finding.remedy else ""
    typer.echo(f"{state} {finding.name:12} {finding.found}{remedy}")


@app.command(epilog=CHECK_EPILOG)
def check(notebooks: Annotated[list[Path] | None, typer.Argument(help="By default all of notebooks/.")] = None):
    """Say which exercises are done, which are not right, and why.

    Runs only what leads to the checks, in kernels of its own, and changes nothing. A cell may take 20 seconds. An
    answer that cannot be run costs its own exercise, and none after it.
    """
    from mlp_helpers.course import progress

    paths = notebooks or sorted(Path("notebooks").glob("*.ipynb"))
    if not paths:
        _fail("check", "NOTEBOOKS must be named, or lie in notebooks/ of the current folder, which has none")
    reports = progress.check_notebooks(paths)
    for report in reports:
        heading, *rest = progress.lines(report)
        typer.echo(heading)
        for outcome, line in zip([*report.outcomes, *report.troubles], rest, strict=True):
            typer.secho(line, fg=STATES.get(getattr(outcome, "state", "error")))
    typer.echo(progress.total([outcome for report in reports for outcome in report.outcomes]))
    raise typer.Exit(int(any(report.troubles for report in reports)))


@app.command(epilog=EPILOG)
def release(
    dest: Annotated[Path, typer.Argument(help="A new folder, or an empty one.")],
    zip_file: Annotated[Path | None, typer.Option("--zip", help="Also write one zip file, for a platform.")] = None,
    excursions: Annotated[bool, typer.Option(help="Include the optional notebooks 07 and 08, and their data.")] = True,
    source: Annotated[Path | None, typer.Option(help="The course's folder; by default the installed one.")] = None,
):
    """Write the students' edition, with placeholders for the answers.

    A source that gives an answer away, or that cannot be graded, is refused; each fault is said, with its file and
    cell. From the same commit the zip file comes out the same to the byte.
    """
    from mlp_helpers.authoring.release import InvalidSource
    from mlp_helpers.authoring.release import release as write_release
    from mlp_helpers.files import REPOSITORY

    try:
        files = write_release(source or REPOSITORY, dest, zip_file, excursions)
    except InvalidSource as error:
        for fault in error.faults:
            typer.echo(fault, err=True)
        _fail("release", f"nothing was written: the source has {len(error.faults)} faults, see above")
    except OSError as error:
        _fail("release", error)
    typer.echo(f"{dest}: {len(files)} files" + (f"; {zip_file}" if zip_file else ""))


@app.command(epilog=EPILOG)
def update(release: Annotated[Path, typer.Argument(help="The newer release, a folder or a zip file.")]):
    """Bring a newer release in, and keep every answer.

    Run it in the course's folder. It copies your notebooks into backups/ first. Where it was interrupted, the same
    command goes on, and nothing is lost.
    """
    from mlp_helpers.course.archive import ArchiveError
    from mlp_helpers.course.update import update as bring_in

    try:
        lines = bring_in(release, Path())
    except (ArchiveError, OSError) as error:
        _fail("update", error)
    typer.echo("\n".join(lines))


@app.command(epilog=EPILOG)
def submit(out: Annotated[Path | None, typer.Option(help="The file; by default submission-, date, .zip.")] = None):
    """Check your answers, pack them into one file, print a receipt.

    Run it in the course's folder, and hand the file in. What counts is what your instructor's grading finds.
    """
    from mlp_helpers.course.archive import ArchiveError
    from mlp_helpers.course.submission import submit as pack

    try:
        submission = pack(Path(), out)
    except (ArchiveError, OSError) as error:
        _fail("submit", error)
    typer.echo(f"{submission.receipt}\nHand in this file: {submission.path}")
    for problem in submission.problems:
        typer.echo(f"But look at this first: {problem}")


def _fail(command, reason):
    """Say on standard error what is wrong, and exit."""
    typer.echo(f"mlp-course {command}: {reason}", err=True)
    raise typer.Exit(1)


def _seconds(text):
    """Return how many seconds a text such as 90s, 20m or 1.5h stands for."""
    try:
        seconds = float(text[:-1]) * SECONDS[text[-1:]]
    except (ValueError, KeyError):
        seconds = 0
    if not 0 < seconds < float("inf"):
        raise typer.BadParameter(f"must be a time such as 90s, 20m or 1.5h, got {text!r}")
    return seconds


def _storage_or_default(url):
    if url is not None:
        return url
    folder = Path(typer.get_app_dir("mlp-course"))
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{folder / 'studies.db'}"


@tune_app.callback(invoke_without_command=True, epilog=TUNE_EPILOG)
def tune(
    context: typer.Context,
    trials: Annotated[int, typer.Option(min=1, help="Trials of the whole study, earlier ones included.")] = 60,
    jobs: Annotated[int, typer.Option(min=1, help="Processes, each on a core of its own.")] = 1,
    time_limit: Annotated[str | None, typer.Option(help="Such as 90s, 20m or 1.5h.", parser=_seconds)] = None,
    storage: Annotated[str | None, typer.Option(help=STORAGE_HELP)] = None,
    study: Annotated[str, typer.Option(help="Name of the study.")] = "mnist",
    sampler: Annotated[str, typer.Option(help="random, grid, tpe or cmaes.")] = "tpe",
    pruner: Annotated[str, typer.Option(help="none, median or hyperband.")] = "median",
    epochs: Annotated[int, typer.Option(min=1, help="Of each training.")] = 15,
    seed: Annotated[int | None, typer.Option(min=0, help="Makes one job's choices repeatable.")] = None,
):
    """Search for good hyperparameters on MNIST.

    The same command goes on with a study that was interrupted, and any number of machines that give the same storage
    work at it together. Ctrl-C ends it after the running epoch, and loses nothing.
    """
    if context.invoked_subcommand is not None:
        return
    from optuna.exceptions import StorageInternalError

    from mlp_helpers.data import DataError
    from mlp_helpers.tuning.studies import default_space
    from mlp_helpers.tuning.team import Search, WorkersFailed, run_team

    search = Search(default_space(epochs), _storage_or_default(storage), study, sampler, pruner, seed)
    try:
        found, finished = run_team(search, trials, jobs, time_limit, typer.echo)
    except StorageInternalError as error:
        _fail("tune", f"the storage failed: {error.__cause__}")
    except (ValueError, WorkersFailed, DataError) as error:
        _fail("tune", error)
    _print_best(found)
    if not finished:
        typer.echo(f"Stopped before {trials} trials were finished. The same command goes on.")
        raise typer.Exit(3)


@tune_app.command(epilog=TUNE_EPILOG)
def show(
    storage: Annotated[str | None, typer.Option(help=STORAGE_HELP)] = None,
    study: Annotated[str, typer.Option(help="Name of the study.")] = "mnist",
    rows: Annotated[int, typer.Option(min=1, help="Of the table.")] = 10,
    figures: Annotated[Path | None, typer.Option(help="Folder for the figures; by default one in yours.")] = None,
):
    """Print the best trials of a study and the best configuration as Python, and draw the study.

    The figures are the errors of all trials, their learning curves, and the importance of the hyperparameters.
    """
    import optuna

    from mlp_helpers.tuning.storage import open_storage

    try:
        found = optuna.load_study(study_name=study, storage=open_storage(_storage_or_default(storage)))
    except KeyError:
        _fail("tune show", f"there is no study {study!r} in this storage")
    except ValueError as error:
        _fail("tune show", error)
    complete = sorted(found.get_trials(states=[optuna.trial.TrialState.COMPLETE]), key=lambda trial: trial.value)
    typer.echo(f"{'trial':>5}  {'error':>7}  {'epochs':>6}  hyperparameters")
    for trial in complete[:rows]:
        chosen = ", ".join(
            f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}"
            for name, value in trial.params.items()
        )
        typer.echo(f"{trial.number:5}  {100 * trial.value:5.2f} %  {len(trial.intermediate_values):6}  {chosen}")
    _print_best(found)
    _draw(found, figures or Path(typer.get_app_dir("mlp-course")) / "figures" / quote(study, safe=""))


def _draw(study, folder):
    """Write the figures of a study, as far as it has trials enough, into a folder."""
    from mlp_helpers import plots
    from mlp_helpers.files import replacing
    from mlp_helpers.tuning.studies import importances

    figures = {"history": plots.search_history(study), "curves": plots.search_curves(study)}
    try:
        figures["importance"] = plots.importance_bars(importances(study))
    except ValueError as error:
        typer.echo(f"no figure of the importance: {error}")
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        with replacing(folder / f"{name}.png") as temporary:
            figure.savefig(temporary, format="png", dpi=144)
    typer.echo(f"figures: {folder}")


def _print_best(study):
    """Print how many trials there are of each kind, and the best configuration as Python."""
    from collections import Counter

    from mlp_helpers.tuning.studies import best_config

    counts = Counter(trial.state.name.lower() for trial in study.get_trials(deepcopy=False))
    typer.echo(f"{study.study_name}: " + (", ".join(f"{n} {state}" for state, n in counts.items()) or "no trials"))
    if counts["complete"]:
        typer.echo(f"best: {100 * study.best_value:.2f} % of the validation set misread, by")
        typer.echo(f"config = {best_config(study)!r}")


try:
    from mlp_helpers.grading.cli import app as grade_app
except ModuleNotFoundError as error:
    if error.name != "mlp_helpers.grading":
        raise

    @app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True}, hidden=True)
    def grade():
        """Grade submissions; only the instructor's edition can."""
        _fail("grade", "this is the students' edition, which cannot grade")
else:
    app.add_typer(grade_app, name="grade", short_help="Grade submissions, each in a sandbox.")

if __name__ == "__main__":
    app(prog_name="mlp-course")
