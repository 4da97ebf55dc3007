"""Sources of the site: `python scripts/website.py build/site-source [--with-solutions]`. `make site` builds them.

The pages are the recorded notebooks, docs/ and the library's docstrings. Without the option no solution is anywhere in
the sources: in the place of an answer stands what a student's notebook has there, and the outputs of answers and checks
are left out. With it, solutions are folded in, for instructors. With --book there are only the pages that `make pdf`
prints. The sources have the repository's folders, so that links between them hold; a link to a file that is no page
becomes its text. Explorers, the drawing paper and the playground get a place for their panel after their figure. At
former addresses of notebooks there are pages that lead to the present ones.
"""

import argparse
import base64
import copy
import json
import re
import shutil
from pathlib import Path

import misconceptions
import page_panels
import site_addresses
import site_answers
import site_digits
import site_playground
from nbformat.v4 import new_output
from sheet_training import NotRecorded
from site_markdown import NotAPage, linked, listed
from site_terms import terms_page

from mlp_helpers.authoring.release import read_notebooks, student_notebook, version_of
from mlp_helpers.course import cells

ROOT = Path(__file__).resolve().parent.parent
PAGES = (
    *("CHANGELOG.md", "CONTRIBUTING.md", "data/README.md", "data/fashion-mnist/README.md", "data/qmnist/README.md"),
    "docs/architecture.md",
    *("docs/elsewhere.md", "docs/glossary.md", "docs/instructors.md", "docs/jupyterhub.md", "docs/many-machines.md"),
    *("docs/measurements.md", "docs/nbgrader.md", "docs/notation.md", "docs/releasing.md", "docs/students-edition.md"),
    *("docs/take-home.md", "docs/teaching.md"),
)
BOOK = ("docs/notation.md",)  # what is printed beside the notebooks and their index
LIBRARY = (
    *("data", "activations", "layers", "outputs", "network", "protocol", "gradients", "training", "optimizers"),
    *("schedules", "history", "config", "saving", "plots.figures", "plots.images", "plots.curves"),
    *("plots.diagrams", "plots.circuits", "plots.surfaces"),
)  # in the order in which a student meets it
WITH_ANSWERS = ("docs/exam.md", "docs/misconceptions.md")  # pages for instructors only
PICTURES = ("docs/course.png", "docs/course-narrow.png")  # of the front page, the second one for a phone
# Former addresses of notebooks. None of them may be a page again.
MOVED = {
    "01_data_loading": "02_data_loading",
    "02_layers": "03_layers",
    "03_gradient_checking": "04_gradient_checking",
    "04_training": "05_training",
    "05_tuning": "06_tuning",
    "06_your_network": "07_your_network",
    "07_search": "08_search",
    "08_beyond": "09_beyond",
}
LEADS_ON = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>This page has moved</title>
<script>location.replace("{page}" + location.search + location.hash)</script>
<noscript><meta http-equiv="refresh" content="0; url={page}"></noscript></head>
<body><p>This page has moved: <a href="{page}">{page}</a></p></body></html>
"""
PLACE = re.compile(r'^<div data-panel="([\w-]+)"></div>$', re.MULTILINE)


def notebook_page(name, notebook, with_solutions=False, panels=True):
    """Return a notebook, whose path is `name`, as a page of the site.

    With `panels`, figures of widgets get a place for the panel, and questions and predictions one for an answer.
    """
    page = copy.deepcopy(notebook) if with_solutions else student_notebook(notebook)
    for cell, recorded in zip(page.cells, notebook.cells, strict=True):
        if cell.cell_type != "code":
            continue
        _require(name, recorded)
        hides_outputs = cells.role(cell) == "check" or (cells.is_answer(cell) and not with_solutions)
        cell.outputs = [] if hides_outputs else copy.deepcopy(recorded.outputs)
        _describe(cell)
        if cells.is_answer(cell) and with_solutions:
            _tag(cell, "hide-cell")
        for place in _places(name, cell.id) if panels else []:
            cell.outputs.append(new_output("display_data", {"text/html": place}))
    if panels:
        site_answers.place(page.cells, notebook.cells)
    download = Path(name).name
    page.cells[0].source += f'\n\n<a class="course-download" href="../{download}" download>Download this notebook</a>'
    if panels:
        page.cells[0].source += ", which needs [the course](../docs/install.md)"
    page.metadata.pop("course", None)
    for cell in page.cells:
        cell.metadata.pop("course", None)
    return page


def _places(notebook, cell_id):
    """Return the HTML of the places of panels after the figure of a cell, a list of str."""
    found = [
        page_panels.place(panel)
        for panel, explorable in page_panels.EXPLORERS.items()
        if (notebook, cell_id) == (explorable.notebook, explorable.cell)
    ]
    others = [
        panel.PLACE for panel in (site_digits, site_playground) if (notebook, cell_id) == (panel.NOTEBOOK, panel.CELL)
    ]
    return found + others


def _tag(cell, tag):
    cell.metadata["tags"] = [*cell.metadata.get("tags", []), tag]


def _require(name, cell):
    """Raise NotAPage if a code cell is not fit for the site."""
    if cell.execution_count is None and cell.source.strip():
        raise NotAPage(f"{name}, cell {cell.id}: it was never recorded (make notebooks records it)")
    for output in cell.outputs:
        if "image/png" in output.get("data", {}) and not output.metadata.get("image/png", {}).get("alt"):
            raise NotAPage(f"{name}, cell {cell.id}: a figure has no description")


def _describe(cell):
    """Give the figure of a cell to the builder with its description, and without the data that tests compare."""
    for output in cell.outputs:
        described = output.get("metadata", {}).get("image/png")
        if described:
            cell.metadata["mystnb"] = {"image": {"alt": described["alt"]}}
            output.metadata["image/png"] = {"alt": described["alt"]}


def library_page(module):
    """Return the page of a module of the library: its docstrings."""
    directive = f".. automodule:: mlp_helpers.{module}\n   :members:\n"
    return f"# {module}\n\n```{{eval-rst}}\n{directive}```\n"


def library_index(text):
    """Return the page about the library with its modules filled in."""
    text = text.replace("MODULES", "\n   ".join(f"mlp_helpers.{module}" for module in LIBRARY))
    return text.replace("PAGES", "\n".join(f"library/{module}" for module in LIBRARY))


def placed(text, notebooks, folder):
    """Return the Markdown of a page with figure and place of each explorer that a line like this one asks for.

        <div data-panel="explorer-activation"></div>

    The figures, from recorded notebooks by path, are written into the folder of the page.
    """

    def figure_and_place(found):
        name = found[1]
        if name not in page_panels.EXPLORERS:
            raise NotAPage(f"no explorer is called {name}")
        explorable = page_panels.EXPLORERS[name]
        shown = [cell.outputs for cell in notebooks[explorable.notebook].cells if cell.id == explorable.cell]
        pictures = [output for outputs in shown for output in outputs if "image/png" in output.get("data", {})]
        if not pictures:
            raise NotAPage(f"{name}: {explorable.notebook} has no figure of it")
        (output,) = pictures
        (folder / f"{name}.png").write_bytes(base64.b64decode(output.data["image/png"]))
        return f"![{output.metadata['image/png']['alt']}]({name}.png)\n\n{page_panels.place(name)}"

    return PLACE.sub(figure_and_place, text)


def page_texts(notebooks, with_solutions, book):
    """Return the Markdown of all pages that are no notebooks, by path."""
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in (BOOK if book else PAGES)}
    texts["docs/terms.md"] = terms_page(notebooks)
    if not book:
        texts["docs/install.md"] = site_addresses.install_page(site_addresses.addresses(), version_of(ROOT))
        texts["library.md"] = library_index((ROOT / "site" / "library.md").read_text(encoding="utf-8"))
        texts |= {f"library/{module}.md": library_page(module) for module in LIBRARY}
    if with_solutions and not book:
        texts["docs/exam.md"] = (ROOT / "docs" / "exam.md").read_text(encoding="utf-8")
        texts["docs/misconceptions.md"] = misconceptions.page(notebooks)
    return texts


def main(folder, with_solutions=False, book=False):
    """Write all sources into a folder, which is made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "site", folder)
    about = {"version": version_of(ROOT), "repository": str(ROOT), "start": "book" if book else "index"}
    about["issues"] = site_addresses.addresses()["issues"]
    (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")
    for name in ("index.md", "guides.md", "library.md", "install.md") if book else ("book.md", "install.md"):
        (folder / name).unlink()
    page_panels.write_fixed(folder / "_static")
    notebooks = read_notebooks(ROOT)
    if not book:
        front = folder / "index.md"
        front.write_text(placed(front.read_text(encoding="utf-8"), notebooks, folder), encoding="utf-8")
    texts = page_texts(notebooks, with_solutions, book)
    pages = {*texts, *notebooks}
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(linked(listed(text), path, pages), encoding="utf-8")
    for path, notebook in notebooks.items():
        page = notebook_page(path, notebook, with_solutions, panels=not book)
        for cell in page.cells:
            if cell.cell_type == "markdown":
                cell.source = linked(cell.source, path, pages)
        for place, content in (
            (folder / path, page),
            (folder / "downloads" / Path(path).name, student_notebook(notebook)),
        ):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(cells.notebook_bytes(content))
    for former, now in {} if book else MOVED.items():
        place = folder / "downloads" / "notebooks" / f"{former}.html"
        place.parent.mkdir(exist_ok=True)
        place.write_text(LEADS_ON.format(page=f"{now}.html"), encoding="utf-8")
    if with_solutions and not book:
        with (folder / "guides.md").open("a", encoding="utf-8") as guides:
            guides.write("\n## With answers\n\n```{toctree}\n:maxdepth: 1\n\n")
            guides.writelines(f"{path.removesuffix('.md')}\n" for path in WITH_ANSWERS)
            guides.write("```\n")
    for picture in PICTURES:
        shutil.copy(ROOT / picture, folder / "_static")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--with-solutions", action="store_true")
    parser.add_argument("--book", action="store_true")
    options = parser.parse_args()
    try:
        main(options.folder, options.with_solutions, options.book)
        if not options.book:
            page_panels.write_recorded(options.folder / "_static")
            site_answers.write(options.folder / "_static")
            site_digits.write(options.folder / "_static")
            site_playground.write(options.folder / "_static")
    except (NotAPage, NotRecorded) as error:
        parser.exit(1, f"The site was not built: {error}\n")
