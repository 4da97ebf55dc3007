"""Slips in students' code: named where they are, and never in a right answer."""

import ast
import functools
import inspect
from dataclasses import replace

import numpy as np
import pytest

from mlp_helpers.checking.observations import RIGHT, WRONG
from mlp_helpers.checking.questions import CLASS, FUNCTION
from mlp_helpers.diagnosis import Attempt, attempt, judge, slips
from mlp_helpers.diagnosis.attempt import ABSENT, diagnose
from mlp_helpers.diagnosis.syntax import codes
from mlp_helpers.exercises import exercise, names
from mlp_helpers.nbcheck.kernels import session_in
from mlp_helpers.services.files import REPOSITORY

ASKED = [name for name in names() if exercise(name).kind in (FUNCTION, CLASS)]


def in_cell(source):
    """Return the function or class that a cell defines, with its source, as a notebook has it."""
    name = f"<cell {hash(source)}>"
    scope = {"np": np}
    inspect.linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    exec(compile(source, name, "exec"), scope)
    return list(scope.values())[-1]


def tried(name, source):
    return Attempt.at(exercise(name), in_cell(source))


def found(name, source):
    """Return all that is said of a source, whether or not its answer is wrong."""
    made = tried(name, source)
    return [hint for way in slips.SLIPS for one in codes(made.answer) if (hint := way(made, one))]


@pytest.mark.parametrize("name", ASKED)
def test_nothing_is_said_of_right_answers(name):
    for answer in (exercise(name).key.reference, *exercise(name).variants):
        made = Attempt.at(exercise(name), answer)
        assert [hint for way in slips.SLIPS for one in codes(answer) if (hint := way(made, one))] == []


def test_of_nearly_all_right_answers_the_source_was_read():
    answers = [answer for name in ASKED for answer in exercise(name).variants]
    assert sum(bool(codes(answer)) for answer in answers) >= 0.9 * len(answers)


FIXED_RATE = """def gd_epoch(network, X, Y, learning_rate):
    for param, grad in zip(network.params(), network.gradients(X, Y)):
        param -= 0.1 * grad
"""


def test_a_parameter_that_is_never_read_is_named_and_without_the_rule_it_is_not(monkeypatch):
    hint = "`learning_rate` is never used. What does the task need it for?"
    assert judge(tried("gd_epoch", FIXED_RATE)).remark == hint
    assert diagnose(tried("gd_epoch", FIXED_RATE)) == ("slip", hint)
    assert judge(tried("gd_epoch", FIXED_RATE.replace("0.1", "learning_rate"))).state == RIGHT
    monkeypatch.setattr(slips, "SLIPS", ())
    assert "learning_rate" not in judge(tried("gd_epoch", FIXED_RATE)).remark


@pytest.mark.parametrize(
    ("parameters", "body", "said"),
    [
        ("x, y, z", "return 0 * x", "`y` and `z` are never used. What does the task need them for?"),
        ("x, y, z, a=1", "return 0 * x", "`y`, `z` and `a` are never used. What does the task need them for?"),
        ("x, *, rate=1", "return 0 * x", "`rate` is never used. What does the task need it for?"),
        (
            "x, rate=1",
            "rate = 2; return rate * x",
            "The `rate` that is passed is never used: line 2, `rate = 2; return",
        ),
        ("x", "return 1 / 2", "`x` is never used. What does the task need it for?"),
        ("x, /, _rate=1, *rest, **named", "return 0 * x", None),
        ("x, rate=1", "rate = rate + 1; return rate * x", None),
        ("x, rate=1", "x = 2 * x; rate += 1; return x", None),
        ("x, rate=1", "del rate; return 0 * x", None),
        ("x, rate=1", "return [rate for _ in x]", None),
        ("x, rate=1", "return (lambda y: rate * y)(x)", None),
        ("x, rate=1", "f = lambda y=rate: y * x; return f()", None),
        ("x, rate=1", "return locals()['rate'] * x", None),
        ("x, rate=1", "return eval('rate * x')", None),
        ("x, rate=1", "return f'{rate}' * len(x)", None),
        ("x, rate=1", "pass", None),
        ("x, rate=1", "'''Return it.'''; return None", None),
        ("x, rate=1", "return x * rat", None),  # a NameError says more
        ("x, rate=1", "print(rate2 + 1)", None),
    ],
)
def test_parameters(parameters, body, said):
    hint = slips.slip(tried("softplus_d", f"def softplus_d({parameters}):\n    {body}\n"))
    assert hint is None if said is None else hint.startswith(said)


INNER = """def softplus_d(x, rate=1):
    def scaled(y):
        {line}
        return rate * y
    return scaled(x)
"""


@pytest.mark.parametrize("line", ["pass", "nonlocal rate; rate = 2", "print(y)"])
def test_what_an_inner_function_reads_is_read(line):
    assert slips.slip(tried("softplus_d", INNER.format(line=line))) is None


def test_an_array_whose_numbers_do_not_matter_may_be_left_out():
    unshuffled = """def split_by_writer(X, writers, n_train, n_valid, rng):
    order = np.argsort(writers)
    return order[:n_train], order[-n_valid:]
"""
    assert slips.slip(tried("split_by_writer", unshuffled)) == "`rng` is never used. What does the task need it for?"


