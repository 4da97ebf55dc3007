"""Accessibility of one page of each kind, by axe: wide and narrow, light and dark."""

import pytest
import site_in_browser as browser

KINDS = {
    "front page": "index.html",
    "notebook": "notebooks/03_layers.html",
    "guide": "docs/teaching.html",
    "glossary": "docs/glossary.html",
    "terms": "docs/terms.html",
    "search": "search.html?q=softmax",
    "reference": "library/layers.html",
}


# All pages are seen on a phone in the dark elsewhere.
@pytest.mark.parametrize(
    ("width", "scheme"), [(browser.DESK, "light"), (browser.DESK, "dark"), (browser.PHONE, "light")]
)
@pytest.mark.parametrize("name", KINDS.values(), ids=KINDS)
def test_axe_finds_nothing(name, width, scheme, server, chromium):
    with browser.visiting(chromium, server, width, scheme) as visitor:
        page = visitor.open(name)
        assert page.locator("html").get_attribute("data-theme") == scheme
        assert (browser.faults(page), visitor.complaints) == ([], [])
