"""The built site, and a browser to read it with: `make test-site` builds the one and starts the other."""

import sys
from contextlib import nullcontext

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


WAYS = {"folder": lambda folder: nullcontext(site_in_browser.address_of(folder)), "server": site_in_browser.serving}


@pytest.fixture(params=WAYS)
def address(request, site):
    """Yield the address of the site, from a folder and from a server."""
    with WAYS[request.param](site) as address:
        yield address


@pytest.fixture(params=WAYS)
def place(request, folder):
    """Yield the address of a small site, the fixture `folder`, likewise."""
    with WAYS[request.param](folder) as address:
        yield address
