"""Architecture: imports between rooms are as in docs/architecture.md, and violations of the rules are found."""

import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import grimp
import pytest

from mlp_helpers.services.files import REPOSITORY

PACKAGE = REPOSITORY / "mlp_helpers"
PAGE = (REPOSITORY / "docs" / "architecture.md").read_text(encoding="utf-8")
LAYERS = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]["layers"]
DOORS = {"checks", "cli", "pytest_plugin", "server"}
FLAT = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
TYPED = FLAT - DOORS | {"services/files", "services/threads", "services/validation"}
ROOMS = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("mlp_helpers", include_external_packages=True, cache_dir=None)


def place(module):
    """Return the node of the picture that contains a module."""
    name = module.split(".")[1]
    return name if name in ROOMS | DOORS else "library"


def test_the_picture_shows_who_imports_whom(graph):
    drawn = set(re.findall(r"^ +(\w+) --> (\w+)$", PAGE, re.MULTILINE))
    modules = {module for module in graph.modules if module.startswith("mlp_helpers.")}
    imports = {
        (place(importer), place(imported))
        for importer in modules
        for imported in graph.find_modules_directly_imported_by(importer) & modules
    }
    assert drawn == {(a, b) for a, b in imports if a != b and b != "services"}
    height = {name.strip(): level for level, layer in enumerate(LAYERS) for name in layer.split("|")}
    assert all(height[a] < height[b] for a, b in drawn if "library" not in (a, b))


def test_the_library_is_flat_and_small():
    assert len(FLAT) <= 24
    assert DOORS < FLAT


def test_each_room_says_what_it_is_for_and_is_on_the_page():
    for path in [*PACKAGE.glob("*/__init__.py"), *PACKAGE.glob("grading/*/__init__.py")]:
        head = path.read_text(encoding="utf-8").split('"""')[1]
        assert "import" in head, path
        first = re.search(r"Read `(\w+)` first", head)[1]
        assert (path.parent / f"{first}.py").is_file(), path
    assert set(re.findall(r"`(\w+)/`", PAGE)) == ROOMS | {"mlp_helpers", "platforms", "sandbox", "reports", "tests"}


def doubled(package):
    """Return the names that several modules of a package have, but for those in an exercise's folder."""
    paths = [path for path in package.rglob("*.py") if path.parent.parent != package / "exercises"]
    names = Counter(path.name.lower() for path in paths if path.name != "__init__.py")
    return {name for name, n in names.items() if n > 1}


def test_no_two_modules_have_one_name(tmp_path):
    assert doubled(PACKAGE) == set()
    for name in (
        "layers.py",
        "plots/Layers.py",
        "plots/__init__.py",
        "exercises/slope/cases.py",
        "exercises/pick/cases.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert doubled(tmp_path) == {"layers.py"}


def test_nothing_imports_the_package_bare(graph):
    # Such an import would evade the rules, since its names are looked up on use. Variants are as students write.
    importers = graph.find_modules_that_directly_import("mlp_helpers")
    assert {one for one in importers if not one.endswith(".variants")} == {"mlp_helpers.course.edition"}  # its version


def test_only_widgets_import_ipywidgets(graph):
    importers = [
        module
        for library in {"ipywidgets", "anywidget"} & graph.modules
        for module in graph.find_modules_that_directly_import(library)
    ]
    assert {place(module) for module in importers} == {"widgets"}


FORBIDDEN = [
    ("training", "plots"),
    ("exercises.pick.cases", "exercises.pick.answers"),
    ("exercises.pick.cases", "activations"),
    ("checking.observations", "services.files"),
    ("course.update", "authoring.release"),
    ("config", "grading.results"),
    ("config", "beyond.normalization"),
    ("widgets.live", "tuning.studies"),
]


def linted(folder):
    """Run the linter on the package in a folder; return its exit code and its output."""
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return ended.returncode, ended.stdout + ended.stderr


def test_imports_that_break_a_rule_are_found(tmp_path):
    shutil.copytree(PACKAGE, tmp_path / "mlp_helpers", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    assert linted(tmp_path)[0] == 0
    with (tmp_path / "mlp_helpers" / "course" / "cells.py").open("a") as file:
        file.write("from mlp_helpers.course import manifest")
    code, said = linted(tmp_path)
    assert code == 1
    assert "No cycles are allowed in mlp_helpers.course." in said
    for importer, imported in FORBIDDEN:
        with (tmp_path / "mlp_helpers" / f"{importer.replace('.', '/')}.py").open("a") as file:
            file.write(f"\nimport mlp_helpers.{imported}\n")
    code, said = linted(tmp_path)
    assert code == 1
    for importer, imported in FORBIDDEN:
        assert f"mlp_helpers.{importer} -> mlp_helpers.{imported} (" in said


def test_a_module_without_a_place_is_found(tmp_path):
    shutil.copytree(PACKAGE, tmp_path / "mlp_helpers", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    (tmp_path / "mlp_helpers" / "utils.py").touch()
    code, said = linted(tmp_path)
    assert code == 1
    assert "utils" in said


@pytest.mark.thorough
def test_a_module_of_the_library_without_types_is_found(tmp_path):
    shutil.copytree(PACKAGE, tmp_path / "mlp_helpers", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    paths = [tmp_path / "mlp_helpers" / f"{name}.py" for name in TYPED]
    for path in paths:
        assert not re.search("type: ignore|# mypy:", path.read_text(encoding="utf-8"))
        with path.open("a") as file:
            file.write("\n\ndef untyped(x):\n    return x\n")
    ended = subprocess.run([Path(sys.executable).with_name("mypy")], cwd=tmp_path, capture_output=True, text=True)
    found = re.findall(r"^(\S+):\d+: error: .+\[no-untyped-def\]$", ended.stdout, re.MULTILINE)
    assert sorted(found) == sorted(f"mlp_helpers/{name}.py" for name in TYPED)


def test_the_glossary_names_places_that_exist():
    text = (REPOSITORY / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([\w -]+) \| .+ \| (.+) \|$", text, re.MULTILINE)[1:]
    places = [place for _, cell in rows for place in re.findall(r"`([\w/.]+)`$", cell)]
    assert len(places) > 25
    assert [place for place in places if not any((folder / place).exists() for folder in (PACKAGE, REPOSITORY))] == []
    assert [word for word, _ in rows] == sorted(word for word, _ in rows)


def test_no_rule_has_an_exception():
    text = (REPOSITORY / "pyproject.toml").read_text()
    assert "ignore_imports" not in text
    assert "exhaustive_ignores" not in text
