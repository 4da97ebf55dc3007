"""Set-up: locks, metadata and environment.yml agree; obstacles are reported in one line; commands are correct."""

import ast
import itertools
import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import install
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = ["requirements.txt", "requirements-dev.txt"]
ALL_LOCKS = [*LOCKS, "tests/nbgrader/requirements.txt"]
PYTHONS = ["3.11", "3.12", "3.13"]
SYSTEMS = [
    {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"},
    {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin"},
    {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows"},
]


def entries(text):
    """Return the requirements in a lock file."""
    return map(Requirement, re.findall(r"^([a-zA-Z0-9][^\\#\n]*?)\s*\\?$", text, re.MULTILINE))


def pinned(text, python="3.12", system=SYSTEMS[0]):
    """Return {name: version} of a lock file for one system."""
    environment = {"python_version": python, "python_full_version": f"{python}.0", **system}
    versions = {}
    for requirement in entries(text):
        if requirement.marker is None or requirement.marker.evaluate(environment):
            assert requirement.name not in versions, f"{requirement.name} is pinned twice"
            (version,) = requirement.specifier
            assert version.operator == "=="
            versions[canonicalize_name(requirement.name)] = version.version
    return versions


def asked_for(metadata, extras):
    """Return the requirements of the package and of some of its extras, a list of str."""
    optional = metadata["project"]["optional-dependencies"]
    wanted = itertools.chain(metadata["project"]["dependencies"], *(optional[name] for name in extras))
    return [requirement for requirement in wanted if not requirement.startswith("mlp-course[")]


def disagreements(metadata, lock_text, groups, python, system):
    """Return the requirements of pyproject.toml, its groups and, with "dev", all extras that a lock does not meet."""
    versions = pinned(lock_text, python, system)
    extras = metadata["project"]["optional-dependencies"] if "dev" in groups else ["lab", "grade"]
    wanted = [*asked_for(metadata, extras), *metadata["build-system"]["requires"]]
    wanted += [requirement for group in groups for requirement in metadata["dependency-groups"][group]]
    missing = []
    for requirement in map(Requirement, wanted):
        version = versions.get(canonicalize_name(requirement.name))
        if version is None or not requirement.specifier.contains(version):
            missing.append(f"{requirement} (locked: {version})")
    return missing


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system["sys_platform"])
class TestLocks:
    def test_they_meet_the_metadata(self, python, system):
        for name, groups in (("requirements.txt", ["build"]), ("requirements-dev.txt", ["build", "dev"])):
            assert disagreements(PROJECT, (ROOT / name).read_text(), groups, python, system) == [], "run: make lock"

    def test_the_others_hold_the_first(self, python, system):
        student, *others = (pinned((ROOT / name).read_text(), python, system) for name in ALL_LOCKS)
        for other in others:
            assert {name: other.get(name) for name in student} == student
            assert len(other) > len(student)


def test_a_disagreement_is_found():
    lock = (ROOT / "requirements.txt").read_text()
    changed = json.loads(json.dumps(PROJECT))
    changed["project"]["dependencies"] += ["left-pad"]
    changed["project"]["optional-dependencies"]["lab"] += ["numpy>=99"]
    found = disagreements(changed, lock, ["build"], "3.12", SYSTEMS[0])
    assert [line.split(" ")[0] for line in found] == ["left-pad", "numpy>=99"]
    assert disagreements(PROJECT, lock, ["dev"], "3.12", SYSTEMS[0])


@pytest.mark.parametrize("name", ALL_LOCKS)
def test_locks_have_hashes_and_no_addresses(name):
    text = (ROOT / name).read_text()
    assert "://" not in text
    blocks = re.split(r"^(?=[a-zA-Z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(blocks) > 80
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("name", ALL_LOCKS)
def test_locks_keep_extras(name):
    # For a requirement with extras, pip before 23.3 considers the newest version regardless of the lock, and then
    # rejects it: once such a version is released, the installation fails for everyone.
    found = {str(entry.name): entry.extras for entry in entries((ROOT / name).read_text())}
    assert (found["jsonschema"], found["bleach"]) == ({"format-nongpl"}, {"css"})


def test_a_student_gets_no_developers_tools():
    student = pinned((ROOT / "requirements.txt").read_text())
    assert not {"ruff", "uv", "hypothesis", "pytest-xdist", "pytest-cov", "notebook", "jupyter-console"} & set(student)


def test_uv_is_that_of_the_developers():
    text = (ROOT / install.UV_LOCK).read_text()
    assert "://" not in text
    assert pinned(text) == {"uv": pinned((ROOT / "requirements-dev.txt").read_text())["uv"]}
    assert text.count("--hash=sha256:") > 10


ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text())
CONDA_PART = [entry for entry in ENVIRONMENT["dependencies"] if isinstance(entry, str)]
(PIP_PART,) = [entry["pip"] for entry in ENVIRONMENT["dependencies"] if isinstance(entry, dict)]


class TestEnvironmentFile:
    def test_its_versions_are_the_locks(self):
        pairs = (entry.split("=") for entry in CONDA_PART if "=" in entry)
        versions = {canonicalize_name(name): version for name, version in pairs}
        python = versions.pop("python")
        versions["matplotlib"] = versions.pop("matplotlib-base")  # conda-forge's package without Qt
        locked = pinned((ROOT / "requirements.txt").read_text(), python)
        assert versions == {name: locked[name] for name in versions}
        direct = {canonicalize_name(Requirement(text).name) for text in asked_for(PROJECT, ["lab", "grade"])}
        assert set(versions) == direct

    def test_it_takes_everything_from_conda_forge_and_the_course_from_its_folder(self):
        assert ENVIRONMENT["channels"] == ["conda-forge"]
        assert "pip" in CONDA_PART
        assert PIP_PART == ["-e ."]


ENOUGH = {"/here": (9.0, 1.5)}  # free and needed, in GB


class TestInstall:
    def test_nothing_in_the_way(self):
        assert install.obstacle((3, 11, 0), [], ENOUGH) is None
        assert install.obstacle((3, 14, 1), [], ENOUGH) is None

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (((3, 10, 13), [], {}), "Python 3.11 or newer is needed, and .* is Python 3.10.13. Name a newer one: make"),
            (((2, 7, 18), [], {}), "Python 3.11 or newer is needed, and .* is Python 2.7.18"),
            (((3, 12, 1), ["ensurepip"], {}), "module ensurepip is missing .* apt install python3.12-venv"),
            (((3, 12, 1), ["venv", "ensurepip"], {}), "module venv and ensurepip is missing"),
            (((3, 12, 1), [], {"/here": (0.2, 1.5)}), "Not enough space in /here: 1.5 GB are needed, 0.2 GB are free"),
        ],
        ids=str,
    )
    def test_what_is_missing_is_said_in_one_line(self, arguments, message):
        line = install.obstacle(*arguments)
        assert re.search(message, line)
        assert "\n" not in line

    def test_an_old_python_can_read_the_script(self):
        # 3.6 is the oldest Python that a distribution still ships; it has neither the walrus operator nor match.
        ast.parse((ROOT / "scripts" / "install.py").read_text(), feature_version=(3, 6))

    @pytest.fixture
    def copy(self, tmp_path, monkeypatch):
        """Return the module, patched to work on a repository of its own, to record what it runs, and to make no pip."""
        (tmp_path / "scripts").mkdir()
        for name in ("pyproject.toml", install.UV_LOCK, *LOCKS):
            shutil.copy(ROOT / name, tmp_path / name)
        monkeypatch.setattr(install, "ROOT", tmp_path)
        for name, path in (("VENV", ""), ("STAMP", "installed.txt"), ("LOG", "install.log"), ("UV", "uv")):
            monkeypatch.setattr(install, name, tmp_path / ".venv" / path)
        monkeypatch.setattr(install, "MAKE_VENV", [*install.MAKE_VENV, "--without-pip"])  # pip would take seconds
        monkeypatch.setattr(install, "calls", [], raising=False)
        monkeypatch.setattr(install, "failing", lambda arguments: False, raising=False)

        def succeeds(arguments, **variables):
            install.calls.append(" ".join(arguments))
            with install.LOG.open("a") as log:
                log.write(f"{install.calls[-1]}\n")
            return not install.failing(arguments)

        monkeypatch.setattr(install, "succeeds", succeeds)
        return install

    def test_a_student_a_developer_and_a_changed_lock(self, copy):
        assert not copy.is_installed("student")
        copy.install("student")
        assert all("--require-hashes -r" in call for call in copy.calls[:2])
        assert copy.is_installed("student")
        assert not copy.is_installed("dev")
        copy.install("dev")
        assert [call.split()[-1] for call in copy.calls[1:5:3]] == ["requirements.txt", "requirements-dev.txt"]
        assert copy.is_installed("student")
        assert copy.is_installed("dev")
        assert not copy.UV.exists()
        with (copy.ROOT / "requirements.txt").open("a") as lock:
            lock.write("# pulled\n")
        assert not copy.is_installed("student")

    @pytest.mark.parametrize("n_succeeding", [0, 1, 2])
    def test_where_uv_fails_pip_installs_everything_afresh(self, copy, monkeypatch, n_succeeding):
        monkeypatch.setattr(copy, "failing", lambda arguments: len(copy.calls) == n_succeeding + 1)
        monkeypatch.setattr(copy, "UV", copy.VENV / "left" / "uv")
        by_uv = copy.installed_by_uv

        def and_leave_something(profile):
            (copy.VENV / "left" / "half-a-package").mkdir(parents=True)
            return by_uv(profile)

        monkeypatch.setattr(copy, "installed_by_uv", and_leave_something)
        copy.install("student")
        assert copy.calls[n_succeeding + 1 :] == [
            "-m pip install --disable-pip-version-check --require-hashes -r requirements.txt",
            "-m pip install --disable-pip-version-check --no-deps --no-build-isolation --editable .",
        ]
        assert not (copy.VENV / "left").exists()
        assert copy.LOG.read_text().splitlines() == copy.calls  # what uv said is not lost
        assert copy.is_installed("student")

    def test_a_python_that_bundles_no_pip_leaves_uv_out(self, copy, monkeypatch):
        monkeypatch.setattr(copy, "bundled_pip", lambda: None)
        copy.install("student")
        assert [call.split()[1] for call in copy.calls] == ["pip", "pip"]

    def test_the_bundled_pip_is_found(self):
        assert re.fullmatch(r"pip-[\d.]+-py3-none-any\.whl", install.bundled_pip().name)

    def test_an_interrupted_installation_starts_afresh(self, copy, monkeypatch):
        copy.install("student")
        left_over = copy.VENV / "left-over"
        left_over.touch()
        copy.install("dev")
        assert left_over.exists()  # updated in place

        def interrupted(arguments):
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(copy, "failing", interrupted)
            with pytest.raises(KeyboardInterrupt):
                copy.install("dev")
        assert not copy.is_installed("student")
        copy.install("student")
        assert not left_over.exists()
        assert copy.is_installed("student")

    def test_a_broken_python_is_noticed(self, copy):
        copy.install("student")
        copy.venv_python().unlink()
        assert not copy.is_installed("student")

    def test_a_full_disk_is_told(self, copy, monkeypatch):
        monkeypatch.setattr(copy, "failing", lambda arguments: True)
        copy.VENV.mkdir()
        copy.LOG.write_text("OSError: [Errno 28] No space left on device\n")
        with pytest.raises(SystemExit, match="The installation failed: the disk is full"):
            copy.install_by_pip("student")


