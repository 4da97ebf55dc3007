"""Right answer to `graph_gradients`, wrong numbers in it, and the verdict on an answer."""

import math

from mlp_helpers.checking.observations import PARTLY, RIGHT, WRONG, Verdict
from mlp_helpers.exercises.answer_keys import AnswerKey, Mistake

# e = (u v + k) u at u = 2, v = -3, k = 5, with p = u v and s = p + k
NUMBERS = {"p": -6, "s": -1, "e": -2, "ds": 2, "dp": 2, "dk": 2, "dv": 4, "du": -7}
SWAPPED = "A × gate passes back the gradient times the *other* factor. Which one is that for {}?"
KNOWN = [  # name, number, hint
    ("p", -1, "Your p is u + v. Which gate does it come from?"),
    ("s", -30, "Your s is p · k. Which gate does it come from?"),
    ("s", 11, "Your s is 11, so p went in with another sign. What is 2 · (−3)?"),
    ("e", 1, "Your e is s + u. Which gate is the last one?"),
    ("ds", -1, SWAPPED.format("s")),
    ("ds", 1, "Your ds is the 1 at the end, unchanged. By what does a × gate multiply it?"),
    ("ds", -2, "Your ds is e itself. If s grows by 1, by how much does e grow?"),
    ("dp", 1, "A + gate has the local slope 1. Which gradient comes back to it?"),
    ("dp", 10, "You multiplied by k. What is the local slope of a + gate?"),
    ("dk", 1, "A + gate has the local slope 1. Which gradient comes back to it?"),
    ("dk", -12, "You multiplied by p. What is the local slope of a + gate?"),
    ("dv", -6, SWAPPED.format("v")),
    ("dv", 2, "Your dv is 2. Both dp and the other factor are 2: what does a × gate do with them?"),
    ("du", -1, "That is what comes back to u by the last gate. On which other path does u reach e?"),
    ("du", -6, "That is what comes back to u by the first gate. On which other path does u reach e?"),
    ("du", 6, "You multiplied the gradients of u's two paths. If u grows, e changes by both: multiply, or add?"),
    ("du", -4, "On the path by p, the other factor v meets a gradient that comes back. Which one is it?"),
    ("du", 5, "One of the two paths of u has the wrong sign. What are they, one by one?"),
    ("du", -5, "One of the two paths of u has the wrong sign. What are they, one by one?"),
]
SHARE = 1 / 2  # of the points for all but du, which has two paths


def judge(answer):
    """Return the `Verdict` on a dict from name to number, or anything else; a hint is about the first fault."""
    if type(answer) is not dict:
        wanted = 'It must be a dictionary such as {"p": 0, …}, typed in as numbers'
        return Verdict(WRONG, f"{wanted}, but it is of type {type(answer).__name__}.")
    wrong = [name for name, number in NUMBERS.items() if not _is(answer.get(name), number)]
    if not wrong:
        return Verdict(RIGHT)
    hint = _hint(wrong[0], answer)
    return Verdict(PARTLY, hint, SHARE) if wrong == ["du"] else Verdict(WRONG, hint)


def _is(value, number):
    return type(value) in (int, float) and abs(value) < 1e6 and math.isclose(value, number, rel_tol=1e-3)


def _hint(name, answer):
    if name not in answer:
        return f"{name} is missing."
    value = answer[name]
    if type(value) not in (int, float):
        return f"{name} must be a number, but it is of type {type(value).__name__}."
    for other, number, hint in KNOWN:
        if other == name and _is(value, number):
            return hint
    if _is(value, -NUMBERS[name]):
        return f"{name} has the wrong sign."
    kind = "Which number goes into its gate, and which gate is it?"
    if name.startswith("d"):
        kind = f"To try it: if {name[1:]} grows by 0.1, by how much does e grow?"
    return f"{name} is not right. {kind}"


KEY = AnswerKey(
    reference=NUMBERS,
    mistakes=[Mistake(NUMBERS | {name: number}, hint) for name, number, hint in KNOWN],
    judge_value=judge,
)
