"""Other widgets in the browser: the drawing paper and the small explorers."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

STROKES = json.loads((Path(__file__).parents[1] / "widgets" / "strokes.json").read_text())
SEVEN = next(drawn["strokes"] for drawn in STROKES if drawn["digit"] == 7)
TRAINED = "network = MLPConfig().build(); _ = list(MLPConfig(epochs=5).run(network, X, y, evaluate=False))"


@pytest.mark.thorough
def test_a_seven_is_drawn(run):
    page = run(TRAINED, "paper = draw_digit(network, X_test, y_test)")
    canvas = page.page.locator(".mlp-paper")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    mouse = page.page.mouse
    for stroke in SEVEN:
        for i, (x, y) in enumerate(stroke):
            mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
            if i == 0:
                mouse.down()
        mouse.up()
    page.says("The network says 7")
    page.button("Undo").click()
    page.says("Draw a digit.")
    page.button("Load a digit").click()
    page.says("This is image 1 of")
    assert page.faults() == []
    page.button("Clear").click()
    page.says("Draw a digit.")
    canvas.focus()
    canvas.press(" ")
    for _ in range(8):
        canvas.press("ArrowDown")
    page.says("The network says")
    assert page.kernel("len(paper._strokes)") == 1


def test_an_activation(run):
    page = run("page = explore_activation()")
    page.says("At 1: value 0.762, slope 0.420.")
    page.slider("Input z").press("Home")
    page.says("At -6: value -1.000, slope 0.000.")
    page.slider("Initial σ").press("End")
    page.says("With σ = 1 the mean slope is 0.0")
    page.page.get_by_label("Activation", exact=True).select_option("relu")
    page.says("At -6: value 0.000, slope 0.000.")
    assert page.kernel("page.panel.values") == {"activation": "relu", "at": -6, "stddev": 1}
    assert page.faults() == []


def test_a_difference(run):
    page = run("page = explore_difference()")
    page.says("ε = 1.0e-05: at 1 the central difference is 2.71828182")
    page.slider("ε").press("End")
    page.says("ε = 1.0e+00")
    page.page.get_by_label("Difference").select_option("forward")
    page.says("the forward difference is 4.670774270471606")  # e (e - 1)
    assert page.faults() == []


def test_the_epochs_of_a_training(run):
    page = run(
        "snapshots = [MLPConfig(seed=seed).build() for seed in range(3)]",
        "page = explore_epochs(snapshots, X_test, y_test)",
    )
    slider = page.slider("Epoch")
    expect(slider).to_have_attribute("aria-valuetext", "2")
    slider.press("Home")
    wrong = page.kernel("int(round(10_000 * snapshots[0].classification_error(X_test, y_test)))")
    page.says(f"After epoch 0: {wrong:,} of 10,000 wrong")
    assert page.faults() == []
