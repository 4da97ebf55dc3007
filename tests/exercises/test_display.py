"""Display of a verdict: as text and as HTML, what is folded, and the small case that `help=2` shows."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest

import mlp_helpers as mlp
from mlp_helpers.checking.observations import UNANSWERED, WRONG, Verdict
from mlp_helpers.checking.questions import FUNCTION
from mlp_helpers.checks import check, todo
from mlp_helpers.diagnosis.display import COLORS, Display, Part
from mlp_helpers.exercises import exercise, names
from mlp_helpers.nbcheck.kernels import session_in
from mlp_helpers.services.files import REPOSITORY

HINT = "Which `axis` is <b>summed</b>?"
SHOWN = Display(Verdict(WRONG, HINT), ("A note on `x`.",), (Part("Printed", "a < b", True), Part("Results", "y & z")))


class Outline(HTMLParser):
    """Outline of an HTML text: its open tags, its texts, and the attributes of its details."""

    def __init__(self, text):
        super().__init__()
        self.open, self.texts, self.details = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.details += [dict(attrs)] if tag == "details" else []

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


def test_as_text_the_verdict_comes_first():
    assert repr(SHOWN) == (f"✗ not right: {HINT}\nA note on `x`.\n\nPrinted:\na < b\n\nResults:\ny & z")
    assert str(Display(Verdict(UNANSWERED))) == "– not answered yet"


def test_as_html_it_is_well_formed_and_says_the_same():
    outline = Outline(SHOWN._repr_html_())
    assert outline.open == []
    assert outline.details == [{"open": None}, {}]
    assert outline.texts == [
        "✗ not right", " Which ", "axis", " is <b>summed</b>?", "A note on ", "x", ".",
        "Printed", "a < b", "Results", "y & z",
    ]  # fmt: skip


def test_colours_can_be_read_and_are_not_alone():
    def luminance(color):
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return np.dot([0.2126, 0.7152, 0.0722], linear)

    for state, color in COLORS.items():
        assert 1.05 / (luminance(color) + 0.05) >= 5, state  # contrast with white, as WCAG 2 defines it
        assert str(Verdict(state)) in Display(Verdict(state))._repr_html_()


def shown(capsys, name, answer, help=1):
    check(name, answer, help=help)
    return capsys.readouterr().out


def test_a_wrong_answer_learns_how_to_see_more(capsys):
    more = '\nFor more help, `check("softplus_d", softplus_d, help=2)` shows a small case with its right result.\n'
    assert more in shown(capsys, "softplus_d", np.abs)
    assert more not in shown(capsys, "softplus_d", np.abs, help=2)
    assert more not in shown(capsys, "softplus_d", lambda x: 0.5 * (1 + np.tanh(x / 2)))
    assert "For more help" not in shown(capsys, "graph_gradients", None)


def test_one_step_more_is_the_shortest_case_that_is_wrong(capsys):
    def one_hot(labels, n_classes):
        return mlp.one_hot(labels, n_classes) * (len(labels) != 1)

    (label,), n_classes = mlp.case("one_hot", "one label")
    row = "  ".join(str(int(k == label)) for k in range(n_classes))
    case = (
        f"\n\nA small case, 'one label':\nlabels: array (1,)\n  {label}\nn_classes: 3\n"
        f"right result: array (1, 3)\n  {row}\n"
    )
    assert f"{case}your result: array (1, 3)\n  0  0  0\n\n" in shown(capsys, "one_hot", one_hot, help=2)

    def wrong_elsewhere(labels, n_classes):
        return mlp.one_hot(labels, n_classes) * (len(labels) == 1)

    assert "\n\nA small case, 'a class twice':\n" in shown(capsys, "one_hot", wrong_elsewhere, help=2)


def test_one_step_more_can_be_had_without_an_answer_and_for_a_right_one(capsys):
    text = shown(capsys, "one_hot", lambda y, k: todo("one_hot", y, k), help=2)
    assert text.startswith("– not answered yet\n\nA small case, 'one label':\n")
    assert "your result" not in text
    text = shown(capsys, "unhot", lambda rows: rows.argmax(axis=1), help=2)
    assert text.startswith("✓ right\n\nA small case, 'one-hot rows':\n")
    assert "your result: array (4,)\n  3  0  1  4\n" in text


@pytest.mark.parametrize("name", [name for name in names() if exercise(name).kind == FUNCTION])
def test_one_step_more_shows_values_and_no_code(name, capsys):
    text = shown(capsys, name, exercise(name).key.mistakes[0].answer, help=2)
    assert "A small case, '" in text
    assert not re.search(r"return|lambda|np\.|def ", text.partition("\n\n")[2])


def test_in_a_kernel_it_is_one_display_of_both_kinds(tmp_path):
    with session_in(REPOSITORY / "notebooks", 20) as session:
        session.run("from mlp_helpers.checks import check\nimport numpy as np")
        result = session.run("check('softplus_d', np.abs)")
    (output,) = result.outputs
    assert (output.output_type, output.data.keys()) == ("display_data", {"text/plain", "text/html"})
    assert output.data["text/plain"] == result.displays[0]
    assert result.displays[0].startswith("✗ not right: ")
    assert "<summary>Your results</summary>" in output.data["text/html"]
