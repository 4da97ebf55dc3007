"""JupyterLab in headless Chromium. Without the browser these tests are skipped, except where MLP_BROWSER=required."""

import os
from contextlib import ExitStack
from pathlib import Path

import lab_in_browser
import pytest


def pytest_collection_modifyitems(items):
    if lab_in_browser.CHROMIUM is None and os.environ.get("MLP_BROWSER") != "required":
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine (apt install chromium)"))


@pytest.fixture(scope="session")
def browser():
    with lab_in_browser.browsing() as chromium:
        yield chromium


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """JupyterLab in an empty folder: its address, and the folder."""
    folder = tmp_path_factory.mktemp("lab")
    with lab_in_browser.serving(folder) as address:
        yield address, folder


@pytest.fixture
def notebook(browser, server):
    """A function that opens a notebook of some cells and runs it; complaints of the browser fail the test."""
    opened = []
    with ExitStack() as pages:

        def open_notebook(*cells):
            page = pages.enter_context(lab_in_browser.page_in(browser))
            opened.append(lab_in_browser.Notebook(page, *server, cells))
            return opened[-1]

        yield open_notebook
    for notebook in opened:
        notebook.shut_down()
    assert [complaint for notebook in opened for complaint in notebook.complaints] == []
