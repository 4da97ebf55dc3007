"""The playground with a student's class of networks: it trains, and what its code prints or raises is shown."""

import threading

import numpy as np
from test_live import CONFIG, buttons, data, move, page_of, press, views, wait  # noqa: F401

from mlp_helpers import activations
from mlp_helpers.exercises import exercise
from mlp_helpers.widgets.hyperparameters import controls, usable
from mlp_helpers.widgets.live import playground


class Network(exercise("Network").key.reference):
    """A network as a student writes it."""


class Talking(Network):
    """Prints at each step."""

    def gradients(self, X, Y):
        print("a step with", len(X), "samples")
        return super().gradients(X, Y)


class Failing(Network):
    """Has a fault that shows in training, with the last batch."""

    def gradients(self, X, Y):
        return self.nowhere if len(X) == 16 else super().gradients(X, Y)


def test_layers_units_activations_and_seed_reach_the_class(page_of):  # noqa: F811
    page = page_of(Network)
    for name, value in (("layers", 1), ("units-0", 20), ("activations", "tanh"), ("seed", 7)):
        move(page, name, value)
    wait(page, "ready")
    press(page, "step")
    wait(page, "paused")
    assert [param.shape for param in page.network.params()] == [(784, 20), (1, 20), (20, 10), (1, 10)]
    assert page.network.activations == ("tanh", "linear")
    other = CONFIG.replace(hidden=(20,), activations="tanh", seed=8).build(Network)
    assert not np.array_equal(page.network.params()[0], other.params()[0])


def test_what_the_class_decides_has_no_control_and_a_reason(page_of):  # noqa: F811
    page = page_of(Network, CONFIG.replace(dropout=0.5, dtype="float32"))
    found = {control["name"]: control for control in page.panel.controls}
    fixed = {name: control["text"] for name, control in found.items() if control["kind"] == "fixed"}
    assert fixed == {
        "init_stddev": "chosen by your class",
        "dropout": "your class has none",
        "dtype": "float64, in your class",
    }
    assert not page.panel.values.keys() & fixed
    assert (page.config.dropout, page.config.dtype) == (0.0, "float64")
    assert [name for name, _ in found["activations"]["options"]] == ["tanh", "relu", "linear"]
    names = [control["name"] for control in controls(CONFIG)[0]]
    assert sorted(found) == sorted([*names, "dtype"])


def test_activations_that_a_class_does_not_know_are_not_offered():
    class Picky(Network):
        def __init__(self, sizes, names, rng):
            if "relu" in names:
                raise ValueError("no relu here")
            super().__init__(sizes, names, rng)

    assert usable(Network) == [name for name in activations.ACTIVATIONS if name != "sigmoid"]
    assert usable(Picky) == [name for name in usable(Network) if name != "relu"]
    assert usable(Failing) == usable(Network)


def test_what_the_class_prints_is_in_the_panel_and_nowhere_else(page_of, capsys):  # noqa: F811
    page = page_of(Talking)
    press(page, "train")
    wait(page, "finished")
    (said,) = views(page, "text")
    assert (said["title"], said["lines"].splitlines()[-1]) == ("Printed by your network", "a step with 16 samples")
    assert len(said["lines"]) <= 2000
    assert capsys.readouterr().out == ""
    press(page, "reset")
    wait(page, "ready")


def test_what_others_print_meanwhile_is_theirs(page_of, capsys):  # noqa: F811
    goes_on, printed = threading.Event(), threading.Event()

    class Waiting(Talking):
        def gradients(self, X, Y):
            if threading.current_thread() is not threading.main_thread():
                goes_on.set()
                assert printed.wait(60)
            return super().gradients(X, Y)

    page = page_of(Waiting)
    press(page, "step")
    assert goes_on.wait(60)
    print("of another cell")
    printed.set()
    wait(page, "paused")
    assert capsys.readouterr().out == "of another cell\n"
    assert "of another cell" not in views(page, "text")[0]["lines"]


def test_what_the_class_raises_is_in_the_panel(page_of):  # noqa: F811
    page = page_of(Failing)
    press(page, "train")
    done = threading.Event()
    page.panel.observe(lambda _: page._trainer.state == "failed" and done.set(), "status")
    assert page._trainer.state == "failed" or done.wait(60)
    assert page.panel.status["kind"] == "error"
    assert page.panel.status["text"].startswith("It stopped: AttributeError: 'Failing' object has no attribute 'nowh")
    assert "has no attribute 'nowhere'" in page.panel.status["details"]
    assert buttons(page)["train"]


def test_the_picture_is_of_the_class_too(data):  # noqa: F811
    made = playground(CONFIG, *data, network=Network)
    try:
        assert type(made.network) is Network
    finally:
        made.close()
