"""Wrong answers: each gets its state and a short hint, which names the fault."""

import inspect
import os

import pytest
from wrong_answers import ANSWERS

from mlp_helpers.authoring.lint import normalised, secret_lines
from mlp_helpers.authoring.release import read_notebooks
from mlp_helpers.services.files import REPOSITORY

# .ci/run looks at all of them, `make test` at every fourth, but at no training loop: these are run with many changes.
CHOSEN = [
    pytest.param(wrong, marks=[pytest.mark.thorough] if wrong.exercise == "train" else [], id=wrong.answer.__name__)
    for wrong in ANSWERS[:: 1 if "MLP_SEEDS" in os.environ else 4]
]


@pytest.fixture(scope="module")
def secrets():
    """The lines of solutions that students must not see."""
    found = {line for *_, line in secret_lines(read_notebooks(REPOSITORY))}
    assert len(found) > 30
    return found


@pytest.mark.parametrize("wrong", CHOSEN)
def test_state_and_hint(wrong, secrets):
    verdict = wrong.verdict()
    hint = verdict.remark
    assert verdict.state == wrong.state
    assert hint[0].isupper() or hint[0] in "`0123456789"
    assert hint[-1] in ".?!)"
    assert len(hint) < 400
    parts = inspect.getmro(wrong.answer)[:-1] if inspect.isclass(wrong.answer) else [wrong.answer]
    own = normalised("".join(map(inspect.getsource, parts)))
    assert [line for line in secrets if line in normalised(hint) and line not in own] == []
    assert wrong.names is None or wrong.is_named_by(hint), (wrong.names, hint)


def test_checks_read_answers_without_their_decorators():
    functions = [wrong.answer for wrong in ANSWERS if not inspect.isclass(wrong.answer)]
    assert all(inspect.getsource(answer).startswith(f"def {answer.__name__}(") for answer in functions)
    (raising,) = [wrong for wrong in ANSWERS if wrong.answer.__name__ == "flatten_28_by_28"]
    assert "Look at line 2, `return images.reshape(-1, 28 * 28)`." in raising.verdict().remark
