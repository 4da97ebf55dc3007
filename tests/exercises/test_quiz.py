"""Quizzes: verdicts on letters, replies, and the keys of the course."""

import re

import nbformat
import pytest

from mlp_helpers.checking.observations import PARTLY, RIGHT, UNANSWERED, WRONG
from mlp_helpers.checks import check
from mlp_helpers.course.cells import exercises
from mlp_helpers.exercises import exercise, names
from mlp_helpers.exercises.quiz import quiz
from mlp_helpers.services.files import REPOSITORY

SMALL = quiz(
    [
        {"right": "b", "replies": {"a": "Why a?", "b": "Yes."}},
        {"right": "c", "replies": {"a": "Is it?", "b": "Or not?", "c": "Right."}},
    ]
)
QUIZZES = [name for name in names() if name.startswith("quiz_")]
NOTEBOOKS = {path.name: nbformat.read(path, as_version=4) for path in (REPOSITORY / "notebooks").glob("*.ipynb")}
TEXTS = {one.name: {cell.id: cell.source for cell in NOTEBOOKS[one.notebook].cells} for one in exercises(NOTEBOOKS)}


def judged(answer):
    verdict = SMALL.judge_value(answer)
    return verdict.state, verdict.remark, verdict.earned, verdict.notes


@pytest.mark.parametrize("answer", ["b c", "bc", " B,C ", "b;c\n", ["b", "c"], ("B", "C")])
def test_right_letters_may_be_written_in_many_ways(answer):
    assert judged(answer) == (RIGHT, "", 1, ("Question 1, b: Yes.", "Question 2, c: Right."))


def test_each_wrong_letter_gets_its_reply_and_costs_its_share():
    assert judged("b a") == (PARTLY, "1 of 2 are right.", 0.5, ("Question 2, a: Is it?",))
    assert judged("a b") == (WRONG, "0 of 2 are right.", 0, ("Question 1, a: Why a?", "Question 2, b: Or not?"))
    assert judged("") == judged("  ") == judged([]) == (UNANSWERED, "", 0, ())


@pytest.mark.parametrize(
    ("answer", "remark"),
    [
        (17, r'It must be a text of 2 letters, one for each question, such as "d a", but it is of type int\.'),
        (None, r".* but it is of type NoneType\."),
        ([1, 2], r".* but it is of type list\."),
        ("b", r".* but it has 1\."),
        ("b c a", r".* but it has 3\."),
        ("b z", r"Question 2 has the options a, b, c, not 'z'\."),
        ("? c", r"Question 1 has the options a, b, not '\?'\."),
    ],
)
def test_nonsense_is_said(answer, remark):
    state, said, earned, notes = judged(answer)
    assert (state, earned, notes) == (WRONG, 0, ())
    assert re.fullmatch(remark, said)


def test_questions_may_have_labels_of_their_own():
    first = {"about": "X", "right": "a", "replies": {"a": "Yes.", "b": "No?"}}
    labelled = quiz([first, {"about": "Y", "right": "b", "replies": {"a": "Why?", "b": "Yes."}}])
    assert labelled.judge_value("b b").notes == ("X, b: No?",)
    assert labelled.judge_value("a c").remark == "Y has the options a, b, not 'c'."


def test_a_check_says_nothing_of_results(capsys):
    check("quiz_data", exercise("quiz_data").key.reference)
    text = capsys.readouterr().out
    assert text.startswith("✓ right\nQuestion 1, b: Right: ")
    assert "results" not in text


@pytest.mark.parametrize("name", QUIZZES)
def test_the_notebook_asks_what_the_key_answers(name):
    letters = exercise(name).key.reference.split()
    for number, right in enumerate(letters, start=1):
        text = TEXTS[name][f"quiz-{number}"]
        options = re.findall(r"^- \*\*(\w)\*\* \S", text, re.MULTILINE)
        assert options == list("abcd"[: len(options)])
        assert text.startswith(f"**{number}.** ")
        replies = [mistake for mistake in exercise(name).key.mistakes if mistake.answer.split()[number - 1] != right]
        assert {mistake.answer.split()[number - 1] for mistake in replies} == set(options) - {right}


@pytest.mark.parametrize(
    ("name", "options", "label"),
    [("faults_layers", "abcdefgh", "`NetworkA`"), ("faults_training", "abcdef", "`loop_d`")],
)
def test_each_fault_that_is_offered_has_a_reply(name, options, label):
    assert re.findall(r"^- (\w): \S", TEXTS[name]["faults-options"], re.MULTILINE) == list(options)
    letters = exercise(name).key.reference.split()
    assert len(set(letters)) == len(letters)
    assert len(exercise(name).key.mistakes) == len(letters) * (len(options) - 1)
    assert exercise(name).key.judge_value("z " * len(letters)).remark.startswith(f"{label} has the options a, b, ")


def test_the_letters_are_balanced_and_replies_name_none():
    letters = "".join(exercise(name).key.reference for name in QUIZZES)
    assert all(letters.count(letter) >= 6 for letter in "abcd")
    hints = [mistake.hint for name in QUIZZES for mistake in exercise(name).key.mistakes]
    assert len(hints) == len(set(hints)) >= 90
    assert not [hint for hint in hints if re.search(r"\boption\b|\b[abcd]\)|\*\*", hint)]
