"""Trainer thread of the playground: it trains as `MLPConfig.run` does, and responds to requests at once."""

import threading

import numpy as np
import pytest

from mlp_helpers import MLPConfig
from mlp_helpers.widgets.trainer import Trainer

CONFIG = MLPConfig(n_inputs=4, hidden=(5,), n_classes=3, epochs=4, batch_size=8, learning_rate=0.3)


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 4))
    y = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0)
    return X[:60], y[:60], X[60:], y[60:]


@pytest.fixture
def watched(data):
    """Yield a class that creates a Trainer and waits for its states."""
    trainers = []

    class Watched:
        def __init__(self, config=CONFIG, data=data, see=None):
            self.changed = threading.Condition()
            self.see = see
            self.trainer = Trainer(config, data, self.watch)
            trainers.append(self.trainer)

        def watch(self):
            if self.see:
                self.see(self.trainer)
            with self.changed:
                self.changed.notify_all()

        def wait(self, *states):
            with self.changed:
                assert self.changed.wait_for(lambda: self.trainer.state in states, timeout=60)
            return self.trainer

    yield Watched
    for trainer in trainers:
        trainer.close()


def expected(data, config=CONFIG):
    return [result.valid_loss for result in config.run(config.build(), *data)]


def test_it_trains_to_the_same_digits(watched, data):
    run = watched()
    run.trainer.train()
    trainer = run.wait("finished")
    assert [result.valid_loss for result in trainer.history] == expected(data)
    assert trainer.position == CONFIG.epochs


def test_pauses_and_steps_change_no_digit(watched, data):
    run = watched()
    for n_epochs in range(1, CONFIG.epochs + 1):
        run.trainer.step()
        trainer = run.wait("paused", "finished") if n_epochs == 1 else run.wait("finished", "paused")
        while len(trainer.history) < n_epochs:
            with run.changed:
                run.changed.wait(timeout=0.1)
        trainer.pause()
    assert [result.valid_loss for result in trainer.history] == expected(data)


def test_a_pause_within_an_epoch(watched, data):
    def pause(trainer):
        if trainer.state == "training" and 0 < trainer.position < 1:
            trainer.pause()

    run = watched(see=pause)
    run.trainer.train()
    trainer = run.wait("paused")
    assert 0 < trainer.position < 1
    run.see = None
    trainer.train()
    trainer = run.wait("finished")
    assert [result.valid_loss for result in trainer.history] == expected(data)


def test_a_changed_rate_holds_from_the_next_step_and_is_marked(watched, data):
    def change(trainer):
        if trainer.state == "training" and not trainer.marks:
            trainer.change(learning_rate=0.05, batch_size=4)

    run = watched(see=change)
    run.trainer.train()
    trainer = run.wait("finished")
    assert {text for _, text in trainer.marks} == {"learning rate 0.3 → 0.05", "batch size 8 → 4"}
    assert all(0 < at < 1 for at, _ in trainer.marks)
    assert trainer.history[-1].valid_loss != expected(data)[-1]


def test_a_dragged_slider_is_one_change(watched):
    run = watched()
    run.trainer.step()
    run.wait("paused")
    for rate in (0.4, 0.5, 0.6):
        run.trainer.change(learning_rate=rate)
        with run.changed:
            assert run.changed.wait_for(
                lambda rate=rate: run.trainer.marks and str(rate) in run.trainer.marks[-1][1], 60
            )
    assert [text for _, text in run.trainer.marks] == ["learning rate 0.3 → 0.6"]


def test_a_reset_in_the_middle(watched, data):
    other = CONFIG.replace(seed=1)

    def reset(trainer):
        if trainer.state == "training" and trainer.config == CONFIG:
            trainer.reset(other)

    run = watched(see=reset)
    run.trainer.train()
    with run.changed:
        assert run.changed.wait_for(lambda: run.trainer.config == other, timeout=60)
    trainer = run.wait("ready")
    assert len(trainer.history) == 0
    trainer.train()
    assert [result.valid_loss for result in run.wait("finished").history] == expected(data, other)


def test_more_epochs_go_on(watched, data):
    run = watched()
    run.trainer.train()
    run.wait("finished")
    run.trainer.change(epochs=6)
    trainer = run.wait("paused")
    trainer.train()
    assert [result.valid_loss for result in run.wait("finished").history] == expected(data, CONFIG.replace(epochs=6))


def test_close_ends_the_thread(data):
    before = threading.active_count()
    trainer = Trainer(CONFIG.replace(epochs=10**6), data, lambda: None)
    trainer.train()
    trainer.close()
    trainer.close()
    assert threading.active_count() == before


def test_what_cannot_be_begun_is_told(watched):
    run = watched()
    run.trainer.reset("no configuration")
    trainer = run.wait("failed")
    assert "Traceback" in trainer.trouble
    trainer.reset(CONFIG)
    run.wait("ready")
    trainer.train()
    run.wait("finished")


def test_a_new_configuration_is_never_seen_with_the_results_of_the_old_one(watched, monkeypatch):
    run = watched()
    run.trainer.train()
    trainer = run.wait("finished")
    seen, build = [], MLPConfig.build

    def watched_build(config, kind):
        seen.append((trainer.config == config, trainer.state, list(trainer.history)))
        return build(config, kind)

    monkeypatch.setattr(MLPConfig, "build", watched_build)
    trainer.reset(CONFIG.replace(seed=1))
    run.wait("ready")
    trainer.close()
    assert seen == [(True, "ready", [])]
