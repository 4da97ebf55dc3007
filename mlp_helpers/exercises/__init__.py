"""Right answers and known mistakes of all exercises, from which checks derive their verdicts.

The answers are not hidden from students who want to read them. `checks` and `grading` import this package. Grading
kernels do not have it. Read `bank` first; `relations`, `exceptions` and `places` diagnose mistakes that are not in it.
"""

from types import FunctionType

import numpy as np

from mlp_helpers.checking.cases import QUESTIONS
from mlp_helpers.checking.observations import (
    RIGHT,
    UNANSWERED,
    WRONG,
    Interrupted,
    Raised,
    Verdict,
    agree,
    exercise_rng,
    observe,
)
from mlp_helpers.exercises import (
    data_loading,
    display,
    exceptions,
    gradient_checking,
    hints,
    layers,
    places,
    relations,
    training,
    tuning,
)

ANSWER_KEYS = {}
for _notebook in (data_loading, layers, gradient_checking, training, tuning):
    ANSWER_KEYS |= _notebook.ANSWER_KEYS


def show_verdict(name, answer, help):
    """Show the verdict on an answer in the running cell; return the `Verdict`.

    Parameters
    ----------
    name : str
        Name of the exercise.
    answer : callable or value
    help : {1, 2}
        2 adds a small case with its right result.
    """
    try:
        observations = observe(name, answer)
    except Interrupted as interrupted:
        observations, verdict = [], Verdict(WRONG, f"{interrupted} Does that loop ever end?")
    else:
        verdict = judge(name, answer, observations)
    notes, parts = display.notes(), display.results(observations or [])
    if not QUESTIONS[name].takes_value:
        if help == 2:
            parts.insert(0, _small_case(name, answer, observations))
        elif verdict.state == WRONG:
            notes += (f'One step more: `check("{name}", {name}, help=2)` shows a small case with its right result.',)
    display.show(display.Display(verdict, notes, tuple(parts)))
    return verdict


def _small_case(name, answer, observations):
    """Return a small case in which an answer is wrong, or any if there is none, as a part of a display."""
    expected = observe(name, ANSWER_KEYS[name].reference)
    wrong = [a for a, b in zip(expected, observations or [], strict=False) if not same([a], [b])]
    arguments = QUESTIONS[name].cases(exercise_rng(name))
    return display.small_case(parameters(name, answer), arguments, wrong or expected, observations)


@np.errstate(all="ignore")  # numbers of wrong answers may be of any size
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
    if not same(expected, observations):
        return Verdict(WRONG, diagnosis(name, answer, expected, observations)[1])
    if withheld := hints.withheld_function(name, answer):
        return Verdict(
            WRONG,
            f"The work is done by the package's `{withheld}`, which grading does not have. Write these lines yourself.",
        )
    return Verdict(RIGHT, hints.remark(expected, observations))


def same(expected, observations):
    """Return whether the observations of two answers agree in each case."""
    return all(agree(a.value, b.value) and a.changed == b.changed for a, b in zip(expected, observations, strict=True))


def diagnosis(name, answer, expected, observations):
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
    arguments = QUESTIONS[name].cases(exercise_rng(name))
    references = {other: key.reference for other, key in ANSWER_KEYS.items()}
    raised = next((one for one in observations if isinstance(one.value, Raised)), None)
    ways = {
        "callee": lambda: hints.wrong_callee(name, answer, _is_right),
        "bank": lambda: hints.missing_return(expected, observations) or known_mistake(name, observations),
        "relation": lambda: relation(parameters(name, answer), arguments, expected, observations),
        "exception": lambda: raised and exceptions.in_plain_words(raised),
        "place": lambda: places.place(name, answer, references),
        "case": lambda: (
            exceptions.quoted(raised)
            if raised
            else hints.first_case(name, answer, parameters(name, answer), expected, observations)
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


def parameters(name, answer=None):
    """Return the names of an answer's parameters; by default, and if it is no plain function, those of the exercise."""
    function = answer if type(answer) is FunctionType else ANSWER_KEYS[name].mistakes[0].answer
    return function.__code__.co_varnames[: function.__code__.co_argcount]
