"""Widgets in JupyterLab, driven as by a student: the playground, the drawing paper and the small explorers."""

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest
from lab_in_browser import draw
from nbconvert import HTMLExporter
from playwright.sync_api import expect

PLAYGROUND = "pg = playground(MLPConfig(hidden=(20, 10), epochs=3), X, y, X_valid, y_valid)"
LONG = PLAYGROUND.replace("epochs=3", "epochs=5000")
STATE = "pg._trainer.state"
N_THREADS = "sum(t.name == 'mlp trainer' for t in __import__('threading').enumerate())"
ERRORS = "[result.valid_error for result in {}]"
# Label, key, the slider's text afterwards, configuration field and its value.
SLIDERS = [
    ("Units in layer 1", "ArrowRight", "30", "hidden", (30, 10)),
    ("Units in layer 2", "ArrowLeft", "5", "hidden", (30, 5)),
    ("Hidden layers", "ArrowLeft", "1", "hidden", (30,)),
    ("Initial σ", "End", "he", "init_stddev", "he"),
    ("Dropout", "ArrowRight", "0.1", "dropout", 0.1),
    ("Weight decay", "PageUp", "1e-05", "weight_decay", 1e-5),
    ("Learning rate", "ArrowRight", "0.2", "learning_rate", 0.2),
    ("Batch size", "Home", "1", "batch_size", 1),
    ("Epochs", "PageUp", "5", "epochs", 5),
]
STROKES = json.loads((Path(__file__).parents[1] / "widgets" / "strokes.json").read_text())
SEVEN = next(drawn["strokes"] for drawn in STROKES if drawn["digit"] == 7)
TRAINED = "network = MLPConfig().build(); _ = list(MLPConfig(epochs=5).run(network, X, y, evaluate=False))"
DESCENT = "explore_descent(X[:200, [300, 500]] + np.random.default_rng(0).normal(size=(200, 2)), y[:200] % 2)"
# A slider of each explorer, and its name in Python.
EXPLORERS = {
    "explore_activation()": ("Input z", "at"),
    "explore_difference()": ("ε", "exponent"),
    "explore_epochs([MLPConfig(seed=seed).build() for seed in range(3)], X_test, y_test)": ("Epoch", "epoch"),
    "explore_circuit()": ("w₁", "w1"),
    DESCENT: ("w₂ at the start", "w2"),
}


@pytest.fixture
def short(run):
    """Return a page with a playground whose training takes seconds."""
    page = run(PLAYGROUND)
    page.says("Ready to train.")
    return page


@pytest.fixture
def training(run):
    """Return a page with a playground in a long training."""
    page = run(LONG)
    page.button("Train").click()
    page.says("Training, epoch 2")
    return page


@pytest.fixture
def in_a_small_window(run):
    """Yield a page with a large playground in a laptop's window, with the file browser open."""
    page = run("pg = playground(MLPConfig(hidden=(80, 70), epochs=300), X, y, X_valid, y_valid)")
    before = page.page.viewport_size
    page.page.set_viewport_size({"width": 1280, "height": 900})
    page.page.keyboard.press("Control+b")
    page.page.locator(".jp-DirListing").wait_for()
    yield page
    run("None")  # the panel has the focus, and would keep the shortcut to itself
    page.page.keyboard.press("Control+b")
    page.page.set_viewport_size(before)


# First, while there are few widgets in the kernel: a page that is loaded again asks for all of them.
def test_a_reloaded_page_goes_on(training):
    training.save()
    exported, _ = HTMLExporter().from_filename(str(training.folder / training.path))
    assert exported.count('src="data:image/png') == 1  # the static figure replaces the widget
    training.reload()
    training.says("Training")
    for _ in range(100):  # a click can be lost while JupyterLab reconnects to the kernel
        training.button("Pause").click(force=True)
        if training.kernel(STATE) == "paused":
            break
    training.says("Paused")