def test_a_method_says_its_name_and_self_may_be_idle():
    source = """class Dense:
    def __init__(self, n_inputs, n_units, rng):
        self.W, self.b = rng.normal(size=(n_inputs, n_units)), np.zeros((1, n_units))
    def fprop(self, X):
        self.X = X
        return X @ self.W + self.b
    def bprop(self, dZ):
        return self.X @ self.W.T
    def params(self):
        return [self.W, self.b]
    def grads(self):
        return [self.W, self.b]
    def name(self):
        return "Dense".lower()
"""
    assert found("Dense", source)[0] == "`dZ` is never used in `bprop`. What does the task need it for?"
    right = source.replace("self.X @ self.W.T", "dZ @ self.W.T")
    assert found("Dense", right) == []


FIRST_PASS = "The loop always ends in its first pass. Look at line "
UNORDERED = " is a set, which has no order. Look at line "


@pytest.mark.parametrize(
    ("body", "said"),
    [
        # Loops that return in their first pass
        ("for y in x: return y", f"{FIRST_PASS}2, `for y in x: return y`."),
        ("for y in x:\n        if y > 0: return y\n        else: return -y", f"{FIRST_PASS}4, `else: return -y`."),
        ("for y in x:\n        if y > 0: return y", None),
        ("for y in x:\n        if y > 0: continue\n        return y", None),
        ("for y in x:\n        if y > 0: return y\n        else: x = y\n    return x", None),
        # Inputs that change
        ("x *= 2; return x", "The `x` that is passed has changed, in line 2, `x *= 2; return x`. What still needs its"),
        ("x = x + 1; x *= 2; return x", None),
        ("y = x * 2; y += x; return x", None),
        ("np.copyto(x, 0); return x", None),
        # Items of sets
        ("seen = {x}; seen.add(1); return list(seen)", f"`seen`{UNORDERED}2, `"),
        ("return [*{x, 1}][::-1]", f"`{{x, 1}}`{UNORDERED}2"),
        ("seen = set(x)\n    return tuple(reversed(list(seen)))", f"`seen`{UNORDERED}3"),
        ("seen, todo = {x}, [x]; return list(seen)", f"`seen`{UNORDERED}"),
        ("seen, todo = {x}, [x]; return list(todo)", None),
        ("seen = {x}; return sorted(seen)", None),
        ("seen = {x}; seen = [*sorted(seen)]; return list(seen)", None),
        ("seen = {x: 1}; return list(seen)", None),
        ("seen = {x}; return [y for y in [x] if y in seen]", None),
        ("for seen in [[x]]: pass\n    return list(seen)", None),
        # A default beside `or`, which is no condition
        ('x = x is None and x or "tanh"; return len(x)', None),
    ],
)
def test_what_is_said_of_a_body(body, said):
    hints = found("softplus_d", f"def softplus_d(x):\n    {body}\n")
    assert hints == [] if said is None else len(hints) == 1 and hints[0].startswith(said)


@pytest.mark.parametrize(
    "lines",
    [
        ["p -= learning_rate * g"],
        ["p = p - learning_rate * g", "print(p)"],
        ["q = p", "p = learning_rate * g", "p *= 2", "print(q)"],
        ["while g.any():", "    p = p - learning_rate * g", "    break"],
        ["f = lambda: p", "p = p - learning_rate * g", "f()"],
        ["p = p.fill(learning_rate)"],
        ["p = np.add(p, learning_rate * g, out=p)"],
        ["p = own(p, learning_rate * g)"],
        ["p = (q := p - learning_rate * g)", "print(q)"],
        ["p = learning_rate * g", "print(locals())"],
        ["p: float", "print(learning_rate)"],
        ["class Own:", "    p = learning_rate"],
    ],
)
@pytest.mark.parametrize("after", ["pass", "print(p)"])
def test_a_value_that_is_read_later_is_not_lost(lines, after):
    body = "".join(f"        {line}\n" for line in lines)
    source = f"def sgd_step(params, grads, learning_rate):\n    for p, g in zip(params, grads):\n{body}    {after}\n"
    assert found("sgd_step", source) == []
    rebound = source.replace(body, "        p = p - abs(learning_rate) * g\n")
    said = "Nothing uses the value that `p` gets in line 3, `p = p - abs(learning_rate) * g`. Does that line change"
    assert [hint.startswith(said) for hint in found("sgd_step", rebound)] == [True] * (after == "pass")


