"""The playground: drag a hyperparameter, watch the network train."""

import contextlib
import copy
import csv
import dataclasses
import io
import threading

import numpy as np

from mlp_helpers.history import History
from mlp_helpers.plots import new_figure, show, weight_images
from mlp_helpers.training import TrainingDiverged
from mlp_helpers.widgets import replaced, views
from mlp_helpers.widgets.hyperparameters import changed_fields, controls, with_value
from mlp_helpers.widgets.panel import Panel
from mlp_helpers.widgets.trainer import Trainer

PIN_STYLES = range(2, 8)  # of curves; 0 and 1 are those of the running training
MAX_PINS = len(PIN_STYLES)
GUESSING = 0.85  # error above which a network for ten classes has learnt next to nothing
MAX_POINTS = 300  # of a curve; of a longer one, every n-th and the last are sent
LIVE = ("learning_rate", "batch_size", "epochs")  # take effect without a reset
PREVIEW = 5_000  # training samples of the run in the figure
PREVIEW_EPOCHS = 3  # of that run


def playground(config, X, Y, X_valid, Y_valid, network=None):
    """Show controls for every hyperparameter, and a network that trains with them, live.

    Parameters
    ----------
    config : MLPConfig
        The initial configuration.
    X, X_valid : ndarray of shape (n_samples, 784)
    Y, Y_valid : ndarray of int, shape (n_samples,)
    network : class, optional
        A student's class of networks, which trains in place of the package's. What it decides by itself has no slider.

    Returns
    -------
    Playground
        `config` holds the values of the controls, `network` is a copy of the one in training.
    """
    made = Playground(config, (X, Y, X_valid, Y_valid), network)
    replaced.keep(made)
    show(
        _preview(config, X, Y, X_valid, Y_valid, network),
        f"The playground as a picture: loss, error and the first layer's weights after {PREVIEW_EPOCHS} epochs "
        f"on {min(PREVIEW, len(X)):,} images. In a running notebook the hyperparameters have sliders here.",
        widget=made.panel,
    )
    return made


def _preview(config, X, Y, X_valid, Y_valid, kind):
    """Return a Figure of what the playground would show after a short training."""
    config = config.replace(epochs=PREVIEW_EPOCHS, dtype="float64")  # float32 results differ between machines
    network = config.build(kind)
    history = History()
    with contextlib.suppress(TrainingDiverged):  # then the curves are shorter
        for result in config.run(network, X[:PREVIEW], Y[:PREVIEW], X_valid, Y_valid):
            history.append(result)
    fig, axes = new_figure(1, 3, size=(8, 2.6), width_ratios=(3, 3, 4))
    epochs = np.arange(1, len(history) + 1)
    for ax, what in zip(axes, ("loss", "error"), strict=False):
        for name, label in (("train", "training"), ("valid", "validation")):
            ax.plot(epochs, history.column(f"{name}_{what}"), marker="o", label=label)
        ax.set(xlabel="epochs", title=what, ylim=(0, None), xticks=range(1, PREVIEW_EPOCHS + 1))
    axes[0].legend()
    weight_images(network.params()[0][:, :50], ax=axes[2])
    axes[2].set(title="weights of the first layer")
    return fig