@pytest.mark.thorough
def test_a_restarted_kernel(training):
    training.restart()
    training.run_all()
    training.says("Ready")
    assert training.kernel(N_THREADS) == 1


@pytest.mark.thorough
def test_every_control(short):
    for label, key, said, field, value in SLIDERS:
        slider = short.slider(label)
        slider.focus()
        slider.press(key)
        short.wait_for_kernel(f"pg.config.{field} == {value!r}")
        expect(slider).to_have_attribute("aria-valuetext", said)
        expect(slider).to_be_focused()
    short.page.get_by_label("Activation").select_option("tanh")
    short.wait_for_kernel("pg.config.activations == ('tanh',)")
    for label, field, value in [("Optimizer", "optimizer", "adam"), ("Schedule", "schedule", "cosine")]:
        short.page.get_by_label(label).select_option(value)
        short.wait_for_kernel(f"pg.config.{field} == {value!r}")
    short.page.get_by_label("Seed").fill("7")
    short.page.get_by_label("Seed").press("Enter")
    short.wait_for_kernel("pg.config.seed == 7")
    short.wait_for_kernel("pg._trainer.config == pg.config")  # no reset is needed before training


def test_tab_reaches_everything_in_order(short):
    # Name of the focused element: its label, else its text.
    name = "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"
    short.slider("Hidden layers").focus()
    reached = []
    for _ in range(20):
        reached.append(short.page.evaluate(name))
        short.page.keyboard.press("Tab")
    controls = [
        "Hidden layers",
        "Units in layer 1",
        "Units in layer 2",
        "Activation",
        "Initial σ",
        "Dropout",
        "Optimizer",
    ]
    controls += ["Learning rate", "Schedule", "Weight decay", "Batch size", "Epochs", "Seed"]
    buttons = ["Train", "Pause", "Step", "Reset", "Pin", "Export CSV", "Show code"]
    assert reached == [*controls, *buttons]


def test_train_step_reset_pin_and_code(short):
    short.button("Train").click()
    short.says("Finished 3 epochs.")
    expected = short.kernel(ERRORS.format("pg.config.run(pg.config.build(), X, y, X_valid, y_valid)"))
    assert short.kernel(ERRORS.format("pg._trainer.history")) == expected
    short.button("Pin").click()
    short.page.get_by_role("cell", name="as it started", exact=True).wait_for()
    short.button("Reset").click()
    short.says("Ready to train.")
    short.button("Step").click()
    short.says("Paused after 1 epoch.")
    assert short.kernel(ERRORS.format("pg._trainer.history")) == expected[:1]
    with short.page.expect_download() as download:
        short.button("Export CSV").click()
    rows = list(csv.DictReader(Path(download.value.path()).read_text().splitlines()))
    assert [float(row["valid_error"]) for row in rows] == expected
    short.button("Show code").click()
    expect(short.page.locator(".mlp-text code")).to_contain_text("MLPConfig(n_inputs=784, hidden=(20, 10)")


@pytest.mark.thorough
def test_a_slow_click_while_training(training):
    training.button("Pin").click()
    load = training.page.get_by_role("button", name="Load as it started")
    load.hover()
    training.page.mouse.down()
    painted = training.page.locator(".mlp-panel").get_attribute("data-painted")
    for _ in range(3):  # repainting must not replace the button under the mouse
        expect(training.page.locator(".mlp-panel")).not_to_have_attribute("data-painted", painted)
        painted = training.page.locator(".mlp-panel").get_attribute("data-painted")
    training.page.mouse.up()
    training.says("Ready to train.")


