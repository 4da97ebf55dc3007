"""Updates of students' folders of an old release, by their own code and by the present one: each answer is found.

old_release/319a27e.zip is the release of commit 319a27e, in which other exercises were called quiz_01 and so on. It has
only the cells for answers and guesses, and what the command `update` imports.
"""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from small_course import answers_in, content, read_notebooks

from mlp_helpers.authoring.release import edition
from mlp_helpers.course.cells import answer_name, answers, functions, guess_name, notebook_bytes
from mlp_helpers.course.manifest import MANIFEST
from mlp_helpers.course.renamed import RENAMED, current, in_source
from mlp_helpers.services.files import REPOSITORY, write_folder

pytestmark = pytest.mark.thorough

OLD = Path(__file__).parent / "old_release" / "319a27e.zip"


def mine(name):
    return f"# My own answer, with Greek: λ.\n{name} = 'a b'"


def guesses(folder):
    """Return the sources of the guesses in a folder, by name."""
    cells = [cell for notebook in read_notebooks(folder).values() for cell in notebook.cells]
    return {guess_name(cell): cell.source for cell in cells if guess_name(cell)}


def placed(blank, former):
    """Return the answers that the present code puts in the place of the blank ones, both dicts by exercise.

    An exercise of former times may be a step now, whose answer stands beside the placeholders of the others.
    """

    def joined(source):
        steps = functions(source) if source.startswith("def ") else {}
        sources = [mine(step) if step in former else text.strip() for step, text in steps.items()]
        return "\n\n".join(sources) if former.keys() & steps.keys() else source

    return {name: former.get(name) or joined(source) for name, source in blank.items()}


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """Return a folder with the release of the current course, without its data."""
    files = {name: text for name, text in edition(REPOSITORY).items() if not name.startswith("data/")}
    manifest = json.loads(files[MANIFEST])
    manifest["files"] = {name: digest for name, digest in manifest["files"].items() if name in files}
    files[MANIFEST] = json.dumps(manifest).encode()
    folder = tmp_path_factory.mktemp("release") / "new"
    write_folder(files, folder)
    return folder


@pytest.fixture
def folder(tmp_path):
    """Return an old folder in which everything is answered."""
    folder = tmp_path / "course"
    with zipfile.ZipFile(OLD) as archive:
        archive.extractall(folder)
    for name, notebook in read_notebooks(folder).items():
        for _, cell in answers({name: notebook}):
            cell.source = mine(answer_name(cell))
        for cell in notebook.cells:
            cell.source = f"{guess_name(cell)} = 0.25" if guess_name(cell) else cell.source
        (folder / "notebooks" / name).write_bytes(notebook_bytes(notebook))
    return folder


@pytest.fixture
def wanted(folder, release):
    """Return the answers that an updated folder must have, by exercise."""
    former = {name: mine(name) for name in answers_in(folder)}
    assert {"quiz_01", "faults_03"} < RENAMED.keys() & former.keys()
    now = {current(name): in_source(source) for name, source in former.items()}
    return placed(answers_in(release), now)


def by_its_own_code(folder, release):
    """Update a folder by the package that it brings; return the lines of the report."""
    code = f"from mlp_helpers.cli import app; app(['update', {str(release)!r}])"
    ended = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    return ended.stdout.splitlines()


def test_its_own_code_names_what_it_cannot_place_and_the_new_code_finds_it(folder, release, wanted):
    before = answers_in(folder)
    lines = by_its_own_code(folder, release)
    found, new = content(folder), content(release)
    assert found.keys() == new.keys()
    assert all(found[name] == new[name] for name in new if not name.endswith(".ipynb"))
    (named,) = [line for line in lines if line.startswith("No longer part of the course; your answers are in the")]
    gone = set(named.partition(": ")[2].split(", "))
    assert RENAMED.keys() & before.keys() <= gone
    assert {"sigmoid", "relu", "cross_entropy"} <= gone
    assert gone.isdisjoint({"softmax", "unhot"})  # steps now, which that code knows
    assert gone.isdisjoint(wanted)
    (backup,) = (folder / "backups").iterdir()
    assert answers_in(backup) == before
    blank = answers_in(release)
    kept = placed(blank, {name: mine(name) for name in before})
    assert answers_in(folder) == kept
    found, reopen = by_its_own_code(folder, release)[:2]
    assert found.startswith("Found in your backups under their former names: quiz_data, ")
    assert reopen.startswith("Open the notebooks again")
    regained = {current(name) for name in RENAMED.keys() & before.keys()}
    assert answers_in(folder) == kept | {name: wanted[name] for name in regained}
    assert by_its_own_code(folder, release) == ["Your course is up to date: nothing was changed."]


def test_the_new_code_places_everything_at_once(folder, release, wanted):
    guessed = guesses(folder).keys()
    # As docs/students-edition.md says. Without -P the folder's own package would do it.
    command = [sys.executable, "-P", "-m", "mlp_helpers.cli", "update", str(release)]
    environment = {**os.environ, "PYTHONPATH": str(release)}
    subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True)
    assert answers_in(folder) == wanted
    made = [source for name, source in guesses(folder).items() if name in guessed]
    assert len(made) > 20
    assert {source.partition(" = ")[2] for source in made} == {"0.25"}
