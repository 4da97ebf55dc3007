"""Draw the picture on the README's first screen: `python scripts/picture.py docs/course.png`.

Its parts are what the notebooks build: digits, a first layer's weights, learning curves.
"""

import sys
from pathlib import Path

import numpy as np

from mlp_helpers import History, MLPConfig
from mlp_helpers.data import training_data
from mlp_helpers.files import replacing
from mlp_helpers.plots import image_grid, new_figure, weight_images


def picture():
    """Return the Figure: what goes in, what is learned, how it is learned."""
    X, y, X_valid, y_valid = training_data()
    config = MLPConfig(hidden=(80, 70), activations=("relu", "tanh"), init_stddev=0.02, learning_rate=0.05, epochs=16)
    network = config.build()
    history = History(config.run(network, X, y, X_valid, y_valid))

    fig, axes = new_figure(1, 3, size=(11, 3.6), width_ratios=(1, 1, 1.15))
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
    return fig


if __name__ == "__main__":
    with replacing(Path(sys.argv[1])) as temporary:
        picture().savefig(temporary, format="png", dpi=110, metadata={"Software": None})
