"""Attempt at an exercise, the verdict on it, and its diagnosis by the bank, relations, exceptions and the code."""

import ast
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from mlp_helpers.checking.observations import (
    PARTLY,
    RIGHT,
    UNANSWERED,
    WRONG,
    Raised,
    Verdict,
    agree,
    borrowed,
    numbers,
    observe,
    wrong_cases,
)
from mlp_helpers.checking.questions import CLASS, is_refusal, parameters
from mlp_helpers.diagnosis import calls, exceptions, hints, passed, places, refusals, relations, slips
from mlp_helpers.diagnosis.syntax import codes
from mlp_helpers.diagnosis.withheld import withheld_function

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
    answer : object
        `ABSENT` in grading, where the right numbers must not stand in a hint.
    """

    exercise: object
    cases: dict
    observations: list
    answer: object = ABSENT

    @classmethod
    def at(cls, exercise, answer):
        """Return an attempt at an exercise, with what is observed of the answer; raises `Interrupted`."""
        cases = exercise.cases()
        return cls(exercise, cases, observe(exercise, answer, cases), answer)

    @cached_property
    def names(self):
        """Names of the answer's parameters, a tuple of str; None if it is no function."""
        return parameters(self.answer)

    @cached_property
    def expected(self):
        """Observations of a right answer."""
        return self.exercise.expected

    @cached_property
    def pairs(self):
        """Observations of a right answer and of this one, pairs in each case; tuples with named items as dicts."""
        return [tuple(map(self._in_parts, pair)) for pair in zip(self.expected, self.observations, strict=True)]

    def _in_parts(self, observation):
        parts = self.exercise.questions.parts
        are_tuples = all(type(one.value) is tuple and len(one.value) == len(parts) for one in self.observations)
        if not parts or not are_tuples or any(numbers(item) is None for one in self.observations for item in one.value):
            return observation
        return replace(observation, value=dict(zip(parts, observation.value, strict=True)))

    @cached_property
    def wrong(self):
        """Labels of the cases in which it is wrong, a set."""
        return wrong_cases(self.expected, self.observations)

    @cached_property
    def points_share(self):
        """The share of the points that it earns, from 0 to 1."""
        questions = self.exercise.questions
        return 1.0 if not self.wrong else questions.ordinary_share if self.wrong.issubset(questions.awkward) else 0.0

    @cached_property
    def argument_names(self):
        """Names for the arguments of a case: those of its parameters, or else of a known mistake's.

        Those of a class are what its cases are observed with.
        """
        if self.names is not None:
            return self.names
        if self.exercise.kind == CLASS:
            return (*parameters(self.exercise.questions.observe)[1:], "X", "W", "b", "dZ")
        return parameters(self.exercise.key.mistakes[0].answer)

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


@np.errstate(all="ignore")  # numbers of wrong answers may be of any size
def judge(attempt):
    """Return the `Verdict` on an attempt."""
    exercise, answer = attempt.exercise, attempt.answer
    if attempt.observations is None:
        return Verdict(UNANSWERED, notes=_notes_on_none(exercise, answer))
    if exercise.key.judge_value is not None:
        verdict = passed.name_in_quotes(exercise, answer) or exercise.key.judge_value(answer)
        notes = _notes_on_none(exercise, answer) if verdict.state == UNANSWERED else ()
        return replace(verdict, notes=(*verdict.notes, *notes))
    withheld = attempt.points_share and answer is not ABSENT and withheld_function(exercise, answer)
    if withheld:
        return Verdict(
            WRONG,
            f"The package's `{withheld}` does the work here. Grading runs without it, since its work is part of what "
            "you write in this notebook. Write these lines yourself.",
        )
    if not attempt.wrong:
        return Verdict(RIGHT, hints.remark(attempt))
    hint = _hint(attempt)
    return Verdict(PARTLY, hint, attempt.points_share) if attempt.points_share else Verdict(WRONG, hint)


