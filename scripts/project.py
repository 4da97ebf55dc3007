"""The author's own project for notebook 06: trains and records what its report says. It takes some ten minutes.

It writes scripts/project/run.json and scripts/project/my_network.npz, which no release takes along.
"""

import json
from pathlib import Path

import mlp_helpers as mlp
from mlp_helpers import History, MLPConfig
from mlp_helpers.files import replacing

FOLDER = Path(__file__).parent / "project"
SEEDS = (0, 1, 2)
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
COLUMNS = ("train_loss", "valid_loss", "train_error", "valid_error")


def main():
    """Train each configuration with each seed; store the errors, and the best one's network and losses."""
    (X, y), (X_valid, y_valid) = mlp.fashion_mnist(test=False)
    X, X_valid = X.reshape(len(X), -1), X_valid.reshape(len(X_valid), -1)
    errors, first = {}, {}
    for name, config in CONFIGS.items():
        errors[name] = []
        for seed in SEEDS:
            network = config.replace(seed=seed).build()
            history = History(config.replace(seed=seed).run(network, X, y, X_valid, y_valid))
            errors[name].append([history[-1].train_error, history[-1].valid_error])
            first.setdefault(name, (network, history))
            print(f"{name}, seed {seed}: train {errors[name][-1][0]:.4f}, valid {errors[name][-1][1]:.4f}", flush=True)
    chosen = min(errors, key=lambda name: sum(valid for _, valid in errors[name]))
    network, history = first[chosen]
    network.save(FOLDER / "my_network.npz")
    losses = {column: [round(float(value), 5) for value in history.column(column)] for column in COLUMNS}
    with replacing(FOLDER / "run.json") as temporary:
        temporary.write_text(json.dumps({"errors": errors, "chosen": chosen, "history": losses}, indent=1) + "\n")


if __name__ == "__main__":
    main()
