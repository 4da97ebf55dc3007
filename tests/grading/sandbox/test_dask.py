"""Grading by the workers of a Dask cluster: the same marks, even if workers die."""

import os
import signal
import subprocess
import sys
from multiprocessing import resource_tracker

import psutil
import pytest
from test_kills import (
    DEADLY,
    PATIENCE,
    SEED,
    assert_whole,
    begin,
    deadly,
    first_graded,
    grade,
    measured,
    temporary,
    wait_until_gone,
    whole,
)
from typer.testing import CliRunner

from mlp_helpers.cli import app
from mlp_helpers.grading import batch, worker
from mlp_helpers.grading.reference_course import GradingPlan

dask, distributed = pytest.importorskip("dask"), pytest.importorskip("distributed")
CLUSTER = """
import distributed, sys

if __name__ == "__main__":
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""
__all__ = ["temporary", "whole"]  # fixtures


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Yield a cluster of two single-threaded worker processes; check that no process is left afterwards."""
    resource_tracker.ensure_running()  # it lives until this process exits
    before = psutil.Process().children(recursive=True)
    folder = tmp_path_factory.mktemp("dask")
    # A worker that a test kills is given up after 15 s, in which a busy machine cannot start it again.
    patience = dask.config.set({"distributed.deploy.lost-worker-timeout": "300s"})
    with pytest.MonkeyPatch.context() as patch, patience:
        patch.setenv("TMPDIR", str(folder))
        how = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
        with distributed.LocalCluster(local_directory=str(folder), **how) as cluster:
            yield cluster
    assert [child for child in psutil.Process().children(recursive=True) if child not in before] == []


@pytest.fixture
def by_dask(cluster, whole, tmp_path):
    """Return a function that grades on the cluster and returns the results by student."""

    def graded(tell=lambda line: None):
        plan = GradingPlan(str(whole.root), SEED)
        cluster.wait_for_workers(2, timeout=300)  # the test before may have killed one
        with worker.worker_pool(dask=cluster.scheduler_address) as (executor, width):
            assert width == 2
            results = batch.grade(whole.handed_in, tmp_path, plan, executor, width, tell=tell)
        return {result.student: measured(result) for result in results}

    return graded


def test_the_gradebook_is_the_same(cluster, whole, tmp_path, temporary):
    grade(whole, tmp_path, temporary, "--dask", cluster.scheduler_address)
    assert_whole(whole, tmp_path, temporary)


@pytest.mark.parametrize("patience", [0, 3], ids=lambda patience: f"{patience} deaths are forgiven")
def test_a_worker_that_is_killed_is_replaced(cluster, whole, by_dask, monkeypatch, patience):
    monkeypatch.setattr(cluster.scheduler, "allowed_failures", patience)
    with distributed.Client(cluster, set_as_default=False) as client:
        victims = list(client.run(os.getpid).values())
    said = []

    def tell(line):
        said.append(line)
        if " a minute, " in line and victims:
            os.kill(victims.pop(), signal.SIGKILL)
            victims.clear()

    assert by_dask(tell) == whole.marks()
    assert [line.split()[0] for line in said] == ["1", "2", "3", "4", "5", "6"]


def test_a_submission_that_kills_its_worker_is_refused_alone(cluster, whole, by_dask, monkeypatch):
    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 0)  # else each attempt kills four workers
    monkeypatch.setattr(batch, "grade_one", deadly)
    refused = batch.Result(DEADLY, refused="the process that graded it died, twice")
    assert by_dask() == whole.marks() | {DEADLY: refused}


def test_a_scheduler_that_dies_is_not_waited_for(whole, tmp_path, temporary, monkeypatch):
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "1s")
    (temporary / "cluster.py").write_text(CLUSTER)  # a file, since its child processes import it, too
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    command = [sys.executable, temporary / "cluster.py"]
    with subprocess.Popen(command, cwd=temporary, start_new_session=True, **pipes) as cluster:
        process = begin(whole, tmp_path, temporary, "--dask", cluster.stdout.readline().strip())
        first_graded(process)
        os.killpg(cluster.pid, signal.SIGKILL)
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "mlp-course grade: the Dask scheduler has gone: " in said.splitlines()[-1]
    assert said.endswith("The same command goes on, once there is one\n")
    wait_until_gone(temporary)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("127.0.0.1:1", "Timed out trying to connect to tcp://127.0.0.1:1 after 0.5 s"),
        ("nonsense", "missing port number in address 'nonsense'"),
        ("http://127.0.0.1:1", "unknown address scheme 'http'"),
    ],
)
def test_a_wrong_address(address, reason, monkeypatch, tmp_path):
    monkeypatch.setattr(worker, "ANSWER_SECONDS", 0.5)
    said = refusal(address, tmp_path)
    assert f"--dask must be the address of a Dask scheduler that runs, got '{address}': {reason}" in said


def test_without_the_package_it_is_said_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "distributed", None)
    said = refusal("127.0.0.1:1", tmp_path)
    assert said == "mlp-course grade: --dask needs the package distributed: make installed-dev\n"


def refusal(address, tmp_path):
    """Run the command with this scheduler address; assert that it fails, and return its standard error."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ada.zip").write_bytes(b"")
    arguments = ["grade", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--dask", address]
    ended = CliRunner().invoke(app, arguments, prog_name="mlp-course")
    assert ended.exit_code == 1
    return ended.stderr
