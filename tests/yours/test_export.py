"""The student's network as one file: what is in it, that it runs with NumPy alone, and when there is none."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import solved_notebooks
from solved_notebooks import DATA, LAYERS, STYLES, TRAINING, answers_of, blanks
from typer.testing import CliRunner

from mlp_helpers.cli import app
from mlp_helpers.exercises import exercise
from mlp_helpers.services.files import REPOSITORY
from mlp_helpers.yours import export
from mlp_helpers.yours.export import NotReady, exported, write

NAMES = DATA, LAYERS, TRAINING
PYTORCH = json.loads(Path(__file__).parents[1].joinpath("references", "torch.json").read_text())


@pytest.fixture
def save(tmp_path, monkeypatch):
    """Work in a folder; return a function that saves the solved notebooks in it, with other answers to some."""
    monkeypatch.chdir(tmp_path)
    return lambda **sources: [solved_notebooks.save(tmp_path / name, sources) for name in NAMES]


def refused(save, **sources):
    """Return why there is no file with these answers, a list of str."""
    save(**sources)
    with pytest.raises(NotReady) as caught:
        exported()
    return caught.value.reasons


def network_of(text):
    space = {"__name__": "tried"}
    exec(text, space)
    return space


def test_the_solutions_make_a_short_well_formed_file(save, tmp_path):
    save()
    path = tmp_path / "my_mlp.py"
    seconds, slow = write(path)
    assert 1 < seconds < 120
    assert slow == "" or seconds > 60
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 200
    ruff = [Path(sys.executable).parent / "ruff", "format", "--isolated", "--line-length=88", "--check", path]
    assert subprocess.run(ruff, capture_output=True).returncode == 0
    assert "mlp_helpers" not in text
    assert "SOLUTION" not in text
    defined = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert defined == [
        *("minibatches", "relu", "slope", "Dense", "softmax", "cross_entropy_from_logits", "cross_entropy_gradient"),
        *("Elementwise", "Softmax", "predict", "backpropagate", "Network", "sgd_step", "sgd_epoch", "idx", "main"),
    ]
    places = [line for line in text.splitlines() if line.startswith("# ---")]
    assert places[:3] == [
        "# --- 02_data_loading, my answers ---",
        "# --- 03_layers, given ---",
        "# --- 03_layers, my answers ---",
    ]
    assert places[-2:] == ["# --- 05_training, my answers ---", "# --- glue ---"]


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_the_network_in_it_is_right_in_every_style(save, style):
    save(**style)
    space, rng = network_of(exported()), np.random.default_rng(0)
    X, Y = rng.normal(size=(5, 4)), np.eye(3)[rng.integers(3, size=5)]
    network = space["Network"]((4, 6, 6, 3), ("relu", "tanh", "linear"), np.random.default_rng(1))
    assert max(exercise("check_network").key.reference(network, X, Y)) < 1e-5
    before = network.loss(X, Y)
    for _ in range(20):
        space["sgd_epoch"](network, X, Y, 0.2, 2, rng)
    assert network.loss(X, Y) < before / 2


def test_time_in_which_others_have_the_processor_does_not_make_it_slow(save):
    save()
    waits = "\nepoch = sgd_epoch\ndef sgd_epoch(*arguments):\n    time.sleep(1)\n    epoch(*arguments)\n"
    seconds, slow = export._seconds(f"import time\n{exported()}{waits}")
    assert (1 < seconds < 120, slow) == (True, "")


def test_what_makes_it_slow_is_named(save, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "SLOW", 0)
    save(**STYLES["sample by sample"])
    assert write(tmp_path / "my_mlp.py")[1] == "Dense"


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_its_numbers_are_pytorchs(save, style):
    save(**style)
    space, case = network_of(exported()), PYTORCH["cases"][0]
    assert (case["activations"], case["output"]) == (["relu", "tanh"], "softmax")
    X, Y = np.array(case["X"]), np.array(case["Y"])
    network = space["Network"]((5, 7, 4, 3), ("relu", "tanh", "linear"), np.random.default_rng(0))
    for param, value in zip(network.params(), case["params"], strict=True):
        param[...] = value
    for step in case["steps"]:
        assert network.loss(X, Y) == pytest.approx(step["loss"], rel=1e-12)
        for grad, expected in zip(network.gradients(X, Y), step["grads"], strict=True):
            np.testing.assert_allclose(grad, expected, rtol=1e-10, atol=1e-14)
        space["sgd_epoch"](network, X, Y, case["learning_rate"], len(X), np.random.default_rng(0))


def test_it_trains_on_mnist_where_there_is_numpy_alone(save, tmp_path):
    save()
    write(tmp_path / "my_mlp.py")
    folder = tmp_path / "alone"
    folder.mkdir()
    for path in Path(np.__file__).parent.parent.glob("numpy*"):
        (folder / path.name).symlink_to(path)
    arguments = ["my_mlp.py", str(REPOSITORY / "data"), "3", "1"]
    run = f"import runpy, sys; sys.path.append({str(folder)!r}); sys.argv = {arguments}; "
    run += "runpy.run_path('my_mlp.py', run_name='__main__')"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", run], cwd=tmp_path, capture_output=True, text=True)
    assert done.stderr == ""
    (line,) = done.stdout.splitlines()
    assert line.startswith("epoch 0: validation error ")
    assert float(line.split()[-1].rstrip("%")) < 12


def test_what_answers_bring_along_comes_with_them(save):
    save(
        slope="""
