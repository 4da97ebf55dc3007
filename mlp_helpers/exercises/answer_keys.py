"""Answer keys of exercises: a right answer and known mistakes."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that students give.

    Attributes
    ----------
    answer : callable or value
        The wrong answer itself.
    hint : str
        What its results show and where to look, never the answer. Mistakes with the same results share a hint.
    source : str
        Where this mistake was seen: a URL, or "experience".
    of_ordinary : bool
        Whether its hint is about ordinary cases alone, and so is true of each answer with the same results in them.
    """

    answer: object
    hint: str
    source: str = "experience"
    of_ordinary: bool = False


@dataclass(frozen=True)
class AnswerKey:
    """A right answer to an exercise, and its known mistakes.

    Attributes
    ----------
    reference : callable or value
        A right answer.
    mistakes : list of Mistake
    judge_value : callable, optional
        For an answer that is a literal: takes it and returns its `Verdict`.
    """

    reference: object
    mistakes: list = field(default_factory=list)
    judge_value: Callable | None = None

    def mistake(self, hint, source="experience", of_ordinary=False):
        """Return a decorator that adds a function to the known mistakes."""

        def add(function):
            self.mistakes.append(Mistake(function, hint, source, of_ordinary))
            return function

        return add
