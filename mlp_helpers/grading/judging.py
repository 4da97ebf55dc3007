"""Verdicts on what the checks of a kernel displayed: read as data, and judged by the functions that notebooks use.

Nothing that a student wrote is run or compiled here.
"""

import numpy as np

from mlp_helpers.checking import wire
from mlp_helpers.checking.observations import WRONG, Verdict, canonical, concluded
from mlp_helpers.diagnosis import Attempt
from mlp_helpers.diagnosis import judge as judge_attempt
from mlp_helpers.exercises import exercise


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
    graded = exercise(name)
    cases = graded.cases()
    try:
        seen, names = wire.decoded(data, list(cases))
    except wire.Unreadable as error:
        return Verdict(WRONG, f"What the check displayed is not taken: {error}."), ""
    attempt = Attempt(graded, cases, concluded(graded, seen, cases))
    text = canonical(attempt.observations)
    attempt.expected, attempt.names = concluded(graded, wire.decoded(expected, list(cases))[0], cases), names
    return judge_attempt(attempt), text
