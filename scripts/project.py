"""The author's own networks for notebooks 06 and 07: trains and records what the report says, in some ten minutes.

It writes my_mnist.npz, my_network.npz and run.json into scripts/project, which no release takes along.
"""

import json
from pathlib import Path

import mlp_helpers as mlp
from mlp_helpers import History, MLPConfig
from mlp_helpers.services.files import write_file

FOLDER = Path(__file__).parent / "project"
CHOOSING_SEEDS, FRESH_SEEDS = (0, 1, 2), (3, 4, 5)  # the first fresh one's network is handed in, whatever its error
BASE = MLPConfig(
    hidden=(256, 128),
    init_stddev="he",
    optimizer="adam",
    learning_rate=0.001,
    batch_size=100,
    epochs=20,
    dtype="float32",
)
CONFIGS = {
    "constant rate": BASE,
    "cosine": BASE.replace(schedule="cosine"),
    "cosine, dropout": BASE.replace(schedule="cosine", dropout=0.2),
}
DIGITS = MLPConfig(
    hidden=(60,), learning_rate=0.3, batch_size=50, epochs=6, schedule="cosine", dtype="float32"
)  # of notebook 06
COLUMNS = ("train_loss", "valid_loss", "train_error", "valid_error")


def flattened(load=mlp.fashion_mnist):
    """Return the training and the validation images as rows, with their labels."""
    (X, y), (X_valid, y_valid) = load(test=False)
    return X.reshape(len(X), -1), y, X_valid.reshape(len(X_valid), -1), y_valid


def trained(name, seeds, data):
    """Train the configuration with each seed; return the errors, and the first seed's network and history."""
    errors, first = [], None
    for seed in seeds:
        config = CONFIGS[name].replace(seed=seed)
        network = config.build()
        history = History(config.run(network, *data))
        errors.append([history[-1].train_error, history[-1].valid_error])
        first = first or (network, history)
        print(f"{name}, seed {seed}: train {errors[-1][0]:.4f}, valid {errors[-1][1]:.4f}", flush=True)
    return errors, first


def train_digits():
    """Train a network on MNIST, and write its file."""
    X, y, _, _ = flattened(mlp.mnist)
    network = DIGITS.build()
    list(DIGITS.run(network, X, y, evaluate=False))
    network.save(FOLDER / "my_mnist.npz")


def main():
    """Train for notebook 06. Choose a configuration for 07, train it with fresh seeds, and store what came out."""
    train_digits()
    data = flattened()
    errors = {name: trained(name, CHOOSING_SEEDS, data)[0] for name in CONFIGS}
    chosen = min(errors, key=lambda name: sum(valid for _, valid in errors[name]))
    fresh, (network, history) = trained(chosen, FRESH_SEEDS, data)
    record(errors, chosen, fresh, network, history)


def record(errors, chosen, fresh, network, history):
    """Write the network and the record of all runs."""
    network.save(FOLDER / "my_network.npz")
    losses = {column: [round(float(value), 5) for value in history.column(column)] for column in COLUMNS}
    run = {"errors": errors, "chosen": chosen, "fresh": dict(zip(map(str, FRESH_SEEDS), fresh, strict=True))}
    write_file(FOLDER / "run.json", json.dumps(run | {"history": losses}, indent=1) + "\n")


if __name__ == "__main__":
    main()