class Playground:
    """Controls, a trainer and views of its state.

    Parameters
    ----------
    config : MLPConfig
        The initial configuration.
    data : tuple
        X, Y, X_valid and Y_valid.
    kind : class, optional
        A student's class of networks.

    Attributes
    ----------
    panel : Panel
    config : MLPConfig
        As set by the controls.
    network : NeuralNetwork
        A copy of the one in training, made at the last repaint. Layers store what passes through them: predictions by
        the original would disturb its training.
    """

    def __init__(self, config, data, kind=None):
        if kind is not None:
            config = config.replace(dropout=0.0, dtype="float64")
        self._base = self.config = config
        self._kind = kind
        self._pins = []
        self._shows_code = False
        self._state = None
        self.panel = Panel(title="Playground", on_value=self._moved, on_message=self._pressed)
        self._painting = threading.RLock()  # so that an older state is not painted over a newer one
        self._show_controls()
        self._trainer = Trainer(config, data, lambda: self.panel.guarded(self._refresh), kind)
        self._refresh()

    @property
    def network(self):
        return self._network

    def close(self):
        """Stop the training thread and remove the panel."""
        self._trainer.close()
        self.panel.close()

    # The user's actions.

    def _moved(self, name, value):
        config = with_value(self.config, name, value)
        if not self.config.hidden:  # then only its control knows the activation
            config = config.replace(activations=self.panel.values["activations"])
        if config == self.config:
            return
        self.config = config
        if name == "layers":
            self._show_controls()
        if name in LIVE:
            self._trainer.change(**{name: value})
        elif self._trainer.state == "ready":
            self._trainer.reset(config)
        else:
            self._paint()

    def _show_controls(self):
        found, values = controls(self.config, self._kind)
        if not self.config.hidden:
            values["activations"] = self.panel.values.get("activations", values["activations"])
        with self._painting:
            self.panel.show(controls=found, values=values)

    def _pressed(self, message):
        action, row = message.get("press"), message.get("row")
        if action in ("train", "step") and self._trainer.state in ("finished", "diverged", "failed"):
            self._trainer.reset(self.config)
        if action == "train":
            self._trainer.train()
        elif action == "step":
            self._trainer.step()
        elif action == "pause":
            self._trainer.pause()
        elif action == "reset":
            self._trainer.reset(self.config)
        elif action == "pin" and self._can_pin():  # a click may arrive after the button is disabled
            self._pins.append(self._pinned())
        elif action == "remove":
            del self._sorted_pins()[row]
        elif action == "load":
            self.config = self._pins[row]["config"]
            self._show_controls()
            self._trainer.reset(self.config)
        elif action == "code":
            self._shows_code = not self._shows_code
        elif action == "csv":
            self.panel.send({"download": "runs.csv", "text": self._csv()})
        self._paint()

    def _can_pin(self):
        return bool(self._trainer.history) and len(self._pins) < MAX_PINS

    def _pinned(self):
        return {
            "style": min(set(PIN_STYLES) - {pin["style"] for pin in self._pins}),
            "config": self._trainer.config,
            "name": self._name(),
            "history": list(self._trainer.history),
        }

    def _name(self):
        """Return a name for the run: how its configuration differs, and what was changed during training."""
        start = changed_fields(self._trainer.config, self._base)
        changes = [f"from epoch {at:.1f} on {what}" for at, what in self._trainer.marks]
        return ", ".join([start, *changes])

    def _sorted_pins(self):
        """Return the pins, sorted by validation error, best first."""
        self._pins.sort(key=lambda pin: pin["history"][-1].valid_error)
        return self._pins

    def _csv(self):
        """Return all pinned runs as CSV, one line per epoch."""
        file = io.StringIO()
        fields = ["run", "epoch", "train_loss", "train_error", "valid_loss", "valid_error"]
        writer = csv.DictWriter(file, fields, extrasaction="ignore")
        writer.writeheader()
        for pin in self._sorted_pins():
            writer.writerows({"run": pin["name"], **dataclasses.asdict(result)} for result in pin["history"])
        return file.getvalue()

    # What the panel shows.

    def _refresh(self):
        """Copy the network, which must not be in the middle of a step, and repaint."""
        self._network = copy.deepcopy(self._trainer.network)
        self._weights = views.weights(self._network.params()[0])
        self._paint()

    def _paint(self):
        with self._painting:
            self._paint_now(self._trainer)

    def _paint_now(self, trainer):
        state = trainer.state
        announcement = {} if state == self._state else {"announcement": self._status(trainer)["text"]}
        self._state = state
        weights, pixels = self._weights
        shown = [*self._curves(trainer), weights, *self._runs(), *self._said(trainer), *self._code()]
        self.panel.show(
            buttons=self._buttons(trainer), status=self._status(trainer), views=shown, pixels=pixels, **announcement
        )

    def _needs_reset(self, trainer):
        live = {name: getattr(self.config, name) for name in LIVE}
        return trainer.config.replace(**live) != self.config

    def _status(self, trainer):
        """Return the status line."""
        history, config = trainer.history, trainer.config
        epochs = self.config.epochs
        progress = min(1.0, trainer.position / epochs)
        text = {
            "ready": "Ready to train.",
            "training": f"Training, epoch {min(int(trainer.position) + 1, epochs)} of {epochs}.",
            "paused": f"Paused after {trainer.position:.3g} epoch{plural(trainer.position)}.",
            "finished": f"Finished {len(history)} epoch{plural(len(history))}.",
            "diverged": "Diverged: the numbers grew beyond all bounds. Try a smaller learning rate.",
            "failed": f"It stopped: {(trainer.trouble or 'of unknown cause').strip().splitlines()[-1]}.",
        }[trainer.state]
        if history:
            last = history[-1]
            text += f" Validation error {100 * last.valid_error:.2f} %, {last.samples_per_second:,.0f} samples a second"
            left = (epochs - trainer.position) * np.mean([result.seconds for result in history[-5:]])
            text += f", {left:.0f} s left." if trainer.state == "training" else "."
            if len(history) > 1 and last.valid_error > GUESSING:
                text += " That is guessing: try a smaller learning rate, or another initial σ."
        status = {"text": text, "progress": progress}
        if self._needs_reset(trainer):
            status["text"] = f"Press Reset to use {changed_fields(self.config, config)}. {text}"
            status["kind"] = "warning"
        elif trainer.state in ("diverged", "failed"):
            status |= {"kind": "error", "details": trainer.trouble}
        elif trainer.state == "finished":
            status["kind"] = "good"
        return status

    def _buttons(self, trainer):
        training, reset = trainer.state == "training", self._needs_reset(trainer)
        return [
            {"name": "train", "label": "Train", "disabled": training, "prominent": not training and not reset},
            {"name": "pause", "label": "Pause", "disabled": not training, "prominent": training and not reset},
            {"name": "step", "label": "Step", "disabled": training},
            {"name": "reset", "label": "Reset", "prominent": reset},
            {"name": "pin", "label": "Pin", "disabled": not self._can_pin()},
            {"name": "csv", "label": "Export CSV", "disabled": not self._pins},
            {"name": "code", "label": "Hide code" if self._shows_code else "Show code"},
        ]

    def _curves(self, trainer):
        history = list(trainer.history)
        found = []
        for what in ("loss", "error"):
            lines = [
                self._line(pin["history"], f"valid_{what}", pin["name"], pin["style"], faint=True) for pin in self._pins
            ]
            lines.append(self._line(history, f"train_{what}", "training", 0))
            lines.append(self._line(history, f"valid_{what}", "validation", 1))
            limits = (0, max([self.config.epochs, *(len(pin["history"]) for pin in self._pins)]))
            found.append(views.curves(what.capitalize(), lines, "epochs", xlim=limits, marks=trainer.marks))
        return found

    @staticmethod
    def _line(history, field, label, style, faint=False):
        every = -(-len(history) // MAX_POINTS) or 1
        history = [*history[:-1:every], *history[-1:]]
        return {
            "x": [result.epoch + 1 for result in history],
            "y": [getattr(result, field) for result in history],
            "label": label,
            "style": style,
            "faint": faint,
        }

    def _runs(self):
        if not self._pins:
            return []
        rows = [
            [
                pin["name"],
                str(len(pin["history"])),
                f"{100 * pin['history'][-1].valid_error:.2f} %",
                f"{100 * pin['history'][-1].train_error:.2f} %",
            ]
            for pin in self._sorted_pins()
        ]
        head = ["run", "epochs", "validation error", "training error"]
        return [views.table("Pinned runs", head, rows, [("load", "Load"), ("remove", "Remove")])]

    @staticmethod
    def _said(trainer):
        return [views.text("Printed by your network", trainer.said)] if trainer.said else []

    def _code(self):
        if not self._shows_code:
            return []
        lines = [f"config = {self.config!r}"]
        lines += [f"# in epoch {at:.2f}: {what}" for at, what in self._trainer.marks]
        lines += [
            f"network = config.build({self._kind.__name__ if self._kind else ''})",
            "history = History(config.run(network, X_train, y_train, X_valid, y_valid))",
        ]
        return [views.text("The same in Python", "\n".join(lines))]


def plural(n):
    """Return the ending of a regular noun that is counted by `n`."""
    return "" if n == 1 else "s"
