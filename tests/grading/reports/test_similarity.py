"""Similar answers beyond chance: copies are found, honest classes are not accused, hostile answers are handled."""

import ast
import inspect
import math
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlp_helpers.checking.questions import CLASS, FUNCTION
from mlp_helpers.course.cells import TEXT_HERE, answer_name, answers, is_open, placeholder
from mlp_helpers.exercises import exercise
from mlp_helpers.grading.mistakes import mistake_cells
from mlp_helpers.grading.reports import similarity
from mlp_helpers.grading.reports.similarity import normal_form, similar

RARE = "def {}(x):\n    return np.where(x > 0, np.sqrt(x + 1), x * x - np.exp(-x) + np.log(1 + x * x) / 2)"
MARKED = RARE.replace("    return", "    ### BEGIN SOLUTION\n    return") + "\n    ### END SOLUTION"
USUAL = "def {}(x):\n    return np.maximum(x, 0)"


def small_class(n_exercises):
    """Return six students: two share an answer of over 30 tokens to each exercise, the others gave the usual one."""
    names = [f"e{i}" for i in range(n_exercises)]
    rare, usual = ({name: text.format(name) for name in names} for text in (RARE, USUAL))
    return {"ada": rare, "bea": dict(rare)} | {student: dict(usual) for student in ("cid", "dan", "eva", "fay")}


def test_by_hand():
    """Two of six give the rare answer, so a pair shares it with probability 1/9; it weighs log 5 for each of them."""
    (pair,) = similar(small_class(10))
    assert pair.students == ("ada", "bea")
    assert sorted(pair.items) == sorted(f"e{i}" for i in range(10))
    shared, factor = 10 * math.log(5), 1 + (5 - 1) / 9
    assert pair.score >= (shared - 10 * math.log(factor)) / math.log(10) - 0.01  # the bound at s = 1
    assert pair.score <= 10 * math.log10(9)  # from the probability of ten shared in ten


def test_two_rare_answers_of_six_students_may_be_chance():
    """The probability is 1/81, and there are 15 pairs."""
    assert similar(small_class(2)) == []


@pytest.mark.parametrize("n_students", [0, 1, 2, 3, 40])
def test_one_exercise_alone_is_never_enough(n_students):
    given = {f"s{i}": {"f": USUAL.format("f") if i > 1 else RARE.format("f") * 9} for i in range(n_students)}
    assert similar(given) == []


@pytest.mark.parametrize(("solution", "blank"), [(MARKED, placeholder), (RARE, lambda *_: TEXT_HERE)])
def test_solutions_and_placeholders_count_nothing(solution, blank):
    class_ = small_class(40)
    solutions = {name: solution.format(name) for name in class_["ada"]}
    blanks = {name: blank(text, name) for name, text in solutions.items()}
    given = class_ | {"ada": blanks, "bea": blanks}
    assert [bool(similar(*each)) for each in ((class_,), (given,))] == [True, True]
    assert [similar(*each) for each in ((class_, solutions), (given, solutions))] == [[], []]


@pytest.mark.parametrize("n_copies", [2, 3])
def test_copies_of_three_are_three_pairs(n_copies):
    given = small_class(20) | {f"more{i}": {f"e{k}": USUAL.format(f"e{k}") for k in range(20)} for i in range(30)}
    given |= {f"z{i}": given["ada"] for i in range(n_copies - 2)}
    assert len(similar(given)) == n_copies * (n_copies - 1) / 2


def test_the_order_in_which_answers_come_has_no_say(simulated, solutions):
    class_ = simulated(30, seed=2)
    class_["copy"] = disguised(class_[weakest(class_, solutions)], random.Random(0))
    turned = {student: dict(reversed(class_[student].items())) for student in reversed(class_)}
    found = similar(class_, solutions)
    assert found
    assert found == similar(turned, solutions)
    assert found == sorted(found, key=lambda pair: -pair.score)


# Disguises that are undone

