"""JupyterLab in headless Chromium. Without the browser these tests are skipped, except where MLP_BROWSER=required."""

import os
from contextlib import contextmanager
from pathlib import Path

import lab_in_browser
import pytest


def pytest_collection_modifyitems(items):
    if lab_in_browser.CHROMIUM is None and os.environ.get("MLP_BROWSER") != "required":
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine (apt install chromium)"))


@pytest.fixture(scope="module")
def browser():
    with lab_in_browser.browsing() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """JupyterLab in an empty folder: its address, and the folder."""
    folder = tmp_path_factory.mktemp("lab")
    with lab_in_browser.serving(folder) as address:
        yield address, folder


@pytest.fixture(scope="module")
def open_notebook(browser, server):
    """A function that opens a notebook of some cells and runs it, as a context; the browser must not complain."""

    @contextmanager
    def opened(*cells):
        with lab_in_browser.page_in(browser) as page:
            notebook = lab_in_browser.Notebook(page, *server, cells)
            yield notebook
        notebook.shut_down()
        assert notebook.complaints == []

    return opened


@pytest.fixture(scope="module")
def one_notebook(open_notebook):
    with open_notebook("None", "None") as page:
        yield page


@pytest.fixture
def run(one_notebook):
    """A function that runs one or two cells in a notebook, the same for all tests: to open one takes five seconds."""

    def run(first, second="None"):
        one_notebook.run(first, second)
        return one_notebook

    yield run
    assert one_notebook.complaints == []
