"""The site's playground in Chromium: its numbers are those of Python, and it can be used in every way."""

import csv
import io
import os
import re
import shutil
from contextlib import contextmanager

import explorable
import numpy as np
import pytest
import site_in_browser
import site_playground
from explorable import GRID
from playwright.sync_api import expect

from mlp_helpers import TrainingDiverged
from mlp_helpers.widgets.hyperparameters import changed_fields
from mlp_helpers.widgets.views import images as images_view

START = "playground-relu-80-80.js"
SETTINGS = [
    {},
    {"units": 10},
    {"layers": 1, "activation": "sigmoid"},
    {"learning_rate": 10, "activation": "tanh"},
    {"learning_rate": 1, "batch_size": 500, "optimizer": "momentum"},
    {"activation": "linear", "learning_rate": 10},
    {"epoch": 0},
    {"epoch": 4, "units": 30},
]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return a folder with a page that has the playground."""
    folder = tmp_path_factory.mktemp("site")
    site_in_browser.write_panels(folder, page=site_playground.PLACE)
    site_playground.write(folder / "_static")
    return folder


@pytest.fixture
def folder(tmp_path, written):
    """Return a copy of the folder; its files are links, to be replaced by `write`."""
    return shutil.copytree(written, tmp_path / "site", copy_function=os.link)


def write(path, text):
    path.unlink()
    path.write_text(text)


class Player(site_in_browser.Reader):
    """Reader who plays."""

    def views(self, kind):
        return [view for view in self.get("views") if view["kind"] == kind]

    def choose_all(self, **wanted):
        """Choose options of the controls; wait until their run is shown."""
        for name, value in wanted.items():
            options = next(control["options"] for control in self.get("controls") if control["name"] == name)
            index = [option for option, _ in options].index(value)
            self.choose(name, index)
        self.loaded()

    def loaded(self):
        """Wait until the chosen run is shown."""
        self.page.wait_for_function(
            "!document.querySelector('[data-panel=playground]').model.get('status').text.startsWith('Loading')"
        )
        site_in_browser.painted(self.page)

    def ended(self):
        """Wait for the end of a run that is played."""
        expect(self.button("Pause")).to_have_attribute("aria-disabled", "true")


@contextmanager
def playing(chromium, address, page="page.html", figure="#figure", **options):
    """Open a page with a playground; fail if the browser complains, unless that is expected."""
    with site_in_browser.undisturbed(chromium, address, **options) as visitor:
        yield Player(visitor, "[data-panel=playground]", figure).opens(page)


def config_of(values):
    """Return the configuration of the controls' values."""
    settings = {name: values[name] for name in explorable.SETTINGS}
    return GRID.base.replace(hidden=(values["units"],) * values["layers"], activations=values["activation"], **settings)


def run_of(config):
    return explorable.read(explorable.architecture_name(config))["runs"][explorable.run_name(config)]


# --- Numbers ----------------------------------------------------------------------------------------------------------


def test_what_is_shown_is_what_was_recorded(chromium, folder):
    start = site_playground.grid()["values"]
    with playing(chromium, site_in_browser.address_of(folder)) as player:
        for settings in SETTINGS:
            values = start | settings
            player.choose_all(**values)
            assert player.values == values
            run, epoch = run_of(config_of(values)), values["epoch"]
            n_epochs = len(run["valid_loss"][:epoch])
            loss, error = player.views("curves")
            for view, what, n_images in ((loss, "loss", 1), (error, "wrong", 10_000)):
                training, validation = view["lines"]
                for line, part in ((training, "train"), (validation, "valid")):
                    assert line["x"] == [*range(1, n_epochs + 1)]
                    assert line["y"] == [value / n_images for value in run[f"{part}_{what}"][:n_epochs]]
            if n_epochs:
                shown = [f"{run[f'{part}_wrong'][n_epochs - 1] / 100:.2f} %" for part in ("valid", "train")]
                player.says("Validation error {}, training error {}.".format(*shown))
            if run["diverged"] is not None and epoch > run["diverged"]:
                player.says(f"Diverged in epoch {run['diverged'] + 1}: the numbers grew beyond all bounds.")
            if n_epochs > run["steady"]:
                player.says(f"From epoch {run['steady'] + 1} on it is chaotic: other computers may get other digits.")
                assert error["marks"] == [[run["steady"], "chaotic"]]
            else:
                assert error["marks"] == []


