"""Students' edition: its contents, byte-for-byte reproducibility, and refusals."""

import json
import os
import shutil
import subprocess
import sys
import zipfile

import all_checks
import nbformat
import pytest
import small_course
from typer.testing import CliRunner

from mlp_helpers.authoring import release
from mlp_helpers.authoring.lint import normalised, secret_lines
from mlp_helpers.cli import app
from mlp_helpers.course.archive import ArchiveError, Reader, write_zip
from mlp_helpers.course.cells import digest
from mlp_helpers.services import files
from mlp_helpers.services.files import REPOSITORY as ROOT

FIRST, SECOND = small_course.notebooks()


@pytest.fixture
def source(tmp_path):
    return small_course.write_source(tmp_path / "source")


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


class TestContent:
    def test_files(self, source, tmp_path):
        release.release(source, tmp_path / "students")
        withheld = {
            *("data/.hidden", "docs/exam.md", "mlp_helpers/__pycache__/cli.pyc", "mlp_helpers/grading/graft.py"),
            *("mlp_helpers/notes.txt", "scripts/record.py", "tests/test_cli.py"),
            *(f"scripts/student/{name}" for name in ("Makefile", "README.md", "check.yml", "gitignore")),
        }
        assert withheld < small_course.STUBS.keys()
        assert set(names(tmp_path / "students")) == (small_course.STUBS.keys() - withheld) | {
            *(".github/workflows/check.yml", ".gitignore", "Makefile", "README.md", "release.json", FIRST, SECOND),
            *(f"{name}/{file}.py" for name in small_course.EXERCISES for file in ("__init__", "answers", "cases")),
        }
        assert (tmp_path / "students" / "README.md").read_text() == "# For students"

    def test_cells(self, source, tmp_path):
        release.release(source, tmp_path / "students")
        notebook = nbformat.read(tmp_path / "students/notebooks/03_layers.ipynb", as_version=4)
        nbformat.validate(notebook)
        flatten, check, shown, tried = (
            small_course.cell_of(notebook, i) for i in ("flatten", "flatten-check", "shown", "try")
        )
        assert 'mlp.todo("flatten", x)' in flatten.source
        assert flatten.metadata["deletable"] is False
        assert "editable" not in flatten.metadata
        assert check.metadata["deletable"] is check.metadata["editable"] is False
        assert (check.outputs, check.execution_count) == ([], None)
        assert (tried.outputs, tried.execution_count) == ([], None)
        assert (shown.outputs[0].text, shown.execution_count) == ("(2, 3)\n", 4)  # the fourth code cell

    def test_what_the_author_allows_elsewhere_is_not_told(self, source, tmp_path):
        given = small_course.notebooks()
        line = f"return {small_course.FLATTEN}"
        small_course.cell_of(given["notebooks/03_layers.ipynb"], "flatten").metadata["course"]["shown"] = [line]
        small_course.write_source(source, given)
        release.release(source, tmp_path / "students")
        assert small_course.FLATTEN not in (tmp_path / "students/notebooks/03_layers.ipynb").read_text()

    def test_manifest(self, source, tmp_path):
        released = release.release(source, tmp_path / "students")
        manifest = json.loads(released[release.MANIFEST])
        assert (manifest["course"], manifest["version"], manifest["commit"]) == ("mlp-course", "1.2", None)
        assert list(manifest["exercises"]) == ["flatten", "figure", "minibatches", "graph_gradients", "report"]
        notebook = nbformat.reads(released["notebooks/03_layers.ipynb"].decode(), as_version=4)
        assert manifest["exercises"]["flatten"] == {
            "notebook": "notebooks/03_layers.ipynb",
            "points": 40,
            "open": False,
            "blank": digest(small_course.cell_of(notebook, "flatten").source),
        }
        assert manifest["cells"]["notebooks/03_layers.ipynb"]["title"] == digest("# Layers")
        assert {name: digest(content) for name, content in released.items() if name != release.MANIFEST} == (
            manifest["files"]
        )

    def test_commit(self, source):
        small_course.git(source, "init")
        assert release.commit(source) is None  # no commit yet
        small_course.git(source, "add", ".")
        small_course.git(source, "commit", "-m", "Begin")
        clean = release.commit(source)
        assert len(clean) == 40
        assert release.commit(source / "data") is None  # inside a repository, but not its root
        (source / "LICENSE").write_text("Changed.")
        assert release.commit(source) == clean + "+"


