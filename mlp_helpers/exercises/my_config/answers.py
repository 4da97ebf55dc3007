"""Verdict on `my_config`, for which many configurations are right."""

import warnings

import numpy as np

from mlp_helpers.checking.observations import RIGHT, WRONG, Verdict
from mlp_helpers.config import MLPConfig
from mlp_helpers.exercises.answer_keys import AnswerKey
from mlp_helpers.quick import quick_errors
from mlp_helpers.training import TrainingDiverged

ALLOWED_ERROR = 0.10  # good configurations reach 7 to 9 %, MLPConfig() 13 to 20 %
MAX_EPOCHS, MAX_LAYERS, MAX_UNITS = 10, 2, 100


def judge_config(config):
    """Return the `Verdict` on a student's configuration: whether it is allowed and trains to a low enough error."""
    fault = _not_allowed(config)
    if fault:
        return Verdict(WRONG, fault)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # of overflow, if the learning rate is too high
        try:
            train_error, valid_error = quick_errors(config)
        except TrainingDiverged as error:
            return Verdict(
                WRONG,
                f"Training diverged in epoch {error.epoch}: the gradients were no longer finite numbers. "
                "How long are the steps?",
            )
    if valid_error <= ALLOWED_ERROR:
        return Verdict(RIGHT, f"validation error {_percent(valid_error)}")
    return Verdict(WRONG, f"Its validation error is {_percent(valid_error)}. {_reason(config, train_error)}")


def _not_allowed(config):
    """Return why a configuration is invalid or not allowed, "" if it is allowed."""
    if not isinstance(config, MLPConfig):
        called = " Is it the class itself, not called?" if config is MLPConfig else ""
        return f"It is of type {type(config).__name__}; it should be an MLPConfig.{called}"
    if (config.n_inputs, config.n_classes) != (784, 10):
        return (
            f"It has {config.n_inputs} inputs and {config.n_classes} classes. How many pixels does an image have, and "
            "how many digits are there?"
        )
    if config.epochs > MAX_EPOCHS:
        return f"It trains for {config.epochs} epochs; {MAX_EPOCHS} are allowed."
    if len(config.hidden) > MAX_LAYERS or max(config.hidden, default=0) > MAX_UNITS:
        return f"Its hidden layers are {config.hidden}; allowed are {MAX_LAYERS} of at most {MAX_UNITS} units each."
    if config.patience is not None:
        return (
            "With `patience` it would choose its last epoch by the validation images. Training does not see them here."
        )
    return ""


def _reason(config, train_error):
    """Return a hint derived from the error on the training images."""
    if train_error > 0.8:
        seen = f"It guesses: it misreads {_percent(train_error)} of the training images, too."
        if config.hidden and config.init_stddev == 0:
            return f"{seen} Can units that start with the same weights ever become different?"
        return f"{seen} Did the loss not move at all, or did it jump: how long are the steps, and where do they start?"
    if train_error > 0.05:
        return (
            f"It misreads {_percent(train_error)} of the training images, too, so it has not learned enough. How many "
            "steps does it take, how long are they, and does the training loss still fall at the end, or jump?"
        )
    return (
        f"It misreads only {_percent(train_error)} of the training images, but many more of the others. Look "
        "at the weights it starts from, the widths of its layers, the number of epochs, and what keeps a network from "
        "learning by heart."
    )


def _percent(share):
    return f"{100 * share:.2f} %"


KEY = AnswerKey(
    reference=MLPConfig(hidden=(100, 100), init_stddev="he", learning_rate=0.1, batch_size=10, epochs=10),
    judge_value=judge_config,
)
