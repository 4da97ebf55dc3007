"""Fixtures for JupyterLab in headless Chromium.

Without a browser, tests are skipped unless MLP_BROWSER=required.
"""

from pathlib import Path

import lab_in_browser
import pytest


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(lab_in_browser.needs_chromium)


@pytest.fixture(scope="module")
def browser():
    with lab_in_browser.browsing() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Start JupyterLab in an empty folder; yield its address and the folder."""
    folder = tmp_path_factory.mktemp("lab")
    with lab_in_browser.serving(folder) as address:
        yield address, folder


@pytest.fixture(scope="module")
def one_notebook(browser, server):
    """Open a notebook with two cells that do nothing; yield it."""
    with lab_in_browser.page_in(browser) as page:
        notebook = lab_in_browser.Notebook(page, *server, ["None", "None"])
        yield notebook
    notebook.shut_down()


@pytest.fixture
def run(one_notebook):
    """Yield a function that runs one or two cells in a notebook shared by all tests: opening one takes five seconds."""

    def run(first, second="None"):
        one_notebook.run(first, second)
        return one_notebook

    yield run
    assert one_notebook.complaints == []
