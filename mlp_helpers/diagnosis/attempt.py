"""Attempt at an exercise, and its diagnosis, in several ways: the bank, relations of numbers, exceptions, the code."""

from dataclasses import dataclass, replace
from functools import cached_property

from mlp_helpers.checking.observations import Raised, agree, all_wrong_cases, observe, wrong_cases
from mlp_helpers.checking.questions import is_refusal, parameters
from mlp_helpers.diagnosis import exceptions, hints, places, relations

ABSENT = object()  # in place of an answer in grading, where only observations of it are at hand


@dataclass(eq=False, repr=False)  # a student's object may compare, hash and print as it likes
class Attempt:
    """One answer to an exercise, under the current course seed. What is derived from it is computed once.

    Attributes
    ----------
    exercise : Exercise
    cases : dict from str to tuple
    observations : list of Observation, or None
        Of the answer; None if there is none yet.
    names : tuple of str, or None
        Of the answer's parameters.
    answer : object
        `ABSENT` in grading, where the right numbers must not stand in a hint.
    """

    exercise: object
    cases: dict
    observations: list
    names: tuple
    answer: object = ABSENT

    @classmethod
    def at(cls, exercise, answer):
        """Return an attempt at an exercise, with what is observed of the answer; raises `Interrupted`."""
        cases = exercise.cases()
        return cls(exercise, cases, observe(exercise, answer, cases), parameters(answer), answer)

    @cached_property
    def expected(self):
        """Observations of a right answer."""
        return self.exercise.expected

    @cached_property
    def pairs(self):
        """Observations of a right answer and of this one, pairs in each case."""
        return list(zip(self.expected, self.observations, strict=True))

    @cached_property
    def wrong(self):
        """Labels of the cases in which it is wrong, a set."""
        return wrong_cases(self.expected, self.observations)

    @cached_property
    def share(self):
        """The share of the points that it earns, from 0 to 1."""
        return self.exercise.questions.share(self.wrong)

    @cached_property
    def argument_names(self):
        """Names for the arguments of a case: those of its parameters, or else of a known mistake's.

        Those of a class are the constructor's, and what a case of it goes on with.
        """
        if self.names is not None:
            return self.names
        other = self.exercise.key.mistakes[0].answer
        if isinstance(other, type):
            return (*parameters(other.__init__)[1:], "part", "X", "W", "b", "dZ")
        return parameters(other)

    @cached_property
    def raised(self):
        """The first observation of an exception, or None.

        Of a result in parts it counts only if the first part that is wrong is one. One in place of a refusal counts
        only if all other cases are right.
        """
        others = [pair for pair in self.pairs if not is_refusal(pair[0].value)]
        is_right_elsewhere = all(agree(wanted.value, got.value) for wanted, got in others)
        for wanted, got in self.pairs if is_right_elsewhere else others:
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


def diagnose(attempt):
    """Return the way to a diagnosis of a wrong answer, and its hint: the first one that is sure; ("", "") if none is.

    Without the answer itself, the ways that need it are not asked.

    Returns
    -------
    way : {"bank", "relation", "exception", "place", "case", ""}
    hint : str
    """
    for way, find in WAYS.items():
        if (attempt.answer is not ABSENT or way not in NEED_ANSWER) and (hint := find(attempt)):
            return way, hint
    return "", ""


def known_mistake(attempt):
    """Return the hint of the known mistake with the same observations, or None.

    If there is none, one with the same ordinary faults that differs only in awkward cases which this answer gets right,
    or in any awkward case if its hint is not about them.
    """
    if hint := hints.missing_return(attempt):
        return hint
    if all(isinstance(one.value, Raised) for one in attempt.observations):
        return None  # many mistakes raise the same kind of exception
    exercise, nearly = attempt.exercise, None
    awkward = set(exercise.questions.awkward)
    mistakes = exercise.key.mistakes
    made = [exercise.known(mistake.answer) for mistake in mistakes]
    for mistake, differ in zip(mistakes, all_wrong_cases(made, attempt.observations), strict=True):
        if not differ:
            return mistake.hint
        allowed = awkward if mistake.of_ordinary else awkward - attempt.wrong
        if nearly is None and attempt.wrong - awkward and differ <= allowed:
            nearly = mistake.hint
    return nearly


def relation(attempt):
    """Return a hint on a changed argument, or on the relation of the results to the right ones; None for neither.

    Of results in parts, it is about the first part that differs.
    """
    if changed := hints.changed_input(attempt):
        return changed
    pairs, key = attempt.pairs, None
    if all(isinstance(one.value, dict) for pair in pairs for one in pair):
        key = hints.first_difference(pairs)
        if key in attempt.exercise.questions.properties:
            return None  # it has a sentence of its own
        pairs = [pair for pair in pairs if key in pair[0].value]

    def value(observation):
        return observation.value if key is None else observation.value.get(key)

    cases = [
        relations.Case(dict(zip(attempt.argument_names, attempt.cases[a.label], strict=False)), value(a), value(b))
        for a, b in pairs
    ]
    if any(isinstance(case.expected, bool) for case in cases):
        return None
    found = relations.relation(cases)
    return f"In '{key}': {found}" if found and key else found


def exception(attempt):
    """Return a hint on an exception in plain words, or None."""
    return attempt.raised and exceptions.in_plain_words(attempt.raised)


def first_case(attempt):
    """Return a hint on an exception in its own words, or else on the first case that is wrong."""
    quoted = attempt.raised and (hints.refused(attempt) or exceptions.quoted(attempt.raised))
    return quoted or hints.first_case(attempt, with_numbers=attempt.answer is not ABSENT)


WAYS = {
    "bank": known_mistake,
    "relation": relation,
    "exception": exception,
    "place": places.place,
    "case": first_case,
}
NEED_ANSWER = {"place"}
