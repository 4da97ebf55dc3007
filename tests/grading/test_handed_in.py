"""Right solutions in forty shapes: each is made here, and graded with full points and few flags, or refused."""

import copy
import functools
import io
import json
import re
import tomllib
import zipfile
from pathlib import Path

import nbformat
import pytest

from mlp_helpers.authoring.release import edition, read_notebooks
from mlp_helpers.course import cells
from mlp_helpers.course.manifest import MANIFEST
from mlp_helpers.files import REPOSITORY, write_folder
from mlp_helpers.grading.graft import graft
from mlp_helpers.grading.reference_course import _by_file
from mlp_helpers.grading.submissions import Refused, find, read, take

SHAPES = tomllib.loads(Path(__file__).with_name("handed_in.toml").read_text(encoding="utf-8"))
NETWORKS = ("my_mnist.npz", "my_network.npz")
MAX_FLAGS = 3
RECEIPT = "Receipt of 2026-11-20 0{}:00:00+00:00, for answers to release 123"
LAYERS = "notebooks/03_layers.ipynb"
MAKERS = {}


def shape(make):
    """Enter a function that writes what a student named ada hands in, given the folder of submissions and `Files`."""
    MAKERS[make.__name__.replace("_", "-")] = make
    return make


class Files(dict):
    """The files of a student's folder, from path to bytes: the students' edition, solved."""

    def __or__(self, other):
        return Files({**self, **other})

    def handed_in(self, hour=9):
        """Return those that `submit` packs."""
        packed = {name: content for name, content in self.items() if name.startswith("notebooks/") or name == MANIFEST}
        return Files(packed) | {"receipt.txt": RECEIPT.format(hour).encode()}

    def each(self, change):
        """Return them with each notebook's JSON changed in place by `change`."""
        changed = Files(self)
        for name in self:
            if name.endswith(".ipynb"):
                raw = json.loads(self[name])
                change(raw)
                changed[name] = json.dumps(raw).encode()
        return changed

    def called(self, name_of, pattern=r"\.ipynb$"):
        """Return them with each notebook's name, found by a pattern, replaced."""
        return Files({re.sub(pattern, name_of, name): content for name, content in self.items()})

    def earlier(self):
        """Return the notebooks with other answers."""

        def change(raw):
            for cell in filter(is_answer, raw["cells"]):
                cell["source"] = "".join(cell["source"]).replace("return", "raise").replace("=", "-")

        return Files({name: text for name, text in self.each(change).items() if name.endswith(".ipynb")})

    def unanswered(self):
        """Return the notebooks as they are before they are answered."""
        return Files({name: edition_files()[name] for name in self if name.endswith(".ipynb")})


@functools.cache
def source():
    return read_notebooks(REPOSITORY)


@functools.cache
def edition_files():
    return edition(REPOSITORY)


@functools.cache
def solved():
    """Return the `Files` of a student who has answered everything."""
    files = Files(edition_files())
    own = {cells.answer_name(cell): cell for _, cell in cells.answers(source())}
    for name in source():
        notebook = cells.notebook_from(files[name])
        for cell in filter(cells.is_answer, notebook.cells):
            answer = own[cells.answer_name(cell)]
            cell.source = "\n".join(line for line in answer.source.splitlines() if not cells.is_marker(line))
        files[name] = nbformat.writes(notebook).encode()
    return files | {f"notebooks/{name}": (REPOSITORY / "scripts" / "project" / name).read_bytes() for name in NETWORKS}


def zipped(files, system=3):
    """Return a zip file as bytes; `system` is that of its entries, 0 for Windows."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name) if isinstance(name, str) else name
            entry.create_system = system
            archive.writestr(entry, text)
    return content.getvalue()


def write(folder, files):
    (folder / "ada").mkdir()
    write_folder(files, folder / "ada")


def in_folder(files, name="mlp-course"):
    return Files({f"{name}/{path}": content for path, content in files.items()})


def environment(name, n=300):
    """Return the files of a virtual environment that look like a student's."""
    packages = f"{name}/lib/python3.12/site-packages"
    return {
        f"{name}/pyvenv.cfg": b"home = /usr/bin",
        f"{packages}/jupyter/tour.ipynb": solved().unanswered()[LAYERS],
        **{f"{packages}/numpy/tests/data{number}.npz": b"x" for number in range(9)},
        **{f"{packages}/numpy/module{number}.py": b"" for number in range(n)},
    }


