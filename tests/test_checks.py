"""`check`: its output, its verdicts, and its remarks."""

import re
import subprocess
import sys
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest

import mlp_helpers as mlp
from mlp_helpers.checking.observations import RIGHT, WRONG, NotAnswered, observe, wrong_cases
from mlp_helpers.checks import WrongAnswer, check, todo
from mlp_helpers.diagnosis import Attempt, judge
from mlp_helpers.exercises import exercise, names
from mlp_helpers.nbcheck.kernels import session_in
from mlp_helpers.services.files import REPOSITORY


def softplus_d(x):
    return 0.5 * (1 + np.tanh(x / 2))


def test_right_answer(capsys):
    check("softplus_d", softplus_d)
    printed = capsys.readouterr().out.splitlines()
    assert printed[:4] == ["✓ right", "", "Your results:", "ordinary: array (3, 4)"]


def test_no_answer_yet(capsys):
    check("softplus_d", lambda x: todo("softplus_d", x))
    assert capsys.readouterr().out == "– not answered yet\n"


def test_an_answer_that_builds_on_a_missing_one_counts(capsys):
    def sgd_epoch(network, X, Y, rate, batch_size, rng):
        for X_batch, Y_batch in todo("minibatches", X, Y, batch_size, rng):
            todo("sgd_step", network.params(), network.gradients(X_batch, Y_batch), rate)

    check("sgd_epoch", sgd_epoch)
    assert capsys.readouterr().out.splitlines()[0] == "✓ right"


def test_no_value_yet(capsys):
    check("graph_gradients", todo("graph_gradients"))
    assert capsys.readouterr().out == "– not answered yet\n"


def test_what_builds_on_a_missing_answer_can_be_run():
    assert todo("slope", "relu", np.array([-1.0, 2.0])).tolist() == [0.0, 1.0]
    X, y = np.arange(6).reshape(3, 2), np.arange(3)
    assert len(list(todo("minibatches", X, y, 2, np.random.default_rng(0)))) == 2


def test_an_unknown_exercise_or_help_is_refused():
    with pytest.raises(
        ValueError, match=r"name must be an exercise of the course, Dense, Network, Value, .*, got 'slpoe'"
    ):
        check("slpoe", softplus_d)
    with pytest.raises(
        ValueError, match=r"name must be an exercise of the course, Dense, Network, Value, .*, got 'slopee'"
    ):
        todo("slopee", np.zeros(2))
    for help in (0, 3, True, "2", None):
        with pytest.raises(ValueError, match="help must be 1 or 2, got "):
            check("softplus_d", softplus_d, help=help)


def chatty(x):
    print("x is", x.shape)
    np.log(np.array([-1.0]))
    return softplus_d(x)


def test_what_an_answer_prints_is_shown_beside_the_values(capsys):
    check("softplus_d", softplus_d)
    verdict, values = capsys.readouterr().out.split("\n\n", 1)
    check("softplus_d", chatty)
    captured = capsys.readouterr()
    printed = "Your answer printed:\nx is (3, 4)\nx is (9,)\nx is (6,)\nx is (6,)"
    remark = ": but there was a warning on the way, 'invalid value encountered in log' (case: ordinary)"
    assert captured.out == f"{verdict}{remark}\n\n{printed}\n\n{values}"
    assert captured.err == ""


def test_an_answer_that_prints_much_is_cut_short(capsys):
    check("softplus_d", lambda x: print("line\n" * 30) or softplus_d(x))
    assert "… and 114 more lines" in capsys.readouterr().out.splitlines()


def test_a_warning_is_a_remark(capsys, recwarn):
    check("softplus_d", lambda x: 1 / (1 + np.exp(-x)))
    printed = capsys.readouterr().out
    assert printed.startswith("✓ right: but there was a warning on the way, 'overflow encountered in exp'")
    assert len(recwarn) == 0


def test_in_grading_neither_prints_nor_warnings_are_in_the_output(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "mlp_helpers.diagnosis", None)
    monkeypatch.delattr(mlp, "diagnosis", raising=False)
    check("softplus_d", softplus_d)
    plain = capsys.readouterr().out
    check("softplus_d", chatty)
    assert capsys.readouterr().out == plain


