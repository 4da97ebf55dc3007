"""A commit is released only if it is one, and if change log and citation name its version."""

import json
import os
import subprocess
import sys

import make_wheel
import publish
import pytest
import small_course
import yaml
from small_course import git

import mlp_helpers
from mlp_helpers.authoring import release
from mlp_helpers.services.files import REPOSITORY

CITATION = "cff-version: 1.2.0\nversion: 1.2\ndate-released: 2026-11-26\n"
PYPROJECT = """[build-system]
requires = ["flit_core >=4,<5"]
build-backend = "flit_core.buildapi"

[project]
name = "mlp-course"
description = "Small."
requires-python = ">=3.11"
dynamic = ["version"]

[project.urls]
Homepage = "https://example.net/home"
Source = "https://example.net/course"

[tool.flit.module]
name = "mlp_helpers"
"""


def commit(folder):
    git(folder, "add", ".")
    git(folder, "commit", "--allow-empty", "-m", "Change")


@pytest.fixture
def source(tmp_path):
    """Return a repository that is fit to be released as version 1.2."""
    folder = small_course.write_source(tmp_path / "source")
    (folder / "CITATION.cff").write_text(CITATION)
    (folder / "pyproject.toml").write_text(PYPROJECT)
    git(folder, "init")
    commit(folder)
    return folder


@pytest.fixture(scope="module")
def released():
    return release.edition(REPOSITORY)


class TestFaults:
    def test_none(self, source):
        assert publish.faults(source) == []
        git(source, "tag", "v1.2")
        assert publish.faults(source) == []  # the files can be made again

    def test_a_change_that_is_not_committed(self, source):
        (source / "LICENSE").write_text("Changed.")
        assert publish.faults(source) == ["all changes must be committed: what is released must be a commit"]

    def test_a_version_that_was_released_before(self, source):
        git(source, "tag", "-a", "v1.2", "-m", "1.2")
        commit(source)
        (fault,) = publish.faults(source)
        assert fault.startswith("version 1.2 is released already, as ")

    @pytest.mark.parametrize("heading", ["## 1.3, 2026-11-26", "## 1.2", "## 1.2, today", "# 1.2, 2026-11-26"])
    def test_a_change_log_that_does_not_begin_with_it(self, source, heading):
        path = source / "CHANGELOG.md"
        path.write_text(path.read_text().replace("## 1.2, 2026-11-26", heading))
        commit(source)
        assert publish.faults(source)[0] == "the first heading of CHANGELOG.md must be that of version 1.2, with a date"

    @pytest.mark.parametrize(("old", "new"), [("version: 1.2\n", "version: 1.1\n"), ("11-26", "11-25")])
    def test_a_citation_of_something_else(self, source, old, new):
        (source / "CITATION.cff").write_text(CITATION.replace(old, new))
        commit(source)
        (fault,) = publish.faults(source)
        assert fault.startswith("CITATION.cff must name version 1.2 of 2026-11-26, and names 1.")

    def test_addresses_that_a_fork_has_to_fill_in(self, source):
        (source / "pyproject.toml").write_text(PYPROJECT.replace("example.net/home", "example.org/home"))
        commit(source)
        assert publish.faults(source) == ['pyproject.toml: fill in Homepage = "https://example.org/home"']

    @pytest.mark.parametrize(
        "remedy", ['pip install "mlp-course[lab]"', "pip install mlp-course", "install `mlp-course"]
    )
    def test_a_remedy_that_cannot_work(self, source, remedy):
        (source / "docs" / "exam.md").write_text(f"To mend it: {remedy}")
        commit(source)
        (fault,) = publish.faults(source)
        assert fault.startswith("docs/exam.md: pip must install the wheel's file")

    def test_the_courses_own_remedies_can(self):
        assert publish.wrong_remedies(REPOSITORY) == []


class TestFigures:
    def test_those_of_the_course_are_true(self, released):
        assert publish.drifted(REPOSITORY, released) == []

    def test_what_drifted_is_named(self, released):
        (instructors, edition, hub) = publish.drifted(REPOSITORY, {**released, "data/more": bytes(3_000_000)})
        assert instructors.startswith("docs/instructors.md: 'The zip file has ")
        assert hub.startswith("docs/jupyterhub.md: 'folder has ")
        now = round(sum(map(len, released.values())) / 1e6)
        assert edition.endswith(f" MB instead of {now}.': {now} must be {now + 3}")

    def test_a_sentence_that_is_gone_is_named(self, released, monkeypatch):
        monkeypatch.setattr(publish, "FIGURES", {"docs/exam.md": (r"has (?P<whole>\d+) MB",)})
        assert publish.drifted(REPOSITORY, released) == [r"docs/exam.md must say has (?P<whole>\d+) MB"]


class TestWheel:
    def test_what_differs_is_named(self, source, tmp_path, monkeypatch):
        released = release.edition(source)
        wheel = make_wheel.build(released, tmp_path / "dist")
        assert wheel.name == "mlp_course-1.2-py3-none-any.whl"
        assert publish.wheel_faults(wheel, released) == []
        changed = {**released, "README.md": b"Another", "data/new": b""}
        first, second = publish.wheel_faults(wheel, changed)
        assert first.endswith("these files are not: README.md, data/new")
        assert second == "the wheel's release.json does not fit its files"
        monkeypatch.setattr(publish, "MAX_WHEEL_MB", 0.001)
        assert publish.wheel_faults(wheel, released)[0].startswith("the wheel must have at most 0.001 MB, and has ")

    def test_the_manifest_inside_names_what_is_inside(self, source, tmp_path):
        import zipfile

        wheel = make_wheel.build(release.edition(source), tmp_path)
        with zipfile.ZipFile(wheel) as archive:
            inside = {name.partition("edition/")[2] for name in archive.namelist() if "/edition/" in name}
            manifest = json.loads(archive.read("mlp_helpers/edition/release.json"))
        assert set(manifest["files"]) == inside - {"release.json"}


def test_the_courses_own_pages_name_its_version():
    version = mlp_helpers.__version__
    log = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    citation = yaml.safe_load((REPOSITORY / "CITATION.cff").read_text(encoding="utf-8"))
    assert f"\n## {version}, {citation['date-released']}\n" in log
    assert citation["version"] == version
    assert f"version {version}, MIT" in (REPOSITORY / "docs" / "teaching.md").read_text(encoding="utf-8")


@pytest.mark.thorough
def test_a_clone_with_changes_is_refused_before_anything_is_written(tmp_path):
    copy = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(REPOSITORY), str(copy)], check=True)
    (copy / "README.md").write_text("Changed.")
    command = [sys.executable, str(copy / "scripts" / "publish.py"), str(tmp_path / "dist")]
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert ended.returncode == 1
    assert "Not fit to be released:\n  - all changes must be committed" in ended.stderr
    assert not (tmp_path / "dist").exists()