@shape
def a_zip_file_of_the_whole_folder_with_its_virtual_environment(folder, files):
    (folder / "ada.zip").write_bytes(zipped(in_folder(files | environment(".venv", 27_000))))


@shape
def the_whole_folder_with_git_and_caches(folder, files):
    caches = ("notebooks/__pycache__/a.pyc", ".git/objects/ab/cd", ".git/HEAD", ".DS_Store", ".pytest_cache/README.md")
    write(folder, files | dict.fromkeys(caches, b""))


@shape
def a_virtual_environment_without_a_dot_whose_packages_hold_notebooks_and_arrays(folder, files):
    write(folder, in_folder(files | environment("venv")))


@shape
def a_clone_of_the_students_edition(folder, files):
    write(folder, files | {".git/config": b"[core]\n\tfsmonitor = ./harm"})


@shape
def modules_of_the_students_own(folder, files):
    write(folder, files.handed_in() | {f"notebooks/mine{number}.py": b"1" for number in range(9)})


@shape
def checkpoints_with_earlier_answers(folder, files):
    old = files.earlier().called("-checkpoint.ipynb").called("notebooks/.ipynb_checkpoints", "^notebooks")
    (folder / "ada.zip").write_bytes(zipped(files.handed_in() | old))


@shape
def backups_of_an_update_with_earlier_answers(folder, files):
    write(folder, files | files.earlier().called("backups/2026-11-02/notebooks", "^notebooks"))


@shape
def links_of_a_virtual_environment(folder, files):
    link = zipfile.ZipInfo("mlp-course/.venv/bin/python")
    link.external_attr = 0o120777 << 16
    (folder / "ada.zip").write_bytes(zipped(in_folder(files) | {link: "/usr/bin/python3"}))


@shape
def notebooks_without_a_folder(folder, files):
    (folder / "ada.zip").write_bytes(zipped(files.handed_in().called("", "^notebooks/")))


@shape
def notebooks_four_folders_down(folder, files):
    write(folder, in_folder(files.handed_in(), "submitted/s1/ps1/mlp-course"))


@shape
def each_file_by_itself(folder, files):
    write(folder, files.handed_in().called("", "^notebooks/"))


@shape
def two_attempts(folder, files):
    early = files.handed_in(8) | files.earlier()
    write(folder, {"submission-1.zip": zipped(files.handed_in()), "submission.zip": zipped(early)})


@shape
def a_zip_file_in_a_zip_file(folder, files):
    (folder / "ada.zip").write_bytes(zipped({"Lab/submission.zip": zipped(files.handed_in())}))


@shape
def the_file_of_submit_in_a_zip_file_of_the_whole_folder(folder, files):
    (folder / "ada.zip").write_bytes(zipped(in_folder(files | {"submission-1.zip": zipped(files.handed_in())})))


@shape
def a_zip_file_beside_what_was_in_it(folder, files):
    write(folder, files.handed_in() | {"submission-1.zip": zipped(files.handed_in())})


@shape
def exports_beside_the_notebooks(folder, files):
    write(folder, files.handed_in() | dict.fromkeys(("03_layers.pdf", "03_layers.html", "report.docx"), b"x"))


@shape
def notebooks_saved_as_text(folder, files):
    write(folder, files.handed_in().called(".ipynb.txt"))


@shape
def notebooks_saved_as_json(folder, files):
    (folder / "ada.zip").write_bytes(zipped(files.handed_in().called(".ipynb.json")))


@shape
def only_second_downloads(folder, files):
    write(folder, files.handed_in().called(" (1).ipynb"))


@shape
def second_downloads_beside_unfinished_first_ones(folder, files):
    write(folder, files.handed_in().called(" (1).ipynb") | files.unanswered())


@shape
def duplicates_of_each_notebook(folder, files):
    write(folder, files.handed_in() | files.handed_in().called("-Copy1.ipynb"))


@shape
def the_students_name_in_each_name(folder, files):
    write(folder, files.handed_in().called(" Ada Lovelace.ipynb"))


