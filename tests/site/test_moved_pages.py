"""Former addresses of notebooks, opened from a folder and from a server: they lead to the present ones."""

import re

import pytest
import site_in_browser as browser
from playwright.sync_api import expect
from site_folder import leads_on, page_of, pages


def test_each_page_that_leads_on_names_one_that_does_not(site):
    leading = [path for path in pages(site) if leads_on(path)]
    assert len(leading) == 8
    for path in leading:
        (link,) = page_of(path).of("a")
        assert not leads_on(path.parent / link["href"])


@pytest.mark.parametrize(
    ("former", "now"),
    [
        ("03_gradient_checking.html#recap", "04_gradient_checking.html#recap"),
        ("08_beyond.html?highlight=norm", "09_beyond.html?highlight=norm"),
    ],
)
def test_anchor_and_question_are_kept(chromium, site_address, former, now):
    with browser.visiting(chromium, site_address) as visitor:
        visitor.page.goto(f"{site_address}notebooks/{former}")
        visitor.page.wait_for_url(f"**/notebooks/{now}")
        assert visitor.complaints == []


def test_without_scripts_they_lead_on_too(chromium, site_address):
    with browser.visiting(chromium, site_address, java_script_enabled=False) as visitor:
        visitor.page.goto(f"{site_address}notebooks/02_layers.html")
        expect(visitor.page).to_have_title(re.compile("Layers"))
