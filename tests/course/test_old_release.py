"""Update of a student's folder from before the package had rooms, by its own code, with interruptions at any moment.

old_release/494c1f8.zip is the release of commit 494c1f8, without its data.
"""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from mlp_helpers.authoring.release import edition
from mlp_helpers.course.cells import answers, notebook_bytes
from mlp_helpers.course.manifest import MANIFEST
from mlp_helpers.files import REPOSITORY, write_folder

pytestmark = pytest.mark.thorough

HERE = Path(__file__).parent / "old_release"
EVERY = int(os.environ.get("MLP_EVERY", 12))  # test every n-th moment of interruption; .ci/run tests all


def mine(name):
    return f"# My own answer to {name}, with Greek: λ."


def read_notebooks(folder):
    return {path.name: nbformat.read(path, as_version=4) for path in sorted((folder / "notebooks").glob("*.ipynb"))}


def answered(folder):
    """Return the sources of the answer cells in a folder, by exercise."""
    return {
        cell.metadata["nbgrader"]["grade_id"]: cell.source
        for name, notebook in read_notebooks(folder).items()
        for _, cell in answers({name: notebook})
    }


def files_of(folder):
    """Return {path: content} of a folder's files, except backups and leftover .part files."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".part" and "backups" not in path.parts
    }


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """Return a folder with the release of the current course, without its data."""
    files = {name: content for name, content in edition(REPOSITORY).items() if not name.startswith("data/")}
    manifest = json.loads(files[MANIFEST])
    manifest["files"] = {name: digest for name, digest in manifest["files"].items() if name in files}
    files[MANIFEST] = json.dumps(manifest).encode()
    folder = tmp_path_factory.mktemp("release") / "new"
    write_folder(files, folder)
    return folder


@pytest.fixture(scope="module")
def updated(release, tmp_path_factory):
    """Yield an old, fully answered folder after its update, snapshots of the update, and a process to resume these."""
    place = tmp_path_factory.mktemp("students")
    folder, snapshots = place / "course", place / "snapshots"
    snapshots.mkdir()
    with zipfile.ZipFile(HERE / "494c1f8.zip") as archive:
        archive.extractall(folder)
    for name, notebook in read_notebooks(folder).items():
        for _, cell in answers({name: notebook}):
            cell.source = mine(cell.metadata["nbgrader"]["grade_id"])
        (folder / "notebooks" / name).write_bytes(notebook_bytes(notebook))
    command = [sys.executable, HERE / "update_in_children.py", folder, release, snapshots]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "0\n"

        def go_on(state):
            process.stdin.write(f"{state}\n")
            process.stdin.flush()
            return process.stdout.readline()

        yield folder, sorted(snapshots.iterdir()), go_on


def test_its_own_code_updates_an_old_folder(updated, release):
    folder, _, _ = updated
    found, wanted = files_of(folder), files_of(release)
    assert found.keys() == wanted.keys()
    assert all(found[name] == wanted[name] for name in found if not name.endswith(".ipynb"))
    assert "mlp_helpers/release.py" not in found
    with zipfile.ZipFile(HERE / "494c1f8.zip") as archive:
        old = json.loads(archive.read(MANIFEST))["exercises"]
    blank = answered(release)
    assert answered(folder) == {name: mine(name) if name in old else blank[name] for name in blank}


def test_after_an_interruption_the_same_command_goes_on(updated, release):
    folder, states, go_on = updated
    assert len(states) > 140
    done = files_of(folder)
    for state in states[::EVERY] + states[-2:]:
        assert go_on(state) == "0\n", state.name
        assert files_of(state) == done, state.name