@pytest.mark.parametrize(
    ("condition", "part"),
    [
        ('name == "relu" or "linear"', '"linear"'),
        ("name == 'relu' or name == 'a' or 'linear'", "'linear'"),
        ("len(name) == 1 or 2", "2"),
        ('not (name == "relu" or "linear")', '"linear"'),
        ('name == "relu" or name == "linear"', None),
        ('name in ("relu", "linear")', None),
        ('name == "relu" or ""', None),
        ('name == "relu" and "linear"', None),
        ("name == 'relu' or x.any()", None),
        ("len(name or 'linear') == 4", None),
    ],
)
def test_a_text_beside_or(condition, part):
    source = f"def slope(name, x):\n    if {condition}:\n        return x\n    return 0 * x\n"
    hints = found("slope", source)
    whole = condition.removeprefix("not (").removesuffix(")") if "not" in condition else condition
    said = (
        f"Look at line 2, `if {condition}:`. Each side of `or` counts for itself, and `{part}` alone counts as true. "
        f"When would `{whole}` be false?"
    )
    assert hints == ([] if part is None else [said])


SHARING = """class Network:
    layers = []
    def __init__(self, sizes, activations, rng):
        self.activations = activations
        {}
    def predict(self, X):
        return sizes + rng + X + self.layers
"""


@pytest.mark.parametrize(
    ("line", "is_said"),
    [
        ("self.layers.append(sizes + rng)", True),
        ("self.layers += [sizes + rng]", True),
        ("self.layers[0] = sizes + rng", True),
        ("self.layers = [sizes + rng]; self.layers.append(3)", False),
        ("self.others = [sizes + rng, *self.layers]; self.others.append(3)", False),
    ],
)
def test_a_list_of_the_class_that_objects_fill(line, is_said):
    hints = found("Network", SHARING.format(line))
    shared = "`layers` is made once, in the class, so all its objects share it."
    said = f"{shared} They all change it in line 3 of `__init__`, `{line}"
    assert [hint.startswith(said) for hint in hints] == [True] * is_said


CLIPPED = "def clipped(x, limit):\n    {}\n    return y\n"


@pytest.mark.parametrize(
    ("name", "source", "code"),
    [
        ("clipped", CLIPPED.format("y = x.copy\n    y[y > limit] = limit"), "x.copy"),
        ("clipped", CLIPPED.format("y = x - limit * x.mean"), "x.mean"),
        ("clipped", CLIPPED.format("y = limit * x.copy[0]"), "x.copy"),
        ("clipped", CLIPPED.format("y = np.minimum(x, limit)\n    y = y.sum + 1"), "y.sum"),
        ("clipped", CLIPPED.format("y = np.minimum(x, limit)\n    return y.copy"), "y.copy"),
        ("gd_epoch", FIXED_RATE.replace("network.params()", "network.params"), "network.params"),
        ("gd_epoch", FIXED_RATE.replace("network.params()", "[*network.params]"), "network.params"),
        ("clipped", CLIPPED.format("y = np.minimum(x, limit).T * x.size"), None),
        ("clipped", CLIPPED.format("add = x.__add__\n    y = add(limit)"), None),
        ("clipped", CLIPPED.format("mean = x.mean\n    y = mean() * x - limit"), None),
        ("clipped", CLIPPED.format("y = list(map(x.item, range(limit)))"), None),
        ("clipped", CLIPPED.format("y = x if np.max is not None else limit"), None),
        ("clipped", CLIPPED.format("y = x.max is not None and limit"), None),
        ("clipped", CLIPPED.format("y = (np.max, x.shape[0], limit)"), None),
    ],
)
def test_a_method_that_is_not_called(name, source, code):
    hints = [hint for hint in found(name, source) if "round brackets" in hint]
    assert len(hints) == (code is not None)
    assert all(hint.startswith(f"`{code}` is a method that is not called: no round brackets follow") for hint in hints)


def double(function):
    @functools.wraps(function)
    def doubled(*arguments):
        return 2 * function(*arguments)

    return doubled


@double
def decorated(x, rate=1):
    return 0 * x


class Callable:
    def __call__(self, x):
        return 0 * x


@pytest.mark.parametrize(
    "answer",
    [
        *(decorated, Callable(), len, np.abs, functools.partial(np.add, 1), functools.cache(np.sum), lambda x, y=1: x),
        *(eval("lambda x, y=1: x"), in_cell("softplus_d = lambda x, y=1: x"), type("C", (), {}), None, 3.0),
    ],
)
def test_nothing_is_said_where_there_is_no_source_of_a_function(answer):
    made = Attempt.at(exercise("softplus_d"), answer)
    assert slips.slip(made) is None


def test_in_a_notebook_the_cells_of_functions_and_classes_are_read():
    with session_in(REPOSITORY / "notebooks", 20) as session:
        session.run("from mlp_helpers import check")
        session.run(FIXED_RATE)
        said = session.run("check('gd_epoch', gd_epoch)").displays[0]
        assert said.startswith("✗ not right: `learning_rate` is never used. What does the task need it for?\n")
        session.run("class Dense:\n    def __init__(self, n_inputs, n_units, rng):\n        self.W = n_inputs")
        said = session.run("check('Dense', Dense)").displays[0]
        assert "`n_units` and `rng` are never used in `__init__`. What does the task need them for?" in said


def test_in_grading_no_source_is_read(monkeypatch):
    made = tried("gd_epoch", FIXED_RATE)
    monkeypatch.setattr(ast, "parse", None)
    monkeypatch.setitem(attempt.WAYS, "slip", None)
    assert judge(replace(made, answer=ABSENT)).state == WRONG
