"""The explorers of one neuron in Chromium, without a kernel: by mouse, finger and keyboard, from folder and server."""

from contextlib import ExitStack

import page_panels
import pytest
import site_in_browser as browser
from playwright.sync_api import expect

CIRCUIT, DESCENT = "explorer-circuit", "explorer-descent"
NARROW = {"width": 320, **browser.TOUCH}


@pytest.fixture(scope="module")
def explorers():
    """Return both explorers of Python, by name."""
    return {name: page_panels.made(name) for name in (CIRCUIT, DESCENT)}


@pytest.fixture(scope="module")
def folder(explorers, tmp_path_factory):
    """Return a folder with a page for each explorer."""
    folder = tmp_path_factory.mktemp("pages")
    more = '<p style="height: 2000px">More text.</p>'
    browser.write_panels(folder, **{name: page_panels.place(name) + more for name in explorers})
    for name, explorer in explorers.items():
        script = page_panels.script(name, explorer.states())
        (folder / "_static" / f"{name}.js").write_text(script, encoding="utf-8")
    return folder


class Reader(browser.Reader):
    """A visitor who explores."""

    def __init__(self, visitor, explorer):
        super().__init__(visitor)
        self.explorer, self.point = explorer, self.panel.locator(".mlp-point")

    def shows(self, **values):
        """Fail unless the panel has these values, and shows what Python's panel shows for them."""
        browser.painted(self.page)
        assert self.values == values
        self.explorer.panel.values = values
        expect(self.status).to_have_text(self.explorer.panel.status["text"])
        for name in ("w1", "w2"):
            expect(self.panel.locator(f"[id$='-{name}']")).to_have_attribute("aria-valuetext", signed(values[name]))
        if self.point.count():
            told = f"w₁ {signed(values['w1'])}, w₂ {signed(values['w2'])}"
            expect(self.point).to_have_attribute("aria-valuetext", told)
            drawn = self.panel.locator("path.mlp-path").get_attribute("d")
            assert drawn == self.explorer.panel.views[0]["path"]

    def places(self, *options):
        """Return the places of the point on the page for starts, pairs of values: each is a step of 2."""
        box, at = self.point.bounding_box(), self.values
        step = 50 * self.panel.locator(".mlp-space").bounding_box()["width"] / 406 / 2
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        return [(x + step * (w1 - at["w1"]) / 2, y - step * (w2 - at["w2"]) / 2) for w1, w2 in options]


def signed(value):
    return f"{value:g}".replace("-", "−")


@pytest.fixture
def reading(chromium, place, explorers):
    """Yield a function that opens an explorer's page; fail if the browser complains."""
    with ExitStack() as windows:

        def open_page(name, **options):
            visitor = windows.enter_context(browser.undisturbed(chromium, place, **options))
            return Reader(visitor, explorers[name]).opens(f"{name}.html")

        yield open_page


def test_all_numbers_change_with_a_weight(reading):
    reader = reading(CIRCUIT)
    reader.shows(w1=1, w2=0.5)
    reader.slider("w₁").press("Home")
    reader.shows(w1=-2.5, w2=0.5)
    (view,) = reader.explorer.panel.views
    assert reader.panel.locator(".mlp-value").all_text_contents() == view["values"]
    assert reader.panel.locator(".mlp-gradient").all_text_contents() == [text for text in view["gradients"] if text]
    expect(reader.panel.get_by_role("img")).to_have_attribute(
        "aria-label",
        f"{view['title']}: "
        + "; ".join(
            f"{wire['name']} {value}{gradient and f', gradient {gradient}'}"
            for wire, value, gradient in zip(view["graph"]["wires"], view["values"], view["gradients"], strict=True)
        ),
    )


def test_the_start_follows_the_mouse(reading):
    reader = reading(DESCENT)
    reader.shows(w1=-4, w2=4, rate=10)
    start, *places = reader.places((-4, 4), (0, 2), (4, 0), (30, -30))
    mouse = reader.page.mouse
    mouse.move(*start)
    mouse.down()
    for place, (w1, w2) in zip(places, ((0, 2), (4, 0), (10, -10)), strict=True):  # at the edge there is no more
        mouse.move(*place)
        reader.shows(w1=w1, w2=w2, rate=10)
    mouse.up()
    mouse.move(*start)
    reader.shows(w1=10, w2=-10, rate=10)
    mouse.click(*reader.places((2.4, 5.4))[0])  # beside the point: the nearest start
    reader.shows(w1=2, w2=6, rate=10)


def test_the_start_follows_the_keys_and_the_sliders(reading):
    reader = reading(DESCENT)
    reader.slider("Learning rate").press("End")
    reader.page.keyboard.press("Tab")
    expect(reader.point).to_be_focused()
    assert reader.point.evaluate("point => getComputedStyle(point).outlineStyle") == "solid"
    for key, w1, w2 in [("ArrowUp", -4, 6), ("ArrowLeft", -6, 6), ("ArrowDown", -6, 4), ("ArrowRight", -4, 4)]:
        reader.page.keyboard.press(key)
        reader.shows(w1=w1, w2=w2, rate=3000)
    for _ in range(12):
        reader.page.keyboard.press("ArrowRight")
    reader.shows(w1=10, w2=4, rate=3000)
    before = reader.point.bounding_box()
    reader.slider("w₂ at the start").press("Home")
    reader.shows(w1=10, w2=-10, rate=3000)
    assert reader.point.bounding_box()["y"] > before["y"]


def test_a_finger_drags_the_start_and_scrolls_the_rest(reading):
    reader = reading(DESCENT, **NARROW)
    reader.point.scroll_into_view_if_needed()
    assert reader.point.bounding_box()["width"] >= 40
    before = reader.page.evaluate("scrollY")
    browser.touch(reader.page, reader.places((-4, 4), (-2, 2), (0, 0), (2, -4)))
    reader.shows(w1=2, w2=-4, rate=10)
    assert reader.page.evaluate("scrollY") == before
    browser.touch(reader.page, reader.places((-6, -8), (-6, -4), (-6, 0), (-6, 4)))
    reader.page.wait_for_function("before => scrollY > before", arg=before)
    reader.shows(w1=2, w2=-4, rate=10)


@pytest.mark.parametrize("options", [{}, {"scheme": "dark"}, NARROW], ids=["wide", "dark", "narrow"])
@pytest.mark.parametrize("name", [CIRCUIT, DESCENT])
def test_axe_and_width(reading, name, options):
    reader = reading(name, **options)
    if "scheme" in options:
        reader.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert browser.overflow(reader.page) == []
    assert browser.faults(reader.page, ".course-panel") == []


def test_a_narrow_graph_scrolls_and_stays_legible(reading):
    reader = reading(CIRCUIT, **NARROW)
    scroller = reader.panel.locator(".mlp-scroll")
    assert scroller.evaluate("node => node.scrollWidth > node.clientWidth")
    assert scroller.locator(".mlp-value").first.evaluate("text => text.getBoundingClientRect().height") >= 11
    scroller.focus()
    for _ in range(12):
        reader.page.keyboard.press("ArrowRight")
    reader.page.wait_for_function("document.querySelector('.mlp-scroll').scrollLeft > 100")
