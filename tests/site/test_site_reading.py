"""The built site in use: search, keyboard, the colour scheme, copy buttons, dark pages on paper."""

import json
from urllib.parse import quote

import pytest
import site_in_browser as browser
from playwright.sync_api import expect
from site_folder import ids_of, lines_of, target_of

NOTEBOOK = "notebooks/03_layers.html"
# Where each is taught or used most.
TREATED = {
    "vanishing gradient": "notebooks/03_layers.html",
    "softmax": "notebooks/03_layers.html",
    "Adam": "library/optimizers.html",
}
ACTIVE = "document.activeElement"


@pytest.fixture
def visitor(chromium, server):
    """Open a wide, light window in front of the server; fail if anything complains."""
    with browser.undisturbed(chromium, server) as visitor:
        yield visitor


def results_of(page):
    """Wait until the search has ended; return the addresses that it found."""
    expect(page.locator(".search-summary")).to_contain_text("Search finished")
    return page.locator("#search-results .search a").evaluate_all("links => links.map(link => link.href)")


class TestSearch:
    @pytest.mark.parametrize("query", TREATED)
    def test_the_first_results_are_pages_that_treat_it(self, query, address, site, chromium):
        with browser.undisturbed(chromium, address) as visitor:
            page = visitor.open(f"search.html?q={quote(query)}")
            found = [result.removeprefix(address) for result in results_of(page)]
            assert TREATED[query] in [result.partition("#")[0] for result in found[:3]]
            for result in found:
                file, fragment = target_of(site / "search.html", result)
                text = " ".join(lines_of(file)).lower()
                assert all(word.removesuffix("ing") in text for word in query.lower().split())  # stemmed
                assert not fragment or fragment in ids_of(file)
            page.locator("#search-results .search a").first.click()
            page.wait_for_url(address + found[0])
            visitor.settle()

    @pytest.mark.parametrize(
        ("query", "result", "excerpt"),
        [
            ("vanishing gradient", "03 · Layers", "This is the problem of vanishing gradients."),
            ("softmax", "03 · Layers > Softmax", "The squared distance suits numbers."),
            ("mlp.todo", "03 · Layers", 'return mlp.todo("slope", name, x)'),
        ],
    )
    def test_results_have_excerpts(self, query, result, excerpt, address, chromium):
        with browser.undisturbed(chromium, address) as visitor:
            page = visitor.open(f"search.html?q={quote(query)}")
            results_of(page)
            found = page.locator("#search-results .search li").filter(has=page.get_by_role("link", name=result))
            expect(found.locator(".context").first).to_contain_text(excerpt)

    def test_each_result_without_a_description_has_an_excerpt_with_a_word(self, visitor):
        page = visitor.open("search.html?q=learning+rate")
        results_of(page)
        expect(page.locator(".kind-text .context, .kind-title .context").first).to_be_visible()
        texts = page.locator(".kind-text .context").all_inner_texts()
        assert len(texts) > 5
        assert all("learn" in text.lower() or "rate" in text.lower() for text in texts)
        assert [text for text in texts if not 100 < len(text) < 300] == []

    @pytest.mark.parametrize("way", ["shortcut", "button"])
    def test_from_any_page_by_keyboard(self, way, visitor):
        page = visitor.open(NOTEBOOK)
        if way == "shortcut":
            page.keyboard.press("Control+k")
        else:
            browser.tab_to(page, ".search-button")
            page.keyboard.press("Enter")
        expect(page.locator("#pst-search-dialog input")).to_be_focused()
        page.keyboard.type("softmax")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search.html?q=softmax")
        assert f"{visitor.address}{NOTEBOOK}#softmax" in results_of(page)


class TestKeyboard:
    def test_the_first_tab_skips_the_navigation(self, visitor):
        page = visitor.open(NOTEBOOK)
        page.keyboard.press("Tab")
        expect(page.get_by_text("Skip to main content")).to_be_focused()
        expect(page.get_by_text("Skip to main content")).to_be_in_viewport()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate(f"{ACTIVE}.closest('main') !== null")

    def test_the_colour_scheme_lasts_on_the_next_page(self, visitor):
        page = visitor.open("index.html")
        colour = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
        browser.tab_to(page, ".theme-switch-button")
        page.keyboard.press("Enter")
        while not page.evaluate(f"{ACTIVE}.dataset.mode === 'dark'"):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        for name in ("index.html", NOTEBOOK):
            visitor.open(name)
            expect(page.locator("html")).to_have_attribute("data-theme", "dark")
            expect(page.locator("body")).not_to_have_css("background-color", colour)

    def test_a_copy_button_is_seen_when_it_has_the_focus(self, visitor):
        page = visitor.open(NOTEBOOK)
        browser.tab_to(page, "main .copybtn")
        expect(page.locator(".copybtn:focus")).to_have_css("opacity", "1")


def test_copy_buttons_copy_the_code(chromium, server, site):
    notebook = json.loads((site / "03_layers.ipynb").read_text(encoding="utf-8"))
    code = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    with browser.visiting(chromium, server, permissions=["clipboard-read", "clipboard-write"]) as visitor:
        page = visitor.open(NOTEBOOK)
        buttons = page.locator(".cell_input .copybtn")
        copied = []
        for i in range(buttons.count()):
            buttons.nth(i).evaluate("button => button.click()")
            copied.append(page.evaluate("navigator.clipboard.readText()"))
    assert len(copied) > 40
    assert copied == code


def test_a_dark_page_is_printed_as_a_light_one(chromium, server):
    with browser.visiting(chromium, server, scheme="dark") as visitor:
        page = visitor.open(NOTEBOOK)
        page.evaluate("addEventListener('beforeprint', () => {printed = document.documentElement.dataset.theme})")
        page.pdf()
        assert page.evaluate("printed") == "light"
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_menu_of_a_phone_leads_to_all_notebooks(chromium, server):
    with browser.visiting(chromium, server, browser.PHONE) as visitor:
        page = visitor.open("docs/glossary.html")
        browser.tab_to(page, ".primary-toggle")
        page.keyboard.press("Enter")
        menu = page.get_by_role("dialog")
        expect(menu).to_be_visible()
        assert browser.faults(page) == []
        menu.get_by_role("link", name="06 · Tuning").click()
        page.wait_for_url("**/notebooks/06_tuning.html")
