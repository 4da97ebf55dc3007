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
from mlp_helpers.grading.graft import graft
from mlp_helpers.grading.reference_course import _by_file
from mlp_helpers.grading.submissions import Refused, find, read, take
from mlp_helpers.services.files import REPOSITORY, write_folder

SHAPES = tomllib.loads(Path(__file__).with_name("handed_in.toml").read_text(encoding="utf-8"))
NETWORKS = ("my_mnist.npz", "my_network.npz")
MAX_FLAGS = 3
REASONS = {name: one["reason"] for name, one in SHAPES["refused"].items()}
ALL = [*SHAPES["graded"], *REASONS]
RECEIPT = "Receipt of 2026-11-20 0{}:00:00+00:00, for answers to release 123"
LAYERS = "notebooks/03_layers.ipynb"


class Files(dict):
    """The files of a student's folder, from path to bytes: the students' edition, solved."""

    def __or__(self, other):
        return Files({**self, **other})

    def notebooks(self):
        return Files({name: content for name, content in self.items() if name.endswith(".ipynb")})

    def each(self, change):
        """Return them with each notebook's JSON changed in place by `change`."""
        changed = {name: json.loads(content) for name, content in self.notebooks().items()}
        for raw in changed.values():
            change(raw)
        return self | {name: json.dumps(raw).encode() for name, raw in changed.items()}

    def called(self, name_of, pattern=r"\.ipynb$"):
        """Return them with each notebook's name, found by a pattern, replaced."""
        return Files({re.sub(pattern, name_of, name): content for name, content in self.items()})

    def earlier(self):
        """Return the notebooks with other answers."""

        def change(raw):
            for cell in filter(is_answer, raw["cells"]):
                cell["source"] = "".join(cell["source"]).replace("return", "raise").replace("=", "-")

        return self.notebooks().each(change)


@functools.cache
def source():
    return read_notebooks(REPOSITORY)


@functools.cache
def released():
    return Files(edition(REPOSITORY))


@functools.cache
def whole():
    """Return the `Files` of a student who has answered everything."""
    solved = dict(released())
    own = {cells.answer_name(cell): cell for _, cell in cells.answers(source())}
    for name in source():
        notebook = cells.notebook_from(solved[name])
        for cell in filter(cells.is_answer, notebook.cells):
            cell.source = without_markers(own[cells.answer_name(cell)].source)
        solved[name] = nbformat.writes(notebook).encode()
    networks = {f"notebooks/{name}": (REPOSITORY / "scripts" / "project" / name).read_bytes() for name in NETWORKS}
    return Files(solved | networks)


def packed(hour=9):
    """Return the `Files` that `submit` packs of them."""
    names = [name for name in whole() if name.startswith("notebooks/") or name == MANIFEST]
    return Files({name: whole()[name] for name in names} | {"receipt.txt": RECEIPT.format(hour).encode()})


def without_markers(text):
    return "\n".join(line for line in text.splitlines() if not cells.is_marker(line))


def zipped(files, system=3):
    """Return a zip file as bytes; `system` is that of its entries, 0 for Windows."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name) if isinstance(name, str) else name
            entry.create_system = system
            archive.writestr(entry, text)
    return content.getvalue()


def in_folder(files, name="ada"):
    return Files({f"{name}/{path}": content for path, content in files.items()})


def with_environment(name, n=300):
    """Return the whole folder with a virtual environment, of which some files look like a student's."""
    packages = f"{name}/lib/python3.12/site-packages"
    installed = {f"{name}/pyvenv.cfg": b"home = /usr/bin", f"{packages}/jupyter/tour.ipynb": released()[LAYERS]}
    installed |= {f"{packages}/numpy/tests/data{number}.npz": b"x" for number in range(9)}
    return in_folder(whole() | installed | {f"{packages}/numpy/module{number}.py": b"" for number in range(n)})


def in_format_3(raw):
    old = nbformat.convert(nbformat.reads(json.dumps(raw), 4), 3)
    raw.clear(), raw.update(old)


def by_colab(raw):
    raw.update(nbformat_minor=0)
    raw["metadata"] |= {"colab": {"provenance": []}, "kernelspec": {"name": "python3", "display_name": "Python 3"}}
    for cell in raw["cells"]:
        cell["metadata"]["id"] = cell.pop("id")


def bare(raw):
    for cell in raw["cells"]:
        cell.pop("outputs", None), cell.pop("execution_count", None), cell.update(attachments={})


def is_answer(cell):
    return cell["metadata"].get("nbgrader", {}).get("solution", False)


