"""Slides: figures of the notebooks, and numbers and names that the notebooks have."""

import base64
import json
import re

import pytest
import slides

from mlp_helpers.exercises import names

DECKS = sorted(path for path in slides.DECKS.glob("*.md") if path.name != "index.md")
NOTEBOOKS = {path.stem: json.loads(path.read_bytes()) for path in (slides.ROOT / "notebooks").glob("*.ipynb")}
OPEN = {"hardest_digits", "my_curves", "my_mnist", "my_network", "my_report"}


def texts(notebook):
    """Return a notebook's sources and the texts of its outputs."""
    found = ["".join(cell["source"]) for cell in notebook["cells"]]
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            found += ["".join(output.get("text", "")), "".join(output.get("data", {}).get("text/plain", ""))]
    return "\n".join(found)


ALL_TEXT = "\n".join(map(texts, NOTEBOOKS.values()))


def unknown_numbers(text):
    """Return the decimal numbers of a text that occur in no notebook."""
    return [number for number in re.findall(r"\d+\.\d+", text) if not re.search(rf"(?<!\d){number}", ALL_TEXT)]


def notebook(*outputs):
    return {"cells": [{"id": "a", "source": ""}, {"id": "b", "source": "", "outputs": list(outputs)}]}


def picture(content, alt):
    data = base64.b64encode(content).decode()
    return {"data": {"image/png": data}, "metadata": {"image/png": {"alt": alt}}}


def test_a_figure_comes_with_its_description():
    given = {"01_small": notebook({"text": "1"}, picture(b"first", "x"), picture(b"last", "A [bar] of $5."), {})}
    text, pictures = slides.expand("# T\n\n![](01_small#b)\n\n![own](c.png)\n", given)
    assert text == "# T\n\n![A \\[bar\\] of \\$5.](figures/01_small-b.png)\n\n![own](c.png)\n"
    assert pictures == {"figures/01_small-b.png": b"last"}


@pytest.mark.parametrize("cell", ["a", "c"])
def test_a_cell_without_a_figure(cell):
    with pytest.raises(KeyError, match=f"no cell '{cell}' with a figure"):
        slides.expand(f"![](01_small#{cell})", {"01_small": notebook(picture(b"", ""))})


def test_what_is_written(tmp_path):
    slides.main(tmp_path / "source")
    written = {path.relative_to(tmp_path / "source").as_posix() for path in (tmp_path / "source").rglob("*.*")}
    assert {"conf.py", "index.md", "_static/slides.css", "figures/02_data_loading-wall.png"} <= written
    assert "![](" not in "".join((tmp_path / "source" / path.name).read_text() for path in DECKS)
    slides.main(tmp_path / "source")  # over what is there


def test_there_are_six_decks_and_all_are_listed():
    index = (slides.DECKS / "index.md").read_text()
    assert re.findall(r"^(\d_\w+)$", index, re.MULTILINE) == [path.stem for path in DECKS]
    assert len(DECKS) == 6


@pytest.mark.parametrize("path", DECKS, ids=lambda path: path.stem)
class TestDeck:
    def test_it_shows_the_notebooks_figures(self, path):
        text = path.read_text(encoding="utf-8")
        _, pictures = slides.expand(text, NOTEBOOKS)
        assert len(pictures) >= 4
        assert not re.search(r"\.(png|svg|jpg)\b", text)

    def test_its_numbers_are_in_a_notebook(self, path):
        assert unknown_numbers(path.read_text(encoding="utf-8")) == []

    def test_the_exercises_that_it_names_exist(self, path):
        (now,) = re.findall(r"^Now: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert set(re.findall(r"`(\w+)`", now)) <= {*names(), *OPEN}


def test_a_number_that_no_notebook_has_is_found():
    assert unknown_numbers("from 0.1693 to 0.1694321") == ["0.1694321"]
