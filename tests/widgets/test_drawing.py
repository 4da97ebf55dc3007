"""Buttons of the drawing paper, tested from Python; tests/browser draws on it."""

import json
from pathlib import Path

import numpy as np
import pytest

from mlp_helpers import MLPConfig
from mlp_helpers.widgets.digits import rasterise
from mlp_helpers.widgets.drawing import DigitDrawing

STROKES = json.loads(Path(__file__).with_name("strokes.json").read_text())[0]["strokes"]


@pytest.fixture
def examples():
    rng = np.random.default_rng(0)
    return rng.random((3, 784)).astype("float32"), np.array([4, 7, 1])


@pytest.fixture
def paper(examples):
    return DigitDrawing(MLPConfig(hidden=(5,)).build(), examples)


def press(paper, name):
    paper._handle_message({"press": name})


def test_a_drawing_is_what_the_network_is_asked_about(paper):
    assert paper.panel.status["text"] == "Draw a digit."
    paper._handle_message({"strokes": STROKES})
    np.testing.assert_array_equal(paper.image(), rasterise(STROKES))
    shares = paper.network.predict(rasterise(STROKES).reshape(1, -1))[0]
    bars = paper.panel.views[2]
    assert bars["values"] == pytest.approx(shares.tolist())
    assert bars["best"] == shares.argmax()
    assert paper.panel.status["text"].startswith(f"The network says {shares.argmax()}, ")
    assert len(paper.panel.pixels) == 784


def test_undo_takes_back_a_stroke_and_clear_all(paper):
    paper._handle_message({"strokes": [*STROKES, [[0.1, 0.1], [0.2, 0.2]]]})
    press(paper, "undo")
    np.testing.assert_array_equal(paper.image(), rasterise(STROKES))
    press(paper, "clear")
    assert not paper.image().any()
    assert paper.panel.status["text"] == "Draw a digit."


def test_digits_come_in_turn_and_a_stroke_replaces_them(paper, examples):
    for number in (0, 1, 2, 0):
        press(paper, "load")
        np.testing.assert_array_equal(paper.image().ravel(), examples[0][number])
        told = f"This is image {number + 1} of {len(examples[1])}, labelled {examples[1][number]}."
        assert paper.panel.status["text"].endswith(told)
    paper._handle_message({"strokes": STROKES})
    np.testing.assert_array_equal(paper.image(), rasterise(STROKES))


def test_the_network_may_change(examples):
    networks = [MLPConfig(hidden=(5,), seed=seed).build() for seed in (0, 1)]
    paper = DigitDrawing(lambda: networks[0], examples)
    press(paper, "load")
    before = paper.probabilities()
    networks.pop(0)
    assert not np.allclose(paper.probabilities(), before)


def test_a_message_that_makes_no_sense_is_shown(paper):
    paper.panel._handle_message(None, {"press": "eat"}, [])
    assert paper.panel.status["kind"] == "error"
    assert "KeyError" in paper.panel.status["text"]