def split(raw):
    """Split each answer before its last function."""
    for cell in reversed(list(filter(is_answer, raw["cells"]))):
        place, text = raw["cells"].index(cell), "".join(cell["source"])
        last = text.rfind("\ndef ")
        if cell["cell_type"] == "code" and last > 0:
            raw["cells"].insert(place, copy.deepcopy(cell) | {"source": text[:last], "id": f"split-{place}"})
            cell["source"] = text[last:]


def as_text(raw):
    for cell in filter(is_answer, raw["cells"]):
        if cell["cell_type"] == "code" and not cell["metadata"]["nbgrader"]["grade"]:
            cell["cell_type"] = "markdown"
            del cell["outputs"], cell["execution_count"]


LINK = zipfile.ZipInfo(".venv/bin/python")
LINK.external_attr = 0o120777 << 16
LARGE = {"output_type": "stream", "name": "stdout", "text": "x" * 1_900_000}
GIT = dict.fromkeys((".git/objects/ab/cd", ".git/HEAD", ".git/config"), b"")
CACHES = dict.fromkeys(("notebooks/__pycache__/a.pyc", ".DS_Store", ".pytest_cache/README.md"), b"")
OF_WINDOWS = dict.fromkeys(("desktop.ini", "Thumbs.db"), b"x")
EXPORTS = dict.fromkeys(("03_layers.pdf", "03_layers.html", "report.docx"), b"x")
MODULES = dict.fromkeys((f"notebooks/mine{number}.py" for number in range(9)), b"1")
MINE = nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("def softmax(x): 1")])).encode()
CHANGES = {  # to each notebook
    "format-4-0-with-ids": lambda raw: raw.update(nbformat_minor=0),
    "saved-by-colab": by_colab,
    "saved-in-format-3": in_format_3,
    "without-outputs-and-counts": bare,
    "large-outputs": lambda raw: raw["cells"][-1].update(cell_type="code", outputs=[LARGE]),
    "cells-copied-with-their-metadata": lambda raw: raw["cells"].extend(copy.deepcopy(raw["cells"])),
    "cells-split": split,
    "cells-of-another-kind": as_text,
    "checks-deleted": lambda raw: raw.update(cells=list(filter(is_answer, raw["cells"]))),
}
NAMES = {  # in the place of .ipynb
    "notebooks-saved-as-text": ".ipynb.txt",
    "notebooks-saved-as-json": ".ipynb.json",
    "only-second-downloads": " (1).ipynb",
    "the-students-name-in-each-name": " Ada Lovelace.ipynb",
}
FOLDERS = {  # what is in the student's folder
    "the-whole-folder-with-git-and-caches": lambda: whole() | GIT | CACHES,
    "a-virtual-environment-without-a-dot-whose-packages-hold-notebooks-and-arrays": lambda: with_environment("venv"),
    "a-clone-of-the-students-edition": lambda: whole() | GIT,
    "modules-of-the-students-own": lambda: packed() | MODULES,
    "backups-of-an-update-with-earlier-answers": lambda: (
        whole() | packed().earlier().called("backups/2026-11-02/notebooks", "^notebooks")
    ),
    "notebooks-four-folders-down": lambda: in_folder(packed(), "submitted/s1/ps1/mlp-course"),
    "each-file-by-itself": lambda: packed().called("", "^notebooks/"),
    "two-attempts": lambda: {
        "submission-1.zip": zipped(packed()),
        "submission.zip": zipped(packed(8) | packed().earlier()),
    },
    "a-zip-file-beside-what-was-in-it": lambda: packed() | {"submission-1.zip": zipped(packed())},
    "exports-beside-the-notebooks": lambda: packed() | EXPORTS,
    "second-downloads-beside-unfinished-first-ones": lambda: packed().called(" (1).ipynb") | released().notebooks(),
    "duplicates-of-each-notebook": lambda: packed() | packed().called("-Copy1.ipynb"),
    "notebooks-of-the-students-own": lambda: packed() | {"notebooks/Untitled.ipynb": MINE},
    **{name: lambda change=change: packed().each(change) for name, change in CHANGES.items()},
    **{name: lambda ending=ending: packed().called(ending) for name, ending in NAMES.items()},
    "a-page-in-place-of-the-notebook": lambda: {"03_layers.html": b"<!DOCTYPE html>"},
    "a-notebook-of-0-bytes": lambda: {"03_layers.ipynb": b""},
    "online-text-alone": lambda: {"onlinetext.html": b"Here it is."},
}
ZIPS = {  # what is in the student's zip file
    "a-zip-file-of-the-whole-folder-with-its-virtual-environment": lambda: with_environment(".venv", 27_000),
    "checkpoints-with-earlier-answers": lambda: (
        packed() | packed().earlier().called("-checkpoint.ipynb").called("notebooks/.ipynb_checkpoints", "^notebooks")
    ),
    "links-of-a-virtual-environment": lambda: whole() | {LINK: "/usr/bin/python3"},
    "notebooks-without-a-folder": lambda: packed().called("", "^notebooks/"),
    "a-zip-file-in-a-zip-file": lambda: {"Lab/submission.zip": zipped(packed())},
    "the-file-of-submit-in-a-zip-file-of-the-whole-folder": lambda: whole() | {"submission-1.zip": zipped(packed())},
    "a-zip-file-of-macos": lambda: (
        packed() | {f"__MACOSX/{name.replace('/', '/._')}": b"\0\5\26\7" for name in packed()} | {".DS_Store": b"x"}
    ),
}
MAKERS = {  # what is in the folder of submissions, by path
    **{name: lambda make=make: in_folder(make()) for name, make in FOLDERS.items()},
    **{name: lambda make=make: {"ada.zip": zipped(make())} for name, make in ZIPS.items()},
    "a-zip-file-with-backslashes": lambda: {"ada.zip": zipped(in_folder(packed()).called(r"\\", "/"), system=0)},
    "a-folder-with-an-umlaut-in-an-old-code-page": lambda: {  # of Windows
        "ada.zip": zipped(in_folder(packed(), "XXbung"), system=0).replace(b"XXbung", b"\x9a\x81bung")
    },
    "files-of-windows-beside-the-notebooks": lambda: in_folder(packed() | OF_WINDOWS) | OF_WINDOWS,
    "another-kind-of-archive": lambda: {"ada.tar.gz": b"\x1f\x8b"},
}