def test_all_checks_run_in_the_unpacked_release(tmp_path):
    release.release(ROOT, tmp_path / "students", tmp_path / "students.zip")
    with zipfile.ZipFile(tmp_path / "students.zip") as archive:
        archive.extractall(tmp_path)
    package = tmp_path / "mlp-course" / "mlp_helpers"
    assert not list(package.rglob("variants*"))
    assert all_checks.faults(sys.executable, package, PYTHONPATH=str(package.parent)) == []
    (package / "exercises" / "flatten" / "answers.py").unlink()
    with pytest.raises(AssertionError, match=r"No module named .*flatten\.answers"):
        all_checks.faults(sys.executable, package, PYTHONPATH=str(package.parent))


class TestSameEachTime:
    def test_zip(self, source, tmp_path):
        release.release(source, tmp_path / "a", tmp_path / "a.zip")
        copy = shutil.copytree(source, tmp_path / "elsewhere", copy_function=shutil.copyfile)  # times, modes differ
        release.release(copy, tmp_path / "of another name", tmp_path / "zips" / "b.zip")
        first, second = (tmp_path / "a.zip").read_bytes(), (tmp_path / "zips" / "b.zip").read_bytes()
        assert first == second
        (copy / "LICENSE").write_text("Changed.")
        release.release(copy, tmp_path / "c", tmp_path / "c.zip")
        assert (tmp_path / "c.zip").read_bytes() != first

    def test_the_zip_holds_the_folder(self, source, tmp_path):
        release.release(source, tmp_path / "a", tmp_path / "a.zip")
        with zipfile.ZipFile(tmp_path / "a.zip") as archive:
            archive.extractall(tmp_path / "unpacked")
            assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
        assert names(tmp_path / "unpacked" / "mlp-course") == names(tmp_path / "a")


class TestRefusals:
    def test_faults(self, source, tmp_path):
        given = small_course.notebooks()
        given["notebooks/03_layers.ipynb"].cells[1].metadata["course"] = {}
        given["notebooks/05_training.ipynb"].cells[2].source = "def minibatches(): pass"
        small_course.write_source(source, given)
        (source / "mlp_helpers" / "exercises" / "flatten" / "answers.py").write_text("KEY =")
        result = CliRunner().invoke(
            app, ["release", str(tmp_path / "a"), "--zip", str(tmp_path / "a.zip"), "--source", str(source)]
        )
        assert result.exit_code == 1
        assert "notebooks/03_layers.ipynb, cell set-up: it has no role" in result.stderr
        assert "notebooks/05_training.ipynb, cell minibatches: it has no markers" in result.stderr
        assert "exercises/flatten/answers.py: it does not parse: invalid syntax (line 1)" in result.stderr
        assert "nothing was written" in result.stderr
        assert sorted(path.name for path in tmp_path.iterdir()) == ["source"]

    def test_a_destination_with_something_in_it(self, source, tmp_path):
        (tmp_path / "mine").mkdir()
        release.release(source, tmp_path / "mine")  # accepted, since it is empty
        (tmp_path / "file").touch()
        for taken in ("mine", "file"):
            with pytest.raises(FileExistsError, match=f"DEST must be a folder that is new or empty, got .*{taken}"):
                release.release(source, tmp_path / taken)

    def test_a_students_edition_is_no_source(self, source, tmp_path):
        release.release(source, tmp_path / "students")
        with pytest.raises(FileNotFoundError, match="students is a students' edition"):
            release.edition(tmp_path / "students")

    def test_a_file_missing(self, source, tmp_path):
        (source / "LICENSE").unlink()
        with pytest.raises(FileNotFoundError, match="LICENSE"):
            release.release(source, tmp_path / "a")

    def test_an_interruption_leaves_nothing(self, source, tmp_path, monkeypatch):
        def interrupt(*paths):
            raise KeyboardInterrupt

        monkeypatch.setattr(files.Path, "rename", interrupt)
        with pytest.raises(KeyboardInterrupt):
            release.release(source, tmp_path / "students")
        assert [path.name for path in tmp_path.iterdir()] == ["source"]


