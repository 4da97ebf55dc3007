"""Quizzes: questions with lettered options, whose answer is a text of letters."""

from mlp_helpers.checking.observations import PARTLY, RIGHT, UNANSWERED, WRONG, Verdict
from mlp_helpers.exercises.answer_keys import AnswerKey, Mistake

SEPARATORS = str.maketrans("", "", " ,;\t\n")


def quiz(questions):
    """Return the answer key of a quiz. Each wrong letter is a mistake.

    Parameters
    ----------
    questions : list of dict
        Of each question, whose text stands in the notebook, "right", the letter of the right option, and "replies",
        a dict from letter to reply: to a wrong option a question or an observation, not the answer. "about", if it is
        there, says what the question is about.
    """
    key = [question["right"] for question in questions]
    mistakes = [
        Mistake(" ".join([*key[:i], letter, *key[i + 1 :]]), reply)
        for i, question in enumerate(questions)
        for letter, reply in question["replies"].items()
        if letter != question["right"]
    ]
    return AnswerKey(" ".join(key), mistakes, lambda answer: _judged(questions, answer))


def labels(questions):
    """Return what each question is called, a list of str."""
    return [question.get("about", f"Question {number}") for number, question in enumerate(questions, start=1)]


def reply(label, question, letter):
    """Return what a check says to a letter."""
    return f"{label}, {letter}: {question['replies'][letter]}"


def _judged(questions, answer):
    """Return the `Verdict` on the letters of an answer, of any type, with a reply to each."""
    n = len(questions)
    wanted = f'It must be a text of {n} letters, one for each question, such as "{" ".join("dabcc"[:n])}"'
    if isinstance(answer, list | tuple) and all(isinstance(one, str) for one in answer):
        answer = " ".join(answer)
    if not isinstance(answer, str):
        return Verdict(WRONG, f"{wanted}, but it is of type {type(answer).__name__}.")
    letters = answer.lower().translate(SEPARATORS)
    if not letters:
        return Verdict(UNANSWERED)
    if len(letters) != n:
        return Verdict(WRONG, f"{wanted}, but it has {len(letters)}.")
    given = list(zip(labels(questions), questions, letters, strict=True))
    for label, question, letter in given:
        if letter not in question["replies"]:
            options = ", ".join(question["replies"])
            return Verdict(WRONG, f"{label} has the options {options}, not {letter!r}.")
    n_right = sum(letter == question["right"] for _, question, letter in given)
    replies = tuple(
        reply(label, question, letter)
        for label, question, letter in given
        if letter != question["right"] or n_right == n
    )
    if n_right == n:
        return Verdict(RIGHT, notes=replies)
    remark = f"{n_right} of {n} are right."
    return Verdict(PARTLY, remark, n_right / n, replies) if n_right else Verdict(WRONG, remark, notes=replies)