CELLS = {  # whether the check after each of them says that its answer is older
    "def unhot(rows):\n    return rows": False,
    "def unhot(rows):\n    return rows.argmax(axis=1": True,  # a bracket is missing
    "unhot(5, 6)": False,  # it fails, and would not have defined the answer
    "def unhot(rows):\n    return rows.argmax(axis=1)\n\nunhot(5)": False,  # it fails, and has defined it
    "unhot = undefined": True,
}
IN_A_SHELL = """
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
for cell in ("from mlp_helpers import check", *{cells!r}):
    shell.run_cell(cell, store_history=True)
    if "check" not in cell:
        print("CHECK")
        shell.run_cell("check('unhot', unhot)", store_history=True)
        print("END")
"""


def test_after_a_cell_that_failed_a_check_says_whether_the_answer_is_older():
    script = IN_A_SHELL.replace("{cells!r}", repr(tuple(CELLS)))
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    shown = re.findall(r"CHECK\n(.*?)END\n", found, re.DOTALL)
    note = "\nThe cell that ran before this one failed, so the check used the answer that you had before.\n"
    assert [note in text for text in shown] == list(CELLS.values())
    assert shown[-1].startswith("✓ right")


def test_a_right_answer_may_stand_in_for_a_wrong_one():
    with session_in(REPOSITORY / "notebooks", 20) as session:
        session.run("import numpy as np\nimport mlp_helpers as mlp\nfrom mlp_helpers import check")
        session.run("def unhot(x):\n    return x\n\ndef slope(*of):\n    return mlp.todo('slope', *of)")
        assert '`mlp.use_reference("unhot")`' in session.run("check('unhot', unhot)").displays[0]
        assert session.run("print(mlp.own_answers('unhot', 'slope', 'Dense'))").text == "1 of 3 answers are yours\n"
        said = "From here on, unhot is a right answer of the package. To go back to your own, run its cell again.\n"
        assert session.run("mlp.use_reference('unhot')").text == said
        assert session.run("print(unhot(np.eye(3)))").text == "[0 1 2]\n"
        note = (
            "This `unhot` is the package's, since `use_reference`. To check your own, run its cell and then this one."
        )
        assert session.run("check('unhot', unhot)").displays[0].startswith(f"– not answered yet\n{note}")
        assert session.run("print(mlp.own_answers('unhot', 'slope'))").text == "0 of 2 answers are yours\n"
        assert session.run("mlp.use_reference('minibatches')").error is None
        batches = "list(minibatches(np.arange(4), np.arange(4), 2, np.random.default_rng(0)))"
        assert session.run(f"print(len({batches}))").text == "2\n"
    for name in ("slpoe", "graph_gradients", "quiz_data"):
        with pytest.raises(ValueError, match=f"name must be an exercise whose answer is a function.*, got '{name}'"):
            mlp.use_reference(name)


def test_in_grading_there_is_no_reference(monkeypatch):
    monkeypatch.setitem(sys.modules, "mlp_helpers.diagnosis", None)
    monkeypatch.delattr(mlp, "diagnosis", raising=False)
    with pytest.raises(NotAnswered):
        mlp.use_reference("softplus_d")


def test_the_inputs_of_a_case_can_be_had():
    labels, n_classes = mlp.case("one_hot", "one label")
    assert (labels.shape, n_classes) == ((1,), 3)
    with pytest.raises(ValueError, match="there must be an exercise 'one_hot' with a case 'two'"):
        mlp.case("one_hot", "two")


def test_the_inputs_of_a_step_are_those_with_which_it_is_called():
    (end,) = mlp.case("backward_order", "two ways")
    (one, _), (other, _) = end.sources
    assert one is not other
    assert one.sources[0][0] is other.sources[0][0]
    assert len(exercise("backward_order").key.reference(end)) == 4
    with pytest.raises(ValueError, match="one of the steps of Value, product_rule, backward_order, got 'Value'"):
        mlp.case("Value", "two ways")


OWN_CLASS = """
class Own(mlp.SGD):
    pass
def sgd_step(params, grads, rate):
    Own(rate).step(params, grads)"""
OPTIMIZER_OF_ANOTHER_CELL = """
optimizer = mlp.SGD(0.1)
def sgd_step(params, grads, rate):
    optimizer.learning_rate = rate
    optimizer.step(params, grads)"""
