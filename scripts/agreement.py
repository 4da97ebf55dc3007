"""How many of 10,000 classes two honest networks share: ten of each exercise, 45 pairs, a quarter of an hour.

Grading tells an instructor of pairs that share nearly all: docs/instructors.md has the figures that this prints.
"""

from itertools import combinations
from pathlib import Path

import numpy as np

from mlp_helpers import MLPConfig
from mlp_helpers.grading.project import TASKS, Exam
from mlp_helpers.services.files import REPOSITORY

GOOD = MLPConfig(
    hidden=(256,), init_stddev="he", optimizer="adam", learning_rate=0.001, batch_size=100, dtype="float32",
    schedule="cosine", epochs=10, dropout=0.2,
)  # fmt: skip


def main():
    """Print for each exercise the errors of ten networks, and the smallest and largest agreement of two."""
    for exercise, task in TASKS.items():
        exam = Exam(task, 1, Path(REPOSITORY, "data"))
        (X, y), _, _ = task.load(exam.datasets_dir)
        classes = []
        for seed in range(10):
            network = GOOD.replace(seed=seed).build()
            list(GOOD.replace(seed=seed).run(network, X.reshape(len(X), -1), y, evaluate=False))
            classes.append(network.predict(exam.images).argmax(axis=1))
        errors = [np.mean(own != exam.labels) for own in classes]
        alike = [int(np.count_nonzero(one == other)) for one, other in combinations(classes, 2)]
        print(f"{exercise}: errors {min(errors):.2%} to {max(errors):.2%}, alike {min(alike):,} to {max(alike):,}")


if __name__ == "__main__":
    main()
