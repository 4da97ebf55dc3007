"""The playground, used as a student uses it."""

import csv
import json
from pathlib import Path

import pytest

PLAYGROUND = "pg = playground(MLPConfig(hidden=(20, 10), epochs=3), X, y, X_valid, y_valid)"
LONG = PLAYGROUND.replace("epochs=3", "epochs=100")
STATE = "pg._trainer.state"
N_THREADS = "sum(t.name == 'mlp trainer' for t in __import__('threading').enumerate())"
STROKES = json.loads((Path(__file__).parents[1] / "widgets" / "strokes.json").read_text())


@pytest.mark.parametrize(
    ("label", "key", "field", "value"),
    [
        ("Units in layer 1", "ArrowRight", "hidden", [30, 10]),
        ("Units in layer 2", "ArrowLeft", "hidden", [20, 5]),
        ("Hidden layers", "ArrowLeft", "hidden", [20]),
        ("Initial σ", "End", "init_stddev", 1),
        ("Learning rate", "ArrowRight", "learning_rate", 0.2),
        ("Batch size", "Home", "batch_size", 1),
        ("Epochs", "PageUp", "epochs", 10),
    ],
)
def test_sliders(shared, label, key, field, value):
    slider = shared.page.get_by_label(label, exact=True)
    before = shared.kernel(f"pg.config.{field}")
    slider.focus()
    slider.press(key)
    shared.wait_for_kernel(f"pg.config.{field} != {before if not isinstance(before, list) else tuple(before)}")
    assert shared.kernel(f"pg.config.{field}") == value or key.startswith("Page")
    assert shared.page.evaluate("document.activeElement.type") == "range"  # the focus stays where it was


@pytest.fixture
def shared(notebook):
    page = notebook(PLAYGROUND)
    page.says("Ready to train.")
    return page


def test_the_other_controls(shared):
    shared.page.get_by_label("Activation").select_option("tanh")
    shared.wait_for_kernel("pg.config.activations == ('tanh', 'tanh')")
    shared.page.get_by_label("Seed").fill("7")
    shared.page.get_by_label("Seed").press("Enter")
    shared.wait_for_kernel("pg.config.seed == 7")
    shared.wait_for_kernel("pg._trainer.config == pg.config")  # before training no reset is needed


def test_train_pause_step_reset_pin_and_code(shared):
    shared.button("Train").click()
    shared.says("Finished 3 epochs.")
    expected = shared.kernel("[r.valid_error for r in pg.config.run(pg.config.build(), X, y, X_valid, y_valid)]")
    assert shared.kernel("[r.valid_error for r in pg._trainer.history]") == expected
    shared.button("Pin").click()
    shared.page.get_by_role("cell", name="as it started").wait_for()
    shared.button("Reset").click()
    shared.says("Ready to train.")
    shared.button("Step").click()
    shared.says("Paused after 1 epochs.")
    assert shared.kernel("[r.valid_error for r in pg._trainer.history]") == expected[:1]
    with shared.page.expect_download() as download:
        shared.button("Export CSV").click()
    rows = list(csv.DictReader(Path(download.value.path()).read_text().splitlines()))
    assert [float(row["valid_error"]) for row in rows] == expected
    shared.button("Show code").click()
    assert "MLPConfig(n_inputs=784, hidden=(20, 10)" in shared.page.locator(".mlp-text code").inner_text()


def test_a_change_while_training(notebook):
    page = notebook(LONG)
    page.button("Train").click()
    page.says("Training, epoch 2")
    page.page.get_by_label("Learning rate").press("ArrowRight")
    page.wait_for_kernel("pg._trainer._run.optimizer.learning_rate == 0.2")
    page.page.locator(".mlp-mark-text", has_text="learning rate 0.1 → 0.2").first.wait_for()
    page.page.get_by_label("Units in layer 1").press("ArrowRight")
    page.says("Press Reset to use hidden units 20-10 → 30-10")
    page.button("Pause").click()
    page.wait_for_kernel(f"{STATE} == 'paused'")


def test_divergence(notebook):
    page = notebook(PLAYGROUND.replace("epochs=3", "epochs=3, activations='linear', learning_rate=1000"))
    page.button("Train").click()
    page.says("Diverged")
    page.says("Try a smaller learning rate")


def test_a_storm_of_a_slider(notebook):
    page = notebook(LONG)
    page.button("Train").click()
    page.says("Training")
    slider = page.page.get_by_label("Learning rate")
    slider.focus()
    for i in range(100):
        slider.press("ArrowLeft" if i % 10 < 5 else "ArrowRight")
    slider.press("Home")
    page.wait_for_kernel("pg._trainer._run.optimizer.learning_rate == 0.001")
    assert page.kernel(STATE) == "training"
    page.kernel("pg.close()")
    assert page.kernel(N_THREADS) == 0


def test_train_pressed_fifty_times(shared):
    for _ in range(50):
        shared.button("Train").click()
    shared.says("Finished 3 epochs.")
    shared.button("Reset").click()
    shared.says("Ready to train.")
    assert shared.kernel(N_THREADS) == 1


def test_running_the_cell_again_ends_the_thread(notebook):
    page = notebook(LONG)
    page.says("Ready")
    page.button("Train").click()
    page.page.locator(".jp-CodeCell").nth(1).locator(".cm-content").click()
    for n in range(2, 12):
        page.page.keyboard.press("Control+Enter")
        page.wait_for_kernel(f"len(In) >= {n}")
    page.says("Ready")
    assert page.kernel(N_THREADS) == 1


def test_a_restarted_kernel(notebook):
    page = notebook(LONG)
    page.button("Train").click()
    page.says("Training")
    page.restart()
    page.run_all()
    page.says("Ready")
    assert page.kernel(N_THREADS) == 1


def test_two_at_once_do_not_meet(notebook):
    page = notebook(LONG, LONG.replace("pg =", "other ="))
    page.button("Train", 0).click()
    page.says("Training", 0)
    page.says("Ready", 1)
    page.button("Train", 1).click()
    page.says("Training, epoch 2", 1)
    assert page.kernel("pg._trainer.history is not other._trainer.history")
    assert page.kernel(N_THREADS) == 2


def test_no_serious_fault_for_those_who_cannot_see(shared):
    from axe_playwright_python.sync_playwright import Axe

    shared.button("Train").click()
    shared.says("Finished")
    shared.button("Pin").click()
    found = Axe().run(shared.page, context=".mlp-panel").response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")] == []


def test_a_seven_is_drawn(notebook):
    page = notebook(
        "config = MLPConfig(epochs=5)\nnetwork = config.build()\n_ = list(config.run(network, X, y, evaluate=False))",
        "paper = draw_digit(network, X_test, y_test)",
    )
    canvas = page.page.locator(".mlp-paper")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    mouse = page.page.mouse
    for stroke in next(drawn["strokes"] for drawn in STROKES if drawn["digit"] == 7):
        for i, (x, y) in enumerate(stroke):
            mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
            if i == 0:
                mouse.down()
        mouse.up()
    page.says("The network says 7")
    page.button("Undo").click()
    page.says("Draw a digit.")
    page.button("Load a test digit").click()
    page.says("This is test digit 0, a 7.")
    page.button("Clear").click()
    page.says("Draw a digit.")
    canvas.focus()
    canvas.press(" ")
    for _ in range(8):
        canvas.press("ArrowDown")
    page.says("The network says")
    assert page.kernel("len(paper._strokes)") == 1
