"""Explorers on the pages of the built site, without a kernel: by mouse, finger and keyboard, from folder and server."""

import base64
import json
import random
import re
from contextlib import contextmanager

import page_panels
import pytest
import site_in_browser as browser
from shared_parts import states_in, whole
from site_folder import SITE

PAGES = {
    "index.html": "explorer-activation",
    "notebooks/04_gradient_checking.html": "explorer-difference",
    "notebooks/05_training.html": "explorer-epochs",
    "notebooks/06_tuning.html": "explorer-activation",
}
PHONE = {"width": browser.PHONE, **browser.TOUCH}


# The element before the place, or before the output that holds it.
FIGURE = "img:has(+ .output [data-panel^=explorer]), p:has(+ [data-panel^=explorer]) img"


class Reader(browser.Reader):
    """A visitor who reads one page with one explorer."""

    @property
    def told(self):
        """Text of the status line, once the panel has been painted."""
        browser.painted(self.page)
        return self.status.inner_text().replace("\xa0", " ")

    def swipes(self, slider, start, end):
        """Draw a finger along a slider, from one share of its width to another."""
        box = slider.bounding_box()
        shares = (start, (start + end) / 2, end)
        browser.touch(self.page, [(box["x"] + share * box["width"], box["y"] + box["height"] / 2) for share in shares])

    def faults(self):
        return browser.faults(self.page, "[data-panel^=explorer]")


@pytest.fixture
def reading(chromium, site):
    """Return a context manager that opens a window; fail if the console has errors, unless they are expected."""

    @contextmanager
    def opened(address, **options):
        with browser.undisturbed(chromium, address, **options) as visitor:
            yield Reader(visitor, "[data-panel^=explorer]", FIGURE)

    return opened


@pytest.fixture(scope="module")
def explorers():
    """Return the explorers of Python that need no training, by name."""
    return {name: page_panels.made(name) for name in ("explorer-activation", "explorer-difference")}


def recorded(name):
    """Return the recorded states of an explorer, from its script."""
    return states_in((SITE / "_static" / f"{name}.js").read_text(encoding="utf-8"))


def said(explorers, name, values):
    """Return what the status line should be for the values of the controls."""
    if name in explorers:
        explorers[name].panel.values = values
        return explorers[name].panel.status["text"]
    states = recorded(name)
    return whole(states["states"][str(values["epoch"])], states["parts"])["status"]["text"]


@pytest.mark.parametrize(("page", "name"), PAGES.items())
def test_by_keyboard_and_by_mouse(reading, address, explorers, page, name):
    with reading(address) as reader:
        reader.opens(page)
        assert reader.figure.count() == 1
        assert not reader.figure.is_visible()
        mouse, seen = reader.page.mouse, set()

        def agrees():
            assert reader.told == said(explorers, name, reader.values)
            seen.add(reader.told)

        agrees()
        for slider in reader.panel.get_by_role("slider").all():
            slider.focus()
            for key in ("Home", "ArrowRight", "ArrowRight", "End", "PageDown"):
                reader.page.keyboard.press(key)
                agrees()
            before, box = reader.values, slider.bounding_box()
            middle = box["y"] + box["height"] / 2
            mouse.move(box["x"] + 0.4 * box["width"], middle)
            mouse.down()
            for share in (0.3, 0.2, 0.1):
                mouse.move(box["x"] + share * box["width"], middle)
                agrees()
            mouse.up()
            assert reader.values != before
        for menu in reader.panel.locator("select").all():
            menu.press("ArrowUp")
            agrees()
            last = menu.locator("option").last.inner_text()
            menu.select_option(last)
            assert last in reader.values.values()
            agrees()
        assert len(seen) >= 5