@shape
def notebooks_of_the_students_own(folder, files):
    mine = json.loads(nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("def softmax(x): 1")])))
    write(folder, files.handed_in() | {"notebooks/Untitled.ipynb": json.dumps(mine).encode()})


@shape
def a_zip_file_of_macos(folder, files):
    packed = in_folder(files.handed_in())
    extra = {f"__MACOSX/{name.replace('/', '/._')}": b"\0\5\26\7" for name in packed}
    (folder / "ada.zip").write_bytes(zipped(packed | extra | {"mlp-course/.DS_Store": b"x"}))


@shape
def a_zip_file_with_backslashes(folder, files):
    (folder / "ada.zip").write_bytes(
        zipped({name.replace("/", "\\"): text for name, text in in_folder(files.handed_in()).items()}, system=0)
    )


@shape
def files_of_windows_beside_the_notebooks(folder, files):
    write(folder, files.handed_in() | dict.fromkeys(("desktop.ini", "notebooks/Thumbs.db"), b"x"))
    for name in ("desktop.ini", "Thumbs.db"):
        (folder / name).write_bytes(b"x")


@shape
def a_folder_with_an_umlaut_in_an_old_code_page(folder, files):
    content = zipped(in_folder(files.handed_in(), "XXbung"), system=0)
    (folder / "ada.zip").write_bytes(content.replace(b"XXbung", b"\x9a bung".replace(b" ", b"\x81")))


@shape
def format_4_0_with_ids(folder, files):
    write(folder, files.handed_in().each(lambda raw: raw.update(nbformat_minor=0)))


@shape
def saved_by_colab(folder, files):
    def change(raw):
        raw.update(nbformat_minor=0)
        raw["metadata"] |= {"colab": {"provenance": []}, "kernelspec": {"name": "python3", "display_name": "Python 3"}}
        for cell in raw["cells"]:
            cell["metadata"]["id"] = cell.pop("id")

    write(folder, files.handed_in().each(change))


@shape
def saved_in_format_3(folder, files):
    packed = files.handed_in()
    for name in filter(lambda name: name.endswith(".ipynb"), list(packed)):
        old = nbformat.convert(nbformat.reads(packed[name].decode(), 4), 3)
        packed[name] = nbformat.writes(old, version=3).encode()
    write(folder, packed)


@shape
def without_outputs_and_counts(folder, files):
    def change(raw):
        for cell in raw["cells"]:
            cell.pop("outputs", None), cell.pop("execution_count", None), cell.update(attachments={})

    write(folder, files.handed_in().each(change))


@shape
def large_outputs(folder, files):
    output = {"output_type": "stream", "name": "stdout", "text": "x" * 1_900_000}
    write(folder, files.handed_in().each(lambda raw: raw["cells"][-1].update(cell_type="code", outputs=[output])))


@shape
def cells_copied_with_their_metadata(folder, files):
    write(folder, files.handed_in().each(lambda raw: raw["cells"].extend(copy.deepcopy(raw["cells"]))))


@shape
def cells_split(folder, files):
    """Split each answer before its last function."""

    def change(raw):
        for cell in reversed(list(filter(is_answer, raw["cells"]))):
            place, text = raw["cells"].index(cell), "".join(cell["source"])
            last = text.rfind("\ndef ")
            if cell["cell_type"] == "code" and last > 0:
                raw["cells"].insert(place, copy.deepcopy(cell) | {"source": text[:last], "id": f"split-{place}"})
                cell["source"] = text[last:]

    write(folder, files.handed_in().each(change))


def is_answer(cell):
    return cell["metadata"].get("nbgrader", {}).get("solution", False)


@shape
def cells_of_another_kind(folder, files):
    def change(raw):
        for cell in filter(is_answer, raw["cells"]):
            if cell["cell_type"] == "code" and not cell["metadata"]["nbgrader"]["grade"]:
                cell["cell_type"] = "markdown"
                del cell["outputs"], cell["execution_count"]

    write(folder, files.handed_in().each(change))


@shape
def checks_deleted(folder, files):
    def change(raw):
        raw["cells"] = list(filter(is_answer, raw["cells"]))

    write(folder, files.handed_in().each(change))


