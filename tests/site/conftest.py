"""The built site, and a browser to read it with: `make test-site` builds the one and starts the other."""

import sys

import pytest
import site_in_browser
from playwright.sync_api import expect
from site_folder import SITE

from mlp_helpers.services.files import REPOSITORY

sys.path.append(str(REPOSITORY / "tests" / "browser"))
import lab_in_browser

expect.set_options(timeout=30_000)  # milliseconds: what a page keeps takes its time on a busy machine


def pytest_collection_modifyitems(items):
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(lab_in_browser.needs_chromium)


@pytest.fixture(scope="session")
def site():
    """Return the folder of the built site."""
    assert SITE.is_dir(), "there is no built site: make site builds it"
    return SITE


@pytest.fixture(scope="module")
def chromium():
    with lab_in_browser.browsing() as browser:
        yield browser


@pytest.fixture(scope="session")
def server(site):
    """Serve the built site; yield its address."""
    with site_in_browser.serving(site) as address:
        yield address


@pytest.fixture(params=["folder", "server"])
def address(request, site):
    """Return the address of the site, from a folder and from a server."""
    return site_in_browser.address_of(site) if request.param == "folder" else request.getfixturevalue("server")


@pytest.fixture(params=["folder", "server"])
def place(request, folder):
    """Yield the address of a small site, the fixture `folder`, and that of a server of it."""
    if request.param == "folder":
        yield site_in_browser.address_of(folder)
        return
    with site_in_browser.serving(folder) as server:
        yield server
