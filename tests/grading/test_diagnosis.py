"""Diagnosis in grading: from the output of a check alone, the same hints as in the notebook; any text is read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlp_helpers.checking.cases import QUESTIONS
from mlp_helpers.checking.observations import Raised, agree, canonical, observe
from mlp_helpers.checking.questions import FUNCTION
from mlp_helpers.exercises import ANSWER_KEYS
from mlp_helpers.grading.diagnosis import Diagnosis, parsed

FUNCTIONS = [name for name in QUESTIONS if QUESTIONS[name].kind == FUNCTION]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_a_check_prints_can_be_read_back(name):
    for answer in (ANSWER_KEYS[name].reference, *(mistake.answer for mistake in ANSWER_KEYS[name].mistakes)):
        seen = observe(name, answer)
        found = parsed(canonical(seen), [one.label for one in seen])
        for one, other in zip(seen, found, strict=True):
            assert (one.label, one.changed) == (other.label, other.changed)
            if isinstance(one.value, Raised):
                assert (one.value.kind, " ".join(one.value.message.split())) == (other.value.kind, other.value.message)
            elif isinstance(one.value, np.ndarray | float | int):
                assert agree(other.value, one.value)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_known_mistakes_get_their_hints(name):
    diagnosis = Diagnosis(name)
    for mistake in ANSWER_KEYS[name].mistakes:
        seen = observe(name, mistake.answer)
        if not all(isinstance(one.value, Raised) for one in seen):
            assert diagnosis.hint(canonical(seen)) == mistake.hint


@pytest.mark.parametrize(
    ("name", "answer", "hint"),
    [
        ("unhot", lambda rows: -rows.argmax(axis=1), "Each number is right but for its sign."),
        ("softmax", lambda logits: logits @ np.ones((9, 2)), "A matrix product has 3 columns on its left and 9 rows"),
        ("unhot", lambda rows: rows.argmax(axis=1) + 1, "Each number is 1 too large."),
        (
            "cross_entropy_gradient",
            lambda Y, Y_pred: (Y_pred - Y).T,
            "The numbers are right, but rows and columns are",
        ),
    ],
)
def test_relations_and_exceptions_are_found_in_the_output(name, answer, hint):
    assert Diagnosis(name).hint(canonical(observe(name, answer))).startswith(hint)


def test_numbers_of_any_size_are_looked_at_in_silence():
    for name, size in (("relu", 1.7e308), ("softmax", -1.7e308), ("softmax", 2e-313)):
        seen = observe(name, lambda x, *others, size=size: np.where(x[:, :1] > 0, size, -size) * np.ones(2))
        assert isinstance(Diagnosis(name).hint(canonical(seen)), str)
        seen = observe(name, lambda x, *others, size=size: np.where(x > 0, size, -size))
        assert isinstance(Diagnosis(name).hint(canonical(seen)), str)


def test_a_module_that_grading_withholds_is_named():
    def softmax(logits):
        raise ModuleNotFoundError("No module named 'mlp_helpers.outputs'")

    hint = Diagnosis("softmax").hint(canonical(observe("softmax", softmax)))
    assert hint.startswith("The package's module `outputs` does the work here, and grading does not have it.")


@given(
    st.text()
    | st.lists(st.sampled_from(["ordinary: ", "array (3, 4)\n", "  1 2\n", "nan", "raised X: y\n"])).map("".join)
)
def test_any_text_is_read(text):
    assert isinstance(Diagnosis("relu").hint(text), str)