@pytest.mark.parametrize(("page", "name"), PAGES.items())
def test_by_finger(reading, address, explorers, page, name):
    with reading(address, **PHONE) as reader:
        reader.opens(page)
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= 390
        for slider in reader.panel.get_by_role("slider").all():
            slider.scroll_into_view_if_needed()
            box = slider.bounding_box()
            assert box["height"] >= 40
            for share in (0.9, 0.15):
                before = reader.values
                reader.page.touchscreen.tap(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
                assert reader.told == said(explorers, name, reader.values)
                assert reader.values != before
            before = reader.values
            reader.swipes(slider, 0.1, 0.8)
            assert reader.values != before
            assert reader.told == said(explorers, name, reader.values)


@pytest.mark.parametrize("name", ["explorer-activation", "explorer-difference"])
def test_any_state_is_that_of_python(reading, server, explorers, name):
    page = next(page for page, panel in PAGES.items() if panel == name)
    panel, choices = explorers[name].panel, random.Random(7)
    with reading(server) as reader:
        reader.opens(page)
        for _ in range(40):
            picked = {control["name"]: choices.randrange(len(control["options"])) for control in panel.controls}
            for control, index in picked.items():
                reader.choose(control, index)
            options = {control["name"]: control["options"] for control in panel.controls}
            panel.values = {name: options[name][index][0] for name, index in picked.items()}
            assert reader.values == panel.values
            assert reader.told == panel.status["text"]
            assert reader.get("views") == json.loads(json.dumps(panel.views))


def test_the_epochs_are_those_that_were_recorded(reading, server):
    states = recorded("explorer-epochs")
    with reading(server) as reader:
        reader.opens("notebooks/05_training.html")
        for epoch in (0, 7, 30):
            reader.choose("epoch", epoch)
            state = whole(states["states"][str(epoch)], states["parts"])
            assert reader.told == state["status"]["text"]
            counts = [int(field) for field in reader.panel.locator(".mlp-matrix td:not(:empty)").all_inner_texts()]
            assert len(counts) == 100
            assert f"{sum(counts):,} of 10,000 wrong" in reader.told
            pixels = base64.b64decode(state["pixels"])
            assert len(pixels) == 30 * 784
            assert reader.pixels == pixels


def test_data_are_loaded_when_their_panel_comes_near(reading, address):
    with reading(address) as reader:
        reader.page.goto(address + "notebooks/05_training.html")
        reader.page.wait_for_load_state("load")
        browser.painted(reader.page)
        assert reader.figure.is_visible()
        assert not any(re.fullmatch(r"(explorer-\w+|panel)\.js", name) for name in reader.asked)
        reader.place.scroll_into_view_if_needed()
        reader.panel.wait_for()
        assert {"panel.js", "explorer-epochs.js"} <= set(reader.asked)
        assert len(reader.asked) == len(set(reader.asked))
        browser.painted(reader.page)
        assert not reader.figure.is_visible()


@pytest.mark.parametrize("page", PAGES)
def test_without_javascript_there_is_the_figure(reading, address, page):
    # Scripts that the page asks for early are given up.
    with reading(address, expected=r"^failed: .*\.js", java_script_enabled=False) as reader:
        reader.page.goto(address + page)
        figures = reader.page.locator("img:has(+ .output [data-panel]), p:has(+ [data-panel]) img").all()
        assert all(figure.is_visible() and len(figure.get_attribute("alt")) > 40 for figure in figures)
        places = reader.page.locator("[data-panel]").all()
        assert ["where JavaScript runs" in place.inner_text() for place in places] == [True] * len(figures)


def other_version(text):
    return re.sub(r'version: "\w+"', 'version: "000000000000"', text, count=1)


def without_states(text):
    return page_panels.script("explorer-activation", {**states_in(text), "states": None})


@pytest.mark.parametrize(
    ("change", "sentence", "error"),
    [
        (other_version, "of another version. The figure is shown instead.", "nothing"),
        (lambda text: None, "could not be loaded. The figure is shown instead.", r"404|^failed: .*activation\.js"),
        (lambda text: text[: len(text) // 2], "damaged. The figure is shown instead.", "Unexpected end|Invalid"),
        (lambda text: "", "damaged. The figure is shown instead.", "nothing"),
        (without_states, "The figure is shown instead.", "nothing"),
    ],
    ids=["another version", "missing", "cut off", "empty", "without states"],
)
def test_bad_data(reading, server, change, sentence, error):
    text = change((SITE / "_static" / "explorer-activation.js").read_text(encoding="utf-8"))
    answer = {"status": 404} if text is None else {"body": text, "content_type": "text/javascript; charset=utf-8"}
    with reading(server, expected=error) as reader:
        reader.page.route("**/explorer-activation.js*", lambda route: route.fulfill(**answer))
        reader.page.goto(server + "index.html")
        reader.place.scroll_into_view_if_needed()
        reader.place.get_by_text(sentence).wait_for()
        assert reader.figure.is_visible()
        assert reader.panel.count() == 0
        assert reader.faults() == []


def test_a_setting_that_was_not_recorded(reading, server):
    states = recorded("explorer-activation")
    wanted = {**states["values"], "at": -6}
    options = {control["name"]: [option for option, _ in control["options"]] for control in states["controls"]}
    missing = ",".join(str(options[name].index(wanted[name])) for name in options)
    del states["states"][missing]
    with reading(server) as reader:
        reader.page.route(
            "**/explorer-activation.js*",
            lambda route: route.fulfill(
                body=page_panels.script("explorer-activation", states),
                content_type="text/javascript; charset=utf-8",
            ),
        )
        reader.opens("index.html")
        slider = reader.slider("Input z")
        slider.press("Home")
        assert reader.told == "This setting was not recorded. The figure is shown instead. The other settings work."
        assert reader.panel.locator(".mlp-live").inner_text() == reader.told
        assert reader.figure.is_visible()
        assert reader.panel.locator("figure").count() == 0
        slider.press("ArrowRight")
        assert reader.told.startswith("At -5.75: ")
        assert reader.panel.locator(".mlp-live").inner_text() == ""
        assert not reader.figure.is_visible()


@pytest.mark.parametrize("options", [{}, {"scheme": "dark"}, PHONE], ids=["wide", "dark", "phone"])
@pytest.mark.parametrize("page", PAGES)
def test_axe(reading, server, page, options):
    with reading(server, **options) as reader:
        reader.opens(page)
        assert reader.faults() == []


def test_on_paper_there_is_the_figure(reading, server):
    with reading(server) as reader:
        reader.opens("index.html")
        assert not reader.figure.is_visible()
        reader.page.emulate_media(media="print")
        assert reader.figure.is_visible()
        assert not reader.panel.is_visible()
