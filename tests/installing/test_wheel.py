"""The wheel, as a student meets it: in an empty environment, without the repository, from installing to upgrading."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from contextlib import contextmanager
from pathlib import Path

import all_checks
import make_wheel
import publish
import pytest
import wrong_uses
from small_course import cell_of, edited

from mlp_helpers.authoring.release import edition, version_of
from mlp_helpers.services.files import REPOSITORY

sys.path.append(str(REPOSITORY / "tests" / "browser"))
import lab_in_browser

NEWER = "99.0.0"
TOKEN = lab_in_browser.TOKEN
SOFTPLUS_D = 'def softplus_d(x):\n    """Mine."""\n    return 0.5 * (1 + np.tanh(x / 2))'


@pytest.fixture(scope="module")
def released():
    return edition(REPOSITORY)


@pytest.fixture(scope="module")
def wheel(released, tmp_path_factory):
    return make_wheel.build(released, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def newer_wheel(tmp_path_factory):
    """Return the wheel of a later version, in which a sentence of notebook 03 is another, and a file is new."""
    source = tmp_path_factory.mktemp("newer") / "source"
    for name in ("data", "docs", "mlp_helpers", "notebooks", "scripts"):
        shutil.copytree(REPOSITORY / name, source / name)
    for path in REPOSITORY.iterdir():
        if path.is_file():
            shutil.copy(path, source)
    init = source / "mlp_helpers" / "__init__.py"
    init.write_text(init.read_text().replace(version_of(REPOSITORY), NEWER))
    log = source / "CHANGELOG.md"
    log.write_text(f"# Changes\n\n## {NEWER}, 2099-01-01\n\n### For students\n\n- Bees.\n\n{log.read_text()}")
    with edited(source / "notebooks" / "03_layers.ipynb") as notebook:
        notebook.cells[0].source += "\n\nThis sentence is new."
    return make_wheel.build(edition(source), source)


def uv(*arguments):
    subprocess.run([Path(sys.executable).with_name("uv"), "--quiet", *map(str, arguments)], check=True)


def environment(folder, requirement):
    """Make a virtual environment with a requirement, at the lock's versions; return its folder of commands."""
    lock = (REPOSITORY / "requirements.txt").read_text()
    versions = re.sub(r" \\\n(\s+--hash=\S+( \\)?\n)+", "\n", lock)  # with hashes, everything would need one
    (folder / "constraints.txt").write_text(versions)
    subprocess.run([sys.executable, "-m", "venv", folder / "env"], check=True)
    bin = folder / "env" / "bin"
    uv("pip", "install", "--python", bin / "python", "--constraint", folder / "constraints.txt", requirement)
    return bin


@pytest.fixture(scope="module")
def bin(wheel, tmp_path_factory):
    """Return the folder of commands of an environment with all that the course needs."""
    return environment(tmp_path_factory.mktemp("lab"), f"mlp-course[lab] @ file://{wheel}")


def ran(*command, folder, code=0, **variables):
    """Run a command in a folder, outside of the repository; return what it printed."""
    variables = {**os.environ, "PYTHONSAFEPATH": "1", **variables}
    ended = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert ended.returncode == code, ended.stdout
    return ended.stdout


class TestWheel:
    def test_its_edition_is_the_release_and_it_is_not_too_large(self, wheel, released):
        assert publish.wheel_faults(wheel, released) == []

    def test_it_is_the_same_each_time(self, wheel, released, tmp_path):
        assert make_wheel.build(released, tmp_path).read_bytes() == wheel.read_bytes()

    def test_it_holds_no_answers_and_no_grading(self, wheel):
        names = zipfile.ZipFile(wheel).namelist()
        assert not [name for name in names if "grading" in name or "fashion-mnist/t10k" in name]
        assert "mlp_helpers/edition/notebooks/03_layers.ipynb" in names
        assert not [name for name in names if name.endswith(("Makefile", "install.py"))]

    def test_its_metadata_name_all_licences(self, wheel):
        archive = zipfile.ZipFile(wheel)
        (name,) = (name for name in archive.namelist() if name.endswith("METADATA"))
        text = archive.read(name).decode()
        assert "License-Expression: MIT AND CC-BY-SA-3.0 AND BSD-3-Clause\n" in text
        licences = ["LICENSE", "data/LICENSE", "data/qmnist/LICENSE"]
        assert re.findall(r"^License-File: (.*)$", text, re.MULTILINE) == licences
        assert re.findall(r"^Requires-Dist: (\w+)[^;\n]*$", text, re.MULTILINE) == ["numpy", "threadpoolctl"]


