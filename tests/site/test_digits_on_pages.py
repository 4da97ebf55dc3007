"""The site's drawing paper in Chromium: it says what the notebook's says, and can be used in every way."""

import base64
import json
from pathlib import Path

import lab_in_browser
import numpy as np
import pytest
import sheet_training
import site_digits
import site_in_browser
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect

from mlp_helpers import MLPConfig
from mlp_helpers.services.files import REPOSITORY
from mlp_helpers.widgets.digits import rasterise
from mlp_helpers.widgets.drawing import DigitDrawing

TESTS = Path(__file__).parents[1]

DRAWINGS = json.loads((TESTS / "widgets" / "strokes.json").read_text())
SEVEN = next(drawn["strokes"] for drawn in DRAWINGS if drawn["digit"] == 7)
POINT = st.tuples(*2 * [st.integers(0, 10_000).map(lambda n: n / 10_000)])  # as the panel rounds them
STROKES = st.lists(st.lists(POINT, max_size=8), max_size=4)


@pytest.fixture(scope="module")
def network(digits):
    """Return a network of the sheet's form that reads some digits, and misreads others."""
    config = MLPConfig(activations=("relu", "tanh"), epochs=3)
    made = config.build()
    (X, y), _, _ = digits
    list(config.run(made, X[:10_000], y[:10_000], evaluate=False))
    return made


@pytest.fixture(scope="module")
def examples(network, digits):
    (X, y) = digits[1]
    wrong = network.predict(X[:200]).argmax(axis=1) != y[:200]
    return X[:200][wrong], y[:200][wrong]


@pytest.fixture(scope="module")
def data(network, examples):
    return site_digits.script(network, *examples)


@pytest.fixture
def folder(tmp_path, data):
    """Return a folder with a page on which there is the drawing paper."""
    site_in_browser.write_panels(tmp_path, page=site_digits.PLACE)
    (tmp_path / "_static" / "digits-data.js").write_text(data)
    return tmp_path


class Reader(site_in_browser.Reader):
    """A visitor who draws on a page."""

    def __init__(self, visitor, **selectors):
        super().__init__(visitor, "[data-panel=digits]", **selectors)
        self.paper = self.place.locator(".mlp-paper")

    def press(self, name):
        self.button(name).click()
        site_in_browser.painted(self.page)

    def draw(self, strokes):
        """Draw with the mouse; strokes are sent once a frame."""
        lab_in_browser.draw(self.page, self.paper, strokes)
        site_in_browser.painted(self.page)

    @property
    def strokes(self):
        return self.get("views")[0]["strokes"]

    def shows(self, drawing):
        """Fail unless the page shows what a DigitDrawing shows."""
        panel = drawing.panel
        for name in ("title", "buttons", "status", "announcement"):
            assert self.get(name) == getattr(panel, name)
        paper, seen, bars = self.get("views")
        assert {**paper, "revision": 0} == {**panel.views[0], "revision": 0}
        assert seen == panel.views[1]
        assert bars["values"] == pytest.approx(panel.views[2]["values"], abs=1e-6)
        assert {**bars, "values": ()} == {**panel.views[2], "values": ()}
        assert self.pixels == panel.pixels


@pytest.fixture
def reader(chromium, place):
    """Yield a Reader of the page; fail if the browser complains."""
    with site_in_browser.undisturbed(chromium, place, width=1000) as visitor:
        yield Reader(visitor).opens()


@pytest.fixture(scope="module")
def page(chromium):
    """Yield an empty page with the functions of digits.js, in which a data script leaves `data`."""
    context = chromium.new_context()
    page = context.new_page()
    page.evaluate("""() => {
        const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
        globalThis.mlp = { panels: {}, bytes };
    }""")
    page.evaluate((REPOSITORY / "site" / "_static" / "digits.js").read_text().strip().removesuffix(";"))
    page.evaluate("() => { mlp.digits.receive = (data) => (globalThis.data = mlp.digits.decode(data)); }")
    yield page
    context.close()


def probabilities(page, script, X):
    """Return what the page makes of a data script's network and of images."""
    grey = base64.b64encode(np.rint(256 * X).astype(np.uint8).tobytes()).decode()
    page.evaluate(f"() => {{ {script} }}")
    return page.evaluate(
        """(grey) => {
            const pixels = Float32Array.from(mlp.bytes(grey), (value) => value / 256);
            const starts = Array.from({ length: pixels.length / 784 }, (_, i) => 784 * i);
            return starts.map((start) => mlp.digits.predict(data.layers, pixels.subarray(start, start + 784)));
        }""",
        grey,
    )