def _notes_on_none(exercise, answer):
    """Return the notes on an answer that is not there yet: on what stands in for it, or has nearly its name."""
    if answer is not None and answer is borrowed.get(exercise.name):
        return (
            f"This `{exercise.name}` is the package's, since `use_reference`. To check your own, run its cell and then "
            "this one.",
        )
    return () if answer is ABSENT else passed.under_another_name(exercise)


def _hint(attempt):
    try:
        return diagnose(attempt)[1]
    except Exception:
        if attempt.answer is not ABSENT:
            raise
        return ""  # what was seen may be anything, and no hint is worth the marks of the other exercises


def diagnose(attempt):
    """Return the way to a diagnosis of a wrong answer, and its hint: the first one that is sure; ("", "") if none is.

    Without the answer itself, the ways that need it are not asked.

    Returns
    -------
    way : {"passed", "bank", "slip", "relation", "exception", "place", "calls", "case", ""}
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
    if hint := _missing_return(attempt):
        return hint
    if all(isinstance(one.value, Raised) for one in attempt.observations):
        return None  # many mistakes raise the same kind of exception
    exercise, nearly = attempt.exercise, None
    awkward = set(exercise.questions.awkward)
    for mistake, mistaken in zip(exercise.key.mistakes, exercise.mistaken, strict=True):
        differ = wrong_cases(mistaken, attempt.observations)
        if not differ:
            return mistake.hint
        allowed = awkward if mistake.of_ordinary else awkward - attempt.wrong
        if nearly is None and attempt.wrong - awkward and differ <= allowed:
            nearly = mistake.hint
    return nearly


def _missing_return(attempt):
    """Return a hint if the answer returned None in all cases, and should not."""
    if any(one.value is not None for one in attempt.observations) or attempt.expected[0].value is None:
        return None
    if any(one.changed for one in attempt.observations):
        return "It returned None, and changed its input. Leave the input as it is, and `return` the result."
    returned = [
        node.value for code in codes(attempt.answer) for node in ast.walk(code.tree) if type(node) is ast.Return
    ]
    if any(value is not None and ast.unparse(value) != "None" for value in returned):
        return "It returned None, though it has a `return`. What does the expression behind it give, if anything?"
    return "It returned None. Is the `return` missing?"


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

    awkward = attempt.exercise.questions.awkward
    ordinary = [pair for pair in pairs if pair[0].label not in awkward]  # what is seen of others may hide a relation
    found = _relation(attempt, pairs, value) or (_relation(attempt, ordinary, value) if ordinary else None)
    found = found or _of_another_part(pairs, key)
    return f"In '{key}': {found}" if found and key else found


def _relation(attempt, pairs, value):
    """Return the relation of the values of some pairs of observations, or None."""
    cases = [
        relations.Case(dict(zip(attempt.argument_names, attempt.cases[a.label], strict=False)), value(a), value(b))
        for a, b in pairs
    ]
    return None if any(isinstance(case.expected, bool) for case in cases) else relations.relation(cases)


def _of_another_part(pairs, key):
    """Return a hint on a part of the results that is another part of the right ones, or None."""
    for other in pairs[0][0].value if key else ():
        if all(other in a.value and agree(a.value[other], b.value.get(key)) for a, b in pairs):
            return f"These are the right numbers for '{other}'. What distinguishes the two?"
    return None


def exception(attempt):
    """Return a hint on an exception in plain words, or None."""
    return attempt.raised and exceptions.in_plain_words(attempt.raised)


def first_case(attempt):
    """Return a hint on an exception in its own words, or else on the first case that is wrong."""
    if (raised := attempt.raised) and (hint := refusals.refused(attempt) or exceptions.quoted(raised)):
        is_asked_for = any(is_refusal(one.value) for one in attempt.expected if one.label == raised.label)
        return f"{hint} The task asks for a ValueError." if is_asked_for else hint
    return hints.first_case(attempt, with_numbers=attempt.answer is not ABSENT)


WAYS = {
    "passed": passed.other,
    "bank": known_mistake,
    "slip": slips.slip,
    "relation": relation,
    "exception": exception,
    "place": places.place,
    "calls": calls.other_calls,
    "case": first_case,
}
NEED_ANSWER = {"passed", "slip", "place", "calls"}