@shape
def a_page_in_place_of_the_notebook(folder, files):
    (folder / "ada").mkdir()
    (folder / "ada" / "03_layers.html").write_text("<!DOCTYPE html>")


@shape
def another_kind_of_archive(folder, files):
    (folder / "ada.tar.gz").write_bytes(b"\x1f\x8b")


@shape
def a_notebook_of_0_bytes(folder, files):
    write(folder, {"03_layers.ipynb": b""})


@shape
def online_text_alone(folder, files):
    write(folder, {"onlinetext.html": b"Here it is."})


def graded(folder):
    """Return what grading takes of the submissions in a folder: graft, networks and flags of the only student."""
    submission = read(take("ada", find(folder)["ada"]))
    grafted, flags = graft(source(), submission.notebooks), list(submission.flags)
    return grafted, _by_file(NETWORKS, submission.networks, flags), [*flags, *grafted.flags]


def lost(folder):
    """Return the exercises of which the solution in a folder does not come to the grader as it is."""
    grafted, networks, _ = graded(folder)
    came = {cells.answer_name(cell): cell.source for _, cell in cells.answers(grafted.notebooks)}
    came |= {name: cell.source for name, cell in grafted.open_answers.items()}
    wanted = {cells.answer_name(cell): cell for _, cell in cells.answers(source())}
    files = {name for name in NETWORKS if networks[name] != solved()[f"notebooks/{name}"]}
    return files | {
        name
        for name, cell in wanted.items()
        if not cells.file_of(cell) and came.get(name, "").split() != without_markers(cell.source).split()
    }


def without_markers(text):
    return "\n".join(line for line in text.splitlines() if not cells.is_marker(line))


def test_there_are_forty_and_at_most_four_are_refused():
    assert SHAPES.keys() == MAKERS.keys()
    assert len(SHAPES) == 40
    assert sum("refused" in one for one in SHAPES.values()) <= 4


def is_fair(folder, refused=""):
    """Return whether a submission is graded in full, with few flags, or refused for a reason if one is given."""
    if list(find(folder)) != ["ada"]:
        return False
    try:
        return lost(folder) == set() and len(graded(folder)[2]) <= MAX_FLAGS and not refused
    except Refused as error:
        return refused != "" and refused in str(error)


@pytest.mark.parametrize("name", SHAPES)
def test_each_shape_is_graded_in_full_or_refused_with_a_remedy(tmp_path, name):
    MAKERS[name](tmp_path, solved())
    assert is_fair(tmp_path, SHAPES[name].get("refused", ""))


NEVER = re.compile("(?!)")
WITHOUT = {
    "a-zip-file-of-the-whole-folder-with-its-virtual-environment": ("handed_in._is_skipped", lambda name: False),
    "a-virtual-environment-without-a-dot-whose-packages-hold-notebooks-and-arrays": ("handed_in.SKIPPED", set()),
    "two-attempts": ("submissions._date", lambda content: ""),
    "a-zip-file-in-a-zip-file": ("handed_in.KINDS", {".ipynb": "notebook"}),
    "a-zip-file-beside-what-was-in-it": ("submissions._Version.works", property(id)),
    "notebooks-saved-as-text": ("handed_in.SAVED_AS", NEVER),
    "second-downloads-beside-unfinished-first-ones": ("graft._together", list),
    "a-zip-file-with-backslashes": ("handed_in.path_of", lambda entry: entry.filename),
    "files-of-windows-beside-the-notebooks": ("handed_in.OF_SYSTEMS", set()),
    "format-4-0-with-ids": ("submissions._plain", lambda raw: raw),
    "cells-split": ("graft._joined", lambda pairs: None),
    "cells-of-another-kind": ("graft._of_kind", lambda cell, kind: nbformat.v4.new_code_cell("")),
    "online-text-alone": ("submissions.INSTEAD", ""),
}


@pytest.mark.parametrize("name", WITHOUT)
def test_without_its_rule_a_shape_is_not(tmp_path, monkeypatch, name):
    MAKERS[name](tmp_path, solved())
    where, instead = WITHOUT[name]
    monkeypatch.setattr(f"mlp_helpers.grading.{where}", instead)
    assert not is_fair(tmp_path, SHAPES[name].get("refused", ""))
