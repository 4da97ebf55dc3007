"""Findings of the doctor, each on a healthy machine and on one with that fault."""

import collections
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
import types
from functools import partial
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from mlp_helpers import MLPConfig, data
from mlp_helpers.course import doctor
from mlp_helpers.course.doctor import OK, WARNING, WRONG, Finding
from mlp_helpers.grading.sandbox import system_calls

LOCK = (doctor.REPOSITORY / "requirements.txt").read_text()
NUMPY = importlib.metadata.version("numpy")
IMAGES, LABELS, *_ = (f"{name}.gz" for name in data.SHA256)
COURSE_DATA = data.REPOSITORY_DATA  # saved before tests patch it
PYTHON = sys.executable


def check(finding, name, state, found, remedy=None):
    """Assert that a finding is as expected; `found` is a regular expression, `remedy` an exact string."""
    assert (finding.name, finding.state) == (name, state)
    assert re.search(found, finding.found), finding.found
    assert finding.remedy == remedy
    assert "\n" not in finding.found


@pytest.fixture(autouse=True)
def python_of_the_course(monkeypatch):
    """Make commands believe that the tests run in the course's own .venv."""
    monkeypatch.setattr(sys, "executable", str(doctor.REPOSITORY / ".venv" / "bin" / "python"))


INSTALL = f"{os.path.join('.venv', 'bin', 'python')} -m pip install -r requirements.txt"


class TestExamine:
    def test_each_thing_once(self):
        findings = doctor.examine()
        assert [finding.name for finding in findings] == list(doctor.EXAMINATIONS)
        assert [finding for finding in findings if finding.state == WRONG] == []
        assert all((finding.remedy is None) == (finding.state == OK) for finding in findings)

    def test_what_breaks_one_examination_hides_no_other(self, monkeypatch):
        examinations = {"BLAS": doctor.blas, "environment": lambda: Finding("environment", OK, "fine")}
        monkeypatch.setattr(doctor, "EXAMINATIONS", examinations)
        monkeypatch.setitem(sys.modules, "threadpoolctl", None)  # makes its import fail
        first, second = doctor.examine()
        check(first, "BLAS", WRONG, "could not be examined: ModuleNotFoundError: .*threadpoolctl", INSTALL)
        assert second.state == OK

    def test_without_numpy_it_still_answers(self):
        code = "import sys; sys.modules['numpy'] = None; from mlp_helpers.cli import app; app(['doctor'])"
        ended = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True)
        assert ended.returncode == 1
        assert re.search("^wrong +numbers +could not be examined: .*numpy", ended.stdout, re.MULTILINE)
        assert "Not ready" in ended.stdout

    @pytest.mark.parametrize(
        ("states", "sentence"),
        [
            ([OK, OK], "Ready: this machine runs the course and comes to its numbers."),
            ([OK, WARNING], "Ready: this machine runs the course and comes to its numbers; 1 warning."),
            ([WRONG, OK], "Not ready: 1 thing is wrong, 0 warnings."),
            ([WRONG, WRONG, WARNING, WARNING], "Not ready: 2 things are wrong, 2 warnings."),
        ],
    )
    def test_verdict(self, states, sentence):
        assert doctor.summary([Finding("thing", state, "found") for state in states]) == sentence


class TestCommands:
    def test_a_python_elsewhere_is_named_in_full(self, monkeypatch):
        elsewhere = os.path.join(os.sep, "conda envs", "course", "python")
        monkeypatch.setattr(sys, "executable", elsewhere)
        assert doctor.install_packages() == f'"{elsewhere}" -m pip install -r requirements.txt'

    def test_on_windows(self):
        assert doctor.install_python("nt") == r"rmdir /s /q .venv & py -3.13 scripts\install.py"
        assert doctor.unset(["A", "B"], "nt") == "set A= & set B="

    def test_elsewhere(self):
        assert doctor.install_python("posix") == "rm -r .venv && make installed PYTHON=python3.13"
        assert doctor.unset(["A", "B"], "posix") == "unset A B"


class TestPython:
    @pytest.mark.parametrize(
        ("version", "state", "found"),
        [
            ((3, 11, 0), OK, "^3.11.0$"),
            ((3, 13, 9), OK, "^3.13.9$"),
            ((3, 10, 13), WRONG, "3.10.13 is too old, 3.11 or newer is needed"),
            ((3, 14, 1), WARNING, "3.14.1 is newer than those the course is tested on, 3.11 to 3.13"),
        ],
        ids=str,
    )
    def test_version(self, version, state, found):
        remedy = None if state == OK else doctor.install_python()
        check(doctor.python_version(version), "Python", state, found, remedy)

    def test_the_oldest_is_the_packages(self):
        metadata = tomllib.loads((doctor.REPOSITORY / "pyproject.toml").read_text())
        assert metadata["project"]["requires-python"] == ">=" + ".".join(map(str, doctor.OLDEST_PYTHON))


