"""The edition in a wheel: it is unpacked where nothing is, and versions of folder and package are told apart."""

import re
from pathlib import Path

import pytest
import small_course
from small_course import content
from typer.testing import CliRunner

from mlp_helpers.cli import app
from mlp_helpers.course import doctor, edition, lab, progress, update
from mlp_helpers.course.manifest import MANIFEST, read_release, without_package
from mlp_helpers.services.files import REPOSITORY, write_folder

CHANGELOG = """# Changes

A heading such as `## 9.9, never` counts only at the start of a line.

## 1.10, 2027-02-01

### For students

- Ten.
- Another
  line.

### For instructors

- Not theirs.

## 1.9, 2027-01-01

### For instructors

- Nothing for students.

## 1.2, 2026-11-26

### For students

- Layers."""


def released(folder, version, **texts):
    """Write a release of the small course with a version; return its folder."""
    init = {"mlp_helpers/__init__.py": f'__version__ = "{version}"\n'}
    return small_course.released(folder, version, **{"CHANGELOG.md": CHANGELOG, **init, **texts})


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Return a function that makes a release the one that the installed package carries, or that it carries none."""

    def install(version, **changed):
        folder = tmp_path / f"edition-{version}"
        if version:
            _, files = without_package(*read_release(released(tmp_path, version, **changed)))
            write_folder(files, folder)
        for module in (edition, update):
            monkeypatch.setattr(module, "EDITION", folder)
        monkeypatch.setattr(edition, "VERSION", version)

    return install


@pytest.fixture
def mine(installed, tmp_path, monkeypatch):
    """Unpack version 1.2 into a folder, and work in it; return the folder."""
    installed("1.2")
    edition.start(tmp_path / "mine")
    monkeypatch.chdir(tmp_path / "mine")
    return tmp_path / "mine"


def command(*arguments):
    return CliRunner().invoke(app, arguments)


class TestStart:
    def test_the_course_without_the_package(self, installed, tmp_path):
        installed("1.2")
        lines = edition.start(tmp_path / "my course")
        assert lines == [
            f"The course, version 1.2, is in {tmp_path}/my course. Open it by:",
            f'    cd "{tmp_path}/my course"',
            "    mlp-course lab",
        ]
        names = sorted(content(tmp_path / "my course"))
        assert names == [
            *("CHANGELOG.md", "LICENSE", "README.md", "data/SHA256SUMS", "data/digits.gz", "docs/notation.md"),
            *("notebooks/03_layers.ipynb", "notebooks/05_training.ipynb", "release.json"),
        ]
        whole = tmp_path / "1.2"
        for name in names:
            if name != MANIFEST:
                assert (tmp_path / "my course" / name).read_bytes() == (whole / name).read_bytes()

    def test_into_an_empty_folder_and_by_default(self, installed, tmp_path, monkeypatch):
        installed("1.2")
        monkeypatch.chdir(tmp_path)
        Path("mlp-course").mkdir()
        assert command("start").exit_code == 0
        assert (tmp_path / "mlp-course" / MANIFEST).is_file()

    def test_twice_or_over_something_else(self, mine, tmp_path):
        (mine / "notebooks" / "03_layers.ipynb").write_text("my work")
        (tmp_path / "full").mkdir()
        (tmp_path / "full" / "thesis.txt").touch()
        (tmp_path / "file").touch()
        before = content(tmp_path)
        result = command("start", str(mine))
        assert result.exit_code == 1
        assert "is in" in result.output
        assert "already, and nothing was changed" in result.output
        for taken in ("full", "file"):
            result = command("start", str(tmp_path / taken))
            assert result.exit_code == 1
            assert f"DIR must be a folder that is new or empty, got {tmp_path / taken}" in result.output
        assert content(tmp_path) == before

    def test_inside_of_a_course(self, mine, monkeypatch):
        monkeypatch.chdir(mine / "notebooks")
        result = command("start")
        assert result.exit_code == 1
        assert f"mlp-course lies in {mine}" in result.output
        assert not Path("mlp-course").exists()

    def test_a_full_disk_leaves_nothing(self, installed, tmp_path, monkeypatch):
        installed("1.2")
        write = Path.write_bytes

        def full(path, data):
            if path.name == "SHA256SUMS":
                raise OSError(28, "No space left on device", str(path))
            return write(path, data)

        (tmp_path / "home").mkdir()
        monkeypatch.setattr(Path, "write_bytes", full)
        result = command("start", str(tmp_path / "home" / "mine"))
        assert result.exit_code == 1
        assert "No space left on device" in result.output
        assert list((tmp_path / "home").iterdir()) == []

    def test_a_damaged_installation_is_noticed(self, installed, tmp_path):
        installed("1.2")
        (tmp_path / "edition-1.2" / "data" / "digits.gz").write_text("cut o")
        result = command("start", str(tmp_path / "mine"))
        assert "data/digits.gz is not" in result.output
        assert not (tmp_path / "mine").exists()


class TestUpdate:
    def test_pip_brings_it(self, mine, installed):
        assert command("update").output == "Your course is up to date: nothing was changed.\n"
        installed("1.10", **{"docs/notation.md": "# New notation"})
        result = command("update")
        assert result.exit_code == 0, result.output
        assert Path("docs/notation.md").read_text() == "# New notation"
        told = ["New in 1.10:", "- Ten.", "- Another", "  line."]
        assert result.output.splitlines()[-5:] == [*told, update.REOPEN]
        assert not Path("mlp_helpers").exists()

    def test_a_whole_release_brings_no_package(self, mine, tmp_path):
        result = command("update", str(released(tmp_path, "1.10")))
        assert result.exit_code == 0, result.output
        assert not {"mlp_helpers", "scripts", "Makefile"} & {path.name for path in Path().iterdir()}
        assert "is of version 1.10, and the installed course is 1.2: install the newer wheel" in result.output

    def test_a_folder_with_its_own_package_needs_a_whole_release(self, installed, tmp_path, monkeypatch):
        installed("1.10")
        monkeypatch.chdir(released(tmp_path, "1.2"))
        before = content(Path())
        result = command("update")
        assert result.exit_code == 1
        assert "RELEASE must be a whole one" in result.output
        assert content(Path()) == before

    def test_what_is_older_is_not_brought_in(self, installed, tmp_path, monkeypatch):
        installed("1.10")
        edition.start(tmp_path / "mine")
        monkeypatch.chdir(tmp_path / "mine")
        before = content(Path())
        installed("1.2")
        for arguments in ([], [str(tmp_path / "1.2")]):
            result = command("update", *arguments)
            assert result.exit_code == 1
            assert "RELEASE must be newer than your folder, which is of version 1.10, and it is 1.2" in result.output
        assert content(Path()) == before


class TestVersions:
    @pytest.mark.parametrize(
        ("folder", "package", "said"),
        [
            ("1.9", "1.10", "`mlp-course update` brings the newer notebooks in"),
            ("1.10", "1.9", "install the newer wheel, too"),
            ("1.2", "1.2.0", None),
            ("no version", "1.2", None),
        ],
    )
    def test_age(self, tmp_path, monkeypatch, folder, package, said):
        monkeypatch.setattr(edition, "VERSION", package)
        assert edition.age(tmp_path) is None
        (tmp_path / MANIFEST).write_text(f'{{"version": "{folder}"}}')
        found = edition.age(tmp_path)
        assert (found is None) if said is None else re.search(said, found)

    def test_lab_check_and_doctor_say_it(self, mine, monkeypatch):
        monkeypatch.setattr(edition, "VERSION", "1.10")
        monkeypatch.setattr(lab, "run", lambda command: None)
        monkeypatch.setattr(progress, "check_notebooks", lambda paths: [])
        said = "This folder is of version 1.2, and the installed course is 1.10"
        assert said in command("lab").output
        assert said in command("check").output
        assert said not in command("check", "--json").output
        assert said in doctor.course().found
        assert "mlp-course update" in doctor.course().remedy

    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ("1.2", "1.10", ["New in 1.10:", "- Ten.", "- Another", "  line."]),
            ("1.1", "1.9", ["New in 1.2:", "- Layers."]),
            ("1.10", "1.10", []),
            ("1.2", "1.9", []),
            ("1.10", "1.2", []),
            (None, "1.10", []),
            ("1.2", "later", []),
        ],
    )
    def test_news(self, old, new, told):
        assert edition.news(CHANGELOG, old, new) == told

    def test_the_courses_own_change_log_can_be_told(self):
        text = (REPOSITORY / edition.CHANGELOG).read_text(encoding="utf-8")
        told = edition.news(text, "0.0", "999")
        versions = re.findall(r"^## (\S+), \d{4}-\d\d-\d\d$", text, re.MULTILINE)
        assert len(versions) == len(re.findall("^## ", text, re.MULTILINE))
        assert next(line for line in told if not line.startswith("  ")) == f"New in {versions[0]}:"
        assert versions[0] == edition.VERSION
