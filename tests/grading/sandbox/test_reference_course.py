"""Grading of the course's own notebooks in the sandbox: wrong and harmful answers, and quizzes."""

import copy

import pytest

from mlp_helpers.checking.observations import PARTLY, RIGHT, WRONG
from mlp_helpers.course.cells import answer_name, answered_by, answers
from mlp_helpers.grading.graft import graft
from mlp_helpers.grading.reference_course import GradingPlan, ReferenceCourse
from mlp_helpers.services.files import REPOSITORY as ROOT

SEED = 11
LAYERS, TUNING = "notebooks/03_layers.ipynb", "notebooks/06_tuning.ipynb"
LATER = "notebooks/04_gradient_checking.ipynb", "notebooks/05_training.ipynb"


@pytest.fixture(scope="module")
def grade(source):
    """Yield a function that grades notebooks of a submission in the sandbox and returns marks by exercise."""
    with ReferenceCourse(GradingPlan(str(ROOT), SEED, deadline=5)) as course:

        def grade(name, submission, *others):
            grafted = graft(source, submission)
            marks = course.mark({one: grafted.notebooks[one] for one in (name, *others)}, grafted.unanswered)
            return {marked.name: marked for marked in marks}

        yield grade


def with_answers(source, **bodies):
    """Return the source with the bodies of some solutions replaced."""
    changed = copy.deepcopy(source)
    for _, cell in answers(changed):
        if answer_name(cell) in bodies:
            cell.source = answered_by(cell.source, bodies[answer_name(cell)].splitlines())
    return changed


def lost(marks):
    return {name for name, marked in marks.items() if marked.points == 0}


@pytest.mark.parametrize(
    ("bodies", "gone"),
    [
        ({"softplus_d": "return x"}, {"softplus_d"}),
        ({"sgd_step": "return params"}, {"sgd_step"}),  # but not sgd_epoch, which calls it
        ({"sgd_step": "import os\nos._exit(1)"}, {"sgd_step"}),
        ({"slope": "while True:\n    pass"}, {"slope"}),
        ({"Dense": "class Dense:\n    pass"}, {"Dense"}),
        ({"predict": "return undefined"}, {"predict"}),
        ({"softplus_d": "x ="}, {"softplus_d"}),
        ({"softplus_d": "print('✓ right')\nreturn x"}, {"softplus_d"}),
        ({"softplus_d": "from mlp_helpers.activations import sigmoid\nreturn sigmoid(x)"}, {"softplus_d"}),
        (
            {"slope": "from mlp_helpers.exercises import exercise\nreturn exercise('slope').key.reference(name, x)"},
            {"slope"},
        ),
        ({"softplus_d": "import sys\nprint('x' * 2_000_000)\nreturn sigmoid(x)"}, set()),
    ],
    ids=str,
)
def test_a_fault_costs_its_own_exercise_alone(source, grade, bodies, gone):
    (notebook,) = {name for name, cell in answers(source) if answer_name(cell) in bodies}
    assert lost(grade(notebook, with_answers(source, **bodies))) == gone


HOSTILE = {
    "slope": "import pathlib\nfor path in pathlib.Path('.').glob('*.ipynb'):\n    path.write_text('{}')",
    "softplus_d": "np.allclose = np.array_equal = np.tanh = lambda *of, **named: True\nreturn x",
    "Dense": "class Dense:\n    def __init__(self, *of):\n        import os\n        os._exit(0)",
    "predict": "import mlp_helpers.checking.wire as wire\nwire.encoded = lambda *of: '{}'\nreturn X",
    "backpropagate": "import os\nwhile os.fork():\n    pass",
    "Network": "import builtins\nbuiltins.zip = builtins.sum = None\nclass Network:\n    pass",
}


def test_hostile_answers_change_no_point_of_later_notebooks(source, grade):
    later = {name for path in LATER for name in grade(path, source)}
    marked = grade(LAYERS, with_answers(source, **HOSTILE), *LATER)
    assert later <= marked.keys()
    assert lost(marked) == {*HOSTILE}


def test_where_awkward_cases_alone_are_wrong_the_rest_is_earned(source, grade):
    bodies = {
        "slope": "e = np.exp(-2 * x)\nif name == 'tanh':\n    return 4 * e / (1 + e) ** 2\n"
        "return {'relu': 1.0, 'leaky relu': 0.9, 'linear': 0.0}[name] * (x > 0) + 1.0 * (name == 'linear')"
        " + 0.1 * (name == 'leaky relu')",
        "softplus_d": "if x.max() > 100:\n    raise ValueError('large')\nreturn 1 / (1 + np.exp(-x))",
        "predict": "for layer in reversed(layers):\n    X = layer.fprop(X)\nreturn X",
    }
    marked = grade(LAYERS, with_answers(source, **bodies))
    found = {name: (marked[name].state, marked[name].points / marked[name].possible) for name in bodies}
    assert found == {"slope": (PARTLY, 1 / 2), "softplus_d": (PARTLY, 1 / 2), "predict": (WRONG, 0)}
    assert marked["predict"].hint


@pytest.mark.parametrize(
    ("quiz", "share"),
    [
        ('quiz_layers = "d c a b d"', 1),
        ("quiz_layers = 'D, c, a, b, a'  # surely", 4 / 5),
        ('quiz_layers = "a a c a a"', 0),
        ('quiz_layers = ["d", "c", "a", "b", "d"]', 1),
        ('quiz_layers = "d c a b" + " d"', 0),  # only a literal is read
        ('import os\nos._exit(1)\nquiz_layers = "d c a b d"', 1),  # and nothing is run
        ('quiz_layers = "' + "d" * 1000 + '"', 0),
        ('quiz_layers = "d c a b d', 0),
        ("def quiz_layers(): pass", 0),
    ],
)
def test_a_quiz_is_read_and_not_run(source, grade, quiz, share):
    marked = grade(LAYERS, with_answers(source, quiz_layers=quiz))
    assert marked["quiz_layers"].points == pytest.approx(share)
    assert (marked["quiz_layers"].state == RIGHT) == (share == 1)
    assert lost(marked) <= {"quiz_layers"}
