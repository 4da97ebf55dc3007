"""Searches: search spaces, reporting and pruning, and that the test set is never used."""

import inspect
import json

import numpy as np
import optuna
import pytest

from mlp_helpers import MLPConfig
from mlp_helpers.tuning import studies
from mlp_helpers.tuning.studies import (
    PRUNERS,
    SAMPLERS,
    Range,
    SearchSpace,
    best_config,
    default_space,
    importances,
    make_study,
    objective,
)

BASE = MLPConfig(n_inputs=4, hidden=(6,), n_classes=3, epochs=3, batch_size=8)


@pytest.fixture
def space():
    return SearchSpace(
        BASE, layers=Range(1, 2), units=[3, 6], activations=["relu", "tanh"], learning_rate=Range(0.01, 1.0, log=True)
    )


def fixed(**values):
    return optuna.trial.FixedTrial(values)


def test_a_trial_becomes_a_configuration(space):
    config = space.suggest(fixed(layers=2, units=3, activations="tanh", learning_rate=0.5))
    assert config == BASE.replace(hidden=(3, 3), activations="tanh", learning_rate=0.5)


def test_units_or_layers_alone():
    assert SearchSpace(BASE, units=[9]).config({"units": 9}).hidden == (9,)
    assert SearchSpace(BASE, layers=[0, 3]).config({"layers": 3}).hidden == (6, 6, 6)
    assert SearchSpace(BASE, layers=[0, 3]).config({"layers": 0}).hidden == ()


def test_every_value_of_the_default_space_is_a_configuration():
    study = make_study(default_space(), sampler="random", seed=0)
    configs = [default_space().suggest(study.ask()) for _ in range(50)]
    assert {len(config.hidden) for config in configs} == {1, 2, 3}
    assert all(50 <= config.hidden[0] <= 512 and 0.01 <= config.learning_rate <= 1 for config in configs)
    assert {config.optimizer for config in configs} == {"sgd", "nesterov"}


def test_the_objective_is_the_validation_error_of_the_last_epoch(space, data):
    trial = fixed(layers=1, units=6, activations="relu", learning_rate=0.3)
    config = BASE.replace(learning_rate=0.3)
    expected = [result.valid_error for result in config.run(config.build(), *data)]
    assert objective(trial, data, space) == expected[-1]
    assert MLPConfig.from_json(trial.user_attrs["config"]) == config


def test_with_early_stopping_it_is_that_of_the_best_epoch(data):
    space = SearchSpace(BASE.replace(epochs=30, patience=5, learning_rate=2.0), units=[6])
    network = space.base.build()
    results = [result.valid_error for result in space.base.run(network, *data)]
    assert objective(fixed(units=6), data, space) == min(results) == network.evaluate(*data[2:])[1]


