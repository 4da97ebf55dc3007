"""Grading command, killed at any moment and restarted: nothing is lost, graded twice, or left behind.

MLP_SCHEDULES=20 runs twenty schedules of kills; the default is three.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
import psutil
import pytest

from mlp_helpers.authoring import release
from mlp_helpers.grading import batch, worker
from mlp_helpers.grading.reference_course import GradingPlan
from mlp_helpers.grading.results import load
from mlp_helpers.services.files import REPOSITORY as ROOT

COMMAND = [str(Path(sys.executable).with_name("mlp-course")), "grade"]
SCHEDULES = range(int(os.environ.get("MLP_SCHEDULES", "3")))
DATA, CHECKING = "02_data_loading.ipynb", "04_gradient_checking.ipynb"
SEED = 4
PATIENCE = 120  # timeout for what takes a few seconds on an idle machine
DEADLY = "cid"


@dataclass(frozen=True)
class Batch:
    """Submissions, the course that grades them, and the results of an undisturbed run."""

    handed_in: Path
    root: Path
    out: Path
    gradebook: bytes
    seconds: float  # of the undisturbed run

    def marks(self):
        """Return the results, by student."""
        return {student: measured(load(self.out, student)) for student in ("ada", "bea", "cid", "dan", "eve", "fay")}


def measured(result):
    """Return a result without timings, which vary between runs."""
    return replace(result, items=[replace(item, seconds=0) for item in result.items])


def begin(batch, out, temporary, *arguments):
    """Start the command in a session of its own; return the process."""
    command = [*COMMAND, batch.handed_in, "--out", out, "--seed", str(SEED), *arguments]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    process = subprocess.Popen(
        command,
        env=os.environ | {"TMPDIR": str(temporary), "PYTHONPATH": str(batch.root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    signal.signal(signal.SIGINT, before)
    return process


def grade(*arguments):
    """Run the command to completion; return its output."""
    process = begin(*arguments)
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    return said


def first_graded(process):
    """Wait until a process has graded a submission; return its output lines so far."""
    lines = []
    while not lines or " a minute, " not in lines[-1]:
        lines.append(process.stdout.readline())
        assert lines[-1], lines  # "" means that it has exited
    return lines


@pytest.fixture(scope="module")
def whole(source, tmp_path_factory):
    """Return a `Batch` for a course of two notebooks, so that a run is short."""
    handed_in, root, out = (tmp_path_factory.mktemp(name) for name in ("submissions", "course", "results"))
    one, three = source[f"notebooks/{DATA}"], source[f"notebooks/{CHECKING}"]
    for student, notebook in {"ada": one, "bea": three, "dan": one, "eve": three}.items():
        nbformat.write(notebook, handed_in / f"{student}.ipynb")
    nbformat.write(release.student_notebook(one), handed_in / "cid.ipynb")
    (handed_in / "fay.zip").write_bytes(b"no zip")
    (root / "notebooks").mkdir()
    for name in (DATA, CHECKING):
        shutil.copy(ROOT / "notebooks" / name, root / "notebooks")
    shutil.copytree(ROOT / "mlp_helpers", root / "mlp_helpers")  # the command grades with the course that it belongs to
    (root / "data").symlink_to(ROOT / "data")
    undisturbed = Batch(handed_in, root, out, b"", 0)
    started = time.monotonic()
    grade(undisturbed, out, tmp_path_factory.mktemp("t"), "--jobs", "1")
    return replace(undisturbed, gradebook=(out / "gradebook.csv").read_bytes(), seconds=time.monotonic() - started)


@pytest.fixture
def temporary():
    """Yield a folder for temporary files, which must be empty in the end; its path is short enough for sockets."""
    folder = Path(tempfile.mkdtemp(prefix="mlp"))
    yield folder
    shutil.rmtree(folder)


def alive(temporary):
    """Return the processes of a command, {pid: where its folder for temporary files is found}.

    Workers have the folder in their environment, sandboxes on their command line, processes inside them as a mount.
    """
    found = {}
    for process in psutil.process_iter():
        for what in ("environ", "cmdline", "mountinfo"):
            with suppress(OSError):
                if bytes(temporary) in Path(f"/proc/{process.pid}/{what}").read_bytes():
                    found[process.pid] = what
    return found


def wait_until_gone(temporary):
    """Wait until no process is left, which takes a moment after a kill."""
    until = time.monotonic() + PATIENCE / 4
    while alive(temporary) and time.monotonic() < until:
        time.sleep(0.05)
    assert alive(temporary) == {}


def graded(out):
    """Return {name: (inode, mtime)} of the result files, which changes if one is rewritten; all must be complete."""
    files = (out / "students").glob("*.json")
    return {
        path.name: (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in files
        if json.loads(path.read_text())["key"]
    }


def assert_whole(whole, out, temporary):
    """Assert that the results equal those of an undisturbed run and that no files or processes are left over."""
    assert (out / "gradebook.csv").read_bytes() == whole.gradebook
    assert {path.name for path in (out / "students").iterdir()} == {f"{student}.json" for student in whole.marks()}
    assert len(graded(out)) == 5
    assert {student: measured(load(out, student)) for student in whole.marks()} == whole.marks()
    assert list(out.rglob(".*")) == []
    assert list(temporary.iterdir()) == []
    wait_until_gone(temporary)


def test_the_results_are_what_they_should_be(whole):
    assert {student: result.total for student, result in whole.marks().items() if not result.refused} == {
        "ada": 13,
        "bea": 12,
        "cid": 0,
        "dan": 13,
        "eve": 12,
    }


def test_with_three_processes_the_gradebook_is_the_same(whole, tmp_path, temporary):
    grade(whole, tmp_path, temporary, "--jobs", "3")
    assert_whole(whole, tmp_path, temporary)


@pytest.mark.parametrize("seed", SCHEDULES)
def test_killed_at_any_moment_it_goes_on(whole, tmp_path, temporary, seed):
    chance = random.Random(seed)
    known = {}
    for _ in range(chance.randint(1, 3)):
        process = begin(whole, tmp_path, temporary, "--jobs", "2")
        with suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0, whole.seconds))
        process.kill()  # only this process, as the OOM killer does
        process.communicate(timeout=PATIENCE)  # its workers hold its pipes until they end
        wait_until_gone(temporary)
        now = graded(tmp_path)
        assert known.items() <= now.items()
        known = now
    grade(whole, tmp_path, temporary, "--jobs", "2")
    assert known.items() <= graded(tmp_path).items()
    assert_whole(whole, tmp_path, temporary)


def test_what_a_kill_leaves_half_written_is_removed(whole, tmp_path, temporary):
    shutil.copytree(whole.out, tmp_path, dirs_exist_ok=True)
    for name in (".gradebook.csv.a1.part", "students/.ada.json.b2.part", "feedback/.ada.html.c3.part"):
        (tmp_path / name).write_text("half")
    (tmp_path / "students/bea.json").unlink()
    dead = subprocess.Popen(["true"])
    dead.wait()
    mine, theirs = f"mlp-{os.getpid()}-abcdefgh", f"mlp-{dead.pid}-abcdefgh"
    for name in (mine, theirs, "mlp-abcdefgh"):
        (temporary / name).mkdir()
    grade(whole, tmp_path, temporary)
    assert sorted(os.listdir(temporary)) == sorted([mine, "mlp-abcdefgh"])  # their owner is alive or unknown
    for name in (mine, "mlp-abcdefgh"):
        (temporary / name).rmdir()
    assert_whole(whole, tmp_path, temporary)


def test_ctrl_c_loses_nothing(whole, tmp_path, temporary):
    process = begin(whole, tmp_path, temporary, "--jobs", "2")
    first_graded(process)
    assert set(alive(temporary).values()) == {"environ", "cmdline", "mountinfo"}  # all three kinds of processes
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all processes
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert said.splitlines()[-1] == "Stopped. What has been graded is kept, and the same command goes on."
    assert "Traceback" not in said
    wait_until_gone(temporary)
    assert list(temporary.iterdir()) == []
    known = graded(tmp_path)
    assert known
    grade(whole, tmp_path, temporary, "--jobs", "2")
    assert known.items() <= graded(tmp_path).items()
    assert_whole(whole, tmp_path, temporary)


def test_a_worker_that_is_killed_is_replaced(whole, tmp_path, temporary):
    process = begin(whole, tmp_path, temporary, "--jobs", "2")
    said = first_graded(process)
    workers = [child for child in psutil.Process(process.pid).children() if "spawn_main" in " ".join(child.cmdline())]
    workers[0].kill()
    said += process.communicate(timeout=PATIENCE)[0].splitlines()
    assert process.returncode == 0
    assert [line.split()[0] for line in said if " of 6  " in line] == ["1", "2", "3", "4", "5", "6"]
    assert_whole(whole, tmp_path, temporary)


def deadly(plan, handed, item):
    """Grade a submission, or kill this process if it is the deadly one."""
    if handed.student == DEADLY:
        os.kill(os.getpid(), signal.SIGKILL)
    return worker.grade_one(plan, handed, item)


def test_a_submission_that_kills_its_process_is_refused_alone(whole, tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "grade_one", deadly)
    plan = GradingPlan(str(whole.root), SEED)
    with worker.worker_pool(2) as (executor, width):
        found = batch.grade(whole.handed_in, tmp_path, plan, executor, width, tell=lambda line: None)
    assert {result.student: measured(result) for result in found} == whole.marks() | {
        DEADLY: batch.Result(DEADLY, refused="the process that graded it died, twice")
    }
