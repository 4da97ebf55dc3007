"""Former addresses of notebooks, opened from a folder and from a server: they lead to the present ones."""

import re

import pytest
import site_in_browser as browser
from playwright.sync_api import expect


@pytest.mark.parametrize(
    ("former", "now"),
    [
        ("03_gradient_checking.html#recap", "04_gradient_checking.html#recap"),
        ("08_beyond.html?highlight=norm", "09_beyond.html?highlight=norm"),
    ],
)
def test_anchor_and_question_are_kept(chromium, address, former, now):
    with browser.undisturbed(chromium, address) as visitor:
        visitor.page.goto(f"{address}notebooks/{former}")
        visitor.page.wait_for_url(f"**/notebooks/{now}")


def test_without_scripts_they_lead_on_too(chromium, address):
    with browser.visiting(chromium, address, java_script_enabled=False) as visitor:
        visitor.page.goto(f"{address}notebooks/02_layers.html")
        expect(visitor.page).to_have_title(re.compile("Layers"))