LOCKS = {  # None stands for none
    "this one's": (LOCK, OK, "all [0-9]{2,} are those of requirements.txt"),
    "another version": (
        LOCK.replace(f"numpy=={NUMPY}", "numpy==1.26.4"),
        WRONG,
        f"^numpy is {NUMPY} instead of 1.26.4$",
    ),
    "a missing package": (f"{LOCK}\nleft-pad==1.0\n", WRONG, "^left-pad is missing$"),
    "another version of what only other packages need": (
        re.sub("^tornado==.*?( |$)", r"tornado==1.0\1", LOCK, flags=re.MULTILINE),
        WARNING,
        "^tornado is .* instead of 1.0$",
    ),
    "many missing": (
        "".join(f"left-pad{i}==1.0\n" for i in range(1, 8)),
        WRONG,
        "^left-pad1 is missing, left-pad2 is missing, left-pad3 is missing, 4 more$",
    ),
    "none": (None, OK, "all [0-9]{2} that the course imports are new enough"),
}


class TestPackages:
    @pytest.mark.parametrize(("lock", "state", "found"), LOCKS.values(), ids=LOCKS)
    def test_lock(self, tmp_path, lock, state, found):
        if lock is not None:
            (tmp_path / "requirements.txt").write_text(lock)
        finding = doctor.packages(tmp_path / "requirements.txt")
        check(finding, "packages", state, found, None if state == OK else INSTALL)

    def test_no_lock_and_a_package_too_old(self, tmp_path, monkeypatch):
        asked_for = {"numpy": SpecifierSet(">=99"), "left-pad": SpecifierSet(), "typer": SpecifierSet(">=0.20")}
        monkeypatch.setattr(doctor, "direct_dependencies", lambda: asked_for)
        found = f"^numpy is {NUMPY} instead of >=99, left-pad is missing$"
        check(doctor.packages(tmp_path / "none.txt"), "packages", WRONG, found, INSTALL)

    def test_the_remedy_of_an_installation_by_pip(self, monkeypatch):
        monkeypatch.setattr(doctor, "has_lock", lambda: False)
        assert doctor.install_packages().endswith(
            """-m pip install "FILE.whl[lab]", with the course's wheel for FILE.whl"""
        )
        assert "make" not in doctor.install_python()

    def test_lines_of_a_lock(self):
        text = """# made by
colorama==0.4.6 ; sys_platform == 'none' \\
    --hash=sha256:00
flit-core==3.12.0 \\
    --hash=sha256:01
NumPy==2.0.0 ; python_full_version >= '3' \\
    --hash=sha256:02
    # via scipy
jsonschema[format-nongpl]==4.24
"""
        found = {name: str(versions) for name, versions in doctor.locked_versions(text).items()}
        assert found == {"numpy": "==2.0.0", "jsonschema": "==4.24"}


class TestWidgets:
    @pytest.fixture
    def installed(self, monkeypatch):
        """Return the installed versions, {package: version or None}, for a test to change."""
        versions = {name: importlib.metadata.version(name) for name in ("ipywidgets", *doctor.LABEXTENSIONS)}
        monkeypatch.setattr(doctor, "installed_version", versions.get)
        return versions

    def test_healthy(self, installed):
        found = "^ipywidgets 8.* found by JupyterLab with jupyterlab-widgets 3.* and anywidget"
        check(doctor.widgets(), "widgets", OK, found)

    @pytest.mark.parametrize("name", ["ipywidgets", "jupyterlab-widgets", "anywidget"])
    def test_missing(self, installed, name):
        installed[name] = None
        check(doctor.widgets(), "widgets", WRONG, f"^{name} is missing", INSTALL)

    def test_versions_that_do_not_fit(self, installed):
        installed["jupyterlab-widgets"] = "1.1.11"
        found = r"ipywidgets 8.* needs jupyterlab-widgets ~=3.*, and 1\.1\.11 is installed"
        check(doctor.widgets(), "widgets", WRONG, found, INSTALL)

    def test_files_that_jupyterlab_does_not_find(self, installed, tmp_path, monkeypatch):
        monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *names: [str(tmp_path)])
        for name, file in doctor.LABEXTENSIONS.items():
            remedy = f"install --force-reinstall --no-deps {name}=={installed[name]}"
            remedy = INSTALL.replace("install -r requirements.txt", remedy)
            check(doctor.widgets(), "widgets", WRONG, f"^JupyterLab does not find the files of {name} ", remedy)
            (tmp_path / file).parent.mkdir(parents=True)
            (tmp_path / file).touch()
        assert doctor.widgets().state == OK


