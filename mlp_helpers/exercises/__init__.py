"""Right answers of all exercises, and the mistakes that students make: what a check knows beyond its inputs.

Here are the answers, in the open, for anyone who wants to read them. `checks` and `grading` import this package, and
the kernels of grading do not have it. Read `bank` first.
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
        Of the exercise.
    answer : callable or value
    observations : list of Observation, or None
        What `checks.observe` returned for this answer.
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
    """Return whether two answers did the same in each case."""
    return all(agree(a.value, b.value) and a.changed == b.changed for a, b in zip(expected, observations, strict=True))


def known_mistake(name, observations):
    """Return the hint of the known mistake that does just what was observed, or None."""
    if all(isinstance(observation.value, Raised) for observation in observations):
        return None  # many mistakes end in the same kind of exception
    for mistake in ANSWER_KEYS[name].mistakes:
        if same(observe(name, mistake.answer), observations):
            return mistake.hint
    return None