def test_every_epoch_is_reported_and_a_pruner_obeyed(space, data):
    class AfterTwo(optuna.pruners.BasePruner):
        def prune(self, study, trial):
            return trial.last_step == 1

    study = optuna.create_study(pruner=AfterTwo(), sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(lambda trial: objective(trial, data, space), n_trials=1)
    (trial,) = study.trials
    assert trial.state == optuna.trial.TrialState.PRUNED
    assert list(trial.intermediate_values) == [0, 1]
    assert trial.user_attrs["reason"] == f"validation error {trial.intermediate_values[1]:.4f} after epoch 1"


def test_a_run_that_diverges_is_pruned_with_its_reason(data):
    space = SearchSpace(BASE.replace(activations="linear", hidden=(6, 6)), learning_rate=[1e9])
    study = make_study(space, seed=0)
    study.optimize(lambda trial: objective(trial, data, space), n_trials=2)
    for trial in study.trials:
        assert trial.state == optuna.trial.TrialState.PRUNED
        assert "training diverged in epoch 0 at learning rate 1e+09" in trial.user_attrs["reason"]
    with pytest.raises(ValueError, match="No trials are completed yet"):
        best_config(study)


def test_another_exception_is_not_swallowed(space, data, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("not a matter of hyperparameters")

    monkeypatch.setattr(MLPConfig, "run", broken)
    with pytest.raises(RuntimeError, match="not a matter of hyperparameters"):
        make_study(space).optimize(lambda trial: objective(trial, data, space), n_trials=1)


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("pruner", PRUNERS)
def test_the_same_seed_finds_the_same(sampler, pruner, data):
    space = SearchSpace(BASE, units=[3, 6, 9], learning_rate=[0.01, 0.1, 1.0])
    if sampler != "grid":
        space = SearchSpace(BASE, units=Range(2, 9), learning_rate=Range(0.01, 1.0, log=True))
    found = []
    for _ in range(2):
        study = make_study(space, sampler=sampler, pruner=pruner, seed=3)
        study.optimize(lambda trial: objective(trial, data, space), n_trials=12)
        found.append([(trial.params, trial.value, trial.state) for trial in study.trials])
    assert found[0] == found[1]
    assert len({json.dumps(params) for params, *_ in found[0]}) >= 8
    best = best_config(study)
    assert eval(repr(best)) == best
    errors = [result.valid_error for result in best.run(best.build(), *data)]
    assert errors[-1] == study.best_value


def test_a_grid_goes_through_every_combination(data):
    space = SearchSpace(BASE, units=[3, 6, 9], activations=["relu", "tanh"])
    study = make_study(space, sampler="grid", pruner="none")
    study.optimize(lambda trial: objective(trial, data, space))  # stops when the grid is exhausted
    assert sorted((trial.params["units"], trial.params["activations"]) for trial in study.trials) == [
        (units, name) for units in (3, 6, 9) for name in ("relu", "tanh")
    ]


def test_a_study_is_found_again_and_another_space_refused(space, data, tmp_path):
    storage = f"sqlite:///{tmp_path / 'study.db'}"
    study = make_study(space, storage=storage, name="mine", seed=0)
    study.optimize(lambda trial: objective(trial, data, space), n_trials=2)
    assert len(make_study(space, storage=storage, name="mine").trials) == 2
    other = SearchSpace(BASE, layers=Range(1, 3))
    with pytest.raises(ValueError, match=r"'mine' searches another space \(activations: .*; layers: .*\): choose"):
        make_study(other, storage=storage, name="mine")
    optuna.create_study(storage=storage, study_name="foreign").add_trial(optuna.create_trial(value=0.5))
    with pytest.raises(ValueError, match="the study 'foreign' must be of version 1, got None: choose another name"):
        make_study(space, storage=storage, name="foreign")
    assert len(make_study(space, storage=storage, name="mine").trials) == 2


@pytest.mark.parametrize("written", [{}, {"space_version": studies.SPACE_VERSION}])
def test_a_study_that_another_process_is_still_making_is_taken(written, space, tmp_path):
    storage = f"sqlite:///{tmp_path / 'study.db'}"
    made = optuna.create_study(storage=storage, study_name="both")
    for key, value in written.items():
        made.set_user_attr(key, value)
    assert make_study(space, storage=storage, name="both").user_attrs == {
        "space_version": studies.SPACE_VERSION,
        "space": space.to_json(),
    }


def test_a_study_of_another_version_is_refused(space, tmp_path, monkeypatch):
    storage = f"sqlite:///{tmp_path / 'study.db'}"
    make_study(space, storage=storage, name="old")
    monkeypatch.setattr(studies, "SPACE_VERSION", 2)
    with pytest.raises(ValueError, match="the study 'old' must be of version 2, got 1: choose another name"):
        make_study(space, storage=storage, name="old")


def test_the_test_set_has_no_way_in(space, data, monkeypatch):
    assert list(inspect.signature(objective).parameters) == ["trial", "data", "space", "after_epoch"]
    seen, run = [], MLPConfig.run

    def watched(self, network, *given):
        seen.extend(given)
        return run(self, network, *given)

    monkeypatch.setattr(MLPConfig, "run", watched)
    trial = fixed(layers=1, units=3, activations="relu", learning_rate=0.1)
    objective(trial, data, space)
    assert [id(given) for given in seen] == [id(array) for array in data]
    with pytest.raises(ValueError, match="too many values to unpack"):
        objective(trial, (*data, *data[:2]), space)


def test_a_space_says_what_it_is(space):
    same = eval(repr(space))
    assert same.to_json() == space.to_json()
    assert repr(same) == repr(space)
    assert json.loads(space.to_json())["searched"]["units"] == [3, 6]


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda: Range(1, 1), ValueError, "low of a range must be below high, got 1 and 1"),
        (lambda: Range(2.0, 1), ValueError, "low of a range must be below high, got 2.0 and 1"),
        (lambda: Range(np.nan, 1), ValueError, "low of a range must be below high"),
        (lambda: Range(0, 1, log=True), ValueError, "logarithmic scale must be above 0, got 0"),
        (lambda: Range("a", 1), TypeError, "low of a range must be a number, got 'a'"),
        (lambda: SearchSpace(BASE), ValueError, "searched must name at least one field, got none"),
        (lambda: SearchSpace({}, units=[3]), TypeError, "base must be an MLPConfig, got {}"),
        (lambda: SearchSpace(BASE, units=[]), ValueError, r"units must be a Range or a list of values, got \[\]"),
        (lambda: SearchSpace(BASE, units=3), ValueError, "units must be a Range or a list of values, got 3"),
        (lambda: SearchSpace(BASE, lr=[0.1]), ValueError, "what is searched must be one of 'layers', .*, got 'lr'"),
        (lambda: SearchSpace(BASE, hidden=[(3,)]), ValueError, "what is searched must be one of 'layers', .*'hidden'"),
        (lambda: SearchSpace(BASE, learning_rate=Range(-1, 1)), ValueError, "learning_rate must be a finite number"),
        (lambda: SearchSpace(BASE, activations=["relu", "rely"]), ValueError, "activations must be one of"),
        (lambda: SearchSpace(BASE, units=Range(0.5, 3.5)), TypeError, "hidden must be"),
        (lambda: make_study(default_space(), sampler="bayes"), ValueError, "sampler must be one of 'random'"),
        (lambda: make_study(default_space(), pruner="late"), ValueError, "pruner must be one of 'none'"),
        (lambda: make_study(default_space(), sampler="grid"), ValueError, "a grid needs a list of values for layers"),
    ],
)
def test_bad_arguments(make, kind, message):
    with pytest.raises(kind, match=message):
        make()


def test_importances_find_what_matters():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1) ** 2 + 0 * trial.suggest_float("y", 0, 1), n_trials=19)
    with pytest.raises(ValueError, match="study must have at least 20 complete trials, got 19"):
        importances(study)
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1) ** 2 + 0 * trial.suggest_float("y", 0, 1), n_trials=30)
    shares = importances(study)
    assert list(shares) == ["x", "y"]
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["x"] > 0.8
