"""Answers that are read from saved notebooks: whose they are, and what is said of them."""

import os
import re
from datetime import datetime, timedelta

import numpy as np
import pytest
import solved_notebooks
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook
from solved_notebooks import LAYERS, TRAINING, blanks

from mlp_helpers.nbcheck.kernels import Kernel, ThisPython
from mlp_helpers.yours import answers, note

NAMES = {"slope", "softplus_d", "Dense", "softmax", "cross_entropy_from_logits", "cross_entropy_gradient"}
WRONG = "def slope(name, x):\n    return 0.0 * x\n"
RIGHT = "def softplus_d(x):\n    return 1.0 / (1.0 + np.exp(-np.clip(x, -700, 700)))\n"
CORNERS = "def softplus_d(x):\n    return np.exp(x) / (1.0 + np.exp(x))\n"


@pytest.fixture(autouse=True)
def said(tmp_path, monkeypatch):
    """Work in an empty folder; return a function that gives the lines for all that was imported so far."""
    entries = {}
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(note, "add", lambda entry: entries.update({entry.name: entry}))
    return lambda: note.lines(entries.values())


def save(folder, name=LAYERS, **sources):
    """Save a solved notebook, or a copy of it such as 03_layers-Copy1.ipynb, with other answers to some exercises."""
    return solved_notebooks.save(folder / name, sources, of=re.match(r"\w+", name)[0] + ".ipynb")


def own(name):
    from mlp_helpers import yours

    return getattr(yours, name)


def checked(name):
    from mlp_helpers.yours import checked

    return getattr(checked, name)


def test_right_answers_are_the_students(tmp_path, said):
    path = save(tmp_path)
    found = answers.read(path)
    assert found.keys() >= NAMES
    assert {answer.trouble for answer in found.values()} == {""}
    assert own("softmax")(np.zeros((1, 2))).tolist() == checked("softmax")(np.zeros((1, 2))).tolist() == [[0.5, 0.5]]
    layer = own("Dense")(3, 2, np.random.default_rng(0))
    assert layer.fprop(np.ones((4, 3))).shape == (4, 2)
    assert said() == [f"Yours, from {LAYERS} as saved at {datetime.now():%H:%M}: `softmax`, `Dense`."]


def test_a_wrong_answer_is_taken_as_it_is_or_replaced(tmp_path, said):
    save(tmp_path, slope=WRONG, softplus_d=CORNERS)
    x = np.array([-1.0, 2.0])
    assert own("slope")("relu", x).tolist() == [0.0, 0.0]
    assert own("softplus_d").__globals__["slope"] is own("slope")
    (line,) = said()
    assert line.endswith(": `slope` (not right), `softplus_d` (partly right).")
    assert checked("slope")("relu", x).tolist() == [0.0, 1.0]
    assert checked("softplus_d")(x) == pytest.approx(1 / (1 + np.exp(-x)))
    assert said() == [
        f"Not yours: `slope` (not right), `softplus_d` (partly right). The package stands in until {LAYERS}, "
        f"saved at {datetime.now():%H:%M}, has a right answer."
    ]


def test_answers_build_on_earlier_ones(tmp_path):
    uphill = "def sgd_step(params, grads, learning_rate):\n    params[0][...] += learning_rate * grads[0]\n"
    path = save(tmp_path, TRAINING, sgd_step=uphill)
    found = answers.read(path)
    assert (found["sgd_step"].trouble, found["sgd_epoch"].trouble) == ("not right", "")
    for answer, moved in ((found["sgd_epoch"].value, 0.5), (found["sgd_epoch"].checked, -0.5)):
        params = [np.zeros(1)]
        answer.__globals__["sgd_step"](params, [np.ones(1)], 0.5)
        assert params[0].tolist() == [moved]


def test_what_an_answer_is_built_on_is_named_too(tmp_path, said):
    save(tmp_path, slope=WRONG, predict="")
    own("Network")
    assert said() == [
        f"Yours, from {LAYERS} as saved at {datetime.now():%H:%M}: `Network`, `slope` (not right), `Dense`, `softmax`, "
        "`cross_entropy_from_logits`, `cross_entropy_gradient`, `backpropagate`.",
        f"Not yours: `predict` (its cell does not define it). The package stands in until {LAYERS} has a right answer.",
    ]