def images(page, drawings):
    found = page.evaluate("(all) => all.map((strokes) => [...mlp.digits.rasterise(strokes)])", drawings)
    return np.float32(found).reshape(-1, 28, 28)


# --- Numbers ----------------------------------------------------------------------------------------------------------


def test_probabilities_are_those_of_python(page, data, network, digits):
    X = digits[2][0][:1000]
    np.testing.assert_allclose(probabilities(page, data, X), network.predict(X), rtol=0, atol=1e-6)


def test_probabilities_are_those_of_the_notebook(page, digits):
    network, X = sheet_training.network(), digits[2][0][:1000]
    assert 100 * network.classification_error(*digits[2]) == pytest.approx(2.37)  # as notebook 05 prints
    script = site_digits.script(network, *site_digits.misread(network))
    np.testing.assert_allclose(probabilities(page, script, X), network.predict(X), rtol=0, atol=1e-6)


def test_strokes_become_the_same_images(page):
    drawings = [drawn["strokes"] for drawn in DRAWINGS]
    np.testing.assert_array_equal(images(page, drawings), [rasterise(strokes) for strokes in drawings])


@given(STROKES)
@settings(max_examples=200)
def test_so_do_any_strokes(page, strokes):
    np.testing.assert_allclose(images(page, [strokes])[0], rasterise(strokes), rtol=0, atol=1e-6)


def test_examples_are_the_images_themselves(page, data, examples):
    X, y = examples
    page.evaluate(f"() => {{ {data} }}")
    found = page.evaluate("() => ({ labels: data.labels, pixels: [...data.images] })")
    assert found["labels"] == y.tolist()
    np.testing.assert_array_equal(np.array(found["pixels"]).reshape(X.shape), 256 * X)


def test_images_that_are_no_bytes(network, examples):
    with pytest.raises(ValueError, match="X must hold bytes divided by 256"):
        site_digits.script(network, examples[0] / 3, examples[1])


@pytest.mark.parametrize(
    "content", [b"", bytes(784), b"\1\2", bytes(600) + b"\7" + bytes(3), bytes(255), bytes([0, 9])]
)
def test_runs_of_zeros(content):
    coded, out = iter(site_digits.without_zeros(content)), bytearray()
    for value in coded:
        out += bytes([value]) if value else bytes(next(coded))
    assert out == content


# --- The panel --------------------------------------------------------------------------------------------------------


def test_a_digit_is_drawn_with_the_mouse(reader, network, examples):
    drawing = DigitDrawing(network, examples)
    reader.says("Draw a digit.")
    reader.shows(drawing)
    assert "digits-data.js" not in reader.asked
    reader.draw(SEVEN)
    reader.says("The network says 7")
    assert [len(stroke) for stroke in reader.strokes] == [len(stroke) for stroke in SEVEN]
    drawing._handle_message({"strokes": reader.strokes})
    reader.shows(drawing)
    reader.draw([[(0.2, 0.5), (0.6, 0.5)]])
    expect(reader.button("Undo")).to_be_enabled()
    drawing._handle_message({"strokes": reader.strokes})
    for name in ("Undo", "Load a digit", "Load a digit", "Clear", "Load a digit", "Clear"):
        reader.press(name)
        drawing._handle_message({"press": name.split()[0].lower()})
        reader.shows(drawing)
    reader.says("Draw a digit.")


def test_digits_come_in_turn(reader, network, examples):
    drawing, n_examples = DigitDrawing(network, examples), len(examples[1])
    for number in [*range(n_examples), 0]:
        reader.press("Load a digit")
        drawing._handle_message({"press": "load"})
        reader.says(f"This is image {number + 1} of {n_examples}, labelled {examples[1][number]}.")
        reader.shows(drawing)


def test_the_keyboard_is_enough(reader, network):
    reader.says("Draw a digit.")
    site_in_browser.tab_to(reader.page, "[data-name=load]")
    reader.page.keyboard.press("Enter")
    reader.says("This is image 1 of")
    expect(reader.button("Load a digit")).to_be_focused()
    reader.page.keyboard.press("Tab")
    expect(reader.paper).to_be_focused()
    reader.page.keyboard.press("Space")
    for key in [*["ArrowDown"] * 8, *["ArrowRight"] * 3]:
        reader.page.keyboard.press(key)
    site_in_browser.painted(reader.page)
    reader.says("The network says")
    assert reader.strokes == [[[0.5, (14 + i) / 28] for i in range(9)] + [[(15 + i) / 28, 22 / 28] for i in range(3)]]
    drawing = DigitDrawing(network, ([], []))
    drawing._handle_message({"strokes": reader.strokes})
    reader.shows(drawing)


