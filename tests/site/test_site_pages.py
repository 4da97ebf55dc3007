"""Every page of the built site, opened from a folder and from a server, on a phone and on paper.

All pages are opened once for each way, since drawing their formulas takes most of the time.
"""

from collections import defaultdict

import pytest
import site_in_browser as browser
from site_folder import leads_on, name_of, pages


@pytest.fixture(scope="module", params=["folder", "server"])
def found(request, site, chromium):
    """Open all pages; return what was found, a dict from a kind to a list of str."""
    served = request.param == "server"
    address = request.getfixturevalue("server") if served else browser.address_of(site)
    found = defaultdict(list)
    with browser.visiting(chromium, address, browser.PHONE, "dark" if served else "light") as visitor:
        for name in [name_of(path, site) for path in pages(site) if not leads_on(path)]:
            visitor.requests.clear()
            page = visitor.open(name)
            kinds = {"formulas": browser.unrendered, "width": browser.overflow}
            kinds |= {"axe": browser.faults} if served else {"paper": browser.unprintable}
            for kind, checker in kinds.items():
                if kind == "paper":
                    page.set_viewport_size({"width": browser.PAPER, "height": 900})
                found[kind] += [f"{name}: {finding}" for finding in checker(page)]
            page.set_viewport_size({"width": browser.PHONE, "height": 900})
            found["complaints"] += [f"{name}: {complaint}" for complaint in visitor.complaints]
            visitor.complaints.clear()
            found["sizes"] += browser.heavy(name, visitor.requests, address, site)
            found["opened"].append(name)
    return found


def test_all_pages_are_opened(found):
    assert len(found["opened"]) > 28


@pytest.mark.parametrize("kind", ["complaints", "formulas", "width", "axe", "paper", "sizes"])
def test_nothing_is_found(kind, found):
    assert found[kind] == []
