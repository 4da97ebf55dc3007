"""Controls of the playground, tested from Python; tests/browser tests them in the page."""

import csv
import dataclasses
import io
import threading

import numpy as np
import pytest

from mlp_helpers import History, MLPConfig, NeuralNetwork
from mlp_helpers.exercises import exercise
from mlp_helpers.widgets import hyperparameters, live
from mlp_helpers.widgets.hyperparameters import changed_fields, controls, with_value
from mlp_helpers.widgets.live import Playground

CONFIG = MLPConfig(hidden=(6, 5), epochs=3, learning_rate=0.1)


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    X = rng.random((120, 784))
    y = (10 * X[:, 0]).astype(int)
    return X[:80], y[:80], X[80:], y[80:]


@pytest.fixture
def page_of(data):
    """Yield a function that opens a playground, with a student's class of networks if one is given."""
    pages = []

    def page(network=None, config=CONFIG):
        pages.append(Playground(config, data, network))
        return pages[-1]

    yield page
    for page in pages:
        page.close()


@pytest.fixture
def page(page_of):
    return page_of()


def wait(page, state):
    """Wait until trainer and panel are in a state; the trainer's thread updates the panel."""
    reached = threading.Event()

    def look(change=None):
        if page._trainer.state == state and page.panel.status["text"].startswith(state.capitalize()):
            reached.set()

    page.panel.observe(look, "status")
    look()
    assert reached.wait(60), page.panel.status
    page.panel.unobserve(look, "status")


def press(page, name, **more):
    page._pressed({"press": name, **more})


def move(page, name, value):
    page.panel.values = {**page.panel.values, name: value}


def buttons(page):
    return {button["name"]: not button.get("disabled") for button in page.panel.buttons}


def views(page, kind):
    return [view for view in page.panel.views if view["kind"] == kind]


def test_a_page_that_still_shows_a_removed_layer_does_not_bring_it_back(page):
    stale = page.panel.values
    move(page, "layers", 1)
    page.panel.values = {**stale, "layers": 1, "seed": 3}
    assert (page.config.hidden, page.config.seed) == ((6,), 3)


def test_the_activation_outlasts_a_network_without_hidden_layers(page):
    move(page, "activations", "tanh")
    move(page, "layers", 0)
    assert page.panel.values["activations"] == "tanh"
    move(page, "layers", 1)
    assert (page.panel.values["activations"], page.config.activations) == ("tanh", ("tanh",))
    move(page, "layers", 0)
    move(page, "activations", "sigmoid")
    move(page, "layers", 2)
    assert page.config.activations == ("sigmoid", "sigmoid")


def test_a_control_for_each_field_that_can_be_chosen():
    found, values = controls(CONFIG)
    names = [control["name"] for control in found]
    assert names == [*values]
    assert names[:3] == ["layers", "units-0", "units-1"]
    assert {"activations", "init_stddev", "optimizer", "learning_rate", "batch_size", "epochs", "seed"} <= set(names)
    for control in found:
        if "options" in control:
            assert values[control["name"]] in [value for value, _ in control["options"]]


def test_another_optimizer_appears_by_itself(monkeypatch):
    monkeypatch.setitem(hyperparameters.OPTIMIZERS, "lion", None)
    (control,) = (control for control in controls(CONFIG)[0] if control["name"] == "optimizer")
    assert ["lion", "lion"] in control["options"]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("layers", 3, "hidden units 6-5 → 6-5-5"),
        ("layers", 0, "hidden units 6-5 → none"),
        ("units-1", 50, "hidden units 6-5 → 6-50"),
        ("activations", "tanh", "activation relu → tanh"),
        ("init_stddev", "he", "initial σ 0.05 → he"),
        ("optimizer", "adam", "optimizer sgd → adam"),
        ("weight_decay", 1e-5, "weight decay 0 → 1e-05"),
        ("learning_rate", 0.3, "learning rate 0.1 → 0.3"),
        ("seed", 4, "seed 0 → 4"),
        ("seed", 0, "as it started"),
    ],
)
def test_a_moved_control_and_its_difference_in_words(name, value, words):
    assert changed_fields(with_value(CONFIG, name, value), CONFIG) == words