NESTED = "def f(x: int) -> int:\n    'Say.'\n    def add(k): return k + 1\n    y: int = 0\n    return add(k=x)"
RENAMED = "def f(λ):\n  def plus(Ä):\n    return Ä + 1  # one\n\n  y = 0 # x = (\n  return plus(Ä=λ)"
DENSE = "class f:\n    def g(self, X):\n        self.X = X\n        return self.X.T @ self.W"


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (NESTED, RENAMED, True),
        (NESTED, RENAMED.replace("+ 1", "+ 2"), False),
        ("import numpy as n\nn.exp(x)", "np.exp(x)", True),
        ("from numpy import exp as e\ne(x)", "np.exp(x)", True),
        ("y = 1", "y = (1); pass", True),
        ("%timeit f(3)\n!ls\ny = f(3)", "y = f(3)", True),
        ("x = '\\d'", 'z = "\\\\d"', True),
        ("try:\n  f()\nexcept E as e:\n  raise e", "try: f()\nexcept E as error: raise error", True),
        ("[i for i in a]", "[entry for entry in a]", True),
        (DENSE, DENSE.replace("self.X", "self.last_input"), True),
        (DENSE, DENSE.replace("self.W", "self.b"), False),
        ("a = 1\nb = 2\nf(a, b)", "a = 1\nb = 2\nf(b, a)", False),
        ("np.exp(x)", "np.log(x)", False),
        ("x.sum(axis=0)", "x.sum(axis=1)", False),
        ("def f(x, y): return x - y", "def f(x, y): return y - x", False),
        ("def f(x): return g(x)", "def f(x): return h(x)", False),
        ("def f(x:\n  return  x+1 # ?", "def f(x :\n\n return x + 1", True),  # no Python: compared by its tokens
        ("def f(x:\n return x + 1", "def f(x:\n return x + 2", False),
    ],
)
def test_what_copies_may_differ_in_is_undone_and_nothing_else(one, other, is_same):
    assert (normal_form(one, "f") == normal_form(other, "f")) is is_same


def test_a_canonical_text_by_hand():
    text = "from numpy import dot\ndef fprop(X, W):\n    'Multiply.'\n    Z=dot(X,W) # Z\n    return Z"
    assert normal_form(text, "fprop") == "def fprop(v0, v1):\n    v2 = numpy.dot(v0, v1)\n    return v2"


# A class


@pytest.fixture(scope="module")
def solutions(source):
    return {answer_name(cell): cell.source for _, cell in answers(source) if not is_open(cell)}


def variants(name):
    """Return the right answers in other styles, but for those that are only expressions."""
    named = [one for one in exercise(name).variants if getattr(one, "__name__", "<lambda>") != "<lambda>"]
    return [re.sub(rf"\b{one.__name__}\b", name, inspect.getsource(one)) for one in named]


@pytest.fixture(scope="module")
def simulated(source, solutions):
    """Return a function that simulates a class in which students of varying skill work independently."""
    right = {name: variants(name) for name in solutions if exercise(name).kind in (FUNCTION, CLASS)}
    wrong = {name: [text for _, text in made] for name, made in mistake_cells(source).items()}

    def class_of(n_students, seed):
        rng, class_ = random.Random(seed), {}
        for number in range(n_students):
            skill, given = rng.betavariate(6, 2), {}
            for name, text in solutions.items():
                pool = wrong[name] if rng.random() > skill else []
                given[name] = rng.choice(pool or [text, text, text, *right.get(name, [])])
            class_[f"s{number:03}"] = given
        return class_

    return class_of


def disguised(given, rng):
    """Return answers with renamed variables, another layout, and added comments."""
    return {name: _disguised(text, rng) for name, text in given.items()}


def _disguised(text, rng):
    tree = ast.parse(text)
    named = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    named |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    text = ast.unparse(tree).replace("    ", "  ")
    for old in sorted(named - {"grad"}):
        text = re.sub(rf"(?<![\w.\"']){old}\b(?!=[^=])", f"{old.lower()}_{rng.randrange(10**6)}", text)
    return "# My own work\n" + text.replace("\n", "  # and so on\n\n")


