"""Faults of exercises: none in the course, and each kind is found in a broken variant of a small exercise."""

import shutil

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from mlp_helpers.authoring.exercise_faults import PLACE, exercise_faults
from mlp_helpers.authoring.release import read_notebooks, source_faults
from mlp_helpers.services.files import REPOSITORY

CASES = """
from mlp_helpers.checking.questions import Questions

QUESTIONS = Questions(lambda rng: {"a number": (rng.normal(),)})
"""
ANSWERS = """
from mlp_helpers.exercises.answer_keys import AnswerKey

KEY = AnswerKey(reference=lambda x: 2 * x)
KEY.mistake("Did you square it?")(lambda x: x**2)
KEY.mistake("Did you halve it?")(lambda x: x / 2)
KEY.mistake("Did you double it twice?")(lambda x: 4 * x)
"""
QUIZ = """
[[questions]]
right = "b"
replies.a = "Is that so?"
replies.b = "Yes."
"""
FILES = {
    "double/__init__.py": "",
    "double/cases.py": CASES,
    "double/answers.py": ANSWERS,
    "double/variants.py": "VARIANTS = [lambda x: x + x, lambda x: x * 2]",
    "double/.DS_Store": "",
    "quiz_09.toml": QUIZ,
    "quiz.py": "",
}
THIRD = 'KEY.mistake("Did you double it twice?")(lambda x: 4 * x)'


def faults_of(folder, changes=(), checked=("double", "quiz_09")):
    """Return the faults of two exercises, some of whose files are changed, or missing where the content is None."""
    for name, content in {**FILES, **dict(changes)}.items():
        path = folder / PLACE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is not None:
            path.write_text(content)
    cells = [
        new_code_cell(
            "",
            metadata={"course": {"role": "check"}, "nbgrader": {"grade": True, "grade_id": f"{name}-check"}},
        )
        for name in checked
    ]
    return exercise_faults(folder, {"notebooks/09.ipynb": new_notebook(cells=cells)})


def with_former_names(renamed, retired="frozenset()"):
    return {"../course/renamed.py": f"RENAMED, RETIRED = {renamed}, {retired}"}


def answers(old, new):
    assert old in ANSWERS
    return {"double/answers.py": ANSWERS.replace(old, new)}


def cases(new):
    return {"double/cases.py": CASES.replace('lambda rng: {"a number": (rng.normal(),)}', new)}


def quiz(old, new):
    assert old in QUIZ
    return {"quiz_09.toml": QUIZ.replace(old, new)}


