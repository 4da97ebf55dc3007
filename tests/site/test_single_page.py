"""A notebook as one HTML file: all is in it, and its panels work."""

import pytest
import single_page as module
import site_in_browser as browser
from playwright.sync_api import expect
from single_page import MAX_BYTES, single_page


@pytest.fixture
def open_page(chromium, site, tmp_path):
    """Return a function that writes a notebook's file into an empty folder and opens it; fail if anything complains."""
    with browser.undisturbed(chromium, browser.address_of(tmp_path)) as visitor:

        def opened(name, change=lambda text: text):
            text, left_out = single_page(site / "notebooks" / f"{name}.html")
            assert len(text.encode()) <= MAX_BYTES
            (tmp_path / "page.html").write_text(change(text), encoding="utf-8")
            return visitor.open("page.html"), left_out

        yield opened
        assert visitor.requests == [f"{visitor.address}page.html"]


def test_an_explorer_works(open_page):
    page, left_out = open_page("04_gradient_checking")
    assert left_out == []
    assert browser.unrendered(page) == []
    assert page.locator("img").count() >= 5
    panel = page.locator("[data-panel=explorer-difference]")
    panel.scroll_into_view_if_needed()
    panel.get_by_label("Difference", exact=True).select_option("forward")
    panel.get_by_role("slider", name="ε").press("End")
    expect(panel.locator(".mlp-status")).to_contain_text("ε = 1.0e+00: at 1 the forward difference")


def test_questions_are_replied_to(open_page):
    page, _ = open_page("01_one_neuron")
    page.get_by_role("button", name="c 7").click()
    expect(page.locator(".course-question").first).to_contain_text("✓ right Question 1, c: Right")


def test_what_is_too_large_stays_a_figure(open_page, monkeypatch):
    monkeypatch.setattr(module, "MAX_BYTES", 4_500_000)
    page, left_out = open_page("05_training")
    assert left_out == ["explorer-epochs"]
    assert page.locator("[data-panel]").count() == 1
    paper = page.locator("[data-panel=digits]")
    paper.scroll_into_view_if_needed()
    paper.get_by_role("button", name="Load a digit").click()
    expect(paper.locator(".mlp-status")).to_contain_text("This is image 1 of 221")


def test_without_its_data_a_panel_says_so(open_page):
    page, _ = open_page("04_gradient_checking", lambda text: text.replace("mlp.packed(", "(() => null)("))
    place = page.locator("[data-panel=explorer-difference]")
    place.scroll_into_view_if_needed()
    expect(place).to_contain_text("The figure is shown instead.")


def test_links_to_other_pages_are_mere_text(site):
    text, _ = single_page(site / "notebooks" / "03_layers.html")
    assert "_static/" not in text.partition("<body>")[2].partition("</main>")[0]
    assert 'href="04_' not in text
    assert 'href="https://' in text