def weakest(class_, solutions):
    """Return the student with the fewest answers equal to the solution."""
    return min(class_, key=lambda student: sum(class_[student][name] == solutions[name] for name in solutions))


@pytest.mark.parametrize(("n_students", "seed"), [(12, 1), (60, 1), (60, 2)])
def test_who_works_alone_is_not_listed(simulated, solutions, n_students, seed):
    assert similar(simulated(n_students, seed), solutions) == []


@pytest.mark.parametrize("n_students", [60, 90])
def test_a_copied_submission_is_found_whatever_it_looks_like(simulated, solutions, n_students):
    class_ = simulated(n_students, seed=1)
    origin = weakest(class_, solutions)
    class_["copy"] = disguised(class_[origin], random.Random(1))
    assert all(class_["copy"][name] != class_[origin][name] for name in solutions)
    (pair,) = similar(class_, solutions)
    assert pair.students == ("copy", origin)
    assert len(pair.items) >= 5


def test_a_copy_is_not_found_if_nothing_is_undone(simulated, solutions, monkeypatch):
    class_ = simulated(60, seed=1)
    class_["copy"] = disguised(class_[weakest(class_, solutions)], random.Random(1))
    monkeypatch.setattr(similarity, "normal_form", lambda text, name: text)
    assert similar(class_, solutions) == []


# Nearly equal


def long_answer(name, rng):
    lines = [
        f"    {rng.choice('abcd')} = np.{rng.choice(['exp', 'log', 'abs', 'sqrt'])}(x) {rng.choice('+-*/')} "
        f"{rng.randrange(90)} * {rng.choice('wz')}[{rng.randrange(9)}]"
        for _ in range(9)
    ]
    return "\n".join([f"def {name}(x, w, z):", *lines, "    return a + b + c + d"])


@pytest.mark.parametrize(("near", "found"), [(similarity.MIN_SHARE_IN_BOTH, True), (1.1, False)])
def test_long_answers_that_are_nearly_equal_are_alike(near, found, monkeypatch):
    monkeypatch.setattr(similarity, "MIN_SHARE_IN_BOTH", near)
    rng = random.Random(0)
    class_ = {f"s{i}": {f"e{k}": long_answer(f"e{k}", rng) for k in range(6)} for i in range(12)}
    assert similar(class_) == []
    class_["copy"] = {
        name: text.replace("return a", "first = a\n    print(first)\n    return first")
        for name, text in class_["s4"].items()
    }
    assert [pair.students for pair in similar(class_)] == [("copy", "s4")] * found


# Hostile answers

HOSTILE = {
    "brackets": "(" * 5000 + ")" * 5000,
    "minuses": "-" * 90_000 + "1",
    "attributes": "a" + ".a" * 20_000,
    "calls": "x" + "()" * 20_000,
    "sum": "+".join(["x"] * 20_000),
    "blocks": "".join(" " * i + "if x:\n" for i in range(120)),
    "a NUL byte": "def f(x):\n    return '\0'",
    "half a character": "x = '\ud800'",
    "a large number": "x = 0x" + "f" * 20_000,
    "a megabyte of letters": "x" * 2**20,
    "a megabyte of words": "x y " * 2**18,
    "a megabyte of spaces": " " * 2**20 + "%",
    "magic alone": "%%bash\nls",
    "nothing": "",
}


@given(st.text(max_size=40))
def test_any_short_text_has_one(text):
    assert isinstance(normal_form(text, "f"), str)


def test_hostile_answers_are_compared_like_others():
    class_ = small_class(10)
    for i, text in enumerate(HOSTILE.values()):
        class_[f"h{i}"] = {"e0": text}
    assert [pair.students for pair in similar(class_)] == [("ada", "bea")]


def test_a_megabyte_of_comment_hides_nothing():
    text = RARE.format("f")
    assert normal_form("# x\n" * 2**18 + text, "f") == normal_form(text, "f")
