"""Quizzes: questions with lettered options, whose answer is a text of letters."""

from dataclasses import dataclass

from mlp_helpers.checking.observations import PARTLY, RIGHT, UNANSWERED, WRONG, Verdict
from mlp_helpers.exercises.bank import AnswerKey, Mistake

SEPARATORS = str.maketrans("", "", " ,;\t\n")


@dataclass(frozen=True)
class Question:
    """A question of a quiz; its text stands in the notebook.

    Attributes
    ----------
    right : str
        Letter of the right option.
    replies : dict from str to str
        Reply to each option, by letter: to a wrong one a question or an observation, not the answer.
    """

    right: str
    replies: dict


def quiz(*questions, labels=None):
    """Return the answer key of a quiz. Each wrong letter is a mistake.

    Parameters
    ----------
    *questions : Question
    labels : sequence of str, optional
        What the questions are about; by default they are "Question 1" and so on.
    """
    labels = labels or [f"Question {number}" for number in range(1, len(questions) + 1)]
    key = [question.right for question in questions]
    mistakes = [
        Mistake(" ".join([*key[:i], letter, *key[i + 1 :]]), reply)
        for i, question in enumerate(questions)
        for letter, reply in question.replies.items()
        if letter != question.right
    ]
    return AnswerKey(" ".join(key), mistakes, lambda answer: _judged(questions, labels, answer))


def _judged(questions, labels, answer):
    """Return the `Verdict` on the letters of an answer, of any type, with a reply to each."""
    n = len(questions)
    wanted = f'It must be a text of {n} letters, one for each question, such as "{" ".join("dabcc"[:n])}"'
    if not isinstance(answer, str):
        return Verdict(WRONG, f"{wanted}, but it is of type {type(answer).__name__}.")
    letters = answer.lower().translate(SEPARATORS)
    if not letters:
        return Verdict(UNANSWERED)
    if len(letters) != n:
        return Verdict(WRONG, f"{wanted}, but it has {len(letters)}.")
    given = list(zip(labels, questions, letters, strict=True))
    for label, question, letter in given:
        if letter not in question.replies:
            options = ", ".join(question.replies)
            return Verdict(WRONG, f"{label} has the options {options}, not {letter!r}.")
    n_right = sum(letter == question.right for _, question, letter in given)
    replies = tuple(
        f"{label}, {letter}: {question.replies[letter]}"
        for label, question, letter in given
        if letter != question.right or n_right == n
    )
    if n_right == n:
        return Verdict(RIGHT, notes=replies)
    remark = f"{n_right} of {n} are right."
    return Verdict(PARTLY, remark, n_right / n, replies) if n_right else Verdict(WRONG, remark, notes=replies)
