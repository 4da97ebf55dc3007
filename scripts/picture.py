"""Draw the README's first picture, and one for a phone: `python scripts/picture.py docs/course.png docs/narrow.png`.

They show what the notebooks build: digits, the first layer's weights, learning curves, and the final test errors.
"""

import json
import statistics
import sys
import textwrap
from pathlib import Path

import numpy as np

from mlp_helpers import History, MLPConfig
from mlp_helpers.data import REPOSITORY_DATA, training_data
from mlp_helpers.plots import COLOURS, image_grid, new_figure, weight_images
from mlp_helpers.services.files import replacing


def test_errors():
    """Return {network: test error}: the exercise sheet's, and the medians that notebooks 08 and 09 report."""
    runs = json.loads((REPOSITORY_DATA / "beyond.json").read_text())["runs"]
    beyond = statistics.median(run["test_error"] for run in runs)
    return {"exercise sheet": 0.0239, "tuned, notebook 08": 0.0142, "beyond, notebook 09": beyond}


def trained():
    """Return the training images, and the network and the History of a training on them."""
    X, y, X_valid, y_valid = training_data()
    config = MLPConfig(hidden=(80, 70), activations=("relu", "tanh"), init_stddev=0.02, learning_rate=0.05, epochs=16)
    network = config.build()
    return X, network, History(config.run(network, X, y, X_valid, y_valid))


def picture(axes, X, network, history):
    """Draw into four Axes: digits, first-layer weights, learning curves, test errors."""
    W = network.params()[0]
    strongest = np.argsort(-np.linalg.norm(W, axis=0))[:36]
    image_grid(X[:36].reshape(-1, 28, 28), n_columns=6, ax=axes[0])
    axes[0].set_title("MNIST: 70,000 handwritten digits")
    weight_images(W[:, strongest], n_columns=6, ax=axes[1])
    axes[1].set_title("what the first layer looks for")
    axes[2].plot(100 * history.column("train_error"), label="training")
    axes[2].plot(100 * history.column("valid_error"), label="validation")
    axes[2].set(xlabel="epoch", ylabel="digits misread, %", ylim=(0, 14), title="784-80-70-10 units, plain NumPy")
    axes[2].legend()
    errors = {name: 100 * error for name, error in test_errors().items()}
    bars = axes[3].barh(list(errors), list(errors.values()), color=COLOURS[0])
    axes[3].bar_label(bars, [f"{error:.2f} %" for error in errors.values()], padding=3)
    axes[3].set(xlabel="test digits misread, %", xlim=(0, 3), title="how far an MLP gets")
    axes[3].invert_yaxis()


def narrow(axes):
    """Break titles and names of bars into two lines, for letters that are large beside the picture."""
    axes[2].legend(handlelength=1)
    for ax in axes:
        ax.set_title(textwrap.fill(ax.get_title(), 20))
    names = [label.get_text().replace(" ", "\n", 1) for label in axes[3].get_yticklabels()]
    axes[3].set_yticks(axes[3].get_yticks(), labels=names)


def save(fig, path, dpi):
    with replacing(Path(path)) as temporary:
        fig.savefig(temporary, format="png", dpi=dpi, metadata={"Software": None})


if __name__ == "__main__":
    seen = trained()
    fig, axes = new_figure(1, 4, size=(14, 3.5), width_ratios=(1, 1, 1.1, 1))
    picture(axes, *seen)
    save(fig, sys.argv[1], dpi=110)
    fig, axes = new_figure(2, 2, size=(4.6, 4.8))
    picture(axes.ravel(), *seen)
    narrow(axes.ravel())
    save(fig, sys.argv[2], dpi=160)
