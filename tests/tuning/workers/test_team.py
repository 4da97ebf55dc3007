"""`mlp-course tune` on real MNIST: worker processes, time limit, Ctrl-C, resuming, and progress output."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import optuna
import pytest
from optuna.trial import TrialState
from postgres_server import free_port
from typer.testing import CliRunner

from mlp_helpers import DataError
from mlp_helpers.cli import app
from mlp_helpers.tuning import team
from mlp_helpers.tuning.studies import best_config, default_space
from mlp_helpers.tuning.team import Search, WorkersFailed, run_team

# With this seed the first networks are small.
TUNE = [str(Path(sys.executable).with_name("mlp-course")), "tune", "--epochs", "1", "--seed", "17"]
LINE = re.compile(
    r"trial \d+: (\d+\.\d\d %|pruned, .+); \d+ of \d+, best \d+\.\d\d % \(trial \d+\), \d+ an hour, \d+ min left"
)


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'study.db'}"


@pytest.fixture
def invoke():
    return lambda *arguments: CliRunner().invoke(app, ["tune", *arguments], prog_name="mlp-course")


def states(url):
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    return [trial.state for trial in optuna.load_study(study_name="mnist", storage=url).trials]


def tune(url, *arguments):
    return subprocess.run([*TUNE, "--storage", url, *arguments], capture_output=True, text=True, timeout=300)


def test_two_jobs_then_one_more_trial_then_table_and_figures(url, invoke, tmp_path):
    first = tune(url, "--trials", "2", "--jobs", "2")
    assert (first.returncode, first.stderr) == (0, "")
    assert all(LINE.fullmatch(line) for line in first.stdout.splitlines()[:2]), first.stdout
    assert states(url) == [TrialState.COMPLETE] * 2
    second = tune(url, "--trials", "3")
    assert second.returncode == 0
    assert second.stdout.count("; 3 of 3, best ") == 1
    study = optuna.load_study(study_name="mnist", storage=url)
    assert f"\nconfig = {best_config(study)!r}\n" in second.stdout
    folder = tmp_path / "figures"
    table = invoke("show", "--storage", url, "--rows", "2", "--figures", str(folder))
    assert table.exit_code == 0
    assert table.output.splitlines()[1].split()[:2] == [str(study.best_trial.number), f"{100 * study.best_value:.2f}"]
    assert len(table.output.splitlines()) == 8
    assert "no figure of the importance: study must have at least 20 complete trials, got 3" in table.output
    assert sorted(path.name for path in folder.iterdir()) == ["curves.png", "history.png"]


def begun(url):
    """Start the command on a long study; return its process after the first finished trial."""
    command = [*TUNE, "--storage", url, "--trials", "99", "--jobs", "2"]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    signal.signal(signal.SIGINT, before)
    assert LINE.fullmatch(process.stdout.readline().strip())
    return process


def test_ctrl_c_loses_nothing(url):
    process = begun(url)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all processes
    said, complaints = process.communicate(timeout=120)
    assert (process.returncode, complaints) == (3, "")
    assert "Stopping after the running epochs." in said
    assert "Stopped before 99 trials were finished. The same command goes on." in said
    found = states(url)
    assert TrialState.RUNNING not in found
    assert found.count(TrialState.FAIL) == found.count(TrialState.WAITING)


def test_a_killed_command_leaves_no_worker_behind_and_goes_on(url):
    process = begun(url)
    process.kill()
    process.communicate(timeout=60)  # its workers hold its pipes until they end
    found = states(url)
    assert TrialState.RUNNING not in found
    n_trials = found.count(TrialState.COMPLETE) + found.count(TrialState.PRUNED) + 1
    assert tune(url, "--trials", str(n_trials)).returncode == 0
    assert states(url).count(TrialState.COMPLETE) + states(url).count(TrialState.PRUNED) >= n_trials


def test_a_time_limit(url):
    ended = tune(url, "--trials", "99", "--time-limit", "1s")
    assert ended.returncode == 3
    assert TrialState.RUNNING not in states(url)


def test_workers_that_all_fail(url, monkeypatch, capfd):
    monkeypatch.setattr(team, "_work", _fail)
    with pytest.raises(WorkersFailed, match="all 2 workers ended with an error; 0 trials are finished"):
        run_team(Search(default_space(1), url, "mnist"), 1, jobs=2)
    assert "no work today" in capfd.readouterr().err


def _fail(*_):
    raise RuntimeError("no work today")


def test_each_worker_draws_from_a_stream_of_its_own(url):
    search = Search(default_space(1), url, "mnist", "random", seed=3)
    draws = [search.open(stream)[0].sampler._rng.rng.random() for stream in (0, 1, 0)]
    assert draws[0] == draws[2] != draws[1]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--sampler", "grid"], 2, "'grid' is not one of 'random', 'tpe', 'cmaes'"),  # it would need lists of values
        (["--pruner", "late"], 2, "'late' is not one of 'none', 'median', 'hyperband'"),
        (["--jobs", "0"], 2, "must be a whole number of at least 1, got '0'"),
        (["--time-limit", "-1s"], 2, "must be a time such as 90s, 20m or 1.5h, got '-1s'"),
    ],
)
def test_bad_input_is_refused_before_any_training(url, invoke, arguments, code, message):
    result = invoke("--storage", url, *arguments)
    assert result.exit_code == code
    assert message in " ".join(result.output.split())


def test_a_storage_that_cannot_be_reached(invoke):
    result = invoke("--storage", "sqlite:////no/such/folder/x.db")
    assert result.exit_code == 1
    assert "mlp-course tune: --storage must be a database that can be reached" in result.output
    assert invoke("show", "--storage", "sqlite:////no/such/folder/x.db").exit_code == 1


def test_a_storage_that_cannot_be_written(url, invoke):
    Search(default_space(2), url, "another").open()
    read_only = url.replace("sqlite:///", "sqlite:///file:") + "?mode=ro&uri=true"
    result = invoke("--storage", read_only)
    assert result.exit_code == 1
    assert "mlp-course tune: the storage failed: " in result.output
    assert "attempt to write a readonly database" in result.output


def test_damaged_data(url, invoke, monkeypatch):
    def damaged():
        raise DataError("the file is damaged")

    monkeypatch.setattr(team, "mnist", damaged)
    result = invoke("--storage", url)
    assert (result.exit_code, result.output.strip()) == (1, "mlp-course tune: the file is damaged")


def test_a_study_of_another_space(url, invoke):
    Search(default_space(2), url, "mnist").open()
    result = invoke("--storage", url, "--epochs", "3")
    assert result.exit_code == 1
    assert (
        "the study 'mnist' searches another space (epochs: 2 there, 3 asked for): choose another name" in result.output
    )


def test_a_name_cannot_lead_the_figures_out_of_their_folder(url, invoke, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    Search(default_space(2), url, "../../x").open()
    result = invoke("show", "--storage", url, "--study", "../../x")
    assert result.exit_code == 0
    assert len(list(tmp_path.glob("mlp-course/figures/*/curves.png"))) == 1


def test_no_such_study(url, invoke):
    result = invoke("show", "--storage", url)
    assert result.exit_code == 1
    assert "there is no study 'mnist' in this storage" in result.output


def test_the_default_storage_is_a_file_in_the_users_folder(tmp_path, monkeypatch, invoke):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert "no study" in invoke("show").output
    assert (tmp_path / "mlp-course" / "studies.db").exists()


def test_pruned_trials_are_told_with_their_reason(url):
    search = Search(default_space(2), url, "mnist")
    study, _ = search.open()
    lines = []
    progress = team._Progress(study, 4, lines.append)
    study.add_trial(optuna.create_trial(state=TrialState.PRUNED, user_attrs={"reason": "it diverged"}))
    progress.look()
    study.add_trial(optuna.create_trial(value=0.0251))
    progress.look()
    progress.look()
    assert lines[0].startswith("trial 0: pruned, it diverged; 1 of 4, none complete, ")
    assert lines[1].startswith("trial 1: 2.51 %; 2 of 4, best 2.51 % (trial 1), ")
    assert len(lines) == 2
    assert not progress.is_finished


def test_the_dashboard_opens_a_study(url):
    Search(default_space(2), url, "mnist").open()
    program = Path(sys.executable).with_name("optuna-dashboard")
    port = free_port()
    command = [program, url, "--host", "127.0.0.1", "--port", str(port)]
    dashboard = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/studies", timeout=30) as answer:
                    studies = json.load(answer)["study_summaries"]
                break
            except urllib.error.URLError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
    finally:
        dashboard.kill()
        dashboard.wait()
    assert [study["study_name"] for study in studies] == ["mnist"]