def test_weights_are_those_of_the_nearest_recorded_epoch(chromium, folder):
    """The initial ones are compared with what the notebook shows of them."""
    W = GRID.base.build().params()[0]
    stack = W.T[:20].reshape(20, 14, 2, 14, 2).mean(axis=(2, 4)).repeat(2, axis=1).repeat(2, axis=2)
    view, pixels = images_view("", stack, "", signed=True)
    with playing(chromium, site_in_browser.address_of(folder)) as player:
        for epoch, nearest in [(0, "0 epochs"), (1, "1 epoch"), (3, "1 epoch"), (4, "5 epochs"), (18, "30 epochs")]:
            player.choose_all(epoch=epoch)
            (shown,) = player.views("images")
            assert shown["title"] == f"Weights of the first layer after {nearest}, 20 of 80 units"
            assert shown["shape"] == view["shape"]
        player.choose_all(epoch=0)
        np.testing.assert_allclose([*player.pixels], [*pixels], atol=3)
        player.choose_all(units=10)
        assert player.views("images")[0]["title"] == "Weights of the first layer after 0 epochs"
        assert len(player.pixels) == 10 * 784


def test_names_of_runs_are_those_of_the_notebook(chromium, folder):
    start = site_playground.grid()["values"]
    with playing(chromium, site_in_browser.address_of(folder)) as player:
        for settings in SETTINGS[:5]:
            player.choose_all(**start | settings)
            player.button("Pin").click()
            names = {line["label"] for line in player.views("curves")[0]["lines"]}
            name = changed_fields(config_of(start | settings), GRID.base)
            assert name in names
            expect(player.panel.get_by_role("cell", name=name, exact=True)).to_have_count(1)


def test_the_code_gives_the_numbers(chromium, folder):
    start = site_playground.grid()["values"]
    with playing(chromium, site_in_browser.address_of(folder)) as player:
        player.button("Show code").click()
        learns = {"units": 10, "optimizer": "momentum", "batch_size": 500}
        diverges = {"activation": "linear", "learning_rate": 1}
        for settings in (learns, diverges):
            player.choose_all(**start | settings)
            config = config_of(player.values)
            run = run_of(config)
            code, found = player.panel.locator(".mlp-text code").inner_text(), {}
            if settings is diverges:
                assert f"# TrainingDiverged in epoch {run['diverged']}, counted from 0" in code
                with pytest.raises(TrainingDiverged, match=f"diverged in epoch {run['diverged']} "):
                    exec(code, found)
                assert len(found["history"]) == run["diverged"]
            else:
                assert run["steady"] == config.epochs  # a chaotic one ends in other digits elsewhere
                exec(code, found)
                last = found["history"][-1]
                shown = [f"{100 * error:.2f} %" for error in (last.valid_error, last.train_error)]
                player.says("Validation error {}, training error {}.".format(*shown))
            assert found["config"] == config


# --- Ways of use ------------------------------------------------------------------------------------------------------


def test_by_mouse(chromium, place):
    with playing(chromium, place) as player:
        expect(player.figure).to_be_hidden()
        player.says("Recorded run, epoch 30 of 30.")
        player.button("Reset").click()
        player.says("Recorded run, epoch 0 of 30.")
        player.button("Step").click()
        player.says("Recorded run, epoch 1 of 30.")
        player.button("Train").click()
        player.button("Pause").click()
        stopped = player.values["epoch"]
        player.button("Train").click()
        player.ended()
        player.says("Recorded run, epoch 30 of 30.")
        assert 1 <= stopped < 30
        player.button("Pin").click()
        box, mouse = player.slider("Learning rate").bounding_box(), player.page.mouse
        mouse.move(box["x"] + 0.4 * box["width"], box["y"] + box["height"] / 2)
        mouse.down()
        mouse.move(box["x"] + 0.02 * box["width"], box["y"] + box["height"] / 2)
        mouse.up()
        assert player.values["learning_rate"] == 0.01
        player.panel.get_by_label("Activation").select_option("tanh")
        player.loaded()  # until then the status may still be that of the run before
        player.button("Pin").click()
        rows = player.panel.locator(".mlp-table tbody tr")
        expect(rows).to_have_count(2)
        errors = [float(text.removesuffix(" %")) for text in rows.locator("td:nth-child(3)").all_text_contents()]
        assert errors == sorted(errors)
        player.button("Load as it started").click()
        assert player.values == site_playground.grid()["values"]
        player.button("Remove as it started").click()
        expect(rows).to_have_count(1)
        with player.page.expect_download() as download:
            player.button("Export CSV").click()
        lines = list(csv.DictReader(io.StringIO(download.value.path().read_text())))
        run = run_of(GRID.base.replace(activations="tanh", learning_rate=0.01))
        assert {line["run"] for line in lines} == {"activation relu → tanh, learning rate 0.1 → 0.01"}
        assert [float(line["valid_loss"]) for line in lines] == run["valid_loss"]
        assert [float(line["train_error"]) for line in lines] == [wrong / 10_000 for wrong in run["train_wrong"]]
        assert [int(line["epoch"]) for line in lines] == [*range(30)]


