"""Diagnoses: right for drawn trainings, and a sentence for what cannot be judged."""

import copy
import os

import numpy as np
import pytest

from mlp_helpers import (
    FullyConnectedLayer,
    InputLayer,
    LinearOutput,
    MLPConfig,
    NeuralNetwork,
    TrainingDiverged,
    epochs,
)
from mlp_helpers.clinic import findings
from mlp_helpers.clinic.findings import diagnose
from mlp_helpers.clinic.patients import FAULTS, HEALTHY, drawn

PER_FAULT = {HEALTHY: 8} | dict.fromkeys(FAULTS, 4)


@pytest.fixture(scope="module")
def few(sets):
    (X, y), (X_valid, y_valid) = sets
    return X[:1000].reshape(1000, -1), y[:1000], X_valid[:500].reshape(500, -1), y_valid[:500]


def trained(config, *data):
    run = config.run(config.build(), *data)
    for _ in run:
        pass
    return run


def test_each_fault_is_found(patient):
    diagnosis = diagnose(patient.run)
    assert diagnosis.fault == patient.fault
    assert str(diagnosis).startswith(diagnosis.sentences[0])


def test_without_a_rule_its_fault_is_missed(patients, monkeypatch):
    """Broken variant: no rule is there for show."""
    rules = findings.RULES
    for rule in rules[:-2]:
        monkeypatch.setattr(findings, "RULES", tuple(other for other in rules if other is not rule))
        missed = [fault for fault, patient in patients.items() if diagnose(patient.run).fault != fault]
        assert len(missed) == 1, (rule, missed)


@pytest.mark.thorough
def test_forty_drawn_trainings(sets):
    rng = np.random.default_rng(int(os.environ.get("MLP_CLINIC_SEED", "54")))
    found = [(fault, diagnose(drawn(fault, rng, sets).run).fault) for fault, n in PER_FAULT.items() for _ in range(n)]
    wrong = [pair for pair in found if pair[0] != pair[1]]
    print(f"{len(found) - len(wrong)} of {len(found)} right; wrong: {wrong}")
    assert len(found) - len(wrong) >= 34
    assert sum(fault == HEALTHY for fault, _ in wrong) <= 1


def test_no_epoch(few):
    config = MLPConfig(epochs=1)
    diagnosis = diagnose(config.run(config.build(), *few))
    assert (diagnosis.fault, str(diagnosis)) == (
        None,
        "No epoch is over yet. Train for at least one, and ask again.",
    )


def test_one_epoch_and_no_validation(few):
    diagnosis = diagnose(trained(MLPConfig(epochs=1), *few[:2]))
    assert "After a single epoch the curves have no shape yet; ask again later." in diagnosis.sentences
    assert "There are no validation data, so nothing can be said about new samples." in diagnosis.sentences


def test_no_hidden_layer(few):
    diagnosis = diagnose(trained(MLPConfig(hidden=(), epochs=3), *few))
    assert diagnosis.fault == HEALTHY
    assert "There is no hidden layer: no unit can die, and the initial weights hardly matter." in diagnosis.sentences


def test_overfitting_and_an_unfinished_training(few):
    by_heart = diagnose(trained(MLPConfig(epochs=60, learning_rate=0.2), *few))
    assert by_heart.fault == HEALTHY
    assert "the network overfits" in by_heart.sentences[-1]
    unfinished = diagnose(trained(MLPConfig(epochs=3), *few))
    assert "The training loss was still falling in the last epoch" in unfinished.sentences[-1]


def test_a_training_that_diverges(few):
    X, y, *_ = few
    first = InputLayer((None, 784))
    layer = FullyConnectedLayer(first, 10, 0.01, None, rng=np.random.default_rng(0))
    run = epochs(NeuralNetwork([first, layer, LinearOutput(layer)]), X, np.eye(10)[y], learning_rate=5.0)
    with pytest.raises(TrainingDiverged):
        list(run)
    diagnosis = diagnose(run)
    assert diagnosis.fault == "rate too high"
    assert diagnosis.sentences[0] == "The learning rate, 5, is too high: the training diverged."
    assert any(sentence.startswith("This is a regression") for sentence in diagnosis.sentences)


def test_little_learned_for_a_reason_that_it_does_not_know():
    """XOR without a hidden layer: labels, inputs, weights and steps are all as they should be."""
    X = np.random.default_rng(0).uniform(-1, 1, (400, 2))
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    config = MLPConfig(n_inputs=2, n_classes=2, hidden=(), epochs=3)
    diagnosis = diagnose(trained(config, X[:200], y[:200], X[200:], y[200:]))
    assert diagnosis.fault is None
    assert diagnosis.sentences[0].startswith("The network has learned little, and I cannot tell why. Train it on")


def test_asking_changes_nothing(few):
    config = MLPConfig(hidden=(8,), epochs=2)
    runs = [config.run(config.build(), *few) for _ in range(2)]
    for run in runs:
        next(run)
    before = copy.deepcopy(runs[0].network.params())
    diagnose(runs[0])
    assert all(map(np.array_equal, before, runs[0].network.params()))
    assert [next(run).train_loss for run in runs] == pytest.approx([runs[0].history[-1].train_loss] * 2, abs=0)
