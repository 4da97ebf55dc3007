"""Verdicts on answers, and what is wrong with a wrong one: all that a check says, from what it observed.

`checks` and `grading` import it; kernels that grade do not have it. Read `attempt` first: it holds an answer with what
is known about it, and goes through the ways to a hint.
"""

import sys
from dataclasses import replace

from mlp_helpers import exercises
from mlp_helpers.checking.observations import PARTLY, RIGHT, UNANSWERED, WRONG, Interrupted, Verdict, observe
from mlp_helpers.checking.questions import CLASS, FUNCTION, LITERAL
from mlp_helpers.diagnosis import display
from mlp_helpers.diagnosis.attempt import Attempt, judge
from mlp_helpers.diagnosis.withheld import called_names


def show_verdict(exercise, answers, help):
    """Show the verdict on an answer in the running cell; return the `Verdict`.

    Parameters
    ----------
    exercise : Exercise
    answers : sequence of callable or value
        One for each step.
    help : {1, 2}
        2 adds a small case with its right result, of the first step that is not right.
    """
    tried = [_tried(step, answer) for step, answer in zip(exercise.parts, answers, strict=True)]
    verdict = whole(exercise, [verdict for _, verdict in tried])
    notes, parts = verdict.notes, []
    if all(step.kind in (FUNCTION, CLASS) for step in exercise.parts):
        if help == 2:
            first = next((attempt for attempt, one in tried if one.state != RIGHT), tried[0][0])
            parts.append(_small_case(first, _heading(exercise, first)))
        elif verdict.state in (PARTLY, WRONG):
            names = ", ".join(exercise.points_shares)
            notes += (
                f'For more help, `check("{exercise.name}", {names}, help=2)` shows a small case with its right result.',
                f'To go on with a right answer for now, run `mlp.use_reference("{exercise.name}")`.',
            )
    observed = {_heading(exercise, one): one.observations or [] for one, _ in tried if one.exercise.kind != LITERAL}
    given = {step.name: answer for step, answer in zip(exercise.parts, answers, strict=True)}
    display.show(verdict, notes, parts, given, observed)
    return verdict


def whole(exercise, verdicts):
    """Return the `Verdict` on an exercise from those on its steps, in order, with a note on each.

    A step without an answer earns nothing. Without steps, the verdict is the only one.
    """
    if not exercise.steps:
        return verdicts[0]
    by_step = dict(zip(exercise.steps, verdicts, strict=True))
    notes = tuple(note for name, one in by_step.items() for note in (f"`{name}`: {one}", *one.notes))
    states = [one.state for one in verdicts]
    if len(set(states)) == 1 and states[0] in (RIGHT, UNANSWERED):
        return Verdict(states[0], notes=notes)
    share = exercise.points_share({name: one.earned for name, one in by_step.items()})
    return Verdict(PARTLY if share else WRONG, f"{states.count(RIGHT)} of {len(states)} steps right", share, notes)


def _tried(exercise, answer):
    """Return the attempt at an exercise without steps, and the `Verdict` on it."""
    try:
        attempt = Attempt.at(exercise, answer)
        verdict = judge(attempt)
        remark = "" if verdict.state in (RIGHT, UNANSWERED) else _blame(attempt)
        return attempt, replace(verdict, remark=remark) if remark else verdict
    except Interrupted as interrupted:
        attempt = Attempt(exercise, exercise.cases(), None, answer)
        return attempt, Verdict(WRONG, f"{interrupted} Does that loop ever end?")


def _blame(attempt):
    """Return what is to be said of other answers that a wrong one calls, and that are wrong themselves; "" if none is.

    They are those of the notebook, which a wrong answer is tried again without.
    """
    space = vars(sys.modules["__main__"])
    called = called_names(attempt.answer, space) & space.keys() & {*exercises.names()} - {attempt.exercise.name}
    others = [one for one in map(exercises.exercise, sorted(called)) if one.kind in (FUNCTION, CLASS)]
    wrong = {one.name: space[one.name] for one in others if _is_wrong(Attempt.at(one, space[one.name]))}
    if not wrong:
        return ""
    try:
        space.update({name: exercises.exercise(name).key.reference for name in wrong})
        passes = not _is_wrong(Attempt.at(attempt.exercise, attempt.answer))
    finally:
        space.update(wrong)
    named = " and ".join(f"`{name}`" for name in wrong)
    reference = f'With a right one, which `mlp.use_reference("{next(iter(wrong))}")` gives you, this passes.'
    end = reference if passes else "Go back to that first."
    return f"It calls your {named}, which {'is' if len(wrong) == 1 else 'are'} not right. {end}"


def _is_wrong(attempt):
    return attempt.observations is not None and bool(attempt.wrong)


def _heading(exercise, attempt):
    """Return the beginning of the headings of an attempt's parts: the name of its step, if there are several."""
    return f"{attempt.exercise.name}: " if exercise.steps else ""


def _small_case(attempt, heading):
    """Return a small case as a part of a display: one in which an answer is wrong, and an ordinary one if possible.

    If the exercise has a case for this purpose, it is that one, of which more than one result may be right.
    """
    exercise, names, observations = attempt.exercise, attempt.argument_names, attempt.observations
    if small := exercise.small:
        own = observe(small, attempt.answer) if observations else None  # neither missing nor interrupted
        return display.small_case(heading, names, small.cases(), small.expected, own, "a right result")
    wrong = [one for one in exercise.expected if observations and one.label in attempt.wrong] or exercise.expected
    shown = [one for one in wrong if one.label not in exercise.questions.awkward] or wrong
    return display.small_case(heading, names, attempt.cases, shown, observations)