ALL_CASES = {
    "no cases": ({"double/cases.py": None}, "double/cases.py: it is missing"),
    "no answers": ({"double/answers.py": None}, "double/answers.py: it is missing"),
    "no __init__": ({"double/__init__.py": None}, "double/__init__.py: it is missing"),
    "no variants": ({"double/variants.py": None}, "double/variants.py: it is missing"),
    "another file": (
        {"double/hints.py": ""},
        "double/hints.py: only __init__.py, cases.py, answers.py, variants.py may be here",
    ),
    "a folder and a file": ({"double.toml": QUIZ}, "double.toml: double has this name already"),
    "two names in another case": ({"Quiz_09.toml": QUIZ}, "quiz_09.toml: Quiz_09.toml has this name already"),
    "no name of Python": ({"quiz-10.toml": QUIZ}, "quiz-10.toml: its name must be one of Python's"),
    "not TOML": ({"quiz_09.toml": "right = b"}, "quiz_09.toml: it cannot be read: TOMLDecodeError: Invalid value"),
    "no text": ({"quiz_09.toml": ""}, "quiz_09.toml: it has neither questions nor steps"),
    "no right": (quiz('right = "b"', ""), "the right letter must have a reply, got None"),
    "a right letter in a list": (quiz('right = "b"', 'right = ["b"]'), "must have a reply, got ['b']"),
    "questions of another type": ({"quiz_09.toml": "questions = 1"}, "quiz_09.toml: its questions must be tables"),
    "replies of another type": ({"quiz_09.toml": "[[questions]]\nreplies = 1"}, "question 1 must have replies"),
    "a right letter without a reply": (quiz('right = "b"', 'right = "c"'), "must have a reply, got 'c'"),
    "no replies": (quiz("replies", "answers"), "quiz_09.toml: question 1 must have replies"),
    "a reply that is no text": (quiz('"Is that so?"', "1"), "quiz_09.toml: question 1 must have replies"),
    "a step that is no exercise": (
        {"quiz_09.toml": "[steps]\ntriple = 1"},
        "quiz_09.toml: no exercise is called triple, which it has as a step",
    ),
    "steps that are no table": ({"quiz_09.toml": "steps = 1"}, "its steps must be a table with a number for each"),
    "a share that is no number": ({"quiz_09.toml": "[steps]\ndouble = '1'"}, "must be a table with a number for each"),
    "shares of steps": (
        {"quiz_09.toml": "[steps]\ndouble = 0.9"},
        "quiz_09.toml: the shares of its steps must sum to 1, got 0.9",
    ),
    "a module that does not parse": (answers("KEY = AnswerKey(", "KEY = ("), "double/answers.py: it does not parse: "),
    "a module that does not import": (
        {"double/cases.py": "import np_typo"},
        "double/cases.py: it cannot be imported: ModuleNotFoundError: No module named 'np_typo'",
    ),
    "variants that exit": (
        {"double/variants.py": "raise SystemExit('no')"},
        "double/variants.py: it cannot be imported: SystemExit: no",
    ),
    "no questions": ({"double/cases.py": ""}, "cases.py: QUESTIONS must be of type Questions, got NoneType"),
    "a key of another type": ({"double/answers.py": "KEY = 1"}, "KEY must be of type AnswerKey, got int"),
    "other modules than the notebook conceals": (
        cases('lambda rng: {"a number": (rng.normal(),)}, conceals=("layers",)'),
        "double/cases.py: conceals must be that of its notebook's metadata: nothing",
    ),
    "no hint": (answers('"Did you square it?"', '" "'), "double/answers.py: the mistake <lambda> has no hint"),
    "a mistake of two arguments": (
        answers("lambda x: x**2", "lambda x, y: x**2"),
        "the mistake <lambda> cannot be called with the arguments of a case",
    ),
    "a mistake that is no class": (
        cases('lambda rng: {"a number": (rng.normal(),)}, kind="class"'),
        "the mistake <lambda> is no class",
    ),
    "a reference that raises": (
        answers("2 * x", "missing * x"),
        "double/answers.py: its reference raises NameError in the case 'a number'",
    ),
    "a reference that changes its argument": (
        {**answers("2 * x", "x.sort()"), **cases('lambda rng: {"unsorted": (rng.normal(size=9),)}')},
        "its reference changes an argument in the case 'unsorted'",
    ),
    "a reference that draws": (
        answers("2 * x", "__import__('random').random() * x"),
        "its reference gives another result the second time in the case 'a number'",
    ),
    "a reference that its own judge rejects": (
        answers("lambda x: 2 * x", "2, judge_value=lambda x: __import__('types').SimpleNamespace(state='not right')"),
        "double/answers.py: its reference is not right",
    ),
    "cases that cannot be made": (cases("lambda rng: rng.nromal()"), "its cases and its answers do not fit: Attribute"),
    "two mistakes": (answers(THIRD, ""), "double/answers.py: it must have at least 3 known mistakes"),
    "a former name": (
        with_former_names({"double": "quiz_09"}),
        "course/renamed.py: double was the name of an exercise once, and must not be one again",
    ),
    "a name of what is no exercise any more": (
        with_former_names({}, 'frozenset({"quiz_09"})'),
        "course/renamed.py: quiz_09 was the name of an exercise once, and must not be one again",
    ),
    "a name that changed to that of none": (
        with_former_names({"twice": "doubled"}),
        "course/renamed.py: twice must be called by the name of an exercise now, got doubled",
    ),
    "former names of another type": (with_former_names([]), "RENAMED must be of type dict, got list"),
    "one variant": ({"double/variants.py": "VARIANTS = [abs]"}, "VARIANTS must have at least 2 right answers"),
}


def test_a_small_course_without_faults(tmp_path):
    assert faults_of(tmp_path, with_former_names({"twice": "double", "thrice": "double"})) == []


@pytest.mark.parametrize(("changes", "sentence"), ALL_CASES.values(), ids=ALL_CASES)
def test_a_fault_is_found_and_names_the_file(tmp_path, changes, sentence):
    (fault,) = set(faults_of(tmp_path, changes, checked=("double", "quiz_09", "Quiz_09", "quiz-10")))
    assert fault.startswith((f"{PLACE.as_posix()}/", "mlp_helpers/course/"))
    assert sentence in fault


def test_an_exercise_without_a_check_is_found_unless_it_is_a_step(tmp_path):
    (fault,) = faults_of(tmp_path, checked=["double"])
    assert fault == "mlp_helpers/exercises/quiz_09.toml: no notebook has a cell that checks it"
    steps = {"quiz_09.toml": "[steps]\ndouble = 1"}
    assert faults_of(tmp_path, steps, checked=["quiz_09"]) == []


@pytest.fixture(scope="module")
def notebooks():
    return read_notebooks(REPOSITORY)


def test_the_course_has_no_faults(notebooks):
    assert source_faults(REPOSITORY, notebooks) == []


def test_a_check_without_an_exercise_is_found(tmp_path, notebooks):
    unwanted = shutil.ignore_patterns("__pycache__", "flatten")
    shutil.copytree(REPOSITORY / PLACE, tmp_path / PLACE, ignore=unwanted)
    (fault,) = source_faults(tmp_path, notebooks)
    assert fault == "notebooks/02_data_loading.ipynb, cell flatten: no exercise is called flatten"
