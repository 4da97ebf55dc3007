"""Results of a training, one per epoch: kept in a `History`, printed, or shown with a progress bar."""

from __future__ import annotations

import csv
import dataclasses
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mlp_helpers.services.files import replacing
from mlp_helpers.services.validation import Array


@dataclass(frozen=True)
class EpochResult:
    """Result of one epoch.

    Losses are means over a whole data set after the last step of the epoch; errors are shares misclassified, 0 … 1.
    Validation figures are None without validation data, errors are None in regression, and all are None in a run that
    does not evaluate. Times are NaN where nobody took them.
    """

    epoch: int
    train_loss: float | None
    train_error: float | None
    valid_loss: float | None
    valid_error: float | None
    seconds: float = math.nan  # the whole epoch, evaluation included
    samples_per_second: float = math.nan  # of the training steps alone


class History(list[EpochResult]):
    """List of the `EpochResult`s of a run; `plots.learning_curves` draws it.

    `history.column("valid_loss")` returns one field over the epochs.
    """

    def column(self, field: str) -> Array:
        """Return one field of all results as an array of floats, NaN where it is None."""
        return np.array([getattr(result, field) for result in self], dtype=float)

    def save(self, path: Path | str) -> None:
        """Write the results to `path` as CSV, one line per epoch, with None as an empty field."""
        fields = [field.name for field in dataclasses.fields(EpochResult)]
        with replacing(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fields)
            writer.writeheader()
            writer.writerows(dataclasses.asdict(result) for result in self)


def printed(run: Iterable[EpochResult]) -> Iterator[EpochResult]:
    """Iterate over a run, printing two lines after each epoch, one for training and one for validation."""
    print("... starting training")
    for result in run:
        for name in ("train", "valid"):
            loss, error = getattr(result, f"{name}_loss"), getattr(result, f"{name}_error")
            share = "" if error is None else f", {name} error {error:.4f}"
            print(f"epoch {result.epoch:.4f}, loss {loss:.4f}{share}")
        yield result


def with_progress_bar(run: Iterable[EpochResult], n_epochs: int) -> Iterator[EpochResult]:
    """Iterate over a run with a progress bar that shows the last losses."""
    from tqdm.auto import tqdm

    with tqdm(run, total=n_epochs, unit="epoch") as bar:
        for result in bar:
            bar.set_postfix(train_loss=f"{result.train_loss:.4f}", valid_loss=f"{result.valid_loss:.4f}")
            yield result
