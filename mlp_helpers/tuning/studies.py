"""Hyperparameter searches: Optuna chooses, the course's training tries, the validation error decides.

space = default_space()
study = make_study(space, sampler="tpe", seed=0)
study.optimize(lambda trial: objective(trial, (X, y, X_valid, y_valid), space), n_trials=30)
best_config(study)
"""

import dataclasses
import json
from dataclasses import dataclass

import optuna
from optuna.trial import TrialState

from mlp_helpers.config import MLPConfig
from mlp_helpers.services.validation import int_at_least, one_of
from mlp_helpers.training import TrainingDiverged

SPACE_VERSION = 1  # of the search space as a study stores it


@dataclass(frozen=True)
class Range:
    """Range of numbers to search.

    Parameters
    ----------
    low, high : int or float
        Both inclusive. If both are ints, the range is of ints.
    log : bool, optional
        Whether the scale is logarithmic: 0.01 to 0.1 is as wide as 0.1 to 1.

    Raises
    ------
    TypeError, ValueError
        Bounds that are not numbers, in the wrong order, or not above 0 on a logarithmic scale.
    """

    low: float
    high: float
    log: bool = False

    def __post_init__(self):
        for name in ("low", "high"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise TypeError(f"{name} of a range must be a number, got {value!r}")
        if not self.low < self.high:
            raise ValueError(f"low of a range must be below high, got {self.low!r} and {self.high!r}")
        if self.log and self.low <= 0:
            raise ValueError(f"low of a range on a logarithmic scale must be above 0, got {self.low!r}")

    def suggest(self, trial, name):
        """Return a number that `trial` chooses."""
        is_int = isinstance(self.low, int) and isinstance(self.high, int)
        return (trial.suggest_int if is_int else trial.suggest_float)(name, self.low, self.high, log=self.log)


class SearchSpace:
    """Search space: the fields of a configuration to search, and the values of the others.

    Parameters
    ----------
    base : MLPConfig
        Provides the fields that are not searched.
    **searched : Range, or a list of values
        By field of `MLPConfig`; in place of `hidden`, `layers` is the number of hidden layers and `units` the number of
        units of each.

    Raises
    ------
    TypeError, ValueError
        An unknown field, nothing to choose from, or a value that the field cannot have.
    """

    def __init__(self, base, **searched):
        if not isinstance(base, MLPConfig):
            raise TypeError(f"base must be an MLPConfig, got {base!r}")
        if not searched:
            raise ValueError("searched must name at least one field, got none")
        fields = [field.name for field in dataclasses.fields(MLPConfig) if field.name != "hidden"]
        for name, values in searched.items():
            one_of(name, ["layers", "units", *fields], "what is searched")
            if not isinstance(values, Range | list | tuple) or values == [] or values == ():
                raise ValueError(f"{name} must be a Range or a list of values, got {values!r}")
        self.base = base
        self.searched = {name: v if isinstance(v, Range) else tuple(v) for name, v in searched.items()}
        for name, values in self.searched.items():
            for value in (values.low, values.high) if isinstance(values, Range) else values:
                self.config({name: value})  # raises here what the search would raise, perhaps hours later

    def config(self, values):
        """Return the base configuration with `values`, a dictionary by name, in place of its own."""
        values = dict(values)
        hidden = self.base.hidden
        n_layers, n_units = values.pop("layers", None), values.pop("units", None)
        if n_layers is not None or n_units is not None:
            n_layers = len(hidden) if n_layers is None else int_at_least(n_layers, "layers", minimum=0)
            n_units = (hidden[0] if hidden else 80) if n_units is None else n_units
            values["hidden"] = (n_units,) * n_layers
        return self.base.replace(**values)

    def suggest(self, trial):
        """Return the configuration that an Optuna trial chooses."""
        return self.config(
            {
                name: values.suggest(trial, name)
                if isinstance(values, Range)
                else trial.suggest_categorical(name, values)
                for name, values in self.searched.items()
            }
        )

    def grid(self):
        """Return the values of a grid search, lists by name; raise ValueError if there is a Range."""
        for name, values in self.searched.items():
            if isinstance(values, Range):
                raise ValueError(f"a grid needs a list of values for {name}, got {values}")
        return {name: list(values) for name, values in self.searched.items()}

    def to_json(self):
        """Return the space as JSON, which is the same for equal spaces."""
        searched = {
            name: dataclasses.asdict(values) if isinstance(values, Range) else list(values)
            for name, values in sorted(self.searched.items())
        }
        return json.dumps({"base": self.base.to_dict(), "searched": searched}, sort_keys=True)

    def __repr__(self):
        searched = "".join(
            f"    {name}={values if isinstance(values, Range) else list(values)!r},\n"
            for name, values in self.searched.items()
        )
        return f"SearchSpace(\n    {self.base!r},\n{searched})"


def default_space(epochs=15):
    """Return a space for MNIST: float32, for speed, and a learning rate that falls along a cosine."""
    return SearchSpace(
        MLPConfig(epochs=epochs, schedule="cosine", dtype="float32"),
        layers=Range(1, 3),
        units=Range(50, 512, log=True),
        activations=["relu", "tanh"],
        init_stddev=["glorot", "he"],
        optimizer=["sgd", "nesterov"],
        learning_rate=Range(0.01, 1.0, log=True),
        batch_size=Range(16, 256, log=True),
        dropout=Range(0.0, 0.5),
        weight_decay=Range(1e-6, 1e-3, log=True),
    )


SAMPLERS = {
    "random": lambda space, seed: optuna.samplers.RandomSampler(seed=seed),
    "grid": lambda space, seed: optuna.samplers.GridSampler(space.grid(), seed=seed),
    "tpe": lambda space, seed: optuna.samplers.TPESampler(seed=seed),
    "cmaes": lambda space, seed: optuna.samplers.CmaEsSampler(seed=seed, warn_independent_sampling=False),
}
PRUNERS = {
    "none": lambda epochs: optuna.pruners.NopPruner(),
    "median": lambda epochs: optuna.pruners.MedianPruner(n_startup_trials=5, n_warmup_steps=2),
    "hyperband": lambda epochs: optuna.pruners.HyperbandPruner(min_resource=1, max_resource=epochs, reduction_factor=3),
}


def make_study(space, *, sampler="tpe", pruner="median", seed=None, storage=None, name="study"):
    """Return a new study, or the existing one of that name.

    Parameters
    ----------
    space : SearchSpace
    sampler : {"random", "grid", "tpe", "cmaes"}, optional
        Random; every combination; the tree-structured Parzen estimator; covariance matrix adaptation, which handles
        numbers only, and samples lists at random.
    pruner : {"none", "median", "hyperband"}, optional
        Stops trials early: never; if they are worse than the median of earlier ones at the same epoch; in brackets of
        growing budgets.
    seed : int, optional
    storage : str or optuna.storages.BaseStorage, optional
        Where the study is stored; by default in memory.
    name : str, optional
        Name of the study, which Hyperband's assignment of trials to brackets depends on, too.

    Returns
    -------
    optuna.Study
        Minimises the validation error.

    Raises
    ------
    ValueError
        An unknown sampler or pruner; a grid over a range; an existing study of another space or version.
    """
    make_sampler = SAMPLERS[one_of(sampler, SAMPLERS, "sampler")]
    make_pruner = PRUNERS[one_of(pruner, PRUNERS, "pruner")]
    study = optuna.create_study(
        storage=storage,
        sampler=make_sampler(space, seed),
        pruner=make_pruner(space.base.epochs),
        study_name=name,
        direction="minimize",
        load_if_exists=True,
    )
    # Another process may have made the study a moment ago and be writing the same. Its trials come after its space, so
    # they are asked for first.
    if not study.trials and "space" not in study.user_attrs:
        study.set_user_attr("space_version", SPACE_VERSION)
        study.set_user_attr("space", space.to_json())
    kept = study.user_attrs
    if kept.get("space_version") != SPACE_VERSION:
        version = kept.get("space_version")
        raise ValueError(f"the study {name!r} must be of version {SPACE_VERSION}, got {version}: choose another name")
    if kept["space"] != space.to_json():
        differences = _differences(json.loads(kept["space"]), json.loads(space.to_json()))
        raise ValueError(f"the study {name!r} searches another space ({differences}): choose another name")
    return study


def _differences(kept, asked):
    """Return as text how two spaces differ, given as dictionaries."""
    found = []
    for part in ("base", "searched"):
        for key in sorted({*kept[part], *asked[part]}):
            there, here = (json.dumps(space[part].get(key)) for space in (kept, asked))
            if there != here:
                found.append(f"{key}: {there} there, {here} asked for")
    return "; ".join(found)


def objective(trial, data, space, after_epoch=None):
    """Train the configuration that a trial chooses; return its validation error.

    Each epoch is reported, so that a pruner can stop the trial. A run that diverges is pruned, too. The trial's user
    attribute "config" holds the configuration, and "reason" why it was pruned.

    Parameters
    ----------
    trial : optuna.Trial
    data : tuple of X, Y, X_valid, Y_valid
        Training and validation data; the test set has no place in a search.
    space : SearchSpace
    after_epoch : callable, optional
        Called after each epoch but the last; an exception from it ends the trial.

    Returns
    -------
    float
        0 … 1, of the final parameters.

    Raises
    ------
    optuna.TrialPruned
    """
    X, Y, X_valid, Y_valid = data
    config = space.suggest(trial)
    trial.set_user_attr("config", config.to_json())
    run = config.run(config.build(), X, Y, X_valid, Y_valid)
    errors = []
    try:
        for result in run:
            errors.append(result.valid_error)
            trial.report(result.valid_error, result.epoch)
            if result.epoch + 1 >= run.n_epochs:
                continue
            if after_epoch is not None:
                after_epoch()
            if trial.should_prune():
                raise _pruned(trial, f"validation error {result.valid_error:.4f} after epoch {result.epoch}")
    except TrainingDiverged as error:
        raise _pruned(trial, str(error)) from error
    return errors[-1] if run.best_epoch is None else errors[run.best_epoch]


def importances(study):
    """Return the importance of each hyperparameter in a study, largest first.

    Parameters
    ----------
    study : optuna.Study

    Returns
    -------
    dict of str to float
        Shares that add up to 1, by PED-ANOVA, which compares the best tenth of the complete trials with all (Watanabe
        et al., "PED-ANOVA: Efficiently Quantifying Hyperparameter Importance in Arbitrary Subspaces", 2023).

    Raises
    ------
    ValueError
        Fewer than 20 complete trials, too few for an estimate.
    """
    n_complete = len(study.get_trials(deepcopy=False, states=[TrialState.COMPLETE]))
    if n_complete < 20:
        raise ValueError(f"study must have at least 20 complete trials, got {n_complete}")
    return optuna.importance.get_param_importances(study, evaluator=optuna.importance.PedAnovaImportanceEvaluator())


def _pruned(trial, reason):
    trial.set_user_attr("reason", reason)
    return optuna.TrialPruned(reason)


def best_config(study):
    """Return the MLPConfig of the best complete trial; raise ValueError if there is none."""
    return MLPConfig.from_json(study.best_trial.user_attrs["config"])