def test_it_is_known_for_what_the_package_stands_in(tmp_path):
    assert answers.stand_ins("Network") == {"Network"}  # no notebook at all
    save(tmp_path, slope=WRONG)
    assert answers.stand_ins("Network") == set()
    save(tmp_path, "03_layers.ipynb", Dense="class Dense:\n    def __init__(self)\n        pass", predict="")
    assert answers.stand_ins("Network") == {"Dense", "predict"}
    assert answers.stand_ins("slope") == set()


def test_whose_the_answers_are_stays_in_a_saved_notebook(tmp_path):
    """The widget of the line is not there in a page made of it."""
    save(tmp_path, slope=WRONG)
    cells = [new_code_cell("from mlp_helpers.yours import Dense, slope")]
    notebook = NotebookClient(new_notebook(cells=cells), resources={"metadata": {"path": tmp_path}}).execute()
    del notebook.metadata["widgets"]  # the state of widgets, which JupyterLab does not save unless it is told to
    page, _ = HTMLExporter().from_notebook_node(notebook)
    assert re.search(f"Yours, from {LAYERS} as saved at .*: `Dense`, `slope` .not right.\\.", page)


def test_a_released_notebook_has_no_answers(tmp_path, said):
    found = answers.read(save(tmp_path, **blanks(LAYERS)))
    assert {answer.trouble for answer in found.values()} == {"not answered yet"}
    assert not any(answer.is_usable for answer in found.values())
    for get in (own, checked):
        assert get("softmax")(np.zeros((1, 2))).tolist() == [[0.5, 0.5]]
        assert get("Dense")(3, 2, np.random.default_rng(0)).params()[0].shape == (3, 2)
    assert said()[0].startswith("Not yours: `softmax` (not answered yet), `Dense` (not answered yet). The package st")


@pytest.mark.parametrize(
    ("source", "trouble"),
    [
        ("def softplus_d(x)\n    return x", "its cell cannot be run: SyntaxError: expected ':'"),
        ("softplus_d = nowhere", "its cell cannot be run: NameError: name 'nowhere' is not defined"),
        ("value = exit()\n" + RIGHT, "its cell cannot be run: SystemExit"),
        ("softplus = 3", "its cell does not define it"),
        ("", "its cell does not define it"),
        ("class Loop:\n    while True: pass\n" + RIGHT, "it takes longer than 1 s"),
        (
            "def softplus_d(x):\n    while True:\n        try: exp(x)\n        except: pass",
            "it takes longer than 1 s",
        ),
        (
            "from mlp_helpers.yours import slope\n" + RIGHT,
            "its cell cannot be run: ImportError: an answer cannot import",
        ),
        ("import mlp_helpers.yours.checked\n" + RIGHT, "its cell cannot be run: ImportError: an answer cannot import"),
        ("from mlp_helpers import yours\n" + RIGHT, "its cell cannot be run: ImportError: an answer cannot import"),
        ("softplus_d = mlp.sigmoid", "it calls the package's `sigmoid`, which grading does not have"),
        (
            "def softplus_d(x):\n    return mlp.sigmoid(x)",
            "it calls the package's `sigmoid`, which grading does not have",
        ),
    ],
)
def test_what_cannot_be_taken_has_a_stand_in(tmp_path, source, trouble):
    answer = answers.read(save(tmp_path, softplus_d=source))["softplus_d"]
    assert answer.trouble.startswith(trouble)
    assert not answer.is_usable
    for function in (answer.value, answer.checked):
        assert function(np.zeros(1)).tolist() == [0.5]


@pytest.mark.parametrize(
    "line",
    [
        "print('a word')",
        "%matplotlib inline",
        "!exit 1",
        "check('softplus_d', softplus_d)",
        "1 / 0",
        "for i in range(3): raise ValueError",
        "if True: raise ValueError",
        "x = softplus_d(np.ones(3)); x",
        "np.tanh = np.sin",
        "np.seterr(all='raise'); a = np.seterr(all='raise')",
        "_ = print('a word')",
    ],
)
def test_other_lines_do_no_harm(tmp_path, capsys, line):
    found = answers.read(save(tmp_path, softplus_d=RIGHT + line))
    assert {answer.trouble for answer in found.values()} == {""}
    assert capsys.readouterr().out == ""
    assert np.tanh is not np.sin


