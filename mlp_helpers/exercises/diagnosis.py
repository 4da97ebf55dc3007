"""Diagnosis of a wrong answer, in four ways: the bank, relations of numbers, exceptions, and the place in the code."""

from dataclasses import replace

from mlp_helpers.checking.cases import QUESTIONS
from mlp_helpers.checking.observations import Raised, agree, exercise_rng, observe, same, wrong_cases
from mlp_helpers.checking.questions import is_refusal, parameters
from mlp_helpers.exercises import exceptions, hints, places, relations
from mlp_helpers.exercises.answer_keys import ANSWER_KEYS, observe_known


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
    names = hints.names_of_arguments(parameters(answer), ANSWER_KEYS[name])
    arguments = QUESTIONS[name].cases(exercise_rng(name))
    references = {other: key.reference for other, key in ANSWER_KEYS.items()}
    raised = _first_raised(expected, observations)
    ways = {
        "callee": lambda: (
            hints.no_class(name, answer) or hints.wrong_callee(name, answer, _is_right) or hints.foreign_array(answer)
        ),
        **_by_observations(name, names, expected, observations),
        "place": lambda: places.place(name, answer, references),
        "case": lambda: (
            _exception_as_it_is(raised, expected, names, arguments)
            or hints.first_case(name, answer, names, expected, observations)
        ),
    }
    return next((way, hint) for way, find in ways.items() if (hint := find()))


def diagnose_at_a_distance(name, names, expected, observations):
    """Return what `diagnose` does, by the ways that need no answer but what was observed of it; ("", "") if none does.

    No right number stands in the hint, since students read it in the feedback.

    Parameters
    ----------
    name : str
        Name of the exercise.
    names : tuple of str, or None
        Of the answer's parameters.
    expected, observations : list of Observation
        Of a right answer and of this one.
    """
    names = hints.names_of_arguments(names, ANSWER_KEYS[name])
    arguments, raised = QUESTIONS[name].cases(exercise_rng(name)), _first_raised(expected, observations)
    ways = {
        **_by_observations(name, names, expected, observations),
        "case": lambda: (
            _exception_as_it_is(raised, expected, names, arguments)
            or hints.first_case_without_numbers(name, names, expected, observations)
        ),
    }
    return next(((way, hint) for way, find in ways.items() if (hint := find())), ("", ""))


def _by_observations(name, names, expected, observations):
    """Return the ways that need no answer but what was observed of it: functions by name, in their order."""
    arguments, raised = QUESTIONS[name].cases(exercise_rng(name)), _first_raised(expected, observations)
    return {
        "bank": lambda: hints.missing_return(expected, observations) or known_mistake(name, expected, observations),
        "relation": lambda: relation(names, arguments, expected, observations),
        "exception": lambda: raised and exceptions.in_plain_words(raised),
    }


def _exception_as_it_is(raised, expected, names, arguments):
    """Return a hint on an observation of an exception in the exception's own words; None for None."""
    return raised and (hints.refused(raised, expected, names, arguments) or exceptions.quoted(raised))


def _first_raised(expected, observations):
    """Return the first observation of an exception, or None.

    Of a result in parts it counts only if the first part that is wrong is one. One in place of a refusal counts only if
    all other cases are right.
    """
    pairs = list(zip(expected, observations, strict=True))
    others = [pair for pair in pairs if not is_refusal(pair[0].value)]
    is_right_elsewhere = all(agree(wanted.value, got.value) for wanted, got in others)
    for wanted, got in pairs if is_right_elsewhere else others:
        value = got.value
        if isinstance(value, dict) and isinstance(wanted.value, dict):
            key = hints.first_difference([(wanted, got)])
            if key is None:
                continue
            value = hints.part(value, key)
            if not isinstance(value, Raised):
                return None
        if isinstance(value, Raised):
            return replace(got, value=value)
    return None


def _is_right(name, answer):
    """Return False if an answer is wrong; one that is missing is not."""
    observations = observe(name, answer)
    return observations is None or same(observe_known(name, ANSWER_KEYS[name].reference), observations)


def known_mistake(name, expected, observations):
    """Return the hint of the known mistake with the same observations, or None.

    If there is none, one with the same ordinary faults that differs only in awkward cases which this answer gets right,
    or in any awkward case if its hint is not about them.
    """
    if all(isinstance(observation.value, Raised) for observation in observations):
        return None  # many mistakes raise the same kind of exception
    awkward, wrong, nearly = set(QUESTIONS[name].awkward), wrong_cases(expected, observations), None
    for mistake in ANSWER_KEYS[name].mistakes:
        differ = wrong_cases(observe_known(name, mistake.answer), observations)
        if not differ:
            return mistake.hint
        if nearly is None and wrong - awkward and differ <= (awkward if mistake.of_ordinary else awkward - wrong):
            nearly = mistake.hint
    return nearly


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
    if changed := hints.changed_input(expected, observations):
        return changed
    pairs, key = list(zip(expected, observations, strict=True)), None
    if all(isinstance(one.value, dict) for pair in pairs for one in pair):
        key = hints.first_difference(pairs)
        if key in hints.PROPERTIES:
            return None  # it has a sentence of its own
        pairs = [pair for pair in pairs if key in pair[0].value]

    def value(observation):
        return observation.value if key is None else observation.value.get(key)

    cases = [relations.Case(dict(zip(names, arguments[a.label], strict=False)), value(a), value(b)) for a, b in pairs]
    if any(isinstance(case.expected, bool) for case in cases):
        return None
    found = relations.relation(cases)
    return f"In '{key}': {found}" if found and key else found