def test_the_library_alone_trains_with_numpy_and_threadpoolctl(wheel, tmp_path):
    bin = environment(tmp_path, f"mlp-course @ file://{wheel}")
    listed = json.loads(ran(bin / "python", "-m", "pip", "list", "--format=json", folder=tmp_path))
    assert {entry["name"] for entry in listed} - {"pip", "setuptools"} == {"mlp-course", "numpy", "threadpoolctl"}
    (example,) = re.findall(r"```python\n(.*?)```", (REPOSITORY / "README.md").read_text(), re.DOTALL)
    (tmp_path / "example.py").write_text(example.replace("epochs=5", "epochs=1") + 'network.save("trained.npz")\n')
    printed = ran(bin / "python", "example.py", folder=tmp_path, MLP_COURSE_DATA="", HOME=str(tmp_path))
    assert 0.05 < float(printed.split()[1]) < 0.3
    assert (tmp_path / "trained.npz").exists()
    said = ran(bin / "mlp-course", "start", folder=tmp_path, code=1)
    assert 'pip install "FILE.whl[lab]"' in said


@contextmanager
def lab_of(bin, folder):
    """Run `mlp-course lab` in a folder; yield its address."""
    (port,) = lab_in_browser.free_ports(1)
    command = [bin / "mlp-course", "lab", "--port", str(port), "--no-browser", f"--IdentityProvider.token={TOKEN}"]
    variables = {**os.environ, "JUPYTER_RUNTIME_DIR": str(folder.parent / "run"), "HOME": str(folder.parent)}
    address = f"http://127.0.0.1:{port}"
    api = f"{address}/api?token={TOKEN}"
    with lab_in_browser.running(command, api, folder.parent / "log", cwd=folder, env=variables):
        yield address


@pytest.fixture(scope="module")
def course(bin, tmp_path_factory):
    """Return a folder that `mlp-course start` made."""
    home = tmp_path_factory.mktemp("student")
    said = ran(bin / "mlp-course", "start", folder=home)
    assert said.splitlines()[1:] == ["    cd mlp-course", "    mlp-course lab"]
    return home / "mlp-course"