def test_a_finger_draws(chromium, place):
    with site_in_browser.undisturbed(chromium, place, width=360, has_touch=True, is_mobile=True) as visitor:
        visitor.page.set_viewport_size({"width": 360, "height": 700})  # less than the page, so that it could scroll
        reader = Reader(visitor).opens()
        reader.button("Load a digit").tap()
        reader.says("This is image 1 of")
        reader.paper.scroll_into_view_if_needed()
        box = reader.paper.bounding_box()
        top = reader.page.evaluate("scrollY")
        for stroke in SEVEN:
            points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
            site_in_browser.touch(reader.page, points)
        site_in_browser.painted(reader.page)
        reader.says("The network says 7")
        assert len(reader.strokes) == len(SEVEN)
        assert reader.page.evaluate("scrollY") == top  # the finger has not moved the page
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_what_is_done_while_the_data_are_loaded(chromium, folder, network, examples):
    """It is done as soon as they are there, in order."""
    held = []
    with site_in_browser.serving(folder) as server, site_in_browser.undisturbed(chromium, server) as visitor:
        visitor.page.route("**/digits-data.js", lambda route: held.append(route))
        reader = Reader(visitor).opens()
        reader.press("Load a digit")
        reader.says("Loading the network.")
        reader.press("Load a digit")
        reader.draw(SEVEN)
        reader.says("Loading the network.")
        held.pop().continue_()
        reader.says("The network says 7")
        drawing = DigitDrawing(network, examples)
        for message in ({"press": "load"}, {"press": "load"}, {"strokes": reader.strokes}, {"press": "load"}):
            drawing._handle_message(message)
        reader.press("Load a digit")
        reader.shows(drawing)
        assert held == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_use_it(theme, reader):
    reader.page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    reader.press("Load a digit")
    reader.says("This is image 1 of")
    assert site_in_browser.faults(reader.page) == []


def test_the_page_of_the_notebook(chromium, address):
    """On the built page, the numbers are those of the network that the notebook trains."""
    network = sheet_training.network()
    examples = site_digits.misread(network)
    drawing = DigitDrawing(network, examples)
    assert len(examples[1]) == 221  # as notebook 05 prints
    with site_in_browser.undisturbed(chromium, address) as visitor:
        reader = Reader(visitor, figure="img:has(+ .output [data-panel=digits])").opens("notebooks/05_training.html")
        expect(reader.paper).to_be_visible()
        expect(reader.figure).to_be_hidden()
        assert "digits-data.js" not in reader.asked
        for _ in range(3):
            reader.press("Load a digit")
            drawing._handle_message({"press": "load"})
            reader.says(drawing.panel.status["text"])
            reader.shows(drawing)
        for drawn in DRAWINGS[::5]:
            reader.press("Clear")
            reader.draw(drawn["strokes"])
            drawing._handle_message({"strokes": reader.strokes})
            reader.shows(drawing)


# --- What may go wrong ------------------------------------------------------------------------------------------------

REMAINS = "The figure is shown instead."
FAULTS = {
    "another version": (("mlp-course digits 1", "mlp-course digits 7"), "they are of version “mlp-course digits 7”"),
    "no data": (("mlp.digits.receive", "void "), "they are damaged"),
    "too few weights": (('"units": 80', '"units": 81'), "layer 1 is damaged"),
    "an unknown activation": (('"tanh"', '"swish"'), "layer 2 is damaged"),
    "too many labels": (('"labels": [', '"labels": [3, '), "the digits are damaged"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_bad_data_are_refused_in_a_sentence(fault, reader, folder, data):
    (old, new), said = FAULTS[fault]
    assert old in data
    (folder / "_static" / "digits-data.js").write_text(data.replace(old, new, 1))
    expect(reader.figure).to_be_hidden()
    reader.draw(SEVEN)
    reader.says(f"The network and its digits could not be loaded: {said}")
    reader.says(REMAINS)
    expect(reader.figure).to_be_visible()
    expect(reader.paper).to_have_count(0)


def test_missing_data_may_come_later(chromium, place, folder, data):
    script = folder / "_static" / "digits-data.js"
    script.unlink()
    with site_in_browser.undisturbed(chromium, place, expected="digits-data.js|Failed to load resource") as visitor:
        reader = Reader(visitor).opens()
        reader.draw(SEVEN)
        reader.says("could not be loaded: digits-data.js is missing. The figure is shown instead.")
        expect(reader.figure).to_be_visible()
        script.write_text(data)
        reader.press("Try again")
        reader.says("The network says")  # what was drawn is kept
        expect(reader.figure).to_be_hidden()