def test_by_keyboard(chromium, place):
    name = "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"
    with playing(chromium, place) as player:
        reached = []
        for _ in range(14):
            player.page.keyboard.press("Tab")
            reached.append(player.page.evaluate(name))
        assert reached == [
            *("Hidden layers", "Units in each", "Activation", "Optimizer", "Learning rate", "Batch size"),
            *("After epoch", "Train", "Pause", "Step", "Reset", "Pin", "Export CSV", "Show code"),
        ]
        player.page.keyboard.press("Enter")
        expect(player.panel.locator(".mlp-text code")).to_contain_text("MLPConfig(n_inputs=784, hidden=(80, 80)")
        for control, key, said in [
            ("Learning rate", "Home", "0.01"),
            ("Units in each", "Home", "10"),
            ("Hidden layers", "ArrowLeft", "1"),
            ("Batch size", "ArrowRight", "500"),
            ("After epoch", "PageDown", "27"),
        ]:
            player.slider(control).focus()
            player.page.keyboard.press(key)
            expect(player.slider(control)).to_have_attribute("aria-valuetext", said)
            expect(player.slider(control)).to_be_focused()
        player.says("epoch 27 of 30")
        expect(player.panel.locator(".mlp-text code")).to_contain_text("hidden=(10,), ")
        expect(player.panel.locator(".mlp-live")).to_contain_text("epoch 27 of 30")
        player.button("Train").focus()
        player.page.keyboard.press("Space")
        player.ended()
        expect(player.button("Train")).to_be_focused()
        expect(player.panel.locator(".mlp-live")).to_contain_text("epoch 30 of 30")


def test_by_finger(chromium, place):
    with playing(chromium, place, width=390, **site_in_browser.TOUCH) as player:
        assert player.page.evaluate("document.documentElement.scrollWidth") <= 390
        player.button("Reset").tap()
        player.says("epoch 0 of 30")
        player.button("Train").tap()
        player.ended()
        player.button("Pin").tap()
        player.panel.get_by_role("button", name=re.compile("^Remove")).tap()
        expect(player.panel.locator(".mlp-table")).to_have_count(0)


def test_a_run_that_diverges_is_played_to_its_end(chromium, folder):
    with playing(chromium, site_in_browser.address_of(folder)) as player:
        player.choose_all(activation="linear", learning_rate=10)
        player.says("Diverged in epoch 1: the numbers grew beyond all bounds. Try a smaller learning rate.")
        assert player.get("status")["kind"] == "error"
        assert player.get("buttons")[4] == {"name": "pin", "label": "Pin", "disabled": True}
        player.button("Reset").click()
        player.says("Recorded run, epoch 0 of 30.")
        player.button("Train").click()
        player.ended()
        player.says("Diverged in epoch 1")
        assert player.values["epoch"] == 1


def test_six_pins_at_the_most_and_each_has_a_style(chromium, folder):
    with playing(chromium, site_in_browser.address_of(folder)) as player:
        for _ in range(6):
            player.button("Pin").click()
        expect(player.button("Pin")).to_have_attribute("aria-disabled", "true")
        styles = [line["style"] for line in player.views("curves")[0]["lines"]]
        assert styles == [2, 3, 4, 5, 6, 7, 0, 1]
        player.button("Remove as it started").nth(2).click()
        player.button("Pin").click()
        assert sorted(line["style"] for line in player.views("curves")[0]["lines"]) == [*range(8)]


# --- Loading, and what may go wrong -----------------------------------------------------------------------------------


def test_data_are_loaded_when_they_are_needed(chromium, place):
    with playing(chromium, place) as player:
        asked = player.asked
        wanted = ["playground.js", "playground-grid.js", START]
        assert [name for name in asked if name.startswith("playground")] == wanted
        player.choose_all(activation="tanh")
        player.choose_all(learning_rate=0.01, optimizer="momentum")
        player.choose_all(activation="relu")
        player.choose_all(activation="tanh")
        assert player.asked[len(asked) :] == ["playground-tanh-80-80.js"]


