"""Curves of trainings and of hyperparameter searches."""

import numpy as np

from mlp_helpers.plots.figures import COLOURS, new_figure


def learning_curves(history, log=False):
    """Draw loss and error over the epochs, for training and validation.

    Parameters
    ----------
    history : iterable of EpochResult
        A run, too, such as that of `MLPConfig.run`, which then trains.
    log : bool, optional
        Whether both have a logarithmic scale.

    Returns
    -------
    Figure
    """
    history = list(history)
    fig, axes = new_figure(1, 2)
    epochs = [result.epoch for result in history]
    for ax, quantity in zip(axes, ("loss", "error"), strict=True):
        for name, label in (("train", "training"), ("valid", "validation")):
            values = [getattr(result, f"{name}_{quantity}") for result in history]
            if None not in values:
                ax.plot(epochs, values, label=label)
        ax.set(xlabel="epoch", ylabel=quantity, yscale="log" if log else "linear")
        if ax.lines:
            ax.legend()
    return fig


def search_history(study):
    """Draw the validation error of each trial of a study, and the best so far.

    Parameters
    ----------
    study : optuna.Study

    Returns
    -------
    Figure
    """
    complete, pruned = _complete_and_pruned(study)
    fig, ax = new_figure(size=(7, 3.2))
    ax.plot(*_numbers_and_errors(pruned), ".", color="silver", label="stopped early")
    numbers, errors = _numbers_and_errors(complete)
    ax.plot(numbers, errors, "o", color=COLOURS[0], label="complete")
    ax.step(numbers, np.minimum.accumulate(errors), where="post", color=COLOURS[1], linestyle="-", label="best so far")
    ax.set(xlabel="trial")
    _error_axis(ax)
    ax.legend()
    return fig


def search_curves(study):
    """Draw each trial's validation error over its epochs: pruned ones grey, over the complete ones; the best in front.

    Parameters
    ----------
    study : optuna.Study

    Returns
    -------
    Figure
    """
    complete, pruned = _complete_and_pruned(study)
    fig, ax = new_figure(size=(7, 3.6))
    best = [trial for trial in complete if trial.value == min(trial.value for trial in complete)][:1]
    for trials, label, look in (
        (complete, "complete", {"color": COLOURS[5], "linewidth": 0.8}),
        (pruned, "stopped early", {"color": "dimgrey", "linewidth": 1, "marker": ".", "markevery": [-1]}),
        (best, "best", {"color": COLOURS[1]}),
    ):
        for i, trial in enumerate(trials):
            epochs, errors = zip(*sorted(trial.intermediate_values.items()), strict=True)
            ax.plot(epochs, errors, linestyle="-", label=label if i == 0 else None, **look)
    ax.set(xlabel="epoch")
    _error_axis(ax)
    if ax.lines:
        ax.legend()
    return fig


def importance_bars(shares):
    """Draw the importance of each hyperparameter.

    Parameters
    ----------
    shares : dict of str to float
        As returned by `tuning.importances`.

    Returns
    -------
    Figure
    """
    fig, ax = new_figure(size=(6, 0.6 + 0.28 * len(shares)))
    bars = ax.barh(list(shares), list(shares.values()))
    ax.bar_label(bars, [f"{100 * share:.0f} %" for share in shares.values()], padding=3)
    ax.set(xlabel="importance", xlim=(0, 1.15 * max(shares.values())))
    ax.grid(False, axis="y")
    ax.invert_yaxis()
    return fig


def _complete_and_pruned(study):
    """Return the complete trials of a study, and those that were pruned after at least one epoch."""
    trials = [trial for trial in study.get_trials(deepcopy=False) if trial.intermediate_values]
    return [[trial for trial in trials if trial.state.name == state] for state in ("COMPLETE", "PRUNED")]


def _numbers_and_errors(trials):
    """Return the numbers and the errors of trials, two lists; with early stopping, the error of the best epoch."""
    return [trial.number for trial in trials], [trial.value for trial in trials]


def _error_axis(ax):
    """Make the vertical axis one of errors on a logarithmic scale, with readable labels."""
    ax.set(ylabel="validation error", yscale="log")
    low, high = ax.get_ylim()
    ticks = [tick for tick in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1) if low <= tick <= high]
    ax.set_yticks(ticks, labels=ticks)
    ax.minorticks_off()