def lost(grafted, networks):
    """Return the exercises of which the solution does not come to the grader as it is."""
    came = {cells.answer_name(cell): cell.source for _, cell in cells.answers(grafted.notebooks)}
    came |= {name: cell.source for name, cell in grafted.open_answers.items()}
    files = {name for name in NETWORKS if networks[name] != whole()[f"notebooks/{name}"]}
    return files | {
        cells.answer_name(cell)
        for _, cell in cells.answers(source())
        if not cells.file_of(cell)
        and came.get(cells.answer_name(cell), "").split() != without_markers(cell.source).split()
    }


def is_fair(folder, name):
    """Return whether the submission is graded in full, with few flags, or refused for the reason if there is one."""
    write_folder(MAKERS[name](), folder)
    if list(find(folder)) != ["ada"]:
        return False
    try:
        submission = read(take("ada", find(folder)["ada"]))
    except Refused as error:
        return name in REASONS and REASONS[name] in str(error)
    grafted, flags = graft(source(), submission.notebooks), list(submission.flags)
    networks = _by_file(NETWORKS, submission.networks, flags)
    return name not in REASONS and not lost(grafted, networks) and len([*flags, *grafted.flags]) <= MAX_FLAGS


def test_there_are_forty_and_at_most_four_are_refused():
    assert set(ALL) == MAKERS.keys()
    assert (len(ALL), len(REASONS)) == (40, 4)


@pytest.mark.parametrize("name", ALL)
def test_each_shape_is_graded_in_full_or_refused_with_a_remedy(tmp_path, name):
    assert is_fair(tmp_path, name)


NEVER = re.compile("(?!)")
WITHOUT = {
    "a-zip-file-of-the-whole-folder-with-its-virtual-environment": ("handed_in.is_skipped", lambda name: False),
    "a-virtual-environment-without-a-dot-whose-packages-hold-notebooks-and-arrays": ("handed_in.SKIPPED", set()),
    "two-attempts": ("submissions._date", lambda content: ""),
    "a-zip-file-in-a-zip-file": ("handed_in.KINDS", {".ipynb": "notebook"}),
    "a-zip-file-beside-what-was-in-it": ("submissions._Version.works", property(id)),
    "notebooks-saved-as-text": ("handed_in.SAVED_AS", NEVER),
    "second-downloads-beside-unfinished-first-ones": ("graft._together", list),
    "a-zip-file-with-backslashes": ("handed_in.path_of", lambda entry: entry.filename),
    "files-of-windows-beside-the-notebooks": ("handed_in.OF_SYSTEMS", set()),
    "format-4-0-with-ids": ("submitted_notebook._plain", lambda raw: raw),
    "cells-split": ("graft._joined", lambda pairs: None),
    "cells-of-another-kind": ("graft._of_kind", lambda cell, kind: nbformat.v4.new_code_cell("")),
    "online-text-alone": ("submissions.INSTEAD", ""),
}


@pytest.mark.parametrize("name", WITHOUT)
def test_without_its_rule_a_shape_is_not(tmp_path, monkeypatch, name):
    where, instead = WITHOUT[name]
    monkeypatch.setattr(f"mlp_helpers.grading.{where}", instead)
    assert not is_fair(tmp_path, name)
