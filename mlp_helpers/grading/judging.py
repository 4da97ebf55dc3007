"""Verdicts on what the checks of a kernel displayed: read as data, and judged by the functions that notebooks use.

Nothing that a student wrote is run or compiled here.
"""

import ast

import numpy as np

from mlp_helpers.checking import wire
from mlp_helpers.checking.cases import QUESTIONS
from mlp_helpers.checking.observations import (
    PARTLY,
    RIGHT,
    WRONG,
    Verdict,
    canonical,
    concluded,
    exercise_rng,
    wrong_cases,
)
from mlp_helpers.checking.questions import VALUE
from mlp_helpers.config import MLPConfig
from mlp_helpers.exercises import ANSWER_KEYS
from mlp_helpers.exercises.diagnosis import diagnose_at_a_distance

MAX_CONFIG_CHARACTERS = 2000


def displayed(outputs):
    """Return what a check displayed as data, the last one in a list of outputs; None if there is none."""
    found = [output.data[wire.MIME] for output in outputs if wire.MIME in output.get("data", ())]
    return found[-1] if found else None


@np.errstate(all="ignore")  # numbers of wrong answers may be of any size
def judge(name, expected, data):
    """Return the `Verdict` on an answer to an exercise, and the canonical form of what was observed.

    Parameters
    ----------
    name : str
        Name of the exercise.
    expected : str
        What its check displays with the reference's answer, under the current course seed.
    data : object
        What it displayed with this answer.
    """
    labels = list(QUESTIONS[name].cases(exercise_rng(name)))
    try:
        seen, names = wire.decoded(data, labels)
    except wire.Unreadable as error:
        return Verdict(WRONG, f"What the check displayed is not taken: {error}."), ""
    observations = concluded(name, seen)
    text = canonical(observations)
    if QUESTIONS[name].kind == VALUE:
        return judged_value(name, observations[0].value), text
    wanted = concluded(name, wire.decoded(expected, labels)[0])
    wrong = wrong_cases(wanted, observations)
    if not wrong:
        return Verdict(RIGHT), text
    share = QUESTIONS[name].share(wrong)
    return Verdict(PARTLY if share else WRONG, _hint(name, names, wanted, observations), share), text


def _hint(name, names, expected, observations):
    try:
        return diagnose_at_a_distance(name, names, expected, observations)[1]
    except Exception:  # what was seen may be anything, and no hint is worth the marks of the other exercises
        return ""


def judged_value(name, text):
    """Return the `Verdict` on a value from its text, `MLPConfig(…)`; many values may be right."""
    try:
        return ANSWER_KEYS[name].judge_value(_config_in(text))
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):  # the text may be anything
        return Verdict(WRONG, "It is no configuration.")


def _config_in(text):
    """Return the MLPConfig that a text describes.

    Raises
    ------
    ValueError, TypeError, SyntaxError, RecursionError, MemoryError
        The text describes something else.
    """
    call = ast.parse(text[:MAX_CONFIG_CHARACTERS], mode="eval").body
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "MLPConfig"):
        raise ValueError("no configuration")
    return MLPConfig(**{keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords})