PACKAGES_NORMALIZATION = """
from mlp_helpers.beyond.normalization import BatchNormalization
def batch_norm_backward(dA, X_hat, gamma, sigma):
    layer = BatchNormalization(mlp.InputLayer(dA.shape), None)
    layer._is_batch, layer._normalized, layer._factor, layer.gamma = True, X_hat, 1 / sigma, gamma
    return layer.bprop(dA), layer.dgamma, layer.dbeta"""


def notebook(**sources):
    """Return the functions of a notebook whose cells hold these sources."""
    scope = {"np": np, "mlp": mlp, "todo": todo}
    for source in sources.values():
        exec(source, scope)
    return scope


@pytest.mark.parametrize(
    ("name", "source", "function"),
    [
        ("softmax", "def softmax(logits):\n    return mlp.softmax(logits)", "softmax"),
        ("softplus_d", "def softplus_d(x):\n    return mlp.Activation('sigmoid').act(x)", "Activation"),
        ("sgd_step", "def sgd_step(params, grads, rate):\n    mlp.SGD(rate).step(params, grads)", "SGD"),
        ("sgd_step", OWN_CLASS, "SGD"),
        ("sgd_step", OPTIMIZER_OF_ANOTHER_CELL, "SGD"),
        ("unhot", "def unhot(rows):\n    from mlp_helpers import unhot\n    return unhot(rows)", "unhot"),
        ("unhot", "import mlp_helpers.data as own\ndef unhot(rows):\n    return own.unhot(rows)", "unhot"),
        ("unhot", "unhot = mlp.unhot", "unhot"),
        ("softplus_d", "def f(x):\n    return mlp.sigmoid(-x)\ndef softplus_d(x):\n    return 1 - f(x)", "sigmoid"),
        ("minibatches", "def minibatches(*arguments):\n    return mlp.minibatches(*arguments)", "minibatches"),
        ("batch_norm_backward", PACKAGES_NORMALIZATION, "BatchNormalization"),
    ],
)
def test_work_that_is_handed_to_the_package_earns_nothing(name, source, function):
    answer = notebook(answer=source)[name]
    verdict = judge(Attempt.at(exercise(name), answer))
    assert (verdict.state, verdict.remark) == (
        WRONG,
        f"The package's `{function}` does the work here. Grading runs without it, since its work is part of what you "
        "write in this notebook. Write these lines yourself.",
    )


def test_the_package_may_be_used_where_it_gives_nothing_away():
    source = """def sgd_epoch(network, X, Y, rate, batch_size, rng):
    for X_batch, Y_batch in mlp.minibatches(X, Y, batch_size, rng):
        for param, grad in zip(network.params(), network.gradients(X_batch, Y_batch)):
            param -= rate * grad"""
    answer = notebook(answer=source)["sgd_epoch"]
    assert judge(Attempt.at(exercise("sgd_epoch"), answer)).state == RIGHT


def test_an_answer_that_leaves_python_is_an_exception(capsys):
    check("softplus_d", lambda x: sys.exit())
    assert "raised SystemExit" in capsys.readouterr().out


def test_changing_the_input_is_seen(capsys):
    def in_place(x):
        x[x > 100] = 100
        return 0.5 * (1 + np.tanh(x / 2))

    check("softplus_d", in_place)
    printed = capsys.readouterr().out
    assert "large: its input was changed" in printed
    assert "The result is right, but the input has changed (case: large)" in printed


def test_help_2_shows_the_numbers_of_dropout_in_a_case_of_its_own(capsys):
    def exchanged(A, keep_probability, rng):
        mask = (rng.random(A.shape) < keep_probability) / keep_probability
        return mask, A * mask

    check("inverted_dropout", exchanged, help=2)
    small, results = capsys.readouterr().out.split("\n\n")[1:]
    assert small.startswith("A small case, 'two samples':\nA: array (2, 4)\n  1  2  3  4\n")
    right, own = small.split("a right result:\n")[1].split("your result:\n")
    activations, mask = right.split("  activations: ")[1].split("  mask: ")
    assert (
        activations == "array (2, 4)\n    1.33333        0        4        0\n    6.66667        8        0  10.6667\n"
    )
    assert own.split("  activations: ")[1] == f"{mask.strip()}\n  mask: {activations.strip()}"
    assert "two samples" not in results  # which decide on the verdict
    check(
        "inverted_dropout", lambda A, keep_probability, rng: todo("inverted_dropout", A, keep_probability, rng), help=2
    )
    assert "your result" not in capsys.readouterr().out


