"""Diagnosis of a wrong answer, in four ways: the bank, relations of numbers, exceptions, and the place in the code."""

from mlp_helpers.checking.cases import QUESTIONS
from mlp_helpers.checking.observations import Raised, exercise_rng, observe, same
from mlp_helpers.exercises import exceptions, hints, places, relations
from mlp_helpers.exercises.answer_keys import ANSWER_KEYS


def diagnose(name, answer, expected, observations):
    """Return the way to a diagnosis of a wrong answer, and its hint: the first one that is sure.

    Parameters
    ----------
    name : str
        Name of the exercise.
    answer : callable
    expected, observations : list of Observation
        Of a right answer and of this one.

    Returns
    -------
    way : {"callee", "bank", "relation", "exception", "place", "case"}
    hint : str
    """
    names, arguments = hints.parameters(answer, ANSWER_KEYS[name]), QUESTIONS[name].cases(exercise_rng(name))
    references = {other: key.reference for other, key in ANSWER_KEYS.items()}
    raised = next((one for one in observations if isinstance(one.value, Raised)), None)
    ways = {
        "callee": lambda: hints.wrong_callee(name, answer, _is_right),
        "bank": lambda: hints.missing_return(expected, observations) or known_mistake(name, observations),
        "relation": lambda: relation(names, arguments, expected, observations),
        "exception": lambda: raised and exceptions.in_plain_words(raised),
        "place": lambda: places.place(name, answer, references),
        "case": lambda: (
            exceptions.quoted(raised) if raised else hints.first_case(name, answer, names, expected, observations)
        ),
    }
    return next((way, hint) for way, find in ways.items() if (hint := find()))


def _is_right(name, answer):
    """Return False if an answer is wrong; one that is missing is not."""
    observations = observe(name, answer)
    return observations is None or same(observe(name, ANSWER_KEYS[name].reference), observations)


def known_mistake(name, observations):
    """Return the hint of the known mistake with the same observations, or None."""
    if all(isinstance(observation.value, Raised) for observation in observations):
        return None  # many mistakes raise the same kind of exception
    for mistake in ANSWER_KEYS[name].mistakes:
        if same(observe(name, mistake.answer), observations):
            return mistake.hint
    return None


def relation(names, arguments, expected, observations):
    """Return a hint on how the results of an answer are related to the right ones, or None.

    Parameters
    ----------
    names : sequence of str
        Of the answer's parameters.
    arguments : dict from str to tuple
        Their values in each case.
    expected, observations : list of Observation
        Of a right answer and of this one, in the same cases.
    """
    pairs = zip(expected, observations, strict=True)
    cases = [relations.Case(dict(zip(names, arguments[a.label], strict=False)), a.value, b.value) for a, b in pairs]
    return hints.changed_input(expected, observations) or relations.relation(cases)
