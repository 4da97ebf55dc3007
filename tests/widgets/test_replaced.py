"""Objects of a cell, which are closed when it is run again, and the figure beside each widget."""

import types

import numpy as np
import pytest

from mlp_helpers import MLPConfig
from mlp_helpers.services.figure_data import describe
from mlp_helpers.widgets import draw_digit, drawing, explorers, live, playground, replaced


class Thing:
    closed = False

    def close(self):
        self.closed = True


@pytest.fixture
def run(monkeypatch):
    """Return a function that creates a Thing in a run of a cell."""
    monkeypatch.setattr(replaced, "_made", {})

    def run(cell, message):
        parent = {"metadata": {} if cell is None else {"cellId": cell}, "header": {"msg_id": message}}
        monkeypatch.setattr(replaced, "get_ipython", lambda: types.SimpleNamespace(get_parent=lambda: parent))
        made = Thing()
        replaced.keep(made)
        return made

    return run


def test_a_cell_run_again_ends_what_it_made(run):
    first, second, other = run("a", 1), run("a", 1), run("b", 2)
    assert not any(made.closed for made in (first, second, other))
    third = run("a", 3)
    assert [made.closed for made in (first, second, other, third)] == [True, True, False, False]


def test_a_front_end_that_names_no_cell_loses_nothing(run):
    first, _ = run(None, 1), run(None, 2)
    assert not first.closed


def test_outside_a_notebook_nothing_is_kept():
    replaced.keep(Thing())
    assert replaced._made == {}


@pytest.fixture
def shown(monkeypatch):
    """Return a list that collects the figures shown beside widgets, as (Figure, description, widget)."""
    found = []

    def show(fig, alt, tolerance=None, widget=None):
        found.append((fig, alt, widget))

    for module in (live, drawing, explorers):
        monkeypatch.setattr(module, "show", show)
    return found


@pytest.fixture
def digits():
    rng = np.random.default_rng(0)
    X = rng.random((60, 784))
    return X, (10 * X[:, 0]).astype(int)


# The second configuration diverges, which a playground must handle, too.
@pytest.mark.parametrize("config", [MLPConfig(hidden=(5,)), MLPConfig(activations="linear", learning_rate=1e6)])
def test_a_playground_is_a_figure_of_a_short_run(shown, digits, config):
    made = playground(config, *digits, *digits)
    made.close()
    ((fig, alt, widget),) = shown
    assert widget is made.panel
    assert len(fig.axes) == 3
    assert "In a running notebook" in alt
    playground(config.replace(dtype="float32"), *digits, *digits).close()
    assert describe(shown[1][0]) == describe(fig)  # trained in float32, it would differ between machines


def test_paper_is_a_figure_of_a_digit(shown, digits):
    network = MLPConfig(hidden=(5,)).build()
    draw_digit(network, *digits)
    ((fig, _, _),) = shown
    widths = [bar.get_width() for bar in fig.axes[1].patches]
    assert widths == pytest.approx(network.predict(digits[0][:1])[0].tolist())
