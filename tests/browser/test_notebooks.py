"""The course's notebooks in JupyterLab: each figure has its description, and axe finds no serious fault of ours."""

import json
import re
import shutil

import lab_in_browser
import nbformat
import pytest

from mlp_helpers.services.files import REPOSITORY

NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
OURS = {"include": [[".jp-RenderedMarkdown"], [".jp-OutputArea"]]}
EXTENSION = "share/jupyter/labextensions/mlp-course"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Serve all notebooks, with all cells in the page rather than those alone that are seen; yield the address."""
    folder = tmp_path_factory.mktemp("notebooks")
    settings = folder / "config" / "lab" / "user-settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    (settings / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
    for path in NOTEBOOKS:
        shutil.copy(path, folder)
    with lab_in_browser.serving(folder) as address:
        yield address


def opened(page, address, name):
    """Open a notebook in a page; wait until all of its stored figures are drawn."""
    page.goto(f"{address}/lab/tree/{name}?token={lab_in_browser.TOKEN}&reset")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()


def stored(path):
    """Return the descriptions of a notebook's stored figures, in order."""
    outputs = [output for cell in nbformat.read(path, as_version=4).cells for output in cell.get("outputs", [])]
    return [output.metadata["image/png"]["alt"] for output in outputs if "image/png" in output.get("data", {})]


def alts(page):
    return page.eval_on_selector_all(".jp-RenderedImage img", "images => images.map((image) => image.alt)")


@pytest.mark.thorough
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_figures_are_described_and_axe_is_content(browser, lab, path):
    wanted = stored(path)
    assert all(wanted)
    with lab_in_browser.page_in(browser) as page:
        opened(page, lab, path.name)
        lab_in_browser.wait_until(lambda: len(alts(page)) == len(wanted), "all figures are drawn")
        lab_in_browser.wait_until(lambda: alts(page) == wanted, "all figures are described")
        assert lab_in_browser.faults(page, OURS, lab_in_browser.SERIOUS) == []


BREAKAGES = {
    "JupyterLab shares nothing by this name": ("@jupyterlab/rendermime", "@jupyterlab/no-such-thing"),
    "the script cannot be parsed": ("async function plugins() {", "async function plugins( {"),
    "what is wrapped has no renderer": ("registry.getFactory(IMAGE)", 'registry.getFactory("no/such")'),
}


@pytest.mark.thorough
@pytest.mark.parametrize("breakage", BREAKAGES)
def test_a_broken_extension_does_not_stop_the_page(browser, lab, breakage):
    old, new = BREAKAGES[breakage]
    path = NOTEBOOKS[1]

    def broken(route):
        text = (REPOSITORY / "scripts" / "jupyter" / EXTENSION / "static" / "alt.js").read_text(encoding="utf-8")
        assert old in text
        route.fulfill(body=text.replace(old, new), content_type="text/javascript")

    with lab_in_browser.page_in(browser) as page:
        page.route(re.compile(r".*/mlp-course/static/alt\.js.*"), broken)
        opened(page, lab, path.name)
        lab_in_browser.wait_until(lambda: len(alts(page)) == len(stored(path)), "all figures are drawn")
        assert not any(alts(page))  # so these tests would notice an extension that does nothing


def test_the_extension_is_built_as_jupyterlab_loads_it():
    folder = REPOSITORY / "scripts" / "jupyter" / EXTENSION
    build = json.loads((folder / "package.json").read_text(encoding="utf-8"))["jupyterlab"]["_build"]
    assert (folder / build["load"]).is_file()
