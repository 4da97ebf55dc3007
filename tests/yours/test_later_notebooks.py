"""What the notebook on gradient checking shows depends on each answer of "layers", and it runs without any of them."""

import contextlib
import io

import pytest
from solved_notebooks import CHECKING, LAYERS, answers_of, blanks, save, solved

from mlp_helpers.course.cells import answer_name, is_answer, role
from mlp_helpers.yours import note

CALLED = ("relative_error", "numerical_gradient", "check_network")  # answers that the cells below call
OF_NETWORKS = ("clouds", "check-data", "your-network", "faults-networks", "faults-probe")
OF_YOUR_NETWORK = ("slope", "Dense", "softmax_loss", "backpropagate", "Network")  # without them it is not confirmed
WRONG = {  # an answer: what is replaced in the solution, and by what
    "slope": ("1.0 - np.tanh(x) ** 2", "1.0 - np.tanh(x)"),
    "Dense": ("self.X.T @ dZ / len(dZ)", "self.X.T @ dZ"),
    "softmax": ("return e / e.sum(axis=1, keepdims=True)", "return e / e.sum()"),
    "cross_entropy_from_logits": ("return np.mean(", "return np.sum("),
    "cross_entropy_gradient": ("return Y_pred - Y", "return Y - Y_pred"),
    "predict": ("for layer in layers:", "for layer in layers[:-1]:"),
    "backpropagate": ("grad = layer.bprop(grad)", "grad = layer.bprop(grad) / 2"),
    "Network": (
        "return [grad for layer in self.layers for grad in layer.grads()]",
        "return [2 * g for layer in self.layers for g in layer.grads()]",
    ),
}


def printed(folder, sources):
    """Return what the cells on the student's network print, with other answers to "layers" beside the notebook."""
    save(folder / LAYERS, sources)
    space, out = {}, io.StringIO()
    for cell in solved(CHECKING).cells:
        is_called = is_answer(cell) and answer_name(cell) in CALLED
        is_wanted = role(cell) == "set-up" or cell.id in OF_NETWORKS or is_called
        if cell.cell_type == "code" and is_wanted:
            with contextlib.redirect_stdout(out):
                exec(cell.source, space)
    return out.getvalue()


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(note, "add", lambda entry: None)
    return tmp_path


def test_the_cells_print_what_is_stored(folder):
    stored = [out.text for cell in solved(CHECKING).cells if cell.id in OF_NETWORKS for out in cell.outputs]
    assert printed(folder, {}) == "".join(stored)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_answer_is_seen(folder, name):
    right, wrong = WRONG[name]
    sources = {exercise: cell.source for exercise, cell in answers_of(LAYERS).items() if right in cell.source}
    assert len(sources) == 1
    found = printed(folder, {exercise: source.replace(right, wrong) for exercise, source in sources.items()})
    assert "WRONG" in found
    assert found.partition("NetworkA")[2] == printed(folder, {}).partition("NetworkA")[2]  # planted in what is right


@pytest.mark.parametrize("name", answers_of(LAYERS))
def test_without_an_answer_all_cells_run(folder, name):
    without = printed(folder, {name: blanks(LAYERS)[name]})
    assert without.replace("(ok, not yours)", "ok") == printed(folder, {})
    assert ("(ok, not yours)" in without) == (name in OF_YOUR_NETWORK)


def test_without_any_answer_all_cells_run(folder):
    assert "WRONG" not in printed(folder, blanks(LAYERS))
