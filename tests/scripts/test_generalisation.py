"""The study of notebook 06: it has ten seeds of everything, and one of them comes out the same again."""

import json

import generalisation
import numpy as np
import pytest

STUDY = json.loads(generalisation.STUDY.read_text())


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


@pytest.mark.thorough
def test_one_seed_anew():
    anew = dict(leaves(generalisation.together([generalisation.measured(4)])))
    for path, values in leaves(STUDY):
        tolerance = 2 if "epoch" in path or "by heart" in path else 0.01  # sums are rounded differently elsewhere
        assert anew[path][0] == pytest.approx(values[4], abs=tolerance), path
