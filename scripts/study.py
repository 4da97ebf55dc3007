"""Run the two studies that notebook 08 reads: `make study`, half an hour on two cores.

data/studies/mnist.db      a search on all of MNIST, as `mlp-course tune` runs it
data/studies/race.json     samplers and pruners given equal training time, on a fifth of the data, with many seeds
"""

import json
import sqlite3
import tempfile
import time
from pathlib import Path

import optuna

from mlp_helpers import MLPConfig
from mlp_helpers.data import REPOSITORY_DATA, training_data
from mlp_helpers.services.files import replacing, write_file
from mlp_helpers.services.threads import n_cores, process_for_each_core
from mlp_helpers.tuning.studies import Range, SearchSpace, default_space, make_study, objective
from mlp_helpers.tuning.team import Search, run_team

STUDIES = REPOSITORY_DATA / "studies"
N_TRIALS = 60  # of the search on all of MNIST
N_RANDOM = 80  # trials of a race's random search, whose total time is the others' budget
SEEDS = range(12)
CONTENDERS = {"TPE": ("tpe", "none"), "TPE, median": ("tpe", "median"), "TPE, Hyperband": ("tpe", "hyperband")}
RACE_SPACE = SearchSpace(
    MLPConfig(epochs=8, optimizer="momentum", dtype="float32"),
    layers=Range(1, 2),
    units=Range(40, 160, log=True),
    activations=["relu", "tanh", "sigmoid"],
    init_stddev=Range(0.003, 0.3, log=True),
    learning_rate=Range(0.001, 1.0, log=True),
    momentum=Range(0.0, 0.95),
    batch_size=Range(20, 200, log=True),
    weight_decay=Range(1e-6, 1e-2, log=True),
)


def main():
    """Run both studies."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    STUDIES.mkdir(exist_ok=True)
    search()
    with process_for_each_core() as pool:
        races = pool.map(race, SEEDS, chunksize=1)
    write_file(STUDIES / "race.json", json.dumps({name: [run[name] for run in races] for name in races[0]}) + "\n")


def search():
    """Search on all of MNIST and write mnist.db."""
    with tempfile.TemporaryDirectory() as folder, replacing(STUDIES / "mnist.db") as temporary:
        made = Path(folder) / "mnist.db"
        run_team(Search(default_space(), f"sqlite:///{made}", "mnist", seed=0), N_TRIALS, n_cores())
        with sqlite3.connect(made) as connection:  # compacts the file
            connection.execute(f"VACUUM INTO '{made}.small'")
        temporary.write_bytes(Path(f"{made}.small").read_bytes())


def race(seed):
    """Return {contender: [(seconds since its start, error or None if pruned), …]} for one seed."""
    X, y, X_valid, y_valid = training_data()
    data = X[:10_000], y[:10_000], X_valid[:5000], y_valid[:5000]
    optuna.logging.set_verbosity(optuna.logging.ERROR)

    def run(sampler, pruner, is_over):
        study = make_study(RACE_SPACE, sampler=sampler, pruner=pruner, seed=seed, name=f"race {seed}")
        tried = []
        while not is_over(tried):
            started = time.process_time()
            study.optimize(lambda trial: objective(trial, data, RACE_SPACE), n_trials=1)
            seconds = time.process_time() - started + (tried[-1][0] if tried else 0)
            trial = study.trials[-1]
            tried.append((round(seconds, 2), trial.value if trial.state.name == "COMPLETE" else None))
        return tried

    tried = {"random": run("random", "none", lambda tried: len(tried) == N_RANDOM)}
    end, _ = tried["random"][-1]
    for name, (sampler, pruner) in CONTENDERS.items():
        tried[name] = run(sampler, pruner, lambda tried: tried and tried[-1][0] > end)
    print(f"race {seed} is over", flush=True)
    return tried


if __name__ == "__main__":
    main()