@pytest.mark.parametrize("network", [None, exercise("Network").key.reference])
def test_train_pin_and_code(network, page_of, data):
    page = page_of(network)
    assert buttons(page) == {
        "train": True, "pause": False, "step": True, "reset": True, "pin": False, "csv": False, "code": True,
    }  # fmt: skip
    press(page, "train")
    wait(page, "finished")
    expected = [result.valid_error for result in CONFIG.run(CONFIG.build(network), *data)]
    assert type(page.network) is (network or NeuralNetwork)
    assert [view["lines"][-1]["y"] for view in views(page, "curves")][1] == expected
    assert f"Validation error {100 * expected[-1]:.2f} %" in page.panel.status["text"]
    assert len(page.panel.pixels) == 6 * 28 * 28
    press(page, "code")
    (code,) = views(page, "text")
    scope = dict(zip(("X_train", "y_train", "X_valid", "y_valid"), data, strict=True))
    scope |= {"MLPConfig": MLPConfig, "History": History, network and network.__name__: network}
    exec(code["lines"], scope)
    assert [result.valid_error for result in scope["history"]] == expected


def test_pinned_runs_are_sorted_and_exported(page):
    press(page, "train")
    wait(page, "finished")
    press(page, "pin")
    move(page, "learning_rate", 1e-3)
    press(page, "reset")
    wait(page, "ready")
    press(page, "train")
    wait(page, "finished")
    press(page, "pin")
    (table,) = views(page, "table")
    errors = [float(row[2].split()[0]) for row in table["rows"]]
    assert errors == sorted(errors)
    assert {row[0] for row in table["rows"]} == {"as it started", "learning rate 0.1 → 0.001"}
    rows = list(csv.DictReader(io.StringIO(page._csv())))
    assert len(rows) == 6
    assert {row["run"] for row in rows} == {row[0] for row in table["rows"]}
    press(page, "load", row=[row[0] for row in table["rows"]].index("as it started"))
    assert page.config == CONFIG
    press(page, "remove", row=0)
    assert len(views(page, "table")[0]["rows"]) == 1


def test_no_more_than_six_pins(page):
    press(page, "train")
    wait(page, "finished")
    for _ in range(live.MAX_PINS + 2):
        press(page, "pin")
    assert len(views(page, "table")[0]["rows"]) == live.MAX_PINS
    assert not buttons(page)["pin"]
    assert len({line["style"] for line in views(page, "curves")[0]["lines"]}) == live.MAX_PINS + 2


def test_another_architecture_needs_a_reset(page):
    press(page, "train")
    wait(page, "finished")
    move(page, "units-0", 50)
    assert page.panel.status["text"].startswith("Press Reset to use hidden units 6-5 → 50-5.")
    assert page.network.params()[0].shape == (784, 6)
    press(page, "reset")
    wait(page, "ready")
    assert page.network.params()[0].shape == (784, 50)


def test_before_training_a_moved_control_takes_effect_at_once(page):
    move(page, "layers", 1)
    wait(page, "ready")
    assert [control["name"] for control in page.panel.controls][:3] == ["layers", "units-0", "activations"]
    assert page.config.hidden == (6,)


def test_divergence_is_shown_with_a_hint(page):
    move(page, "learning_rate", 10)
    page.config = page.config.replace(learning_rate=1e300, activations="linear")
    press(page, "reset")
    press(page, "train")
    wait(page, "diverged")
    assert "Try a smaller learning rate" in page.panel.status["text"]
    assert page.panel.status["kind"] == "error"


def test_what_a_callback_raises_is_shown(page, monkeypatch):
    monkeypatch.setattr(page, "_csv", lambda: 1 / 0)
    page.panel._handle_message(page.panel, {"press": "csv"}, [])
    assert page.panel.status["text"] == "ZeroDivisionError: division by zero"
    assert "Traceback" in page.panel.status["details"]


def test_a_run_without_results_cannot_be_pinned(page):
    press(page, "pin")
    assert views(page, "table") == []
    assert page.panel.status["text"] == "Ready to train."


def test_long_curves_are_thinned(page):
    press(page, "train")
    wait(page, "finished")
    (result,) = page._trainer.history[:1]
    long = [dataclasses.replace(result, epoch=epoch) for epoch in range(5000)]
    line = page._line(long, "valid_loss", "validation", 1)
    assert len(line["x"]) == len(line["y"]) <= live.MAX_POINTS + 1
    assert (line["x"][0], line["x"][-1]) == (1, 5000)


def test_predicting_while_it_trains_changes_no_digit(page, data):
    losses = [result.valid_loss for result in CONFIG.run(CONFIG.build(), *data)]
    output = page._trainer.network.layers[-1]
    input_grad = output.input_grad

    def intrude(*arguments):  # between the forward and the backward pass
        page.network.predict(data[2][:3])
        return input_grad(*arguments)

    output.input_grad = intrude
    press(page, "train")
    wait(page, "finished")
    assert [result.valid_loss for result in page._trainer.history] == losses
