"""Parts of the bank: a right answer of an exercise, and the mistakes that are known."""

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
        What is seen in its results and where to look, not the answer. Mistakes whose results are the same share it.
    source : str
        Where this mistake was seen: an address, or "experience".
    is_factor : bool
        Whether it is no more than a constant factor or a sign.
    """

    answer: object
    hint: str
    source: str = "experience"
    is_factor: bool = False


@dataclass(frozen=True)
class AnswerKey:
    """A right answer, and the known mistakes.

    Attributes
    ----------
    reference : callable or value
        A right answer.
    mistakes : list of Mistake
    judge_value : callable, optional
        For an exercise with many right answers: takes an answer, returns the state and a remark.
    """

    reference: object
    mistakes: list = field(default_factory=list)
    judge_value: Callable | None = None

    def mistake(self, hint, source="experience", is_factor=False):
        """Return a decorator that adds a function to the known mistakes."""

        def add(function):
            self.mistakes.append(Mistake(function, hint, source, is_factor))
            return function

        return add
