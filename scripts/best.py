"""Train the final network of notebook 08 with each of five seeds: `make best`, some minutes on two cores.

data/best.npz holds the configuration as JSON ("config"), the validation errors of all epochs ("valid_errors", of shape
(seeds, epochs)), and the parameters ("0/0" is the first of seed 0) in half precision, to keep the file small. The test
set is not used.
"""

import numpy as np

from mlp_helpers import MLPConfig
from mlp_helpers.data import REPOSITORY_DATA, training_data
from mlp_helpers.services.files import replacing
from mlp_helpers.services.threads import process_for_each_core

SEEDS = range(5)
# The study's best configuration, rounded; hidden sizes and epochs were then chosen by the median of five seeds.
CHOSEN = MLPConfig(
    hidden=(512, 256),
    init_stddev="he",
    optimizer="nesterov",
    learning_rate=0.08,
    batch_size=150,
    schedule="cosine",
    dropout=0.25,
    weight_decay=1.7e-4,
    epochs=40,
    dtype="float32",
)


def train(seed):
    """Train with a seed; return the validation errors of all epochs and the parameters in half precision."""
    X, y, X_valid, y_valid = training_data()
    config = CHOSEN.replace(seed=seed)
    network = config.build()
    errors = [result.valid_error for result in config.run(network, X, y, X_valid, y_valid)]
    parameters = [parameter.astype(np.float16) for parameter in network.params()]
    for parameter, rounded in zip(network.params(), parameters, strict=True):
        parameter[...] = rounded
    print(
        f"seed {seed}: {network.classification_error(X_valid, y_valid):.4f} of the validation set misread", flush=True
    )
    return errors, parameters


def main():
    """Train with all seeds and write data/best.npz."""
    with process_for_each_core() as pool:
        runs = pool.map(train, SEEDS, chunksize=1)
    stored = {f"{seed}/{i}": part for seed, (_, parts) in enumerate(runs) for i, part in enumerate(parts)}
    with replacing(REPOSITORY_DATA / "best.npz") as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, config=CHOSEN.to_json(), valid_errors=[errors for errors, _ in runs], **stored)


if __name__ == "__main__":
    main()
