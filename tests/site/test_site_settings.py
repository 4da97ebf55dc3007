"""Accessibility of one page of each kind, by axe: wide and narrow, light and dark."""

import pytest
import site_in_browser as browser
from site_folder import name_of

KINDS = {
    "front page": "index.html",
    "notebook": "notebooks/02_layers.html",
    "guide": "docs/teaching.html",
    "glossary": "docs/glossary.html",
    "search": "search.html?q=softmax",
    "reference": "api/*.html",
}


@pytest.fixture
def name(request, site):
    """Return the name of a page of the given kind, or None if the site has none."""
    pattern, question, query = KINDS[request.param].partition("?")
    return next((name_of(path, site) + question + query for path in sorted(site.glob(pattern))), None)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [browser.DESK, browser.PHONE])
@pytest.mark.parametrize("name", KINDS, indirect=True)
def test_axe_finds_nothing(name, width, scheme, server, chromium):
    if name is None:
        pytest.skip("this site has no such page")
    with browser.visiting(chromium, server, width, scheme) as visitor:
        page = visitor.open(name)
        assert page.locator("html").get_attribute("data-theme") == scheme
        assert (browser.faults(page), visitor.complaints) == ([], [])