def entry(name, mode=0o100644):
    """Return an entry of a zip file made on Unix, whatever its name."""
    found = zipfile.ZipInfo("x")
    found.filename, found.create_system, found.external_attr = name, 3, mode << 16
    return found


def zipped(path, *entries):
    """Write a zip file with these entries; return its path."""
    with zipfile.ZipFile(path, "w") as archive:
        for one in entries:
            archive.writestr(one, "{}")
    return path


class TestReader:
    def test_a_zip_in_a_folder_and_a_folder(self, tmp_path):
        given = {"release.json": b"{}", "a/b.txt": b"b"}
        write_zip(given, tmp_path / "a.zip", "inside")
        files.write_folder(given, tmp_path / "a")
        for path in (tmp_path / "a.zip", tmp_path / "a"):
            assert Reader(path, "release.json").read(list(given)) == given
            with pytest.raises(ArchiveError, match=r"c\.txt"):
                Reader(path, "release.json").read(["c.txt"])
            with pytest.raises(ArchiveError, match=r"'\.\./c', which leads out of it"):
                Reader(path, "release.json").read(["../c"])

    @pytest.mark.parametrize("name", ["../evil", "/evil", "a/../../evil", "C:/evil", "a\\..\\evil", "a//b", "./a"])
    def test_paths_that_lead_outside(self, tmp_path, name):
        with pytest.raises(ArchiveError, match="leads out of it"):
            Reader(zipped(tmp_path / "evil.zip", "release.json", entry(name)), "release.json")

    def test_a_zip_that_windows_wrote(self, tmp_path):
        path = zipped(tmp_path / "a.zip", "mlp-course\\release.json", "mlp-course\\data\\a.txt")
        assert Reader(path, "release.json").read(["data/a.txt"]) == {"data/a.txt": b"{}"}

    def test_a_link(self, tmp_path):
        with pytest.raises(ArchiveError, match="leads out of it"):
            Reader(zipped(tmp_path / "link.zip", entry("release.json", 0o120777)), "release.json")

    def test_what_is_no_release(self, tmp_path):
        (tmp_path / "text").write_text("no zip")
        write_zip({"a": b""}, tmp_path / "empty.zip")
        lacks, is_none = r"must hold a file release\.json", "must be a folder or a zip"
        for name, message in {"text": is_none, "absent": is_none, "empty.zip": lacks, "": lacks}.items():
            with pytest.raises(ArchiveError, match=message):
                Reader(tmp_path / name, "release.json")

    def test_a_damaged_zip(self, tmp_path):
        write_zip({"release.json": b"{}" * 100}, tmp_path / "a.zip")
        content = (tmp_path / "a.zip").read_bytes()
        (tmp_path / "a.zip").write_bytes(content.replace(b"{}{}", b"[][]", 1))
        with pytest.raises(ArchiveError, match="cannot be read"):
            Reader(tmp_path / "a.zip", "release.json").read(["release.json"])

    def test_a_bomb(self, tmp_path, monkeypatch):
        write_zip({"release.json": b"{}" * 100}, tmp_path / "a.zip")
        monkeypatch.setattr("mlp_helpers.course.archive.MAX_UNPACKED_BYTES", 199)
        with pytest.raises(ArchiveError, match="less than 199 bytes"):
            Reader(tmp_path / "a.zip", "release.json")


@pytest.fixture(scope="module")
def students(tmp_path_factory):
    """Return a folder with the students' edition of the course itself."""
    folder = tmp_path_factory.mktemp("release") / "students"
    release.release(ROOT, folder)
    return folder