def test_without_the_diagnosis_only_the_form_is_printed(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "mlp_helpers.diagnosis", None)
    monkeypatch.delattr(mlp, "diagnosis", raising=False)
    check("softplus_d", np.sign)
    assert not re.search("right", capsys.readouterr().out)
    check("softplus_d", lambda x: todo("softplus_d", x))
    assert capsys.readouterr().out == "– not answered yet\n"
    with pytest.raises(NotAnswered):
        todo("softplus_d", np.zeros(2))


def test_a_library_that_an_exercise_lacks_is_named(monkeypatch):
    assert exercise("graph_gradients").key
    monkeypatch.delitem(sys.modules, "mlp_helpers.exercises.graph_gradients.answers")
    monkeypatch.delitem(vars(exercise("graph_gradients")), "key")
    monkeypatch.setitem(sys.modules, "math", None)
    for ask in (lambda: check("graph_gradients", None), lambda: todo("graph_gradients")):
        with pytest.raises(ModuleNotFoundError, match="math"):
            ask()


def test_under_nbgrader_a_wrong_answer_raises_and_a_right_one_does_not(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    check("softplus_d", softplus_d)
    with pytest.raises(WrongAnswer, match="softplus_d: ✗ not right"):
        check("softplus_d", np.sign)
    with pytest.raises(WrongAnswer, match="not answered yet"):
        check("softplus_d", lambda x: todo("softplus_d", x))


@pytest.mark.parametrize("name", names())
def test_every_reference_is_right_and_repeats(name):
    reference = exercise(name).key.reference
    assert not wrong_cases(observe(exercise(name), reference), observe(exercise(name), reference))


def test_a_known_answer_runs_once_under_each_course_seed(monkeypatch):
    runs = []

    def reference(x):
        runs.append(x)
        return softplus_d(x)

    monkeypatch.setattr(exercise("softplus_d"), "key", replace(exercise("softplus_d").key, reference=reference))
    n_cases = len(observe(exercise("softplus_d"), softplus_d))
    for n_seeds, seed in enumerate(("28", "7"), 1):
        monkeypatch.setenv("MLP_COURSE_SEED", seed)
        for answer, state in ((softplus_d, RIGHT), (np.abs, WRONG), (softplus_d, RIGHT)):
            assert judge(Attempt.at(exercise("softplus_d"), answer)).state == state
        assert len(runs) == n_seeds * n_cases
    assert not np.array_equal(runs[0], runs[n_cases])


def test_dtype_is_a_remark_and_no_fault():
    verdict = judge(Attempt.at(exercise("softplus_d"), lambda x: softplus_d(x).astype(np.float32)))
    assert verdict.state == RIGHT
    assert "float32" in verdict.remark


LAYERS = """
import numpy as np

def sgd_step(params, grads, learning_rate):
    for param, grad in zip(params, grads):
        param {sign}= learning_rate * grad

class Given:
    def step(self, *of):
        sgd_step(*of)

def gd_epoch(network, X, Y, learning_rate):
    Given().step(network.params(), network.gradients(X, Y), {factor} * learning_rate)
"""


@pytest.mark.parametrize(
    ("sign", "factor", "said"),
    [
        ("-", 1, "✓ right"),
        (
            "+",
            1,
            'your `sgd_step`, which is not right. With a right one, which `mlp.use_reference("sgd_step")` gives you,',
        ),
        ("+", 2, "✗ not right: It calls your `sgd_step`, which is not right. Go back to that first."),
        ("-", 2, "✗ not right: "),
    ],
)
def test_an_answer_that_fails_for_another_is_told_so(sign, factor, said, monkeypatch, capsys):
    main = ModuleType("__main__")
    exec(LAYERS.format(sign=sign, factor=factor), vars(main))
    monkeypatch.setitem(sys.modules, "__main__", main)
    before = main.sgd_step
    check("gd_epoch", main.gd_epoch)
    text = capsys.readouterr().out
    assert said in text.partition("\n\n")[0]
    assert ("It calls your" in text) == (sign == "+")
    assert main.sgd_step is before