import math
from itertools import chain as linked
# How much passes
LEAKS = {"relu": 0.0}
LEAKS["leaky relu"] = 0.1
UNUSED = 3
print("a word")

def slope(name, x):
    if name == "tanh":
        return 1 - np.tanh(x) ** 2
    if name not in linked(LEAKS, ["linear"]):
        raise ValueError(math.pi)
    return np.where(x > 0, 1.0, LEAKS.get(name, 1.0))
""",
        sgd_step="""
def sgd_step(params, grads, learning_rate):
    pass

def sgd_step(params, grads, learning_rate):
    for p, g in zip(params, grads):
        p -= learning_rate * g
""",
    )
    text = exported()
    lines = text.splitlines()
    assert {"import math", "from itertools import chain as linked"} <= set(lines[:12])
    assert text.index("# How much passes\nLEAKS = ") < text.index('LEAKS["leaky relu"]') < text.index("def slope")
    assert "UNUSED" not in text
    assert "a word" not in text
    assert text.count("def sgd_step") == 1


@pytest.mark.parametrize(
    "source",
    [
        "for a, b in mlp.minibatches(X, Y, batch_size, rng):",
        "for a, b in minibatches(X, Y, batch_size, rng):",
        "for a, b in their(X, Y, batch_size, rng):",
    ],
)
def test_the_students_own_stands_in_for_the_packages(save, source):
    imports = (
        "import mlp_helpers as mlp\nfrom mlp_helpers import minibatches\nfrom mlp_helpers import minibatches as their\n"
    )
    head = "def sgd_epoch(network, X, Y, learning_rate, batch_size, rng):\n    "
    body = "\n        sgd_step(network.params(), network.gradients(a, b), learning_rate)"
    save(sgd_epoch=imports + head + source + body)
    text = exported()
    assert "in minibatches(X, Y" in text
    assert "mlp_helpers" not in text


WITH = """
def softmax(logits):
    {}
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


"""
LOSSES = "".join(f"def cross{part}" for part in answers_of(LAYERS)["softmax_loss"].source.split("def cross")[1:])


@pytest.mark.parametrize(
    ("sources", "reasons"),
    [
        ({"slope": ""}, ["`slope` in 03_layers.ipynb: its cell does not define it"]),
        ({"slope": "def slope(name, x):\n    return 0 * x"}, ["`slope` in 03_layers.ipynb: not right"]),
        (
            {"sgd_step": "sgd_step = 3", "Network": "class Network:\n    pass"},
            ["`Network` in 03_layers.ipynb: not right", "`sgd_step` in 05_training.ipynb: "],
        ),
        (
            {"softmax_loss": WITH.format("import scipy.special") + LOSSES},
            ["`softmax` in 03_layers.ipynb: it needs scipy, not NumPy alone"],
        ),
        (
            {"softmax_loss": WITH.format("mlp.exercise_rng") + LOSSES},
            ["`softmax` in 03_layers.ipynb: it uses the package's mlp.exercise_rng"],
        ),
        (
            {
                "softmax_loss": "def half(x):\n    return x / 2\n" + WITH.format("half(2)") + LOSSES,
                "sgd_step": "def half(x):\n    return 2 * x\ndef sgd_step(params, grads, learning_rate):\n"
                "    for p, g in zip(params, grads):\n        p -= half(learning_rate) / 2 * g",
            },
            ["`half` is defined in 03_layers.ipynb and 05_training.ipynb: rename one of them"],
        ),
        (
            {"softmax_loss": "def main(x):\n    return x\n" + WITH.format("main(2)") + LOSSES},
            ["`main` in 03_layers.ipynb: the program has a part of that name, too; rename yours"],
        ),
    ],
    ids=["missing", "wrong", "two", "another library", "the package", "two of a name", "a name of the glue"],
)
def test_where_there_is_no_file_the_reasons_are_said(save, sources, reasons):
    said = refused(save, **sources)
    assert len(said) == len(reasons)
    for one, wanted in zip(said, reasons, strict=True):
        assert one.startswith(wanted)


def test_of_a_released_course_nothing_is_written(save):
    of_all = {exercise: source for name in NAMES for exercise, source in blanks(name).items()}
    assert {"`Network` in 03_layers.ipynb: not answered yet"} <= set(refused(save, **of_all))


def test_without_notebooks(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotReady, match="`Network`: no notebook in this folder has a cell for it"):
        exported()


def test_the_command_keeps_what_is_there(save, tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    save(sgd_epoch="def sgd_epoch(network, X, Y, learning_rate, batch_size, rng):\n    pass")
    for path in tmp_path.glob("*.ipynb"):
        os.replace(path, tmp_path / "notebooks" / path.name)
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(app, ["export"])
    assert (said.exit_code, list(tmp_path.glob("*.py"))) == (1, [])
    assert "`sgd_epoch` in 05_training.ipynb: not right" in said.output
    (tmp_path / "my_mlp.py").write_text("mine")
    said = CliRunner().invoke(app, ["export"])
    assert (said.exit_code, (tmp_path / "my_mlp.py").read_text()) == (1, "mine")
    assert "my_mlp.py is there already, and is kept; --replace" in said.output
    for name in NAMES:
        solved_notebooks.save(tmp_path / "notebooks" / name, {})
    said = CliRunner().invoke(app, ["export", "--replace"])
    assert said.exit_code == 0
    assert "Written: my_mlp.py. `python my_mlp.py data` trains your network, in about" in said.output
