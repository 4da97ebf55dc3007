"""Command `mlp-course tune`: searches for hyperparameters, and shows what was found."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

import typer

from mlp_helpers.services.console import Command, fail, group, whole
from mlp_helpers.services.files import make_folder, replacing

SECONDS = {"s": 1, "m": 60, "h": 3600}


def _folder():
    """Return the user's folder of settings for the course, which need not exist."""
    return Path(typer.get_app_dir("mlp-course"))


Storage = Annotated[
    str | None, typer.Option(metavar="URL", help=f"Of the database; by default {_folder()}/studies.db.")
]
Study = Annotated[str, typer.Option(metavar="NAME", help="Of the study.")]

app = group()


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
    make_folder(_folder())
    return f"sqlite:///{_folder() / 'studies.db'}"


@app.callback(invoke_without_command=True)
def tune(
    context: typer.Context,
    trials: Annotated[
        int, typer.Option(metavar="N", parser=whole(1), help="In the study, earlier ones included.")
    ] = 60,
    jobs: Annotated[int, typer.Option(metavar="N", parser=whole(1), help="Processes, each on a core of its own.")] = 1,
    time_limit: Annotated[
        str | None, typer.Option(metavar="TIME", help="Such as 90s, 20m or 1.5h.", parser=_seconds)
    ] = None,
    storage: Storage = None,
    study: Study = "mnist",
    sampler: Annotated[Literal["random", "tpe", "cmaes"], typer.Option(help="Chooses the trials.")] = "tpe",
    pruner: Annotated[Literal["none", "median", "hyperband"], typer.Option(help="Stops bad ones early.")] = "median",
    epochs: Annotated[int, typer.Option(metavar="N", parser=whole(1), help="Of each training.")] = 15,
    seed: Annotated[
        int | None, typer.Option(metavar="N", parser=whole(0), help="Makes one job's choices repeatable.")
    ] = None,
):
    """Search for good hyperparameters on MNIST.

    The same command goes on with a study that was interrupted, and any number of machines that give the same storage
    work at it together. Ctrl-C ends it after the running epoch, and loses nothing.
    """
    if context.invoked_subcommand is not None:
        return
    from mlp_helpers.data import DataError
    from mlp_helpers.tuning.storage import SearchFailed
    from mlp_helpers.tuning.studies import default_space
    from mlp_helpers.tuning.team import Search, run_team

    search = Search(default_space(epochs), _storage_or_default(storage), study, sampler, pruner, seed)
    try:
        found, finished = run_team(search, trials, jobs, time_limit, typer.echo)
    except (ValueError, SearchFailed, DataError) as error:
        fail("tune", error)
    _print_best(found)
    if not finished:
        typer.echo(f"Stopped before {trials} trials were finished. The same command goes on.")
        raise typer.Exit(3)


@app.command(cls=Command)
def show(
    storage: Storage = None,
    study: Study = "mnist",
    rows: Annotated[int, typer.Option(metavar="N", parser=whole(1), help="Of the table.")] = 10,
    figures: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", file_okay=False, help=f"For the figures; by default one in {_folder()}."),
    ] = None,
):
    """Print the best trials and configuration, and draw the study.

    The configuration is printed as Python. The figures are the errors of all trials, their learning
    curves, and the importance of the hyperparameters.
    """
    import optuna

    from mlp_helpers.tuning.storage import open_storage

    try:
        found = optuna.load_study(study_name=study, storage=open_storage(_storage_or_default(storage)))
    except KeyError:
        fail("tune show", f"there is no study {study!r} in this storage; `mlp-course tune` begins one")
    except ValueError as error:
        fail("tune show", error)
    complete = sorted(found.get_trials(states=[optuna.trial.TrialState.COMPLETE]), key=lambda trial: trial.value)
    typer.echo(f"{'trial':>5}  {'error':>7}  {'epochs':>6}  hyperparameters")
    for trial in complete[:rows]:
        chosen = ", ".join(
            f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}"
            for name, value in trial.params.items()
        )
        typer.echo(f"{trial.number:5}  {100 * trial.value:5.2f} %  {len(trial.intermediate_values):6}  {chosen}")
    _print_best(found)
    _draw(found, figures or _folder() / "figures" / quote(study, safe=""))


def _draw(study, folder):
    """Write the figures of a study, as far as it has trials enough, into a folder."""
    from mlp_helpers import plots
    from mlp_helpers.tuning.studies import importances

    figures = {"history": plots.search_history(study), "curves": plots.search_curves(study)}
    try:
        figures["importance"] = plots.importance_bars(importances(study))
    except ValueError as error:
        typer.echo(f"no figure of the importance: {error}")
    make_folder(folder)
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
