"""Time a search against training alone, and two workers against one: `make bench-search`.

All trials train the same network on all of MNIST; only the seeds differ. Run it on an idle machine.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import optuna
from goals import Goal, report
from threadpoolctl import threadpool_limits

from mlp_helpers import MLPConfig
from mlp_helpers.data import training_data
from mlp_helpers.tuning.storage import open_storage
from mlp_helpers.tuning.studies import Range, SearchSpace, make_study
from mlp_helpers.tuning.team import Search, run_team
from mlp_helpers.tuning.workers import work

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "tuning" / "workers"))
from postgres_server import serving

TRIAL_SECONDS = 10
N_TRIALS = 12  # for one worker or two


def main():
    """Measure and print the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with tempfile.TemporaryDirectory() as folder, serving() as postgres:
        goals = overheads({"SQLite": f"sqlite:///{folder}/study.db", "PostgreSQL": postgres.url}, options.rounds)
        goals.append(second_worker(Path(folder), options.rounds))
    report(goals, options.json)


def timed(act, *arguments):
    """Return how many seconds a call takes."""
    started = time.perf_counter()
    act(*arguments)
    return time.perf_counter() - started


def overheads(urls, rounds):
    """Return the goals for the time of a trial in each storage, relative to its training alone; they take turns."""
    data = training_data()
    base = MLPConfig(dtype="float32", epochs=2)
    with threadpool_limits(1):

        def train_alone(seed):
            config = base.replace(seed=seed)
            list(config.run(config.build(), *data))

        base = base.replace(epochs=round(TRIAL_SECONDS / (timed(train_alone, 0) / base.epochs)))
        space = SearchSpace(base, seed=Range(0, 10**6))
        searches = {}
        for name, url in urls.items():
            storage = open_storage(url)
            searches[name] = make_study(space, storage=storage), storage
        alone, seconds = [], {name: [] for name in urls}
        for i in range(rounds):
            alone.append(timed(train_alone, i))
            for name, search in searches.items():
                seconds[name].append(timed(work, *search, data, space, i + 1))
            print(
                f"{base.epochs} epochs alone {alone[-1]:.2f} s", *(f"{name} {seconds[name][-1]:.2f} s" for name in urls)
            )
    for _, storage in searches.values():
        storage.engine.dispose()
    return [
        Goal(
            f"a trial's time with {name}, by its training's alone",
            1.05,
            False,
            [searched / bare for searched, bare in zip(seconds[name], alone, strict=True)],
        )
        for name in urls
    ]


def second_worker(folder, rounds):
    """Return the goal for the trials per hour of two workers, relative to one."""
    space = SearchSpace(MLPConfig(dtype="float32", epochs=8), seed=Range(0, 10**6))

    def trials_an_hour(jobs, i):
        search = Search(space, f"sqlite:///{folder / f'{jobs}-{i}.db'}", "mnist", "random", "none")
        study, _ = run_team(search, N_TRIALS, jobs, tell=lambda line: None)
        trials = study.trials
        first = min(trial.datetime_start for trial in trials)
        last = max(trial.datetime_complete for trial in trials)
        return 3600 * len(trials) / (last - first).total_seconds()

    ratios = []
    for i in range(rounds):
        one, two = trials_an_hour(1, i), trials_an_hour(2, i)
        ratios.append(two / one)
        print(f"trials an hour: one worker {one:.0f}, two {two:.0f}")
    return Goal("trials an hour, two workers by one", 1.8, True, ratios)


if __name__ == "__main__":
    main()