@pytest.mark.thorough
def test_a_change_while_training(training):
    training.slider("Learning rate").press("ArrowRight")
    training.wait_for_kernel("pg._trainer._run.optimizer.learning_rate == 0.2")
    training.page.locator(".mlp-mark-text", has_text="learning rate 0.1 → 0.2").first.wait_for()
    training.slider("Units in layer 1").press("ArrowRight")
    training.says("Press Reset to use hidden units 20-10 → 30-10")
    training.button("Pause").click()
    training.wait_for_kernel(f"{STATE} == 'paused'")
    training.button("Train").click()
    training.says("Training")
    training.button("Reset").click()
    training.says("Ready to train.")
    assert training.kernel("pg.network.params()[0].shape") == [784, 30]


def test_an_exception_is_shown_with_its_traceback(short):
    short.kernel("setattr(pg._trainer, '_data', None)")
    short.button("Reset").click()
    short.says("It stopped: ")
    short.page.locator(".mlp-side summary").click()
    expect(short.page.locator(".mlp-side details pre")).to_contain_text("Traceback")


@pytest.mark.thorough
def test_a_students_network_trains_and_what_it_prints_is_shown(run):
    of_a_student = """from mlp_helpers.exercises import exercise
class Network(exercise("Network").key.reference):
    def gradients(self, X, Y):
        print("a step")
        return super().gradients(X, Y)
"""
    page = run(of_a_student + PLAYGROUND.replace("y_valid)", "y_valid, network=Network)"))
    page.button("Train").click()
    page.says("Finished 3 epochs.")
    side = page.page.locator(".mlp-side")
    expect(side.locator(".mlp-fixed")).to_have_text(
        ["chosen by your class", "your class has none", "float64, in your class"]
    )
    expect(page.page.locator(".mlp-views")).to_contain_text("Printed by your network")


@pytest.mark.thorough
def test_a_storm_of_a_slider(training):
    slider = training.slider("Learning rate")
    slider.focus()
    for i in range(100):
        slider.press("ArrowLeft" if i % 10 < 5 else "ArrowRight")
    slider.press("Home")
    training.wait_for_kernel("pg._trainer._run.optimizer.learning_rate == 0.001")
    assert training.kernel(STATE) == "training"
    training.kernel("pg.close()")  # during training
    assert training.kernel(N_THREADS) == 0


@pytest.mark.thorough
def test_train_pressed_fifty_times(short):
    for _ in range(50):
        short.button("Train").click()
    short.says("Finished 3 epochs.")
    short.button("Reset").click()
    short.says("Ready to train.")
    assert short.kernel(N_THREADS) == 1


@pytest.mark.thorough
def test_running_the_cell_again_ends_the_thread(training):
    for _ in range(10):
        training.run(LONG)
    training.says("Ready")
    assert training.kernel(N_THREADS) == 1


@pytest.mark.thorough
def test_two_at_once_do_not_meet(run):
    page = run(LONG, LONG.replace("pg =", "other ="))
    page.says("Ready", 1)  # both are displayed
    place = page.button("Train", 1).bounding_box()
    page.button("Train", 0).click()
    page.says("Training, epoch 2", 0)
    page.says("Ready", 1)
    assert page.button("Train", 1).bounding_box() == place  # a button that moves would miss the click
    page.button("Train", 1).click()
    page.says("Training, epoch 2", 1)
    assert page.kernel("pg._trainer.history is not other._trainer.history")
    assert page.kernel(N_THREADS) == 2


@pytest.mark.thorough
def test_no_serious_fault_for_those_who_cannot_see(short):
    short.button("Train").click()
    short.says("Finished")
    short.button("Pin").click()
    short.button("Show code").click()
    light = short.faults()
    short.theme("Dark")
    dark = short.faults()
    short.theme("Light")
    assert (light, dark) == ([], [])


