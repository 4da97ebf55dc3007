"""Questions of an exercise: its cases, and how an answer is observed in them."""

from collections.abc import Callable
from dataclasses import dataclass

FUNCTION, CLASS, VALUE, QUIZ = "function", "class", "value", "quiz"  # kinds of answers


class Misfit(Exception):
    """A result that cannot be compared; the message gives the reason."""


def _call(answer, *arguments):
    return answer(*arguments)


@dataclass(frozen=True)
class Questions:
    """The cases of an exercise, and how its answer is observed in them.

    Attributes
    ----------
    cases : callable
        Takes a Generator; returns a dict from label to arguments, a tuple.
    observe : callable
        Takes the answer and the arguments of a case; returns the value to compare.
    changes : tuple of int
        Positions of the arguments that the answer must change in place.
    rowwise : bool
        Whether the rows of the first argument are samples whose results are independent of each other.
    kind : {"function", "class", "value", "quiz"}
        What the answer is. Of a value many may be right. A quiz is a str of letters.
    awkward : tuple of str
        Labels of the cases that an answer may fail and still earn `ordinary_share` of the points.
    ordinary_share : float
        Share of the points, from 0 to 1.
    """

    cases: Callable
    observe: Callable = _call
    changes: tuple = ()
    rowwise: bool = False
    kind: str = FUNCTION
    awkward: tuple = ()
    ordinary_share: float = 0.0

    def share(self, wrong):
        """Return the share of the points, from 0 to 1, for an answer that is wrong in some cases, a set of labels."""
        return 1.0 if not wrong else self.ordinary_share if wrong.issubset(self.awkward) else 0.0


def no_arguments(_rng):
    """Return the only case of an answer that is not called."""
    return {"answer": ()}