def test_a_change_is_read_anew(tmp_path):
    path = save(tmp_path)
    assert own("slope")("relu", np.ones(1)).tolist() == [1.0]
    save(tmp_path, slope=WRONG)
    later = path.stat().st_mtime + 1
    os.utime(path, (later, later))
    assert own("slope")("relu", np.ones(1)).tolist() == [0.0]


@pytest.mark.parametrize(
    "other", ["03_layers-Copy1.ipynb", "03_layers (1).ipynb", "my layers.ipynb", "03_layers_old.ipynb"]
)
def test_copies_are_named_and_not_read(tmp_path, said, other):
    save(tmp_path, slope=WRONG).rename(tmp_path / other)
    save(tmp_path)
    assert own("slope")("relu", np.ones(1)).tolist() == [1.0]
    assert said()[1:] == [f"Not read, since they look like copies of {LAYERS}: {other}."]


def test_without_a_notebook_all_stand_in(tmp_path, said):
    assert own("slope")("relu", np.ones(1)).tolist() == [1.0]
    assert checked("softmax")(np.zeros((1, 2))).tolist() == [[0.5, 0.5]]
    assert said() == ["Not yours: `slope`, `softmax`. No notebook in this folder has a cell for that."]


@pytest.mark.parametrize(
    "text", ['{"grade_id": "slope"', '[{"grade_id": "slope"}]', '{"cells": [{"grade_id": "slope"}]}']
)
def test_a_damaged_notebook_is_none(tmp_path, said, text):
    (tmp_path / LAYERS).write_text(text)
    assert own("slope")("relu", np.ones(1)).tolist() == [1.0]
    assert said()[0].startswith("Not yours: `slope` (its notebook cannot be read). The package stands in")


def test_the_folder_may_be_that_of_the_page(tmp_path, monkeypatch):
    (tmp_path / "course").mkdir()
    (tmp_path / "elsewhere").mkdir()
    save(tmp_path / "course", slope=WRONG)
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "course" / "04_gradient_checking.ipynb"))
    assert own("slope")("relu", np.ones(1)).tolist() == [0.0]


@pytest.mark.parametrize("name", ["softmaks", "one_sample", "quiz_layers", "softmax_loss", "__path__x"])
def test_only_functions_and_classes_can_be_imported(name):
    with pytest.raises(AttributeError, match=name):
        own(name)


def test_when_a_notebook_was_saved(tmp_path):
    path = save(tmp_path)
    saved = datetime(2026, 3, 9, 14, 5)
    os.utime(path, (saved.timestamp(), saved.timestamp()))
    entry = note.Entry("slope", True, "", path)
    assert note.lines([entry], saved + timedelta(hours=1)) == [f"Yours, from {LAYERS} as saved at 14:05: `slope`."]
    assert note.lines([entry], saved + timedelta(days=1)) == [
        f"Yours, from {LAYERS} as saved on 9 March at 14:05: `slope`."
    ]


def test_the_lines_are_a_widget_and_no_output_that_is_compared(tmp_path):
    save(tmp_path, slope=WRONG)
    kernel = Kernel(tmp_path, ThisPython()).wait()
    try:
        (shown,) = kernel.run("from mlp_helpers.yours import Dense, slope, softmax", 60)
        assert list(shown.data) == ["application/vnd.jupyter.widget-view+json"]
        (text,) = kernel.run(
            "from mlp_helpers.widgets import remarks; print(*(w.value for w in remarks._shown.values()))", 60
        )
        assert text.text.startswith(f"Yours, from {LAYERS} as saved at ")
        assert text.text.endswith(": <code>Dense</code>, <code>slope</code> (not right), <code>softmax</code>.\n")
    finally:
        kernel.stop()


def test_an_answer_that_can_be_run_once_alone_is_taken_from_there(tmp_path, monkeypatch):
    monkeypatch.setenv("SEEN", "")
    once = "import os\nassert_ = {'': 1}[os.environ['SEEN']]\nos.environ['SEEN'] = 'yes'\n"
    answer = answers.read(save(tmp_path, softplus_d=once + RIGHT))["softplus_d"]
    assert (answer.trouble, answer.value) == ("", answer.checked)
