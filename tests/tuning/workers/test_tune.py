"""`mlp-course tune` on MNIST: two jobs, two commands at once, time limit, Ctrl-C, going on, and what is printed."""

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
from mlp_helpers.tuning.storage import open_storage
from mlp_helpers.tuning.studies import best_config, default_space
from mlp_helpers.tuning.team import Search

# With this seed the first networks are small.
TUNE = [str(Path(sys.executable).with_name("mlp-course")), "tune", "--epochs", "1", "--seed", "17"]
LINE = re.compile(
    r"trial \d+: (\d+\.\d\d %|pruned, .+); \d+ of \d+, best \d+\.\d\d % \(trial \d+\), \d+ an hour, \d+ min left"
)


@pytest.fixture
def invoke():
    return lambda *arguments: CliRunner().invoke(app, ["tune", *arguments], prog_name="mlp-course")


def states(url):
    return [trial.state for trial in optuna.load_study(study_name="mnist", storage=url).trials]


def tune(url, *arguments):
    return subprocess.run([*TUNE, "--storage", url, *arguments], capture_output=True, text=True, timeout=300)


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


def test_two_commands_work_at_one_study(postgres_url):
    command = [*TUNE, "--storage", postgres_url, "--trials", "3"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=300) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    for lines, complaints in said:
        assert complaints == ""
        assert len([line for line in lines.splitlines() if LINE.fullmatch(line)]) == 3
    trials = optuna.load_study(study_name="mnist", storage=open_storage(postgres_url)).trials
    finished = [trial for trial in trials if trial.state == TrialState.COMPLETE]
    assert len(finished) == 3
    # Both may begin a trial at the same moment, of which one is then surplus: it fails before its first epoch.
    assert [trial for trial in trials if trial.intermediate_values] == finished


def test_a_killed_command_leaves_no_worker_behind_and_goes_on(url, invoke, tmp_path):
    process = begun(url)
    process.kill()
    process.communicate(timeout=60)  # its workers hold its pipes until they end
    found = states(url)
    assert TrialState.RUNNING not in found
    said = tune(url, "--trials", str(found.count(TrialState.COMPLETE) + 1))
    assert (said.returncode, said.stderr) == (0, "")
    study = optuna.load_study(study_name="mnist", storage=url)
    assert f"\nconfig = {best_config(study)!r}\n" in said.stdout
    folder = tmp_path / "figures"
    table = invoke("show", "--storage", url, "--rows", "1", "--figures", str(folder))
    assert table.exit_code == 0
    assert table.output.splitlines()[1].split()[:2] == [str(study.best_trial.number), f"{100 * study.best_value:.2f}"]
    assert len(table.output.splitlines()) == 7
    assert "no figure of the importance: study must have at least 20 complete trials, got " in table.output
    assert sorted(path.name for path in folder.iterdir()) == ["curves.png", "history.png"]


def test_a_time_limit(url):
    ended = tune(url, "--trials", "99", "--time-limit", "1s")
    assert ended.returncode == 3
    assert TrialState.RUNNING not in states(url)


def test_a_storage_that_cannot_be_written(url, invoke):
    Search(default_space(2), url, "another").open()
    read_only = url.replace("sqlite:///", "sqlite:///file:") + "?mode=ro&uri=true"
    result = invoke("--storage", read_only)
    assert result.exit_code == 1
    assert result.output == (
        "mlp-course tune: the database failed: attempt to write a readonly database. Once it works again, the same "
        "command goes on.\n"
    )


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
