"""Human-readable differences between outputs."""

import numpy as np
import pytest
from nbformat.v4 import new_output

from mlp_helpers.nbcheck import nbdiff


def stream(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def result(text, mime="text/plain"):
    return new_output("execute_result", {mime: text}, execution_count=1)


def test_the_same_is_the_same():
    outputs = [stream("a\n"), result("1"), new_output("error", ename="E", evalue="v", traceback=["t"])]
    assert nbdiff.text_differences(outputs, outputs) == []
    assert nbdiff.text_differences([], []) == []


def test_numbers_that_differ_are_marked():
    expected, actual = stream("epoch 1\nloss 0.1234, error 0.0500\n"), stream("epoch 1\nloss 0.1235, error 0.0500\n")
    assert nbdiff.text_differences([expected], [actual]) == [
        "stdout:",
        "  line 2",
        "    expected  loss 0.1234, error 0.0500",
        "    actual    loss 0.1235, error 0.0500",
        "                   ^^^^^^",
    ]


@pytest.mark.parametrize(
    ("expected", "actual", "marks"),
    [
        ("a 1 b 2", "a 1 b 30", "      ^^"),
        ("-1.5e-3 2", "-1.5e-4 2", "^^^^^^^"),
        ("True", "False", "^^^^^"),
        ("loss: 1", "loss; 1", "    ^^^"),
        ("abc", "ab", "  ^"),
        ("1 2", "1 2 3", "   ^^"),
    ],
)
def test_marks(expected, actual, marks):
    assert nbdiff.marks(expected, actual) == marks


def test_lines_that_are_missing_or_too_many():
    found = nbdiff.text_differences([stream("a\nb\n")], [stream("a\n")])
    assert found == ["stdout:", "  line 2", "    expected  b", "    actual    (nothing)"]
    found = nbdiff.text_differences([], [result("1")])
    assert found == ["text/plain:", "  line 1", "    expected  (nothing)", "    actual    1"]


def test_the_end_of_the_last_line_counts():
    assert nbdiff.text_differences([stream("a\n")], [stream("a")]) == [
        "stdout:",
        "  the same lines in other outputs, or other ends of lines",
    ]


def test_streams_mime_types_and_exceptions_are_kept_apart():
    assert nbdiff.text_differences([stream("a")], [stream("a", "stderr")])
    assert nbdiff.text_differences([result("a")], [result("a", "text/html")])
    (kind, *_) = nbdiff.text_differences(
        [new_output("error", ename="ValueError", evalue="x", traceback=[])],
        [new_output("error", ename="TypeError", evalue="x", traceback=["other"])],
    )
    assert kind == "exception:"


def test_json_is_compared_as_it_is():
    assert nbdiff.text_differences([result({"a": 1}, "application/json")], [result({"a": 1}, "application/json")]) == []
    assert nbdiff.text_differences([result({"a": 1}, "application/json")], [result({"a": 2}, "application/json")])


class TestPixels:
    PICTURE = np.random.default_rng(0).uniform(0.5, 1, (40, 60, 3))

    def test_a_little_noise_is_no_difference(self):
        noise = np.random.default_rng(1).normal(scale=0.05, size=self.PICTURE.shape)
        assert nbdiff.pixel_differences(self.PICTURE, self.PICTURE + noise) == []

    @pytest.mark.parametrize(("pixels", "differ"), [(nbdiff.SHIFT_PIXELS, False), (3 * nbdiff.SHIFT_PIXELS, True)])
    def test_a_line_may_lie_a_few_pixels_off(self, pixels, differ):
        picture = np.ones((40, 60, 3))
        picture[18:21] = 0
        assert bool(nbdiff.pixel_differences(picture, np.roll(picture, pixels, axis=0))) == differ

    def test_a_spot_is_a_difference(self):
        spotted = self.PICTURE.copy()
        spotted[16:24, 8:16] = 0
        assert nbdiff.pixel_differences(self.PICTURE, spotted) == ["the pictures look different around pixel (8, 16)"]

    def test_another_size_is_a_difference(self):
        assert nbdiff.pixel_differences(self.PICTURE, self.PICTURE[:, :50]) == [
            "the picture is 50 x 40 pixels, expected 60 x 40"
        ]
