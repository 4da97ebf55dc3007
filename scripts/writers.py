"""Writers of MNIST's digits, from QMNIST's extended labels: `make writers ARGS=FOLDER`.

FOLDER has qmnist-train-labels.tsv.gz and qmnist-test-labels.tsv.gz, as https://github.com/facebookresearch/qmnist
distributes them (its files *.tsv.gz). Row i of the first is MNIST's training image i; the first 10,000 rows of the
second are its test images. data/qmnist/README.md says what data/qmnist/writers-idx1-short.gz holds.
"""

import gzip
import struct
import sys
from pathlib import Path

import numpy as np

from mlp_helpers.data import REPOSITORY_DATA, WRITERS, mnist
from mlp_helpers.services.files import write_file

N_IMAGES = {"train": 60_000, "test": 10_000}
LABEL, WRITER = 0, 2  # columns


def labels_and_writers(folder, part):
    """Return two arrays, for the images of one part of MNIST; ValueError if the file has too few rows."""
    path = Path(folder) / f"qmnist-{part}-labels.tsv.gz"
    with gzip.open(path, "rt") as file:
        table = np.loadtxt(file, dtype=int, delimiter="\t", usecols=(LABEL, WRITER), max_rows=N_IMAGES[part])
    if len(table) != N_IMAGES[part]:
        raise ValueError(f"{path} must have {N_IMAGES[part]} rows or more, got {len(table)}")
    return table.T


def writers_file(folder):
    """Return the bytes of an IDX file with the writer of each of the 70,000 images, compressed."""
    labels, writers = np.concatenate([labels_and_writers(folder, part) for part in N_IMAGES], axis=1)
    differing = np.flatnonzero(labels != np.concatenate([y for _, y in mnist()]))
    if len(differing):
        raise ValueError(f"{folder} must have MNIST's labels, got others for {len(differing)} images")
    header = struct.pack(">BBBBI", 0, 0, 11, 1, len(writers))
    return gzip.compress(header + writers.astype(">i2").tobytes(), mtime=0)


def main(folder):
    """Write the file into data/."""
    (name,) = WRITERS.sha256
    write_file(REPOSITORY_DATA / WRITERS.subfolder / f"{name}.gz", writers_file(folder))


if __name__ == "__main__":
    main(sys.argv[1])