@pytest.mark.thorough
def test_each_unit_has_an_image_of_its_weights(short):
    short.button("Train").click()
    short.says("Finished 3 epochs.")
    canvas = short.page.locator(".mlp-images canvas")
    pixels = canvas.evaluate("c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]")
    n_rows, n_columns = (canvas.evaluate(f"c => (c.{side} + 1) / 29") for side in ("height", "width"))
    framed = np.zeros((29 * n_rows, 29 * n_columns, 4), int)  # with the lines below and to the right
    framed[:-1, :-1] = np.reshape(pixels, (29 * n_rows - 1, 29 * n_columns - 1, 4))
    tiles = framed.reshape(n_rows, 29, n_columns, 29, 4).swapaxes(1, 2).reshape(-1, 29, 29, 4)
    weights = np.reshape(short.kernel("pg.network.params()[0].T.tolist()"), (-1, 28, 28))
    seen, free = tiles[: len(weights)], tiles[len(weights) :]
    strong = np.abs(weights) > 0.01
    redness = seen[:, :28, :28, 0] - seen[:, :28, :28, 2]
    assert np.array_equal(np.sign(redness)[strong], np.sign(weights)[strong])
    assert (seen[:, :28, :28, 3] == 255).all()
    assert (seen[0, :, 28] == (128, 128, 128, 255)).all()  # the line to the right of the first
    assert len(free) > 0
    assert (free[:, 1:, 1:, 3] == 0).all()  # where there is no unit, the page is seen


@pytest.mark.thorough
def test_it_is_on_one_screen(in_a_small_window):
    in_a_small_window.button("Train").click()
    in_a_small_window.says(re.compile("Training, epoch 2"))
    page = in_a_small_window.page
    page.locator(".mlp-images canvas").wait_for()
    box = page.locator(".mlp-panel").bounding_box()
    assert box["width"] < 900
    assert box["height"] <= 760
    for view in page.locator(".mlp-view").all():
        seen = view.bounding_box()
        assert seen["y"] + seen["height"] <= box["y"] + box["height"]


@pytest.mark.thorough
def test_a_seven_is_drawn(run):
    page = run(TRAINED, "paper = draw_digit(network, X_test, y_test)")
    canvas = page.page.locator(".mlp-paper")
    draw(page.page, canvas, SEVEN)
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


@pytest.mark.thorough
@pytest.mark.parametrize("call", EXPLORERS)
def test_an_explorer(call, run):
    page, (label, name) = run(f"page = {call}"), EXPLORERS[call]
    before = page.kernel("page.panel.status['text']")
    page.says(before)
    page.slider(label).press("Home")
    first = f"next(control['options'][0][0] for control in page.panel.controls if control['name'] == {name!r})"
    page.wait_for_kernel(f"page.panel.values[{name!r}] == {first}")
    after = page.kernel("page.panel.status['text']")
    assert after != before
    page.says(after)
    assert page.faults() == []


@pytest.mark.thorough
def test_a_descent_from_a_start_that_is_dragged(run):
    page = run(f"page = {DESCENT}")
    point, values = page.page.locator(".mlp-point"), "page.panel.values"
    expect(point).to_have_attribute("aria-valuetext", "w₁ −4, w₂ 4")
    box, mouse = point.bounding_box(), page.page.mouse
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    option = 25 * page.page.locator(".mlp-space").bounding_box()["width"] / 406  # from one to the next, on the page
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 3 * option, y + 4 * option, steps=3)
    mouse.up()
    page.wait_for_kernel(f"{values} == {{'w1': 2, 'w2': -4, 'rate': 10}}")
    mouse.move(x, y)  # it was let go
    expect(point).to_be_focused()
    page.page.keyboard.press("ArrowUp")
    page.wait_for_kernel(f"{values} == {{'w1': 2, 'w2': -2, 'rate': 10}}")


@pytest.mark.thorough
def test_no_two_panels_have_one_id(run):
    page = run("one = explore_circuit()", "other = explore_circuit()")
    page.says("The loss is 0.0362.", 1)
    ids = page.page.locator(".mlp-panel [id]").evaluate_all("nodes => nodes.map(node => node.id)")
    assert len(ids) == len(set(ids)) == 2 * 4  # a title, two sliders and the mark of an arrow in each
