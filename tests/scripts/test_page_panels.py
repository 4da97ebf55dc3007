"""Scripts that bring panels to the site's pages: panel.js, and the recorded states of the explorers."""

import math
import re

import nbformat
import page_panels
import pytest
import website
from page_panels import EXPLORERS
from shared_parts import states_in

from mlp_helpers.authoring.release import read_notebooks
from mlp_helpers.services.files import REPOSITORY

PANEL = (REPOSITORY / "mlp_helpers" / "widgets" / "panel.js").read_text(encoding="utf-8")


class TestClassic:
    def test_the_export_becomes_an_assignment_inside_of_a_function(self):
        module = "const one = 1;\nfunction render() {}\nexport default { render };\n"
        assert page_panels.classic(module) == (
            '(() => {\n"use strict";\nconst one = 1;\nfunction render() {}\nmlp.panel = { render };\n})();\n'
        )

    def test_nothing_else_of_the_panel_changes(self):
        lines = page_panels.classic(PANEL).splitlines()
        assert [line for line in PANEL.splitlines() if line not in lines] == ["export default { render };"]
        assert len(lines) == len(PANEL.splitlines()) + 3

    @pytest.mark.parametrize(
        "module",
        [
            "const a = 1;\n",
            "\nexport default 1;\nexport default 2;\n",
            "import a from 'b';\nexport default a;\n",
            "\nexport const a = 1;\nexport default a;\n",
        ],
    )
    def test_a_module_that_no_script_can_replace(self, module):
        with pytest.raises(ValueError, match="must import nothing and have one export"):
            page_panels.classic(module)


@pytest.mark.parametrize("name", EXPLORERS)
def test_the_explorers_are_those_of_the_notebooks(name):
    explorable = EXPLORERS[name]
    cells = {cell.id: cell for cell in read_notebooks(REPOSITORY)[explorable.notebook].cells}
    assert cells[explorable.cell].source == f"_ = {explorable.call.replace(', n_units=30', '')}"


LARGE = ("explorer-activation", "explorer-descent")  # of a thousand states


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.thorough] if name in LARGE else []) for name in EXPLORERS],
)
def test_the_states_are_those_of_the_panels(name, capsys):
    states = page_panels.states(name)
    assert states["title"] == EXPLORERS[name].title
    assert len(states["states"]) == math.prod(len(control["options"]) for control in states["controls"])
    assert capsys.readouterr().out == ""


def test_a_script_hands_the_states_to_the_page():
    version = page_panels.version("explorer-activation")
    assert re.fullmatch(r"[0-9a-f]{12}", version)
    states = {"title": "σ", "values": {"at": 0.5}}
    script = page_panels.script("explorer-activation", states)
    assert script.startswith(f'mlp.panels["explorer-activation"] = {{ version: "{version}", model: () => mlp.packed("')
    assert states_in(script) == states


@pytest.mark.thorough
def test_the_neurons_panels_are_small():
    names = ("explorer-circuit", "explorer-descent")
    assert sum(len(page_panels.script(name, page_panels.states(name))) for name in names) < 150_000


@pytest.mark.parametrize("name", EXPLORERS)
def test_a_notebooks_explorer_is_followed_by_its_place(name):
    explorable = EXPLORERS[name]
    page = website.notebook_page(explorable.notebook, read_notebooks(REPOSITORY)[explorable.notebook])
    places = [
        (cell.id, i, [*output.data])
        for cell in page.cells
        for i, output in enumerate(cell.get("outputs", []))
        if page_panels.place(name) in output.get("data", {}).get("text/html", "")
    ]
    assert places == [(explorable.cell, 1, ["text/html"])]


class TestPlaced:
    def test_a_line_becomes_figure_and_place(self, tmp_path):
        notebooks = read_notebooks(REPOSITORY)
        text = website.placed('Look:\n\n<div data-panel="explorer-difference"></div>\n', notebooks, tmp_path)
        figure, place = text.removeprefix("Look:\n\n").strip().split("\n\n")
        assert re.fullmatch(r"!\[Two V-curves of the error over ε.*\]\(explorer-difference\.png\)", figure)
        assert place == page_panels.place("explorer-difference")
        assert (tmp_path / "explorer-difference.png").read_bytes().startswith(b"\x89PNG")

    def test_the_rest_of_a_page_stays(self, tmp_path):
        text = 'Code: `<div data-panel="explorer-difference"></div>`\n'
        assert website.placed(text, {}, tmp_path) == text

    def test_an_explorer_that_is_not_recorded(self, tmp_path):
        notebook = nbformat.v4.new_notebook()
        notebooks = {"notebooks/06_tuning.ipynb": notebook}
        with pytest.raises(website.NotAPage, match=r"explorer-activation: notebooks/06_tuning\.ipynb has no"):
            website.placed('<div data-panel="explorer-activation"></div>', notebooks, tmp_path)
        with pytest.raises(website.NotAPage, match="no explorer is called nothing"):
            website.placed('<div data-panel="nothing"></div>', notebooks, tmp_path)
