"""Right answers and known mistakes of all exercises, from which checks derive their verdicts.

The answers are not hidden from students who want to read them. `checks` and `grading` import this package. Grading
kernels do not have it. Read `bank` first, then `diagnosis`, which finds out what is wrong with an answer.
"""

import numpy as np

from mlp_helpers.checking.cases import QUESTIONS
from mlp_helpers.checking.observations import (
    PARTLY,
    RIGHT,
    UNANSWERED,
    WRONG,
    Interrupted,
    Verdict,
    borrowed,
    exercise_rng,
    observe,
    wrong_cases,
)
from mlp_helpers.checking.questions import CLASS, FUNCTION, LITERAL, parameters
from mlp_helpers.exercises import display, hints
from mlp_helpers.exercises.answer_keys import ANSWER_KEYS, observe_known


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
    notes, parts = display.notes() + verdict.notes, []
    if QUESTIONS[name].kind != LITERAL:
        parts = display.results(observations or [])
    if QUESTIONS[name].kind in (FUNCTION, CLASS):
        if help == 2:
            parts.insert(0, _small_case(name, answer, observations))
        elif verdict.state in (PARTLY, WRONG):
            notes += (
                f'For more help, `check("{name}", {name}, help=2)` shows a small case with its right result.',
                f'To go on with a right answer for now, run `mlp.use_reference("{name}")`.',
            )
    display.show(display.Display(verdict, notes, tuple(parts)))
    return verdict


def _small_case(name, answer, observations):
    """Return a small case as a part of a display: one in which an answer is wrong, and an ordinary one if possible.

    If the exercise has a case for this purpose, it is that one, of which more than one result may be right.
    """
    names, task = hints.names_of_arguments(parameters(answer), ANSWER_KEYS[name]), QUESTIONS[name]
    if task.small:
        expected = observe(name, ANSWER_KEYS[name].reference, is_small=True)
        own = observe(name, answer, is_small=True) if observations else None  # neither missing nor interrupted
        return display.small_case(names, task.small.cases(exercise_rng(name)), expected, own, "a right result")
    expected = observe_known(name, ANSWER_KEYS[name].reference)
    labels = wrong_cases(expected, observations) if observations else ()
    wrong = [one for one in expected if one.label in labels] or expected
    shown = [one for one in wrong if one.label not in task.awkward] or wrong
    return display.small_case(names, task.cases(exercise_rng(name)), shown, observations)


def earned(name, answer):
    """Return the share of the points that an answer earns, from 0 to 1."""
    key = ANSWER_KEYS[name]
    if key.judge_value is not None:
        return key.judge_value(answer).earned
    return QUESTIONS[name].share(wrong_cases(observe_known(name, key.reference), observe(name, answer)))


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
        is_borrowed = answer is not None and answer is borrowed.get(name)
        note = (
            f"This `{name}` is the package's, since `use_reference`. To check your own, run its cell and then this one."
        )
        return Verdict(UNANSWERED, notes=(note,) if is_borrowed else ())
    if exercise.judge_value is not None:
        return exercise.judge_value(answer)
    expected = observe_known(name, exercise.reference)
    wrong = wrong_cases(expected, observations)
    share = QUESTIONS[name].share(wrong)
    if share and (withheld := hints.withheld_function(name, answer)):
        return Verdict(
            WRONG,
            f"The package's `{withheld}` does the work here, and grading does not have it. Write these lines yourself.",
        )
    if wrong:
        from mlp_helpers.exercises.diagnosis import diagnose  # a right answer does not wait for it

        hint = diagnose(name, answer, expected, observations)[1]
        return Verdict(PARTLY, hint, share) if share else Verdict(WRONG, hint)
    return Verdict(RIGHT, hints.remark(expected, observations))
