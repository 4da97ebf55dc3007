"""Right answers and known mistakes of all exercises, from which checks derive their verdicts.

The answers are not hidden from students who want to read them. `checks` and `grading` import this package. Grading
kernels do not have it. Read `bank` first.
"""

from mlp_helpers.checking.observations import RIGHT, UNANSWERED, WRONG, Raised, Verdict, agree, observe
from mlp_helpers.exercises import data_loading, gradient_checking, hints, layers, training, tuning

ANSWER_KEYS = {}
for _notebook in (data_loading, layers, gradient_checking, training, tuning):
    ANSWER_KEYS |= _notebook.ANSWER_KEYS


def judge(name, answer, observations):
    """Return the `Verdict` on an answer.

    Parameters
    ----------
    name : str
        Name of the exercise.
    answer : callable or value
    observations : list of Observation, or None
        Result of `observe` for this answer.
    """
    exercise = ANSWER_KEYS[name]
    if observations is None:
        return Verdict(UNANSWERED)
    if exercise.judge_value is not None:
        return exercise.judge_value(answer)
    expected = observe(name, exercise.reference)
    if same(expected, observations):
        return Verdict(RIGHT, hints.remark(expected, observations))
    hint = (
        hints.obvious(expected, observations)
        or known_mistake(name, observations)
        or hints.hint_for(name, answer, expected, observations)
    )
    return Verdict(WRONG, hint)


def same(expected, observations):
    """Return whether the observations of two answers agree in each case."""
    return all(agree(a.value, b.value) and a.changed == b.changed for a, b in zip(expected, observations, strict=True))


def known_mistake(name, observations):
    """Return the hint of the known mistake with the same observations, or None."""
    if all(isinstance(observation.value, Raised) for observation in observations):
        return None  # many mistakes raise the same kind of exception
    for mistake in ANSWER_KEYS[name].mistakes:
        if same(observe(name, mistake.answer), observations):
            return mistake.hint
    return None