def test_no_address_of_a_registry_in_any_file():
    registries = r"pypi\.org|files\.python" + "hosted|npm" + r"js\.|conda\.anaconda\.org"
    found = subprocess.run(["git", "grep", "--extended-regexp", "-e", registries], cwd=ROOT, capture_output=True)
    assert (found.returncode, found.stdout.decode()) == (1, "")


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
class TestMake:
    def made(self, *arguments, folder=ROOT):
        # As from a shell: under `make test`, the nested make would print the folder that it enters.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
        command = ["make", *arguments]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout

    @pytest.mark.parametrize("makefile", ["Makefile", "scripts/student/Makefile"])
    def test_plain_make_prints_what_each_target_does(self, tmp_path, makefile):
        shutil.copy(ROOT / makefile, tmp_path / "Makefile")
        phony = re.search(r"^\.PHONY: ((?:.*\\\n)*.*)", (ROOT / makefile).read_text(), re.MULTILINE)[1]
        targets = set(phony.replace("\\\n", "").split())
        printed = self.made(folder=tmp_path)
        assert printed == self.made("help", folder=tmp_path)
        assert len(printed.splitlines()) <= 20
        if "help-authors" in targets:
            printed += self.made("help-authors", folder=tmp_path)
        described = [line.split() for line in printed.splitlines()]
        # Sorted and not as a set: a target that is in both lists is a fault, too.
        assert sorted(words[0] for words in described) == sorted(targets - {"installed", "installed-dev"})
        assert all(len(words) > 2 for words in described)

    def test_each_file_of_tests_is_run_by_one_target(self):
        slow = ("workers", "grading", "nbgrader", "installing", "hub", "site")
        commands = {name: self.made("-n", name) for name in ("test", *(f"test-{folder}" for folder in slow))}
        files = [path.relative_to(ROOT) for path in (ROOT / "tests").rglob("test_*.py")]
        for path in files:
            places = {str(path), *map(str, path.parents)} - {"tests", "."}
            running = [name for name, command in commands.items() if places & set(command.split())]
            assert len(running) == 1, (path, running)
        assert len(files) > 70