class TestCourse:
    """In the order of a student's term."""

    def test_the_doctor_says_ready_only_where_there_are_notebooks(self, bin, course):
        assert "Ready" in ran(bin / "mlp-course", "doctor", folder=course).splitlines()[-1]
        elsewhere = ran(bin / "mlp-course", "doctor", folder=course.parent, code=1)
        assert "Not ready" in elsewhere
        assert "mlp-course start" in elsewhere

    @lab_in_browser.needs_chromium
    def test_notebook_03_runs_in_the_browser(self, bin, course):
        path = course / "notebooks" / "03_layers.ipynb"
        asked_for = []
        with (
            lab_of(bin, course) as address,
            lab_in_browser.browsing() as chromium,
            lab_in_browser.page_in(chromium) as page,
        ):
            page.on("request", lambda request: asked_for.append(request.url))
            page.goto(f"{address}/lab/tree/notebooks/03_layers.ipynb?token={TOKEN}&reset")
            cells = lab_in_browser.run_all_cells(page, path)
            assert page.locator("text=Would you like to get notified").count() == 0
        outputs = [output for cell in cells for output in cell.outputs]
        assert [output for output in outputs if output.output_type == "error"] == []
        assert len([output for output in outputs if "image/png" in output.get("data", {})]) >= 7
        here = (address, address.replace("http", "ws"), "data:", "blob:")
        assert [url for url in asked_for if not url.startswith(here)] == []

    def test_check_and_submit(self, bin, course):
        path = course / "notebooks" / "03_layers.ipynb"
        with edited(path) as notebook:
            cell_of(notebook, "softplus-d").source = SOFTPLUS_D
        printed = ran(bin / "mlp-course", "check", "--json", "--strict", path, folder=course, code=1)
        (report,) = json.loads(printed)
        states = {exercise["name"]: exercise["state"] for exercise in report["exercises"]}
        assert states.pop("softplus_d") == "done"
        assert set(states.values()) == {"not answered yet"}
        assert report["troubles"] == []
        ran(bin / "mlp-course", "submit", "--out", "mine.zip", folder=course)
        assert "notebooks/03_layers.ipynb" in "".join(zipfile.ZipFile(course / "mine.zip").namelist())

    def test_the_notebooks_run(self, bin, course):
        printed = ran(bin / "mlp-course", "test", "notebooks/04_gradient_checking.ipynb", folder=course)
        assert re.search(r"\d\d passed", printed)

    def test_all_checks_run(self, bin, course):
        (package,) = (bin.parent / "lib").glob("python*/site-packages/mlp_helpers")
        assert not list(package.rglob("variants*"))
        assert all_checks.faults(bin / "python", package, MLP_COURSE_DATA=str(course / "data")) == []

    def test_wrong_uses(self, bin, course, tmp_path):
        said = ran(bin / "python", wrong_uses.__file__, tmp_path, course, "wheel", folder=course)
        assert wrong_uses.faults("wheel", json.loads(said)) == []

    def test_its_help_lists_what_students_can_do(self, bin, course):
        said = ran(bin / "mlp-course", "-h", folder=course)
        assert re.findall(r"^For .*", said, re.MULTILINE) == ["For students:"]

    @pytest.mark.skipif(
        shutil.which("bwrap") is None and os.environ.get("MLP_SANDBOX") != "required", reason="needs bubblewrap"
    )
    def test_where_nothing_but_the_folder_can_be_written(self, bin, course, tmp_path):
        places = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--bind", tmp_path, tmp_path]
        sandboxed = ["bwrap", *places, bin / "mlp-course"]
        home = {"HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
        ran(*sandboxed, "start", "here", folder=tmp_path, **home)
        printed = ran(*sandboxed, "check", "notebooks/02_data_loading.ipynb", folder=tmp_path / "here", **home)
        assert "not answered yet" in printed
        assert "could not be run" not in printed
        assert "b cannot be written: Read-only file system" in ran(
            *sandboxed, "start", course.parent / "b", folder=tmp_path, code=1, **home
        )

    def test_a_moved_folder_and_a_second_one(self, bin, course):
        ran(bin / "mlp-course", "start", "second", folder=course.parent)
        (course.parent / "second").rename(course.parent / "moved")
        printed = ran(bin / "mlp-course", "check", "notebooks/08_search.ipynb", folder=course.parent / "moved")
        assert "could not be run" not in printed

    def test_an_upgrade_keeps_the_answers(self, bin, course, newer_wheel):
        pip = [bin / "python", "-m", "pip", "install", "--no-deps", "--disable-pip-version-check"]
        ran(*pip, "--upgrade", newer_wheel, folder=course)
        assert ran(bin / "mlp-course", "--version", folder=course) == f"mlp-course {NEWER}\n"
        said = ran(bin / "mlp-course", "check", "notebooks/03_layers.ipynb", folder=course)
        assert f"and the installed course is {NEWER}: `mlp-course update` brings" in said
        updated = ran(bin / "mlp-course", "update", folder=course)
        assert f"New in {NEWER}:\n- Bees.\n" in updated
        text = (course / "notebooks" / "03_layers.ipynb").read_text()
        assert "This sentence is new." in text
        assert "Mine." in text
        assert "up to date" in ran(bin / "mlp-course", "update", folder=course)
        assert "installed course is" not in ran(bin / "mlp-course", "check", "notebooks/03_layers.ipynb", folder=course)
        assert not (course / "mlp_helpers").exists()
