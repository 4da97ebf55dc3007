"""Verdicts on answers, and what is wrong with a wrong one: all that a check says, from what it observed.

`checks` and `grading` import it; kernels that grade do not have it. Read `attempt` first: it holds an answer with what
is known about it, and goes through the ways to a hint.
"""

from mlp_helpers.checking.observations import PARTLY, WRONG, Interrupted, Verdict, observe
from mlp_helpers.checking.questions import CLASS, FUNCTION, LITERAL
from mlp_helpers.diagnosis import display
from mlp_helpers.diagnosis.attempt import Attempt, judge


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
        attempt = Attempt(exercise, exercise.cases(), None, answer)
        verdict = Verdict(WRONG, f"{interrupted} Does that loop ever end?")
    notes, kind = verdict.notes, exercise.questions.kind
    parts, observations = [], attempt.observations if kind != LITERAL else None
    if kind in (FUNCTION, CLASS):
        if help == 2:
            parts.append(_small_case(attempt))
        elif verdict.state in (PARTLY, WRONG):
            notes += (
                f'For more help, `check("{exercise.name}", {exercise.name}, help=2)` shows a small case with its right '
                "result.",
                f'To go on with a right answer for now, run `mlp.use_reference("{exercise.name}")`.',
            )
    display.show(verdict, notes, parts, observations or [])
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
