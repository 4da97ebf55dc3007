"""The study of notebook 06: it has ten seeds of everything, and one of them comes out the same again."""

import json
import re

import generalisation
import nbformat
import numpy as np
import pytest

from mlp_helpers.services.files import REPOSITORY

STUDY = json.loads(generalisation.STUDY.read_text())
CELLS = {cell.id: cell for cell in nbformat.read(REPOSITORY / "notebooks" / "06_tuning.ipynb", as_version=4).cells}


def printed(cell):
    """Return the numbers that a cell of the notebook printed, without those of the line about a guess."""
    (text,) = [output.text for output in CELLS[cell].outputs if output.output_type == "stream"]
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", text.partition("no guess")[0])]


def leaves(found, path=()):
    """Yield the path and the value of everything in nested dictionaries."""
    for key, value in found.items():
        yield from leaves(value, (*path, key)) if isinstance(value, dict) else [((*path, key), value)]


def test_it_has_ten_numbers_of_everything():
    assert all(len(values) == len(generalisation.SEEDS) == 10 for _, values in leaves(STUDY))
    assert set(STUDY) == {"labels", "by heart", "writers", "choices"}
    assert list(STUDY["labels"]["wrong"]) == [str(units) for units in generalisation.WIDTHS]


def test_a_fifth_of_the_labels_is_wrong_and_the_others_are_right():
    _, y_all, *_ = generalisation.data()
    X, y, wrong = generalisation.mislabelled(100, np.random.default_rng(3))
    rows = np.random.default_rng(3).choice(len(y_all), 500, replace=False)
    assert X.shape == (500, 784)
    assert wrong.sum() == 100
    assert np.array_equal(y != y_all[rows], wrong)
    assert set(y) == set(range(10))


def test_the_two_errors_by_writer_are_of_other_digits(monkeypatch):
    """A network that knows the training digits by heart, and nothing else, is always wrong."""
    learned = []

    class Parrot:
        def classification_error(self, X, y):
            return float(np.mean([row not in learned[-1] for row in X[:, 0]]))

    class Config:
        build = staticmethod(Parrot)

        def run(self, network, X, y, evaluate):
            learned.append(set(X[:, 0]))
            return []

    hands = np.repeat(np.arange(6), 20)
    rows = np.arange(120.0)[:, None]
    monkeypatch.setattr(generalisation, "data", lambda: (rows, np.zeros(120), None, None, hands))
    assert generalisation.by_writer(Config(), np.ones(120, bool), 40, seed=0) == {"known": 1, "new": 1}
    by_turns = [{hands[int(row)] for row in half} for half in learned]
    assert [len(writers) for writers in by_turns] == [3, 3]
    assert not by_turns[0] & by_turns[1]


def test_the_notebook_trains_the_first_two_seeds_of_the_study():
    runs = STUDY["labels"]["wrong"]
    expected = [
        (units, round(runs[str(units)]["learned"][seed], 2), runs[str(units)]["valid"][seed])
        for units in (4, 16, 64)
        for seed in (0, 1)
    ]
    assert printed("noisy-runs") == [number for line in expected for number in line]
    assert printed("early") == [runs["64"][name][0] for name in ("epoch", "lowest", "valid")]
    assert printed("random-labels")[0] == STUDY["by heart"]["random"][0]


def test_what_the_notebook_says_about_ten_draws():
    errors = {
        name: {int(units): runs["valid"] for units, runs in part.items()} for name, part in STUDY["labels"].items()
    }
    wrong = errors["wrong"]
    in_order = [a > b > c > d for a, b, c, d in zip(*(wrong[units] for units in (4, 16, 64, 512)), strict=True)]
    assert f"In {sum(in_order)} of 10 draws" in CELLS["ten-draws-seen"].source.replace("\n", " ")
    means = [np.mean(of_width) for of_width in wrong.values()]
    assert means == sorted(means, reverse=True)  # no peak
    for name in ("wrong", "right"):
        at_64 = STUDY["labels"][name]["64"]
        for column in ("valid", "lowest"):
            assert f"{np.mean(at_64[column]):.3f}" in CELLS["early-seen"].source
    assert 9 <= min(STUDY["by heart"]["right"]) <= max(STUDY["by heart"]["right"]) <= 13  # "some ten"


def test_what_the_notebook_says_about_writers():
    groups = STUDY["writers"]
    students, employees = (np.subtract(errors["new"], errors["known"]) for errors in groups.values())
    note = CELLS["new-hands-note"].source.replace("\n", " ")
    first = [groups["students"][kind][seed] for seed in (0, 1) for kind in ("known", "new")]
    assert [number for number in printed("new-hands")[:6] if number not in (0, 1)] == pytest.approx(first, abs=1e-4)
    for kind in ("known", "new"):
        assert f"{100 * np.mean(groups['students'][kind]):.1f}\N{NO-BREAK SPACE}%" in note
    assert round(np.mean(groups["students"]["new"]) / students.mean()) == 7  # "one mistake in seven"
    assert f"in {np.sum(employees > 0)} of 10 seeds" in note
    for settings in STUDY["choices"].values():
        by_kind = [np.array([errors[kind] for errors in settings.values()]) for kind in ("known", "new")]
        assert np.array_equal(*(errors.argmin(axis=0) for errors in by_kind))  # "each seed chooses the same"


@pytest.mark.thorough
def test_one_seed_anew():
    anew = dict(leaves(generalisation.together([generalisation.measured(4)])))
    for path, values in leaves(STUDY):
        tolerance = 2 if "epoch" in path or "by heart" in path else 0.01  # sums are rounded differently elsewhere
        assert anew[path][0] == pytest.approx(values[4], abs=tolerance), path
