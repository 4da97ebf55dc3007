"""Accessibility of one page of each kind, by axe, in the settings in which test_site_pages.py does not see them all."""

import pytest
import site_in_browser as browser

KINDS = {
    "front page": "index.html",
    "notebook": "notebooks/02_layers.html",
    "guide": "docs/teaching.html",
    "glossary": "docs/glossary.html",
    "terms": "docs/terms.html",
    "search": "search.html?q=softmax",
    "reference": "library/layers.html",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", KINDS.values(), ids=KINDS)
def test_axe_finds_nothing(name, scheme, server, chromium):
    with browser.visiting(chromium, server, browser.DESK, scheme) as visitor:
        page = visitor.open(name)
        assert page.locator("html").get_attribute("data-theme") == scheme
        assert browser.faults(page) == []
        if scheme == "light":  # all pages are seen narrow and dark elsewhere
            page.set_viewport_size({"width": browser.PHONE, "height": 900})
            assert browser.faults(page) == []
    assert visitor.complaints == []
