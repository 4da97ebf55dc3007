"""Recorded trainings of the site's playground: their format and size, and that training anew gives the same."""

import contextlib
import dataclasses
import itertools
import json
import os
import signal
import subprocess
import sys

import explorable
import numpy as np
import pytest
import site_playground
from explorable import GRID, Grid

from mlp_helpers import MLPConfig, TrainingDiverged
from mlp_helpers.services.files import REPOSITORY

SMALL = Grid(
    base=MLPConfig(hidden=(4, 4), batch_size=50, epochs=3),
    n_samples=200,
    depths=(1, 2),
    widths=(4,),
    activations=("relu", "linear"),
    optimizers=("sgd",),
    learning_rates=(0.1, 1000),
    batch_sizes=(50,),
    image_epochs=(1, 3),
)
MANY = dataclasses.replace(SMALL, depths=(1,), widths=tuple(range(1, 7)), learning_rates=(0.1,))
RECORDED = sorted(GRID.architectures())
# Architecture, run and how many of its epochs are trained anew.
ANEW = [
    pytest.param("relu-80-80", "sgd 0.1 50", 3, marks=pytest.mark.thorough),
    ("tanh-30", "momentum 0.1 50", 3),
    pytest.param("sigmoid-10-10", "sgd 1 500", 30, marks=pytest.mark.thorough),
    ("linear-10", "sgd 1 50", 30),
    ("linear-80-80", "momentum 10 500", 30),
    ("relu-30-30", "sgd 1 50", 2),
]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Return the folder of the recorded SMALL."""
    folder = tmp_path_factory.mktemp("small")
    explorable.main(grid=SMALL, folder=folder)
    return folder


@pytest.fixture(scope="module")
def recorded():
    """Return the committed files, by the names of the architectures."""
    return {name: explorable.read(name) for name in RECORDED}


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# --- Format -----------------------------------------------------------------------------------------------------------


def test_there_is_a_file_for_each_architecture_and_a_run_for_each_combination(small):
    assert sorted(contents(small)) == ["linear-4-4.json", "linear-4.json", "relu-4-4.json", "relu-4.json"]
    found = explorable.read("relu-4-4", SMALL, small)
    assert list(found["runs"]) == ["sgd 0.1 50", "sgd 1000 50"]
    assert SMALL.n_runs == 8


def test_a_run_holds_what_the_training_gave(small):
    config = SMALL.base.replace(activations="linear")
    X, y, X_valid, y_valid = explorable.data(200)
    network = config.build()
    assert explorable.images(network.params()[0]) == explorable.read("linear-4-4", SMALL, small)["start"]
    results, after_first = [], None
    for result in config.run(network, X, y, X_valid, y_valid):
        results.append(result)
        after_first = after_first or explorable.images(network.params()[0])
    run = explorable.read("linear-4-4", SMALL, small)["runs"]["sgd 0.1 50"]
    assert run["valid_loss"] == pytest.approx([result.valid_loss for result in results], rel=6e-5)
    assert [wrong / 200 for wrong in run["train_wrong"]] == [result.train_error for result in results]
    assert [wrong / 10_000 for wrong in run["valid_wrong"]] == [result.valid_error for result in results]
    assert run["images"] == {"1": after_first, "3": explorable.images(network.params()[0])}
    assert (run["diverged"], run["steady"]) == (None, 3)


def test_a_diverged_run_ends_at_its_epoch(small):
    run = explorable.read("linear-4-4", SMALL, small)["runs"]["sgd 1000 50"]
    network = SMALL.base.replace(activations="linear", learning_rate=1000).build()
    with pytest.raises(TrainingDiverged) as error:
        list(SMALL.base.replace(activations="linear", learning_rate=1000).run(network, *explorable.data(200)))
    assert run["diverged"] == error.value.epoch == len(run["valid_loss"])


def test_images():
    """Four pixels become one; the largest weight is the last level, zero the middle one."""
    W = np.zeros((28, 28, 2))
    W[0:2, 0:2, 0] = [[4, 8], [0, 4]]  # 4 on the average
    W[26:, 26:, 0] = -2
    W[:, :, 1] = 1e-3
    text = explorable.images(W.reshape(784, 2))
    first, second = text[:196], text[196:]
    levels = [explorable.LEVELS.index(letter) for letter in (first[0], first[1], first[-1])]
    assert len(second) == 196
    assert levels[1] == 31  # zero
    assert levels[0] == 62  # beyond the quantile that is drawn darkest
    assert levels[2] < 31


def test_levels_are_fine_enough():
    W = np.random.default_rng(0).normal(0, 0.1, (784, 30))
    text = explorable.images(W)
    assert len(text) == 20 * 196
    means = W.T[:20].reshape(20, 14, 2, 14, 2).mean(axis=(2, 4)).ravel()
    largest = np.quantile(np.abs(means), 0.995)
    found = (np.array([explorable.LEVELS.index(letter) for letter in text]) - 31) / 31
    np.testing.assert_allclose(found, (means / largest).clip(-1, 1), atol=0.5 / 31 + 1e-12)


@pytest.mark.parametrize(("value", "kept"), [(0.123456, 0.12346), (638.7654, 638.77), (np.nan, None), (np.inf, None)])
def test_five_digits(value, kept):
    assert explorable.rounded(value) == kept


@pytest.mark.thorough
def test_chaos_is_noticed():
    """At a large learning rate, a difference in the last place grows until the digits differ."""
    config = GRID.base.replace(hidden=(30, 30), learning_rate=1, epochs=1)
    assert explorable.record(config, 10_000, ())["steady"] == 0
    assert explorable.record(config.replace(learning_rate=0.1), 10_000, ())["steady"] == 1


# --- Resuming ---------------------------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_a_killed_command_goes_on(tmp_path):
    folder, script = tmp_path / "killed", tmp_path / "command.py"
    script.write_text(
        "import pathlib, sys, explorable\n"
        "sys.path.append(sys.argv[2])\n"
        "import test_explorable\n"
        "explorable.main(grid=test_explorable.MANY, folder=pathlib.Path(sys.argv[1]))\n"
    )
    command = [sys.executable, str(script), str(folder), str(REPOSITORY / "tests" / "scripts")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(REPOSITORY / "scripts"), *sys.path])}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, start_new_session=True)
    assert process.stdout.readline().startswith(b"relu-")
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    times = {path: path.stat().st_mtime_ns for path in folder.glob("*.json")}
    assert 1 <= len(times) < 12
    explorable.main(grid=MANY, folder=folder)
    assert {path: path.stat().st_mtime_ns for path in times} == times
    explorable.main(grid=MANY, folder=tmp_path / "whole")
    assert len(contents(folder)) == 12
    assert contents(folder) == contents(tmp_path / "whole")


def test_files_of_another_version_are_made_anew_and_others_deleted(small, tmp_path):
    for name, content in contents(small).items():
        (tmp_path / name).write_bytes(content)
    file = tmp_path / "relu-4.json"
    file.write_text(file.read_text().replace(SMALL.version, "0" * 12))
    (tmp_path / "swish-4.json").write_text("{}")
    assert explorable.read("relu-4", SMALL, tmp_path) is None
    explorable.main(["relu"], SMALL, tmp_path)
    assert (tmp_path / "swish-4.json").exists()
    explorable.main((), SMALL, tmp_path)
    assert contents(tmp_path) == contents(small)


def test_every_part_of_the_grid_counts_for_its_version():
    changes = {"n_samples": 100, "widths": (5,), "base": SMALL.base.replace(seed=1), "image_epochs": (1,)}
    versions = {dataclasses.replace(SMALL, **{name: value}).version for name, value in changes.items()}
    assert len(versions | {SMALL.version}) == 5


# --- What is committed ------------------------------------------------------------------------------------------------


def test_everything_is_recorded(recorded):
    assert [name for name, found in recorded.items() if found is None] == []
    assert sorted(path.stem for path in explorable.FOLDER.glob("*.json")) == RECORDED
    runs = [run for found in recorded.values() for run in found["runs"].values()]
    assert len(runs) == GRID.n_runs
    for name, found in recorded.items():
        n_characters = 196 * min(20, int(name.split("-")[1]))
        for run in found["runs"].values():
            n_epochs = GRID.base.epochs if run["diverged"] is None else run["diverged"]
            assert {len(run[f"{part}_loss"]) for part in ("train", "valid")} == {n_epochs}
            assert {len(run[f"{part}_wrong"]) for part in ("train", "valid")} == {n_epochs}
            assert [int(epoch) for epoch in run["images"]] == [at for at in GRID.image_epochs if at <= n_epochs]
            assert {len(text) for text in (found["start"], *run["images"].values())} == {n_characters}
            assert 0 <= run["steady"] <= n_epochs


def test_all_are_small(recorded):
    scripts = {name: site_playground.script(name, found) for name, found in recorded.items()}
    assert sum(map(len, scripts.values())) < 5e6
    assert max(map(len, scripts.values())) < 3e5
    assert sum(path.stat().st_size for path in explorable.FOLDER.glob("*.json")) < 5e6


@pytest.mark.parametrize(("name", "run", "n_epochs"), ANEW, ids=lambda value: str(value))
def test_training_anew_gives_the_same(recorded, name, run, n_epochs):
    kept, config = recorded[name]["runs"][run], GRID.runs(GRID.architectures()[name])[run]
    results = []
    training = config.run(config.build(), *explorable.data(GRID.n_samples))
    diverges = kept["diverged"] is not None and kept["diverged"] < n_epochs
    match = f"in epoch {kept['diverged']} "
    with pytest.raises(TrainingDiverged, match=match) if diverges else contextlib.nullcontext():
        results.extend(itertools.islice(training, n_epochs))
    assert len(results) == (kept["diverged"] if diverges else n_epochs)
    for result in results[: kept["steady"]]:
        for part, n_images in (("train", GRID.n_samples), ("valid", 10_000)):
            assert getattr(result, f"{part}_loss") == pytest.approx(kept[f"{part}_loss"][result.epoch], rel=6e-5)
            assert getattr(result, f"{part}_error") == kept[f"{part}_wrong"][result.epoch] / n_images


def test_the_code_is_the_configuration(recorded):
    for name, architecture in GRID.architectures().items():
        for config in GRID.runs(architecture).values():
            values = {"learning_rate": f"{config.learning_rate:g}", "batch_size": config.batch_size}
            code = recorded[name]["config"].format(optimizer=f"'{config.optimizer}'", **values)
            assert eval(code, {"MLPConfig": MLPConfig}) == config


def test_the_fields_are_those_of_the_playground_of_the_notebook():
    cells = json.loads((REPOSITORY / "notebooks" / "06_tuning.ipynb").read_text())["cells"]
    sources = {cell["id"]: "".join(cell["source"]) for cell in cells}
    found = {"MLPConfig": MLPConfig}
    exec(sources["base-config"], found)
    assert GRID.base == found["base"].replace(hidden=(80, 80), epochs=30)
    assert (
        "few = X_train[:10_000], y_train[:10_000], X_valid, y_valid\npg = playground(base, *few, "
        in sources["playground"]
    )


# --- What the page gets -----------------------------------------------------------------------------------------------


def test_the_page_begins_with_the_base():
    grid = site_playground.grid()
    assert grid["title"] == f"Playground: {GRID.n_runs} recorded trainings"
    for control in grid["controls"]:
        assert grid["values"][control["name"]] in [value for value, _ in control["options"]]


def test_without_the_recorded_trainings_there_is_no_site(tmp_path, monkeypatch):
    monkeypatch.setattr(site_playground.explorable, "read", lambda name: None)
    with pytest.raises(site_playground.NotRecorded, match=r"relu-10\.json is missing .* make explorable makes it"):
        site_playground.write(tmp_path)