def test_another_choice_while_data_are_loaded(chromium, folder):
    with site_in_browser.serving(folder) as address, playing(chromium, address) as player:
        held = []
        player.page.route("**/playground-tanh-80-80.js*", lambda route: held.append(route))
        player.panel.get_by_label("Activation").select_option("tanh")
        player.says("Loading the recorded trainings.")
        player.choose_all(activation="relu", learning_rate=0.01)
        player.says("epoch 30 of 30")
        held.pop().continue_()
        player.choose_all(activation="tanh")
        assert (
            player.views("curves")[0]["lines"][1]["y"]
            == run_of(GRID.base.replace(activations="tanh", learning_rate=0.01))["valid_loss"]
        )


FAULTS = {
    "another grid": ((GRID.version, "0" * 12), f"{START} is of another version, and reloading"),
    "another format": (("explorable 1", "explorable 9"), f"{START} is of another version"),
    "nothing received": (("mlp.playground.receive", "void "), f"{START} is damaged."),
    "cut off": ((GRID.version, f'{GRID.version}" '), f"{START} is damaged."),
    "no errors": (('"valid_wrong"', '"valid_wrang"'), f"{START} is damaged."),
    "too few epochs": (('"valid_wrong":[', '"valid_wrong":[9000,'), f"{START} is damaged."),
    "not recorded": (('"sgd 0.1 50"', '"sgd 0.2 50"'), "This setting was not recorded."),
    "no weights": (('"start"', '"stort"'), f"{START} is damaged."),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_bad_data_are_refused_in_a_sentence(chromium, folder, fault):
    (old, new), said = FAULTS[fault]
    script = folder / "_static" / START
    content = script.read_text()
    assert old in content
    write(script, content.replace(old, new))
    with playing(chromium, site_in_browser.address_of(folder), expected="exception|SyntaxError") as player:
        player.says(said)
        player.says("The figure is shown instead.")
        expect(player.figure).to_be_visible()
        expect(player.panel.locator("figure")).to_have_count(0)
        player.choose_all(units=30, learning_rate=0.01)
        player.says("Recorded run, epoch 30 of 30.")
        expect(player.figure).to_be_hidden()
        player.button("Pin").click()
        player.choose_all(units=80, learning_rate=0.1)
        player.says(said)
        expect(player.figure).to_be_visible()


def test_missing_data_may_come_later(chromium, place, folder):
    script = folder / "_static" / START
    content = script.read_text()
    script.unlink()
    with playing(chromium, place, expected="playground-relu|Failed to load") as player:
        player.says(f"The recorded trainings could not be loaded: {START} is missing. The figure is shown instead.")
        expect(player.figure).to_be_visible()
        script.write_text(content)
        player.button("Try again").click()
        player.says("Recorded run, epoch 30 of 30.")
        expect(player.figure).to_be_hidden()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: None, "playground-grid.js is missing"),
        (lambda text: "", "playground-grid.js is damaged"),
        (lambda text: text.replace("explorable 1", "explorable 0"), "playground-grid.js is of another version"),
    ],
    ids=["missing", "empty", "another version"],
)
def test_a_bad_grid(chromium, folder, change, said):
    script = folder / "_static" / "playground-grid.js"
    changed = change(script.read_text())
    script.unlink() if changed is None else write(script, changed)
    with site_in_browser.visiting(chromium, site_in_browser.address_of(folder)) as visitor:
        page = visitor.open("page.html")
        page.get_by_text(f"This panel does not work ({said}").wait_for()
        assert "The figure is shown instead." in page.locator("[data-panel]").inner_text()
        assert page.locator("#figure").is_visible()


# --- The page of the notebook -----------------------------------------------------------------------------------------

NOTEBOOK = "notebooks/06_tuning.html"
FIGURE = "img:has(+ .output [data-panel=playground])"


def test_the_page_of_the_notebook(chromium, address):
    with playing(chromium, address, NOTEBOOK, figure=FIGURE) as player:
        expect(player.figure).to_be_hidden()
        assert player.figure.get_attribute("alt").startswith("The playground as a picture")
        player.choose_all(activation="tanh", learning_rate=0.01)
        run = run_of(GRID.base.replace(activations="tanh", learning_rate=0.01))
        player.says(f"Validation error {run['valid_wrong'][-1] / 100:.2f} %")
        player.page.emulate_media(media="print")
        expect(player.figure).to_be_visible()
        expect(player.panel).to_be_hidden()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light")])
def test_no_fault_for_those_who_cannot_see(chromium, server, width, scheme):
    with playing(chromium, server, NOTEBOOK, figure=FIGURE, width=width, scheme=scheme) as player:
        player.choose_all(learning_rate=1)
        player.button("Pin").click()
        player.button("Show code").click()
        expect(player.panel.locator(".mlp-text code")).to_be_visible()
        assert player.page.evaluate("document.documentElement.scrollWidth") <= width
        assert site_in_browser.faults(player.page, "[data-panel=playground]") == []