class TestData:
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path, monkeypatch):
        """Replace the repository's data by a copy that a test may damage; return its folder."""
        folder = tmp_path / "data"
        shutil.copytree(COURSE_DATA, folder)
        monkeypatch.delenv("MLP_COURSE_DATA", raising=False)
        monkeypatch.setattr(data, "REPOSITORY_DATA", folder)
        monkeypatch.setattr("pooch.os_cache", lambda project: tmp_path / "cache" / project)
        return folder

    @pytest.fixture
    def cache(self, folder, tmp_path):
        """Move the data into the user's cache; return the cache folder."""
        (tmp_path / "cache").mkdir()
        return folder.rename(tmp_path / "cache" / "mlp-course")

    def test_healthy(self):
        check(doctor.data_files(), "data", OK, "the four files of MNIST are intact")

    @pytest.mark.parametrize(
        ("spoil", "found"),
        [
            (lambda path: path.write_bytes(path.read_bytes()[:-9]), "is damaged: "),
            (Path.unlink, "cannot be read: No such file or directory"),
        ],
        ids=["damaged", "missing"],
    )
    def test_a_file(self, folder, spoil, found):
        spoil(folder / LABELS)
        check(doctor.data_files(), "data", WRONG, f"{LABELS} {found}", "git restore data")

    def test_damaged_in_the_students_edition(self, folder, tmp_path, monkeypatch):
        (folder / IMAGES).unlink()
        (tmp_path / "release.json").touch()
        monkeypatch.setattr(doctor, "REPOSITORY", tmp_path)
        check(doctor.data_files(), "data", WRONG, IMAGES, "mlp-course update RELEASE, with the release that you got")

    def test_damaged_where_the_variable_says(self, folder, tmp_path, monkeypatch):
        other = tmp_path / "other"
        shutil.copytree(folder, other)
        monkeypatch.setenv("MLP_COURSE_DATA", str(other))
        assert doctor.data_files().state == OK
        shutil.copy(other / IMAGES, other / LABELS)
        found = f"{LABELS} holds train-images-idx3-ubyte instead of"
        check(doctor.data_files(), "data", WRONG, found, doctor.unset(["MLP_COURSE_DATA"]))

    def test_a_download(self, cache):
        assert doctor.data_files().state == OK
        (cache / LABELS).write_bytes(b"")
        check(doctor.data_files(), "data", WRONG, LABELS, f"delete {LABELS} there, and it is downloaded again")

    def test_nowhere(self, cache, tmp_path, monkeypatch):
        (cache / LABELS).unlink()
        (tmp_path / ".git").touch()
        monkeypatch.setattr(doctor, "REPOSITORY", tmp_path)
        found = "MNIST is not on this machine; its first use downloads 12 MB"
        check(doctor.data_files(), "data", WARNING, found, "git restore data")
        (tmp_path / ".git").unlink()
        assert doctor.data_files().remedy == 'python -c "import mlp_helpers; mlp_helpers.mnist()"'


class TestNumPy:
    def test_blas(self):
        check(doctor.blas(), "BLAS", OK, r"^\w+ .*, kernel \w+, threads: \d+, cores: \d+")

    def test_no_blas(self, monkeypatch):
        others = [{"user_api": "openmp", "internal_api": "openmp"}]
        monkeypatch.setattr("threadpoolctl.threadpool_info", lambda: others)
        check(doctor.blas(), "BLAS", WARNING, "none was found under NumPy", INSTALL)

    @pytest.fixture
    def no_variable(self, monkeypatch):
        for name in doctor.SLOWING:
            monkeypatch.delenv(name, raising=False)

    def test_environment(self, no_variable, monkeypatch):
        check(doctor.environment(), "environment", OK, "no variable slows NumPy")
        monkeypatch.setenv("OPENBLAS_CORETYPE", "")
        assert doctor.environment().state == OK

    def test_variables_that_slow(self, no_variable, monkeypatch):
        monkeypatch.setenv("OPENBLAS_CORETYPE", "Prescott")
        monkeypatch.setenv("NPY_DISABLE_CPU_FEATURES", "X86_V4")
        found = "^OPENBLAS_CORETYPE=Prescott, NPY_DISABLE_CPU_FEATURES=X86_V4 slows NumPy"
        remedy = doctor.unset(["OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES"])
        check(doctor.environment(), "environment", WARNING, found, remedy)

    def test_probe(self):
        check(doctor.probe(), "numbers", OK, f"recorded loss, {doctor.PROBE_LOSS}$")

    def test_another_digit(self, monkeypatch):
        monkeypatch.setattr(doctor, "PROBE_LOSS", "0.7258760607")
        check(doctor.probe(), "numbers", WRONG, "the loss 0.7258760606 instead of 0.7258760607", INSTALL)

    def test_inexact_arithmetic_is_noticed(self, monkeypatch):
        # Simulates a library that silently computes in float32: correct to seven digits.
        monkeypatch.setattr("mlp_helpers.config.MLPConfig", partial(MLPConfig, dtype="float32"))
        check(doctor.probe(), "numbers", WRONG, f"instead of {doctor.PROBE_LOSS}", INSTALL)


