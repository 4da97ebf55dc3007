"""File of MNIST's writers: made from tables like QMNIST's, and refused where these do not fit MNIST."""

import gzip

import numpy as np
import pytest
import writers as script

from mlp_helpers import data


@pytest.fixture
def tables(tmp_path, digits):
    """Return a function that writes both tables into a folder, rows of MNIST's own and then some of others."""
    numbers = np.concatenate(data.writers())
    labels = np.concatenate([y for _, y in digits])

    def write(first_label=labels[0], n_test=10_010):
        labels[0] = first_label
        rows = np.stack([labels, np.zeros_like(labels), numbers], axis=1)
        parts = {"train": rows[:60_000], "test": np.resize(rows[60_000:], (n_test, 3))}
        for part, table in parts.items():
            text = "\n".join("\t".join(map(str, row)) for row in table.tolist())
            (tmp_path / f"qmnist-{part}-labels.tsv.gz").write_bytes(gzip.compress(text.encode(), 1))
        return tmp_path

    return write


def test_it_is_the_courses_file_each_time(tables):
    folder = tables()
    made = [script.writers_file(folder) for _ in range(2)]
    assert made[0] == made[1]
    (name,) = data.WRITERS.sha256
    held = (data.REPOSITORY_DATA / "qmnist" / f"{name}.gz").read_bytes()
    assert gzip.decompress(made[0]) == gzip.decompress(held)


def test_too_few_rows(tables):
    folder = tables(n_test=9_999)
    with pytest.raises(ValueError, match="must have 10000 rows or more, got 9999"):
        script.writers_file(folder)


def test_labels_of_other_images(tables):
    folder = tables(first_label=3)
    with pytest.raises(ValueError, match="must have MNIST's labels, got others for 1 images"):
        script.writers_file(folder)
