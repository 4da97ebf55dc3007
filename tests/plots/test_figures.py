"""Figures: they show the given data, and are displayed in a notebook with a description."""

import base64

import numpy as np
import optuna
import pytest
from matplotlib.figure import Figure

from mlp_helpers import EpochResult, plots
from mlp_helpers.services import figure_data


def result(epoch, valid=True):
    figures = (0.5, 0.1) if valid else (None, None)
    return EpochResult(epoch, 0.4 / (epoch + 1), 0.08 / (epoch + 1), *figures, 1.0, 1000.0)


def test_learning_curves_show_losses_and_errors():
    loss, error = plots.learning_curves([result(0), result(1)]).axes
    assert [list(line.get_ydata()) for line in loss.lines] == [[0.4, 0.2], [0.5, 0.5]]
    assert [list(line.get_ydata()) for line in error.lines] == [[0.08, 0.04], [0.1, 0.1]]
    assert [text.get_text() for text in loss.get_legend().get_texts()] == ["training", "validation"]
    assert loss.lines[0].get_linestyle() != loss.lines[1].get_linestyle()


def test_learning_curves_of_a_regression_without_validation():
    history = [EpochResult(0, 0.4, None, None, None, 1.0, 1000.0)]
    loss, error = plots.learning_curves(history, log=True).axes
    assert len(loss.lines) == 1
    assert len(error.lines) == 0
    assert loss.get_yscale() == "log"


def test_image_grid_fills_rows():
    fig = plots.image_grid(np.arange(12 * 4).reshape(12, 2, 2), titles=[str(i) for i in range(12)], n_columns=5)
    mosaic = fig.axes[0].images[0].get_array()
    assert mosaic.count() == 12 * 4
    assert mosaic[-2:, 3:5].tolist() == [[0, 1 / 3], [2 / 3, 1]]  # the twelfth, in its own scale
    assert [text.get_text() for text in fig.axes[0].texts] == [str(i) for i in range(12)]


def test_images_of_one_scale():
    fig = plots.image_grid(np.arange(8).reshape(2, 2, 2), limits=(0, 10))
    assert fig.axes[0].images[0].get_array()[1:, :2].tolist() == [[0, 1], [2, 3]]
    assert fig.axes[0].images[0].get_clim() == (0, 10)


def test_images_go_into_axes_that_exist():
    fig, (left, right) = plots.new_figure(1, 2)
    assert plots.image_grid(np.ones((2, 3, 3)), ax=left) is fig
    assert plots.weight_images(np.ones((9, 2)), ax=right) is fig
    assert len(left.images) == len(right.images) == 1


def test_image_grid_refuses_anything_but_images():
    for images in (np.zeros((2, 2)), np.zeros((0, 2, 2))):
        with pytest.raises(ValueError, match="images must have shape"):
            plots.image_grid(images)


def test_weights_become_images_of_one_scale():
    W = np.random.default_rng(0).normal(size=(9, 4))
    fig = plots.weight_images(W)
    image = fig.axes[0].images[0]
    np.testing.assert_array_equal(image.get_array()[1:, 8:11].ravel(), W[:, 2])
    low, high = image.get_clim()
    assert 0 < high == -low


def test_weights_of_no_square_are_refused():
    with pytest.raises(ValueError, match="got 10 rows"):
        plots.weight_images(np.zeros((10, 2)))


def test_confusion_matrix_counts_mistakes():
    fig = plots.confusion_matrix(np.array([0, 0, 0, 1, 2]), np.array([0, 2, 2, 1, 0]), n_classes=3)
    assert fig.axes[0].images[0].get_array().tolist() == [[0, 0, 2], [0, 0, 0], [1, 0, 0]]
    assert sorted(text.get_text() for text in fig.axes[0].texts) == ["1", "2"]


def test_show_displays_a_picture_with_its_description(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, **options: shown.append((data, options)))
    fig, ax = plots.new_figure(size=(4, 2))
    ax.plot([1, 2])
    plots.show(fig, "A line that rises.")
    plots.show(fig, "A line that rises.")
    (data, options), (again, _) = shown
    assert data["image/png"].startswith(b"\x89PNG")
    assert data["image/png"] == again["image/png"]
    assert data["text/plain"] == "A line that rises."
    wanted = {"alt": "A line that rises.", "width": 384, "height": 192, "drawn": figure_data.describe(fig)}
    assert options["metadata"] == {"image/png": wanted}
    assert base64.b64encode(data["image/png"])


def test_show_insists_on_a_description():
    with pytest.raises(ValueError, match="alt must describe the figure"):
        plots.show(Figure(), " ")


@pytest.fixture
def study():
    """Return a study with two complete trials, one pruned after an epoch, one that diverged at once, one running."""
    study = optuna.create_study()
    runs = [("COMPLETE", 0.3, 0.2), ("PRUNED", 0.5), ("PRUNED",), ("COMPLETE", 0.4, 0.25), ("RUNNING", 0.1)]
    for state, *errors in runs:
        study.add_trial(
            optuna.create_trial(
                state=optuna.trial.TrialState[state],
                value=errors[-1] if errors and state != "RUNNING" else None,
                intermediate_values=dict(enumerate(errors)),
            )
        )
    return study


def test_the_history_of_a_search_shows_errors_and_the_best_so_far(study):
    (ax,) = plots.search_history(study).axes
    pruned, complete, best = ((list(line.get_xdata()), list(line.get_ydata())) for line in ax.lines)
    assert pruned == ([1], [0.5])
    assert complete == ([0, 3], [0.2, 0.25])
    assert best == ([0, 3], [0.2, 0.2])


def test_the_curves_of_a_search_are_grey_where_it_was_stopped(study):
    (ax,) = plots.search_curves(study).axes
    assert [list(line.get_ydata()) for line in ax.lines] == [[0.3, 0.2], [0.4, 0.25], [0.5], [0.3, 0.2]]
    assert [line.get_color() == "dimgrey" for line in ax.lines] == [False, False, True, False]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["complete", "stopped early", "best"]


def test_importances_are_bars():
    (ax,) = plots.importance_bars({"learning_rate": 0.75, "units": 0.25}).axes
    assert [bar.get_width() for bar in ax.patches] == [0.75, 0.25]
    assert [text.get_text() for text in ax.texts] == ["75 %", "25 %"]