class TestRoom:
    @pytest.mark.parametrize(
        ("free", "state", "found", "remedy"),
        [
            (8.04e9, OK, "^8.0 GB are free$", None),
            (0.71e9, WARNING, "^0.7 GB are free, 1.5 GB are needed$", "close other programs"),
        ],
    )
    def test_memory(self, monkeypatch, free, state, found, remedy):
        monkeypatch.setattr("psutil.virtual_memory", lambda: types.SimpleNamespace(available=free))
        check(doctor.memory(), "memory", state, found, remedy)

    @pytest.fixture
    def free(self, monkeypatch, tmp_path):
        """Return the simulated disk space, {folder: free bytes}, for a test to change."""
        usage = collections.namedtuple("usage", "free")
        free = {doctor.REPOSITORY: 9e9, tmp_path: 7e9}
        monkeypatch.setattr(doctor.tempfile, "gettempdir", lambda: str(tmp_path))
        monkeypatch.setattr(doctor.shutil, "disk_usage", lambda place: usage(free[place]))
        return free

    def test_disk(self, free):
        check(doctor.disk(), "disk", OK, "^7.0 GB are free$")

    def test_a_full_disk(self, free, tmp_path):
        remedy = INSTALL.replace("install -r requirements.txt", "cache purge")
        for place in (tmp_path, doctor.REPOSITORY):
            free[place] = 0.2e9 if place == tmp_path else 0.1e9
            found = f"^0.[12] GB are free in {re.escape(str(place))}, 0.5 GB are needed$"
            check(doctor.disk(), "disk", WARNING, found, remedy)


class TestSandbox:
    @pytest.mark.skipif(shutil.which("bwrap") is None, reason="needs bubblewrap")
    def test_a_real_one(self):
        check(doctor.sandbox(), "sandbox", OK, "a kernel starts in one, as grading needs$")

    @pytest.mark.parametrize(
        ("script", "found", "remedy"),
        [
            (None, "bwrap is missing: apt install bubblewrap$", "apt install bubblewrap"),
            (
                "echo 'bwrap: No permissions to create a new namespace' >&2; exit 1",
                "bubblewrap cannot make one: bwrap: No permissions to create a new namespace",
                doctor.ALLOW_SANDBOX,
            ),
            ('[ "$*" = "--ro-bind / / true" ]', ".* for no reason that it says$", doctor.ALLOW_SANDBOX),
        ],
        ids=["missing", "forbidden", "allows less than grading needs"],
    )
    def test_bwrap(self, tmp_path, monkeypatch, script, found, remedy):
        if script is not None:
            (tmp_path / "bwrap").write_text(f"#!/bin/sh\n{script}\n")
            (tmp_path / "bwrap").chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        check(doctor.sandbox("linux"), "sandbox", WARNING, f"only grading needs it: {found}", remedy)

    def test_one_that_hangs(self, monkeypatch):
        def hang(command, timeout, **options):
            raise subprocess.TimeoutExpired(command, timeout)

        monkeypatch.setattr(doctor.subprocess, "run", hang)
        check(doctor.sandbox("linux"), "sandbox", WARNING, "it has not started in 60 sec", doctor.ALLOW_SANDBOX)

    def test_no_filter(self, monkeypatch):
        filtered = tuple(system_calls.PROCESSORS)
        assert "print(*PROCESSORS)" in doctor.SANDBOX_CODE
        for processors, folder in ((("m68k",), doctor.FILTERS), (filtered, "/no/such/folder")):
            monkeypatch.setattr(doctor, "SANDBOX_CODE", f"print(*{processors})")
            monkeypatch.setattr(doctor, "FILTERS", folder)
            remedy = f"grade on Linux with seccomp, on {' or '.join(processors)}"
            check(doctor.sandbox("linux"), "sandbox", WARNING, "this system cannot filter system calls", remedy)

    def test_another_system(self):
        check(doctor.sandbox("darwin"), "sandbox", WARNING, "there is none on this system", "grade on Linux")
