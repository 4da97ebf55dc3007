"""Verdicts on answers, and what is wrong with a wrong one: all that a check says, from what it observed.

`checks` and `grading` import it; kernels that grade do not have it. Read `attempt` first: it holds an answer with what
is known about it, and goes through the ways to a hint.
"""

import numpy as np

from mlp_helpers.checking.observations import PARTLY, RIGHT, UNANSWERED, WRONG, Interrupted, Verdict, borrowed, observe
from mlp_helpers.checking.questions import CLASS, FUNCTION, LITERAL
from mlp_helpers.diagnosis import display, hints
from mlp_helpers.diagnosis.attempt import ABSENT, Attempt, diagnose
from mlp_helpers.diagnosis.withheld import withheld_function


def show_verdict(exercise, answer, help):
    """Show the verdict on an answer in the running cell; return the `Verdict`.

    Parameters
    ----------
    exercise : Exercise
    answer : callable or value
    help : {1, 2}
        2 adds a small case with its right result.
    """
    try:
        attempt = Attempt.at(exercise, answer)
        verdict = judge(attempt)
    except Interrupted as interrupted:
        attempt = Attempt(exercise, exercise.cases(), None, None, answer)
        verdict = Verdict(WRONG, f"{interrupted} Does that loop ever end?")
    notes, parts = display.notes() + verdict.notes, []
    if exercise.kind != LITERAL:
        parts = display.results(attempt.observations or [])
    if exercise.kind in (FUNCTION, CLASS):
        if help == 2:
            parts.insert(0, _small_case(attempt))
        elif verdict.state in (PARTLY, WRONG):
            notes += (
                f'For more help, `check("{exercise.name}", {exercise.name}, help=2)` shows a small case with its right '
                "result.",
                f'To go on with a right answer for now, run `mlp.use_reference("{exercise.name}")`.',
            )
    display.show(display.Display(verdict, notes, tuple(parts)))
    return verdict


def _small_case(attempt):
    """Return a small case as a part of a display: one in which an answer is wrong, and an ordinary one if possible.

    If the exercise has a case for this purpose, it is that one, of which more than one result may be right.
    """
    exercise, names, observations = attempt.exercise, attempt.argument_names, attempt.observations
    if small := exercise.small:
        own = observe(small, attempt.answer) if observations else None  # neither missing nor interrupted
        return display.small_case(names, small.cases(), small.expected, own, "a right result")
    wrong = [one for one in exercise.expected if observations and one.label in attempt.wrong] or exercise.expected
    shown = [one for one in wrong if one.label not in exercise.questions.awkward] or wrong
    return display.small_case(names, attempt.cases, shown, observations)


@np.errstate(all="ignore")  # numbers of wrong answers may be of any size
def judge(attempt):
    """Return the `Verdict` on an attempt."""
    exercise, answer = attempt.exercise, attempt.answer
    if attempt.observations is None:
        is_borrowed = answer is not None and answer is borrowed.get(exercise.name)
        note = (
            f"This `{exercise.name}` is the package's, since `use_reference`. To check your own, run its cell and then "
            "this one."
        )
        return Verdict(UNANSWERED, notes=(note,) if is_borrowed else ())
    if exercise.key.judge_value is not None:
        return exercise.key.judge_value(answer)
    withheld = attempt.share and answer is not ABSENT and withheld_function(exercise, answer)
    if withheld:
        return Verdict(
            WRONG,
            f"The package's `{withheld}` does the work here, and grading does not have it. Write these lines yourself.",
        )
    if not attempt.wrong:
        return Verdict(RIGHT, hints.remark(attempt))
    hint = _hint(attempt)
    return Verdict(PARTLY, hint, attempt.share) if attempt.share else Verdict(WRONG, hint)


def _hint(attempt):
    try:
        return diagnose(attempt)[1]
    except Exception:
        if attempt.answer is not ABSENT:
            raise
        return ""  # what was seen may be anything, and no hint is worth the marks of the other exercises