class TestTheCourse:
    def test_no_line_of_a_solution_is_in_it(self, students):
        released = {path: nbformat.read(path, as_version=4) for path in (students / "notebooks").glob("*.ipynb")}
        words = {
            path: [normalised(line) for cell in notebook.cells for line in cell.source.splitlines()]
            for path, notebook in released.items()
        }
        secret = {line for _, _, line in secret_lines(release.read_notebooks(ROOT))}
        assert len(secret) > 40
        assert [line for line in secret for lines in words.values() if line in lines] == []
        raw = "".join(path.read_text() for path in released)
        assert "SOLUTION" not in raw
        assert [line for line in secret if line.replace('"', '\\"') in raw] == []

    def test_it_holds_what_it_needs(self, students):
        there = set(names(students))
        package = {f"mlp_helpers/{name}" for name in names(ROOT / "mlp_helpers") if "__pycache__" not in name}
        variants = {name for name in package if name.endswith("/variants.py")}
        assert variants
        assert not variants & there
        package -= variants
        assert {name for name in package if not name.startswith(release.WITHHELD)} <= there
        assert not [name for name in there if name.startswith(release.WITHHELD)]
        assert {"data/studies/mnist.db", "data/fashion-mnist/train-images-idx3-ubyte.gz"} <= there
        assert {"data/qmnist/LICENSE", "data/qmnist/README.md", "data/qmnist/writers-idx1-short.gz"} <= there
        assert not [name for name in there if "fashion" in name and "t10k" in name]
        assert not [name for name in there if name.startswith(("tests", "benchmarks", ".git/")) or "student" in name]
        assert {name for name in there if name.startswith(".")} == {".github/workflows/check.yml", ".gitignore"}

    def test_of_the_docs_it_holds_the_notation_alone(self, students):
        assert [name for name in names(students) if name.startswith("docs")] == ["docs/notation.md"]
        open_to_students = {"notation.md", "architecture.md"}  # the latter's example may have been added to the course
        secret = [path for path in (ROOT / "docs").glob("*.md") if path.name not in open_to_students]
        assert {"exam.md", "teaching.md"} <= {path.name for path in secret}
        texts = [(students / name).read_text() for name in names(students) if name.endswith((".md", ".ipynb"))]
        lines = {line for path in secret for line in path.read_text().splitlines() if len(line) > 60}
        assert [line for line in lines if any(line in text for text in texts)] == []

    @pytest.mark.thorough
    def test_without_the_excursions_it_is_smaller_and_no_link_is_dead(self, students, tmp_path):
        files = release.release(ROOT, tmp_path / "small", tmp_path / "small.zip", excursions=False)
        assert (tmp_path / "small.zip").stat().st_size < 45e6
        gone = set(names(students)) - files.keys()
        assert {name.partition("_")[0].rpartition("/")[2] for name in gone if "notebooks/" in name} == {"08", "09"}
        assert all(name.startswith(release.EXCURSIONS) for name in gone)
        text = "".join(files[name].decode() for name in files if name.endswith(".ipynb"))
        assert "](08_" not in text
        assert "](09_" not in text
        assert "08 · Search" in text

    def test_it_can_be_installed_without_the_developers_lock(self, students):
        code = "import install; print(install.digest())"
        found = subprocess.run([sys.executable, "-c", code], cwd=students / "scripts", capture_output=True, text=True)
        assert found.returncode == 0, found.stderr
        assert not (students / "requirements-dev.txt").exists()

    @pytest.mark.thorough
    def test_it_is_a_package_that_installs(self, students, tmp_path):
        copy = shutil.copytree(students, tmp_path / "copy")
        options = ["--no-build-isolation", "--no-deps", "--no-index", "--target", str(tmp_path / "site")]
        subprocess.run([sys.executable, "-m", "pip", "install", *options, "--editable", str(copy)], check=True)
        (marker,) = (tmp_path / "site").glob("*.pth")
        assert marker.read_text().strip() == str(copy)

    @pytest.mark.thorough
    def test_blank_it_is_not_answered_yet(self, students):
        # The only test here with real kernels, one per notebook.
        environment = {**os.environ, "PYTHONPATH": str(students), "PYTHONSAFEPATH": "1"}
        command = [sys.executable, "-m", "mlp_helpers.cli", "check"]
        found = subprocess.run(command, cwd=students, env=environment, capture_output=True, text=True)
        assert found.returncode == 0, found.stdout + found.stderr
        exercises = json.loads((students / release.MANIFEST).read_text())["exercises"]
        *lines, last = found.stdout.splitlines()
        states = [line for line in lines if line.startswith("  ")]
        assert len(states) == len(exercises) >= 20
        assert [line for line in states if "not answered yet" not in line] == []
        assert last == "0 points so far, of 100 in all."
